import { icon } from "./acts.js";

const SIGNS = { help: "hash", triage: "inbox", escalations: "bell" };
const GROUPS = [
  ["Direct messages", ["direct"]],
  ["Rooms", ["help", "triage", "escalations"]],
];

/** Draw a pane's list of rooms anew, the focus kept. */
export function drawRooms(pane) {
  if (!pane.rooms) return;
  const list = pane.root.querySelector(".rooms");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
  list.replaceChildren(...GROUPS.flatMap(([title, kinds]) => group(pane, title, kinds)));
  if (focused) list.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  const elsewhere = pane.rooms.some((room) => room.unseen && room.id !== pane.room);
  pane.root.querySelector(".drawer .dot").hidden = !elsewhere;
}

function group(pane, title, kinds) {
  const heading = document.createElement("h3");
  heading.textContent = title;
  const rooms = pane.rooms.filter((room) => kinds.includes(room.kind));
  return rooms.length ? [heading, ...rooms.map((room) => entry(pane, room))] : [];
}

function entry(pane, room) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.room = room.id;
  made.innerHTML = room.kind === "direct" ? '<img src="/playground/static/logo.svg" alt="">' : icon(SIGNS[room.kind]);
  const name = document.createElement("span");
  name.textContent = room.name.replace(/^#/, "");
  made.append(name);
  if (room.unseen) made.append(badge(room));
  made.classList.toggle("unseen", room.unseen > 0);
  made.setAttribute("aria-current", room.id === pane.room);
  made.addEventListener("click", () => pane.open(room.id).then(() => pane.composer.focus()));
  return made;
}

function badge(room) {
  const made = document.createElement("i");
  made.textContent = room.unseen > 99 ? "99+" : room.unseen;
  made.className = room.mentioned ? "mentioned" : "";
  made.setAttribute("aria-label", `${room.unseen} new${room.mentioned ? ", you are mentioned" : ""}`);
  return made;
}
