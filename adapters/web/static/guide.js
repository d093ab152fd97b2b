import { toast } from "./acts.js";

const KEPT = "firstline.guide";
const ENOUGH = 700;
const MOST_PRESSES = 30;
const HOURS_OF_A_DAY = 9;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The strip of things to try. `panes` are {left, right}; `show(side)` brings a pane to the front on a narrow page. */
export function startGuide(panes, show, travel) {
  const strip = document.querySelector("#guide");
  if (!strip) return;
  const toggle = document.querySelector("#guide-toggle");
  const open = (well) => {
    strip.hidden = !well;
    toggle.ariaExpanded = well;
  };
  toggle.addEventListener("click", () => {
    open(strip.hidden);
    localStorage.setItem(KEPT, strip.hidden ? "folded" : "open");
  });
  // What there is to see matters more than what to do where there is no room for both.
  open(localStorage.getItem(KEPT) !== "folded" && innerHeight >= ENOUGH);
  const steps = [...strip.querySelectorAll("li")];
  document.addEventListener("tried", (event) => steps.forEach((step) => mark(step, event.detail)));
  for (const step of steps) {
    step.querySelector(".go").addEventListener("click", () => go(step, panes, show));
    step.querySelector(".both")?.addEventListener("click", (event) => press(event.target, step, panes, show, travel));
  }
}

const done = (step) => step.classList.contains("done");

/** A step is ticked by what has happened at the desk; the server remembers it as long as its rooms. */
function mark(step, tried) {
  step.classList.toggle("done", tried.includes(step.dataset.sign));
  const told = `Step ${step.dataset.step}${done(step) ? ", done" : ""}`;
  step.querySelector(".tick").setAttribute("aria-label", told);
}

/** Bring the step's people into the panes; the buttons it is about. */
async function bring(step, panes, show) {
  for (const other of step.parentElement.children) other.classList.toggle("current", other === step);
  const { left, right, side, type, point } = step.dataset;
  show(side);
  await Promise.all([panes.left.become(...left.split(" ")), panes.right.become(...right.split(" "))]);
  if (type || point === "clock") return [];
  return [panes[side], ...Object.values(panes).filter((pane) => pane !== panes[side])].map((pane) => pointed(pane, point));
}

async function go(step, panes, show) {
  const { side, type, point } = step.dataset;
  const targets = (await bring(step, panes, show)).filter(Boolean);
  if (type) return panes[side].composer.write(type);
  if (point === "clock") return missing(step) ? toast(missing(step)) : flash(hour());
  if (!targets.length) return toast(missing(step) || "There is nothing left to press here.");
  for (const target of targets.toReversed()) flash(target);
}

/** Have the page press: two people at once, or the clock until somebody is pinged. */
async function press(link, step, panes, show, travel) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const targets = await bring(step, panes, show);
    if (step.dataset.point === "clock") await letPass(step, travel);
    else if (targets.every(Boolean)) targets.forEach((target) => target.click());
    else toast(missing(step) || "There is nothing left to press here.");
  } finally {
    link.ariaBusy = "false";
  }
}

async function letPass(step, travel) {
  if (missing(step)) return toast(missing(step));
  if (done(step)) return toast("Somebody was pinged already.");
  for (let count = 0; count < MOST_PRESSES && !done(step); count++) {
    // After so many hours it is night, or the weekend.
    const jump = (count + 1) % HOURS_OF_A_DAY ? hour() : document.querySelector('.jumps [data-minutes=""]');
    flash(jump);
    await travel(jump);
    await pause(700);
  }
}

const hour = () => document.querySelector('.jumps [data-minutes="60"]');

function missing(step) {
  const before = step.parentElement.children[step.dataset.after - 1];
  return before && !done(before) ? `First ${before.dataset.does} (step ${step.dataset.after}).` : "";
}

/** The newest button of this name; but where this person is pinged, that one. */
function pointed(pane, label) {
  const buttons = [...pane.log.list.querySelectorAll(".btn")].filter((button) => button.textContent.trim() === label);
  const mine = buttons.filter((button) => button.closest(".message").querySelector(".mention.me"));
  return mine.at(-1) ?? buttons.at(-1);
}

function flash(target) {
  target.closest(".message")?.scrollIntoView({ block: "nearest" });
  target.scrollIntoView({ block: "nearest" });
  target.focus({ preventScroll: true });
  target.classList.remove("pointed");
  void target.offsetWidth;
  target.classList.add("pointed");
}
