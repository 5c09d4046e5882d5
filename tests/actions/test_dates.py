"""Dates as Brazilians say them, seen from a Wednesday, 25 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.dates import read_days

TODAY = date(2026, 11, 25)


def day(month: int, of_month: int, year: int = 2026) -> tuple[date, date]:
    return date(year, month, of_month), date(year, month, of_month)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("o que abri hoje", day(11, 25)), ("ontem", day(11, 24)), ("anteontem à tarde", day(11, 23)), ("abri dia 12/11", day(11, 12)),
        ("12/11/2025", day(11, 12, 2025)), ("12.11.26", day(11, 12)), ("12-11", day(11, 12)), ("em 26/11", day(11, 26, 2025)),
        ("12 de novembro", day(11, 12)), ("1º de março de 2025", day(3, 1, 2025)), ("dia primeiro", day(11, 1)),
        ("dia 30", day(10, 30)), ("na segunda", day(11, 23)), ("segunda-feira passada", day(11, 23)), ("na quarta", day(11, 18)),
        ("terça feira", day(11, 24)), ("sexta passada", day(11, 20)),
        ("semana passada", (date(2026, 11, 16), date(2026, 11, 22))), ("essa semana", (date(2026, 11, 23), TODAY)),
        ("no mês passado", (date(2026, 10, 1), date(2026, 10, 31))), ("esse mês", (date(2026, 11, 1), TODAY)),
    ],
)  # fmt: skip
def test_a_day_is_read(said: str, days: tuple[date, date]) -> None:
    assert read_days(said, TODAY) == days


@pytest.mark.parametrize(
    "said", ["2026-000123-7", "31/02", "chamado 123", "versão 1.2.3", "a segunda", "2ª via", "10.0.0.1", "de 2 a 5", ""]
)
def test_other_numbers_are_no_days(said: str) -> None:
    assert read_days(said, TODAY) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_written_in_figures_is_read_back(wanted: date) -> None:
    assert read_days(f"{wanted:%d/%m/%Y}", TODAY) == (wanted, wanted)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.text(max_size=40))
def test_nothing_that_is_written_breaks_it(today: date, said: str) -> None:
    read_days(said, today)
