"""Choices: the buttons under a message. Pure.

The bot sends ``{"label", "payload"}``; clients see ``{"id", "label"}``; what a choice means to the bot stays in the desk.
"""

from typing import Any

MAX_LABEL = 200


def split_payload(payload: dict[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """What clients may see of a bot's payload, and the intents of its choices by their ids."""
    if not payload:
        return None, None
    choices = payload.get("choices") or []
    public = {key: value for key, value in payload.items() if key != "choices"}
    if choices:
        public["choices"] = [{"id": f"c{n}", "label": choice["label"]} for n, choice in enumerate(choices, 1)]
    intents = {f"c{n}": choice["payload"] for n, choice in enumerate(choices, 1)}
    return public or None, intents or None


def label_of(payload: dict[str, Any] | None, choice_id: str) -> str | None:
    """The label of a choice of a stored message, or None if it has no such choice."""
    for choice in (payload or {}).get("choices", []):
        if choice["id"] == choice_id:
            return str(choice["label"])
    return None
