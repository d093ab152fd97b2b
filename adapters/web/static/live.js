import { setNow, tick } from "./time.js";

let source = null;
let waiting = 0;

/** Keep the live parts of a page as they stand: look again when the person's chat hears of anything. */
export function follow(person) {
  const start = () => {
    source = new EventSource(`/playground/events?as=${encodeURIComponent(person)}`);
    for (const name of ["hello", "message", "resync"]) source.addEventListener(name, look);
    source.addEventListener("clock", (event) => (setNow(JSON.parse(event.data).now), look()));
  };
  // A browser has few connections to a server: a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (!document.hidden) start();
  });
  start();
}

function look() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const response = await fetch(location.href).catch(() => null);
    if (response?.ok) redraw(new DOMParser().parseFromString(await response.text(), "text/html"));
  }, 250);
}

function redraw(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const made = page.getElementById(part.id);
    const same = part.dataset.live ? part.dataset.live === made?.dataset.live : part.textContent === made?.textContent;
    if (made && !same) put(part, made);
  }
  tick();
}

function put(part, made) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  for (const entry of [...made.children].slice(part.children.length)) entry.classList.add("fresh");
  part.replaceWith(made);
  document.querySelector("#news").textContent = "The page has changed.";
  if (focused) stay(part, made, focused);
}

/** The focus stays on what it was on; where that is gone, on the part it stood in, never on another button. */
function stay(part, made, focused) {
  const found = focused !== part && [...made.querySelectorAll("a, button")].find((one) => signOf(one) === signOf(focused));
  if (!found) made.tabIndex = -1;
  (found || made).focus({ preventScroll: true });
}

/** What a link or a button does: the same words in every making of the page, unlike a button's `value` with its new id. */
function signOf(control) {
  const { answers } = control.value ? JSON.parse(control.value) : {};
  return JSON.stringify([control.dataset.verb, answers, control.getAttribute("href")]);
}
