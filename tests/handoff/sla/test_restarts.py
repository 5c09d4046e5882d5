"""A desk that is killed again and again in the middle of clocks notes every breach once, and soon after its start."""

import contextlib
import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from balcao.database import utc_now
from balcao.errors import Conflict
from handoff.catalogue.service import SAMPLE, load_catalogue
from handoff.sla import queries
from handoff.sla.models import SlaAlert, SlaNotice
from handoff.sla.replaying import differences
from handoff.tickets.models import Ticket
from handoff.tickets.states import TicketAction
from handoff.timeline.models import TimelineEntry
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.forked import ForkedDesk
from tests.handoff.running import settings_for, until
from tests.handoff.sla.conftest import Sla

RESTARTS = int(os.environ.get("BALCAO_SLA_RESTARTS", "20"))
LATE = timedelta(seconds=5)
Run = tuple[datetime, datetime]
"""When a desk began to serve, and when it was killed."""

pytestmark = pytest.mark.crash
ACTIONS = (TicketAction.ASK_USER, TicketAction.USER_ANSWERED, TicketAction.RESOLVE, TicketAction.REOPEN)


@pytest.fixture
def minutes(sla: Sla, tmp_path: Path) -> Sla:
    """A contract of one minute to own and two to resolve, around the clock."""
    text = SAMPLE.read_text().replace("calendar: comercial", "calendar: continuo")
    text = text.replace("{priority: 3, own: 1h, resolve: 16h}", "{priority: 3, own: 1m, resolve: 2m}")
    file = tmp_path / "catalogue.yml"
    file.write_text(text)
    with sla.world.database.write() as session:
        load_catalogue(session, file)
    return sla


@pytest.fixture
def process(database_url: str, world: World, tmp_path: Path, bot: FakeBot) -> Iterator[ForkedDesk]:
    process = ForkedDesk(settings_for(database_url, tmp_path, bot))
    yield process
    process.kill()


def test_every_breach_is_noted_once_and_in_time_through_any_number_of_kills(minutes: Sla, process: ForkedDesk) -> None:
    rng = random.Random(20261125)
    runs: list[Run] = []
    tickets: list[Ticket] = []
    for _ in range(RESTARTS):
        tickets += [minutes.open(utc_now() - timedelta(seconds=rng.uniform(20, 122))) for _ in range(3)]
        process.start()
        began = utc_now()
        time.sleep(rng.uniform(0, 1.5))
        _do_something(minutes, rng, tickets)
        process.kill()
        runs.append((began, utc_now()))
        _do_something(minutes, rng, tickets)
        time.sleep(rng.uniform(0, 0.5))
    process.start()
    began = utc_now()
    until(lambda: not _overdue(minutes), 5)
    runs.append((began, utc_now()))
    _check(minutes, runs)


def _do_something(sla: Sla, rng: random.Random, tickets: list[Ticket]) -> None:
    with contextlib.suppress(Conflict):  # where its state does not allow that
        sla.do(rng.choice(tickets), rng.choice(ACTIONS), utc_now())


def _overdue(sla: Sla) -> bool:
    with sla.world.database.read() as session:
        return bool(queries.due_tickets(session, utc_now(), 1))


def _check(sla: Sla, runs: list[Run]) -> None:
    with sla.world.database.read() as session:
        assert differences(session, utc_now()) == []
        alerts = session.scalars(select(SlaAlert)).all()
        told = session.scalar(select(func.count()).where(TimelineEntry.event.in_(["sla_warning", "sla_breached"])))
        noticed = session.scalar(select(func.count()).select_from(SlaNotice))
    breaches = [alert for alert in alerts if alert.percent == 100]
    assert len(breaches) > RESTARTS
    assert told == len(alerts)
    assert noticed == sum(alert.percent in {75, 90, 100} for alert in alerts)
    late = [_lateness(alert, runs) for alert in alerts]
    print(
        f"{len(runs)} starts, {len(breaches)} breaches, {len(alerts)} alerts, the latest {max(late)} after it could be seen"
    )
    assert max(late) <= LATE


def _lateness(alert: SlaAlert, runs: list[Run]) -> timedelta:
    """The longest that a running desk had left the alert unnoticed."""
    waits = [min(alert.noticed_at, killed) - max(alert.crossed_at, began) for began, killed in runs]
    return max(waits)
