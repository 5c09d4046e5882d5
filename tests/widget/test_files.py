"""Files in the widget, on a real desk: attached by button, by paste and by drop, sent, seen and downloaded."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from balcao.database import Database
from handoff import migrations
from tests.handoff.attachments import files
from tests.handoff.conftest import settle
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import SECRETS, RunningDesk, settings_for

PICTURE = files.png(320, 200)
PASTE = """([content, type, name]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const root = document.querySelector("balcao-chat").shadowRoot;
    root.querySelector("textarea").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = PASTE.replace('querySelector("textarea")', 'querySelector(".panel")').replace(
    'new ClipboardEvent("paste", { clipboardData: data,', 'new DragEvent("drop", { dataTransfer: data,'
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrations.upgrade(url)
    database = Database(url)
    settle(database)
    bot = FakeBot(SECRETS["bot_token"])
    bot.start()
    running = RunningDesk(settings_for(url, tmp_path, bot, attachment_mb=0.2)).start()
    yield running
    running.stop()
    bot.stop()
    database.close()


@pytest.fixture(params=[{"width": 1280, "height": 800}, {"width": 320, "height": 640}], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, desk: RunningDesk) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=request.param, locale="pt-BR", color_scheme="dark" if request.param["width"] < 500 else "light"
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    opened.goto(desk.url)
    opened.locator("balcao-chat .launcher").click()
    yield opened
    context.close()
    assert faults == []


def attach(page: Page, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Anexar arquivo").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def keep_picture(page: Page, name: str) -> None:
    """For a look at it, where a folder for pictures is named."""
    if folder := os.environ.get("BALCAO_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png")  # type: ignore[index]


def test_a_picture_and_a_document_chosen_by_the_button_are_sent_shown_and_downloaded(
    page: Page, desk: RunningDesk
) -> None:
    attach(page, "tela do erro.png", PICTURE)
    attach(page, "relatório.pdf", files.PDF)
    expect(page.locator("balcao-chat .tray li")).to_have_count(2)
    keep_picture(page, "tray")
    assert [
        one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
    ] == []
    page.get_by_role("textbox").fill("Aparece isto quando entro")
    page.get_by_role("button", name="Enviar").click()
    log = page.get_by_role("log")
    expect(log.locator("canvas.thumbnail")).to_have_attribute("width", "280")
    expect(log.locator(".mark .i-check")).to_be_visible()
    expect(page.locator("balcao-chat .tray li")).to_have_count(0)
    keep_picture(page, "sent")
    assert [
        one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
    ] == []
    with page.expect_download() as download:
        log.get_by_role("button", name="Baixar: relatório.pdf").click()
    assert download.value.suggested_filename == "relatório.pdf"
    assert Path(download.value.path()).read_bytes() == files.PDF
    page.reload()
    if page.viewport_size["width"] < 500:  # type: ignore[index]
        page.locator("balcao-chat .launcher").click()
    expect(page.get_by_role("log").locator("canvas.thumbnail")).to_have_attribute("width", "280")


@pytest.mark.parametrize("way", [PASTE, DROP], ids=["pasted", "dropped"])
def test_a_picture_that_comes_another_way_can_be_sent_without_a_word(page: Page, way: str) -> None:
    page.evaluate(way, [base64.b64encode(PICTURE).decode(), "image/png", "image.png"])
    expect(page.locator("balcao-chat .tray")).to_contain_text("Pronto para enviar")
    page.get_by_role("textbox").press("Enter")
    log = page.get_by_role("log")
    expect(log.locator("canvas.thumbnail")).to_be_visible()
    expect(log).to_contain_text('/attachment{"names": "image.png"}')


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.svg", files.SVG, "Este tipo de arquivo não é aceito. Aceitamos: csv, docx"),
        ("x.png", files.HTML, "O conteúdo não corresponde ao nome do arquivo."),
        ("x.txt", b"", "O arquivo está vazio."),
        ("x.txt", b"x" * 200_001, "O arquivo é grande demais. Envie um menor, de até 200 kB."),
    ],
)
def test_what_is_not_taken_is_said_with_what_to_do_and_can_be_put_away(
    page: Page, name: str, content: bytes, words: str
) -> None:
    attach(page, name, content)
    expect(page.get_by_role("alert")).to_contain_text(words)
    keep_picture(page, f"refused-{len(content)}")
    expect(page.get_by_role("button", name="Enviar")).to_be_disabled()
    page.get_by_role("button", name=f"Descartar: {name}").click()
    expect(page.locator("balcao-chat .tray li")).to_have_count(0)


def test_an_upload_that_is_cut_is_tried_again_and_one_under_way_can_be_cancelled(page: Page) -> None:
    page.route("**/api/channel/attachments?*", lambda route: route.abort())
    attach(page, "tela.png", PICTURE)
    expect(page.get_by_role("alert")).to_contain_text("Não deu certo. Tente de novo.")
    page.unroute("**/api/channel/attachments?*")
    page.get_by_role("button", name="Tentar de novo").click()
    expect(page.locator("balcao-chat .tray")).to_contain_text("Pronto para enviar")
    page.route("**/api/channel/attachments?*", lambda route: None)
    attach(page, "outra.png", PICTURE)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Enviar")).to_be_disabled()
    page.get_by_role("button", name="Descartar: outra.png").click()
    expect(page.get_by_role("button", name="Enviar")).to_be_enabled()
    page.unroute_all(behavior="ignoreErrors")
