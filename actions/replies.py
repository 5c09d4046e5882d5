"""What an action answers: words of the domain, choices, commands to the desk."""

import json
from dataclasses import dataclass, field
from typing import Any

from balcao.personal import masked

_LONGEST_LABEL = 80


@dataclass(frozen=True)
class Then:
    """How an action ends: the slots to set, and what comes next (by default the user's turn)."""

    slots: dict[str, Any] = field(default_factory=dict)
    follow: str | None = "action_listen"
    leave_form: bool = False


class Replies:
    """Collects what is said in a turn. Words come from the domain (by name) or from articles; nothing else is said."""

    def __init__(self, dispatcher: Any) -> None:
        self._dispatcher = dispatcher

    def say(
        self,
        response: str,
        *,
        choices: list[dict[str, str]] | None = None,
        payload: dict[str, Any] | None = None,
        **values: Any,
    ) -> None:
        """A response of the domain; ``choices`` come before the response's own buttons. CPFs are shown masked."""
        custom = masked(dict(payload or {}))
        if choices:
            custom["choices"] = choices
        self._dispatcher.utter_message(response=response, json_message=custom or None, **masked(values))

    def quote(self, text: str, payload: dict[str, Any] | None = None) -> None:
        """The text of an article."""
        self._dispatcher.utter_message(text=text, json_message=payload)

    def command(self, type_: str, **fields: Any) -> None:
        """A deed of the desk, carried out together with the words of this turn."""
        self._dispatcher.utter_message(json_message={"command": {"type": type_, **fields}})

    def trace(self, search: dict[str, Any]) -> None:
        """What the search said, for the turn's trace."""
        self._dispatcher.utter_message(json_message={"search": search})


def intent(name: str, **entities: str | int) -> str:
    """A trusted intent as a button's payload: ``/name{"entity": "value"}``."""
    return f"/{name}{json.dumps(entities, ensure_ascii=False)}"


def choice(label: str, payload: str) -> dict[str, str]:
    """A button."""
    label = " ".join(label.split())
    return {"label": label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…", "payload": payload}
