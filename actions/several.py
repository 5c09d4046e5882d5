"""Several questions in one message: told apart, and answered one after the other."""

import asyncio
import re

from actions.answering import answer
from actions.base import BotAction, Kit
from actions.clients.search import Found
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import fold, words
from balcao.errors import Unavailable

MOST = 3
_LEAST_WORDS = 3
_ENDS = re.compile(r"(?<=\?)\s+|\n+")
_LISTED = re.compile(r"(?:^|\s)(?:\d[.)]|[-•*])\s+(?=\w)")
_ASKING = (
    r"como|qual|quais|onde|quando|quanto|quantos|quem|por que|porque|o que|d[aá] para|tem como|posso|existe|"
    r"how|what|where|when|who|which|can i"
)
_AND = re.compile(rf"[,;.]?\s+(?:e tamb[eé]m|e ainda|e|tamb[eé]m|and also|and)\s+(?=(?:{_ASKING})\b)", re.IGNORECASE)
_OPENS = re.compile(rf"^(?:e |ah |ent[aã]o |tamb[eé]m |and )*(?:{_ASKING})\b", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:e|ah|também|tambem|and)[,\s]+", re.IGNORECASE)


def split_questions(text: str) -> list[str]:
    """The questions of a message, each whole; the message itself if it is one.

    What is told between questions belongs to the one that follows it, or to the last.
    """
    pieces = [
        piece.strip() for part in _ENDS.split(text) for piece in _AND.split(_LISTED.sub(" ", part)) if piece.strip()
    ]
    found: list[str] = []
    told = ""
    for piece in pieces:
        if _is_question(piece):
            found.append(f"{told} {_PREFIX.sub('', piece)}".strip())
            told = ""
        else:
            told = f"{told} {piece}".strip()
    if told and found:
        found[-1] = f"{found[-1]} {told}"
    return found[:MOST] if len(found) > 1 else [text]


def _is_question(piece: str) -> bool:
    asks = piece.endswith("?") or bool(_OPENS.match(fold(piece)))
    return asks and len(words(piece)) >= _LEAST_WORDS


async def answer_each(kit: Kit, now: Situation, reply: Replies) -> Then:
    """Answers what was typed: several questions one after the other, if the knowledge base takes them for several."""
    questions = split_questions(now.text)
    if len(questions) == 1:
        return await answer(kit, now, reply, now.text)
    try:
        whole, *each = await asyncio.gather(*map(kit.search.search, [now.text, *questions]))
    except Unavailable:
        return await answer(kit, now, reply, now.text)
    if not _are_several(whole, each):
        return await answer(kit, now, reply, now.text, found=whole)
    reply.say("utter_several", count=len(questions), question=questions[0])
    return await _answer_first(kit, now, reply, questions, each[0])


def _are_several(whole: Found, each: list[Found]) -> bool:
    """Not if one article answers all of them, or if the message is understood only as a whole."""
    best = {found.articles[0].id for found in each if found.decision == "answer"}
    if all(found.decision == "answer" for found in each):
        return len(best) > 1
    return whole.decision != "answer" or all(found.decision != "none" for found in each)


async def _answer_first(
    kit: Kit, now: Situation, reply: Replies, questions: list[str], found: Found | None = None
) -> Then:
    left = questions[1:]
    then = await answer(kit, now, reply, questions[0], found=found)
    if left and then.slots.get("awaiting") is not None:
        reply.say("utter_next_question", question=left[0])
    return Then({**then.slots, "questions_left": left or None}, then.follow, then.leave_form)


class NextQuestion(BotAction):
    """On to the next of several questions."""

    action_name = "action_next_question"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """With none left, asks what is needed."""
        left = list(now.slots.get("questions_left") or [])
        if not left:
            reply.say("utter_what_do_you_need")
            return Then({"awaiting": None})
        reply.say("utter_now_next_question", question=left[0])
        return await _answer_first(self.kit, now, reply, left)


ACTIONS = (NextQuestion,)
