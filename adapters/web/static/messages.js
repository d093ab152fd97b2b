import { Failed, complain, post } from "./acts.js";
import { showWhole } from "./log.js";

/** What can be done to the messages of a list: their buttons, reactions, threads and menus. */
export function attend(list, pane) {
  list.addEventListener("click", (event) => clicked(event, pane));
  list.addEventListener("keydown", (event) => menuKey(event));
}

async function clicked(event, pane) {
  const button = event.target.closest("button");
  const message = event.target.closest(".message");
  if (!button || !message) return;
  const is = (name) => button.classList.contains(name);
  const place = pane.placeOf(message);
  if (is("more")) return toggleMenu(button);
  closeMenus();
  if (is("picture")) return enlarge(button);
  if (is("whole")) return readOn(pane, message);
  if (is("dismiss")) return dismiss(pane, message);
  if (is("replies") || is("in-thread")) return pane.openThread(button.dataset.thread);
  if (is("edit")) return pane.composerOf(message).edit(message);
  if (is("delete")) return run(pane, button, { do: "delete" }, place);
  if (is("make-ticket")) return run(pane, button, { do: "ticket" }, place);
  if (button.dataset.emoji) return run(pane, button, reaction(button, message), place);
  if (button.dataset.verb) return run(pane, button, { do: "click", verb: button.dataset.verb, answers: JSON.parse(button.dataset.answers) }, place);
}

function reaction(button, message) {
  const { emoji } = button.dataset;
  const given = message.querySelector(`.reaction[data-emoji="${emoji}"]`);
  return { do: "react", emoji, on: given?.getAttribute("aria-pressed") !== "true" };
}

function readOn(pane, message) {
  (pane.side.contains(message) ? pane.threadLog : pane.log).stuck = false; // what has grown is read from where it was
  const text = showWhole(message);
  text.tabIndex = -1;
  text.focus({ preventScroll: true });
}

function enlarge(button) {
  const shown = document.createElement("dialog");
  shown.className = "zoomed";
  shown.append(button.firstElementChild.cloneNode());
  shown.addEventListener("click", () => shown.close());
  shown.addEventListener("close", () => shown.remove());
  document.body.append(shown);
  shown.showModal();
}

async function dismiss(pane, message) {
  const next = message.nextElementSibling?.closest(".message") ?? pane.composerOf(message);
  message.remove();
  next.focus();
  await post("/dismiss", { as: pane.person, message: message.dataset.id }).catch(() => null);
}

async function run(pane, button, deed, place) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    pane.show(await pane.send(deed, place), place);
  } catch (failed) {
    if (!(failed instanceof Failed)) throw failed;
    complain(failed.message);
  } finally {
    button.ariaBusy = "false";
  }
}

function toggleMenu(button) {
  const menu = button.nextElementSibling;
  const opening = menu.hidden;
  closeMenus();
  if (!opening) return;
  menu.hidden = false;
  button.ariaExpanded = "true";
  const scroll = button.closest(".scroll").getBoundingClientRect();
  menu.classList.toggle("up", menu.getBoundingClientRect().bottom > scroll.bottom);
  menu.querySelector("button").focus();
}

/** Whoever stands in a menu that closes stands on its button then. */
function closeMenus() {
  for (const menu of document.querySelectorAll(".menu:not([hidden])")) {
    if (menu.contains(document.activeElement)) menu.previousElementSibling.focus({ preventScroll: true });
    menu.hidden = true;
    menu.previousElementSibling.ariaExpanded = "false";
  }
}

function menuKey(event) {
  const menu = event.target.closest(".tools")?.querySelector(".menu:not([hidden])");
  if (!menu) return;
  const items = [...menu.children];
  const at = items.indexOf(event.target);
  const places = { ArrowUp: at > 0 ? at - 1 : items.length - 1, ArrowDown: (at + 1) % items.length, Home: 0, End: items.length - 1 };
  if (event.key === "Tab") return closeMenus();
  if (event.key === "Escape") closeMenus();
  else if (event.key in places) items[places[event.key]].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("click", (event) => event.target.closest(".menu, .more") || closeMenus());
