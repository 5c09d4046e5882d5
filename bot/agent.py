"""Rasa's agent and processor, made to notice failures.

The stock processor logs an exception of an action and goes on, so that a broken action server looks like a bot with
nothing to say. Here the turn learns of it, and no further action is predicted.
"""

from typing import Any, Callable, List, Optional, Tuple

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.turns import current

_LANGUAGE = "language"
_IN_CIRCLES = "utter_in_circles"
_REPEATED = 2


class WatchedAction:
    """An action that tells the turn when it runs and when it fails."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *args: Any, **kwargs: Any) -> List[Event]:
        """Runs it; a rejection (a form that has nothing to extract) is no failure."""
        turn = current.get()
        if turn is not None:
            turn.actions.append(self._action.name())
        try:
            return await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            if turn is not None:
                turn.fail(f"{self._action.name()}: {type(error).__name__}")
            raise


class TurnProcessor(MessageProcessor):
    """A processor that stops at the first failure, knows the user's language, and notices that it repeats itself."""

    last_answers: Callable[[str, int], List[str]]
    """The tracker store's; set when it is known (Rasa hides the store in a wrapper)."""

    async def log_message(self, message: UserMessage, should_save_tracker: bool = True) -> DialogueStateTracker:
        """Also notes the intent in the turn, and sets the language that the desk says the user has."""
        tracker = await super().log_message(message, should_save_tracker)
        turn = current.get()
        if turn is not None and tracker.latest_message is not None:
            turn.intent = tracker.latest_message.intent.get("name")
            turn.confidence = float(tracker.latest_message.intent.get("confidence") or 0.0)
            self._set_language(tracker, turn.context)
        return tracker

    def _set_language(self, tracker: DialogueStateTracker, context: Any) -> None:
        language = "en" if str(context.get(_LANGUAGE) or "").lower().startswith("en") else "pt-BR"
        if tracker.get_slot(_LANGUAGE) != language:
            tracker.update(SlotSet(_LANGUAGE, language), self.domain)

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        """Nothing more after a failure; going round in circles is one."""
        turn = current.get()
        if turn is not None and turn.failure is not None:
            raise ActionLimitReached(turn.failure)
        try:
            return super().predict_next_with_tracker_if_should(tracker)
        except ActionLimitReached:
            if turn is not None:
                turn.fail("action limit")
            raise

    async def _run_prediction_loop(self, output_channel: Any, tracker: DialogueStateTracker) -> None:
        """An answer that has been given twice on end already comes with the offer of a person."""
        await super()._run_prediction_loop(output_channel, tracker)
        turn = current.get()
        if turn is None or not turn.may_be_kept:
            return
        if self.last_answers(tracker.sender_id, _REPEATED) == [turn.words] * _REPEATED:
            turn.uttered.append(await self.nlg.generate(_IN_CIRCLES, tracker, output_channel.name()))

    async def _run_action(self, action: Any, *args: Any, **kwargs: Any) -> bool:
        return await super()._run_action(WatchedAction(action), *args, **kwargs)


class DeskAgent(Agent):
    """An agent whose processor is a :class:`TurnProcessor`."""

    def load_model(self, model_path: Any, fingerprint: Optional[str] = None) -> None:
        """Loads a model file; the file is one that this bot trained."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses
