// The files that go with the next message: uploaded when chosen or pasted, kept by conversation until they are sent.
import { upload } from "./api.js";
import { newKey } from "./outbox.js";
import { say } from "./words.js";

const trays = new Map();
let shown = null;

const tray = (id) => trays.get(id) ?? trays.set(id, []).get(id);
export const busy = (id) => tray(id).some((entry) => entry.state === "going");

/** Shows the files of a conversation. */
export function show(id) {
  shown = id;
  const list = document.getElementById("tray");
  if (!list) return;
  list.hidden = tray(id).length === 0;
  list.replaceChildren(...tray(id).map((entry) => line(id, entry)));
}

export function add(id, files) {
  for (const file of files) start(id, { file, key: newKey() });
}

/** What is ready to go with a message; what failed stays. */
export function take(id) {
  const ready = tray(id).filter((entry) => entry.state === "done");
  trays.set(id, tray(id).filter((entry) => entry.state !== "done"));
  show(id);
  return ready.map((entry) => entry.stored);
}

async function start(id, entry) {
  entry.state = "going";
  if (!tray(id).includes(entry)) tray(id).push(entry);
  if (id === shown) show(id);
  try {
    entry.stored = await upload(`/api/console/conversations/${id}/attachments`, entry.key, entry.file);
    entry.state = "done";
  } catch (error) {
    Object.assign(entry, { state: "failed", problem: error.sentence, passing: error.passing });
  }
  if (id === shown) show(id);
}

function line(id, entry) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = entry.file.name;
  const state = document.createElement("span");
  state.className = entry.state === "failed" ? "delivery bad" : "small";
  state.setAttribute("role", "status");
  state.textContent = entry.state === "failed" ? entry.problem : say(entry.state === "going" ? "uploading" : "uploaded");
  item.append(name, " ", state, " ");
  if (entry.state === "failed" && entry.passing) item.append(button("try_again", entry, () => start(id, entry)));
  item.append(button("discard", entry, () => drop(id, entry)));
  return item;
}

function drop(id, entry) {
  trays.set(id, tray(id).filter((one) => one !== entry));
  show(id);
  document.getElementById("text")?.focus();
}

function button(word, entry, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = say(word);
  made.setAttribute("aria-label", `${say(word)}: ${entry.file.name}`);
  made.addEventListener("click", action);
  return made;
}
