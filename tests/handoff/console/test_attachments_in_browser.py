"""Files on the console's pages: seen, downloaded, attached by button and by paste."""

import base64
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.handoff.attachments import files
from tests.handoff.attachments.sending import fetch, send, upload
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient
from tests.handoff.console.test_in_browser import Enter, database_url, enter, open_ticket, person
from tests.handoff.running import Visitor

__all__ = ["database_url", "enter", "person"]
pytestmark = pytest.mark.e2e
PASTE = """([content, type, name]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.getElementById("text").dispatchEvent(event);
}"""


def serious(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]


def keep_picture(page: Page, name: str) -> None:
    """For a look at it, where a folder for pictures is named."""
    if folder := os.environ.get("BALCAO_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_an_agent_sees_the_users_picture_and_sends_a_document_and_a_pasted_picture(
    enter: Enter, world: World, ana: ConsoleClient, person: Visitor
) -> None:
    send(person, upload(person, "tela do erro.png", files.png(320, 200)).json()["id"])
    protocol = open_ticket(world, ana, person.conversation_id)
    world.claim(person.conversation_id, ana.agent_id)
    page = enter(ana, f"/console/conversations/{person.conversation_id}")
    picture = page.locator("#messages img")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") == 320
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar tela do erro.png").click()
    assert download.value.suggested_filename == "tela do erro.png"
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Anexar arquivos").click()
    chooser.value.set_files({"name": "guia.pdf", "mimeType": "application/pdf", "buffer": files.PDF})
    page.evaluate(PASTE, [base64.b64encode(files.png(200, 120)).decode(), "image/png", "image.png"])
    expect(page.locator("#tray li", has_text="Pronto para enviar")).to_have_count(2)
    keep_picture(page, "console-tray")
    assert serious(page) == []
    page.locator("#text").fill("Siga o guia")
    page.locator("#text").press("Enter")
    expect(page.locator("#messages img")).to_have_count(2)
    expect(page.locator("#tray li")).to_have_count(0)
    keep_picture(page, "console-sent")
    sent = person.messages()[-1]
    assert [file["name"] for file in sent["attachments"]] == ["guia.pdf", "image.png"]
    assert fetch(person, sent["attachments"][0]["id"]).content == files.PDF
    page.goto(f"/console/tickets/{protocol}")
    expect(page.locator("section.card", has_text="Arquivos").locator("li")).to_have_count(3)
    keep_picture(page, "console-ticket")
    assert serious(page) == []


def test_a_refused_file_is_said_and_can_be_put_away(
    enter: Enter, world: World, ana: ConsoleClient, person: Visitor
) -> None:
    world.claim(person.conversation_id, ana.agent_id)
    page = enter(ana, f"/console/conversations/{person.conversation_id}")
    page.locator("#files").set_input_files({"name": "x.svg", "mimeType": "image/svg+xml", "buffer": files.SVG})
    expect(page.locator("#tray")).to_contain_text("Este tipo de arquivo não é aceito.")
    page.get_by_role("button", name="Descartar: x.svg").click()
    expect(page.locator("#tray li")).to_have_count(0)
