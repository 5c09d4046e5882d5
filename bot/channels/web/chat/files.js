// Files: on their way with the next message (Uploads), and in the messages that carry them (fileGroup).

import { Refused } from "./api.js";
import { h, icon, setText } from "./dom.js";
import { newKey } from "./keys.js";

const HIGHEST = 220;
const WIDEST = 280;

/** The tray above the text: each file goes to the desk as soon as it is chosen. `changed()` hears of what can be sent. */
export class Uploads {
  constructor({ words, chat, changed }) {
    Object.assign(this, { words, chat, changed });
    this.entries = new Set();
    this.input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.pick() });
    this.button = h("button", { type: "button", class: "attach", "aria-label": words.attach, title: words.attach, onclick: () => this.input.click() }, icon("clip"));
    this.node = h("ul", { class: "tray", "aria-label": words.attached, hidden: true });
  }

  in(state) {
    return [...this.entries].filter((entry) => entry.state === state);
  }

  pick() {
    this.add(this.input.files);
    this.input.value = ""; // so that the same file can be chosen again
    this.button.focus();
  }

  /** Takes files that were chosen, dropped or pasted. */
  add(files) {
    for (const file of files) this.start({ file, key: newKey(), node: h("li", { class: "file" }) });
  }

  /** What is ready, for a message; it is the message's from now on. */
  take() {
    return this.in("done").map((entry) => this.drop(entry).attachment);
  }

  clear() {
    for (const entry of this.entries) this.drop(entry);
  }

  async start(entry) {
    const { words, chat } = this;
    Object.assign(entry, { state: "going", abort: new AbortController() });
    const bar = h("progress", { max: "1", value: "0", "aria-label": words.uploading });
    this.entries.add(entry);
    this.node.append(entry.node);
    this.show(entry, bar);
    try {
      const limits = await chat.limits();
      this.check(entry.file, limits);
      entry.attachment = await chat.upload(entry.file, entry.key, bar, entry.abort.signal);
      entry.state = "done";
      this.show(entry, h("span", { class: "hidden", role: "status" }, words.uploaded));
    } catch (error) {
      entry.state = "failed";
      const problem = h("p", { class: "problem", role: "alert" }, words.fileProblem(error.code, await chat.limits().catch(() => null)));
      const again = h("button", { type: "button", class: "text-button", onclick: () => this.start(entry) }, words.retry);
      this.show(entry, problem, !(error instanceof Refused) && again);
    }
  }

  /** What the desk would refuse is not sent in vain. */
  check(file, limits) {
    const suffix = /[^.]*$/.exec(file.name)[0].toLowerCase();
    if (!limits.suffixes.includes(suffix)) throw new Refused(0, "attachment_type");
    if (file.size > limits.size) throw new Refused(0, "too_large");
    if (this.in("going").length + this.in("done").length > limits.per_message) throw new Refused(0, "too_many_attachments");
  }

  show(entry, ...below) {
    const label = `${this.words.discard}: ${entry.file.name}`;
    const away = h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: () => this.drop(entry) && this.button.focus() }, icon("close"));
    entry.node.replaceChildren(...about(entry.file, this.words, below), away);
    this.count();
  }

  drop(entry) {
    entry.abort.abort();
    entry.node.remove();
    this.entries.delete(entry);
    this.count();
    return entry;
  }

  count() {
    this.node.hidden = !this.entries.size;
    this.changed();
  }
}

function about(file, words, below) {
  return [icon("article"), h("div", { class: "card-text" },
    h("span", { class: "title" }, file.name), h("span", { class: "kind" }, words.size(file.size)), below)];
}

/** The files of a message: images as pictures, each with its name, its size and a button that saves it. */
export function fileGroup(attachments, { words, chat }) {
  return (attachments || []).map((attachment) => {
    const problem = h("span", { class: "problem", role: "status" });
    const label = `${words.download}: ${attachment.name}`;
    const save = h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: () => download(attachment, chat, words, problem) }, icon("save"));
    const card = h("div", { class: "card file" }, ...about(attachment, words, [problem]), save);
    return attachment.type.startsWith("image/") ? [thumbnail(attachment, chat), card] : card;
  });
}

/** Drawn on a canvas once it comes into view: no page's policy has to allow pictures from elsewhere. */
function thumbnail(attachment, chat) {
  const canvas = h("canvas", { class: "thumbnail", role: "img", "aria-label": attachment.name, width: "1", height: "1" });
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw(attachment, chat, canvas).catch(() => canvas.remove()); // the card says what it is
  });
  seen.observe(canvas);
  return canvas;
}

async function draw(attachment, chat, canvas) {
  const picture = await createImageBitmap(await chat.file(attachment.id));
  const scale = Math.min(1, WIDEST / picture.width, HIGHEST / picture.height);
  canvas.width = Math.ceil(picture.width * scale);
  canvas.height = Math.ceil(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}

async function download(attachment, chat, words, problem) {
  setText(problem, "");
  try {
    const url = URL.createObjectURL(await chat.file(attachment.id));
    h("a", { href: url, download: attachment.name }).click();
    window.setTimeout(() => URL.revokeObjectURL(url), 60000);
  } catch {
    setText(problem, words.fileProblem());
  }
}
