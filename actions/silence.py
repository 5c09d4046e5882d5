"""Silence: the desk says when it has lasted; the bot reminds, or ends the conversation with a summary."""

from actions.base import BotAction
from actions.episodes import FRESH
from actions.forms import EMPTY_FORM
from actions.replies import Replies, Then
from actions.situation import FORM, Situation

_NOTHING = "–"
_MOST_TITLES = 5


class Nudge(BotAction):
    """The user has not answered for a while."""

    action_name = "action_nudge"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """A word, then the open question again: a "sim" must answer that question, not the reminder."""
        reply.say("utter_nudge")
        return Then(follow=now.form or "action_resume")


class EndAbandoned(BotAction):
    """The user has not answered the reminder either."""

    action_name = "action_end_abandoned"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Says what was asked and shown, and closes without asking for a rating."""
        shown = [str(article["title"]) for article in now.shown[-_MOST_TITLES:]]
        words = "utter_abandoned_in_ticket" if now.form == FORM else "utter_abandoned"
        reply.say(words, asked="; ".join(now.asked) or _NOTHING, shown="; ".join(shown) or _NOTHING)
        reply.command("close_episode", outcome="abandoned")
        return Then({**FRESH, **EMPTY_FORM}, leave_form=now.in_form)


ACTIONS = (Nudge, EndAbandoned)
