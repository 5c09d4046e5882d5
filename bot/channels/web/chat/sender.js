// Takes the outbox to the desk: one message at a time, in order, each until it is confirmed or refused.

import { Expired, Refused } from "./api.js";
import { Pause, backoff } from "./backoff.js";
import { bodyOf } from "./outbox.js";

export class Sender {
  /** `report` has `sent(message, token)`, `failed()`, `trouble(isTrouble)`, `expired(token)` and `began()`. */
  constructor({ outbox, session, api, memory, report }) {
    Object.assign(this, { outbox, session, api, report });
    this.lock = `${memory.prefix}sender`;
    this.pause = new Pause();
    this.failures = 0;
    this.running = false;
    this.held = false;
  }

  /** Starts, or ends a pause that was only waiting for the network. */
  wake() {
    if (this.running) {
      if (!this.held) this.pause.end();
      return;
    }
    this.running = true;
    this.run().finally(() => {
      this.running = false;
      if (!this.stopped && this.outbox.next()) this.wake();
    });
  }

  stop() {
    this.stopped = true;
    this.pause.end();
  }

  async run() {
    while (!this.stopped && this.outbox.next()) {
      try {
        await this.alone(() => this.sendNext());
        this.failures = 0;
        this.report.trouble(false);
      } catch (error) {
        await this.endure(error);
      }
    }
  }

  /** One tab at a time, where the browser can see to it; elsewhere the keys make a double harmless. */
  alone(work) {
    return navigator.locks ? navigator.locks.request(this.lock, work) : work();
  }

  async sendNext() {
    const entry = this.outbox.next();
    if (!entry || this.stopped) return;
    const fresh = !this.session.token;
    const token = await this.session.ensure();
    if (fresh) this.report.began();
    try {
      const message = await this.api.send(token, bodyOf(entry));
      this.report.sent(message, token);
      this.outbox.remove(entry.key);
    } catch (error) {
      if (error instanceof Expired) this.report.expired(token);
      if (!(error instanceof Refused)) throw error;
      this.outbox.fail(entry, error.code);
      this.report.failed();
    }
  }

  async endure(error) {
    this.failures += 1;
    this.report.trouble(Boolean(error.network) || error instanceof Refused); // refused here: no session is given
    this.held = Boolean(error.waitMs);
    await this.pause.wait(Math.max(error.waitMs || 0, backoff(this.failures)));
    this.held = false;
  }
}
