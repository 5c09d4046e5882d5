"""Opening a ticket: the form's questions, its summary, and the call that opens it."""

from typing import Any

from actions.base import BotAction, Kit
from actions.clients.http import Refused
from actions.contacts import read_email
from actions.episodes import ask_rating
from actions.forms import EMPTY_FORM
from actions.handoff import hand_over, tried_lines
from actions.outage_notice import tell_in_ticket
from actions.replies import Replies, Then, choice, intent
from actions.situation import FORM, NO_CONTACT, SERVICE_OTHER, Situation
from actions.words import read_name, ticket_type
from balcao.errors import NotFound

_MOST_CHOICES = 18
_OTHER = "–"
_LONGEST = 4_000
"""Characters that the desk takes of a description or a comment."""


class StartTicket(BotAction):
    """Begins the form with what is known."""

    action_name = "action_start_ticket"
    begins_matter = True

    async def act(self, now: Situation, reply: Replies) -> Then:
        """See :func:`begin_ticket`. The choice of a ticket that goes on from an earlier one comes with its protocol."""
        return await begin_ticket(self.kit, now, reply, {}, follows=now.entities.get("follows"))


async def begin_ticket(
    kit: Kit, now: Situation, reply: Replies, fields: dict[str, str], *, follows: str | None = None
) -> Then:
    """Begins the form with what is known; ``fields`` are a script's: description, impact, classification.

    The run is named after the message that began it, so that a repeated turn is the same run.
    """
    catalogue = await kit.desk.catalogue()
    earlier = await kit.desk.ticket(follows, now.user_id) if follows else {}
    service = catalogue.service(earlier.get("service") or (now.article or {}).get("service"))
    impact, classification = fields.get("impact"), fields.get("classification")
    reply.say("utter_ticket_start")
    slots = EMPTY_FORM | {
        "awaiting": None,
        "ticket_run": now.message_id,
        "ticket_service": service.id if service else None,
        "ticket_follows": follows,
        "ticket_description": fields.get("description"),
        "ticket_impact": impact if catalogue.impact_label(impact) else None,
        "ticket_classification": classification if service and classification in service.classifications else None,
        **known_contact(now),
    }
    return Then(slots, follow=FORM)


def known_contact(now: Situation) -> dict[str, Any]:
    """Name and e-mail as the desk knows them, or as they were told before."""
    return {
        "contact_name": now.slots.get("contact_name") or read_name(now.user.get("name") or ""),
        "contact_email": now.slots.get("contact_email") or read_email(now.user.get("email") or ""),
    }


class CancelTicket(BotAction):
    """The user does not want the ticket."""

    action_name = "action_cancel_ticket"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Forgets the form."""
        reply.say("utter_ticket_cancelled")
        return Then({"awaiting": None, **EMPTY_FORM}, leave_form=True)


class NothingToCancel(BotAction):
    """ "Cancelar" or "corrigir" outside the form."""

    action_name = "action_nothing_to_cancel"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Stops waiting for an answer, if it did."""
        reply.say("utter_cancelled" if now.awaiting else "utter_nothing_to_cancel")
        return Then({"awaiting": None})


class AskService(BotAction):
    """Asks for the service."""

    action_name = "action_ask_ticket_service"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The catalogue's services as choices."""
        services = (await self.kit.desk.catalogue()).services[:_MOST_CHOICES]
        choices = [choice(service.name, intent("choose_service", service_id=service.id)) for service in services]
        reply.say("utter_ask_service", choices=choices)
        return Then(follow=None)


class AskDescription(BotAction):
    """Asks for the description."""

    action_name = "action_ask_ticket_description"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The question asked before is offered; that the service is known to be down is said before."""
        told = await tell_in_ticket(self.kit, now, reply, now.slots.get("ticket_service"))
        question = now.slots.get("question")
        if question:
            reply.say("utter_confirm_description", question=str(question).replace("\n", " "))
        else:
            reply.say("utter_ask_description")
        return Then(told, follow=None)


class AskDuplicateChoice(BotAction):
    """Asks whether to add to the ticket that the user has."""

    action_name = "action_ask_duplicate_choice"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The ticket is named, so that the user can tell."""
        ticket = now.slots.get("ticket_duplicate") or {}
        reply.say(
            "utter_ask_duplicate",
            protocol=ticket.get("protocol"),
            title=ticket.get("title"),
            state=str(ticket.get("state_label") or "").lower(),
        )
        return Then(follow=None)


class AskImpact(BotAction):
    """Asks whom it affects."""

    action_name = "action_ask_ticket_impact"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The catalogue's impacts as choices."""
        impacts = (await self.kit.desk.catalogue()).impacts
        choices = [choice(label, intent("choose_impact", impact_id=id_)) for id_, label in impacts]
        reply.say("utter_ask_impact", choices=choices)
        return Then(follow=None)


class AskCorrection(BotAction):
    """Asks which field to correct."""

    action_name = "action_ask_ticket_correction"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The fields are the response's own buttons."""
        reply.say("utter_ask_correction")
        return Then(follow=None)


class AskConfirmation(BotAction):
    """Shows the summary."""

    action_name = "action_ask_ticket_confirmation"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Every field as it will be sent."""
        catalogue = await self.kit.desk.catalogue()
        service = catalogue.service(now.slots.get("ticket_service"))
        impact = now.slots.get("ticket_impact")
        reply.say(
            "utter_ticket_summary",
            service=service.name if service else _OTHER,
            description=now.slots.get("ticket_description"),
            impact=catalogue.impact_label(impact) or impact,
            name=now.slots.get("contact_name"),
            contact=contact_of(now) or _OTHER,
        )
        return Then(follow=None)


class SubmitTicket(BotAction):
    """The form is complete and confirmed."""

    action_name = "action_submit_ticket"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Opens the ticket under a key of this run: a repeated turn opens no second one."""
        key = f"{now.session_id}:{now.slots.get('ticket_run')}"
        if now.slots.get("duplicate_choice") == "add":
            return await self._add(now, reply, key)
        try:
            ticket = await self.kit.desk.open_ticket(ticket_body(now), key)
        except Refused:
            return await hand_over(self.kit, now, reply, reason="bot_failed", words="utter_handoff_ticket_trouble")
        reply.say("utter_ticket_opened", protocol=ticket["protocol"], payload={"ticket": as_card(ticket)})
        tell_the_desk_who(now, reply)
        return _end(now, reply, outcome="ticket")

    async def _add(self, now: Situation, reply: Replies, key: str) -> Then:
        """The description becomes a comment on the ticket that the user has."""
        protocol = str((now.slots.get("ticket_duplicate") or {}).get("protocol"))
        text = "\n".join([str(now.slots.get("ticket_description") or ""), *tried_lines(now.tried)])[:_LONGEST]
        try:
            ticket = await self.kit.desk.change_ticket(protocol, "comment", now.user_id, text, key)
        except (Refused, NotFound):  # closed meanwhile, say
            return await hand_over(self.kit, now, reply, reason="bot_failed", words="utter_handoff_ticket_trouble")
        shown = {"ticket": as_card(ticket)}
        reply.say("utter_own_done_comment", protocol=protocol, title=ticket["title"], payload=shown)
        return _end(now, reply, outcome="ticket_changed")


def _end(now: Situation, reply: Replies, *, outcome: str) -> Then:
    """The matter is done: the rating is asked for, and what else the user needs."""
    if now.script:
        reply.command("keep_script", script=None)
    then = ask_rating(now, reply, outcome=outcome, words="utter_ask_rating_or_more")
    if "outcome" not in then.slots:
        reply.say("utter_anything_else")
    return Then({**EMPTY_FORM, "script": None, "reading": None, **then.slots}, leave_form=True)


def as_card(ticket: dict[str, Any]) -> dict[str, Any]:
    """A ticket in a message's payload."""
    return {"protocol": ticket["protocol"], "state": ticket["state"], "title": ticket["title"]}


def ticket_body(now: Situation) -> dict[str, Any]:
    """The body of ``POST /internal/tickets``."""
    service = now.slots.get("ticket_service")
    description = str(now.slots.get("ticket_description") or "")
    return {
        "conversation_id": now.context.get("conversation_id"),
        "episode_id": now.context.get("episode_id"),
        "type": ticket_type(description),
        "service": None if service == SERVICE_OTHER else service,
        "classification": now.slots.get("ticket_classification"),
        "description": description[:_LONGEST],
        "impact": now.slots.get("ticket_impact"),
        "contact": {"name": now.slots.get("contact_name"), "email": contact_of(now)},
        "article_ids": [article["id"] for article in now.shown],
        "tried": [{"title": title, "steps": steps} for title, steps in now.tried.items() if steps],
        "follows": now.slots.get("ticket_follows"),
    }


def contact_of(now: Situation) -> str | None:
    """The e-mail address or phone number that the user told."""
    contact = now.slots.get("contact_email")
    return None if contact in (None, NO_CONTACT) else str(contact)


def tell_the_desk_who(now: Situation, reply: Replies) -> None:
    """What the user told of themselves, if it is news."""
    name, contact = now.slots.get("contact_name"), contact_of(now) or ""
    email = contact if "@" in contact else None
    if (name, email) != (now.user.get("name"), now.user.get("email")) and (name or email):
        reply.command("set_user", name=name or now.user.get("name"), email=email or now.user.get("email"))


ACTIONS = (
    StartTicket,
    CancelTicket,
    NothingToCancel,
    AskService,
    AskDescription,
    AskDuplicateChoice,
    AskImpact,
    AskCorrection,
    AskConfirmation,
    SubmitTicket,
)
