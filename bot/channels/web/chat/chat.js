// The conversation as this tab knows it: what was said, what waits to be sent, who answers. No page here, only events.

import { Api, Expired } from "./api.js";
import { backoff } from "./backoff.js";
import { Connection } from "./connection.js";
import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { Session } from "./session.js";
import { Timeline } from "./timeline.js";

const GRACE_MS = 1200; // a desk that restarts is not worth a warning
const TYPING_MS = 10000;
const POLL_MS = 4000;
const RECENT_MS = 24 * 3600 * 1000;
const IDLE_STATE = { owner: "bot", agent_name: null, queue_place: null, bot_typing: false };

export class Chat extends EventTarget {
  constructor(desk) {
    super();
    this.memory = new Memory(desk);
    this.api = new Api(desk);
    this.session = new Session(this.memory, this.api);
    this.outbox = new Outbox(this.memory);
    this.timeline = new Timeline();
    this.sender = this.makeSender();
    this.state = { ...IDLE_STATE };
    this.offline = false;
    this.loading = false;
    this.notice = null;
    this.misses = 0;
    this.watched = false;
  }

  makeSender() {
    const report = {
      began: () => this.connect(),
      sent: (message, token) => token === this.session.token && this.receive(message),
      failed: () => this.changed(),
      trouble: (isTrouble) => this.setReachable(!isTrouble),
      expired: (token) => this.lose(token),
    };
    return new Sender({ ...this, report });
  }

  /** Takes up where the browser left off. An old conversation sleeps until the panel is opened. */
  start() {
    this.stopWatching = this.memory.watch((name) => this.hearOtherTab(name));
    if (this.outbox.next()) this.sender.wake();
    if (this.session.token && Date.now() - (this.memory.get("active") || 0) < RECENT_MS) this.connect();
    this.changed();
  }

  stop() {
    this.stopWatching?.();
    this.connection?.stop();
    this.sender.stop();
    window.clearTimeout(this.pollTimer);
  }

  // --- what the user does

  /** Sends a text, uploaded files, or both. */
  say(text, files = []) {
    this.post(text, null, files);
  }

  choose(message, choice) {
    this.post(choice.label, { message_id: message.id, id: choice.id });
  }

  /** What may be attached, asked for once. */
  limits() {
    this.asking ??= this.api.limits().catch((error) => {
      this.asking = null;
      throw error;
    });
    return this.asking;
  }

  /** Uploads a file to this conversation, which begins with it if need be. */
  async upload(file, key, bar, signal) {
    const fresh = !this.session.token;
    const token = await this.session.ensure();
    if (fresh) this.connect();
    try {
      return await this.api.upload(token, file, key, bar, signal);
    } catch (error) {
      if (error instanceof Expired) this.lose(token);
      throw error;
    }
  }

  /** The content of a file of this conversation. */
  file(id) {
    return this.api.file(this.session.token, id);
  }

  post(text, choice, files = []) {
    this.outbox.push(text, choice, files);
    this.memory.set("active", Date.now());
    this.changed();
    this.sender.wake();
  }

  retry(key) {
    this.outbox.retry(key);
    this.changed();
    this.sender.wake();
  }

  discard(key) {
    this.outbox.remove(key);
    this.changed();
  }

  /** Leaves this conversation for an empty one; what was not sent is thrown away with it. */
  restart() {
    for (const name of ["token", "session-key", "read", "draft"]) this.memory.remove(name);
    this.outbox.clear();
    this.notice = null;
    this.begin();
  }

  /** The panel is on screen (or no longer): only then are messages read. */
  watch(watched) {
    this.watched = watched;
    if (watched && this.session.token && !this.connection) this.connect();
    this.changed();
  }

  wake() {
    this.sender.wake();
    this.connection?.wake();
  }

  // --- what the network brings

  connect() {
    this.connection?.stop();
    const report = {
      frame: (frame) => this.hear(frame),
      up: () => this.setReachable(true),
      down: () => this.catchUp(),
    };
    const source = { token: () => this.session.token, url: () => this.api.socketUrl(this.timeline.watermark) };
    const connection = new Connection(source, report);
    this.connection = connection;
    this.loading = this.timeline.sorted.length === 0;
    this.catchUp().finally(() => {
      this.loading = false;
      this.changed();
      if (this.connection === connection && this.session.token) connection.start();
    });
  }

  hear(frame) {
    if (frame.type === "message") this.receive(frame.message);
    if (frame.type === "state") this.setState(frame);
  }

  receive(message) {
    if (!this.timeline.add(message)) return;
    if (message.client_key) this.outbox.remove(message.client_key); // stored, though its answer was lost on the way
    if (message.author !== "user") this.state.bot_typing = false;
    if (this.timeline.hasGap) this.catchUp();
    this.changed();
  }

  setState(state) {
    for (const name of Object.keys(IDLE_STATE)) if (state[name] !== undefined) this.state[name] = state[name];
    window.clearTimeout(this.typingTimer);
    if (this.state.bot_typing) this.typingTimer = window.setTimeout(() => this.setState({ bot_typing: false }), TYPING_MS);
    this.changed();
  }

  /** Fetches what is missing; one fetch at a time. */
  catchUp() {
    this.catching ??= this.fetchMissing().finally(() => (this.catching = null));
    return this.catching;
  }

  async fetchMissing() {
    const token = this.session.token;
    if (!token) return;
    try {
      await this.fetchPages(token);
      this.misses = 0;
      this.setReachable(true);
    } catch (error) {
      if (error instanceof Expired) this.lose(token);
      else this.setReachable(!error.network);
      this.misses += 1;
    }
    this.fetchLater();
  }

  /** Page after page; again when the socket ran ahead in the meantime. */
  async fetchPages(token) {
    for (let round = 0; round < 3; round += 1) {
      while (await this.fetchPage(token));
      if (!this.timeline.hasGap) return;
    }
  }

  /** Takes in one page; answers whether there is more. */
  async fetchPage(token) {
    const before = this.timeline.watermark;
    const page = await this.api.history(token, before);
    if (token !== this.session.token) return false;
    for (const message of page.messages) this.receive(message);
    const last = page.messages.at(-1)?.seq ?? page.last_seq;
    this.timeline.completeTo(last);
    this.setState(page);
    return last < page.last_seq && this.timeline.watermark > before;
  }

  /** Asks again while a hole remains, or while the socket is down under the user's eyes (some networks allow none). */
  fetchLater() {
    window.clearTimeout(this.pollTimer);
    const socketDown = this.connection && this.connection.failures > 0;
    if (!this.session.token || !(this.timeline.hasGap || (socketDown && this.watched))) return;
    this.pollTimer = window.setTimeout(() => this.catchUp(), this.misses ? backoff(this.misses + 2) : POLL_MS);
  }

  setReachable(reachable) {
    const offline = !reachable || navigator.onLine === false;
    if (!offline) {
      window.clearTimeout(this.graceTimer);
      this.graceTimer = null;
      if (this.offline) this.sender.wake();
      this.offline = false;
      this.changed();
    } else if (!this.offline) {
      this.graceTimer ??= window.setTimeout(() => this.admitOffline(), GRACE_MS);
    }
  }

  admitOffline() {
    this.graceTimer = null;
    this.offline = true;
    this.changed();
  }

  // --- sessions come and go

  /** The desk refused our token: a new conversation begins, and what waits to be sent goes to it. */
  lose(token) {
    if (this.session.drop(token)) {
      this.memory.remove("read");
      this.outbox.turnChoicesIntoText();
      this.notice = "expired";
    }
    this.begin();
  }

  begin() {
    this.connection?.stop();
    this.connection = null;
    this.timeline.reset();
    this.state = { ...IDLE_STATE };
    if (this.session.token) this.connect();
    if (this.outbox.next()) this.sender.wake();
    this.changed();
  }

  hearOtherTab(name) {
    if (name === "token" || name === null) {
      this.notice = null;
      this.begin();
    } else if (name.startsWith("out.") && this.memory.get(name) === null) {
      this.catchUp().finally(() => this.changed()); // sent or discarded there: show it only once we know which
    } else {
      if (name.startsWith("out.")) this.sender.wake();
      this.changed();
    }
  }

  // --- what there is to see

  /** Messages in order, then those not confirmed yet: `{key, status: sent│pending│failed, …message}`. */
  items() {
    const sent = this.timeline.sorted.map((message) => ({
      ...message,
      key: message.author === "user" && message.client_key ? message.client_key : message.id,
      status: "sent",
    }));
    const waiting = this.outbox.list().filter((entry) => !this.timeline.keys.has(entry.key));
    return [...sent, ...waiting.map(unsentItem)];
  }

  /** Messages of others that came while nobody looked. */
  get unread() {
    const read = this.memory.get("read") || 0;
    return this.timeline.sorted.filter((message) => message.author !== "user" && message.seq > read).length;
  }

  markRead() {
    const last = this.timeline.sorted.at(-1)?.seq || 0;
    if (last > (this.memory.get("read") || 0)) this.memory.set("read", last);
  }

  /** Tells the view, once for many changes in a row. */
  changed() {
    if (this.changeTimer) return;
    this.changeTimer = window.setTimeout(() => {
      this.changeTimer = null;
      this.dispatchEvent(new Event("change"));
    }, 0);
  }
}

function unsentItem(entry) {
  return {
    key: entry.key,
    status: entry.failed ? "failed" : "pending",
    failed: entry.failed,
    author: "user",
    text: entry.text,
    payload: entry.choice ? { choice: entry.choice } : null,
    attachments: entry.files || [],
    created_at: entry.at,
  };
}
