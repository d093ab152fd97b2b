import { startTheme } from "./theme.js";
import { setNow } from "./time.js";
import { mend } from "./fields.js";
import { follow } from "./live.js";
import { suggest } from "./suggestions.js";

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
document.querySelector(".wrong :is(input, textarea, select)")?.focus();

/** A form on its way is not sent again by an impatient click; the desk would take it for one anyway. */
function once(event) {
  if (event.target.ariaBusy === "true") event.preventDefault();
  event.target.ariaBusy = "true";
}

function attend(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("input", mend);
  if (form.dataset.suggests) suggest(form, person);
}
