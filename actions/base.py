"""The base of our action classes: reads the situation, acts, turns the outcome into Rasa's events."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rasa_sdk import Action
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.clients.desk import DeskClient
from actions.clients.search import SearchClient
from actions.episodes import has_ended, in_next_matter, next_matter
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import is_abusive


@dataclass(frozen=True)
class Kit:
    """What actions work with, made once in a process."""

    search: SearchClient
    desk: DeskClient
    timezone: ZoneInfo


class BotAction(Action):  # type: ignore[misc]  # rasa-sdk has no types
    """An action with a kit. It ends with the user's turn unless it says otherwise, so no rule decides what follows."""

    action_name: ClassVar[str]
    begins_matter: ClassVar[bool] = False
    """Whether it turns to another matter, where only the rating of the last one is open."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def name(self) -> str:
        """The name in the domain."""
        return self.action_name

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Rasa's entry."""
        now, reply = Situation.of(tracker), Replies(dispatcher)
        if self.begins_matter and has_ended(now):
            then = in_next_matter(await self.act(next_matter(now, reply), reply))
        else:
            then = await self.act(now, reply)
        return events_of(Then({**remarks(now), **then.slots}, then.follow, then.leave_form))

    @abstractmethod
    async def act(self, now: Situation, reply: Replies) -> Then:
        """Says what is to be said; returns what to remember."""


def remarks(now: Situation) -> dict[str, Any]:
    """What is remembered of a message whatever is answered: whoever was abusive is not asked for a rating."""
    return {"abused": True} if now.intent == "upset" and is_abusive(now.text) else {}


def events_of(then: Then) -> list[dict[str, Any]]:
    """The outcome as rasa-sdk's events."""
    events: list[dict[str, Any]] = [SlotSet(name, value) for name, value in then.slots.items()]
    if then.leave_form:
        events += [SlotSet("requested_slot", None), ActiveLoop(None)]
    if then.follow:
        events.append(FollowupAction(then.follow))
    return events
