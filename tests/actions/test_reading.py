"""Articles in readable parts."""

from hypothesis import given
from hypothesis import strategies as st

from actions.reading import SHORT, parts, passage_about
from actions.words import fold


def test_parts_lose_nothing_and_break_between_paragraphs() -> None:
    text = "\n\n".join(f"{n} " + "palavra " * 50 for n in range(9))
    pieces = parts(text)
    assert "\n\n".join(pieces).split() == text.split()
    assert all(len(piece) <= 900 for piece in pieces)
    assert parts("um\n\n\ndois") == ["um\n\ndois"]
    assert parts("") == []


def test_a_long_list_breaks_between_its_items_and_goes_on_as_a_list() -> None:
    items = [f"{n}. " + "passo " * 20 for n in range(1, 9)]
    pieces = parts("\n".join(items), SHORT)
    assert len(pieces) > 1
    assert all(piece.split(". ")[0].strip().isdigit() for piece in pieces)
    assert "\n".join(pieces).split() == "\n".join(items).split()


def test_a_long_paragraph_breaks_between_sentences() -> None:
    pieces = parts("Primeiro abra o portal e entre. " * 20, SHORT)
    assert len(pieces) > 1
    assert all(piece.endswith("entre.") and len(piece) <= SHORT for piece in (p.strip() for p in pieces))


def test_a_table_is_not_torn() -> None:
    table = "| a | b |\n|---|---|\n" + "| um. Dois | tres |\n" * 60
    assert parts(table.strip(), SHORT) == [table.strip()]


@given(st.text(alphabet="ab.!-1 \n|`", max_size=300), st.integers(min_value=1, max_value=80))
def test_no_word_is_ever_lost(text: str, longest: int) -> None:
    assert " ".join(parts(text, longest)).split() == text.split()


def test_the_passage_about_something_has_all_its_words() -> None:
    text = "No computador, use o cliente.\n\nNo celular, instale o aplicativo Authenticator."
    assert passage_about(text, {"celular"}, fold) == "No celular, instale o aplicativo Authenticator."
    assert passage_about(text, {"celular", "computador"}, fold) is None
    assert passage_about(text, set(), fold) is None
