// Waiting between attempts: doubling, with jitter, so that a thousand pages do not come back in the same instant.

const FIRST_MS = 500;
const LONGEST_MS = 30000;

/** Milliseconds to wait after the given number of failures in a row (1, 2, …): between half and the whole of the step. */
export function backoff(failures, random = Math.random) {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return step * (0.5 + random() / 2);
}

/** A pause that `end()` cuts short. */
export class Pause {
  wait(ms) {
    this.end();
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.timer = window.setTimeout(() => this.end(), ms);
    });
  }

  end() {
    window.clearTimeout(this.timer);
    if (this.resolve) this.resolve();
    this.resolve = null;
  }
}
