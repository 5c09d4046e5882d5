"""Amounts of working time as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.sla.durations import format_duration, parse_duration


@given(st.integers(1, 5_000 * 60))
def test_what_is_written_is_read_again(minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    assert parse_duration(format_duration(amount)) == amount


@pytest.mark.parametrize("text", ["", "0m", "2d", "4", "h", "-1h", "1h 5m", "5001h", "1e3m", "٣h"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an amount of working time"):
        parse_duration(text)
