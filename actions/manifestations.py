"""Suggestions, complaints and compliments: heard in the user's words, registered as tickets of their own type, never argued with."""

import re
from typing import Any

from actions.base import BotAction, Kit
from actions.clients.http import Refused
from actions.contacts import read_contact
from actions.episodes import ask_rating, close
from actions.forms import EMPTY_FORM
from actions.handoff import hand_over
from actions.replies import Replies, Then
from actions.situation import MANIFESTATION_FORM, NO_CONTACT, Situation
from actions.tickets import as_card
from actions.validation import Validation, say_unclear
from actions.words import best_match, fold, words

KINDS = ("suggestion", "complaint", "compliment")
_LEAST_WORDS = 2
_SAYS_WHAT = 3
_LONGEST = 4_000
_ANNOUNCES = re.compile(
    r"^(oi|ola|bom dia|boa tarde|boa noite|eu|quero|queria|gostaria|preciso|posso|vou|tenho|fazer|registrar|deixar|dar|abrir|enviar|"
    r"mandar|apresentar|formalizar|uma?|de|do|da|minha|meu|aqui|sugestao|sugestoes|sugerir|sugiro|ideia|melhoria|reclamacao|reclamar|"
    r"reclamo|queixa|critica|criticar|elogio|elogiar|elogios|parabenizar|ouvidoria|voces|sobre|que|para|i|want|to|would|like|make|a|an|"
    r"have|complaint|complain|suggestion|compliment|about|the|of|file)$"
)
_NO_CONTACT = (
    "sem contato",
    "nao quero",
    "nao precisa",
    "nao tenho",
    "prefiro nao",
    "anonim",
    "no contact",
    "i'd rather not",
)


class StartManifestation(BotAction):
    """The user suggests, complains or praises; the intent says which."""

    action_name = "action_start_manifestation"
    begins_matter = True

    async def act(self, now: Situation, reply: Replies) -> Then:
        """What was said with it is taken as it is, and shown once more before it is registered."""
        kind = now.intent if now.intent in KINDS else "suggestion"
        said = now.text.strip() if now.is_typed and says_what(now.text) else None
        slots = EMPTY_FORM | {
            "awaiting": None,
            "manifestation": kind,
            "ticket_run": now.message_id,
            "manifestation_words": said,
            # typed at the bot's asking, it needs no second look; a compliment needs no answer
            "manifestation_confirmation": None if said else "yes",
            "manifestation_contact": NO_CONTACT if kind == "compliment" else now.user.get("email"),
        }
        return Then(slots, follow=MANIFESTATION_FORM)


def says_what(text: str) -> bool:
    """Whether a text says something beyond that it is a suggestion, a complaint or a compliment."""
    return len([word for word in words(text) if not _ANNOUNCES.match(word)]) >= _SAYS_WHAT


class ValidateManifestationForm(Validation):
    """The words, a way to answer, and the last look."""

    action_name = "validate_manifestation_form"

    def required(self, slots: dict[str, Any]) -> list[str]:
        """In the order in which they are asked."""
        return ["manifestation_words", "manifestation_confirmation", "manifestation_contact"]

    async def read(self, now: Situation, requested: str, reply: Replies) -> dict[str, Any]:
        """One field."""
        if requested == "manifestation_words":
            return _read_words(now, reply)
        return _read_contact(now, reply) if requested == "manifestation_contact" else _read_confirmation(now)


def _read_words(now: Situation, reply: Replies) -> dict[str, Any]:
    if not now.is_typed or len(words(now.text)) < _LEAST_WORDS:
        return {"manifestation_words": None, **_unclear(now, "utter_manifestation_short", reply)}
    return {"manifestation_words": now.text.strip()[:_LONGEST], "unclear": None}


def _read_confirmation(now: Situation) -> dict[str, Any]:
    """Yes takes the words as they are; more words are added to them; no asks for others."""
    if now.intent == "affirm":
        return {"manifestation_confirmation": "yes"}
    if not now.is_typed or now.intent in ("deny", "correct") or len(words(now.text)) < _LEAST_WORDS:
        return {"manifestation_words": None, "manifestation_confirmation": "yes"}
    joined = f"{now.slots.get('manifestation_words')}\n{now.text.strip()}"[:_LONGEST]
    return {"manifestation_words": joined, "manifestation_confirmation": "yes"}


def _read_contact(now: Situation, reply: Replies) -> dict[str, Any]:
    if now.intent in ("skip", "deny") or fold(now.text).startswith(_NO_CONTACT):
        return {"manifestation_contact": NO_CONTACT}
    contact = read_contact(now.text) if now.is_typed else None
    if contact is None or contact.value is None:
        said = contact.words if contact and contact.words else "utter_email_invalid"
        return {"manifestation_contact": None, **_unclear(now, said, reply)}
    return {"manifestation_contact": contact.value, "unclear": None}


def _unclear(now: Situation, said: str, reply: Replies) -> dict[str, Any]:
    return say_unclear(now, said, reply, ways_out="utter_manifestation_stuck")


class AskManifestationWords(BotAction):
    """Asks for the words, each kind in its own way."""

    action_name = "action_ask_manifestation_words"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A complaint comes with the offer of a person."""
        reply.say(f"utter_ask_{now.slots.get('manifestation')}")
        return Then(follow=None)


class AskManifestationConfirmation(BotAction):
    """Shows the words that will be registered."""

    action_name = "action_ask_manifestation_confirmation"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """As the user wrote them, on one line."""
        said = " ".join(str(now.slots.get("manifestation_words") or "").split())
        reply.say(f"utter_confirm_{now.slots.get('manifestation')}", said=said)
        return Then(follow=None)


class SubmitManifestation(BotAction):
    """The form is complete."""

    action_name = "action_submit_manifestation"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Registers it under a key of this run; whoever complained is not asked to rate, but may speak to a person."""
        kind = str(now.slots.get("manifestation"))
        key = f"{now.session_id}:{now.slots.get('ticket_run')}"
        try:
            ticket = await self.kit.desk.open_ticket(await body(self.kit, now, kind), key)
        except Refused:
            return await hand_over(self.kit, now, reply, reason="bot_failed", words="utter_handoff_ticket_trouble")
        payload = {"ticket": as_card(ticket)}
        reply.say(f"utter_{kind}_registered", protocol=ticket["protocol"], payload=payload)
        if kind == "complaint":
            then = close(reply, "ticket")
        else:
            then = ask_rating(now, reply, outcome="ticket", words="utter_ask_rating_or_more")
        return Then({**EMPTY_FORM, **then.slots}, leave_form=True)


async def body(kit: Kit, now: Situation, kind: str) -> dict[str, Any]:
    """The body of ``POST /internal/tickets``; the service only where the words name one."""
    said = str(now.slots.get("manifestation_words") or "")
    contact = now.slots.get("manifestation_contact")
    services = (await kit.desk.catalogue()).services
    return {
        "conversation_id": now.context.get("conversation_id"),
        "episode_id": now.context.get("episode_id"),
        "type": kind,
        "service": best_match(said, [(service.id, [service.name, *service.aliases]) for service in services]),
        "description": said,
        "contact": {"name": now.user.get("name"), "email": None if contact == NO_CONTACT else contact},
        "article_ids": [article["id"] for article in now.shown],
    }


class StopManifestation(BotAction):
    """The user does not want to after all."""

    action_name = "action_stop_manifestation"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Nothing is registered."""
        reply.say("utter_manifestation_stopped")
        return Then({**EMPTY_FORM, "awaiting": None}, leave_form=True)


ACTIONS = (
    StartManifestation,
    ValidateManifestationForm,
    AskManifestationWords,
    AskManifestationConfirmation,
    SubmitManifestation,
    StopManifestation,
)
