"""What the desk serves besides its API: pages, files, documentation, health, with strict headers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.help_centre.rendering import render_article
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import SECRETS, RunningDesk, settings_for

ARTICLES: dict[str, dict[str, Any]] = {
    "vpn-instalar": {
        "article_id": "vpn-instalar",
        "version": 3,
        "kind": "faq",
        "title": "Como instalo a <VPN>?",
        "service": "vpn",
        "answer": "Baixe o **cliente**.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![i](http://a/b.png)",
    },
    "interno": {"article_id": "interno", "version": 1, "title": "x", "answer": "segredo", "audience": "internal"},
}


class _Search(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = ARTICLES.get(self.path.removeprefix("/articles/"))
        right = self.headers["authorization"] == f"Bearer {SECRETS['search_token']}"
        body = json.dumps(known or {"error": {}}).encode()
        self.send_response(401 if not right else 200 if known else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def search_port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Search)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def url(world: World, database_url: str, tmp_path: Path, bot: FakeBot, search_port: int) -> Iterator[str]:
    widget = tmp_path / "widget"
    widget.mkdir()
    (widget / "demo.html").write_text("<!doctype html><title>Demonstração</title>")
    (widget / "balcao.js").write_text("export {};")
    settings = settings_for(database_url, tmp_path, bot, search_port=search_port, widget_dir=widget)
    running = RunningDesk(settings).start()
    yield running.url
    running.stop()


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_demo_page_and_the_widget_are_served(url: str) -> None:
    page = httpx.get(url)
    assert "Demonstração" in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    script = httpx.get(f"{url}/widget/balcao.js", headers={"origin": "https://intranet.example"})
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["cache-control"] == "no-cache"
    assert script.headers["etag"]
    assert httpx.get(f"{url}/widget/../conftest.py").status_code == 404
    assert httpx.get(f"{url}/widget/%2e%2e/desk.db").status_code == 404


def test_every_answer_has_strict_headers(url: str) -> None:
    for path in ("/", "/health", "/docs", "/artigos/vpn-instalar", "/nothing", "/api/channel/messages"):
        headers = httpx.get(url + path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert "unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0], path
        assert "server" not in headers, path


def test_an_article_is_shown_without_anything_active(url: str) -> None:
    page = httpx.get(f"{url}/artigos/vpn-instalar")
    assert page.status_code == 200
    assert "<strong>cliente</strong>" in page.text
    assert "Como instalo a &lt;VPN&gt;?" in page.text
    for hostile in ("<script", 'href="javascript', "<img"):
        assert hostile not in page.text


@pytest.mark.parametrize("article", ["nada", "interno", "..%2F..%2Fhealth", "a b"])
def test_an_article_that_is_not_public_is_missing_kindly(url: str, article: str) -> None:
    page = httpx.get(f"{url}/artigos/{article}")
    assert page.status_code == 404
    if "%2F" not in article:
        assert "Artigo não encontrado" in page.text
    assert "segredo" not in page.text


def test_without_the_search_service_an_article_is_unavailable_for_now(desk: RunningDesk) -> None:
    page = httpx.get(f"{desk.url}/artigos/vpn-instalar")
    assert page.status_code == 503
    assert "Tente de novo" in page.text


def test_the_api_is_documented_from_our_own_files(url: str) -> None:
    page = httpx.get(f"{url}/docs")
    assert "//" not in page.text.replace("<!doctype", "")
    assert httpx.get(f"{url}/static/vendor/swagger-ui/swagger-ui-bundle.js").status_code == 200
    paths = httpx.get(f"{url}/openapi.json").json()["paths"]
    assert {"/api/channel/sessions", "/api/channel/messages", "/internal/tickets", "/internal/catalogue"} <= set(paths)
    posted = paths["/api/channel/messages"]["post"]["responses"]
    assert posted["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/MessageOut")


def test_health_says_so_when_the_database_is_away(desk: RunningDesk) -> None:
    assert httpx.get(f"{desk.url}/health").json() == {"status": "ok", "database": "ok"}


def test_internal_calls_need_the_desks_token(url: str) -> None:
    assert httpx.get(f"{url}/internal/catalogue").status_code == 401
    headers = {"authorization": f"Bearer {SECRETS['desk_token']}"}
    assert httpx.get(f"{url}/internal/catalogue", headers=headers).json()["services"]


def test_an_allowed_origin_gets_through_and_only_it(
    world: World, database_url: str, tmp_path: Path, bot: FakeBot
) -> None:
    allowed = "https://intranet.ipe.gov.br"
    settings = settings_for(database_url, tmp_path, bot, allowed_origins=f" {allowed}/ , https://b.example")
    running = RunningDesk(settings).start()
    try:
        preflight = httpx.options(f"{running.url}/api/channel/sessions", headers={"origin": allowed})
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == allowed
        body = {"channel": "web", "client_key": "k" * 20}
        opened = httpx.post(f"{running.url}/api/channel/sessions", json=body, headers={"origin": allowed})
        assert (opened.status_code, opened.headers["access-control-allow-origin"]) == (201, allowed)
        refused = httpx.post(f"{running.url}/api/channel/sessions", json=body, headers={"origin": "https://c.example"})
        assert refused.status_code == 403
    finally:
        running.stop()


@given(source=st.text(max_size=300))
def test_no_markdown_renders_to_anything_active(source: str, database_url: str) -> None:
    html = render_article(source + "\n<img src=x onerror=alert(1)>\n[a](javascript:x) [b](data:text/html,x)").lower()
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
