"""What of a session is kept: where it stands, and its last turns.

Rasa replays a session's events many times a turn, so that turns grow dearer with its length. The rules and the form look
at slots, at the active loop and at the present turn only; so everything before the last turns is told by its outcome.
"""

from typing import Any, Iterable, List, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

KEPT_TURNS = 2


def compact(events: Sequence[Event], slots: Iterable[Slot]) -> List[Event]:
    """Events that rebuild the same slots, loop and last turns. The bot's own words are left out: the desk has them."""
    silent = [event for event in events if not isinstance(event, BotUttered)]
    cut = _start_of_kept_turns(silent)
    if cut == 0:
        return silent
    slots = list(slots)
    before = DialogueStateTracker.from_events("before", silent[:cut], slots)
    return [SessionStarted(), *_slots_set(before, slots), *_loop(before), *silent[cut:]]


def _start_of_kept_turns(events: Sequence[Event]) -> int:
    """The index of the ``action_listen`` before the first message to keep; 0 when all are kept."""
    said = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= KEPT_TURNS:
        return 0
    for index in range(said[-KEPT_TURNS], -1, -1):
        event = events[index]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return index
    return 0


def _slots_set(tracker: DialogueStateTracker, slots: Iterable[Slot]) -> List[SlotSet]:
    initial: Any = {slot.name: slot.initial_value for slot in slots}
    return [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != initial.get(name)]


def _loop(tracker: DialogueStateTracker) -> List[ActiveLoop]:
    return [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
