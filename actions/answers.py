"""Answering from the knowledge base: an answer, near articles, or the offer of a ticket or a person."""

from typing import Any
from urllib.parse import quote

from actions.base import BotAction, Kit
from actions.clients.search import Article, Found
from actions.handoff import hand_over
from actions.replies import Replies, Then, choice, intent
from actions.situation import Situation
from actions.statuses import tell_status
from actions.walkthrough import walkthrough
from actions.words import best_match, has_words, parts, read_position, read_protocol
from balcao.errors import NotFound, Unavailable

_OFFERED = 3
_KEPT = 10
_PERSON_FIRST = 2
_MOST_PARTS = 8
_LONGEST_QUESTION = 1000


async def answer(kit: Kit, now: Situation, reply: Replies, text: str) -> Then:
    """Searches for ``text`` and says what the search decides."""
    try:
        found = await kit.search.search(text)
    except Unavailable:
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")
    reply.trace(found.trace)
    remembered = {"question": text[:_LONGEST_QUESTION], "asked": [*now.asked, text[:_LONGEST_QUESTION]][-_KEPT:]}
    then = _act_on(found, now, reply)
    return Then({**then.slots, **remembered}, then.follow)


def _act_on(found: Found, now: Situation, reply: Replies) -> Then:
    if found.decision == "answer":
        then = show(found.articles[0], [article.brief() for article in found.articles[1:]], now, reply)
        return then if now.shown else Then({**then.slots, "failures": 0})  # what was not found before is past
    if found.decision == "choices":
        return offer_articles([article.brief() for article in found.articles], now, reply, "utter_choices")
    return offer_help(now, reply, failures=now.failures + 1, words="utter_not_found")


def show(article: Article, near: list[dict[str, Any]], now: Situation, reply: Replies) -> Then:
    """Shows an article, cites it, and asks whether it solved the matter."""
    reply.say("utter_answer_lead", title=article.title)
    pieces = parts(article.answer)[:_MOST_PARTS] or [article.title]
    for piece in pieces[:-1]:
        reply.quote(piece)
    reply.quote(pieces[-1], {"article": cited(article)})
    if article.steps:
        reply.say("utter_steps_lead")
        reply.quote(walkthrough(article.steps))
    reply.say("utter_ask_solved")
    shown = [*now.shown, article.brief()][-_KEPT:]
    return Then({"awaiting": "solved", "article": article.brief(), "shown": shown, "near": near})


def cited(article: Article) -> dict[str, Any]:
    """The citation of an article in a message's payload."""
    return {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "kind": article.kind,
        "url": f"/artigos/{quote(article.id, safe='')}",
    }


def offer_articles(near: list[dict[str, Any]], now: Situation, reply: Replies, words: str) -> Then:
    """Offers near articles that have not been shown yet; the offer of help when none is left."""
    seen = {article["id"] for article in now.shown}
    fresh = [article for article in near if article["id"] not in seen][:_OFFERED]
    if not fresh:
        return offer_help(now, reply, failures=now.failures + 1)
    reply.say(words, choices=as_choices(fresh), payload={"articles": fresh})
    return Then({"awaiting": "choice", "near": fresh})


def as_choices(articles: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Buttons for articles."""
    return [choice(article["title"], intent("choose_article", article_id=article["id"])) for article in articles]


def offer_help(now: Situation, reply: Replies, *, failures: int, words: str = "utter_offer") -> Then:
    """Offers a ticket or a person; after two failures in a row the person comes first."""
    reply.say("utter_offer_person_first" if failures >= _PERSON_FIRST else words)
    return Then({"awaiting": "offer", "failures": failures})


class Answer(BotAction):
    """Whatever is no move in the conversation is a question."""

    action_name = "action_answer"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A protocol number asks for a ticket, a number or a title picks an offered article; the rest is searched for."""
        if read_protocol(now.text):
            return await tell_status(self.kit, now, reply)
        picked = pick(now) if now.awaiting == "choice" else None
        if picked is not None:
            return await show_by_id(self.kit, now, reply, picked)
        if not has_words(now.text):
            reply.say("utter_not_understood")
            return Then()
        return await answer(self.kit, now, reply, now.text)


def pick(now: Situation) -> str | None:
    """The id of the offered article that the text means by its place or its title."""
    near = now.near
    place = read_position(now.text, len(near))
    if place is not None:
        return str(near[place]["id"])
    return best_match(now.text, [(str(article["id"]), [str(article["title"])]) for article in near])


async def show_by_id(kit: Kit, now: Situation, reply: Replies, article_id: str) -> Then:
    """Shows a chosen article, or says that it is gone."""
    try:
        article = await kit.search.article(article_id)
    except NotFound:
        reply.say("utter_article_gone")
        return offer_articles([near for near in now.near if near["id"] != article_id], now, reply, "utter_choices")
    except Unavailable:
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")
    return show(article, [near for near in now.near if near["id"] != article_id], now, reply)


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
        """Near articles first, then the offer. Said out of the blue, it is a question like any other."""
        if now.article is None and now.awaiting is None:
            return await answer(self.kit, now, reply, now.text)
        failures = now.failures + 1
        if failures >= _PERSON_FIRST or now.awaiting == "offer":
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
        if now.failures >= _PERSON_FIRST:
            return await hand_over(self.kit, now, reply, reason="not_solved")
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
