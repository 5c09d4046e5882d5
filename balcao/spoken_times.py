"""Moments as people say them, in Brazilian Portuguese and in English. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

_PT_BR = {-1: "ontem, {time}", 0: "hoje, {time}", 1: "amanhã, {weekday}, {time}", None: "{weekday}, {day}, {time}"}
_EN = {-1: "yesterday {time}", 0: "today {time}", 1: "tomorrow, {weekday}, {time}", None: "{weekday}, {day}, {time}"}


def say_when(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment near ``now``: "amanhã, quinta-feira, às 8h"; "Monday, 30 November, at 8 am"."""
    local = moment.astimezone(zone)
    is_english = language == "en"
    locale = "en" if is_english else "pt_BR"
    patterns = _EN if is_english else _PT_BR
    ahead = (local.date() - now.astimezone(zone).date()).days
    return patterns.get(ahead, patterns[None]).format(
        weekday=format_date(local, "EEEE", locale=locale),
        day=format_date(local, "d MMMM" if is_english else "d 'de' MMMM", locale=locale),
        time=_english_time(local) if is_english else _brazilian_time(local),
    )


def _brazilian_time(local: datetime) -> str:
    clock = f"{local.hour}h{local.minute:02d}" if local.minute else f"{local.hour}h"
    return f"{'à' if local.hour == 1 else 'às'} {clock}"


def _english_time(local: datetime) -> str:
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"at {hour}:{local.minute:02d} {half}" if local.minute else f"at {hour} {half}"
