"""Taking up the thread again after a greeting, an insult or a misplaced word."""

from datetime import datetime

from actions.articles import as_choices
from actions.base import BotAction
from actions.replies import Replies, Then
from actions.script_turns import offer_to_go_on
from actions.situation import Situation

_ALREADY_ANSWERED = frozenset(("greet", "who_are_you", "praise", "speak_english", "speak_portuguese"))


class Resume(BotAction):
    """Asks again what was asked last."""

    action_name = "action_resume"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """With nothing asked, asks what is needed, unless a greeting has just done so."""
        match now.awaiting:
            case "solved":
                reply.say("utter_ask_solved")
            case "part":
                reading = now.slots.get("reading") or {}
                reply.say("utter_more_parts", part=reading.get("part"), parts=reading.get("parts"))
            case "script" | "resume":
                return offer_to_go_on(now, reply)
            case "choice":
                reply.say("utter_which_choice", choices=as_choices(now.near))
            case "offer":
                reply.say("utter_offer")
            case "away":
                reply.say("utter_away_again")
            case "outage":
                reply.say("utter_outage_again", outage_id=(now.slots.get("outages_told") or [""])[-1])
            case "rating":
                reply.say("utter_rating_range", payload={"rating": {"rated": now.slots.get("rated") or "bot"}})
            case "comment":
                reply.say("utter_write_comment")
            case "low_rating":
                reply.say(f"utter_make_up_{now.slots.get('rated') or 'bot'}")
            case _ if now.unfinished and not now.article:
                return offer_to_go_on(now, reply)
            case _ if now.intent not in _ALREADY_ANSWERED:
                reply.say("utter_what_do_you_need")
        return Then()


class Greet(BotAction):
    """The user says hello."""

    action_name = "action_greet"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Good morning, afternoon or evening, by the clock where the desk is; then the open question again."""
        reply.say(greeting_at(datetime.now(self.kit.timezone).hour))
        return Then(follow="action_resume")


def greeting_at(hour: int) -> str:
    """The response for an hour of the day: in Brazil the night begins at six, and the morning at five."""
    if 5 <= hour < 12:
        return "utter_good_morning"
    return "utter_good_afternoon" if 12 <= hour < 18 else "utter_good_evening"


class SwitchLanguage(BotAction):
    """The user wants another language."""

    action_name = "action_switch_language"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Keeps it with the user; what follows in this turn is said in it already."""
        language = "en" if now.intent == "speak_english" else "pt-BR"
        reply.command("set_user", language=language)
        return Then({"language": language}, follow=None)


class OfferPerson(BotAction):
    """The user is angry."""

    action_name = "action_offer_person"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Stays calm and offers a person; a "yes" then means the person."""
        reply.say("utter_upset_in_script" if now.script else "utter_upset")
        return Then({"awaiting": "offer", "failures": max(2, now.failures)})


ACTIONS = (Greet, Resume, SwitchLanguage, OfferPerson)
