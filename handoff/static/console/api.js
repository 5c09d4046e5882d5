// Calls to the desk: JSON with the CSRF token, and parts of pages as HTML.
import { say } from "./words.js";

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

const FILE_FAULTS = {
  attachment_type: "file_type", attachment_mismatch: "file_mismatch", attachment_empty: "file_empty", too_large: "file_too_large",
  attachment_too_large: "file_too_large", too_many_attachments: "too_many_files", attachments_today: "files_today", storage_full: "files_full",
};

export class CallError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
  /** Whether the same call may succeed later: no answer, or a server in trouble. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
  /** The error in the reader's language. */
  get sentence() {
    const known = { 0: "network", 401: "signed_out", 403: "forbidden", 404: "not_found" }[this.status];
    const coded = { text_empty: "empty_text", text_too_long: "too_long", ...FILE_FAULTS }[this.code];
    return coded || known ? say(coded || known) : say("failed", { message: this.message });
  }
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", signal: AbortSignal.timeout(15000), ...options });
  } catch {
    throw new CallError(0, "network", "");
  }
  if (response.ok && !response.redirected) return response;
  if (response.redirected) throw new CallError(401, "signed_out", "");
  const body = await response.json().catch(() => null);
  throw new CallError(response.status, body?.error?.code ?? "", body?.error?.message ?? `${response.status}`);
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  const response = await call(path, { method: "POST", headers, body: JSON.stringify(body) });
  return response.status === 204 ? null : response.json();
}

/** Posts a file as it is, under its key. */
export async function upload(path, key, file) {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRF-Token": token, "X-File-Name": encodeURIComponent(file.name) };
  const signal = AbortSignal.timeout(600000);
  return (await call(`${path}?client_key=${key}`, { method: "POST", headers, body: file, signal })).json();
}

export async function get(path) {
  return (await call(path)).json();
}

export async function html(path) {
  return (await call(path, { headers: { Accept: "text/html" } })).text();
}
