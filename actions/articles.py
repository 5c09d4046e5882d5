"""Saying and offering articles: the citation, the buttons, the offer of help when none is left."""

import json
from typing import Any
from urllib.parse import quote

from actions.replies import Replies, Then, choice, intent
from actions.situation import Situation

PERSON_FIRST = 2
"""After so many failures in a row a person is offered before anything else."""
_OFFERED = 3


def cited(article: dict[str, Any]) -> dict[str, Any]:
    """The citation of an article in a message's payload, from its brief; ``url`` is the whole article."""
    return {
        "id": article["id"],
        "version": article["version"],
        "title": article["title"],
        "kind": article["kind"],
        "url": f"/artigos/{quote(article['id'], safe='')}",
    }


def as_choices(articles: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Buttons for articles."""
    return [choice(article["title"], intent("choose_article", article_id=article["id"])) for article in articles]


def offer_articles(near: list[dict[str, Any]], now: Situation, reply: Replies, words: str) -> Then:
    """Offers near articles that have not been shown yet; the offer of help when none is left."""
    fresh = unseen(near, now)[:_OFFERED]
    if not fresh:
        return offer_help(now, reply, failures=now.failures + 1)
    reply.say(words, choices=as_choices(fresh), payload={"articles": fresh})
    return Then({"awaiting": "choice", "near": fresh})


def unseen(articles: list[dict[str, Any]], now: Situation) -> list[dict[str, Any]]:
    """Those that have not been shown in this episode."""
    seen = {article["id"] for article in now.shown}
    return [article for article in articles if article["id"] not in seen]


def offer_help(now: Situation, reply: Replies, *, failures: int, words: str = "utter_offer") -> Then:
    """Offers a ticket or a person; after two failures in a row the person comes first, in other words each time."""
    if failures >= PERSON_FIRST:
        words = "utter_offer_person_again" if (failures - PERSON_FIRST) % 2 else "utter_offer_person_first"
    reply.say(words)
    return Then({"awaiting": "offer", "failures": failures})


def not_understood(now: Situation, reply: Replies) -> Then:
    """There is nothing in the message to search for; from the second failure in a row on, help is offered."""
    failures = now.failures + 1
    if failures >= PERSON_FIRST:
        return offer_help(now, reply, failures=failures)
    reply.say("utter_not_understood")
    return Then({"failures": failures})


def give_feedback(article: dict[str, Any], reply: Replies, *, useful: bool) -> None:
    """Tells the desk whether the article was useful."""
    reply.command("feedback", article_id=article["id"], version=article["version"], useful=useful)


def ask_useful(article: dict[str, Any], reply: Replies) -> None:
    """Asks whether an answer given in passing was useful."""
    reply.say("utter_ask_useful", article_id=json.dumps(article["id"]), version=article["version"])
