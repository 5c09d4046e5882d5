// The list of messages: keeps one node for each, in order, and the reader's place in it.

import { makeBubble } from "./bubble.js";
import { h, setText } from "./dom.js";

const NEAR_END_PX = 80;
const AT_END_PX = 12;
const MARGIN_PX = 12;

export class Log {
  /** `context` is what the bubbles need; `intro` the node above all messages; `onPlace(atEnd)` hears of scrolling. */
  constructor(context, intro, onPlace) {
    this.context = context;
    this.onPlace = onPlace;
    this.views = new Map();
    this.list = h("div", { class: "list" });
    this.typing = typingDots(context.words);
    this.node = h("div", {
      class: "log", role: "log", tabindex: "0", "aria-live": "polite", "aria-label": context.words.log,
    }, intro, this.list, this.typing);
    this.node.addEventListener("scroll", () => this.noticePlace(), { passive: true });
    this.stuck = true; // to the end, as long as the reader does not scroll away
    this.lastTop = 0;
    const sizes = new ResizeObserver(() => this.stuck && this.toEnd());
    for (const node of [this.node, this.list]) sizes.observe(node);
  }

  /** Only a move upwards is the reader's: the end also gets away when a banner takes room from the list. */
  noticePlace() {
    const top = this.node.scrollTop;
    if (this.toGo < NEAR_END_PX) this.stuck = true;
    else if (top < this.lastTop) this.stuck = false;
    this.lastTop = top;
    this.onPlace(this.toGo < AT_END_PX);
  }

  /** How much is hidden below, in pixels. */
  get toGo() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Shows these items. Called often; touches only what changed. */
  render(items, { typing, loading }) {
    const wasAtEnd = this.stuck;
    const fresh = this.place(items);
    this.node.setAttribute("aria-busy", String(Boolean(loading)));
    this.typing.hidden = !typing;
    if (fresh.length && (wasAtEnd || fresh.some((item) => item.status !== "sent"))) this.follow(fresh, items);
    else if (typing && wasAtEnd) this.toEnd();
    if (fresh.length) this.noticePlace();
  }

  place(items) {
    const rows = withDays(items);
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, view] of this.views) if (!keys.has(key)) this.drop(key, view);
    const fresh = [];
    let before = null;
    for (let i = rows.length - 1; i >= 0; i -= 1) before = this.placeRow(rows[i], before, fresh);
    return fresh.reverse();
  }

  /** Puts one row before the next one; a node that stands right is not moved, so it is not read out again. */
  placeRow(row, before, fresh) {
    let view = this.views.get(row.key);
    if (!view) {
      view = row.day ? dayRow(row, this.context.words) : makeBubble(row.item, this.context);
      this.views.set(row.key, view);
      if (row.item) fresh.push(row.item);
    }
    if (row.item) view.update(row.item, row.place);
    if (view.node.nextSibling !== before || !view.node.parentNode) this.list.insertBefore(view.node, before);
    return view.node;
  }

  drop(key, view) {
    view.node.remove();
    this.views.delete(key);
  }

  /** Goes down to the new messages, but not past the beginning of the first one: long answers are read from their top. */
  follow(fresh, items) {
    const first = fresh.find((item) => item.author !== "user");
    const own = items.at(-1)?.author === "user";
    this.toEnd();
    if (!first || own || fresh.length > 6) return;
    const top = this.views.get(first.key).node.offsetTop - MARGIN_PX;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    this.stuck = this.toGo < NEAR_END_PX;
  }

  toEnd() {
    this.stuck = true;
    this.node.scrollTop = this.node.scrollHeight;
  }
}

/** Items with day rows between them, and what each needs to know of its neighbours. */
function withDays(items) {
  const rows = [];
  const lastUser = items.findLastIndex((item) => item.author === "user" && item.status !== "failed");
  let day = null;
  let answer = null;
  const answers = new Array(items.length);
  for (let i = items.length - 1; i >= 0; i -= 1) {
    answers[i] = answer;
    if (items[i].author === "user") answer = items[i];
  }
  items.forEach((item, i) => {
    const itsDay = new Date(item.created_at).toDateString();
    if (itsDay !== day) rows.push({ key: `day before ${item.key}`, day: item.created_at });
    const follows = itsDay === day && i > 0 && items[i - 1].author === item.author && items[i - 1].author_name === item.author_name;
    day = itsDay;
    rows.push({ key: item.key, item, place: { follows, goesOn: goesOn(item, items[i + 1]), active: i > lastUser, answer: answers[i] } });
  });
  return rows;
}

/** Whether the next message is the same author's in the same minute: then one time is enough for both. */
function goesOn(item, next) {
  return item.author !== "user" && item.author === next?.author && item.created_at.slice(0, 16) === next.created_at.slice(0, 16);
}

function dayRow(row, words) {
  return { node: h("div", { class: "day" }, h("span", {}, words.day(new Date(row.day)))) };
}

function typingDots(words) {
  const node = h("div", { class: "typing" }, h("span", { class: "hidden" }), h("i"), h("i"), h("i"));
  setText(node.firstChild, words.typing);
  node.hidden = true;
  return node;
}
