// The confirmed messages of a conversation, by sequence number. Pure: no network, no page.

export class Timeline {
  constructor() {
    this.reset();
  }

  reset() {
    this.bySeq = new Map();
    this.keys = new Set();
    this.watermark = 0; // everything up to here is known
    this.sorted = [];
  }

  /** Adds a message that was pushed, answered or fetched. Answers whether it was new. */
  add(message) {
    if (!Number.isInteger(message?.seq) || this.bySeq.has(message.seq)) return false;
    this.bySeq.set(message.seq, message);
    if (message.client_key && message.author === "user") this.keys.add(message.client_key);
    this.insert(message);
    this.advance();
    return true;
  }

  /** Whether something between two known messages is missing. */
  get hasGap() {
    return this.sorted.length > 0 && this.sorted.at(-1).seq > this.watermark;
  }

  /** The desk has told all it holds up to `seq`: numbers without a message are not for us. */
  completeTo(seq) {
    this.watermark = Math.max(this.watermark, seq);
    this.advance();
  }

  advance() {
    while (this.bySeq.has(this.watermark + 1)) this.watermark += 1;
  }

  insert(message) {
    let place = this.sorted.length;
    while (place > 0 && this.sorted[place - 1].seq > message.seq) place -= 1;
    this.sorted.splice(place, 0, message);
  }
}
