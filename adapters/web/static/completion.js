import { say } from "./acts.js";

/** The list of commands over a composer. `verbs` are {verb, usage, summary, sample}. */
export class Completion {
  constructor(root, field) {
    this.list = root.querySelector(".completion");
    this.hint = root.querySelector(".hint");
    this.field = field;
    this.verbs = [];
    this.list.addEventListener("mousedown", (event) => this.#picked(event));
    field.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.list.hidden;
  }

  get #options() {
    return [...this.list.children];
  }

  look() {
    const typed = this.field.value;
    const fits = typed.startsWith("/") && !typed.includes("\n") ? this.#fitting(typed.slice(1).toLowerCase()) : [];
    this.#show(fits);
    this.#advise(this.#hints(typed));
  }

  #fitting(words) {
    const starts = this.verbs.filter((one) => one.verb.startsWith(words));
    if (words.includes(" ") || starts.length) return starts;
    return this.verbs.filter((one) => one.verb.includes(words));
  }

  #show(fits) {
    const opens = fits.length > 0 && !this.open;
    this.list.replaceChildren(...fits.map((one) => this.#option(one)));
    this.chosen = false;
    if (!fits.length) return this.close();
    this.list.hidden = false;
    this.list.scrollTop = 0;
    this.field.setAttribute("aria-controls", this.list.id);
    this.#mark(0);
    if (opens) say(fits.length === 1 ? "1 command" : `${fits.length} commands`);
  }

  #advise(hints) {
    const made = document.createElement("p");
    made.append(...hints);
    if (made.innerHTML !== this.hint.innerHTML) this.hint.replaceChildren(...hints);
  }

  #option(one) {
    const made = document.createElement("div");
    made.setAttribute("role", "option");
    made.id = `${this.list.id}-${one.verb.replaceAll(" ", "-")}`;
    made.dataset.verb = one.verb;
    const [code, slots, summary] = ["code", "small", "span"].map((name) => document.createElement(name));
    code.textContent = `/${one.verb}`;
    slots.textContent = one.usage.slice(one.verb.length + 1);
    summary.textContent = one.summary;
    code.append(slots);
    made.append(code, summary);
    return made;
  }

  #mark(place) {
    const options = this.#options;
    this.at = (place + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", number === this.at));
    options[this.at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", options[this.at].id);
  }

  #picked(event) {
    const option = event.target.closest("[data-verb]");
    event.preventDefault();
    if (option) this.#take(option.dataset.verb);
  }

  #take(verb) {
    this.field.value = `/${verb} `;
    this.look();
    this.close();
    this.field.dispatchEvent(new Event("input"));
  }

  close() {
    this.list.hidden = true;
    for (const name of ["aria-activedescendant", "aria-controls"]) this.field.removeAttribute(name);
  }

  /** Whether the key was for the list. Enter sends a command that is typed out, unless another was chosen. */
  key(event) {
    if (!this.open) return false;
    const verb = this.#options[this.at].dataset.verb;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#choose(this.at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" || (event.key === "Enter" && (this.chosen || !this.#whole()))) this.#take(verb);
    else return false;
    return true;
  }

  #choose(place) {
    this.#mark(place);
    this.chosen = true;
  }

  /** Whether what is typed can be sent: a command, or one that takes words and has some. */
  #whole() {
    const words = this.field.value.slice(1).toLowerCase();
    const takesWords = (one) => one.usage.length > one.verb.length + 1;
    return this.verbs.some((one) => words.trim() === one.verb || (takesWords(one) && words.startsWith(`${one.verb} `)));
  }

  #hints(typed) {
    const lower = typed.slice(1).toLowerCase();
    const known = this.verbs.filter((one) => typed.startsWith("/") && `${lower} `.startsWith(`${one.verb} `));
    const found = known.sort((a, b) => b.verb.length - a.verb.length)[0];
    if (!found) return [typed ? "Enter sends, Shift + Enter starts a new line" : ""];
    const words = lower.slice(found.verb.length).trimStart().split(/\s+/);
    const slots = found.usage.slice(found.verb.length + 1).match(/\[[^\]]*\]|\S+/g) ?? [];
    const now = Math.min(words.length, slots.length) - 1;
    const code = document.createElement("code");
    code.append(`/${found.verb}`, ...slots.flatMap((slot, place) => [" ", place === now ? marked(slot) : slot]));
    return [code, found.sample ? `  like /${found.verb} ${found.sample}` : `  ${found.summary}`];
  }
}

function marked(text) {
  const made = document.createElement("mark");
  made.textContent = text;
  return made;
}
