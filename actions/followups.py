"""Going on with what was answered last: its next part, an easier reading, another way, whether it was useful."""

from actions.answering import answer, show_by_id
from actions.articles import offer_articles, offer_help, unseen
from actions.base import BotAction, Kit
from actions.reading import SHORT, parts, read_out
from actions.replies import Replies, Then
from actions.script_turns import go_on
from actions.scripts import ScriptAction
from actions.situation import Situation


class GoOn(ScriptAction):
    """ "Continuar": the next part of the article, or the script that waits."""

    action_name = "action_go_on"

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """Where neither waits, asks what is needed."""
        reading = now.slots.get("reading")
        if reading and now.awaiting in ("part", "solved"):
            article = await self.kit.search.article(reading["id"])
            return read_out(article, now, reply, part=int(reading["part"]), size=int(reading["size"]))
        if now.script or (now.unfinished and now.awaiting in (None, "resume")):
            return await go_on(self.kit, now, reply)
        return Then(follow="action_resume")


class EnoughRead(BotAction):
    """ "Não" to the next part."""

    action_name = "action_enough_read"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Asks whether it helped so far."""
        reply.say("utter_ask_solved")
        return Then({"awaiting": "solved"})


class Explain(ScriptAction):
    """ "Não entendi": the last article again in small bits; if it was in bits already, something else."""

    action_name = "action_explain"

    async def lead(self, now: Situation, reply: Replies) -> Then:
        """Without an article, asks again what it asked."""
        if now.article is None:
            return await _about_nothing(self.kit, now, reply)
        if now.article["kind"] == "script" and now.script:
            return await go_on(self.kit, now, reply)
        article = await self.kit.search.article(now.article["id"])
        if now.slots.get("explained") == article.id or len(parts(article.answer, SHORT)) < 2:
            return self._something_else(now, reply)
        reply.say("utter_explain_slowly")
        then = read_out(article, now, reply, size=SHORT)
        return Then({**then.slots, "explained": article.id})

    def _something_else(self, now: Situation, reply: Replies) -> Then:
        near = unseen(now.near, now)
        if near:
            return offer_articles(near, now, reply, "utter_explain_other")
        return offer_help(now, reply, failures=max(2, now.failures))


async def _about_nothing(kit: Kit, now: Situation, reply: Replies) -> Then:
    """Said where no article was shown: what was asked is asked again; out of the blue it is a question like any other."""
    if now.awaiting:
        reply.say("utter_not_understood_me")
        return Then(follow="action_resume")
    return await answer(kit, now, reply, now.text)


class OtherWay(BotAction):
    """ "Tem outro jeito?": a near article, those of the same service first."""

    action_name = "action_other_way"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The only one is shown at once; where there is none it says so and offers help."""
        if now.article is None:
            return await _about_nothing(self.kit, now, reply)
        service = now.article.get("service")
        near = sorted(unseen(now.near, now), key=lambda article: article.get("service") != service)
        if len(near) == 1:
            return await show_by_id(self.kit, now, reply, str(near[0]["id"]))
        if near:
            return offer_articles(near, now, reply, "utter_other_ways")
        reply.say("utter_no_other_way")
        return offer_help(now, reply, failures=now.failures)


class GoBack(BotAction):
    """ "Voltar" outside a script: to the list that the last article was chosen from."""

    action_name = "action_go_back"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Where there was no list, asks again what it asked."""
        if now.awaiting in ("solved", "part") and unseen(now.near, now):
            return offer_articles(now.near, now, reply, "utter_choices")
        return Then(follow="action_resume")


class GiveFeedback(BotAction):
    """Útil or not útil for an answer given in passing."""

    action_name = "action_feedback"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Keeps it, and goes on with what was asked."""
        about = now.entities
        article, version = about.get("article_id"), about.get("version")
        if isinstance(version, int) and article and isinstance(about.get("useful"), bool):
            reply.command("feedback", article_id=str(article), version=version, useful=about["useful"])
        reply.say("utter_feedback_thanks")
        return Then(follow=None if now.in_form else "action_resume")


ACTIONS = (GoOn, EnoughRead, Explain, OtherWay, GoBack, GiveFeedback)
