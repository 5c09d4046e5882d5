"""The console in a real browser: live, claim races, drafts, lost networks, keys, languages, and axe on every page."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect
from sqlalchemy import update

from balcao.database import utc_now
from handoff import migrations
from handoff.accounts.guards import COOKIE
from handoff.accounts.models import Role
from handoff.catalogue.models import Group
from handoff.conversations.queries import open_episode
from tests.handoff.conftest import World
from tests.handoff.console.client import PASSWORD, ConsoleClient, new_agent
from tests.handoff.console.test_hostile_text import EVIL, hostile_case
from tests.handoff.running import SECRETS, RunningDesk, Visitor
from tests.handoff.sla.conftest import Sla

pytestmark = pytest.mark.e2e
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
Enter = Callable[..., Page]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what a browser sees does not depend on the database."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrations.upgrade(url)
    return url


@pytest.fixture
def enter(chromium: Browser, desk: RunningDesk) -> Iterator[Enter]:
    """Opens a page as an agent, and fails the test when any of its scripts or its policy complained."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))

    def open_page(client: ConsoleClient, path: str = "/console", **options: Any) -> Page:
        context = chromium.new_context(**({"viewport": DESKTOP, "locale": "pt-BR", "base_url": desk.url} | options))
        contexts.append(context)
        context.add_cookies([{"name": COOKIE, "value": client.token, "url": desk.url}])
        page = context.new_page()
        page.set_default_timeout(8_000)
        listen(page)
        page.goto(path)
        ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def person(desk: RunningDesk, world: World) -> Visitor:
    """A user whose conversation waits for ``n2-acesso``."""
    visitor = desk.visitor(name="João Silva")
    world.hand_over(visitor.conversation_id)
    return visitor


def open_ticket(world: World, ana: ConsoleClient, conversation_id: str) -> str:
    with world.database.read() as session:
        episode = open_episode(session, conversation_id)
    assert episode is not None
    body = {"conversation_id": conversation_id, "episode_id": episode.id, "type": "incident", "description": "Caiu"}
    headers = {"authorization": f"Bearer {SECRETS['desk_token']}", "idempotency-key": "browser-key"}
    protocol: str = ana.http.post("/internal/tickets", json=body, headers=headers).json()["protocol"]
    return protocol


def pressing_case(world: World, ago: timedelta) -> str:
    """A conversation that waits with a ticket of one hour to own around the clock, opened some time ago."""
    with world.database.write() as session:
        session.execute(update(Group).values(calendar_id="continuo"))
    conversation = world.open()
    sla = Sla(world)
    sla.pass_time(sla.open_in(conversation.id, utc_now() - ago), utc_now())
    world.hand_over(conversation.id)
    return conversation.id


def ready(page: Page) -> None:
    """Waits until the page's scripts listen."""
    page.locator("html[data-ready]").wait_for(state="attached")


def messages(page: Page) -> Any:
    return page.locator("#messages .message:not(.system) .body")


def test_the_whole_service_from_the_queue_to_the_solution(
    enter: Enter, world: World, ana: ConsoleClient, person: Visitor
) -> None:
    page = enter(ana)
    page.locator("#panel-waiting .entry").click()
    expect(page.locator("h2 bdi")).to_have_text("João Silva")
    page.get_by_role("button", name="Assumir").click()
    expect(page.locator(".toast")).to_have_text("A conversa é sua.")
    page.locator("#text").fill("Olá! **Já** vejo.")
    page.locator("#text").press("Enter")
    expect(messages(page).last.locator("strong")).to_have_text("Já")
    expect(page.locator("#pending")).to_be_hidden()
    assert person.said_by("agent") == ["Olá! **Já** vejo."]
    person.post("obrigado\n<b>mesmo</b>")
    expect(messages(page).last).to_have_text("obrigado\n<b>mesmo</b>", timeout=1_000)
    page.get_by_role("button", name="Resolver").click()
    page.locator("#solution").fill("Reiniciado.")
    page.locator("#resolve").get_by_role("button", name="Resolver").click()
    expect(page.locator(".card.solved")).to_contain_text("Reiniciado.")
    expect(page.get_by_role("button", name="Resolver")).to_be_hidden()
    assert world.standing(person.conversation_id).owner == "bot"


def test_a_new_conversation_appears_in_the_queue_without_a_reload(
    enter: Enter, desk: RunningDesk, world: World, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    page = enter(ana)
    expect(page.locator("#panel-waiting .entry")).to_have_count(1)
    bruno.act(queued, "claim")
    expect(page.get_by_text("Ninguém está esperando")).to_be_visible(timeout=1_500)
    bruno.act(queued, "release")
    expect(page.locator("#panel-waiting .entry")).to_have_count(1, timeout=1_500)


def test_who_loses_a_claim_race_is_told_who_won(
    enter: Enter, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    page = enter(ana, f"/console/conversations/{queued}")
    page.route_web_socket("**/socket", lambda _: None)  # the news comes too late
    page.reload()
    ready(page)
    bruno.act(queued, "claim")
    page.locator("[data-action=claim]").click()
    expect(page.locator(".toast.bad")).to_have_text("Bruno Reis chegou antes e já está com esta conversa.")
    expect(page.locator("[data-action=claim]")).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("Bruno Reis")


def test_drafts_of_replies_notes_and_solutions_survive_a_reload(enter: Enter, ana: ConsoleClient, queued: str) -> None:
    ana.act(queued, "claim")
    page = enter(ana, f"/console/conversations/{queued}")
    page.get_by_role("button", name="Nota interna").click()
    page.locator("#text").fill("rascunho de nota")
    page.get_by_role("button", name="Resolver").click()
    page.locator("#solution").fill("solução pela metade")
    page.reload()
    ready(page)
    expect(page.locator("#text")).to_have_value("rascunho de nota")
    expect(page.locator("#composer")).to_have_attribute("data-note", "true")
    page.get_by_role("button", name="Resolver").click()
    expect(page.locator("#solution")).to_have_value("solução pela metade")


def test_what_was_begun_as_a_note_does_not_become_a_reply(enter: Enter, ana: ConsoleClient, queued: str) -> None:
    page = enter(ana, f"/console/conversations/{queued}")
    page.locator("#text").fill("cliente difícil")
    page.get_by_role("button", name="Assumir").click()
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#composer")).to_have_attribute("data-note", "true")


def test_messages_written_without_a_network_go_out_once_and_in_order_even_after_a_reload(
    enter: Enter, world: World, ana: ConsoleClient, queued: str
) -> None:
    ana.act(queued, "claim")
    page = enter(ana, f"/console/conversations/{queued}")
    page.context.route("**/messages", lambda route: route.abort())
    for text in ("um", "dois", "três"):
        page.locator("#text").fill(text)
        page.locator("#text").press("Enter")
    expect(page.locator("#pending .message")).to_have_count(3)
    expect(page.locator("#pending")).to_contain_text("Sem conexão")
    page.reload()
    ready(page)
    expect(page.locator("#pending .message")).to_have_count(3)
    page.context.unroute("**/messages")
    expect(messages(page).filter(has_text="três")).to_be_visible(timeout=20_000)
    expect(page.locator("#pending")).to_be_hidden()
    assert [m.text for m in world.messages(queued) if m.author == "agent"] == ["um", "dois", "três"]


def test_an_answer_that_was_lost_on_the_way_back_does_not_double_the_message(
    enter: Enter, world: World, ana: ConsoleClient, queued: str
) -> None:
    ana.act(queued, "claim")
    page = enter(ana, f"/console/conversations/{queued}")
    lost: list[int] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/messages", lose_the_first)
    page.locator("#text").fill("uma vez só")
    page.locator("#text").press("Enter")
    expect(page.locator("#pending")).to_be_hidden(timeout=10_000)
    assert lost == [201]
    assert [m.text for m in world.messages(queued) if m.author == "agent"] == ["uma vez só"]


def test_a_refused_message_is_shown_as_such_and_can_be_taken_back(
    enter: Enter, ana: ConsoleClient, queued: str
) -> None:
    ana.act(queued, "claim")
    page = enter(ana, f"/console/conversations/{queued}")
    page.route("**/messages", lambda route: route.fulfill(status=403, json={"error": {"code": "x", "message": "x"}}))
    page.locator("#text").fill("meu texto")
    page.locator("#text").press("Enter")
    expect(page.locator("#pending")).to_contain_text("Não enviada")
    page.get_by_role("button", name="Descartar").click()
    expect(page.locator("#text")).to_have_value("meu texto")
    expect(page.locator("#pending")).to_be_hidden()


def test_the_keyboard_does_everything(enter: Enter, world: World, ana: ConsoleClient, queued: str) -> None:
    later = world.open().id
    world.hand_over(later)
    page = enter(ana)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#conversation")).to_have_attribute("data-id", queued)
    page.keyboard.press("a")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("aj?")
    expect(page.locator("#text")).to_have_value("aj?")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#composer")).to_have_attribute("data-note", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.locator("h2 bdi").click()
    page.keyboard.press("s")
    expect(page.locator("#resolve")).to_be_hidden()


def test_the_lists_redrawn_keep_the_focus(enter: Enter, world: World, ana: ConsoleClient, queued: str) -> None:
    page = enter(ana)
    page.locator("#panel-waiting .entry").focus()
    world_open = world.open().id
    world.hand_over(world_open)
    ana.act(queued, "read", seq=1)
    expect(page.locator("#panel-waiting .entry")).to_have_count(2)
    expect(page.locator(f'[data-id="{queued}"]')).to_be_focused()


def test_the_queue_by_deadline_stays_so_after_a_reload_and_leads_to_the_alerts(
    enter: Enter, world: World, ana: ConsoleClient, queued: str
) -> None:
    pressing = pressing_case(world, timedelta(minutes=70))
    page = enter(ana)
    first = page.locator("#panel-waiting .entry").first
    expect(first).to_have_attribute("data-id", queued)
    page.get_by_role("button", name="Próximo prazo").click()
    expect(first).to_have_attribute("data-id", pressing)
    expect(page.get_by_role("button", name="Próximo prazo")).to_be_focused()
    page.reload()
    ready(page)
    expect(first).to_have_attribute("data-id", pressing)
    expect(first.locator(".clock.late")).to_contain_text("1ª resposta atrasada há 10 min")
    page.get_by_role("link", name="prazos precisam de você").click()
    page.get_by_role("button", name="Eu cuido disso").first.click()
    expect(page.get_by_role("button", name="Eu cuido disso")).to_have_count(2)


def test_a_lost_link_says_so_and_catches_up(enter: Enter, ana: ConsoleClient, person: Visitor) -> None:
    page = enter(ana, f"/console/conversations/{person.conversation_id}")
    links: list[WebSocketRoute] = []
    down: list[bool] = []

    def between(link: WebSocketRoute) -> None:
        if down:
            return link.close(code=1013)
        link.connect_to_server()
        links.append(link)
        return None

    page.route_web_socket("**/socket", between)
    page.reload()
    ready(page)
    page.wait_for_timeout(300)
    down.append(True)
    links[0].close(code=1011)
    expect(page.locator("#link")).to_have_text("Sem conexão com o servidor. Tentando de novo…")
    person.post("chegou no escuro")
    down.clear()
    expect(messages(page).last).to_have_text("chegou no escuro", timeout=15_000)
    expect(page.locator("#link")).to_be_hidden()


def test_a_revoked_session_leads_to_the_sign_in_page_at_once(enter: Enter, ana: ConsoleClient, queued: str) -> None:
    page = enter(ana, f"/console/conversations/{queued}")
    page.locator("#text").fill("meio caminho")
    page.wait_for_timeout(300)
    ana.http.post("/console/sign-out", data={"csrf_token": ana.csrf})
    expect(page).to_have_url(re.compile(r"/console/sign-in\?next=%2Fconsole%2Fconversations%2F"), timeout=3_000)


def test_a_phone_shows_the_lists_or_the_conversation(enter: Enter, ana: ConsoleClient, queued: str) -> None:
    page = enter(ana, viewport=PHONE)
    expect(page.locator("#pane")).to_be_hidden()
    page.locator("#panel-waiting .entry").click()
    expect(page.locator("#lists")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.go_back()
    expect(page.locator("#lists")).to_be_visible()


def test_an_english_agent_gets_english_pages(enter: Enter, ana: ConsoleClient, queued: str) -> None:
    ana.http.post("/console/account/language", data={"csrf_token": ana.csrf, "language": "en"})
    page = enter(ana, f"/console/conversations/{queued}")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_hostile_text_runs_nothing_and_asks_for_nothing_elsewhere(
    enter: Enter, world: World, ana: ConsoleClient
) -> None:
    conversation_id, protocol = hostile_case(world)
    page = enter(ana)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (f"/console/conversations/{conversation_id}", f"/console/tickets/{protocol}", "/console/tickets"):
        page.goto(path)
        page.wait_for_timeout(200)
        assert page.locator("img[src=x]").count() == 0
    base = page.evaluate("location.origin")
    assert [url for url in asked if not re.match(rf"({base}|ws://{base[7:]})/", url)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_page(
    enter: Enter,
    desk: RunningDesk,
    world: World,
    ana: ConsoleClient,
    viewport: dict[str, int],
    scheme: str,
    queued: str,
) -> None:
    protocol = open_ticket(world, ana, queued)
    conversation_id, _ = hostile_case(world)
    for minutes in (5, 35, 50, 57, 70):
        pressing_case(world, timedelta(minutes=minutes))
    admin = new_agent(desk, "chefe", Role.ADMIN)
    page = enter(admin, viewport=viewport, color_scheme=scheme)
    paths = ["/console", f"/console/conversations/{conversation_id}", f"/console/conversations/{queued}"]
    paths += [
        "/console/tickets",
        f"/console/tickets/{protocol}",
        "/console/account",
        "/console/team",
        "/console/alerts",
        "/console/outages",
    ]
    for service in ("vpn", "rede"):
        ana.api.post("/outages", json={"service": service, "text": EVIL}).raise_for_status()
    [over] = [one["id"] for one in ana.api.get("/outages").json()["current"] if one["service"] == "rede"]
    ana.api.post(f"/outages/{over}/end", json={"text": EVIL}).raise_for_status()
    for path in [*paths, "/console/conversations/01ARZ3NDEKTSV4RRFFQ69G5FAV"]:
        page.goto(path)
        check(page, path)
    page.goto(f"/console/conversations/{queued}")
    page.keyboard.press("?")
    check(page, "help")
    page.keyboard.press("Escape")
    page.locator("[data-action=claim]").click()
    page.locator("[data-action=resolve]").click()
    check(page, "resolve")
    page.context.clear_cookies()
    page.goto("/console/sign-in")
    check(page, "sign-in")
    page.fill("#login", "chefe")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.locator("#lists")).to_be_visible()


def check(page: Page, name: str) -> None:
    page.wait_for_timeout(250)
    found = Axe().run(page).response["violations"]
    assert [(name, one["id"], one["nodes"][0]["target"]) for one in found] == []
