// The inside of a paragraph. A scanner that only looks forward, with bounded windows, so that no text makes it slow.

import { h } from "./dom.js";

const DEEPEST = 5;
const LABEL_MAX = 400;
const TARGET_MAX = 2000;
const BARE_URL = /https:\/\/[^\s<>"'`|\\^{}[\]]{1,2000}/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}]/u;

/** The text as an array of nodes and strings. */
export function renderInline(text, base) {
  return new Scanner(text, base, 0).run();
}

class Scanner {
  constructor(text, base, depth) {
    Object.assign(this, { text, base, depth });
    this.at = 0;
    this.plain = "";
    this.nodes = [];
    this.absent = new Set(); // closing marks that do not come any more
  }

  run() {
    while (this.at < this.text.length) {
      const found = this.special();
      if (found) this.take(found);
      else this.plain += this.text[this.at++];
    }
    this.flush();
    return this.nodes;
  }

  flush() {
    if (this.plain) this.nodes.push(this.plain);
    this.plain = "";
  }

  take({ nodes, end }) {
    this.flush();
    this.nodes.push(...nodes);
    this.at = end;
  }

  special() {
    switch (this.text[this.at]) {
      case "\n": return this.lineBreak();
      case "\\": return this.escape();
      case "`": return this.code();
      case "!": return this.text[this.at + 1] === "[" ? this.image() : null;
      case "[": return this.link();
      case "*": return this.emphasis("*");
      case "_": return this.emphasis("_");
      case "<": return this.angle();
      case "h": return this.bareUrl(this.at);
      default: return null;
    }
  }

  lineBreak() {
    this.plain = this.plain.replace(/ +$/, "");
    return { nodes: [h("br")], end: this.at + 1 };
  }

  escape() {
    const next = this.text[this.at + 1] ?? "";
    if (next === "\n") return { nodes: [h("br")], end: this.at + 2 };
    return PUNCTUATION.test(next) ? { nodes: [next], end: this.at + 2 } : null;
  }

  code() {
    const mark = /`+/y;
    mark.lastIndex = this.at;
    const fence = mark.exec(this.text)[0];
    const start = this.at + fence.length;
    const end = this.find(fence, start);
    if (end < 0) return { nodes: [fence], end: start };
    return { nodes: [h("code", {}, this.text.slice(start, end).trim())], end: end + fence.length };
  }

  /** Where a mark next stands; what was not found once is not looked for again. */
  find(mark, from) {
    if (this.absent.has(mark)) return -1;
    const place = this.text.indexOf(mark, from);
    if (place < 0) this.absent.add(mark);
    return place;
  }

  image() {
    const parts = this.bracketed(this.at + 1);
    return parts && { nodes: parts.label ? [parts.label] : [], end: parts.end };
  }

  link() {
    const parts = this.bracketed(this.at);
    if (!parts) return null;
    const words = this.inner(parts.label);
    const href = safeHref(parts.target, this.base);
    return { nodes: href && this.depth === 0 ? [anchor(href, words)] : words, end: parts.end };
  }

  /** `[label](target "title")` at a place: its parts, or null. */
  bracketed(at) {
    const close = closing(this.text, at, "[", "]", LABEL_MAX);
    if (close < 0 || this.text[close + 1] !== "(") return null;
    const end = closing(this.text, close + 1, "(", ")", TARGET_MAX);
    if (end < 0) return null;
    const target = this.text.slice(close + 2, end).trim().split(/\s/, 1)[0].replace(/^<|>$/g, "");
    return { label: this.text.slice(at + 1, close), target, end: end + 1 };
  }

  emphasis(sign) {
    const mark = this.text[this.at + 1] === sign ? sign + sign : sign;
    const start = this.at + mark.length;
    if (!this.opens(sign, start)) return { nodes: [mark], end: start };
    const end = this.closes(sign, mark, start);
    if (end < 0) return { nodes: [mark], end: start };
    const tag = mark.length === 2 ? "strong" : "em";
    return { nodes: [h(tag, {}, this.inner(this.text.slice(start, end)))], end: end + mark.length };
  }

  opens(sign, start) {
    if (/^\s?$/.test(this.text[start] ?? "")) return false;
    return sign === "*" || !WORD.test(this.text[this.at - 1] ?? "");
  }

  closes(sign, mark, start) {
    let end = this.find(mark, start + 1);
    while (end >= 0) {
      const single = mark.length === 2 || (this.text[end + 1] !== sign && this.text[end - 1] !== sign);
      const atWordEnd = sign === "*" || !WORD.test(this.text[end + mark.length] ?? "");
      if (single && atWordEnd && !/\s/.test(this.text[end - 1])) return end;
      end = this.text.indexOf(mark, end + (single ? 1 : 2));
    }
    return -1;
  }

  inner(text) {
    return this.depth >= DEEPEST ? [text] : new Scanner(text, this.base, this.depth + 1).run();
  }

  /** `<https://…>`; any other angle bracket is just that. */
  angle() {
    const found = this.bareUrl(this.at + 1);
    return found && this.text[found.end] === ">" ? { nodes: found.nodes, end: found.end + 1 } : null;
  }

  bareUrl(at) {
    BARE_URL.lastIndex = at;
    const match = BARE_URL.exec(this.text);
    if (!match || (at === this.at && WORD.test(this.text[at - 1] ?? ""))) return null;
    const url = trimmed(match[0]);
    const href = safeHref(url, this.base);
    return href ? { nodes: [this.depth === 0 ? anchor(href, [url]) : url], end: at + url.length } : null;
  }
}

/** Where the bracket opened at `at` closes, within `longest` characters; -1 when it does not. */
function closing(text, at, open, close, longest) {
  let depth = 0;
  const stop = Math.min(text.length, at + longest);
  for (let i = at; i < stop; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === open) depth += 1;
    else if (text[i] === close && --depth === 0) return i;
  }
  return -1;
}

/** Without the full stop or bracket that belongs to the sentence, not to the address. */
function trimmed(url) {
  const cut = url.replace(/[.,;:!?*_~]+$/, "");
  return cut.endsWith(")") && !cut.includes("(") ? cut.slice(0, -1) : cut;
}

function anchor(href, children) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

/** The address when it is https or leads to the desk itself; null for any other. */
export function safeHref(target, base) {
  let url;
  try {
    url = new URL(target, `${base}/`);
  } catch {
    return null;
  }
  const ours = url.origin === new URL(base).origin && /^https?:$/.test(url.protocol);
  if (url.username || url.password) return null;
  return ours || url.protocol === "https:" ? url.href : null;
}
