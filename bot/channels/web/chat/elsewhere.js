// Going on elsewhere: the button that carries the conversation to Telegram, where the desk offers that.

import { h, icon } from "./dom.js";

const WEB = /^https?:\/\//;

export class Elsewhere {
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
      return links.find((link) => link.channel === "telegram" && WEB.test(link.url))?.url ?? null;
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
