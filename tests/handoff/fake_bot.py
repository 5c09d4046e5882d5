"""A bot that does as it is told: a real HTTP server on loopback, with the ways in which the real one goes wrong."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = dict[str, Any]


def echo(request: Answer) -> Answer:
    """A good completion that repeats what it was asked."""
    said = request["text"] or request["payload"]
    return {"message_id": request["message_id"], "messages": [{"text": f"eco: {said}"}], "commands": [], "trace": {}}


class FakeBot:
    """``behaviour`` is ``answer`` or one of the faults ``empty``, ``nonsense``, ``error``, ``hang``; ``think`` is in seconds."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.behaviour = "answer"
        self.answer: Callable[[Answer], Answer] = echo
        self.think = 0.0
        self.requests: list[Answer] = []
        self.in_flight: dict[str, int] = {}
        self.most_in_flight = 0
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """From now on connections are refused; those that are open are cut."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut()
            self._server = None

    def texts(self) -> list[str]:
        return [request["text"] for request in self.requests]

    def enter(self, request: Answer) -> None:
        key = request["context"]["conversation_id"]
        with self._lock:
            self.requests.append(request)
            self.in_flight[key] = self.in_flight.get(key, 0) + 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight[key])

    def leave(self, request: Answer) -> None:
        with self._lock:
            self.in_flight[request["context"]["conversation_id"]] -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], bot: FakeBot) -> None:
        super().__init__(address, _Handler)
        self.bot = bot
        self.open: set[Any] = set()

    def get_request(self) -> Any:
        connection, address = super().get_request()
        self.open.add(connection)
        return connection, address

    def cut(self) -> None:
        for connection in self.open:
            connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A cut connection is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        bot = self.server.bot
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["authorization"] != f"Bearer {bot.token}" or self.path != "/webhooks/desk/turn":
            self._send(401, b"{}")
            return
        bot.enter(request)
        try:
            self._behave(bot, request)
        finally:
            bot.leave(request)

    def _behave(self, bot: FakeBot, request: Answer) -> None:
        time.sleep(bot.think)
        match bot.behaviour:
            case "answer":
                self._send(200, json.dumps(bot.answer(request)).encode())
            case "empty":
                self._send(200, b"[]")
            case "silent":
                self._send(200, json.dumps(echo(request) | {"messages": []}).encode())
            case "nonsense":
                self._send(200, b"<html>it works</html>")
            case "stranger":
                self._send(200, json.dumps(echo(request) | {"message_id": "another"}).encode())
            case "unknown_command":
                self._send(200, json.dumps(echo(request) | {"commands": [{"type": "format_disk"}]}).encode())
            case "error":
                self._send(500, b'{"error": "boom"}')
            case "hang":
                time.sleep(30)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are read by their results."""
