import { setNow } from "./time.js";

const lost = new Set();

/** The pane's events. `loaded` is called when it listens, which is the moment to load what stands already. */
export function listen(pane, loaded) {
  const source = new EventSource(`/playground/events?as=${encodeURIComponent(pane.person)}`);
  const data = (event) => JSON.parse(event.data);
  source.addEventListener("hello", (event) => {
    setNow(data(event).now);
    loaded();
  });
  source.addEventListener("message", (event) => pane.put(data(event)));
  source.addEventListener("clock", (event) => setNow(data(event).now));
  source.addEventListener("tried", (event) => tellTried(data(event).tried));
  source.addEventListener("resync", () => pane.refresh());
  source.addEventListener("open", () => connected(source, true));
  source.addEventListener("error", () => connected(source, false));
  return { close: () => (connected(source, true), source.close()) };
}

/** The guide hears which of its steps have happened. */
export const tellTried = (tried) => document.dispatchEvent(new CustomEvent("tried", { detail: tried }));

function connected(source, well) {
  if (well) lost.delete(source);
  else lost.add(source);
  // A stream that is renewed at once is no news.
  setTimeout(() => (document.querySelector("#banner").hidden = lost.size === 0), well ? 0 : 1500);
}
