"""Working time: its two functions undo each other, and days are those of the calendar's zone, holidays and edits."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from handoff.sla.calendars import Calendar, History, add_working, working_between
from handoff.sla.definitions import CalendarHours, calendar_from, keep_holidays
from tests.handoff.sla.lives import history, random_life

AMOUNTS = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(hours=60))
PARTS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4))
SEEDS = st.integers(0, 2**32)


@given(SEEDS, AMOUNTS, PARTS)
def test_adding_working_time_and_measuring_it_are_inverse_to_the_microsecond(
    seed: int, amount: timedelta, part: timedelta
) -> None:
    life = random_life(Random(seed))
    calendar = history(life.calendars["a"])
    start = datetime.fromtimestamp(life.first * 60, UTC) + part
    end = add_working(calendar, start, amount)
    if end is not None:
        assert working_between(calendar, start, end) == amount
        assert working_between(calendar, start, end - timedelta(microseconds=1)) < amount


@given(SEEDS, PARTS, PARTS)
def test_the_parts_of_a_stretch_add_up(seed: int, first: timedelta, second: timedelta) -> None:
    life = random_life(Random(seed))
    calendar = history(life.calendars["b"])
    start = datetime.fromtimestamp(life.first * 60, UTC)
    middle, end = start + first, start + first + second
    whole = working_between(calendar, start, end)
    assert whole == working_between(calendar, start, middle) + working_between(calendar, middle, end)


def office(**more: object) -> History:
    hours = {day: ["08:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    definition = CalendarHours.model_validate({"hours": hours} | more)
    kept = keep_holidays(definition, 2026).model_dump_json()
    return History(((datetime(2026, 1, 1, tzinfo=UTC), calendar_from(kept)),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Sao_Paulo"))


def test_an_afternoon_goes_on_the_next_morning_and_lunch_does_not_count() -> None:
    assert add_working(office(), at("2026-11-23T11:30"), timedelta(hours=6, minutes=30)) == at("2026-11-24T09:00")


def test_national_holidays_state_holidays_and_optional_days_close_it() -> None:
    friday_before = at("2026-11-19T17:00")  # Thursday; Friday the 20th is a national holiday
    two_hours = timedelta(hours=2)
    assert add_working(office(), friday_before, two_hours) == at("2026-11-20T09:00")
    assert add_working(office(holidays={}), friday_before, two_hours) == at("2026-11-23T09:00")
    revolution = at("2026-07-08T17:00")  # São Paulo's day is the 9th of July
    assert add_working(office(holidays={"state": "RJ"}), revolution, two_hours) == at("2026-07-09T09:00")
    assert add_working(office(holidays={"state": "SP"}), revolution, two_hours) == at("2026-07-10T09:00")
    carnival = at("2026-02-13T17:00")
    assert add_working(office(holidays={}), carnival, two_hours) == at("2026-02-16T09:00")
    assert add_working(office(holidays={"optional": True}), carnival, two_hours) == at("2026-02-19T09:00")


def test_the_agencys_own_day_stands_before_a_holiday() -> None:
    day = {"date": "2026-02-18", "name": "Cinzas", "hours": ["14:00-18:00"]}
    calendar = office(holidays={"optional": True}, days=[day])
    assert add_working(calendar, at("2026-02-13T17:00"), timedelta(hours=2)) == at("2026-02-18T15:00")


def test_a_version_keeps_the_holidays_that_were_known_when_it_was_made() -> None:
    kept = keep_holidays(CalendarHours.model_validate({"hours": {"mon": ["08:00-12:00"]}, "holidays": {}}), 2026)
    assert date(2024, 1, 1) in kept.closed
    assert date(2046, 12, 25) in kept.closed
    assert calendar_from(kept.model_dump_json()).hours_on(date(2029, 1, 1)) == ()


def test_a_calendar_without_any_hours_ahead_is_never_due() -> None:
    week = ((), (), (), (), (), (), ())
    never = History(((datetime(2026, 1, 1, tzinfo=UTC), Calendar(ZoneInfo("UTC"), week)),))
    assert add_working(never, at("2026-01-01T00:00"), timedelta(minutes=1)) is None
