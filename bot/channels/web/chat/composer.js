// Where the user writes: grows with the text, Enter sends, the draft outlives the page.

import { h, icon, setText } from "./dom.js";
import { Uploads } from "./files.js";

const LONGEST = 4000;
const WARN_AT = 300;
const DRAFT = "draft";

export class Composer {
  constructor({ words, chat, sent }) {
    Object.assign(this, { words, chat, sent });
    this.uploads = new Uploads({ words, chat, changed: () => this.button && this.changed() });
    this.area = h("textarea", {
      rows: "1", maxlength: LONGEST, placeholder: words.placeholder, "aria-label": words.placeholder,
      enterkeyhint: "send", autocomplete: "off",
      oninput: () => this.changed(), onkeydown: (event) => this.key(event),
      onpaste: (event) => this.paste(event),
    });
    this.button = h("button", { type: "submit", class: "send", "aria-label": words.send }, icon("send"));
    this.count = h("div", { class: "count", role: "status" });
    this.node = h("form", { class: "composer", novalidate: true }, this.uploads.node, this.count,
      h("div", { class: "field" }, this.uploads.button, this.uploads.input, this.area, this.button));
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.restore();
  }

  restore() {
    this.uploads.clear();
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
    if (!this.maySend(text)) return this.focus();
    this.area.value = "";
    this.chat.say(text, this.uploads.take());
    this.changed();
    this.sent();
  }

  maySend(text) {
    const { uploads } = this;
    return !uploads.in("going").length && Boolean(text || uploads.in("done").length);
  }

  /** A pasted picture is a file; pasted words that come with one (from a spreadsheet, say) are words. */
  paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.uploads.add(files);
  }

  changed() {
    const text = this.area.value;
    this.button.disabled = !this.maySend(text.trim());
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
