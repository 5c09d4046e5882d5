"""Protocol numbers and their check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.tickets.protocol import check_digit, format_protocol, parse_protocol

YEARS = st.integers(2000, 2999)
NUMBERS = st.integers(1, 999_999_999)


def test_the_check_digit_is_the_one_of_the_standards_example() -> None:
    assert check_digit("0794") == 5


def test_the_protocol_of_the_architecture_page_is_right() -> None:
    assert format_protocol(2026, 123) == "2026-000123-7"


@given(YEARS, NUMBERS)
def test_every_protocol_is_read_back_however_its_parts_are_joined(year: int, number: int) -> None:
    protocol = format_protocol(year, number)
    for joint in ("-", "", " ", ".", "/", " - ", "–"):
        assert parse_protocol(f"  {protocol.replace('-', joint)} ") == protocol


@given(YEARS, NUMBERS, st.data())
def test_one_wrong_digit_is_always_noticed(year: int, number: int, data: st.DataObject) -> None:
    protocol = format_protocol(year, number)
    places = [place for place, char in enumerate(protocol) if char.isdigit()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != protocol[place]]))
    assert parse_protocol(protocol[:place] + other + protocol[place + 1 :]) is None


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_canonical_protocol_or_as_none(text: str) -> None:
    found = parse_protocol(text)
    assert found is None or parse_protocol(found) == found


@pytest.mark.parametrize("text", ["", "2026", "2026-000123", "2026-000123-8", "abcd-000123-7", "2026-000123-7x"])
def test_what_is_no_protocol_is_none(text: str) -> None:
    assert parse_protocol(text) is None


def test_digits_of_other_scripts_are_understood() -> None:
    assert parse_protocol("２０２６-000123-7") == "2026-000123-7"
