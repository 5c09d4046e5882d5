// One message on the screen, and what may still change about it: its mark, its choices.

import { h, icon, setText } from "./dom.js";
import { fileGroup } from "./files.js";
import { safeHref } from "./markdown-inline.js";
import { renderMarkdown } from "./markdown.js";
import { refusal } from "./strings.js";

const MARKS = { sent: "check", pending: "clock", failed: "alert" };

/** `context`: `{words, desk, chat, answered()}`. The bubble has `node` and `update(item, place)`. */
export function makeBubble(item, context) {
  if (item.author === "system") return systemNotice(item, context);
  return item.author === "user" ? userBubble(item, context) : deskBubble(item, context);
}

function userBubble(item, context) {
  const { words, chat } = context;
  const mark = h("span", { class: "mark" });
  const trouble = h("div", { class: "trouble", role: "status" });
  const node = h("div", { class: "message user" },
    h("span", { class: "hidden" }, `${words.you}: `),
    item.text && h("div", { class: "bubble plain" }, item.text),
    fileGroup(item.attachments, context),
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
    fileGroup(item.attachments, context),
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

// --- cards, choices and stars

const STARS = [1, 2, 3, 4, 5];
const COPIED_MS = 4000;

/** The citation: a card that opens the article in another tab. */
function articleCard(article, { words, desk }) {
  const kind = words.kinds[article.kind] || words.article;
  const href = (article.url && safeHref(article.url, desk)) || `${desk}/artigos/${encodeURIComponent(article.id)}`;
  return h("a", { class: "card article", href, target: "_blank", rel: "noopener noreferrer" },
    icon("article"),
    h("span", { class: "card-text" }, h("span", { class: "kind" }, kind), h("span", { class: "title" }, article.title)),
    h("span", { class: "hidden" }, ` (${words.newTab})`),
    icon("open"));
}

/** The ticket: its protocol large enough to be copied by hand, and a button that copies it. */
function ticketCard(ticket, { words }) {
  const told = h("span", { class: "hidden", role: "status" });
  const button = h("button", { type: "button", class: "quiet", "aria-label": words.copy }, icon("copy"));
  button.addEventListener("click", async () => {
    await copyText(ticket.protocol, button);
    button.replaceChildren(icon("check"));
    setText(told, words.copied);
    window.setTimeout(() => {
      button.replaceChildren(icon("copy"));
      setText(told, "");
    }, COPIED_MS);
  });
  return h("div", { class: "card ticket" },
    icon("ticket"),
    h("span", { class: "card-text" },
      h("span", { class: "kind" }, `${words.ticket} · ${words.protocol}`),
      h("span", { class: "protocol" }, ticket.protocol),
      ticket.title && h("span", { class: "title" }, ticket.title),
      ticket.state && h("span", { class: "state" }, words.states[ticket.state] || ticket.state)),
    button, told);
}

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text, button); // no clipboard on plain HTTP
  }
}

function copyBySelection(text, button) {
  const area = h("textarea", { class: "hidden", readonly: true, tabindex: "-1" });
  area.value = text;
  button.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  button.focus();
}

/** What was collected, as terms and their values. */
function summaryCard(summary) {
  return h("dl", { class: "card summary" },
    summary.map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value ?? "–"))));
}

/** Near articles that no choice offers already. */
function nearArticles(payload, context) {
  const offered = new Set((payload.choices || []).map((choice) => choice.label));
  return (payload.articles || []).filter((article) => !offered.has(article.title)).map((article) => articleCard(article, context));
}

/** Buttons for the offered answers. `update(active, chosen)` spends them. */
function choiceGroup(choices, { words, choose }) {
  const buttons = choices.map((choice) =>
    h("button", { type: "button", class: "choice", onclick: () => choose(choice) }, choice.label));
  const node = h("div", { class: "choices", role: "group", "aria-label": words.choices }, buttons);
  const update = (active, chosen) => {
    node.classList.toggle("spent", !active);
    buttons.forEach((button, i) => mark(button, active, chosen === choices[i].id, words));
  };
  return { node, update };
}

function mark(button, active, isChosen, words) {
  button.disabled = !active;
  button.classList.toggle("chosen", isChosen);
  const has = button.querySelector(".hidden");
  if (isChosen && !has) button.append(h("span", { class: "hidden" }, ` (${words.chosen})`));
  if (!isChosen) has?.remove();
}

/** Which of the choices stands for which number of stars, and those that stand for none. */
function splitRating(choices) {
  const byStar = new Map();
  const others = [];
  for (const choice of choices) {
    const star = Number(/^\D*([1-5])(?!\d)/.exec(choice.label)?.[1]) || (choice.label.match(/[⭐★]/gu) || []).length;
    if (star >= 1 && star <= 5 && !byStar.has(star)) byStar.set(star, choice);
    else others.push(choice);
  }
  return { byStar, others };
}

/** Five stars. `rate(star)` is called once; `update(active, star)` spends them. */
function ratingGroup(rated, { words, rate }) {
  const buttons = STARS.map((star) =>
    h("button", { type: "button", class: "star", "aria-label": words.stars(star), onclick: () => rate(star) }, icon("star")));
  const node = h("div", { class: "rating", role: "group", "aria-label": rated === "human" ? words.rateHuman : words.rateBot },
    h("div", { class: "stars" }, buttons),
    h("div", { class: "ends", "aria-hidden": "true" }, words.starsEnds.map((end) => h("span", {}, end))));
  const update = (active, given) => {
    node.classList.toggle("spent", !active);
    buttons.forEach((button, i) => {
      button.disabled = !active;
      button.classList.toggle("on", given >= i + 1);
      button.setAttribute("aria-pressed", String(given === i + 1));
    });
  };
  return { node, update };
}
