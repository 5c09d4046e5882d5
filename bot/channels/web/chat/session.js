// Who this browser is to the desk: a token, made at the first message and not before.

import { newKey } from "./keys.js";

export class Session {
  constructor(memory, api) {
    this.memory = memory;
    this.api = api;
  }

  get token() {
    return this.memory.get("token");
  }

  /** The token, asked for when there is none. Tabs share the key of the asking, so they end with the same session. */
  async ensure() {
    if (this.token) return this.token;
    if (!this.memory.get("session-key")) this.memory.set("session-key", newKey());
    const opened = await this.api.openSession(this.memory.get("session-key"));
    if (!this.token) this.memory.set("token", opened.token);
    return this.token;
  }

  /** Forgets a token that was refused, unless another tab has replaced it already. Answers whether it was the current one. */
  drop(token) {
    if (this.token !== token) return false;
    this.memory.remove("session-key");
    this.memory.remove("token");
    return true;
  }
}
