// Single-key shortcuts, off while someone writes or a dialog is open; each agent can turn them off.
import { keep, kept } from "./store.js";

const help = document.getElementById("help");
const toggle = document.getElementById("keys-on");
const actions = new Map();

export function bind(key, action) {
  actions.set(key, action);
}

export function showHelp() {
  toggle.checked = kept("keys", true);
  help.showModal();
}

toggle.addEventListener("change", () => keep("keys", toggle.checked));
document.addEventListener("keydown", (event) => {
  const writing = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && writing) return event.target.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (!kept("keys", true) && event.key !== "?") return;
  const action = actions.get(event.key);
  if (!action) return;
  event.preventDefault();
  action();
});
bind("?", showHelp);
bind("/", () => document.getElementById("search")?.focus());
