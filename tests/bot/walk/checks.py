"""What must hold after every turn, and the ways out that must be open in every state."""

import json
import re
from functools import cache
from typing import Any

import yaml
from pydantic import ValidationError

from handoff.bot_turns.schemas import Completion
from tests.bot.walk.conversation import Conversation, State, Turn
from tests.bot.walk.sayings import ASK_PERSON, CANCEL, CPF, ROOT

_UNFILLED = re.compile(r"\{[a-z_]+\}|\bNone\b")
_DEAD_ENDS = ("utter_not_understood", "utter_what_do_you_need", "utter_nothing_to_cancel")
_LETTERS = re.compile(r"[^\W\d_]{2}")


class Fault(AssertionError):
    """A promise that a turn has broken."""


def check_turn(conversation: Conversation) -> None:
    """Answered, in words, in one language, with good buttons, nothing failed, nothing said three times on end."""
    turn = conversation.turns[-1]
    if turn.status != 200:
        raise Fault(f"the turn failed with {turn.status}: {turn.record}")
    try:
        Completion.model_validate(turn.record)
    except ValidationError as error:
        raise Fault(f"the desk would refuse the answer: {error}") from error
    if not _LETTERS.search(turn.words):
        raise Fault("no words came back")
    handoff = turn.command("handoff")
    if handoff and handoff["reason"] == "bot_failed":
        raise Fault("the bot gave up as if a service were down")
    _check_words(conversation, turn)
    for payload in turn.choices.values():
        json.loads(payload[payload.index("{") :] if "{" in payload else "{}")
    _check_button(conversation, turn)
    last = [one.words for one in conversation.turns[-3:]]
    if len(last) == 3 and len(set(last)) == 1:
        raise Fault("the same answer three times in a row")


def _check_words(conversation: Conversation, turn: Turn) -> None:
    said = " ".join(one.text for one in conversation.turns)
    unfilled = [found for found in _UNFILLED.findall(turn.words) if found not in said]
    if unfilled:
        raise Fault(f"a response came with a blank: {unfilled}")
    if CPF in turn.words:
        raise Fault("a CPF was shown whole")
    other = "pt-BR" if conversation.language == "en" else "en"
    spoken = [message["text"] for message in turn.record["messages"] if message["text"] in fixed_words()[other]]
    if spoken and turn.command("set_user") is None:
        raise Fault(f"said in {other} to a user of {conversation.language}: {spoken}")


def _check_button(conversation: Conversation, turn: Turn) -> None:
    """A button that was on offer does something."""
    before = conversation.turns[-2].choices if len(conversation.turns) > 1 else {}
    said = {message["text"] for message in turn.record["messages"]}
    if turn.payload in before.values() and said & _words_of(conversation.language, *_DEAD_ENDS):
        raise Fault(f"a dead button: {turn.payload}")


def _words_of(language: str, *responses: str) -> set[str]:
    variants = [one for file in domain() for name in responses for one in (file.get("responses") or {}).get(name, [])]
    return {one["text"] for one in variants if bool(one.get("condition")) == (language == "en")}


@cache
def domain() -> list[dict[str, Any]]:
    """The domain's files."""
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "bot" / "domain").glob("*.yml"))]


@cache
def fixed_words() -> dict[str, set[str]]:
    """The responses without blanks, by language; those that are the same in both left out."""
    found: dict[str, set[str]] = {"pt-BR": set(), "en": set()}
    for variants in (variants for file in domain() for variants in (file.get("responses") or {}).values()):
        for variant in variants:
            found["en" if variant.get("condition") else "pt-BR"].add(variant["text"])
    same = found["pt-BR"] & found["en"]
    return {language: {text for text in texts - same if "{" not in text} for language, texts in found.items()}


@cache
def all_states() -> frozenset[str]:
    """Every state of the domain: what can be awaited outside forms, and each field that a form asks for."""
    awaited = {
        value for file in domain() for value in ((file.get("slots") or {}).get("awaiting") or {}).get("values", [])
    }
    states = {State(value, None, None) for value in (None, *awaited)}
    slots = [slot for file in domain() for slot in (file.get("slots") or {}).values()]
    asked = [when for slot in slots for mapping in slot["mappings"] for when in mapping.get("conditions", [])]
    states |= {State(None, when["active_loop"], when["requested_slot"]) for when in asked}
    return frozenset(map(str, states))


def check_person(conversation: Conversation, *, closed: bool) -> None:
    """A person can be had from here; out of hours by insisting."""
    turn = conversation.send(ASK_PERSON)
    if turn.command("handoff") is None and closed:
        turn = conversation.send(ASK_PERSON)
    if turn.status != 200 or turn.command("handoff") is None:
        raise Fault(f"no way to a person from {conversation.turns[0].state}")


def check_cancel(conversation: Conversation) -> None:
    """A form can be left from here."""
    turn = conversation.send(CANCEL)
    if turn.status != 200 or turn.state.form is not None:
        raise Fault(f"no way out of {conversation.turns[0].state}")
