"""Whether a question is about a service that is known to be down, and the words for it."""

from datetime import UTC, datetime
from typing import Any

import structlog

from actions.base import Kit
from actions.clients.desk import Outage
from actions.clients.search import Found
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import is_named
from balcao.errors import Unavailable
from balcao.spoken_times import say_when

log = structlog.get_logger(__name__)


async def outages_known(kit: Kit) -> tuple[Outage, ...]:
    """The outages that last; none where the desk cannot say, since a question is answered all the same."""
    try:
        return await kit.desk.outages()
    except Unavailable as error:
        log.warning("outages_not_known", error=error.message)
        return ()


def outage_of(outages: tuple[Outage, ...], text: str, found: Found | None) -> Outage | None:
    """The outage of the service that the text names, or else of the one that all articles found are about."""
    if not outages:
        return None
    named = [outage for outage in outages if is_named(text, (outage.service_name, *outage.aliases))]
    if named:
        return named[0]
    service = _service(found) if found else None
    return next((outage for outage in outages if outage.service == service), None)


def _service(found: Found) -> str | None:
    if found.decision == "none":
        return None
    articles = found.articles[:1] if found.decision == "answer" else found.articles
    services = {article.service for article in articles}
    return services.pop() if len(services) == 1 else None


def tell(kit: Kit, now: Situation, reply: Replies, outage: Outage) -> Then:
    """Says that the service is down and offers to tell when it is back; a "yes" then means that."""
    _say(kit, now, reply, outage)
    reply.say("utter_outage_offer", outage_id=outage.id)
    return Then({"awaiting": "outage", "outages_told": [*_told(now), outage.id]})


def remind(reply: Replies, outage: Outage) -> None:
    """Says again, in short, that it is still down, before an answer that may not help."""
    reply.say("utter_outage_still", service=outage.service_name, outage_id=outage.id)


async def tell_in_ticket(kit: Kit, now: Situation, reply: Replies, service: str | None) -> dict[str, Any]:
    """Says that no ticket is needed for a service that is known to be down, once an episode; the slots to set."""
    outage = next((outage for outage in await outages_known(kit) if outage.service == service), None)
    if outage is None or was_told(now, outage):
        return {}
    reply.say("utter_outage_in_ticket", service=outage.service_name, outage_id=outage.id)
    return {"outages_told": [*_told(now), outage.id]}


def was_told(now: Situation, outage: Outage) -> bool:
    """Whether the user has been told of it in this episode."""
    return outage.id in _told(now)


def _told(now: Situation) -> list[str]:
    return list(now.slots.get("outages_told") or [])


def _say(kit: Kit, now: Situation, reply: Replies, outage: Outage) -> None:
    reply.say("utter_outage", service=outage.service_name, since=_when(kit, now, outage.since))
    if outage.text:
        reply.quote(outage.text)
    if outage.expected_back and outage.expected_back > datetime.now(UTC):
        reply.say("utter_outage_expected_back", when=_when(kit, now, outage.expected_back))


def _when(kit: Kit, now: Situation, moment: datetime) -> str:
    return say_when(moment, datetime.now(UTC), kit.timezone, now.language)
