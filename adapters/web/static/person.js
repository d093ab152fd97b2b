import { element, icon } from "./acts.js";

/** The switch on top of a pane: who is it. `onPick(handle)` is told. */
export class PersonSwitch {
  constructor(root, onPick) {
    this.button = root.querySelector(".person");
    this.list = root.querySelector(".people");
    this.onPick = onPick;
    this.button.addEventListener("click", () => this.#toggle(this.list.hidden));
    this.list.addEventListener("click", (event) => this.#pick(event.target.closest(".option")));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("focusout", (event) => this.list.contains(event.relatedTarget) || event.relatedTarget === this.button || this.#toggle(false));
  }

  get #options() {
    return [...this.list.children];
  }

  get names() {
    return this.#options.map((option) => option.dataset.name);
  }

  option(handle) {
    return this.#options.find((option) => option.dataset.person === handle);
  }

  show(handle) {
    for (const option of this.#options) option.setAttribute("aria-selected", option.dataset.person === handle);
    const chosen = this.option(handle);
    if (!chosen) return;
    this.button.replaceChildren(...[...chosen.children].map((part) => part.cloneNode(true)), element(icon("chevron")));
    this.button.setAttribute("aria-label", `${[...chosen.querySelectorAll("b, small")].map((part) => part.textContent).join(", ")}. Be somebody else`);
  }

  #toggle(open) {
    this.list.hidden = !open;
    this.button.ariaExpanded = open;
    if (open) (this.list.querySelector('[aria-selected="true"]') ?? this.#options[0])?.focus();
  }

  #pick(option) {
    if (!option) return;
    this.#toggle(false);
    this.button.focus();
    this.onPick(option.dataset.person);
  }

  #key(event) {
    const options = this.#options;
    const at = options.indexOf(document.activeElement);
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 };
    if (event.key in places) options[(places[event.key] + options.length) % options.length].focus();
    else if (event.key === "Enter" || event.key === " ") this.#pick(options[at]);
    else if (event.key === "Escape") this.#toggle(false), this.button.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
