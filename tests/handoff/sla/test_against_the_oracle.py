"""The product's clocks and the minute-by-minute oracle agree on every random life of a ticket."""

import os
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handoff.sla.lives import differences, random_life

LIVES = int(os.environ.get("BALCAO_SLA_LIVES", "300"))


@settings(max_examples=100)
@given(st.integers(0, 2**64))
def test_due_times_pauses_edits_and_reopenings_are_those_of_the_oracle(seed: int) -> None:
    assert differences(random_life(Random(seed))) == []


def test_a_count_of_lives_shows_no_difference() -> None:
    assert [seed for seed in _counted(range(LIVES)) if differences(random_life(Random(seed)))] == []


def _counted(seeds: Iterable[int]) -> Iterable[int]:
    """The seeds; every 10,000 lives a line, for whoever runs many."""
    for number, seed in enumerate(seeds, 1):
        yield seed
        if number % 10_000 == 0:
            print(f"{number} lives compared", flush=True)


@pytest.mark.parametrize("spoiled", ["crossed", "elapsed", "due", "running"])
def test_the_oracle_sees_every_kind_of_fault(spoiled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from handoff.sla import clocks

    right = clocks.add_working
    if spoiled in {"crossed", "due"}:
        monkeypatch.setattr(clocks, "add_working", lambda history, start, amount: right(history, start, amount * 1.05))
    elif spoiled == "elapsed":
        monkeypatch.setattr(clocks, "working_between", lambda _, start, end: end - start)
    else:
        monkeypatch.setitem(clocks._STOPS, clocks.ClockKind.RESOLVE, set())
    found = [text for seed in range(60) for text in _seen(seed)]
    assert any(f" {spoiled}: " in text for text in found)


def _seen(seed: int) -> list[str]:
    try:
        return differences(random_life(Random(seed)))
    except AssertionError:
        return [" due: not a whole minute", " crossed: not a whole minute"]
