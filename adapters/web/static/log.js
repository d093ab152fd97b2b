import { element, say, toast } from "./acts.js";
import { tick } from "./time.js";

const JOINED_WITHIN = 5 * 60000;
const NEAR = 90;
const ANSWER_STAYS = 4000;

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
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.list.addEventListener("load", () => this.stuck && this.toEnd(false), true);
    for (const own of ["wheel", "pointerdown", "keydown"]) this.scroll.addEventListener(own, () => (this.answer = null), { passive: true });
    this.stuck = true;
    this.pressed = "";
  }

  get atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  /** Only a way up leaves the end: what comes in while the list still glides there finds it on its way down. */
  #scrolled() {
    if (this.atEnd) this.stuck = true;
    else if (this.scroll.scrollTop < this.top) this.stuck = Boolean(this.answer);
    this.top = this.scroll.scrollTop;
  }

  /** Whether a reader sees a part of this message that says something. */
  shows(message) {
    const [box, own] = [this.scroll.getBoundingClientRect(), message.getBoundingClientRect()];
    return own.bottom > box.top + 40 && own.top < box.bottom - 40;
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
    if (old && html) this.#replace(old, element(html));
    else if (old) this.#remove(old);
    else if (html) this.#add(element(html));
    this.#arrange();
    tick(this.list);
  }

  #replace(old, made) {
    if (old.innerHTML === made.innerHTML) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    if (old.querySelector(".card")?.textContent !== made.querySelector(".card")?.textContent) made.classList.add("changed");
    if (made.querySelector(".whole") && !old.querySelector(".whole")) showWhole(made);
    keepMenu(old, made);
    old.replaceWith(made);
    if (this.answer === old) this.answer = made;
    if (focused) (sameIn(made, focused) ?? made).focus({ preventScroll: true });
  }

  #remove(old) {
    const focused = old.contains(document.activeElement);
    const messages = this.messages;
    const place = messages.indexOf(old);
    old.remove();
    if (focused) (messages[place + 1] ?? messages[place - 1] ?? this.list).focus({ preventScroll: true });
  }

  #add(made) {
    const isPrivate = made.classList.contains("private");
    const stay = !this.stuck && !made.classList.contains("mine") && (!isPrivate || this.#pressedHere());
    const after = this.messages.find((other) => Number(other.dataset.seq) > Number(made.dataset.seq));
    after ? after.before(made) : this.list.append(made);
    if (isPrivate && stay) toast(wordsOf(made));
    else if (!after && this.scroll.checkVisibility()) speak(made);
    if (isPrivate && !stay) this.#keepInSight(made);
    else if (made.classList.contains("mine")) this.answer = null;
    if (stay) this.onNewer(true);
    else this.toEnd();
  }

  /** Whether what was pressed last (`pressed`, a message's id) is in sight: then the reader is not taken away from it. */
  #pressedHere() {
    const message = this.pressed && this.find(this.pressed);
    return Boolean(message) && this.shows(message);
  }

  /** The answer to one's own act stays in sight, whatever comes after it, for a while. */
  #keepInSight(answer) {
    this.answer = answer;
    setTimeout(() => {
      if (this.answer !== answer) return;
      this.answer = null;
      this.stuck = this.atEnd;
    }, ANSWER_STAYS);
  }

  /** To the end; but no further than where an answer still begins in sight. */
  toEnd(smooth = true) {
    this.stuck = true;
    const calm = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const end = this.scroll.scrollHeight - this.scroll.clientHeight;
    const answer = this.answer?.isConnected ? this.scroll.scrollTop + this.#above(this.answer) - 8 : end;
    this.scroll.scrollTo({ top: Math.min(end, answer), behavior: calm ? "instant" : "smooth" });
  }

  #above(message) {
    return message.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top;
  }

  #arrange() {
    const first = [];
    let before = null;
    for (const message of this.messages) {
      if (before?.dataset.day !== message.dataset.day) first.push(message);
      message.classList.toggle("joined", joins(message, before));
      before = message;
    }
    this.#divide(first);
  }

  /** A line over each day's first message; those that stand well stay. */
  #divide(first) {
    const dividers = [...this.list.querySelectorAll(":scope > .divider")];
    const stands = (divider, place) => divider.nextElementSibling === first[place] && divider.textContent === first[place].dataset.day;
    if (dividers.length === first.length && dividers.every(stands)) return;
    for (const divider of dividers) divider.remove();
    for (const message of first) message.before(dividerFor(message.dataset.day));
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

/** Show all of a message's long text; the text. */
export function showWhole(message) {
  const text = message.querySelector(".text.long");
  text.classList.remove("long");
  message.querySelector(".whole").remove();
  return text;
}

const wordsOf = (message) => [...message.querySelectorAll(".card h3, .text")].map((part) => part.textContent.trim()).join(" ").slice(0, 200);

let spoken = "";

/** Have a new message read out: once, though it stands in both panes, and not to whoever wrote it. */
function speak(message) {
  if (message.classList.contains("mine") || message.dataset.id === spoken) return;
  spoken = message.dataset.id;
  say(`${message.querySelector("header b").textContent}: ${wordsOf(message)}`);
}

/** The control of a message made anew that does what the focused one did. */
function sameIn(made, focused) {
  const signOf = (one) => [one.classList[0], one.dataset.verb, one.dataset.emoji, one.getAttribute("href")].join(" ");
  const like = [...made.querySelectorAll("a, button")].filter((one) => signOf(one) === signOf(focused));
  return like.find((one) => one.dataset.answers === focused.dataset.answers) ?? (like.length === 1 ? like[0] : null);
}

function keepMenu(old, made) {
  const [was, menu] = [old.querySelector(".menu:not([hidden])"), made.querySelector(".menu")];
  if (!was || !menu) return;
  menu.className = was.className;
  menu.hidden = false;
  menu.previousElementSibling.ariaExpanded = "true";
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
