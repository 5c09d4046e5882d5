// The opened conversation: messages as they come, the composer with its draft, claiming, releasing and resolving.
import { CallError, get, html, post } from "./api.js";
import * as files from "./files.js";
import * as live from "./live.js";
import * as outbox from "./outbox.js";
import { keep, kept } from "./store.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const pane = document.getElementById("pane");
let current = null;
let onRead = () => {};

const find = (selector) => pane.querySelector(selector);
const lastSeq = () => Number(find("#messages")?.querySelector(".message:last-of-type")?.dataset.seq ?? 0);

export const openedId = () => current;

/** Takes up the conversation that the pane shows, if it shows one. */
export function takeUp(readListener = onRead) {
  onRead = readListener;
  current = find("#conversation")?.dataset.id ?? null;
  live.open(current, lastSeq);
  if (!current) return;
  document.title = document.title.replace(/^(\(\d+\) )?.*·/, `$1${find("#conversation").dataset.title} ·`);
  find("#text").value = kept(`draft:${current}`, "");
  setNote(kept(`note:${current}`, false));
  applyStanding();
  outbox.settle(current, lastSeq());
  showPending();
  files.show(current);
  outbox.run(current);
  toEnd();
  markRead();
}

export function close() {
  current = null;
  live.open(null);
}

// ── who has it ────────────────────────────────────────────────────────────────────────────────────────────────────

const standing = () => find("#conversation").dataset;
const isWorker = () => document.body.dataset.role !== "manager";

function applyStanding() {
  const { mayClaim, mayReply } = standing();
  find('[data-action="claim"]').hidden = mayClaim !== "true" || !isWorker();
  for (const action of ["release", "resolve"]) find(`[data-action="${action}"]`).hidden = mayReply !== "true" || !isWorker();
  find("#composer").hidden = !isWorker();
  setNote(find("#composer").dataset.note === "true");
}

async function take(state) {
  if (state.conversation_id !== current) return;
  Object.assign(standing(), { owner: state.owner, mayClaim: state.may_claim, mayReply: state.may_reply, agentName: state.agent_name ?? "" });
  applyStanding();
  await refreshFacts(state.conversation_id);
}

async function refreshFacts(id) {
  const text = await html(`/console/conversations/${id}/facts`).catch(() => null);
  if (id !== current || text === null) return;
  find("#facts").innerHTML = text;
  find("#status").textContent = find("#facts-status").textContent;
}

async function act(action, body, done) {
  const id = current;
  const button = find(`[data-action="${action}"]`);
  button.disabled = true;
  try {
    await take(await post(`/api/console/conversations/${id}/${action}`, body));
    toast(say(done));
    return null;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const sentence = error.code === "owner_changed" ? await whoHasIt(id) : error.sentence;
    toast(sentence, true);
    return { sentence };
  } finally {
    if (find(`[data-action="${action}"]`)) find(`[data-action="${action}"]`).disabled = false;
  }
}

/** After a lost race: shows the conversation as it is now, and says who has it. */
async function whoHasIt(id) {
  try {
    const { standing: state } = await get(`/api/console/conversations/${id}`);
    await take(state);
    return state.owner === "agent" ? say("won_by", { name: state.agent_name }) : say(`gone_${state.owner}`);
  } catch (error) {
    return error.sentence;
  }
}

export async function claim() {
  if (find('[data-action="claim"]')?.hidden !== false) return;
  if ((await act("claim", {}, "claimed")) === null) {
    setNote(Boolean(find("#text")?.value)); // what was begun as a note must not become a reply
    find("#text")?.focus();
  }
}

export const release = () => act("release", {}, "released");

export function askSolution() {
  if (find('[data-action="resolve"]')?.hidden !== false) return;
  document.getElementById("solution").value = kept(`solution:${current}`, "");
  document.getElementById("resolve-problem").hidden = true;
  document.getElementById("resolve").showModal();
}

export async function resolve() {
  const box = document.getElementById("solution");
  const problem = document.getElementById("resolve-problem");
  const id = current;
  const error = box.value.trim() ? await act("resolve", { solution: box.value }, "resolved") : { sentence: say("empty_text") };
  problem.hidden = !error;
  if (error) {
    problem.textContent = error.sentence;
    return box.focus();
  }
  keep(`solution:${id}`, null);
  document.getElementById("resolve").close();
}

// ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

const scroller = () => find("#scroll");
const NEAR_END = 120;
const gap = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight;
const atEnd = () => gap() < NEAR_END;

export function toEnd() {
  scroller().scrollTop = scroller().scrollHeight;
  find(".new-below").hidden = true;
}

function insert(frame) {
  if (frame.conversation_id !== current || frame.seq <= lastSeq()) return;
  const stay = atEnd();
  const list = find("#messages");
  list.insertAdjacentHTML("beforeend", frame.html);
  const shown = [...list.querySelectorAll(".day")].map((day) => day.dataset.day);
  list.querySelectorAll(".day").forEach((day, index) => shown.indexOf(day.dataset.day) < index && day.remove());
  outbox.settle(current, frame.seq);
  if (stay || frame.message.client_key) toEnd();
  else find(".new-below").hidden = false;
  markRead();
}

export async function older(button) {
  const first = find("#messages .message");
  const box = document.createElement("ol");
  box.innerHTML = await html(`/console/conversations/${current}/older?before=${first.dataset.seq}`);
  const more = box.querySelector(".has-older");
  more?.remove();
  const height = scroller().scrollHeight;
  const day = find("#messages .day");
  if (day && box.querySelector(`.day[data-day="${day.dataset.day}"]`)) day.remove();
  find("#messages").prepend(...box.childNodes);
  scroller().scrollTop += scroller().scrollHeight - height;
  button.hidden = !more;
}

let readTimer = null;

function markRead() {
  if (!current || document.hidden || readTimer) return;
  readTimer = setTimeout(() => {
    readTimer = null;
    if (!current || document.hidden) return;
    post(`/api/console/conversations/${current}/read`, { seq: lastSeq() }).then(onRead, () => {});
  }, 300);
}

// ── unsent messages ───────────────────────────────────────────────────────────────────────────────────────────────

function showPending() {
  const list = find("#pending");
  if (!list) return;
  const items = outbox.waiting(current).filter((item) => item.state !== "sent" || item.seq > lastSeq());
  list.hidden = items.length === 0;
  list.replaceChildren(...items.map(pendingItem));
}

function pendingItem(item) {
  const line = document.createElement("li");
  line.className = `message agent mine${item.note ? " note" : ""}`;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  const body = document.createElement("div");
  body.className = "body plain";
  body.dir = "auto";
  body.textContent = [item.text, ...(item.files ?? []).map((file) => file.name)].filter(Boolean).join("\n");
  bubble.append(body, delivery(item));
  line.append(bubble);
  return line;
}

function delivery(item) {
  const line = document.createElement("p");
  line.className = item.state === "failed" ? "delivery bad" : "delivery";
  const text = document.createElement("span");
  text.textContent = item.state === "failed" ? `${say("not_sent")}: ${item.problem}` : say(item.state === "retrying" ? "retrying" : "sending");
  line.append(text);
  if (item.state === "failed") line.append(button("try_again", () => outbox.retry(current, item.client_key)), button("discard", () => discard(item)));
  return line;
}

function button(word, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = say(word);
  made.addEventListener("click", action);
  return made;
}

/** What is discarded goes back into an empty box, so that a word too many can still be saved. */
function discard(item) {
  const box = find("#text");
  if (!box.value) {
    box.value = item.text;
    keep(`draft:${current}`, item.text);
  }
  outbox.drop(current, item.client_key);
  outbox.run(current);
}

// ── the composer ──────────────────────────────────────────────────────────────────────────────────────────────────

export function setNote(wanted) {
  const form = find("#composer");
  if (!form) return;
  const mayReply = standing().mayReply === "true";
  const note = wanted || !mayReply;
  form.dataset.note = note;
  for (const mode of form.querySelectorAll("[data-mode]")) {
    mode.setAttribute("aria-pressed", String((mode.dataset.mode === "note") === note));
    if (mode.dataset.mode === "reply") mode.disabled = !mayReply;
  }
  find("#composer-hint").textContent = say(note ? (mayReply ? "note_hint" : "claim_hint") : "reply_hint");
  find("#send").textContent = say(note ? "send_note" : "send");
  keep(`note:${current}`, wanted && mayReply ? true : null);
}

export function write(note) {
  setNote(note);
  find("#text")?.focus();
}

function send() {
  const box = find("#text");
  const text = box.value.trim();
  if (files.busy(current)) return toast(say("uploading"), true);
  const ready = files.take(current);
  if (!text && !ready.length) return toast(say("empty_text"), true);
  outbox.add(current, text, find("#composer").dataset.note === "true", ready);
  box.value = "";
  keep(`draft:${current}`, null);
  find("#draft-state").textContent = "";
  toEnd();
  box.focus();
}

pane.addEventListener("submit", (event) => {
  if (event.target.id !== "composer") return;
  event.preventDefault();
  send();
});
export const chooseFiles = () => find("#files")?.click();

pane.addEventListener("change", (event) => {
  if (event.target.id !== "files") return;
  files.add(current, event.target.files);
  event.target.value = ""; // so that the same file can be chosen again
});
pane.addEventListener("paste", (event) => {
  if (event.target.id !== "text" || !event.clipboardData.files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  files.add(current, event.clipboardData.files);
});
pane.addEventListener("keydown", (event) => {
  if (event.target.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
pane.addEventListener("input", (event) => {
  if (event.target.id !== "text") return;
  keep(`draft:${current}`, event.target.value);
  find("#draft-state").textContent = event.target.value ? say("draft") : "";
});
document.getElementById("solution")?.addEventListener("input", (event) => keep(`solution:${current}`, event.target.value));
pane.addEventListener("scroll", (event) => event.target.id === "scroll" && atEnd() && (find(".new-below").hidden = true), true);
// a picture has no height before it is loaded: whoever was at the end stays there
pane.addEventListener("load", (event) => event.target.tagName === "IMG" && gap() < NEAR_END + event.target.clientHeight && toEnd(), true);
document.addEventListener("visibilitychange", markRead);

live.on("message", insert);
live.on("state", (frame) => {
  if (frame.conversation_id !== current) return;
  const was = standing();
  const moved = was.owner !== frame.owner || was.agentName !== (frame.agent_name ?? "");
  const tickets = JSON.stringify(frame.tickets);
  if (moved || (was.tickets && was.tickets !== tickets)) take(frame);
  was.tickets = tickets;
  if (moved && frame.owner === "agent" && !frame.may_reply) toast(say("with_agent", { name: frame.agent_name }));
});
live.on("gone", (frame) => frame.conversation_id === current && toast(say("not_found"), true));
outbox.onChange((id) => id === current && showPending());
