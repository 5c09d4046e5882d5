"""Moments are said as people say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from balcao.spoken_times import say_when

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 25, 19, 30, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("moment", "portuguese", "english"),
    [
        ((2026, 11, 25, 20, 0), "hoje, às 20h", "today at 8 pm"),
        ((2026, 11, 26, 8, 0), "amanhã, quinta-feira, às 8h", "tomorrow, Thursday, at 8 am"),
        ((2026, 11, 26, 1, 5), "amanhã, quinta-feira, à 1h05", "tomorrow, Thursday, at 1:05 am"),
        ((2026, 11, 24, 12, 15), "ontem, às 12h15", "yesterday at 12:15 pm"),
        ((2026, 11, 30, 8, 0), "segunda-feira, 30 de novembro, às 8h", "Monday, 30 November, at 8 am"),
        ((2026, 11, 26, 0, 0), "amanhã, quinta-feira, às 0h", "tomorrow, Thursday, at 12 am"),
    ],
)
def test_a_moment_is_said_in_both_languages(moment: tuple[int, ...], portuguese: str, english: str) -> None:
    at = datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type, misc]
    assert say_when(at, NOW, ZONE, "pt-BR") == portuguese
    assert say_when(at, NOW, ZONE, "en") == english


def test_the_day_is_that_of_the_zone_not_of_utc() -> None:
    late = datetime(2026, 11, 26, 2, 0, tzinfo=ZoneInfo("UTC"))  # 23h of the 25th in São Paulo
    assert say_when(late, NOW, ZONE, "pt-BR") == "hoje, às 23h"
