"""One turn: what is asked of the bot, what it said and did, and whether it may be kept.

A turn that ends without words, or in which an action failed, never happened: nothing of it is stored, and the same
message may be sent again.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

_COMMAND = "command"
_SEARCH = "search"


@dataclass
class Turn:
    """The work on one message. ``record`` is the completion record, once the turn has been stored."""

    message_id: str
    session_id: str
    context: Dict[str, Any]
    uttered: List[Dict[str, Any]] = field(default_factory=list)
    actions: List[str] = field(default_factory=list)
    intent: Optional[str] = None
    confidence: float = 0.0
    failure: Optional[str] = None
    record: Optional[Dict[str, Any]] = None

    def fail(self, why: str) -> None:
        """Marks the turn as one that never happened; the first reason is kept."""
        self.failure = self.failure or why

    @property
    def may_be_kept(self) -> bool:
        """Whether it has words and nothing failed."""
        return self.failure is None and any(message.get("text") for message in self.uttered)

    @property
    def words(self) -> str:
        """All that was said."""
        return "\n".join(message["text"] for message in self.uttered if message.get("text"))

    def completion(self, waits: bool) -> Dict[str, Any]:
        """The completion record of the desk's contract; ``waits`` says that the user has been asked something."""
        customs = [message.get("custom") or {} for message in self.uttered]
        return {
            "message_id": self.message_id,
            "messages": [_message(said) for said in self.uttered if said.get("text")],
            "commands": [custom[_COMMAND] for custom in customs if _COMMAND in custom],
            "waits": waits,
            "trace": {
                "intent": self.intent,
                "confidence": self.confidence,
                "action_names": self.actions,
                "search": next((custom[_SEARCH] for custom in customs if _SEARCH in custom), None),
            },
        }


def _message(said: Dict[str, Any]) -> Dict[str, Any]:
    payload = {key: value for key, value in (said.get("custom") or {}).items() if key not in (_COMMAND, _SEARCH)}
    fixed = [{"label": button["title"], "payload": button["payload"]} for button in said.get("buttons") or []]
    choices = payload.pop("choices", []) + fixed  # an action's choices first, then the response's own
    if choices:
        payload["choices"] = choices
    return {"text": said["text"], "payload": payload or None}


current: ContextVar[Optional[Turn]] = ContextVar("current_turn", default=None)
"""The turn that the running task works on."""
