import { Failed, complain, element, post, say } from "./acts.js";
import { mend } from "./fields.js";
import { helping } from "./suggestions.js";

/** A form over one pane: the other person can go on meanwhile. `send(deed)` does an act and gives the reply. */
export class Dialogs {
  constructor(pane) {
    this.pane = pane;
    this.overlay = pane.root.querySelector(".overlay");
    this.drafts = new Map();
    this.overlay.addEventListener("keydown", (event) => this.#pressed(event));
    this.overlay.addEventListener("mousedown", (event) => event.target === this.overlay && this.close());
    this.overlay.addEventListener("click", (event) => this.#click(event));
    this.overlay.addEventListener("submit", (event) => this.#submit(event));
    this.overlay.addEventListener("input", (event) => this.#typed(event));
  }

  get open() {
    return this.overlay.querySelector("dialog");
  }

  /** Show a form that answers something done in `place` ({room, thread, message}). */
  show(html, place) {
    if (!this.open) this.before = document.activeElement;
    this.place = place;
    const dialog = element(html);
    this.overlay.replaceChildren(dialog);
    this.overlay.hidden = false;
    this.#restore(dialog);
    dialog.show();
    this.pane.cover();
    const wrong = dialog.querySelector(".wrong :is(input, textarea, select)");
    (wrong ?? dialog.querySelector(".fields :is(input, textarea, select)") ?? dialog.querySelector("[type=submit]")).focus();
  }

  get #formKey() {
    const { verb, kept } = this.open.dataset;
    return `${this.pane.person} ${verb} ${kept}`;
  }

  /** Fill in what was typed here before and not sent. */
  #restore(dialog) {
    for (const [name, text] of Object.entries(this.drafts.get(this.#formKey) ?? {})) {
      const field = dialog.querySelector("form").elements[name];
      if (!field || field.value) continue;
      field.value = text;
      if (name === dialog.dataset.suggests) this.#suggest(field);
    }
  }

  close() {
    this.overlay.replaceChildren();
    this.overlay.hidden = true;
    this.pane.cover();
    if (this.before?.isConnected) this.before.focus();
    else (this.pane.thread ? this.pane.replies : this.pane.composer).focus();
    this.before = null;
  }

  #pressed(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.open.querySelector("form").requestSubmit();
    if (event.key === "Tab") this.#stay(event);
  }

  #stay(event) {
    const stops = [...this.open.querySelectorAll("button, input, textarea, select, a[href]")].filter((stop) => stop.tabIndex >= 0);
    const end = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== end) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }

  async #click(event) {
    if (event.target.closest(".cancel")) return this.close();
    const button = event.target.closest(".btn[data-verb]");
    if (!button) return;
    const reply = await this.#send(button, { do: "click", verb: button.dataset.verb, answers: JSON.parse(button.dataset.answers) });
    if (reply?.kind === "form") this.show(reply.html, this.place);
    else if (reply?.html) this.#answer(button, element(reply.html));
  }

  /** What a button among the suggestions gave is read where it was pressed. */
  #answer(button, message) {
    const answer = message.querySelector(".card");
    answer.classList.add("answer");
    const box = button.closest(".suggestions");
    box.querySelector(".answer")?.remove();
    box.append(answer);
    answer.tabIndex = -1;
    answer.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const { verb, kept } = this.open.dataset;
    const key = this.#formKey;
    const answers = { ...JSON.parse(kept), ...Object.fromEntries(new FormData(form)) };
    const deed = { do: "submit", verb, answers };
    const reply = await this.#send(form.querySelector("[type=submit]"), deed);
    if (!reply) return;
    if (reply.kind === "form") return this.show(reply.html, this.place);
    if (reply.kind !== "failed") this.drafts.delete(key);
    this.close();
    this.pane.show(reply, this.place);
  }

  async #send(button, deed) {
    if (button.ariaBusy === "true") return null;
    button.ariaBusy = "true";
    try {
      return await this.pane.send(deed, this.place);
    } catch (failed) {
      if (!(failed instanceof Failed)) throw failed;
      complain(failed.message);
      return null;
    } finally {
      button.ariaBusy = "false";
    }
  }

  #typed(event) {
    mend(event);
    this.#keep(event.target);
    if (event.target.name !== this.open.dataset.suggests) return;
    clearTimeout(this.waiting);
    const field = event.target;
    this.waiting = setTimeout(() => this.#suggest(field), 300);
  }

  #keep(field) {
    if (!field.matches("textarea, input:not([type=radio])")) return;
    this.drafts.set(this.#formKey, { ...this.drafts.get(this.#formKey), [field.name]: field.value });
  }

  async #suggest(field) {
    const text = field.value.slice(0, 20000);
    const found = text.trim().length < 4 ? { html: "" } : await post("/suggest", { as: this.pane.person, text }).catch(() => null);
    const box = this.open?.querySelector(".suggestions");
    if (!found || !box || !field.isConnected || field.value.slice(0, 20000) !== text || box.dataset.shown === found.html) return;
    box.innerHTML = box.dataset.shown = found.html;
    say(helping(box.querySelectorAll(".btn").length));
  }
}
