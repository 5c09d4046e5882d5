"""Chromium, a fake desk, and a page with the widget open on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.widget.fake_desk import FakeDesk

DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., "Visitor"]


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A desk that nothing has been said to."""
    fake = FakeDesk()
    fake.start()
    yield fake
    fake.stop()


class Visitor:
    """Someone at a page with the widget, and what their browser did."""

    def __init__(self, context: BrowserContext, desk: FakeDesk) -> None:
        self.desk = desk
        self.errors: list[str] = []
        self.requests: list[Request] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append("dialog") or dialog.dismiss())
        self.page.on("request", lambda request: self.requests.append(request))

    def arrive(self, path: str = "/") -> "Visitor":
        self.page.goto(self.desk.url + path)
        self.launcher.wait_for()
        return self

    def open(self) -> "Visitor":
        self.launcher.click()
        self.panel.wait_for()
        return self

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def texts(self) -> list[str]:
        """What the bubbles say, in order; the greeting is not among them."""
        return self.page.locator("balcao-chat .list .bubble, balcao-chat .list .notice > p").all_inner_texts()

    def wait_for_texts(self, *texts: str) -> None:
        """Until the bubbles say exactly this."""
        bubbles = self.page.locator("balcao-chat .list .bubble, balcao-chat .list .notice > p")
        expect(bubbles).to_have_text(list(texts))

    @property
    def launcher(self) -> Any:
        return self.page.locator("balcao-chat .launcher")

    @property
    def panel(self) -> Any:
        return self.page.locator("balcao-chat .panel")

    @property
    def log(self) -> Any:
        return self.page.get_by_role("log")

    @property
    def box(self) -> Any:
        return self.panel.get_by_role("textbox")

    @property
    def offline_notice(self) -> Any:
        return self.panel.locator(".banner.offline")

    def button(self, name: str) -> Any:
        return self.panel.get_by_role("button", name=name, exact=True)


@pytest.fixture
def visit(chromium: Browser, desk: FakeDesk) -> Iterator[Visit]:
    """Makes visitors: each a browser of its own, or a further tab of one with ``context``."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(context: BrowserContext | None = None, **options: Any) -> Visitor:
        if context is None:
            context = chromium.new_context(**({"viewport": DESKTOP, "locale": "pt-BR"} | options))
            contexts.append(context)
        visitors.append(Visitor(context, desk))
        return visitors[-1]

    yield make
    for context in contexts:
        context.close()
    assert [visitor.errors for visitor in visitors] == [[] for _ in visitors]


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Someone who has opened the panel on the demo page."""
    return visit().arrive().open()
