"""What the bot tells of answers and scripts: feedback is kept once, an unfinished script is given back to a later episode."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from balcao.database import utc_now
from handoff.bot_turns import queries
from handoff.feedback.models import Feedback
from handoff.feedback.queries import usefulness
from tests.handoff.bot_turns.test_turns import DESK, asked, complete, completion
from tests.handoff.conftest import World


def _feedback(useful: bool, version: int = 3) -> dict[str, object]:
    return {"type": "feedback", "article_id": "vpn-instalar", "version": version, "useful": useful}


def _kept(world: World) -> list[tuple[int, bool]]:
    with world.database.read() as session:
        rows = session.scalars(select(Feedback).order_by(Feedback.version)).all()
        return [(row.version, row.useful) for row in rows]


def test_feedback_is_kept_by_article_and_version_with_the_words_that_thank_for_it(world: World) -> None:
    _, turn_id = asked(world)
    assert complete(world, turn_id, completion("Obrigado!", commands=(_feedback(True),))) == "done"
    assert _kept(world) == [(3, True)]


def test_feedback_said_twice_is_kept_once_and_the_last_word_counts(world: World) -> None:
    conversation_id, turn_id = asked(world)
    complete(world, turn_id, completion("ok", commands=(_feedback(True), _feedback(True))))
    world.write(conversation_id, "na verdade não")
    later = max(turn.id for turn in world.turns(conversation_id))
    complete(world, later, completion("ok", commands=(_feedback(False), _feedback(True, version=4))))
    assert _kept(world) == [(3, False), (4, True)]


def test_how_useful_a_version_was_is_counted_over_conversations(world: World) -> None:
    for useful in (True, False, True):
        _, turn_id = asked(world)
        complete(world, turn_id, completion("ok", commands=(_feedback(useful),)))
    with world.database.read() as session:
        assert usefulness(session, "vpn-instalar") == [(3, 2, 1)]


@pytest.mark.parametrize("fault", [{"useful": "sim"}, {"version": 0}, {"article_id": ""}, {"more": 1}])
def test_feedback_of_another_shape_is_no_answer(fault: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        completion("ok", commands=({**_feedback(True), **fault},))


def _context(world: World, conversation_id: str, days: int = 0) -> dict[str, object]:
    with world.database.read() as session:
        work = queries.next_turn(session, conversation_id, DESK, utc_now() + timedelta(days=days))
    assert work is not None
    return dict(work.request["context"])


def test_an_unfinished_script_is_told_to_the_bot_of_the_next_episode(world: World) -> None:
    conversation_id, turn_id = asked(world)
    kept = {"article": {"id": "roteiro"}, "run": {"step": "b", "answers": []}}
    closed = {"type": "close_episode", "outcome": "silent"}
    complete(world, turn_id, completion("ok", commands=({"type": "keep_script", "script": kept}, closed)))
    world.write(conversation_id, "oi de novo")
    assert kept.items() <= _context(world, conversation_id)["script"].items()  # type: ignore[attr-defined]


def test_a_script_of_long_ago_is_not_told(world: World) -> None:
    conversation_id, turn_id = asked(world)
    complete(world, turn_id, completion("ok", commands=({"type": "keep_script", "script": {"run": {}}},)))
    world.write(conversation_id, "oi de novo")
    assert _context(world, conversation_id, days=8)["script"] is None


def test_a_finished_script_is_forgotten(world: World) -> None:
    conversation_id, turn_id = asked(world)
    keep, forget = ({"type": "keep_script", "script": script} for script in ({"run": {}}, None))
    complete(world, turn_id, completion("ok", commands=(keep, forget)))
    world.write(conversation_id, "oi de novo")
    assert _context(world, conversation_id)["script"] is None
