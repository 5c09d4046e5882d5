// The window of the chat: who answers, the notices, the messages, the place to write.

import { Composer } from "./composer.js";
import { h, icon, setText } from "./dom.js";
import { Log } from "./log.js";

export class Panel {
  /** `actions` has `close()`; `settings` are those of the element. */
  constructor({ settings, words, chat, actions }) {
    Object.assign(this, { settings, words, chat, actions });
    this.elsewhere = new Elsewhere({ words, chat });
    this.composer = new Composer({ words, chat, sent: () => this.afterSending() });
    this.log = new Log(this.bubbleContext(), this.makeIntro(), (atEnd) => (this.latest.hidden = atEnd));
    this.latest = h("button", { type: "button", class: "latest", "aria-label": words.latest, hidden: true, onclick: () => this.log.toEnd() }, icon("down"));
    this.queue = h("div", { class: "banner queue", role: "status" });
    this.offline = h("div", { class: "banner offline", role: "status" });
    this.node = h("section", { class: "panel", role: "dialog", "aria-label": this.title, tabindex: "-1", hidden: true },
      this.makeHeader(), this.makeConfirm(), this.queue, this.offline,
      h("div", { class: "stage" }, this.log.node, this.latest), this.composer.node);
    this.node.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["dragover", "dragleave", "drop"]) this.node.addEventListener(name, (event) => this.drag(event));
  }

  get title() {
    return this.settings.title || this.words.title;
  }

  bubbleContext() {
    return { words: this.words, desk: this.settings.desk, chat: this.chat, answered: () => this.keepFocus() };
  }

  makeHeader() {
    const { words } = this;
    this.who = h("p", { class: "who", role: "status" });
    this.again = h("button", { type: "button", class: "head-button", "aria-label": words.restart, title: words.restart, onclick: () => this.askRestart(true) }, icon("fresh"));
    const close = h("button", { type: "button", class: "head-button", "aria-label": words.close, title: words.close, onclick: () => this.actions.close() }, icon("close"));
    return h("header", {}, h("span", { class: "emblem" }, icon("chat")),
      h("div", { class: "names" }, h("h2", {}, this.title), this.who), this.elsewhere.node, this.again, close);
  }

  makeIntro() {
    const { words, settings } = this;
    const offers = settings.suggestions || words.suggestions;
    const chips = offers.map((text) =>
      h("button", { type: "button", class: "choice", onclick: () => this.suggest(text) }, text));
    this.chips = h("div", { class: "choices", role: "group", "aria-label": words.suggestionsLabel }, chips);
    this.note = h("p", { class: "note" });
    return h("div", { class: "intro" },
      h("div", { class: "message bot" }, h("div", { class: "name" }, words.withBot),
        h("div", { class: "bubble rich" }, h("p", {}, settings.greeting || words.greeting), h("p", { class: "aside" }, words.privacy))),
      this.chips, this.note);
  }

  makeConfirm() {
    const { words } = this;
    const yes = h("button", { type: "button", class: "solid", onclick: () => this.restart() }, words.restartYes);
    const no = h("button", { type: "button", class: "text-button", onclick: () => this.askRestart(false) }, words.cancel);
    this.confirm = h("div", { class: "confirm", role: "group", "aria-label": words.restart, hidden: true },
      h("p", {}, words.restartAsk), h("div", { class: "row" }, yes, no));
    return this.confirm;
  }

  // --- what happens in it

  key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (this.confirm.hidden) this.actions.close();
    else this.askRestart(false);
  }

  /** Files may be dropped anywhere upon the panel. */
  drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser leaves the page for the file
    this.node.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") this.composer.uploads.add(event.dataTransfer.files);
  }

  suggest(text) {
    this.chat.say(text);
    this.keepFocus();
  }

  askRestart(asking) {
    this.confirm.hidden = !asking;
    if (asking) this.confirm.querySelector("button").focus();
    else this.again.focus();
  }

  restart() {
    this.confirm.hidden = true;
    this.chat.restart();
    this.composer.restore();
    this.keepFocus();
  }

  afterSending() {
    this.log.toEnd();
    this.composer.focus();
  }

  /** The button that had the focus goes away: with a keyboard go on writing, on a phone do not call up its keys. */
  keepFocus() {
    if (window.matchMedia("(pointer: coarse)").matches) this.log.node.focus({ preventScroll: true });
    else this.composer.focus();
  }

  // --- what it shows

  opened() {
    this.composer.fit();
    this.log.toEnd();
  }

  render() {
    const { chat } = this;
    const items = chat.items();
    this.chips.hidden = chat.loading || items.some((item) => item.author === "user");
    this.again.hidden = items.length === 0;
    this.elsewhere.look();
    setText(this.note, chat.notice ? this.words[chat.notice] : chat.loading ? this.words.loading : "");
    this.renderState(chat.state);
    setText(this.offline, chat.offline ? this.words.offline : "");
    if (chat.offline) this.offline.prepend(icon("offline"));
    this.log.render(items, { typing: chat.state.bot_typing && chat.state.owner === "bot", loading: chat.loading });
  }

  renderState(state) {
    const { words } = this;
    const who = { bot: words.withBot, queue: words.inQueue, agent: words.withAgent(state.agent_name) }[state.owner];
    setText(this.who, who || words.withBot);
    this.node.dataset.owner = state.owner;
    const place = state.owner === "queue" ? this.queueWords(state.queue_place) : "";
    if (this.queue.dataset.place === place) return;
    this.queue.dataset.place = place;
    this.queue.replaceChildren(...(place ? [icon("queue"), h("p", {}, h("strong", {}, place), " ", h("span", {}, words.queueHint))] : []));
  }

  queueWords(place) {
    return Number.isInteger(place) && place > 0 ? this.words.queuePlace(place) : this.words.queueWaiting;
  }
}

/** The button that carries the conversation to Telegram, where the desk offers that. */
class Elsewhere {
  constructor({ words, chat }) {
    this.chat = chat;
    this.node = h("button", { type: "button", class: "head-button", "aria-label": words.onTelegram, title: words.onTelegram, hidden: true, onclick: () => this.go() }, icon("phone"));
  }

  /** Asks the desk once a session whether it offers Telegram. */
  async look() {
    const token = this.chat.session.token;
    if (token === this.asked) return;
    this.asked = token;
    this.node.hidden = true;
    const url = token && (await this.fetch(token));
    if (token === this.chat.session.token) this.node.hidden = !url;
  }

  /** A fresh address: it is good for some minutes and for one account. */
  async fetch(token) {
    try {
      const { links } = await this.chat.api.links(token);
      return links.find((link) => link.channel === "telegram" && /^https?:/.test(link.url))?.url ?? null;
    } catch {
      return null;
    }
  }

  async go() {
    const tab = window.open("", "_blank"); // at once: after a wait no browser lets us
    if (tab) tab.opener = null;
    const url = await this.fetch(this.chat.session.token);
    if (url && tab) tab.location.replace(url);
    else tab?.close();
    this.node.hidden = !url;
  }
}
