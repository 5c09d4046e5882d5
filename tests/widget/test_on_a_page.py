"""The widget as a guest: its size, its manners, and whether everyone can use it."""

import gzip
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.widget.fake_desk_http import WEB

LIMIT_BYTES = 40_000
SERIOUS = {"serious", "critical"}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
EVERYTHING = {
    "article": {
        "id": "a",
        "version": 1,
        "kind": "procedure",
        "title": "Um-título-comprido-sem-espaço-algum-para-quebrar" * 2,
    },
    "ticket": {"protocol": "2026-000123-7", "state": "in_progress", "title": "VPN"},
    "summary": [{"label": "Endereço", "value": "https://sistema.ipe.example/" + "x" * 80}],
    "choices": [{"id": "c1", "label": "Uma opção muito longa que não cabe numa linha de telefone, nem em duas"}],
}
TABLE = (
    "| Método | Precisa de internet no celular? | Quando preferir |\n|---|---|---|\n| Aplicativo | Sim | No dia a dia |"
)


def fill(visitor, desk):
    """A conversation with everything in it."""
    visitor.say("https://" + "comprido" * 30)
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.say("Conversa passada para a fila.", "system", payload={"notice": "queued"})
    desk.say(TABLE + "\n\n```\n" + "código " * 30 + "\n```")
    desk.say("Olá, sou a [Ana](https://ana.example/).", "agent", author_name="Ana")
    stars = [{"id": f"c{n}", "label": str(n)} for n in range(1, 6)]
    desk.say("Nota?", "system", payload={"rating": {"rated": "human"}, "choices": stars})
    desk.say("Confira tudo, " + "palavracomprida" * 12, payload=EVERYTHING)
    desk.set_state(owner="queue", queue_place=2)
    desk.post_faults = ["refused"]
    visitor.say("recusada")
    expect(visitor.button("Descartar")).to_be_visible()
    expect(visitor.panel.locator(".banner.queue")).to_contain_text("2º")


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["target"]) for one in found if one["impact"] in SERIOUS for node in one["nodes"]]


@pytest.mark.parametrize("language", ["pt-BR", "en"])
def test_all_that_a_visitor_loads_weighs_at_most_40_kb_gzipped(language):
    parts = [path for path in (WEB / "chat").glob("*.js") if not path.name.startswith("words-")]
    files = [WEB / "balcao.js", WEB / "chat" / f"words-{language}.js", *parts]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= LIMIT_BYTES


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(visit, desk, scheme, device):
    visitor = visit(color_scheme=scheme, reduced_motion="reduce", **device).arrive()
    assert violations(visitor.page) == []
    visitor.open()
    assert violations(visitor.page) == []
    fill(visitor, desk)
    assert violations(visitor.page) == []
    desk.go_down()
    expect(visitor.panel.locator(".banner.offline")).not_to_be_empty()
    assert violations(visitor.page) == []


@pytest.mark.parametrize(
    "colour", ["#ffd400", "white", "black", "rgb(120 120 120)", "#e00", "hsl(200 90% 80%)", "nonsense"]
)
def test_any_colour_of_the_host_can_be_read(visit, desk, colour):
    desk.pages["c"] = (
        f'<!doctype html><html lang="pt-BR"><title>Host</title><main><h1>Host</h1></main>'
        f'<script src="/widget/balcao.js" async data-color="{colour}" data-open></script>'
    )
    for scheme in ("light", "dark"):
        visitor = visit(color_scheme=scheme, reduced_motion="reduce").arrive("/host/c")
        visitor.say("oi")
        expect(visitor.log.locator(".mark .i-check")).to_be_visible()
        assert violations(visitor.page) == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_scrolls_sideways(visit, desk, width):
    visitor = visit(viewport={"width": width, "height": 640}).arrive()
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.open()
    fill(visitor, desk)
    for name in (".panel", ".log", ".composer", "header"):
        part = visitor.page.locator(f"balcao-chat {name}")
        assert part.evaluate("node => node.scrollWidth <= node.clientWidth"), name
    outside = visitor.log.locator(".bubble, .card, .choice, .notice").evaluate_all(
        "nodes => nodes.filter((node) => { const box = node.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; }).length"
    )
    assert outside == 0


def test_on_a_phone_the_panel_fills_the_screen(visit):
    visitor = visit(reduced_motion="reduce", **PHONE).arrive().open()
    expect(visitor.launcher).to_be_hidden()
    assert visitor.panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    visitor.button("Fechar o atendimento").click()
    expect(visitor.launcher).to_be_focused()


def test_targets_are_at_least_24_pixels(visitor, desk):
    fill(visitor, desk)
    small = visitor.panel.locator("button:visible, textarea:visible").evaluate_all(
        "nodes => nodes.map((node) => [node.getAttribute('aria-label') || node.textContent, node.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"
    )
    assert small == []


def test_it_shifts_nothing_on_the_page_and_waits_for_its_load(visit):
    visitor = visit()
    visitor.page.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => {"
        " for (const entry of list.getEntries()) window.shifts += entry.value; }).observe({type: 'layout-shift', buffered: true});"
        "addEventListener('load', () => { window.loadedAt = performance.now(); });"
    )
    visitor.arrive()
    before = visitor.page.evaluate("document.documentElement.scrollHeight")
    visitor.open()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("window.shifts") == 0
    assert visitor.page.evaluate("document.documentElement.scrollHeight") == before
    starts = "performance.getEntriesByType('resource').filter((one) => one.name.includes('/chat/')).map((one) => one.startTime)"
    assert min(visitor.page.evaluate(starts)) >= visitor.page.evaluate("window.loadedAt")


def test_a_strict_policy_of_the_host_allows_it(visit):
    visitor = visit()
    complaints = []
    visitor.page.on(
        "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
    )
    visitor.arrive().open()
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    assert complaints == []
    assert visitor.panel.evaluate("node => getComputedStyle(node).position") == "fixed"


def test_the_host_page_opens_it_and_asks_by_attributes(visit, desk):
    visitor = visit().arrive()
    visitor.page.get_by_role("button", name="A impressora não imprime").click()
    visitor.wait_for_texts("A impressora não imprime")
    expect(visitor.box).to_be_focused()


def test_the_style_of_the_host_does_not_reach_in(visit, desk):
    desk.pages["loud"] = (
        '<!doctype html><html lang="pt-BR"><title>Host</title><link rel="stylesheet" href="/host/loud.css"><h1>Host</h1>'
        '<script src="/widget/balcao.js" async data-open></script>'
    )
    visitor = visit()
    visitor.page.route(
        "**/loud.css",
        lambda route: route.fulfill(
            content_type="text/css",
            body="* { color: red !important; font-size: 40px; letter-spacing: 9px } button { display: none }",
        ),
    )
    visitor.arrive("/host/loud")
    style = visitor.panel.locator("h2").evaluate(
        "node => [getComputedStyle(node).fontSize, getComputedStyle(node).letterSpacing]"
    )
    assert style[0] == "16.5px"
    assert re.match(r"^-?0\.\d+px$", style[1])
    expect(visitor.button("Enviar")).to_be_visible()


def test_new_messages_are_announced_politely(visitor):
    assert visitor.log.get_attribute("aria-live") == "polite"
    expect(visitor.log).to_have_accessible_name("Mensagens da conversa")
    expect(visitor.panel).to_have_accessible_name("Suporte de TI")
    expect(visitor.box).to_have_accessible_name("Escreva sua mensagem")


def test_a_node_already_read_out_is_not_made_again(visitor, desk):
    visitor.say("um")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    visitor.log.locator(".message.user").evaluate("node => { window.kept = node; }")
    desk.say("dois")
    visitor.wait_for_texts("um", "dois")
    assert visitor.log.locator(".message.user").evaluate("node => node === window.kept")
