"""What users do with an answer: ask, choose among articles, say that it helped or not, take the offer of help."""

from actions.answering import answer, continue_subject, show_by_id
from actions.articles import PERSON_FIRST, as_choices, give_feedback, not_understood, offer_articles, offer_help
from actions.base import BotAction
from actions.handoff import ask_for_person
from actions.replies import Replies, Then
from actions.several import answer_each
from actions.situation import Situation
from actions.statuses import tell_status
from actions.words import best_match, has_words, is_continuation, read_position, read_protocol


class Answer(BotAction):
    """Whatever is no move in the conversation is a question."""

    action_name = "action_answer"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A protocol number asks for a ticket, a number or a title picks an offered article, "e no celular?" goes on with the last
        article; the rest is searched for."""
        if read_protocol(now.text):
            return await tell_status(self.kit, now, reply)
        picked = pick(now) if now.awaiting == "choice" else None
        if picked is not None:
            return await show_by_id(self.kit, now, reply, picked)
        if not has_words(now.text):
            return not_understood(now, reply)
        going_on = await continue_subject(self.kit, now, reply) if is_continuation(now.text) else None
        return going_on or await answer_each(self.kit, now, reply)


def pick(now: Situation) -> str | None:
    """The id of the offered article that the text means by its place or its title."""
    near = now.near
    place = read_position(now.text, len(near))
    if place is not None:
        return str(near[place]["id"])
    return best_match(now.text, [(str(article["id"]), [str(article["title"])]) for article in near])


class ShowArticle(BotAction):
    """The user chose an article."""

    action_name = "action_show_article"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The id comes with the choice."""
        return await show_by_id(self.kit, now, reply, str(now.entities.get("article_id") or ""))


class NotSolved(BotAction):
    """The answer did not help."""

    action_name = "action_not_solved"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Near articles first, then the offer. Said out of the blue, it is a question like any other.

        The button that says "useful, but" comes with the entity ``useful``.
        """
        if now.article is None and now.awaiting is None:
            return await answer(self.kit, now, reply, now.text)
        if now.article and now.awaiting in ("solved", "part"):
            give_feedback(now.article, reply, useful="useful" in now.entities)
        failures = now.failures + 1
        if failures >= PERSON_FIRST or now.awaiting == "offer":
            return offer_help(now, reply, failures=failures)
        then = offer_articles(now.near, now, reply, "utter_near")
        return Then({**then.slots, "failures": failures})


class NoneOfThese(BotAction):
    """None of the offered articles fits."""

    action_name = "action_none_of_these"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The offer."""
        return offer_help(now, reply, failures=now.failures)


class AffirmChoice(BotAction):
    """ "Yes" to a list: clear if it has one article, else asked again."""

    action_name = "action_affirm_choice"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Shows the one, or asks which."""
        if len(now.near) == 1:
            return await show_by_id(self.kit, now, reply, str(now.near[0]["id"]))
        reply.say("utter_which_choice", choices=as_choices(now.near))
        return Then()


class AffirmOffer(BotAction):
    """ "Yes" to the offer: a person, if that is what was asked; else which of the two."""

    action_name = "action_affirm_offer"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """After two failures the question was whether to pass on."""
        if now.failures >= PERSON_FIRST:
            return await ask_for_person(self.kit, now, reply, reason="not_solved")
        reply.say("utter_offer")
        return Then()


class DeclineOffer(BotAction):
    """ "No" to the offer, or to nothing."""

    action_name = "action_decline_offer"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Leaves the user in peace."""
        reply.say("utter_all_right")
        return Then({"awaiting": None})


class Rephrase(BotAction):
    """The user wants to ask in another way."""

    action_name = "action_rephrase"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Says what helps the search."""
        reply.say("utter_rephrase")
        return Then({"awaiting": None})


ACTIONS = (Answer, ShowArticle, NotSolved, NoneOfThese, AffirmChoice, AffirmOffer, DeclineOffer, Rephrase)
