// The socket to the desk: opened again whenever it falls, with what was missed asked for by sequence number.

import { Pause, backoff } from "./backoff.js";

const PING_EVERY_MS = 25000;
const SILENCE_MS = 10000;
const STEADY_MS = 5000;

export class Connection {
  /** `source` has `token()`, `url()`; `report` has `frame(frame)`, `up()` and `down()`. Whether a token was refused, history calls tell. */
  constructor(source, report) {
    this.source = source;
    this.report = report;
    this.pause = new Pause();
    this.failures = 0;
    this.wanted = false;
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    this.run();
  }

  stop() {
    this.wanted = false;
    this.pause.end();
    this.forget();
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close(1000);
  }

  /** Tries at once instead of at the end of the pause. */
  wake() {
    this.pause.end();
  }

  async run() {
    while (this.wanted && this.source.token()) {
      await this.live(this.source.token());
      if (!this.wanted) break;
      this.failures += 1;
      this.report.down();
      await this.pause.wait(backoff(this.failures));
    }
    this.wanted = false;
  }

  /** One socket, from its opening to its end. */
  live(token) {
    return new Promise((ended) => {
      const socket = this.open();
      if (!socket) return ended();
      this.socket = socket;
      socket.onopen = () => {
        socket.send(JSON.stringify({ token }));
        this.steady = window.setTimeout(() => (this.failures = 0), STEADY_MS);
        this.beat(socket);
        this.report.up();
      };
      socket.onmessage = (event) => this.hear(socket, event.data);
      socket.onclose = () => {
        this.forget();
        ended();
      };
    });
  }

  open() {
    try {
      return new WebSocket(this.source.url());
    } catch {
      return null; // refused by the page's policy: the history calls still carry the conversation
    }
  }

  hear(socket, data) {
    window.clearTimeout(this.silence);
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === "ping") socket.send('{"type":"pong"}');
    else if (frame.type !== "pong") this.report.frame(frame);
  }

  /** A cable that was pulled closes nothing: ask now and then, and hang up on silence. */
  beat(socket) {
    this.heart = window.setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send('{"type":"ping"}');
      window.clearTimeout(this.silence);
      this.silence = window.setTimeout(() => this.abandon(socket), SILENCE_MS);
    }, PING_EVERY_MS);
  }

  abandon(socket) {
    const closed = socket.onclose;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    closed();
  }

  forget() {
    window.clearInterval(this.heart);
    window.clearTimeout(this.silence);
    window.clearTimeout(this.steady);
  }
}

function parse(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
