"""Pages as HTML: one template environment for each language."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from balcao.database import utc_now
from handoff.accounts.service import CurrentAgent
from handoff.console import labels
from handoff.console.clock import Clock
from handoff.console.deadlines import spoken
from handoff.console.i18n import Words, best_language, load_words
from handoff.console.jswords import JS_WORDS
from handoff.tickets.states import OPEN_STATES, TRANSITIONS, TicketState

TEMPLATES = Path(__file__).with_name("templates")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HEADERS = {"Cache-Control": "no-store"}
"""A page holds what one agent may see and a CSRF token. The other headers are the desk's for all answers."""


@dataclass(frozen=True)
class Console:
    """The console's languages, templates and time zone; made once and kept in ``app.state.console``."""

    words: dict[str, Words]
    environments: dict[str, Environment]
    zone: ZoneInfo

    def words_for(self, language: str | None) -> Words:
        return self.words[best_language(language, self.words)]

    def clock(self, words: Words, now: datetime | None = None) -> Clock:
        return Clock(now=now or utc_now(), zone=self.zone, words=words)

    def render(self, template: str, words: Words, **values: Any) -> str:
        """A template's text in a language."""
        clock = self.clock(words)
        return self.environments[words.language].get_template(template).render(clock=clock, words=words, **values)


def make_console(zone: ZoneInfo) -> Console:
    """Reads the catalogues and sets up the templates."""
    words = load_words()
    return Console(words, {code: _environment(language) for code, language in words.items()}, zone)


def console_of(request: Request) -> Console:
    return cast(Console, request.app.state.console)


def page(
    request: Request, template: str, *, agent: CurrentAgent | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page in the language of the agent, or of the browser before anyone is signed in."""
    console = console_of(request)
    words = console.words_for(agent.language if agent else request.headers.get("accept-language"))
    path = request.url.path
    text = console.render(template, words, agent=agent, path=path, **values)
    return HTMLResponse(text, status, headers=HEADERS)


def file_size(count: int, words: Words) -> str:
    """Bytes as people say them: ``340 kB``, ``1,2 MB``."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{format_decimal(round(count / 1_000_000, 1), locale=words.locale)} MB"


def _inert(value: Any) -> Any:
    """What a page shows, without characters that would show text in another order than it is."""
    return type(value)(_BIDI.sub("", value)) if isinstance(value, str) and _BIDI.search(value) else value


def _environment(words: Words) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_inert,
    )
    environment.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        label=lambda table, code: labels.label(getattr(labels, table), code, words),
        labels=labels,
        open_states=OPEN_STATES,
        size=lambda count: file_size(count, words),
        spoken=lambda seconds: spoken(timedelta(seconds=seconds), words),
        ticket_states=list(TicketState),
        transitions=TRANSITIONS,
        js_words={key: words.say(text) for key, text in JS_WORDS.items()},
    )
    return environment
