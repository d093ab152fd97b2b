import { Failed, complain } from "./acts.js";
import { Completion } from "./completion.js";

/** Whether nobody would see anything in it; the same as bot.words.blank. */
const blank = (text) => !/[^\p{C}\p{Z}\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]/u.test(text);

/** Where somebody types. `place()` says where it goes, `own()` gives their last message there, to be edited with Up. */
export class Composer {
  constructor(root, pane, place, own) {
    this.root = root;
    this.pane = pane;
    this.place = place;
    this.own = own;
    this.field = root.querySelector("textarea");
    this.button = root.querySelector(".send");
    this.completion = new Completion(root, this.field);
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    root.querySelector(".editing button").addEventListener("click", () => this.#leave());
  }

  focus() {
    this.field.focus();
  }

  write(text) {
    this.field.value = text;
    this.#changed();
    this.completion.close();
    this.focus();
  }

  edit(message) {
    this.#edit(message.dataset.id, message.querySelector("[data-text]").dataset.text);
  }

  #edit(id, text) {
    this.editing = id;
    this.root.querySelector(".editing").hidden = false;
    this.write(text);
  }

  #leave() {
    this.editing = null;
    this.root.querySelector(".editing").hidden = true;
    this.write("");
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.button.disabled = blank(this.field.value);
    this.completion.look();
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.root.requestSubmit();
    } else if (event.key === "Escape" && this.editing) {
      event.stopPropagation();
      this.#leave();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const last = this.own();
      if (last) event.preventDefault(), this.edit(last);
    }
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.field.value;
    if (blank(text) || this.busy) return;
    const place = this.place();
    const edited = this.editing;
    this.busy = true;
    this.#leave();
    try {
      const deed = edited ? { do: "edit", message: edited, text } : { do: "say", text };
      this.pane.show(await this.pane.send(deed, place), place);
    } catch (failed) {
      if (!(failed instanceof Failed)) throw failed;
      complain(failed.message);
      if (this.field.value) return;
      if (edited) this.#edit(edited, text);
      else this.write(text);
    } finally {
      this.busy = false;
    }
  }
}
