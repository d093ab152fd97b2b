const SOON = 3000;

/** What happens where the reader does not look: in threads that are not open, and above the fold of the open room. */
export class News {
  constructor(pane) {
    this.pane = pane;
    this.pill = pane.root.querySelector(".jump");
    this.pill.addEventListener("click", () => this.#go());
    pane.log.scroll.addEventListener("scroll", () => this.#look(), { passive: true });
    this.forget();
  }

  forget() {
    this.items = new Map();
    this.unread = new Map();
    this.draw();
  }

  /** A message as the stream told of it, after it was put in its place. */
  heard(told, fresh) {
    if (!told.html) return;
    if (fresh && told.thread) this.#replied(told);
    else if (fresh && told.mentioned && told.room === this.pane.room) this.#mentioned(told);
    else if (!fresh && !told.thread && told.room === this.pane.room) this.#changed(told);
    this.draw();
  }

  #replied(told) {
    const { pane } = this;
    if (told.room === pane.room && told.thread === pane.thread) return;
    const root = pane.log.find(told.thread);
    const who = told.by || this.#named(told.html);
    // What the desk writes down about one's own act is no news.
    if (!who && this.#own()) return;
    this.unread.set(told.thread, told.room);
    const seen = told.room === pane.room && root && pane.log.shows(root);
    if (seen && !told.mentioned && !told.by && !told.room.startsWith("@")) return;
    this.#tell(told.thread, told.room, (ticket) => `${who ? `${who.split(" ")[0]} answered` : "New reply"}${ticket && ` in ${ticket}`}`, true);
  }

  #mentioned(told) {
    const message = this.pane.log.find(told.id);
    if (message && !this.pane.log.shows(message)) this.#tell(told.id, told.room, (ticket) => `You are mentioned${ticket && ` in ${ticket}`}`, false);
  }

  #changed(told) {
    const message = this.pane.log.find(told.id);
    if (told.id === this.pane.thread) return;
    const mine = message?.classList.contains("changed") && (told.room.startsWith("@") || told.mentioned);
    if (!mine || this.#own() || this.pane.log.shows(message) || this.items.get(told.id)?.thread) return;
    this.#tell(told.id, told.room, (ticket) => `${ticket || "A card"} has changed`, false);
  }

  #own() {
    return Date.now() - (this.pane.acted ?? 0) < SOON;
  }

  /** Whose words the desk passes on: it sets the name in bold before them. */
  #named(html) {
    const shown = new DOMParser().parseFromString(html, "text/html");
    const name = shown.querySelector(".card .text > p:first-child > strong:first-child")?.textContent ?? "";
    return this.pane.who.names.includes(name) && name !== this.pane.me?.name ? name : "";
  }

  #tell(id, room, words, thread) {
    this.items.delete(id);
    this.items.set(id, { room, words, thread });
  }

  /** The newest of what is news in the open room. */
  get #current() {
    return [...this.items].findLast(([, item]) => item.room === this.pane.room);
  }

  draw() {
    for (const message of this.pane.log.messages) message.classList.toggle("unread", this.unread.has(message.dataset.id));
    const [id, item] = this.#current ?? [];
    this.pill.hidden = !item;
    if (!item) return;
    const message = this.pane.log.find(id);
    const ticket = (message?.querySelector("h3")?.textContent ?? "").match(/[^\s·]+-\d+/)?.[0] ?? "";
    const below = message && message.getBoundingClientRect().top > this.pane.log.scroll.getBoundingClientRect().bottom;
    this.pill.textContent = `${item.words(ticket)} ${below ? "↓" : "↑"}`;
  }

  /** What is no thread's has been seen when it is in sight. */
  #look() {
    for (const [id, item] of this.items) {
      const message = item.room === this.pane.room && !item.thread && this.pane.log.find(id);
      if (message && this.pane.log.shows(message)) this.seen(id);
    }
  }

  async #go() {
    const [id, item] = this.#current;
    const message = this.pane.log.find(id);
    this.seen(id);
    message?.scrollIntoView({ block: "center" });
    if (item.thread) return this.pane.openThread(id);
    this.pane.closeThread(false);
    message?.focus({ preventScroll: true });
  }

  seen(id) {
    this.unread.delete(id);
    this.items.delete(id);
    this.draw();
  }
}
