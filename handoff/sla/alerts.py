"""What was reached is noted once, and told to those whom the contract's steps name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from balcao.errors import NotFound
from balcao.ids import new_id
from handoff.accounts.models import Agent
from handoff.accounts.queries import by_login
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.models import Group
from handoff.live.news import announce
from handoff.sla import queries
from handoff.sla.clocks import BREACH, Clock
from handoff.sla.definitions import Step, promises_from
from handoff.sla.models import ClockEvent, ContractVersion, SlaAlert, SlaNotice
from handoff.tickets.models import Ticket
from handoff.timeline.service import SYSTEM, record


def raise_alerts(session: Session, *, terms: ClockEvent, clocks: Sequence[Clock], now: datetime) -> bool:
    """Notes every percentage that the clocks have reached and that was not noted before; says whether there was one.

    The caller holds the ticket's clocks, and the alerts' unique key is the last guard.
    """
    known = {(alert.clock, alert.percent) for alert in queries.alerts_of(session, terms.ticket_id)}
    reached = sorted(
        (at, clock.kind.value, percent)
        for clock in clocks
        for percent, at in clock.crossed.items()
        if (clock.kind.value, percent) not in known
    )
    if not reached:
        return False
    alerts = [_alert(terms, clock, percent, at, now) for at, clock, percent in reached]
    session.add_all(alerts)
    session.flush()
    chain = _chain_of(session, terms)
    for alert in alerts:
        event = "sla_breached" if alert.percent == BREACH else "sla_warning"
        data = {"clock": alert.clock, "percent": alert.percent}
        record(session, subject="ticket", subject_id=terms.ticket_id, event=event, author=SYSTEM, now=now, data=data)
        session.add_all(_notices(chain, alert, now))
    session.flush()
    return True


def _alert(terms: ClockEvent, clock: str, percent: int, at: datetime, now: datetime) -> SlaAlert:
    return SlaAlert(
        id=new_id(),
        ticket_id=terms.ticket_id,
        clock=clock,
        percent=percent,
        contract_version_id=terms.contract_version_id or 0,
        crossed_at=at,
        noticed_at=now,
    )


@dataclass(frozen=True)
class _Chain:
    """Who can be told of a ticket: its group, who leads it, and the groups above, from the nearest on; by the contract's steps."""

    steps: Sequence[Step]
    group: Group
    lead: Agent | None
    above: Sequence[Group]


def _chain_of(session: Session, terms: ClockEvent) -> _Chain:
    version = session.get_one(ContractVersion, terms.contract_version_id)
    group = session.get_one(Group, session.get_one(Ticket, terms.ticket_id).group_id)
    steps = promises_from(version.definition).escalation
    return _Chain(steps, group, _lead_of(session, group), list(_climb(session, group)))


def _notices(chain: _Chain, alert: SlaAlert, now: datetime) -> Iterator[SlaNotice]:
    """A notice for each step that the alert sets off; a ``next`` step for which no group stands high enough gives none."""
    for number, step in enumerate(chain.steps):
        if step.at != alert.percent or step.clock not in (None, alert.clock):
            continue
        height = _height(chain.steps, number, alert.clock) if step.to == "next" else 0
        if height > len(chain.above):
            continue
        notice = SlaNotice(id=new_id(), alert_id=alert.id, step=number, reason=step.to, created_at=now)
        notice.group_id = [chain.group, *chain.above][height].id
        notice.agent_id = chain.lead.id if step.to == "lead" and chain.lead is not None else None
        yield notice


def _height(steps: Sequence[Step], number: int, clock: str) -> int:
    """How many groups up a ``next`` step leads: one more than the ``next`` steps for the same clock that come before it."""
    place = (steps[number].at, number)
    lower = [
        step
        for other, step in enumerate(steps)
        if step.to == "next" and step.clock in (None, clock) and (step.at, other) < place
    ]
    return 1 + len(lower)


def _climb(session: Session, group: Group) -> Iterator[Group]:
    """The groups above, from the nearest on. A circle, which the catalogue refuses, would end where it began."""
    seen = {group.id}
    while group.escalates_to and group.escalates_to not in seen:
        above = session.get(Group, group.escalates_to)
        if above is None:
            return
        seen.add(above.id)
        group = above
        yield above


def _lead_of(session: Session, group: Group) -> Agent | None:
    """Who leads the group; None when nobody does or they left, and the whole group is told instead."""
    lead = by_login(session, group.lead) if group.lead else None
    return lead if lead is not None and lead.active else None


def see_to(session: Session, *, notice_id: str, agent: CurrentAgent, now: datetime) -> SlaNotice:
    """Notes that the agent sees to a notice of theirs; who did so first stays. :class:`NotFound` for another's."""
    notice = queries.notice(session, notice_id, agent.id, agent.visible_groups)
    if notice is None:
        raise NotFound("no such notice", code="unknown_notice")
    if notice.seen_at is None:
        notice.seen_at, notice.seen_by = now, agent.id
        announce(session, "queue")
    return notice
