const KEPT = "firstline.guide";
const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? '{"open": true, "done": []}');
const keep = (changes) => localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...changes }));

/** The strip of things to try. `panes` are {left, right}; `show(side)` brings a pane to the front on a narrow page. */
export function startGuide(panes, show) {
  const strip = document.querySelector("#guide");
  if (!strip) return;
  const toggle = document.querySelector("#guide-toggle");
  const open = (well) => {
    strip.hidden = !well;
    toggle.ariaExpanded = well;
    keep({ open: well });
  };
  toggle.addEventListener("click", () => open(strip.hidden));
  open(kept().open);
  for (const step of strip.querySelectorAll("li")) {
    step.querySelector(".tick").addEventListener("click", () => setDone(step, !kept().done.includes(step.dataset.step)));
    step.querySelector(".go").addEventListener("click", () => go(step, panes, show));
    mark(step);
  }
}

function mark(step) {
  step.querySelector(".tick").setAttribute("aria-pressed", kept().done.includes(step.dataset.step));
}

function setDone(step, well) {
  const others = kept().done.filter((one) => one !== step.dataset.step);
  keep({ done: well ? [...others, step.dataset.step] : others });
  mark(step);
}

async function go(step, panes, show) {
  for (const other of step.parentElement.children) {
    if (other.classList.contains("current") && other !== step) setDone(other, true);
    other.classList.toggle("current", other === step);
  }
  const { left, right, side, type, point } = step.dataset;
  show(side);
  await Promise.all([move(panes.left, left), move(panes.right, right)]);
  if (type) panes[side].composer.write(type);
  if (point === "clock") return flash(document.querySelector(".jumps"));
  for (const pane of Object.values(panes)) pointAt(pane, point);
}

const move = (pane, to) => to && pane.become(...to.split(" "));

function pointAt(pane, label) {
  const buttons = [...pane.root.querySelectorAll(".log .btn")].filter((button) => button.textContent.trim() === label);
  if (!label || !buttons.length) return;
  buttons.at(-1).scrollIntoView({ block: "nearest" });
  flash(buttons.at(-1));
}

function flash(target) {
  target.classList.remove("pointed");
  void target.offsetWidth;
  target.classList.add("pointed");
}
