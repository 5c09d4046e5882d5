// <balcao-chat>: the composition root of the widget. It holds the launcher and the panel, and ties them to the chat.

import { Chat } from "./chat.js";
import { palette, readColour } from "./colours.js";
import { h, icon, setText } from "./dom.js";
import { Panel } from "./panel.js";
import { readSettings } from "./settings.js";
import { wordsOf } from "./strings.js";
import { baseSheet } from "./styles.js";

const DEFAULT_COLOUR = "#1c4f94";
const OPEN_KEY = "balcao:open";
const COUNT = /^\(\d+\+?\) /;

export class BalcaoChat extends HTMLElement {
  constructor() {
    super();
    this.ready = new Promise((resolve) => (this.isReady = resolve));
  }

  async connectedCallback() {
    if (!this.shadowRoot) {
      this.settings = readSettings(this);
      this.words = await wordsOf(this.settings.language);
      if (!this.isConnected || this.shadowRoot) return; // moved or gone meanwhile
      this.build();
      this.isReady();
    }
    this.listen();
    this.chat.start();
    if (this.settings.open || wasOpen()) this.open({ focus: false });
  }

  disconnectedCallback() {
    this.listening?.abort();
    this.chat?.stop();
  }

  build() {
    this.chat = new Chat(this.settings.desk);
    this.panel = new Panel({ ...this, actions: { close: () => this.close() } });
    this.badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.launcher = h("button", {
      type: "button", class: "launcher", "aria-expanded": "false", onclick: () => this.toggle(),
    }, icon("chat"), icon("chevron"), this.badge);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [baseSheet(), this.colourSheet()];
    root.append(h("div", { class: "widget", lang: this.settings.language }, this.panel.node, this.launcher));
  }

  /** The host's colour (`data-color`, else `--balcao-color`), made readable, as a sheet: inline styles need a laxer CSP. */
  colourSheet() {
    const asked = this.settings.color || getComputedStyle(this).getPropertyValue("--balcao-color").trim();
    const colours = palette(readColour(asked) || readColour(DEFAULT_COLOUR));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{--_color:${colours.color};--_on:${colours.on};--_ink-light:${colours.light};--_ink-dark:${colours.dark}}`);
    return sheet;
  }

  listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.chat.addEventListener("change", () => this.render(), { signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    document.addEventListener("click", (event) => this.hearHost(event), { signal });
    window.addEventListener("online", () => this.chat.wake(), { signal });
    window.addEventListener("offline", () => this.chat.setReachable(false), { signal });
    window.visualViewport?.addEventListener("resize", () => this.fitViewport(), { signal });
  }

  // --- for the host page, in script or by attribute: <button data-balcao-open>, <button data-balcao-ask="…">

  get isOpen() {
    return !this.panel.node.hidden;
  }

  async open({ focus = true } = {}) {
    await this.ready;
    this.panel.node.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.shadowRoot.firstElementChild.classList.add("open");
    rememberOpen(true);
    this.fitViewport();
    this.look();
    this.render();
    this.panel.opened();
    if (focus) this.panel.keepFocus();
  }

  close() {
    this.panel.node.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.shadowRoot.firstElementChild.classList.remove("open");
    rememberOpen(false);
    this.look();
    this.launcher.focus();
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Opens the panel and asks, in the user's name. */
  async ask(text) {
    await this.open();
    this.chat.say(text);
  }

  hearHost(event) {
    const caller = event.target instanceof Element && event.target.closest("[data-balcao-ask],[data-balcao-open]");
    if (!caller) return;
    event.preventDefault();
    if (caller.dataset.balcaoAsk) this.ask(caller.dataset.balcaoAsk);
    else this.open();
  }

  // --- what is seen

  look() {
    const watched = this.isOpen && document.visibilityState === "visible";
    if (watched) this.chat.wake();
    this.chat.watch(watched);
  }

  render() {
    if (this.chat.watched) this.chat.markRead();
    this.renderUnread(this.chat.unread);
    if (this.isOpen) this.panel.render();
  }

  renderUnread(count) {
    const { words } = this;
    this.badge.hidden = count === 0;
    setText(this.badge, count > 9 ? "9+" : String(count));
    const label = this.isOpen ? words.close : count ? words.launcherUnread(count) : words.launcher;
    if (this.launcher.getAttribute("aria-label") !== label) this.launcher.setAttribute("aria-label", label);
    const bare = document.title.replace(COUNT, "");
    const title = count ? `(${count}) ${bare}` : bare;
    if (document.title !== title) document.title = title;
  }

  /** On phones the keyboard covers the page: the panel takes the part that is left. */
  fitViewport() {
    const view = window.visualViewport;
    const covered = view && view.scale === 1 && window.innerHeight - view.height > 80;
    this.panel.node.style.setProperty("--_height", covered ? `${view.height}px` : "100dvh");
  }
}

// An open panel stays open from page to page of the host, in this tab; on a phone it would hide the page.
function wasOpen() {
  try {
    return sessionStorage.getItem(OPEN_KEY) === "1" && window.matchMedia("(min-width: 600px)").matches;
  } catch {
    return false;
  }
}

function rememberOpen(isOpen) {
  try {
    sessionStorage.setItem(OPEN_KEY, isOpen ? "1" : "0");
  } catch {
    // refused: it begins closed on the next page
  }
}

if (!customElements.get("balcao-chat")) customElements.define("balcao-chat", BalcaoChat);
