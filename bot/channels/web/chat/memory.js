// What a browser remembers between pages: localStorage, one namespace for each desk, or plain memory where it is refused.

export class Memory {
  constructor(desk) {
    this.prefix = `balcao:${desk}:`;
    this.fallback = new Map();
  }

  get(name) {
    try {
      const kept = window.localStorage.getItem(this.prefix + name);
      if (kept !== null) return JSON.parse(kept);
    } catch {
      // storage refused, or another program's text under our name
    }
    return this.fallback.has(name) ? this.fallback.get(name) : null;
  }

  set(name, value) {
    try {
      window.localStorage.setItem(this.prefix + name, JSON.stringify(value));
      this.fallback.delete(name);
    } catch {
      this.fallback.set(name, value); // refused or full: kept for as long as the page lives
    }
  }

  remove(name) {
    this.fallback.delete(name);
    try {
      window.localStorage.removeItem(this.prefix + name);
    } catch {
      // nothing was kept there
    }
  }

  /** Names that begin with `start`, sorted. */
  names(start) {
    const found = new Set([...this.fallback.keys()]);
    try {
      for (let i = 0; i < window.localStorage.length; i += 1) {
        const key = window.localStorage.key(i);
        if (key.startsWith(this.prefix)) found.add(key.slice(this.prefix.length));
      }
    } catch {
      // only the fallback counts
    }
    return [...found].filter((name) => name.startsWith(start)).sort();
  }

  /** Calls `listener(name)` when another tab changed a name; returns the function that stops it. */
  watch(listener) {
    const heard = (event) => {
      if (event.key === null) listener(null);
      else if (event.key.startsWith(this.prefix)) listener(event.key.slice(this.prefix.length));
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }
}
