// What must outlive a reload: drafts, unsent messages and the agent's choices, kept in this browser for this agent.
const prefix = `balcao:${document.body.dataset.agent}:`;

export function keep(name, value) {
  try {
    if (value === null || value === "") localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // a full or forbidden store must not stop the work
  }
}

export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(prefix + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
