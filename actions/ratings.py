"""Ratings of the bot and of the human service: a score, then a comment if the user likes."""

from dataclasses import replace

from actions.answering import answer
from actions.articles import give_feedback, not_understood
from actions.base import BotAction
from actions.episodes import FRESH, ask_rating, close, in_next_matter, next_matter, outcome_of
from actions.forms import EMPTY_FORM
from actions.manifestations import KINDS, says_what
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import has_words, looks_like_question, read_score, words

_LOW = 2
_ASKED_AGAIN = 2
_WORDS_OF_A_COMMENT = 4
_LONGEST_COMMENT = 1000
_WORDS_OF_A_QUESTION = 4


class AskRating(BotAction):
    """It was solved: the bot asks to be rated."""

    action_name = "action_ask_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Once an episode; "it works" out of the blue is just good to hear."""
        if now.article and now.awaiting in ("solved", "part"):
            give_feedback(now.article, reply, useful=True)
        if now.script:
            reply.command("keep_script", script=None)
        if now.slots.get("questions_left"):
            return Then(
                {"awaiting": None, "failures": 0, "script": None, "reading": None}, follow="action_next_question"
            )
        if now.article is None:
            reply.say("utter_glad")
            return Then({"awaiting": None, "failures": 0})
        then = ask_rating(now, reply, outcome="solved_by_bot")
        if then.slots["awaiting"] is None:
            reply.say("utter_glad")
        return Then({"script": None, "reading": None, **then.slots})


class AskHumanRating(BotAction):
    """The desk says that a person has resolved the case."""

    action_name = "action_ask_human_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Asks for the rating of the human service; not twice, not of a user who has left, nor of an abusive one."""
        slots = now.slots
        if slots.get("human_rated") or slots.get("abused") or now.entities.get("abandoned"):
            reply.say("utter_human_resolved")
            then = close(reply, "resolved_by_agent")
            return Then({**EMPTY_FORM, **then.slots}, leave_form=now.in_form)
        reply.say("utter_ask_human_rating", payload={"rating": {"rated": "human"}})
        kept = {"handed_group": slots.get("handed_group"), "bot_rated": slots.get("bot_rated")}
        asked = {"awaiting": "rating", "rated": "human", "outcome": "resolved_by_agent"}
        return Then({**EMPTY_FORM, **FRESH, **kept, **asked}, leave_form=now.in_form)


class Rate(BotAction):
    """A score, in figures or words; or something else that was said instead."""

    action_name = "action_rate"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The score goes to the desk at once; the comment may never come. A low one is asked about."""
        if now.awaiting != "rating":
            return await _not_asked_for(self, now, reply)
        score = _score(now)
        if not score and is_new_question(now):
            return in_next_matter(await answer(self.kit, next_matter(now, reply), reply, now.text))
        if not score and now.intent == "not_solved":
            return Then({"awaiting": "solved"}, follow="action_not_solved")
        if not score:
            return _ask_score_again(now, reply)
        comment = now.text[:_LONGEST_COMMENT] if now.is_typed and _says_why(now.text) else None
        reply.command("rate", rated=_rated(now), score=score, comment=comment)
        rated = {"score": score, f"{_rated(now)}_rated": True, "unclear": None}
        if comment:
            return _after_comment(replace(now, slots={**now.slots, **rated}), reply)
        reply.say(f"utter_what_went_wrong_{_rated(now)}" if score <= _LOW else "utter_ask_comment")
        return Then({"awaiting": "comment", **rated})


def _ask_score_again(now: Situation, reply: Replies) -> Then:
    """Twice; whoever still says something else does not want to rate."""
    times = int(now.slots.get("unclear") or 0) + 1
    if times > _ASKED_AGAIN:
        then = _close(now, reply, "utter_rating_skipped")
        return Then({**then.slots, "unclear": None})
    reply.say("utter_rating_range", payload={"rating": {"rated": _rated(now)}})
    return Then({"unclear": times})


def _says_why(text: str) -> bool:
    """Whether a rating in words says more than the score."""
    return len([word for word in words(text) if word not in ("nota", "dou", "minha")]) > _WORDS_OF_A_COMMENT


async def _not_asked_for(action: BotAction, now: Situation, reply: Replies) -> Then:
    if now.awaiting in ("comment", "low_rating"):
        reply.say("utter_write_comment" if now.awaiting == "comment" else f"utter_make_up_{_rated(now)}")
        return Then()
    if now.is_typed and has_words(now.text):
        return await answer(action.kit, now, reply, now.text)
    return not_understood(now, reply)


def _score(now: Situation) -> int | None:
    chosen = now.entities.get("score")
    return int(chosen) if isinstance(chosen, int) and 1 <= chosen <= 5 else read_score(now.text)


def _rated(now: Situation) -> str:
    return "human" if now.slots.get("rated") == "human" else "bot"


def is_new_question(now: Situation) -> bool:
    """Whether what was said instead of a score or a comment is a question of its own."""
    if now.awaiting == "comment" and 0 < int(now.slots.get("score") or 0) <= _LOW:
        return now.text.rstrip().endswith("?")  # asked what went wrong, people tell their problem
    asks = looks_like_question(now.text)
    return now.intent == "question" and (
        asks or (now.awaiting == "rating" and len(words(now.text)) >= _WORDS_OF_A_QUESTION)
    )


class Comment(BotAction):
    """A comment, unless it is a new question."""

    action_name = "action_comment"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Keeps the comment beside the score; "quero fazer uma reclamação" alone is no comment yet."""
        if now.intent in KINDS and not says_what(now.text):
            return Then(follow="action_start_manifestation")
        if is_new_question(now):
            reply.say("utter_rating_noted")
            return in_next_matter(await answer(self.kit, next_matter(now, reply), reply, now.text))
        score = int(now.slots.get("score") or 0)
        if score:
            reply.command("rate", rated=_rated(now), score=score, comment=now.text[:_LONGEST_COMMENT])
        return _after_comment(now, reply)


def _after_comment(now: Situation, reply: Replies) -> Then:
    """Thanks; whoever was not content may go on with a person, or go back to the team that had the case."""
    score = int(now.slots.get("score") or 0)
    if not 0 < score <= _LOW:
        return _close(now, reply, "utter_rating_thanks")
    reply.say(f"utter_make_up_{_rated(now)}")
    return Then({"awaiting": "low_rating", "score": score, f"{_rated(now)}_rated": True})


class SkipComment(BotAction):
    """No comment."""

    action_name = "action_skip_comment"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Thanks and closes."""
        return _close(now, reply, "utter_rating_thanks")


class SkipRating(BotAction):
    """No rating."""

    action_name = "action_skip_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Closes without."""
        return _close(now, reply, "utter_rating_skipped")


class AfterLowRating(BotAction):
    """What is said after a low rating that is neither yes nor no."""

    action_name = "action_after_low_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A question is another matter."""
        if now.is_typed and has_words(now.text):
            return in_next_matter(await answer(self.kit, next_matter(now, reply), reply, now.text))
        reply.say(f"utter_make_up_{_rated(now)}")
        return Then()


def _close(now: Situation, reply: Replies, said: str) -> Then:
    reply.say(said)
    return close(reply, outcome_of(now))


ACTIONS = (AskRating, AskHumanRating, Rate, Comment, SkipComment, SkipRating, AfterLowRating)
