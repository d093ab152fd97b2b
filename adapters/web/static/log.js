import { element } from "./acts.js";
import { tick } from "./time.js";

const JOINED_WITHIN = 5 * 60000;
const NEAR = 90;

/** The messages of a room or a thread: put in order, edited in place, kept where the reader reads. */
export class Log {
  constructor(root, onNewer = () => {}) {
    this.list = root.querySelector(".log");
    this.scroll = root.querySelector(".scroll");
    this.onNewer = onNewer;
    this.list.addEventListener("keydown", (event) => this.#walk(event));
    this.scroll.addEventListener("scroll", () => this.atEnd && this.onNewer(false), { passive: true });
    new ResizeObserver(() => this.stuck && this.toEnd(false)).observe(this.list);
    new ResizeObserver(() => this.stuck && this.toEnd(false)).observe(this.scroll);
    this.scroll.addEventListener("scroll", () => (this.stuck = this.atEnd), { passive: true });
    this.stuck = true;
  }

  get atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  get messages() {
    return [...this.list.querySelectorAll(":scope > .message")];
  }

  fill(html) {
    this.list.innerHTML = html;
    tick(this.list);
    this.#arrange();
    this.toEnd(false);
    this.onNewer(false);
  }

  prepend(html) {
    const height = this.scroll.scrollHeight;
    this.list.insertAdjacentHTML("afterbegin", html);
    this.#arrange();
    this.scroll.scrollTop += this.scroll.scrollHeight - height;
  }

  find(id) {
    return this.list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`);
  }

  /** Show a message: in its place if it stands already, else where its order puts it. No html takes it away. */
  put(id, html) {
    const old = this.find(id);
    if (!html) old?.remove();
    else if (old) this.#replace(old, element(html));
    else this.#add(element(html));
    this.#arrange();
    tick(this.list);
  }

  #replace(old, made) {
    if (old.innerHTML === made.innerHTML) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const again = focused && (focused === old ? "" : handleOf(focused));
    if (old.querySelector(".card")?.textContent !== made.querySelector(".card")?.textContent) made.classList.add("changed");
    old.replaceWith(made);
    if (focused) ((again && made.querySelector(again)) || made).focus({ preventScroll: true });
  }

  #add(made) {
    const stay = !this.stuck && !made.classList.contains("mine") && !made.classList.contains("private");
    const after = this.messages.find((other) => Number(other.dataset.seq) > Number(made.dataset.seq));
    after ? after.before(made) : this.list.append(made);
    if (stay) this.onNewer(true);
    else this.toEnd();
  }

  toEnd(smooth = true) {
    this.stuck = true;
    const calm = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: calm ? "instant" : "smooth" });
  }

  #arrange() {
    for (const divider of this.list.querySelectorAll(".divider")) divider.remove();
    let before = null;
    for (const message of this.messages) {
      if (before?.dataset.day !== message.dataset.day) message.before(dividerFor(message.dataset.day));
      message.classList.toggle("joined", joins(message, before));
      before = message;
    }
  }

  #walk(event) {
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    const focused = event.target.closest(".message");
    if (!(event.key in steps) || (event.target !== focused && event.target !== this.list)) return;
    event.preventDefault();
    const messages = this.messages;
    const place = focused ? messages.indexOf(focused) + steps[event.key] : messages.length - 1;
    messages[Math.max(0, Math.min(place, messages.length - 1))]?.focus();
  }
}

function handleOf(focused) {
  if (focused.dataset.verb) return `[data-verb="${CSS.escape(focused.dataset.verb)}"]`;
  return focused.classList.length ? `.${CSS.escape(focused.classList[0])}` : "";
}

function dividerFor(day) {
  const made = document.createElement("div");
  made.className = "divider";
  made.textContent = day;
  return made;
}

function joins(message, before) {
  if (!before || before.dataset.author !== message.dataset.author || before.dataset.day !== message.dataset.day) return false;
  const plain = (one) => !one.querySelector(".mentions, .card:not(.bare)") && !one.classList.contains("private");
  return plain(message) && plain(before) && Date.parse(message.dataset.at) - Date.parse(before.dataset.at) < JOINED_WITHIN;
}
