"""The main job in a real browser: a user in the widget, an agent in the console, the whole product between them."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.product import ROOT, wait_until

pytestmark = pytest.mark.e2e

PICTURES = Path(os.environ.get("BALCAO_PICTURES", ROOT / "var" / "screenshots"))
MOVING_MS = 700
BUBBLES = "balcao-chat .list .bubble"


class Somebody:
    """At the demo page, with the panel open."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        page.goto(base + "/")
        page.locator("balcao-chat .launcher").click()
        self.panel = page.locator("balcao-chat .panel")
        self.panel.wait_for()

    def say(self, text: str) -> None:
        box = self.panel.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")

    def press(self, name: str | re.Pattern[str]) -> None:
        button = self.panel.get_by_role("button", name=name, exact=isinstance(name, str))
        button.last.click()

    def sees(self, text: str | re.Pattern[str], seconds: float = 15) -> None:
        expect(self.panel.get_by_text(text).last).to_be_visible(timeout=seconds * 1000)

    def texts(self) -> list[str]:
        return self.page.locator(BUBBLES).all_inner_texts()

    def answered(self, question: str) -> None:
        """Asks; goes through the choices where the bot offers them; ends at "Isso resolveu?"."""
        self.say(question)
        wait_until(lambda: self.panel.get_by_role("button").filter(has_text=re.compile("^Sim$|^Nenhum")).count(), 15)
        if not self.panel.get_by_role("button", name="Sim", exact=True).count():
            self.panel.locator("button.choice:visible").first.click()
        self.sees("Isso resolveu?")


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(MOVING_MS)
    page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture
def open_page(chromium: Browser):
    contexts = []

    def make(width=1280, height=800) -> Page:
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, locale="pt-BR"))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def somebody(open_page, product) -> Somebody:
    return Somebody(open_page(), product.base)


@pytest.fixture
def console(open_page, product) -> Page:
    page = open_page()
    page.goto(f"{product.base}/console")
    login, password = product.admin()
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("button.primary").click()
    page.wait_for_url("**/console")
    return page


def test_asked_answered_solved_rated_and_closed(open_page, product):
    somebody = Somebody(open_page(430, 860), product.base)
    somebody.answered("onde vejo meu contracheque?")
    _picture(somebody.page, "widget")
    somebody.press("Sim")
    somebody.press(re.compile("^5"))
    somebody.press("Pular")
    somebody.sees(re.compile("[Oo]brigad"))


def test_reloading_the_page_keeps_the_conversation_and_repeats_nothing(somebody):
    somebody.answered("como instalo a vpn no windows?")
    before = somebody.texts()
    somebody.page.reload()
    launcher = somebody.page.locator("balcao-chat .launcher")
    if launcher.is_visible():
        launcher.click()
    somebody.sees("Isso resolveu?")
    wait_until(lambda: somebody.texts() == before, 10)


def test_a_minute_without_network_loses_and_repeats_nothing(somebody):
    somebody.answered("como instalo a vpn no windows?")
    somebody.page.context.set_offline(True)
    somebody.say("esqueci minha senha")
    somebody.page.wait_for_timeout(3000)
    somebody.page.context.set_offline(False)
    wait_until(lambda: len(somebody.texts()) > 5, 40)
    assert somebody.texts().count("esqueci minha senha") == 1


def test_a_person_is_asked_for_and_both_see_each_other_within_a_second(somebody, console):
    somebody.say("a vpn cai toda hora e ninguem resolve")
    somebody.say("quero falar com uma pessoa de verdade")
    somebody.sees(re.compile("da fila|na fila"))
    entry = console.get_by_role("link").filter(has_text="Pediu uma pessoa").last
    expect(entry).to_be_visible(timeout=5000)
    entry.click()
    console.locator("[data-action=claim]").click()
    expect(console.locator("[data-mode=reply]")).to_have_attribute("aria-pressed", "true")
    console.locator("#text").fill("Oi! Sou da equipe de acesso. Vou olhar a sua conexão agora.")
    console.locator("#send").click()
    somebody.sees("Vou olhar a sua conexão agora.", 1)
    somebody.say("obrigada, fico no aguardo")
    expect(console.locator("#messages").get_by_text("obrigada, fico no aguardo")).to_be_visible(timeout=1000)
    _picture(console, "console")
    console.locator("[data-action=resolve]").click()
    dialog = console.get_by_role("dialog")
    dialog.locator("textarea").fill("Sessão presa no concentrador; encerrada e testada com a usuária.")
    dialog.locator("button.primary").click()
    somebody.press(re.compile("^5"))
    _picture(somebody.page, "widget-rating")


def test_no_page_of_the_product_asks_anything_of_another_host(open_page, product):
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/console", "/docs", "/artigos/vpn-instalar-windows"):
        page.goto(product.base + path)
        page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((product.base, "data:", "blob:"))] == []


def test_the_pictures_of_the_readme_exist():
    for readme in ("README.md", "README.pt-BR.md"):
        for picture in re.findall(r"\]\((docs/images/[^)]+)\)", (ROOT / readme).read_text()):
            assert Path(ROOT / picture).exists(), picture
