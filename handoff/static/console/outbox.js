// Unsent messages: kept until the desk has them, sent one after the other with the same key however often it takes.
import { post } from "./api.js";
import { keep, kept } from "./store.js";

const running = new Set();
let changed = () => {};

export function onChange(listener) {
  changed = listener;
}

export function waiting(conversationId) {
  return kept(`outbox:${conversationId}`, []);
}

function write(conversationId, items) {
  keep(`outbox:${conversationId}`, items.length ? items : null);
  changed(conversationId);
}

export function add(conversationId, text, note, files) {
  const item = { client_key: newKey(), text, note, files, state: "sending" };
  write(conversationId, [...waiting(conversationId), item]);
  run(conversationId);
}

/** A key of one's own for something that is to happen once. */
export function newKey() {
  // crypto.randomUUID exists only on secure origins; an intranet console may be plain HTTP
  return crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function drop(conversationId, key) {
  write(conversationId, waiting(conversationId).filter((item) => item.client_key !== key));
}

export function retry(conversationId, key) {
  mark(conversationId, key, { state: "sending", problem: "" });
  run(conversationId);
}

function mark(conversationId, key, change) {
  write(conversationId, waiting(conversationId).map((item) => (item.client_key === key ? { ...item, ...change } : item)));
}

export async function run(conversationId) {
  if (running.has(conversationId)) return;
  running.add(conversationId);
  try {
    let pause = 500;
    for (let item = next(conversationId); item; item = next(conversationId)) {
      const sent = await send(conversationId, item);
      pause = sent ? 500 : Math.min(pause * 2, 15000);
      if (!sent && next(conversationId)) await new Promise((done) => setTimeout(done, pause));
    }
  } finally {
    running.delete(conversationId);
  }
}

/** The first unsent message, unless it was refused: order is kept until the agent decides. */
function next(conversationId) {
  const first = waiting(conversationId).find((item) => item.state !== "sent");
  return first && first.state !== "failed" ? first : null;
}

/** Forgets what the desk is known to have: messages now on the page, up to a seq. */
export function settle(conversationId, seq) {
  const items = waiting(conversationId);
  const left = items.filter((item) => item.state !== "sent" || item.seq > seq);
  if (left.length !== items.length) write(conversationId, left);
}

async function send(conversationId, { client_key, text, note, files = [] }) {
  try {
    const stored = await post(`/api/console/conversations/${conversationId}/messages`, { client_key, text, note, attachments: files.map((file) => file.id) });
    mark(conversationId, client_key, { state: "sent", seq: stored.seq });
    return true;
  } catch (error) {
    if (error.passing) mark(conversationId, client_key, { state: "retrying" });
    else mark(conversationId, client_key, { state: "failed", problem: error.sentence });
    return false;
  }
}
