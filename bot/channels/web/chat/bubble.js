// One message on the screen, and what may still change about it: its mark, its choices.

import { articleCard, choiceGroup, nearArticles, ratingGroup, splitRating, summaryCard, ticketCard } from "./cards.js";
import { h, icon, setText } from "./dom.js";
import { renderMarkdown } from "./markdown.js";
import { refusal } from "./strings.js";

const MARKS = { sent: "check", pending: "clock", failed: "alert" };

/** `context`: `{words, desk, chat, answered()}`. The bubble has `node` and `update(item, place)`. */
export function makeBubble(item, context) {
  if (item.author === "system") return systemNotice(item, context);
  return item.author === "user" ? userBubble(item, context) : deskBubble(item, context);
}

function userBubble(item, { words, chat }) {
  const mark = h("span", { class: "mark" });
  const trouble = h("div", { class: "trouble", role: "status" });
  const node = h("div", { class: "message user" },
    h("span", { class: "hidden" }, `${words.you}: `),
    h("div", { class: "bubble plain" }, item.text),
    h("div", { class: "meta" }, item.payload?.corrects && `${words.corrected} · `, timeOf(item, words), mark),
    trouble);
  let shown = null;
  const update = (now) => {
    const state = `${now.status}${now.failed || ""}`;
    if (state === shown) return;
    shown = state;
    node.classList.toggle("pending", now.status === "pending");
    mark.replaceChildren(icon(MARKS[now.status]), h("span", { class: "hidden" }, words[now.status]));
    trouble.replaceChildren(...(now.status === "failed" ? troubleOf(now, words, chat) : []));
  };
  return { node, update };
}

function troubleOf(item, words, chat) {
  const isChoice = Boolean(item.payload?.choice);
  const again = h("button", { type: "button", class: "text-button", onclick: () => chat.retry(item.key) }, words.retry);
  const away = h("button", { type: "button", class: "text-button", onclick: () => chat.discard(item.key) }, words.discard);
  return [h("p", {}, refusal(words, item.failed, isChoice)), h("div", { class: "row" }, !isChoice && again, away)];
}

function deskBubble(item, context) {
  const { words } = context;
  const name = item.author_name || words[item.author] || words.bot;
  const extras = extrasOf(item, context);
  const text = renderMarkdown(item.text, context.desk);
  const node = h("div", { class: `message ${item.author === "agent" ? "agent" : "bot"}` },
    h("div", { class: "name" }, name),
    text.length > 0 && h("div", { class: "bubble rich" }, text, extras.inside),
    text.length === 0 && extras.inside,
    h("div", { class: "meta" }, timeOf(item, words)),
    extras.below);
  return { node, update: updater(node, extras.parts) };
}

function systemNotice(item, context) {
  const extras = extrasOf(item, context);
  const node = h("div", { class: "message system" },
    h("div", { class: "notice rich", "data-notice": item.payload?.notice },
      renderMarkdown(item.text, context.desk), h("div", { class: "meta" }, timeOf(item, context.words))),
    extras.inside, extras.below);
  return { node, update: updater(node, extras.parts) };
}

function updater(node, parts) {
  return (item, place) => {
    node.classList.toggle("follows", place.follows);
    node.classList.toggle("goes-on", place.goesOn);
    for (const part of parts) part.update(place.active, place.answer);
  };
}

/** The payload as nodes: cards inside the bubble, choices and stars below it. */
function extrasOf(item, context) {
  const payload = item.payload || {};
  const parts = [];
  if (payload.rating) parts.push(ratingPart(item, context));
  const choices = payload.rating ? splitRating(payload.choices || []).others : payload.choices || [];
  if (choices.length) parts.push(choicePart(item, choices, context));
  const inside = [
    payload.summary?.length > 0 && summaryCard(payload.summary),
    payload.ticket && ticketCard(payload.ticket, context),
    payload.article && articleCard(payload.article, context),
    ...nearArticles(payload, context),
  ].filter(Boolean);
  return { inside, below: parts.map((part) => part.node), parts };
}

function choicePart(item, choices, { words, chat, answered }) {
  const choose = (choice) => {
    chat.choose(item, choice);
    answered();
  };
  const { node, update } = choiceGroup(choices, { words, choose });
  return { node, update: (active, answer) => update(active, chosenId(answer, item, choices)) };
}

function ratingPart(item, { words, chat, answered }) {
  const { byStar } = splitRating(item.payload.choices || []);
  const rate = (star) => {
    if (byStar.has(star)) chat.choose(item, byStar.get(star));
    else chat.say(String(star));
    answered();
  };
  const { node, update } = ratingGroup(item.payload.rating.rated, { words, rate });
  return { node, update: (active, answer) => update(active, starOf(answer, item, byStar)) };
}

/** Which of these choices the user's next message was. */
function chosenId(answer, item, choices) {
  const made = answer?.payload?.choice;
  if (made?.message_id === item.id) return made.id;
  return choices.find((choice) => choice.label === answer?.text)?.id ?? null;
}

function starOf(answer, item, byStar) {
  const id = chosenId(answer, item, [...byStar.values()]);
  for (const [star, choice] of byStar) if (choice.id === id) return star;
  return /^[1-5]$/.test(answer?.text || "") ? Number(answer.text) : 0;
}

function timeOf(item, words) {
  const at = new Date(item.created_at);
  const node = h("time", { datetime: item.created_at });
  setText(node, Number.isNaN(at.getTime()) ? "" : words.time(at));
  return node;
}
