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
    this.waiting = [];
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

  #submit(event) {
    event.preventDefault();
    const text = this.field.value;
    if (blank(text)) return;
    this.waiting.push({ text, place: this.place(), edited: this.editing, as: this.pane.person });
    this.#leave();
    if (this.waiting.length === 1) this.#sendAll();
  }

  /** One after the other: a room has words in the order in which they were written. */
  async #sendAll() {
    try {
      for (; this.waiting.length; this.waiting.shift()) {
        const { text, place, edited, as } = this.waiting[0];
        const deed = edited ? { do: "edit", message: edited, text } : { do: "say", text };
        const reply = await this.pane.send({ ...deed, as }, place);
        if (as === this.pane.person) this.pane.show(reply, place);
      }
    } catch (failed) {
      const [first, ...behind] = this.waiting.splice(0);
      if (!(failed instanceof Failed)) throw failed;
      complain(failed.message);
      this.#giveBack(first, behind);
    }
  }

  /** What was not sent stands in the field again, before what has been typed since. */
  #giveBack(first, behind) {
    const since = this.field.value;
    const words = [first, ...behind].map((one) => one.text);
    if (first.edited && !behind.length && !since) this.#edit(first.edited, first.text);
    else this.write([...words, since].filter(Boolean).join("\n"));
  }
}
