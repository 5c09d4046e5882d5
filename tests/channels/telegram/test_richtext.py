"""Markdown becomes text with entities; text is cut within Telegram's limit and no entity is broken."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.markdown import render
from bot.channels.telegram.rendering import parts_of
from bot.channels.telegram.richtext import LIMIT, Entity, RichText, split, units
from tests.channels.telegram.fake_telegram import _check_keyboard, _check_text

_ALPHABET = st.sampled_from(
    [
        *list("ab *_`~[]()#>-1.|\n\\!<&"),
        "😀",
        "é",
        "ção",
        "👩\u200d👩\u200d👧",
        "**",
        "```\n",
        "\n\n",
        "[x](https://a.b)",
    ]
)
_MARKDOWN = st.lists(_ALPHABET, max_size=300).map("".join)


def covered(rich: RichText, entity: Entity) -> str:
    raw = rich.text.encode("utf-16-le")
    return raw[entity.offset * 2 : entity.end * 2].decode("utf-16-le")


def as_params(rich: RichText) -> list[dict[str, object]]:
    return [{"type": e.kind, "offset": e.offset, "length": e.length, "url": e.value} for e in rich.entities]


def test_markdown_is_shown_as_telegram_shows_such_things() -> None:
    rich = render(
        "# Título 😀\n\nOlá **negrito** e `código`, [site](https://x.y)\n\n1. um\n2. dois\n   - a\n\n> cite\n\n```sh\nls\n```"
    )
    assert rich.text == "Título 😀\n\nOlá negrito e código, site\n\n1. um\n2. dois\n  • a\n\ncite\n\nls"
    assert [(e.kind, covered(rich, e), e.value) for e in rich.entities] == [
        ("bold", "Título 😀", None),
        ("bold", "negrito", None),
        ("code", "código", None),
        ("text_link", "site", "https://x.y"),
        ("blockquote", "cite", None),
        ("pre", "ls", "sh"),
    ]


def test_links_that_are_not_of_the_web_are_text_and_those_of_the_desk_need_its_address() -> None:
    text = "[a](javascript:alert(1)) [b](/artigos/x) [c](//evil.example) [d](tg://user?id=1)"
    assert render(text).entities == ()
    assert [e.value for e in render(text, "https://desk.example").entities] == ["https://desk.example/artigos/x"]


@given(_MARKDOWN)
def test_whatever_is_written_telegram_accepts_every_part(text: str) -> None:
    rich = render(text)
    for part in split(rich, 50):
        assert part.units <= 50
        _check_text(part.text, as_params(part))


@given(st.lists(st.sampled_from(["a", " ", "\n", "😀", "é", ". "]), min_size=1, max_size=400).map("".join), st.data())
def test_cut_parts_hold_the_whole_text_and_every_marked_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    marked = Entity("bold", units(text[:start]), units(text[start:end]))
    parts = split(RichText(text, (marked,)), 40)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    bold = "".join(covered(part, entity) for part in parts for entity in part.entities)
    assert "".join(bold.split()) == "".join(text[start:end].split())


def test_a_text_is_cut_at_a_paragraph_when_there_is_one() -> None:
    paragraphs = ["palavra " * 100 + str(n) for n in range(10)]
    parts = split(RichText("\n\n".join(paragraphs)))
    assert len(parts) == 2
    assert all(part.text.split(" ")[0] == "palavra" and part.units <= LIMIT for part in parts)
    assert "\n\n".join(part.text for part in parts) == "\n\n".join(paragraphs)


def test_more_than_a_hundred_entities_are_spread_over_parts() -> None:
    parts = split(render(" ".join(f"**{n}**" for n in range(350))))
    assert [len(part.entities) <= 100 for part in parts] == [True] * len(parts)
    assert sum(len(part.entities) for part in parts) == 350


def test_an_emoji_of_several_is_not_torn() -> None:
    family = "👩‍👩‍👧"
    parts = split(RichText("x" * 36 + family + "y" * 30), 40)
    assert [family in part.text for part in parts] == [False, True]


def test_a_message_with_nothing_but_choices_asks_for_one() -> None:
    payload = {"choices": [{"id": "c1", "label": "x" * 200}, {"id": "c2", "label": "Não"}]}
    message = {"id": "01J", "author": "bot", "author_name": None, "text": "", "payload": payload}
    [part] = parts_of(message, "pt-BR", "")
    assert part.rich.text == "Escolha uma opção:"
    rows = [[{"text": label, "callback_data": data} for label, data in row] for row in part.keyboard]
    _check_keyboard({"inline_keyboard": rows})
    assert [len(row) for row in rows] == [1, 1]
