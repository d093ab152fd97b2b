let ahead = 0;

/** The desk's clock in milliseconds: it runs beside ours, at some distance. */
export const now = () => Date.now() + ahead;

export function setNow(iso) {
  ahead = Date.parse(iso) - Date.now();
  tick();
}

/** The same words as moments.distance in Python. */
function distance(instant) {
  const minutes = Math.round((instant - now()) / 60000);
  const size = Math.abs(minutes);
  if (size < 1) return "just now";
  const words = size < 100 ? `${size} min` : size < 36 * 60 ? hours(size) : `${Math.round(size / 1440)} days`;
  return minutes > 0 ? `in ${words}` : `${words} ago`;
}

function hours(size) {
  if (size >= 12 * 60) return `${Math.round(size / 60)} h`;
  return size % 60 ? `${Math.floor(size / 60)} h ${size % 60} min` : `${size / 60} h`;
}

export function tick(within = document) {
  for (const shown of within.querySelectorAll("time:has(.distance)")) {
    const instant = Date.parse(shown.dateTime);
    const words = distance(instant);
    shown.classList.toggle("late", instant < now());
    write(shown.querySelector(".distance"), shown.classList.contains("moment") ? `(${words})` : words);
  }
  if (within === document) document.dispatchEvent(new Event("tick"));
}

/** Words that stand already are not written again: whoever listens would hear them again. */
export function write(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

export const written = (zone, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(now());

export const hour = (zone) => written(zone, { hour: "2-digit", minute: "2-digit" });

let shown = 0;

setInterval(() => {
  const minute = Math.floor(now() / 60000);
  if (minute !== shown) tick();
  shown = minute;
}, 1000);
