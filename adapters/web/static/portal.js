import { element, post, toast } from "./acts.js";
import { startTheme } from "./theme.js";
import { setNow } from "./time.js";
import { follow } from "./live.js";

const { now, person } = document.body.dataset;

const theme = document.querySelector("#theme");
theme.hidden = false;
startTheme(theme);
if (now) setNow(now);
if (document.querySelector("[data-live]")) follow(person);

for (const keys of document.querySelectorAll(".keys")) keys.hidden = false;
for (const form of document.querySelectorAll("form.filled")) attend(form);
document.addEventListener("submit", once);
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => (form.ariaBusy = null)));
document.querySelector("[aria-invalid], .wrong input")?.focus();

/** A form on its way is not sent again by an impatient click; the desk would take it for one anyway. */
function once(event) {
  if (event.target.ariaBusy === "true") event.preventDefault();
  event.target.ariaBusy = "true";
}

function attend(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("input", (event) => event.target.closest(".wrong")?.classList.remove("wrong"));
  if (!form.dataset.suggests) return;
  const box = form.querySelector(".suggestions");
  let waiting = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name !== form.dataset.suggests) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(event.target, box), 300);
  });
  box.addEventListener("click", (event) => read(event.target.closest("[data-verb]"), box));
}

async function suggest(field, box) {
  const text = field.value.slice(0, 20000);
  const found = text.trim().length < 4 ? { html: "" } : await post("/suggest", { as: person, text }).catch(() => null);
  if (found && field.value.slice(0, 20000) === text && box.dataset.shown !== found.html) box.innerHTML = box.dataset.shown = found.html;
}

/** An article among the suggestions is read where its button was pressed. */
async function read(button, box) {
  if (!button || button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const pressed = { id: crypto.randomUUID(), verb: button.dataset.verb, answers: JSON.parse(button.dataset.answers) };
  const body = new URLSearchParams({ _as: person, _press: JSON.stringify(pressed), _part: "card" });
  const response = await fetch("/portal/act", { method: "POST", body }).catch(() => null);
  button.ariaBusy = "false";
  if (!response?.ok) return toast("The desk cannot be reached. Try again.");
  const answer = element(await response.text());
  answer.classList.add("answer");
  box.querySelector(".answer")?.remove();
  box.append(answer);
}
