"""Amounts of working time as people write them: ``45m``, ``4h``, ``2h30m``."""

import re
from datetime import timedelta

_SHAPE = re.compile(r"(?=.)(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?")
_LONGEST = timedelta(hours=5_000)


def parse_duration(text: str) -> timedelta:
    """Hours and minutes of working time; :class:`ValueError` for anything else, nothing and more than 5,000 hours."""
    found = _SHAPE.fullmatch(text.strip())
    amount = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0)) if found else timedelta(0)
    if not timedelta(0) < amount <= _LONGEST:
        raise ValueError("is an amount of working time such as 45m, 4h or 2h30m, up to 5000h")
    return amount


def format_duration(amount: timedelta) -> str:
    """The shortest way to write whole minutes."""
    hours, minutes = divmod(int(amount.total_seconds()) // 60, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes or not hours else "")
