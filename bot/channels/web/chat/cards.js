// What a message may carry beside its words: choices, a rating, the cited article, a ticket, a summary.

import { h, icon, setText } from "./dom.js";
import { safeHref } from "./markdown-inline.js";

const STARS = [1, 2, 3, 4, 5];
const COPIED_MS = 4000;

/** The citation: a card that opens the article in another tab. */
export function articleCard(article, { words, desk }) {
  const kind = words.kinds[article.kind] || words.article;
  const href = (article.url && safeHref(article.url, desk)) || `${desk}/artigos/${encodeURIComponent(article.id)}`;
  return h("a", { class: "card article", href, target: "_blank", rel: "noopener noreferrer" },
    icon("article"),
    h("span", { class: "card-text" }, h("span", { class: "kind" }, kind), h("span", { class: "title" }, article.title)),
    h("span", { class: "hidden" }, ` (${words.newTab})`),
    icon("open"));
}

/** The ticket: its protocol large enough to be copied by hand, and a button that copies it. */
export function ticketCard(ticket, { words }) {
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
export function summaryCard(summary) {
  return h("dl", { class: "card summary" },
    summary.map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value ?? "–"))));
}

/** Near articles that no choice offers already. */
export function nearArticles(payload, context) {
  const offered = new Set((payload.choices || []).map((choice) => choice.label));
  return (payload.articles || []).filter((article) => !offered.has(article.title)).map((article) => articleCard(article, context));
}

/** Buttons for the offered answers. `update(active, chosen)` spends them. */
export function choiceGroup(choices, { words, choose }) {
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
export function splitRating(choices) {
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
export function ratingGroup(rated, { words, rate }) {
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
