"""Guided scripts: the actions. What they do is in :mod:`actions.script_turns`."""

import re

from actions.articles import offer_articles
from actions.base import BotAction
from actions.handoff import hand_over
from actions.replies import Replies, Then
from actions.script_turns import restart, take_turn
from actions.situation import Situation
from actions.words import fold
from balcao.errors import NotFound, Unavailable

_AGAIN = re.compile(r"\b(recomec\w*|de novo|inicio|comeco|do zero|start over|restart)\b")


class ScriptAction(BotAction):
    """An action on the running script; a script that is gone or a service that is down never leaves the user alone."""

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Guards :meth:`lead`."""
        try:
            return await self.lead(now, reply)
        except NotFound:
            reply.say("utter_article_gone")
            reply.command("keep_script", script=None)
            then = offer_articles(now.near, now, reply, "utter_near")
            return Then({**then.slots, "script": None})
        except Unavailable:
            return await hand_over(self.kit, now, reply, reason="bot_failed", words="utter_handoff_trouble")

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """What the action does."""
        raise NotImplementedError


class TakeScriptTurn(ScriptAction):
    """An answer to the present step, or a move."""

    action_name = "action_script_turn"

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """See :func:`take_turn`."""
        return await take_turn(self.kit, now, reply)


class RestartScript(ScriptAction):
    """From its first step."""

    action_name = "action_restart_script"

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """Forgets the answers."""
        return await restart(self.kit, now, reply)


class StopScript(ScriptAction):
    """ "Parar": the user has had enough, or wants to begin again."""

    action_name = "action_stop_script"

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """Keeps where it stands, and offers the ways on."""
        if now.is_typed and now.script and _AGAIN.search(fold(now.text)):
            return await restart(self.kit, now, reply)
        reply.say("utter_script_stopped")
        return Then({"awaiting": "offer"})


ACTIONS = (TakeScriptTurn, RestartScript, StopScript)
