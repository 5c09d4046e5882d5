"""The order of the waiting list: who has waited longest comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """A conversation in a group's queue since ``queued_at``."""

    conversation_id: str
    group_id: str
    queued_at: datetime


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Oldest first; those queued at the same moment in the order of their ids, so that no two readers differ."""
    return sorted(waiting, key=lambda entry: (entry.queued_at, entry.conversation_id))


def places(waiting: Sequence[Waiting]) -> dict[str, int]:
    """The place (from 1) of each conversation within its own group's queue."""
    counters: dict[str, int] = {}
    result: dict[str, int] = {}
    for entry in in_order(waiting):
        counters[entry.group_id] = counters.get(entry.group_id, 0) + 1
        result[entry.conversation_id] = counters[entry.group_id]
    return result
