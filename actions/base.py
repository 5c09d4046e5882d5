"""The base of our action classes: reads the situation, acts, turns the outcome into Rasa's events."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rasa_sdk import Action
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.clients.desk import DeskClient
from actions.clients.search import SearchClient
from actions.replies import Replies, Then
from actions.situation import Situation


@dataclass(frozen=True)
class Kit:
    """What actions work with, made once in a process."""

    search: SearchClient
    desk: DeskClient
    timezone: ZoneInfo


class BotAction(Action):  # type: ignore[misc]  # rasa-sdk has no types
    """An action with a kit. It ends with the user's turn unless it says otherwise, so no rule decides what follows."""

    action_name: ClassVar[str]

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def name(self) -> str:
        """The name in the domain."""
        return self.action_name

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Rasa's entry."""
        then = await self.act(Situation.of(tracker), Replies(dispatcher))
        return events_of(then)

    @abstractmethod
    async def act(self, now: Situation, reply: Replies) -> Then:
        """Says what is to be said; returns what to remember."""


def events_of(then: Then) -> list[dict[str, Any]]:
    """The outcome as rasa-sdk's events."""
    events: list[dict[str, Any]] = [SlotSet(name, value) for name, value in then.slots.items()]
    if then.leave_form:
        events += [SlotSet("requested_slot", None), ActiveLoop(None)]
    if then.follow:
        events.append(FollowupAction(then.follow))
    return events
