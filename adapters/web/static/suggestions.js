import { complain, element, toast } from "./acts.js";

const PAUSE = 300;
const SHORTEST = 4;
const UNREACHED = "The desk cannot be reached. Try again.";

/** What may help, under the field of a form for its newest words; an article is read there, and what is typed stays. */
export function suggest(form, person) {
  const box = form.querySelector(".suggestions");
  let waiting = 0;
  let asked = new AbortController();
  form.addEventListener("input", (event) => {
    if (event.target.name !== form.dataset.suggests) return;
    clearTimeout(waiting);
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    waiting = setTimeout(() => look(box, event.target.value, person, signal), PAUSE);
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest("[data-article]");
    const unhelped = event.target.closest("[data-unhelped]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      read(box, link, person);
    }
    if (unhelped) refuse(unhelped, person);
  });
}

async function look(box, words, person, signal) {
  const long = words.trim().length >= SHORTEST;
  const html = long ? await sent("/portal/suggest", { _as: person, text: words.slice(0, 20000) }, signal) : "";
  if (signal.aborted || html === null || box.dataset.shown === html) return;
  const reading = box.querySelector(".reading");
  box.innerHTML = box.dataset.shown = html;
  document.querySelector("#news").textContent = helping(box.querySelectorAll("[data-article]").length);
  if (reading) box.append(reading);
}

/** What is said of so many articles, to whoever does not see them come. */
export const helping = (count) => (count ? `${count} ${count === 1 ? "article" : "articles"} may help` : "");

async function read(box, link, person) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const answers = { article: link.dataset.article };
  const html = await sent("/portal/act", { ...pressed(person, { verb: "kb show", answers }), _part: "article" });
  link.ariaBusy = "false";
  if (html === null) return complain(UNREACHED);
  box.querySelector(".reading")?.remove();
  const shown = element(html);
  box.append(shown);
  shown.querySelector("a").focus();
}

async function refuse(button, person) {
  button.disabled = true;
  const told = await sent("/portal/act", { _as: person, _press: button.dataset.unhelped });
  button.disabled = false;
  if (told === null) return complain(UNREACHED);
  leave(button.closest(".reading"));
  toast("Thank you for telling us. Send the form, and the desk will help.");
}

function leave(reading) {
  const form = reading.closest("form");
  reading.remove();
  form.elements[form.dataset.suggests].focus();
}

const pressed = (person, what) => ({ _as: person, _press: JSON.stringify({ id: crypto.randomUUID(), ...what }) });

/** The answer's HTML; null where there was none. */
async function sent(path, fields, signal) {
  try {
    const response = await fetch(path, { method: "POST", body: new URLSearchParams(fields), signal });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
