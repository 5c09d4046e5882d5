"""Known outages: said first to whoever asks about the service, followed on request."""

from typing import Any

from actions.answering import answer
from actions.base import BotAction, Kit
from actions.clients.desk import Outage
from actions.outage_notice import outages_known
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import is_named


class FollowOutage(BotAction):
    """The user wants to be told when the service is back."""

    action_name = "action_follow_outage"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The outage comes with the button, or is the one named, or the one told last; without any it is a question."""
        outage = await _meant(self.kit, now)
        if outage is None:
            return await answer(self.kit, now, reply, now.text)
        reply.command("follow_outage", outage_id=outage.id)
        reply.say("utter_outage_followed", service=outage.service_name, protocol=outage.protocol)
        return Then({"awaiting": None, "failures": 0}, leave_form=now.in_form)


async def _meant(kit: Kit, now: Situation) -> Outage | None:
    outages = {outage.id: outage for outage in await outages_known(kit)}
    chosen = now.entities.get("outage_id")
    if chosen:
        return outages.get(str(chosen))
    named = [o for o in outages.values() if now.is_typed and is_named(now.text, (o.service_name, *o.aliases))]
    told = [outages[id_] for id_ in reversed(now.slots.get("outages_told") or []) if id_ in outages]
    return next(iter([*named, *told]), None)


class AnswerAnyway(BotAction):
    """The user wants the answer although the service is down."""

    action_name = "action_answer_anyway"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Answers the question that was held back."""
        question: Any = now.slots.get("question")
        if not question:
            reply.say("utter_what_do_you_need")
            return Then({"awaiting": None})
        asked = now.asked[:-1] if now.asked and now.asked[-1] == question else now.asked
        then = await answer(self.kit, now.with_slots(asked=asked), reply, str(question), despite_outage=True)
        return Then({"awaiting": None, **then.slots}, then.follow, then.leave_form)


ACTIONS = (FollowOutage, AnswerAnyway)
