"""Slowing down who guesses passwords. Attempts are counted before the password is looked at, so that many at once
cannot slip past; a right password takes its count back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from balcao.errors import TooMany
from handoff.accounts.models import SignInFailure
from handoff.upsert import insert_missing

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Limit:
    """At most ``attempts`` failures in a window for one key."""

    key: str
    attempts: int


def limits_for(login: str, address: str) -> list[Limit]:
    """A login from one address gets 5 attempts; from all addresses 25, so that nobody locks another out easily."""
    return [
        Limit(f"pair:{login}@{address[:45]}", 5),
        Limit(f"login:{login}", 25),
        Limit(f"address:{address[:45]}", 50),
    ]


def seconds_until_free(failures: int, since: datetime, limit: int, now: datetime) -> int:
    """How long to wait before another attempt; 0 when one is free."""
    if failures < limit or now - since >= WINDOW:
        return 0
    return max(1, int((since + WINDOW - now).total_seconds()))


def count_attempt(session: Session, *, login: str, address: str, now: datetime) -> int:
    """Counts an attempt as failed for now. Returns the seconds to wait when there were too many (nothing is counted)."""
    limits = limits_for(login, address)
    rows = [_row(session, limit.key, now) for limit in limits]
    waits = [
        seconds_until_free(row.failures, row.since, limit.attempts, now)
        for row, limit in zip(rows, limits, strict=True)
    ]
    if max(waits):
        return max(waits)
    for row in rows:
        if now - row.since >= WINDOW:
            row.failures, row.since = 0, now
        row.failures += 1
    return 0


def forgive(session: Session, *, login: str, address: str) -> None:
    """Takes back the attempts of who gave the right password; the address keeps its others."""
    pair, of_login, of_address = limits_for(login, address)
    for key in (pair.key, of_login.key):
        row = session.get(SignInFailure, key)
        if row is not None:
            session.delete(row)
    row = session.get(SignInFailure, of_address.key)
    if row is not None and row.failures > 0:
        row.failures -= 1


def too_many(seconds: int) -> TooMany:
    """The error for someone who must wait."""
    return TooMany(f"too many attempts; try again in {seconds} s", code="sign_in_throttled")


def _row(session: Session, key: str, now: datetime) -> SignInFailure:
    insert_missing(session, SignInFailure, key=key, failures=0, since=now)
    return session.get_one(SignInFailure, key, with_for_update=True, populate_existing=True)
