"""Passing the conversation to a person, with what is known so far."""

import re
from typing import Any

from actions.base import BotAction, Kit
from actions.forms import EMPTY_FORM
from actions.hours import when_back
from actions.outage_notice import outages_known
from actions.replies import Replies, Then
from actions.situation import FORM, NO_CONTACT, SERVICE_OTHER, Situation
from actions.words import fold
from balcao.errors import Unavailable

_SURE_OF_DISTRESS = 0.6
_NAMES_QUEUE = re.compile(r"\b(fila|queue)\b")


async def hand_over(
    kit: Kit,
    now: Situation,
    reply: Replies,
    *,
    reason: str,
    words: str | None = "utter_handoff",
    group: str | None = None,
) -> Then:
    """Announces the person and commands the handoff to the group, by default the one that answers for the matter.

    Without ``words`` it has been announced already. Out of hours it is said when people are back.
    """
    group = group or await group_in_question(kit, now)
    back = await when_back(kit, now, group)
    if words:
        reply.say(words)
    if back:
        reply.say("utter_team_is_away", when=back)
    if now.script:
        reply.command("keep_script", script=None)
    reply.command(
        "handoff",
        group=group,
        reason=reason,
        summary=summary(now),
        fields=known_fields(now),
    )
    return Then(
        {"awaiting": None, "failures": 0, "script": None, "reading": None, "handed_group": group, **EMPTY_FORM},
        leave_form=now.in_form,
    )


async def ask_for_person(
    kit: Kit, now: Situation, reply: Replies, *, reason: str, words: str = "utter_handoff", group: str | None = None
) -> Then:
    """Passes the user to a person; out of hours says when people are back and offers a ticket. Who insists, waits."""
    group = group or await group_in_question(kit, now)
    was_told = now.awaiting == "away" or (now.form == FORM and now.slots.get("away_told"))
    back = None if was_told else await when_back(kit, now, group)
    if back is None:
        return await hand_over(kit, now, reply, reason=reason, words=words, group=group)
    if now.form == FORM:
        reply.say("utter_away_in_ticket", when=back)
        return Then({"away_told": True}, follow=FORM)
    reply.say("utter_away", when=back)
    return Then({**EMPTY_FORM, "awaiting": "away"}, leave_form=now.in_form)


async def group_in_question(kit: Kit, now: Situation) -> str | None:
    """The group of the service in question; None lets the desk take its default."""
    service_id = service_in_question(now) or await _service_down(kit, now)
    if service_id is None:
        return None
    try:
        service = (await kit.desk.catalogue()).service(service_id)
    except Unavailable:
        return None
    return service.group if service else None


async def _service_down(kit: Kit, now: Situation) -> str | None:
    """The service that the user has just been told is down."""
    told = (now.slots.get("outages_told") or []) if now.awaiting == "outage" else []
    return (
        next((outage.service for outage in await outages_known(kit) if outage.id in told[-1:]), None) if told else None
    )


def service_in_question(now: Situation) -> str | None:
    """The service that the ticket form, else the article shown last, else all articles offered, are about."""
    chosen = now.slots.get("ticket_service")
    if chosen and chosen != SERVICE_OTHER:
        return str(chosen)
    return (now.article or {}).get("service") or _service_of_all(now.near)


def _service_of_all(articles: list[dict[str, Any]]) -> str | None:
    """The service that articles offered together share; None when they do not agree."""
    services = {article.get("service") for article in articles}
    return services.pop() if len(services) == 1 else None


def why(now: Situation) -> str:
    """The reason of a handoff that the user asked for: what went before tells more than the asking."""
    if now.awaiting in ("comment", "low_rating"):  # asked for beside a low rating
        return "reopened" if now.slots.get("rated") == "human" else "low_rating"
    if now.failures == 0:
        return "user_asked"
    return "not_solved" if now.shown else "not_found"


def summary(now: Situation) -> str:
    """What the person should know, in Portuguese: what was asked, what was shown, what was being registered."""
    lines = []
    if now.asked:
        lines.append("Perguntou: " + "; ".join(f"“{question}”" for question in now.asked))
    if now.shown:
        lines.append("Artigos mostrados: " + "; ".join(article["title"] for article in now.shown))
        lines.append("Não resolveu." if now.failures else "Sem retorno sobre a resposta.")
    elif now.near:
        lines.append("Artigos oferecidos: " + "; ".join(article["title"] for article in now.near))
    elif now.slots.get("outages_told"):
        lines.append("Foi informado de que o serviço está fora do ar.")
    elif now.asked:
        lines.append("Nada foi encontrado na base de conhecimento.")
    if now.slots.get("questions_left"):
        lines.append("Falta responder: " + "; ".join(f"“{question}”" for question in now.slots["questions_left"]))
    lines += tried_lines(now.tried)
    if now.form == FORM:
        lines.append("Estava abrindo um chamado.")
    return "\n".join(lines) or "Pediu para falar com uma pessoa, sem dizer o assunto."


def tried_lines(tried: dict[str, list[str]]) -> list[str]:
    """What was tried, in Portuguese, a line a step; those whose script was left at its first question are left out."""
    lines = []
    for title, steps in tried.items():
        if steps:
            lines += [f"Já tentou ({title}):", *(f"- {step}" for step in steps)]
    return lines


def known_fields(now: Situation) -> dict[str, Any]:
    """The collected fields that are known, by name."""
    fields = {
        "question": now.slots.get("question"),
        "service": service_in_question(now),
        "articles": [article["id"] for article in now.shown],
        "tried": [line for steps in now.tried.values() for line in steps],
        "description": now.slots.get("ticket_description"),
        "impact": now.slots.get("ticket_impact"),
        "name": now.slots.get("contact_name") or now.user.get("name"),
        "email": _contact(now),
    }
    return {name: value for name, value in fields.items() if value}


def _contact(now: Situation) -> Any:
    told = now.slots.get("contact_email")
    return now.user.get("email") if told in (None, NO_CONTACT) else told


class Handoff(BotAction):
    """The user wants a person."""

    action_name = "action_handoff"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """At any point, without arguing; who comes back with a case comes back to the team that had it."""
        reason = why(now)
        group = now.slots.get("handed_group") if reason == "reopened" else None
        return await ask_for_person(self.kit, now, reply, reason=reason, group=group)


class WaitInQueue(BotAction):
    """Nobody is there, and the user wants to wait in the queue all the same."""

    action_name = "action_wait_in_queue"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Passes them on. "Vou esperar", said without having been asked, is no wish for a person."""
        if now.is_typed and now.awaiting != "away" and not _NAMES_QUEUE.search(fold(now.text)):
            reply.say("utter_all_right")
            return Then(follow=now.form or "action_resume")
        return await hand_over(self.kit, now, reply, reason=why(now), words="utter_handoff_waiting")


class Comfort(BotAction):
    """The user is in distress."""

    action_name = "action_comfort"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A person, at once: nobody in distress should have to press a button for one. Where that is not sure, one is offered."""
        if now.confidence < _SURE_OF_DISTRESS:
            return Then(follow="action_offer_person")
        return await ask_for_person(self.kit, now, reply, reason="distress", words="utter_distress")


ACTIONS = (Handoff, WaitInQueue, Comfort)
