// The socket: reconnects with growing pauses, and says again which conversation is open and up to where it is shown.
const listeners = new Map();
let socket = null;
let pause = 0;
let opened = null;
let alive = 0;

export function on(type, listener) {
  listeners.set(type, [...(listeners.get(type) ?? []), listener]);
}

function tell(type, frame = {}) {
  for (const listener of listeners.get(type) ?? []) listener(frame);
}

/** Asks for the messages of a conversation after a seq; `after` is a function, asked again at each reconnection. */
export function open(conversationId, after) {
  opened = conversationId ? { conversationId, after } : null;
  sendOpen();
}

function sendOpen() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const frame = opened ? { type: "open", conversation_id: opened.conversationId, after: opened.after() } : { type: "close" };
  socket.send(JSON.stringify(frame));
}

export function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/api/console/socket`);
  socket = mine;
  mine.addEventListener("open", () => {
    pause = 0;
    alive = Date.now();
    tell("up");
    sendOpen();
  });
  mine.addEventListener("message", (event) => {
    alive = Date.now();
    const frame = JSON.parse(event.data);
    tell(frame.type, frame);
  });
  mine.addEventListener("close", (event) => {
    if (mine !== socket) return;
    socket = null;
    if (event.code === 4401) return tell("signed_out");
    tell("down");
    pause = Math.min(pause ? pause * 2 : 500, 10000);
    setTimeout(connect, pause * (0.5 + Math.random() / 2));
  });
}

// A link that went silent (a closed laptop, a lost network) is given up and made anew.
setInterval(() => {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (Date.now() - alive > 25000) socket.close();
  else socket.send('{"type":"ping"}');
}, 10000);
addEventListener("online", () => {
  pause = 0;
  if (!socket) connect();
});
