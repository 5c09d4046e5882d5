"""What an action is told: the message, the memory of the session, and who is speaking."""

from dataclasses import dataclass, field, replace
from typing import Any

SERVICE_OTHER = "other"
NO_CONTACT = "none"
FORM = "ticket_form"
OWN_FORM = "own_ticket_form"
MANIFESTATION_FORM = "manifestation_form"


@dataclass(frozen=True)
class Situation:
    """One call of an action, read from Rasa's tracker. ``slots`` is the session's memory."""

    session_id: str
    message_id: str
    text: str
    intent: str
    confidence: float = 0.0
    entities: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    form: str | None = None

    @classmethod
    def of(cls, tracker: Any) -> "Situation":
        """Read from rasa-sdk's tracker, as the bot's action endpoint sends it."""
        message = tracker.latest_message or {}
        context = message.get("metadata") or {}
        return cls(
            session_id=tracker.sender_id,
            message_id=str(context.get("message_id") or ""),
            text=str(message.get("text") or ""),
            intent=str((message.get("intent") or {}).get("name") or ""),
            confidence=float((message.get("intent") or {}).get("confidence") or 0.0),
            entities={item["entity"]: item.get("value") for item in message.get("entities") or [] if "entity" in item},
            slots=dict(tracker.slots),
            context=context,
            form=tracker.active_loop_name or None,
        )

    @property
    def in_form(self) -> bool:
        """Whether a form runs."""
        return self.form is not None

    @property
    def user_id(self) -> str:
        """The id under which the desk knows the user."""
        return str(self.user.get("id") or "")

    @property
    def awaiting(self) -> str | None:
        """What the bot asked last: solved, part, choice, offer, own_offer, script, resume, rating, comment, low_rating, or
        nothing."""
        return self.slots.get("awaiting")

    @property
    def article(self) -> dict[str, Any] | None:
        """The article shown last."""
        return self.slots.get("article")

    @property
    def near(self) -> list[dict[str, Any]]:
        """Near articles that are, or can be, offered."""
        return list(self.slots.get("near") or [])

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The articles shown in this episode."""
        return list(self.slots.get("shown") or [])

    @property
    def asked(self) -> list[str]:
        """The questions of this episode."""
        return list(self.slots.get("asked") or [])

    @property
    def failures(self) -> int:
        """How many times in a row nothing was found or nothing helped."""
        return int(self.slots.get("failures") or 0)

    @property
    def script(self) -> dict[str, Any] | None:
        """The script that waits for an answer: ``{article, run, question, unclear}``."""
        return self.slots.get("script")

    @property
    def tried(self) -> dict[str, list[str]]:
        """What was tried in this episode: titles of scripts, and for each the steps with their answers."""
        return dict(self.slots.get("tried") or {})

    @property
    def unfinished(self) -> dict[str, Any] | None:
        """The script of an earlier episode that the user has not finished, as the desk kept it."""
        return self.context.get("script")

    @property
    def user(self) -> dict[str, Any]:
        """``{id, name, email}`` as the desk knows the user."""
        return dict(self.context.get("user") or {})

    @property
    def language(self) -> str:
        """``pt-BR`` or ``en``."""
        return str(self.slots.get("language") or "pt-BR")

    def with_slots(self, **slots: Any) -> "Situation":
        """The same with other slots."""
        return replace(self, slots={**self.slots, **slots})

    @property
    def is_typed(self) -> bool:
        """Whether the user wrote it, rather than pressing a button."""
        return not self.text.startswith("/")
