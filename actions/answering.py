"""Answering from the knowledge base: the search, and showing what it decides on."""

import asyncio
import re
from typing import Any

from actions.articles import cited, offer_articles, offer_help, unseen
from actions.base import Kit
from actions.clients.search import Article, Found
from actions.handoff import hand_over
from actions.outage_notice import outage_of, outages_known, remind, tell, was_told
from actions.reading import passage_about, read_out
from actions.replies import Replies, Then
from actions.script_turns import begin, offer_to_go_on
from actions.situation import Situation
from actions.words import fold
from balcao.errors import NotFound, Unavailable

_KEPT = 10
_LONGEST_QUESTION = 1000
_EMPTY = frozenset((
    "e", "mas", "se", "no", "na", "nos", "nas", "pelo", "pela", "em", "com", "sem", "para", "pra", "pro", "quem",
    "quando", "quanto", "como", "fica", "faco", "faz", "depois", "o", "a", "os", "as", "fora", "isso", "serve",
    "vale", "funciona", "da", "certo", "igual", "mesmo", "muda", "tambem", "ah", "ok", "entendi", "um", "uma", "eu",
    "meu", "minha", "for", "and", "what", "about", "how", "the", "on", "in", "is", "it", "i", "nao", "ja", "estou",
    "esta", "usa", "uso", "tem", "tenho", "dum", "duma", "outro", "outra",
))  # fmt: skip


async def answer(
    kit: Kit, now: Situation, reply: Replies, text: str, *, found: Found | None = None, despite_outage: bool = False
) -> Then:
    """Searches for ``text``, unless that was done, and says what the search decides.

    What is known to be down is said first, and the first time instead of an answer, which would hardly help.
    """
    try:
        outages, result = await asyncio.gather(outages_known(kit), _search(kit, text, found))
    except Unavailable:
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")
    reply.trace(result.trace)
    remembered = {"question": text[:_LONGEST_QUESTION], "asked": [*now.asked, text[:_LONGEST_QUESTION]][-_KEPT:]}
    outage = None if despite_outage else outage_of(outages, text, result)
    if outage and not was_told(now, outage):
        return Then({**tell(kit, now, reply, outage).slots, **remembered})
    if outage:
        remind(reply, outage)
    try:
        then = await _act_on(kit, result, now, reply)
    except Unavailable:
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")
    return Then({**then.slots, **remembered}, then.follow, then.leave_form)


async def _search(kit: Kit, text: str, found: Found | None) -> Found:
    return found or await kit.search.search(text)


async def _act_on(kit: Kit, found: Found, now: Situation, reply: Replies) -> Then:
    if found.decision == "answer":
        return await show_found(kit, found.articles[0], found, now, reply)
    if found.decision == "choices":
        return offer_articles([article.brief() for article in found.articles], now, reply, "utter_choices")
    return offer_help(now, reply, failures=now.failures + 1, words="utter_not_found")


async def show_found(kit: Kit, article: Article, found: Found, now: Situation, reply: Replies) -> Then:
    """Shows one article of what was found; the others are near ones. A script that was left half-way is offered as it is."""
    waiting = now.script or now.unfinished
    if waiting and waiting["article"]["id"] == article.id:
        return offer_to_go_on(now, reply)
    near = [other.brief() for other in found.articles if other.id != article.id]
    then = await show(kit, article, near, now, reply)
    return then if now.shown else Then({**then.slots, "failures": 0}, then.follow, then.leave_form)


async def show(kit: Kit, article: Article, near: list[dict[str, Any]], now: Situation, reply: Replies) -> Then:
    """Shows an article, part by part if it is long, and asks whether it solved the matter; a script is begun."""
    if article.steps:
        return await begin(kit, article, near, now, reply)
    reply.say("utter_answer_lead", title=article.title)
    brief = article.brief()
    then = read_out(article, now, reply)
    return Then({"article": brief, "shown": [*now.shown, brief][-_KEPT:], "near": near, **then.slots})


async def show_by_id(kit: Kit, now: Situation, reply: Replies, article_id: str) -> Then:
    """Shows a chosen article, or says that it is gone."""
    try:
        article = await kit.search.article(article_id)
    except NotFound:
        reply.say("utter_article_gone")
        return offer_articles([near for near in now.near if near["id"] != article_id], now, reply, "utter_choices")
    except Unavailable:
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")
    try:
        return await show(kit, article, [near for near in now.near if near["id"] != article_id], now, reply)
    except (NotFound, Unavailable):  # of a script's first step
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")


async def continue_subject(kit: Kit, now: Situation, reply: Replies) -> Then | None:
    """ "E no celular?": what the last article says of it, else a near article of the same subject; None if neither has it."""
    last = now.article
    about = {word for word in re.findall(r"\w+", fold(now.text)) if word not in _EMPTY and len(word) > 1}
    if last is None or not about:
        return None
    try:
        article = await kit.search.article(last["id"])
        found = await kit.search.search(f"{article.title} {now.text}", service=article.service)
    except (NotFound, Unavailable):
        return None
    other = _other_about(found, about, now)
    passage = passage_about(article.answer, about, fold)
    if other is not None and (passage is None or _names(other.title, about)):
        reply.trace(found.trace)
        return await show_found(kit, other, found, now, reply)
    if passage is None:
        return None
    reply.say("utter_same_article_says", title=article.title)
    reply.quote(passage, {"article": cited(article.brief())})
    reply.say("utter_ask_solved")
    return Then({"awaiting": "solved", "reading": None})


def _other_about(found: Found, about: set[str], now: Situation) -> Article | None:
    """The best article that has not been shown and has what was asked about in its title, or at least in its text."""
    fresh = {article["id"] for article in unseen([article.brief() for article in found.articles], now)}
    candidates = [article for article in found.articles if article.id in fresh]
    named = [article for article in candidates if _names(article.title, about)]
    if named:
        return named[0]
    best = candidates[:1] if found.decision == "answer" else []
    return next((article for article in best if _names(f"{article.title} {article.answer}", about)), None)


def _names(text: str, about: set[str]) -> bool:
    return about <= set(re.findall(r"\w+", fold(text)))
