"""One process serves a channel at a time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff.channels.models import ChannelEvent, ChannelLease
from handoff.upsert import insert_missing

KEEP_EVENTS = timedelta(days=3)
"""How long keys are remembered. Telegram keeps an update for a day, and after a week of silence begins its numbers anew."""


def hold(
    session: Session, *, channel: str, holder: str, seconds: int, link_prefix: str | None, now: datetime
) -> ChannelLease | None:
    """Gives the channel to ``holder``, anew or again; None while another has it."""
    insert_missing(session, ChannelLease, channel=channel, holder=holder, until=now)
    lease = session.scalars(select(ChannelLease).where(ChannelLease.channel == channel).with_for_update()).one()
    if lease.holder != holder and lease.until > now:
        return None
    lease.holder, lease.until = holder, now + timedelta(seconds=seconds)
    lease.link_prefix = link_prefix or lease.link_prefix
    session.execute(delete(ChannelEvent).where(ChannelEvent.sent_at < now - KEEP_EVENTS))
    return lease


def release(session: Session, *, channel: str, holder: str, now: datetime) -> None:
    """Ends the lease, if it is this holder's."""
    lease = session.get(ChannelLease, channel)
    if lease is not None and lease.holder == holder:
        lease.until = now
