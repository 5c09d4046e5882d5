// Where the user writes: grows with the text, Enter sends, the draft outlives the page.

import { h, icon, setText } from "./dom.js";

const LONGEST = 4000;
const WARN_AT = 300;
const DRAFT = "draft";

export class Composer {
  constructor({ words, chat, sent }) {
    Object.assign(this, { words, chat, sent });
    this.area = h("textarea", {
      rows: "1", maxlength: LONGEST, placeholder: words.placeholder, "aria-label": words.placeholder,
      enterkeyhint: "send", autocomplete: "off",
      oninput: () => this.changed(), onkeydown: (event) => this.key(event),
    });
    this.button = h("button", { type: "submit", class: "send", "aria-label": words.send }, icon("send"));
    this.count = h("div", { class: "count", role: "status" });
    this.node = h("form", { class: "composer", novalidate: true }, this.count, h("div", { class: "field" }, this.area, this.button));
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.restore();
  }

  restore() {
    this.area.value = this.chat.memory.get(DRAFT) || "";
    this.changed();
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.area.value.trim();
    if (!text) return this.focus();
    this.area.value = "";
    this.changed();
    this.chat.say(text);
    this.sent();
  }

  changed() {
    const text = this.area.value;
    this.button.disabled = !text.trim();
    const left = LONGEST - text.length;
    setText(this.count, left <= WARN_AT ? this.words.remaining(left) : "");
    if (text) this.chat.memory.set(DRAFT, text);
    else this.chat.memory.remove(DRAFT);
    this.fit();
  }

  /** As high as its text, up to the limit that the style sets. */
  fit() {
    this.area.style.height = "auto";
    if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight}px`;
  }
}
