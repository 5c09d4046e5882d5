// The desk's channel API, and the three ways in which a call can fail.

const TIMEOUT_MS = 15000;
const PAGE = 200;

/** The token opens nothing any more. */
export class Expired extends Error {}

/** The desk will never accept this call; `code` says why. */
export class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** Not now: no network, a desk that is down, or too many calls. `waitMs` is the least the desk asks us to wait. */
export class Later extends Error {
  constructor(reason, { waitMs = 0, network = false } = {}) {
    super(reason);
    this.waitMs = waitMs;
    this.network = network;
  }
}

export class Api {
  constructor(desk) {
    this.desk = desk;
  }

  /** Opens (or finds again, by its key) a session: `{token, user_id, conversation_id}`. */
  openSession(clientKey) {
    return this.call("POST", "/api/channel/sessions", null, { channel: "web", client_key: clientKey });
  }

  /** Posts a message body; answers the stored message. */
  send(token, body) {
    return this.call("POST", "/api/channel/messages", token, body);
  }

  /** One page of messages after a sequence number, with the state of the conversation. */
  history(token, after) {
    return this.call("GET", `/api/channel/messages?after=${after}&limit=${PAGE}`, token);
  }

  /** Where the conversation can go on: `{links: [{channel, url}]}`. */
  links(token) {
    return this.call("GET", "/api/channel/links", token);
  }

  /** What may be attached: `{size, per_message, suffixes}`. */
  limits() {
    return this.call("GET", "/api/channel/attachments");
  }

  /** Uploads a file under its key; `bar` shows the share that is sent. Answers `{id, name, type, size}`. */
  upload(token, file, key, bar, signal) {
    const call = new XMLHttpRequest(); // fetch tells nothing of the progress
    signal.addEventListener("abort", () => call.abort());
    call.upload.onprogress = (event) => (bar.value = event.loaded / file.size);
    return new Promise((resolve, reject) => {
      call.onloadend = () => {
        const content = parse(call.responseText);
        if (content?.id) resolve(content);
        else if (call.status === 401) reject(new Expired());
        else reject(content?.error ? new Refused(call.status, content.error.code) : new Later("no answer", { network: true }));
      };
      call.open("POST", `${this.desk}/api/channel/attachments?client_key=${key}`);
      call.setRequestHeader("authorization", `Bearer ${token}`);
      call.setRequestHeader("x-file-name", encodeURIComponent(file.name));
      call.send(file);
    });
  }

  /** The content of an attachment. */
  async file(token, id) {
    const answer = await window.fetch(`${this.desk}/api/channel/attachments/${id}`, { headers: { authorization: `Bearer ${token}` }, credentials: "omit" });
    if (!answer.ok) throw failure(answer);
    return answer.blob();
  }

  socketUrl(after) {
    return `${this.desk.replace(/^http/, "ws")}/api/channel/socket?after=${after}`;
  }

  async call(method, path, token, body) {
    const headers = { accept: "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    if (body) headers["content-type"] = "application/json";
    const { answer, text } = await this.fetch(path, { method, headers, body: body && JSON.stringify(body) });
    const content = parse(text);
    if (!answer.ok) throw failure(answer, content);
    // cut in the middle, or a portal's page in place of the answer
    if (content === null) throw new Later("not JSON", { network: true });
    return content;
  }

  async fetch(path, options) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const answer = await window.fetch(this.desk + path, {
        ...options,
        signal: abort.signal,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      return { answer, text: await answer.text() };
    } catch (error) {
      throw new Later(String(error), { network: true });
    } finally {
      window.clearTimeout(timer);
    }
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(answer, content) {
  if (answer.status === 401) return new Expired("the token was refused");
  if (answer.status === 429) return new Later("too many", { waitMs: retryAfter(answer) });
  if (answer.status >= 500 || answer.status === 408 || answer.status === 425) {
    return new Later(`status ${answer.status}`, { waitMs: retryAfter(answer, 0), network: true });
  }
  return new Refused(answer.status, content?.error?.code || `status_${answer.status}`);
}

function retryAfter(answer, least = 2) {
  const seconds = Number(answer.headers.get("retry-after"));
  return 1000 * Math.min(60, Math.max(least, Number.isFinite(seconds) ? seconds : 0));
}
