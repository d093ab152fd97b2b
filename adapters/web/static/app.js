import { Failed, complain, post } from "./acts.js";
import { startGuide } from "./guide.js";
import { Pane } from "./pane.js";
import { startTheme } from "./theme.js";
import { setNow, written } from "./time.js";

const sides = ["left", "right"];
const zone = document.body.dataset.zone;
const panes = {};

function drawClock() {
  const day = written(zone, { weekday: "short", day: "numeric", month: "short" });
  const shown = document.querySelector("#clock");
  shown.textContent = `${day.replace(",", "")}, ${written(zone, { hour: "2-digit", minute: "2-digit" })}`;
  shown.title = `The desk's clock, ${zone}`;
}

async function travel(button) {
  const { minutes } = button.dataset;
  button.ariaBusy = "true";
  try {
    setNow((await post("/travel", { minutes: minutes ? Number(minutes) : null })).now);
  } catch (failed) {
    if (!(failed instanceof Failed)) throw failed;
    complain(failed.message);
  } finally {
    button.ariaBusy = "false";
  }
}

function show(side) {
  document.body.dataset.side = side;
  drawSides();
}

function drawSides() {
  const nav = document.querySelector(".sides");
  const focused = [...nav.children].indexOf(document.activeElement);
  nav.replaceChildren(...sides.map((side) => sideButton(side)));
  nav.children[focused]?.focus();
}

function sideButton(side) {
  const made = document.createElement("button");
  made.type = "button";
  made.setAttribute("aria-pressed", document.body.dataset.side === side);
  const chosen = panes[side].who.option(panes[side].person);
  const face = chosen?.querySelector(".avatar").cloneNode(true);
  face?.classList.add("small");
  made.append(...(face ? [face] : []), chosen?.dataset.name ?? "Nobody");
  made.addEventListener("click", () => show(side));
  return made;
}

/** Where everybody is stands behind the address, `#ana/@ana|ben/triage-it`, so that a reload or a link finds it again. */
function remember() {
  const places = sides.map((side) => `${panes[side].person}/${panes[side].room}`);
  if (sides.every((side) => panes[side].room)) history.replaceState(null, "", `#${places.join("|")}`);
  drawSides();
}

function remembered(side) {
  const [person, room] = decodeURIComponent(location.hash.slice(1)).split("|")[sides.indexOf(side)]?.split("/") ?? [];
  const { dataset } = panes[side].root;
  return panes[side].who.option(person) ? [person, room] : [dataset.person, dataset.room];
}

for (const side of sides) panes[side] = new Pane(document.getElementById(side), remember);
setNow(document.body.dataset.now);
drawClock();
document.addEventListener("tick", drawClock);
for (const button of document.querySelectorAll(".jumps button")) button.addEventListener("click", () => travel(button));
startTheme(document.querySelector("#theme"));
startGuide(panes, show, travel);
show("left");
for (const side of sides) {
  const [person, room] = remembered(side);
  if (person) panes[side].become(person, room);
}
