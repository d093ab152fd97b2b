import { act, element, get, post } from "./acts.js";
import { Composer } from "./composer.js";
import { Dialogs } from "./dialogs.js";
import { Log } from "./log.js";
import { attend } from "./messages.js";
import { News } from "./news.js";
import { PersonSwitch } from "./person.js";
import { drawRooms } from "./rooms.js";
import { hour, setNow } from "./time.js";
import { listen, tellTried } from "./stream.js";

/** One person's view of the chat: their rooms, the open one, perhaps a thread beside it. */
export class Pane {
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.loading = new Set();
    this.talk = root.querySelector(".talk");
    this.side = root.querySelector(".thread");
    this.newer = root.querySelector(".newer");
    this.drawer = root.querySelector(".drawer");
    this.log = new Log(this.talk, (behind) => (this.newer.hidden = !behind));
    this.threadLog = new Log(this.side);
    this.composer = new Composer(this.talk.querySelector(".composer"), this, () => ({ room: this.room }), () => ownLast(this.log));
    const inThread = () => ({ room: this.room, thread: this.thread });
    this.replies = new Composer(this.side.querySelector(".composer"), this, inThread, () => ownLast(this.threadLog));
    this.dialogs = new Dialogs(this);
    this.who = new PersonSwitch(root, (person) => this.become(person));
    this.news = new News(this);
    this.#listen();
  }

  #listen() {
    attend(this.log.list, this);
    attend(this.threadLog.list, this);
    this.newer.addEventListener("click", () => this.log.toEnd());
    this.talk.querySelector(".older").addEventListener("click", () => this.#older());
    this.talk.querySelector(".try").addEventListener("click", (event) => this.composer.write(event.target.textContent));
    this.side.querySelector(".close").addEventListener("click", () => this.closeThread());
    this.drawer.addEventListener("click", () => this.#draw(!this.drawn));
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.#uncover());
    // What is covered takes no press: the pane itself gets it.
    this.root.addEventListener("pointerdown", (event) => event.target === this.root && this.#uncover());
    new ResizeObserver(() => this.cover()).observe(this.root);
    document.addEventListener("tick", () => this.#tell());
    document.addEventListener("visibilitychange", () => this.#rest());
  }

  get drawn() {
    return this.root.classList.contains("drawn") && this.drawer.checkVisibility();
  }

  #draw(open) {
    this.root.classList.toggle("drawn", open);
    this.drawer.ariaExpanded = open;
    this.cover();
    if (open) this.root.querySelector('.rooms [aria-current="true"]')?.focus();
  }

  /** Nothing that lies behind a form, the list of rooms or a thread can be reached; beside a thread all can. */
  cover() {
    const { drawn, side, talk } = this;
    const threaded = !side.hidden && side.offsetWidth > talk.offsetWidth / 2;
    for (const part of this.root.children) part.inert = Boolean(this.dialogs.open) && part !== this.dialogs.overlay;
    talk.inert ||= drawn || threaded;
    side.inert ||= drawn;
  }

  #uncover() {
    if (!this.drawn) return this.closeThread(!this.talk.contains(document.activeElement));
    this.#draw(false);
    this.drawer.focus();
  }

  /** Be somebody, in a room of theirs; the first one when it is not named or not theirs. */
  async become(person, room = "") {
    this.#draw(false);
    if (this.dialogs.open) this.dialogs.close();
    if (person === this.person && this.rooms) return this.open(room || this.room);
    this.person = person;
    this.wanted = room;
    this.rooms = null;
    this.who.show(person);
    this.closeThread(false);
    this.news.forget();
    await this.#connect();
  }

  #connect() {
    this.stream?.close();
    return new Promise((done) => (this.stream = listen(this, async () => done(await this.refresh()))));
  }

  /** A browser has few connections to a server: a page that nobody looks at gives its own back. */
  #rest() {
    clearTimeout(this.resting);
    const release = () => {
      this.stream?.close();
      this.stream = null;
    };
    if (document.hidden) this.resting = setTimeout(release, 5000);
    else if (!this.stream && this.person) this.#connect();
  }

  /** Load all that stands: at first, and when too much has been missed. */
  async refresh() {
    const person = this.person;
    const pane = await get("/pane", { as: person });
    if (person !== this.person) return;
    Object.assign(this, { rooms: pane.rooms, me: pane.me, last: pane.last });
    this.composer.completion.verbs = this.replies.completion.verbs = pane.verbs;
    setNow(pane.now);
    tellTried(pane.tried);
    this.#tell();
    const known = (id) => this.rooms.some((room) => room.id === id);
    const open = [this.wanted, this.room, this.rooms[0].id].find(known);
    this.wanted = "";
    await this.#enter(open, this.thread);
  }

  #tell() {
    if (this.me) this.root.querySelector(".local").textContent = `${hour(this.me.zone)} in ${this.me.city}`;
  }

  async open(id, thread = "") {
    this.#draw(false);
    await this.#enter(id, thread);
  }

  /** Show a room; a list of rooms that is open stays open, as when the connection was made anew. */
  async #enter(id, thread) {
    const room = this.rooms.find((one) => one.id === id) ?? this.rooms[0];
    if (room.id !== this.room || !thread) this.closeThread(false);
    this.room = room.id;
    this.#entitle(room);
    const person = this.person;
    const more = await this.#load(this.log, "", () => person === this.person && room.id === this.room);
    if (more === null) return;
    this.talk.querySelector(".older").hidden = !more;
    this.#checkEmpty();
    this.#seen();
    this.onChange();
    if (thread) await this.openThread(thread, false);
  }

  #entitle(room) {
    this.talk.querySelector(".place h2").textContent = room.name;
    this.talk.querySelector(".place p").textContent = this.talk.querySelector(".place p").title = room.about;
    this.talk.querySelector(".empty h3").textContent = room.kind === "direct" ? "This is your talk with the desk" : `This is ${room.name}`;
    this.talk.querySelector(".empty p").textContent = room.about;
    this.talk.querySelector(".try").textContent = room.type;
    drawRooms(this);
  }

  /** Fill a list with what stands; whether there is more, or null when it is not `wanted` any more. */
  async #load(log, thread, wanted) {
    const meanwhile = [];
    this.loading.add(meanwhile);
    const talk = await get("/talk", { as: this.person, room: this.room, thread }).finally(() => this.loading.delete(meanwhile));
    if (!wanted()) return null;
    log.fill(talk.html);
    for (const told of meanwhile) this.#place(told);
    this.news.draw();
    return talk.more;
  }

  async #older() {
    const first = this.log.messages[0]?.dataset.seq;
    const talk = await get("/talk", { as: this.person, room: this.room, before: first });
    this.log.prepend(talk.html);
    this.talk.querySelector(".older").hidden = !talk.more;
  }

  async openThread(root, focus = true) {
    this.thread = root;
    this.side.hidden = false;
    this.news.seen(root);
    const triage = this.rooms.find((room) => room.id === this.room)?.kind === "triage";
    this.replies.field.placeholder = triage ? "A note: who asked does not see it" : "Reply in the thread";
    this.cover();
    if (focus) this.replies.focus();
    await this.#load(this.threadLog, root, () => this.thread === root);
  }

  closeThread(focus = true) {
    if (this.side.hidden) return;
    const root = this.thread;
    this.thread = "";
    this.side.hidden = true;
    this.threadLog.list.replaceChildren();
    this.cover();
    if (focus) (this.log.find(root)?.querySelector(".replies, .in-thread") ?? this.composer).focus();
  }

  placeOf(message) {
    const thread = this.side.contains(message) ? this.thread : "";
    return { room: this.room, thread, message: message.dataset.id };
  }

  composerOf(message) {
    return this.side.contains(message) ? this.replies : this.composer;
  }

  /** Do something as this person; see acts.js. */
  send(deed, place) {
    this.acted = Date.now();
    this.news.seen(place.message);
    this.log.pressed = this.threadLog.pressed = place.message ?? "";
    return act({ as: this.person, ...place, ...deed });
  }

  /** Show what came of it: a form over the pane, or words for this person alone. */
  show(reply, place) {
    if (reply.kind === "form") return this.dialogs.show(reply.html, place);
    if (!reply.html || place.room !== this.room) return;
    const made = element(reply.html);
    if (!this.#known(made.dataset.id)) this.put({ id: made.dataset.id, room: this.room, thread: place.thread ?? "", html: reply.html });
  }

  #known(id) {
    return this.log.find(id) || this.threadLog.find(id);
  }

  /** A message as the stream tells of it, wherever it belongs. */
  put(told) {
    for (const meanwhile of this.loading) meanwhile.push(told);
    this.#place(told);
    const fresh = told.new && told.seq > this.last;
    this.news.heard(told, fresh);
    // Who has just come in is about to be told all that stands.
    if (!fresh || !this.rooms) return;
    this.last = told.seq;
    if (told.room === this.room) this.#seen();
    else this.#count(told);
  }

  #place(told) {
    if (!told.room) return this.#drop(told.id);
    if (told.room !== this.room) return;
    // An answer to what was done here must not come up behind an open thread.
    if (!told.thread && told.html.includes('class="message private') && !this.log.find(told.id)) this.closeThread(this.side.contains(document.activeElement));
    if (!told.thread) this.log.put(told.id, told.html);
    if (this.thread && (told.thread === this.thread || told.id === this.thread)) this.threadLog.put(told.id, told.html);
    this.#checkEmpty();
  }

  #drop(id) {
    this.log.put(id, "");
    this.threadLog.put(id, "");
    this.#checkEmpty();
  }

  #checkEmpty() {
    const empty = this.log.messages.length === 0;
    if (empty && document.activeElement === this.log.list) this.composer.focus();
    this.talk.querySelector(".empty").hidden = !empty;
    this.log.list.hidden = empty;
    this.talk.querySelector(".place p").hidden = empty;
  }

  #count(told) {
    const room = this.rooms?.find((one) => one.id === told.room);
    if (!room) return;
    room.unseen += 1;
    room.mentioned ||= told.mentioned;
    drawRooms(this);
  }

  #seen() {
    const room = this.rooms.find((one) => one.id === this.room);
    room.unseen = 0;
    room.mentioned = false;
    drawRooms(this);
    clearTimeout(this.looking);
    const looked = { as: this.person, room: this.room };
    this.looking = setTimeout(() => post("/seen", looked).catch(() => null), 300);
  }
}

function ownLast(log) {
  return log.messages.findLast((message) => message.classList.contains("mine") && !message.classList.contains("gone"));
}
