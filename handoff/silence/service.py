"""What is done about silence. The bot says the words: the desk tells it by an event when it is time.

A row is set with the bot's answer, in its transaction. Acting on it adds an event turn and puts the row off for a minute, in
one transaction under the conversation's lock, so that two desks, or one that was killed, never act on it twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff.bot_turns import inbox
from handoff.conversations import queries
from handoff.conversations.models import Conversation
from handoff.silence.models import OpenQuestion
from handoff.silence.patience import Patience
from handoff.upsert import upsert

NUDGE_EVENT, CLOSE_EVENT = "silence", "abandoned"
EVENTS = frozenset((f"/{NUDGE_EVENT}", f"/{CLOSE_EVENT}"))
"""What the bot is told: the user has been silent for a while, and for so long that the conversation is over."""
_NUDGE, _CLOSE = "nudge", "close"
_AGAIN = timedelta(minutes=1)


def watch(
    session: Session,
    *,
    conversation: Conversation,
    episode_id: str,
    payload: str | None,
    waits: bool,
    patience: Patience,
    now: datetime,
) -> None:
    """Notes, with an answer of the bot, whether it waits for the user; ``payload`` is what the bot was asked."""
    was_nudge = payload == f"/{NUDGE_EVENT}"
    after = patience.close_after if was_nudge else patience.nudge_after
    if waits and after is not None and conversation.owner_kind == "bot":
        step = _CLOSE if was_nudge else _NUDGE
        values = {"episode_id": episode_id, "seq": conversation.last_seq, "step": step, "due_at": now + after}
        upsert(session, OpenQuestion, {"conversation_id": conversation.id}, values)
    elif payload in EVENTS:
        _forget(session, conversation.id)


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """The conversations in which something is to be done about silence."""
    chosen = select(OpenQuestion.conversation_id).where(OpenQuestion.due_at <= now)
    return session.scalars(chosen.order_by(OpenQuestion.due_at).limit(limit)).all()


def act(session: Session, *, conversation_id: str, now: datetime) -> str:
    """Tells the bot of the silence if it is one: ``silence``, ``abandoned``, ``answered`` or ``later`` says what came of it."""
    conversation = queries.locked(session, conversation_id)
    question = session.get(OpenQuestion, conversation_id, populate_existing=True)
    if question is None or question.due_at > now:
        return "later"
    if not _is_open(session, conversation, question):
        session.delete(question)
        return "answered"
    question.due_at = now + _AGAIN
    if queries.has_pending_turn(session, conversation_id):
        return "later"
    event = NUDGE_EVENT if question.step == _NUDGE else CLOSE_EVENT
    inbox.add_event_turn(session, conversation_id, question.episode_id, event, now)
    return event


def _is_open(session: Session, conversation: Conversation, question: OpenQuestion) -> bool:
    """The bot still has the conversation, in the same episode, and the user has written nothing since."""
    return (
        conversation.owner_kind == "bot"
        and queries.open_episode_id(session, conversation.id) == question.episode_id
        and not queries.user_wrote_after(session, conversation.id, question.seq)
    )


def _forget(session: Session, conversation_id: str) -> None:
    session.execute(delete(OpenQuestion).where(OpenQuestion.conversation_id == conversation_id))
