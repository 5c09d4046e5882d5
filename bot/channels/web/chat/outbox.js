// Messages that the desk has not confirmed yet. Each has a name of its own in the memory, so that two tabs never
// overwrite each other's, and the names sort by the time of writing.

import { newKey } from "./keys.js";

const START = "out.";
let counter = 0;

function newName() {
  counter += 1;
  return `${START}${String(Date.now()).padStart(14, "0")}.${String(counter).padStart(6, "0")}.${newKey().slice(0, 8)}`;
}

export class Outbox {
  constructor(memory) {
    this.memory = memory;
  }

  /** Entries, oldest first: `{name, key, text, choice?, files?, at, failed?}`; `text` is what the user sees. */
  list() {
    return this.memory.names(START).map((name) => ({ ...this.memory.get(name), name })).filter((entry) => entry.key);
  }

  /** The oldest entry that may still go out. */
  next() {
    return this.list().find((entry) => !entry.failed) || null;
  }

  /** Keeps a text with uploaded files, or the choice of an offered answer whose label is `text`. */
  push(text, choice = null, files = []) {
    this.memory.set(newName(), { key: newKey(), text, choice, files, at: new Date().toISOString() });
  }

  remove(key) {
    for (const entry of this.list()) if (entry.key === key) this.memory.remove(entry.name);
  }

  has(key) {
    return this.list().some((entry) => entry.key === key);
  }

  fail(entry, code) {
    this.save(entry, { failed: code });
  }

  /** Tries a refused entry again, as a new thing at the end of the line: the desk would refuse the old key again. */
  retry(key) {
    const entry = this.list().find((one) => one.key === key);
    if (!entry) return;
    this.memory.remove(entry.name);
    this.push(entry.text, entry.choice, entry.files);
  }

  /** After a lost session the offered answers are gone with it: what was chosen goes out as words. */
  turnChoicesIntoText() {
    for (const entry of this.list()) if (entry.choice) this.save(entry, { choice: null, key: newKey(), failed: null });
  }

  clear() {
    for (const name of this.memory.names(START)) this.memory.remove(name);
  }

  save(entry, changes) {
    const { name, ...kept } = entry;
    this.memory.set(name, { ...kept, ...changes });
  }
}

/** The body of the call that sends an entry. */
export function bodyOf(entry) {
  if (entry.choice) return { client_key: entry.key, choice: entry.choice };
  const text = entry.text ? { text: entry.text } : {};
  const attachments = entry.files?.length ? { attachments: entry.files.map((file) => file.id) } : {};
  return { client_key: entry.key, ...text, ...attachments };
}
