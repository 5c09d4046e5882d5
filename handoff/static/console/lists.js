// The two lists: kept fresh, with ticking waits, remembered tab, focus and place kept when they are drawn again.
import { html } from "./api.js";
import { openedId } from "./conversation.js";
import { keep, kept } from "./store.js";
import { say } from "./words.js";

const box = document.getElementById("lists");
let shown = "";
let running = false;
let again = false;
let known = null;

export function selectTab(name, focus = false) {
  for (const tab of box.querySelectorAll("[role=tab]")) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  keep("tab", name);
}

const tab = () => kept("tab", "waiting");
const panel = () => box.querySelector(".panel:not([hidden])");
export const entries = () => [...panel().querySelectorAll(".entry")];

export async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    draw(await html(`/console/lists?opened=${openedId() ?? ""}&sort=${kept("sort", "wait")}`));
  } catch {
    // the socket says so when the desk is away, and asks again when it is back
  } finally {
    running = false;
    if (again) setTimeout(refresh, 150);
    again = false;
  }
}

function draw(text) {
  if (text === shown) return;
  shown = text;
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset : null;
  const top = panel()?.scrollTop ?? 0;
  box.innerHTML = text;
  settle();
  panel().scrollTop = top;
  if (focused?.id) box.querySelector(`.panel:not([hidden]) [data-id="${focused.id}"]`)?.focus({ preventScroll: true });
  else if (focused?.sort) box.querySelector(`[data-sort="${focused.sort}"]`)?.focus();
  else if (focused?.tab) box.querySelector(`[data-tab="${focused.tab}"]`)?.focus();
}

/** What every drawing needs: the tab, the ticking waits, the number in the title. */
export function settle() {
  selectTab(tab());
  tick();
  const unread = Number(box.querySelector('[data-count="mine"]').dataset.unread);
  document.title = `${unread ? `(${unread}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  const waiting = new Set([...box.querySelectorAll("#panel-waiting .entry")].map((entry) => entry.dataset.id));
  const news = known && (unread > known.unread || [...waiting].some((id) => !known.waiting.has(id)));
  known = { unread, waiting };
  if (news) beep();
}

/** The page comes in the order of waiting; who has chosen another gets it at once. */
export function order() {
  if (kept("sort", "wait") !== "wait") refresh();
}

export function markOpened(id) {
  for (const entry of box.querySelectorAll(".entry")) {
    if (entry.dataset.id === id) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
  shown = "";
}

function tick() {
  for (const time of box.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(time.dataset.since)) / 1000));
    time.textContent = spoken(seconds);
    time.classList.toggle("long", seconds >= 600);
    time.classList.toggle("very-long", seconds >= 1800);
  }
}

function spoken(seconds) {
  if (seconds < 60) return say("seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return say("hours", { hours, minutes: minutes % 60 });
  return say("days", { count: Math.floor(hours / 24), hours: hours % 24 });
}

// A soft tone, only when the agent has asked for sound.
function beep() {
  if (!kept("sound", false)) return;
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
  tone.addEventListener("ended", () => audio.close());
}

/** Moves the focus by one entry; from elsewhere it begins at the opened one. */
export function move(step) {
  const list = entries();
  if (!list.length) return;
  const from = list.indexOf(document.activeElement);
  const opened = list.findIndex((entry) => entry.hasAttribute("aria-current"));
  const start = from >= 0 ? from : opened;
  const to = start < 0 ? 0 : Math.min(list.length - 1, Math.max(0, start + step));
  list[to].focus();
}

box.addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=tab]");
  if (chosen) selectTab(chosen.dataset.tab);
  const order = event.target.closest("[data-sort]");
  if (order) {
    keep("sort", order.dataset.sort);
    refresh();
  }
});
box.addEventListener("keydown", (event) => {
  if (event.target.getAttribute("role") !== "tab" || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  selectTab(event.target.dataset.tab === "waiting" ? "mine" : "waiting", true);
});
setInterval(tick, 1000);
// What is left of a deadline is counted by the desk, which knows its calendar.
setInterval(() => document.hidden || refresh(), 30_000);
