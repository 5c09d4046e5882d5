// The work page: opening a conversation without a reload, the live link, the shortcuts.
import { html } from "./api.js";
import * as conversation from "./conversation.js";
import { bind } from "./keys.js";
import * as lists from "./lists.js";
import * as live from "./live.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const pane = document.getElementById("pane");
const empty = pane.querySelector(".empty")?.outerHTML ?? "";
let root = null;
let turn = 0;

export function start(work) {
  root = work;
  lists.settle();
  lists.order();
  conversation.takeUp(lists.refresh);
  listen();
  bindKeys();
  live.connect();
}

async function open(id, remember = true) {
  const mine = ++turn;
  lists.markOpened(id);
  try {
    const text = await html(`/console/conversations/${id}/pane`);
    if (mine !== turn) return;
    pane.innerHTML = text;
  } catch (error) {
    return toast(error.sentence, true);
  }
  root.dataset.view = "conversation";
  if (remember) history.pushState({ id }, "", `/console/conversations/${id}`);
  conversation.takeUp();
}

function backToLists(remember = true) {
  turn += 1;
  conversation.close();
  root.dataset.view = "lists";
  lists.markOpened("");
  pane.innerHTML = empty;
  if (remember) history.pushState({}, "", "/console");
  lists.refresh();
}

function listen() {
  document.addEventListener("click", (event) => {
    const entry = event.target.closest(".entry");
    if (entry && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      return open(entry.dataset.id);
    }
    act(event);
  });
  addEventListener("popstate", () => {
    const id = location.pathname.match(/\/conversations\/(\w+)$/)?.[1];
    if (id) open(id, false);
    else backToLists(false);
  });
  document.getElementById("resolve-form").addEventListener("submit", (event) => {
    event.preventDefault();
    conversation.resolve();
  });
  live.on("queue", lists.refresh);
  live.on("up", () => {
    if (showLink("up")) toast(say("online"));
    lists.refresh();
  });
  live.on("down", () => showLink("down"));
  live.on("signed_out", () => location.assign(`/console/sign-in?next=${encodeURIComponent(location.pathname)}`));
}

function act(event) {
  const button = event.target.closest("[data-action], [data-mode]");
  if (!button) return;
  if (button.dataset.mode) return conversation.write(button.dataset.mode === "note");
  const actions = {
    claim: conversation.claim,
    release: conversation.release,
    resolve: conversation.askSolution,
    attach: conversation.chooseFiles,
    "to-end": conversation.toEnd,
    older: () => conversation.older(button),
    back: () => backToLists(),
    facts: () => toggleFacts(button),
  };
  if (button.dataset.action === "back") event.preventDefault();
  actions[button.dataset.action]?.();
}

function toggleFacts(button) {
  const shown = document.getElementById("conversation").classList.toggle("show-facts");
  button.setAttribute("aria-expanded", String(shown));
}

/** Shows the state of the link; says whether it had been down. */
function showLink(state) {
  const mark = document.getElementById("link");
  const wasDown = mark.dataset.state === "down";
  mark.dataset.state = state;
  mark.hidden = state !== "down";
  mark.querySelector(".text").textContent = state === "down" ? say("offline") : "";
  return wasDown && state === "up";
}

function bindKeys() {
  bind("j", () => lists.move(1));
  bind("k", () => lists.move(-1));
  bind("1", () => lists.selectTab("waiting"));
  bind("2", () => lists.selectTab("mine"));
  bind("a", conversation.claim);
  bind("r", () => conversation.write(false));
  bind("n", () => conversation.write(true));
  bind("s", conversation.askSolution);
}
