"""Reading dates as Brazilians write them: "12/11", "12 de novembro", "ontem", "segunda passada". Pure: ``today`` comes in."""

import re
from datetime import date, timedelta

from actions.words import fold

Days = tuple[date, date]
"""The first and the last day meant, both included."""

_MONTHS = ("janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
           "dezembro")  # fmt: skip
_WEEKDAYS = ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo")
_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}|\d{2}))?(?![\d/-]|\.\d)")
_IN_WORDS = re.compile(
    r"\b(?:dia )?(\d{1,2}|primeiro)(?:º|o)? de (" + "|".join(_MONTHS) + r")(?: (?:de |do ano )?(\d{4}))?\b"
)
_DAY = re.compile(r"\bdia (\d{1,2}|primeiro)\b")
_WEEKDAY = re.compile(
    r"\b(?:na |nessa |nesta |dessa |da |de |passada )?(" + "|".join(_WEEKDAYS) + r")(-feira| feira)?\b"
)
_RELATIVE = (("anteontem", 2, 2), ("ontem", 1, 1), ("hoje", 0, 0), ("yesterday", 1, 1), ("today", 0, 0))
_WEEKDAY_SAYS_SO = re.compile(r"\b(na|nessa|nesta|ultima|de|desde)\s+$|feira|passad[ao]")


def read_days(text: str, today: date) -> Days | None:
    """The day or days in the past that a text names; None when it names none, or one that cannot be."""
    folded = fold(text)
    for word, first, last in _RELATIVE:
        if re.search(rf"\b{word}\b", folded):
            return today - timedelta(days=first), today - timedelta(days=last)
    return _span(folded, today) or _single(_named(folded, today) or _weekday(folded, today))


def _single(day: date | None) -> Days | None:
    return (day, day) if day else None


def _span(folded: str, today: date) -> Days | None:
    monday = today - timedelta(days=today.weekday())
    if "semana passada" in folded or "last week" in folded:
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if re.search(r"\b(n?essa|n?esta|this) (semana|week)\b", folded):
        return monday, today
    first = today.replace(day=1)
    if re.search(r"\b(mes passado|last month)\b", folded):
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    return (first, today) if re.search(r"\b(n?esse|n?este|this) (mes|month)\b", folded) else None


def _named(folded: str, today: date) -> date | None:
    figures = _FIGURES.search(folded)
    if figures:
        day, month, year = figures.groups()
        return _date(int(day), int(month), year, today)
    in_words = _IN_WORDS.search(folded)
    if in_words:
        day, name, year = in_words.groups()
        return _date(_number(day), _MONTHS.index(name) + 1, year, today)
    alone = _DAY.search(folded)
    return _last_day(_number(alone.group(1)), today) if alone else None


def _number(day: str) -> int:
    return 1 if day == "primeiro" else int(day)


def _date(day: int, month: int, year: str | None, today: date) -> date | None:
    """Without a year, the last such day; with two figures, of this century."""
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        found = date(today.year, month, day)
        return found if found <= today else date(today.year - 1, month, day)
    except ValueError:
        return None


def _last_day(day: int, today: date) -> date | None:
    month = today if day <= today.day else today.replace(day=1) - timedelta(days=1)
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def _weekday(folded: str, today: date) -> date | None:
    """The last such day before today; "segunda" alone is as likely the second of a list."""
    found = _WEEKDAY.search(folded)
    if found is None or not _WEEKDAY_SAYS_SO.search(
        folded[: found.start(1)] + " " + (found.group(2) or "") + folded[found.end(1) :]
    ):
        return None
    back = (today.weekday() - _WEEKDAYS.index(found.group(1))) % 7 or 7
    return today - timedelta(days=back)
