"""Files that come without a word: the desk keeps them, the bot says what becomes of them and takes up the thread."""

from actions.base import BotAction
from actions.replies import Replies, Then
from actions.situation import MANIFESTATION_FORM, Situation


class TakeFiles(BotAction):
    """The user has sent files; what they are called comes from the desk."""

    action_name = "action_take_files"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Files go with the ticket of their episode, whether it is opened already, being filled in, or comes yet."""
        if now.form == MANIFESTATION_FORM:
            words = "utter_files_in_manifestation"
        elif now.in_form or now.slots.get("outcome") == "ticket":
            words = "utter_files_in_ticket"
        else:
            words = "utter_files_received"
        reply.say(words, names=str(now.entities.get("names") or ""))
        return Then(follow=now.form or "action_resume")


ACTIONS = (TakeFiles,)
