// Puts the console together. On pages without the lists only the menu, the help and the filters are there.
import { showHelp } from "./keys.js";
import { keep, kept } from "./store.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const work = document.querySelector("main.work");
if (work) (await import("./work.js")).start(work);

const soundButton = document.querySelector('[data-action="sound"]');
const showSound = () => soundButton.setAttribute("aria-pressed", String(kept("sound", false)));
if (soundButton) showSound();

document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (action === "help") showHelp();
  if (action === "close-dialog") event.target.closest("dialog").close();
  if (action === "sound") {
    keep("sound", !kept("sound", false));
    showSound();
    toast(say(kept("sound", false) ? "sound_on" : "sound_off"));
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
for (const field of document.querySelectorAll("[data-autosubmit]")) field.addEventListener("change", () => field.form.requestSubmit());
document.documentElement.dataset.ready = "true";
