"""The queue says whether people are there, and when they are back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from balcao.errors import NotFound
from handoff.accounts.models import Role
from handoff.queue.hours import opens_at
from handoff.queue.service import queue_state
from handoff.sla.calendars import Calendar, History
from tests.handoff.conftest import World
from tests.handoff.console.client import new_agent
from tests.handoff.hours import close_until
from tests.handoff.running import SECRETS, RunningDesk

ZONE = ZoneInfo("America/Sao_Paulo")
SUNDAY = datetime(2026, 11, 8, 10, 0, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 9, 8, 0, tzinfo=ZONE)


def test_out_of_hours_the_queue_is_closed_and_says_when_it_opens(world: World) -> None:
    with world.database.read() as session:
        closed = queue_state(session, group_id="n2-sistemas", now=SUNDAY)
        opened = queue_state(session, group_id="n2-sistemas", now=MONDAY)
    assert (closed.open, closed.opens_at) == (False, MONDAY)
    assert (opened.open, opened.opens_at) == (True, None)


def test_a_group_without_hours_is_open_and_none_named_is_the_default(world: World) -> None:
    with world.database.read() as session:
        assert queue_state(session, group_id=None, now=SUNDAY).open
        with pytest.raises(NotFound):
            queue_state(session, group_id="nobody", now=SUNDAY)


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ((2026, 11, 4, 12, 30), (2026, 11, 4, 13, 0)),  # lunch
        ((2026, 11, 6, 18, 0), (2026, 11, 9, 8, 0)),  # over the weekend
        ((2026, 11, 20, 9, 0), (2026, 11, 23, 8, 0)),  # Consciência Negra, a Friday
        ((2026, 12, 24, 13, 0), (2026, 12, 28, 8, 0)),  # half a day of the agency's own, Christmas, the weekend
    ],
)
def test_people_are_back_after_lunch_weekends_holidays_and_the_agencys_own_days(
    world: World, now: tuple[int, ...], back: tuple[int, ...]
) -> None:
    with world.database.read() as session:
        state = queue_state(session, group_id="n2-sistemas", now=datetime(*now, tzinfo=ZONE))  # type: ignore[arg-type, misc]
    assert state.opens_at == datetime(*back, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def test_hours_that_never_come_are_not_waited_for() -> None:
    never = History(((SUNDAY, Calendar(ZONE, ((), (), (), (), (), (), ()))),))
    assert opens_at(never, SUNDAY) is None
    assert opens_at(None, SUNDAY) == SUNDAY


def test_someone_who_is_there_out_of_hours_opens_the_queue(desk: RunningDesk, world: World) -> None:
    with world.database.write() as session:
        opens = close_until(session, days=2)
    ask = httpx.Client(
        base_url=desk.url, params={"group": "n2-acesso"}, headers={"authorization": f"Bearer {SECRETS['desk_token']}"}
    )
    closed = ask.get("/internal/queue").json()
    assert (closed["open"], datetime.fromisoformat(closed["opens_at"])) == (False, opens)
    new_agent(desk, "plantao", Role.AGENT_L2, ["n2-acesso"]).api.get("/me").raise_for_status()
    assert ask.get("/internal/queue").json()["open"]
