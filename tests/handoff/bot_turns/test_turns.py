"""What becomes of the bot's answers: all of one or nothing of it, once, and only while the bot owns the conversation."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from balcao.database import utc_now
from balcao.errors import OwnerChanged
from handoff.bot_turns import inbox, queries, service
from handoff.bot_turns.schemas import Completion
from handoff.conversations import queries as conversations
from handoff.conversations.models import Episode, Handoff
from handoff.ratings.models import Rating
from handoff.users.models import User
from tests.handoff.conftest import World

ZONE = ZoneInfo("America/Sao_Paulo")
DESK = "01J0000000000000000000DESK"


def completion(*texts: str, commands: tuple[dict[str, Any], ...] = (), **payload: Any) -> Completion:
    messages = [{"text": text, "payload": payload or None} for text in texts]
    return Completion.model_validate({"message_id": "m", "messages": messages, "commands": list(commands)})


def complete(world: World, turn_id: int, answer: Completion) -> str:
    with world.database.write() as session:
        return service.complete(session, turn_id, answer, utc_now())


def asked(world: World, text: str = "oi") -> tuple[str, int]:
    """A conversation in which the bot owes an answer: its id and the turn's."""
    conversation = world.open()
    world.write(conversation.id, text)
    return conversation.id, world.turns(conversation.id)[0].id


def test_an_answer_is_stored_with_its_buttons_and_their_meaning_apart(world: World) -> None:
    conversation_id, turn_id = asked(world)
    answer = completion("Resolveu?", choices=[{"label": "Sim", "payload": "/affirm"}], rating={"rated": "bot"})
    assert complete(world, turn_id, answer) == "done"
    said = world.messages(conversation_id)[1]
    assert (said.author, said.seq) == ("bot", 2)
    assert said.payload == {"choices": [{"id": "c1", "label": "Sim"}], "rating": {"rated": "bot"}}
    assert said.intents == {"c1": "/affirm"}


def test_an_answer_that_comes_twice_is_stored_once(world: World) -> None:
    conversation_id, turn_id = asked(world)
    assert complete(world, turn_id, completion("olá")) == complete(world, turn_id, completion("olá")) == "done"
    assert [m.text for m in world.messages(conversation_id)] == ["oi", "olá"]


def test_an_answer_that_comes_after_a_person_took_over_is_dropped_whole(world: World) -> None:
    conversation_id, turn_id = asked(world)
    world.hand_over(conversation_id)
    world.claim(conversation_id, world.ana)
    rate = {"type": "rate", "rated": "bot", "score": 5}
    assert complete(world, turn_id, completion("olá", commands=(rate,))) == "superseded"
    assert "olá" not in [m.text for m in world.messages(conversation_id)]
    with world.database.read() as session:
        assert session.scalars(select(Rating)).all() == []


def test_a_handoff_is_carried_out_with_the_words_that_announce_it(world: World) -> None:
    conversation_id, turn_id = asked(world)
    handoff = {"type": "handoff", "group": "n2-infra", "reason": "user_asked", "summary": "rede", "fields": {"a": 1}}
    assert complete(world, turn_id, completion("Vou chamar alguém.", commands=(handoff,))) == "done"
    assert [m.text for m in world.messages(conversation_id)] == ["oi", "Vou chamar alguém."]
    assert world.standing(conversation_id)[:4] == ("queue", "n2-infra", None, 1)
    with world.database.read() as session:
        kept = session.scalars(select(Handoff)).one()
    assert (kept.reason, kept.summary, kept.fields) == ("user_asked", "rede", {"a": 1})


def test_an_answer_of_which_one_command_fails_leaves_nothing(world: World) -> None:
    conversation_id, turn_id = asked(world)
    handoff = {"type": "handoff", "reason": "user_asked"}
    with pytest.raises(OwnerChanged):
        complete(world, turn_id, completion("até já", commands=(handoff, handoff)))
    assert [m.text for m in world.messages(conversation_id)] == ["oi"]
    assert world.standing(conversation_id).owner == "bot"
    assert world.turns(conversation_id)[0].state == "pending"


def test_a_rating_is_kept_once_with_the_articles_it_is_about(world: World) -> None:
    conversation_id, turn_id = asked(world)
    article = {"id": "vpn-instalar", "version": 3, "title": "VPN", "kind": "faq", "url": "/artigos/vpn-instalar"}
    complete(world, turn_id, completion("Faça assim.", article=article))
    for score, comment in ((4, None), (4, None), (1, None), (4, "foi rápido"), (4, "mudei de ideia")):
        world.write(conversation_id, "nota")
        command = {"type": "rate", "rated": "bot", "score": score, "comment": comment}
        complete(world, world.turns(conversation_id)[-1].id, completion("Obrigado!", commands=(command,)))
    with world.database.read() as session:
        rating = session.scalars(select(Rating)).one()
    assert (rating.score, rating.comment) == (4, "foi rápido")
    assert rating.articles == [{"id": "vpn-instalar", "version": 3}]


def test_a_rating_of_the_human_service_is_the_resolving_agents(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.bruno)
    with world.database.write() as session:
        from handoff.conversations.service import resolve

        resolve(session, conversation_id=conversation.id, agent_id=world.bruno, solution="Feito.", now=utc_now())
    rate = {"type": "rate", "rated": "human", "score": 5}
    close = {"type": "close_episode", "outcome": "solved_by_human"}
    complete(world, world.turns(conversation.id)[0].id, completion("Obrigado!", commands=(rate, close)))
    with world.database.read() as session:
        rating = session.scalars(select(Rating)).one()
        episode = session.scalars(select(Episode)).one()
    assert (rating.rated, rating.agent_id) == ("human", world.bruno)
    assert (episode.outcome, episode.closed_at is not None) == ("solved_by_human", True)


def test_what_the_user_told_of_themselves_is_kept_where_it_can_be(world: World) -> None:
    conversation_id, turn_id = asked(world)
    told = {"type": "set_user", "name": " Maria\u202e Silva ", "email": "não sei"}
    complete(world, turn_id, completion("Certo.", commands=(told,)))
    with world.database.read() as session:
        user = session.scalars(select(User)).one()
    assert (user.name, user.email) == ("Maria Silva", None)
    assert conversation_id


@pytest.mark.parametrize(
    "record",
    [
        {"messages": []},
        {"messages": [{"text": "  "}]},
        {"messages": [{"text": "", "payload": {}}]},
        {"messages": [{"text": "oi", "payload": {"choices": [{"label": "x", "payload": "affirm"}]}}]},
        {"commands": [{"type": "rate", "rated": "bot", "score": 6}]},
        {"commands": [{"type": "rate", "rated": "bot", "score": "5"}]},
        {"commands": [{"type": "rate", "rated": "dog", "score": 5}]},
        {"commands": [{"type": "unknown"}]},
        {"message_id": None},
    ],
)
def test_what_is_no_completion_record_is_nonsense(record: dict[str, Any]) -> None:
    good = {"message_id": "m", "messages": [{"text": "oi"}], "commands": []}
    assert Completion.model_validate(good)
    with pytest.raises(ValidationError):
        Completion.model_validate(good | record)


def test_a_turn_that_fails_tells_the_user_and_queues_the_conversation(world: World) -> None:
    conversation_id, turn_id = asked(world, "não consigo entrar na VPN")
    with world.database.write() as session:
        assert service.fail(session, turn_id, "down: ConnectError", utc_now(), ZONE) == "failed"
    notice = world.messages(conversation_id)[-1]
    assert (notice.author, notice.payload) == ("system", {"notice": "bot_unavailable"})
    assert "problema técnico" in notice.text
    assert "próxima pessoa da fila" in notice.text
    assert world.standing(conversation_id)[:4] == ("queue", "n2-geral", None, 1)
    with world.database.read() as session:
        kept = session.scalars(select(Handoff)).one()
    assert (kept.reason, kept.summary) == ("bot_unavailable", "não consigo entrar na VPN")
    assert [(e.event, e.author) for e in world.timeline(conversation_id)][-1] == ("handed_over", "system")


def test_an_event_is_tried_again_later_and_does_not_hold_back_what_the_user_writes(world: World) -> None:
    conversation = world.open()
    now = utc_now()
    with world.database.write() as session:
        episode = conversations.open_episode(session, conversation.id)
        assert episode is not None
        inbox.add_event_turn(session, conversation.id, episode.id, "human_resolved", now)
    event = world.turns(conversation.id)[0]
    with world.database.write() as session:
        assert service.postpone(session, event.id, "down", now) == now + timedelta(seconds=1)
    world.write(conversation.id, "e agora?")
    with world.database.read() as session:
        soon = queries.next_turn(session, conversation.id, DESK, now)
        later = queries.next_turn(session, conversation.id, DESK, now + timedelta(seconds=2))
    assert soon is not None
    assert later is not None
    assert (soon.kind, later.kind) == ("message", "event")


def test_an_event_that_finds_no_bot_for_an_hour_is_given_up(world: World) -> None:
    conversation = world.open()
    with world.database.write() as session:
        episode = conversations.open_episode(session, conversation.id)
        assert episode is not None
        inbox.add_event_turn(session, conversation.id, episode.id, "human_resolved", utc_now())
    event = world.turns(conversation.id)[0]
    with world.database.write() as session:
        assert service.postpone(session, event.id, "down", utc_now() + timedelta(minutes=61)) is None
    assert world.turns(conversation.id)[0].state == "given_up"


def test_a_turn_leased_to_another_desk_waits_until_the_lease_ends_or_is_taken_over(world: World) -> None:
    conversation_id, turn_id = asked(world)
    now = utc_now()
    with world.database.write() as session:
        service.take_over(session, "01J000000000000000000OTHER", now, inbox.LEASE)
    with world.database.read() as session:
        assert queries.next_turn(session, conversation_id, DESK, now) is None
        assert queries.waiting_conversations(session, DESK, now) == []
        assert queries.next_turn(session, conversation_id, DESK, now + 2 * inbox.LEASE) is not None
    with world.database.write() as session:
        assert service.take_over(session, DESK, now, inbox.LEASE) == 1
    with world.database.read() as session:
        work = queries.next_turn(session, conversation_id, DESK, now)
        assert queries.waiting_conversations(session, DESK, now) == [conversation_id]
    assert work is not None
    assert work.id == turn_id


def test_the_bot_is_asked_with_the_tracker_key_of_the_episode_and_never_with_ours(world: World) -> None:
    conversation_id, _ = asked(world, "/restart")
    with world.database.read() as session:
        work = queries.next_turn(session, conversation_id, DESK, utc_now())
        episode = conversations.open_episode(session, conversation_id)
    assert work is not None
    assert episode is not None
    assert work.request["session_id"] == episode.bot_session
    assert (work.request["text"], work.request["payload"]) == ("/restart", None)
    assert set(work.request) == {"message_id", "session_id", "text", "payload", "context"}
    assert set(work.request["context"]) == {"conversation_id", "episode_id", "channel", "language", "user", "script"}
