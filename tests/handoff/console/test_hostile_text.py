"""Whatever people write is shown as text: no markup, no scripts, no strange addresses, in any field of any page."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balcao.database import utc_now
from handoff.console.markdown import plain_text, render_markdown
from handoff.console.messages import safe_url
from handoff.conversations import queries as conversations
from handoff.conversations import service as conversing
from handoff.conversations.writing import append
from handoff.tickets.schemas import OpenTicket
from handoff.tickets.service import open_ticket
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient

BIDI = "a\u202eb\u2066c"
EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>" + BIDI
ALLOWED = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "code", "pre", "blockquote", "a", "hr"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}


class Seen(HTMLParser):
    """The tags and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@given(st.text(max_size=200))
def test_any_text_renders_to_harmless_tags_only(text: str) -> None:
    assert Seen(render_markdown(text)).tags <= ALLOWED


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "script",
                "[a](",
                "javascript:",
                ")",
                "![",
                "](x)",
                "\n",
                "`",
                "<!--",
                "&#60;",
                "onload=",
                '"',
                "https://a.b",
                "#",
                "data:text/html,",
            ]
        ),
        max_size=30,
    )
)
def test_any_mixture_of_dangerous_pieces_stays_harmless(pieces: list[str]) -> None:
    seen = Seen(render_markdown("".join(pieces)))
    assert seen.tags <= ALLOWED
    for name, value in seen.attributes:
        assert name in {"href", "rel", "target", "start", "class"}
        assert name != "href" or re.match(r"(https?:|mailto:|[^:]*$)", value or "")


def test_markdown_renders_what_agents_use() -> None:
    html = render_markdown("**a** *b* `c`\nd\n\n1. e\n\n[f](https://g.br)\n\n## h")
    for piece in (
        "<strong>a</strong>",
        "<em>b</em>",
        "<code>c</code><br",
        "<li>e</li>",
        'href="https://g.br"',
        ">h</p>",
    ):
        assert piece in html
    assert "<h2" not in html
    assert plain_text("**a** [b](https://c.d)\n- e") == "a b e"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "/\\evil", "x", None, 7, "", "JaVaScRiPt:x"]
)
def test_an_article_without_a_safe_address_is_no_link(url: object) -> None:
    assert safe_url(url) is None


def test_every_field_of_every_page_is_inert(world: World, ana: ConsoleClient) -> None:
    conversation_id, protocol = hostile_case(world)
    pages = [f"/console/conversations/{conversation_id}{part}" for part in ("", "/pane", "/facts")]
    pages += ["/console", "/console/lists", f"/console/tickets/{protocol}", "/console/tickets", "/console/account"]
    pages += [f"/console/tickets?q={EVIL}&state=all", f"/console/search?q={EVIL}", f"/console/sign-in?next={EVIL}"]
    for path in pages:
        answer = ana.http.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text, path
        assert "<script>alert" not in answer.text, path
        assert "javascript:alert" not in " ".join(re.findall(r'href="([^"]*)"', answer.text)), path
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.text), path
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def hostile_case(world: World) -> tuple[str, str]:
    now = utc_now()
    with world.database.write() as session:
        opened, _ = conversing.open_session(session, channel="web", client_key="hostile-key", now=now, name=EVIL)
    world.write(opened.id, EVIL)
    evil_choice = {"id": "1", "label": EVIL}
    with world.database.write() as session:
        conversation = conversations.locked(session, opened.id)
        payload = {
            "article": {"id": EVIL, "title": EVIL, "url": "javascript:alert(1)"},
            "articles": [{"id": "x"}, "not an object"],
            "choices": [evil_choice, None],
            "summary": [{"label": EVIL, "value": EVIL}],
            "ticket": {"protocol": EVIL},
        }
        append(session, conversation, author="bot", text=f"{EVIL} [x](javascript:alert(1))", now=now, payload=payload)
        append(session, conversation, author="system", text=EVIL, now=now, payload={"notice": EVIL})
        episode = conversations.open_episode(session, opened.id)
        assert episode is not None
        body = OpenTicket(
            conversation_id=opened.id,
            episode_id=episode.id,
            type="complaint",
            service="vpn",
            title=EVIL,
            description=EVIL,
            contact={"name": EVIL, "email": EVIL},
            article_ids=[EVIL],
        )
        ticket, _ = open_ticket(session, wanted=body, key="hostile-key", now=now, zone=now.tzinfo)  # type: ignore[arg-type]
        conversing.hand_over(
            session,
            conversation=conversation,
            group="n2-acesso",
            reason="<b>x</b>",
            summary=EVIL,
            fields={EVIL: EVIL, "service": EVIL, "more": [EVIL, {"a": EVIL}]},
            now=now,
        )
    world.claim(opened.id, world.ana)
    with world.database.write() as session:
        conversing.post_agent_message(
            session,
            conversation_id=opened.id,
            agent_id=world.ana,
            text=EVIL,
            client_key="hostile-1",
            note=True,
            now=now,
        )
    return opened.id, ticket.protocol
