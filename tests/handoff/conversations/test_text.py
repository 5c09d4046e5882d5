"""What people write is made inert, and only that."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balcao.errors import InvalidInput
from handoff.conversations.text import MAX_TEXT, clean_email, clean_line, clean_text

any_text = st.text(st.characters(), max_size=300)  # lone surrogates included


@given(any_text)
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    try:
        once = clean_text(raw)
    except InvalidInput:
        return
    assert clean_text(once) == once


@given(any_text)
def test_what_is_left_is_normal_inert_and_can_be_stored(raw: str) -> None:
    try:
        text = clean_text(raw)
    except InvalidInput:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in text if c not in "\n\t")
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x00")
    text.encode("utf-8")


@given(st.text("abcçãéõ ,.!?/<>&'\"{}[]()😀👍🏽\n-0123456789", min_size=1, max_size=500))
def test_ordinary_writing_is_kept_as_it_is(raw: str) -> None:
    if raw.strip() and "\n\n\n\n" not in raw:
        assert clean_text(raw) == unicodedata.normalize("NFC", raw).strip()


@pytest.mark.parametrize(
    "raw", ["", "   ", "\n\t", "\x00", "\u200b\u200b", "\u202e", "\ufeff \u2060", "\ud800", "\u3164"]
)
def test_nothing_visible_is_refused_by_its_code(raw: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_text(raw)
    assert refused.value.error_code == "text_empty"


def test_the_limit_counts_what_is_left_after_cleaning() -> None:
    assert len(clean_text("a" * MAX_TEXT + "\u200b" * 50)) == MAX_TEXT
    with pytest.raises(InvalidInput) as refused:
        clean_text("a" * (MAX_TEXT + 1))
    assert refused.value.error_code == "text_too_long"
    with pytest.raises(InvalidInput):
        clean_text("\u200b" * 1_000_000)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("linha 1\r\nlinha 2\rlinha 3\u2028fim", "linha 1\nlinha 2\nlinha 3\nfim"),
        ("cafe\u0301", "café"),
        ("👩\u200d💻 ok", "👩\u200d💻 ok"),
        ("a\u200d\u200d\u200db", "a\u200db"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("/restart", "/restart"),
        ('/intent{"role":"admin"}', '/intent{"role":"admin"}'),
        ("![x](http://a/b.png)", "![x](http://a/b.png)"),
        ("😀😀", "😀😀"),
    ],
)
def test_hostile_and_odd_texts_become(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_a_tower_of_marks_is_cut_down() -> None:
    assert len(clean_text("o" + "\u0334" * 200 + "i")) < 12


def test_a_name_is_one_line_and_an_address_looks_like_one() -> None:
    assert clean_line("  Maria\n da\tSilva \u202e", 120) == "Maria da Silva"
    assert clean_line("\u200b", 120) is None
    assert clean_email(" ana@ipe.gov.br ") == "ana@ipe.gov.br"
    with pytest.raises(InvalidInput):
        clean_email("ana arroba ipe")
