"""Messages are kept once, in order, and only choices that stand are taken."""

from typing import Any

import pytest

from balcao.database import utc_now
from balcao.errors import Conflict, InvalidInput, NotFound, OwnerChanged
from handoff.conversations import queries, service
from handoff.conversations.models import Conversation, Message
from handoff.conversations.writing import append
from tests.handoff.conftest import World


def ask(world: World, conversation_id: str, **choices: str) -> Message:
    """Has the bot ask something, with choices given as label=intent."""
    payload = {"choices": [{"id": f"c{n}", "label": label} for n, label in enumerate(choices, 1)]}
    intents = {f"c{n}": intent for n, intent in enumerate(choices.values(), 1)}
    with world.database.write() as session:
        conversation = queries.locked(session, conversation_id)
        return append(
            session, conversation, author="bot", text="Resolveu?", payload=payload, intents=intents, now=utc_now()
        )


def choose(world: World, conversation_id: str, message_id: str, choice_id: str, key: str = "chosen") -> service.Posted:
    with world.database.write() as session:
        return service.post_user_message(
            session,
            conversation_id=conversation_id,
            client_key=key,
            choice=service.ChoiceMade(message_id=message_id, id=choice_id),
            now=utc_now(),
        )


def agent_writes(world: World, conversation_id: str, agent_id: str, text: str, **more: Any) -> Message:
    with world.database.write() as session:
        return service.post_agent_message(
            session,
            conversation_id=conversation_id,
            agent_id=agent_id,
            text=text,
            client_key=more.pop("key", text),
            now=utc_now(),
            **more,
        ).message


def test_a_session_opened_again_with_its_key_is_the_same_and_with_another_body_refused(world: World) -> None:
    first = world.open("k" * 20)
    assert world.open("k" * 20).id == first.id
    with pytest.raises(Conflict) as refused, world.database.write() as session:
        service.open_session(session, channel="web", client_key="k" * 20, name="Outra", now=utc_now())
    assert refused.value.error_code == "key_reused"


def test_a_new_conversation_is_the_bots_and_has_an_open_episode(world: World) -> None:
    conversation = world.open()
    assert world.standing(conversation.id).owner == "bot"
    with world.database.read() as session:
        assert queries.open_episode(session, conversation.id) is not None
    assert [(e.event, e.author) for e in world.timeline(conversation.id)] == [
        ("opened", "user"),
        ("episode_opened", "user"),
    ]


def test_messages_count_from_one_without_a_gap_and_each_gives_the_bot_a_turn(world: World) -> None:
    conversation = world.open()
    for n in range(5):
        world.write(conversation.id, f"mensagem {n}")
    assert [m.seq for m in world.messages(conversation.id)] == [1, 2, 3, 4, 5]
    assert [t.text for t in world.turns(conversation.id)] == [f"mensagem {n}" for n in range(5)]


def test_the_same_key_and_body_is_the_same_message_and_another_body_a_conflict(world: World) -> None:
    conversation = world.open()
    first = world.write(conversation.id, "oi", "k1")
    assert world.write(conversation.id, " oi\u200b", "k1").id == first.id
    with pytest.raises(Conflict) as refused:
        world.write(conversation.id, "tchau", "k1")
    assert refused.value.error_code == "key_reused"
    assert len(world.messages(conversation.id)) == len(world.turns(conversation.id)) == 1


def test_the_same_key_in_two_conversations_is_two_messages(world: World) -> None:
    assert world.write(world.open().id, "oi", "k1").id != world.write(world.open().id, "oi", "k1").id


def test_a_user_cannot_take_the_key_of_the_bots_answer(world: World) -> None:
    conversation = world.open()
    message = world.write(conversation.id, "oi")
    world.write(conversation.id, "engano", f"bot:{message.id}:0")
    with world.database.write() as session:
        append(
            session,
            queries.locked(session, conversation.id),
            author="bot",
            text="olá",
            client_key=f"bot:{message.id}:0",
            now=utc_now(),
        )
    assert [m.text for m in world.messages(conversation.id)] == ["oi", "engano", "olá"]


def test_a_choice_is_told_to_the_user_by_its_label_and_to_the_bot_by_its_intent(world: World) -> None:
    conversation = world.open()
    asked = ask(world, conversation.id, Sim="/affirm", Não="/deny")
    posted = choose(world, conversation.id, asked.id, "c2")
    assert posted.message.text == "Não"
    assert [(t.text, t.payload) for t in world.turns(conversation.id)] == [("Não", "/deny")]
    assert choose(world, conversation.id, asked.id, "c2").message.id == posted.message.id


@pytest.mark.parametrize("why", ["answered", "written past", "handed over"])
def test_a_choice_that_no_longer_stands_is_refused(world: World, why: str) -> None:
    conversation = world.open()
    asked = ask(world, conversation.id, Sim="/affirm")
    if why == "answered":
        choose(world, conversation.id, asked.id, "c1", key="other tab")
    elif why == "written past":
        world.write(conversation.id, "deixa pra lá")
    else:
        world.hand_over(conversation.id)
    with pytest.raises(Conflict) as refused:
        choose(world, conversation.id, asked.id, "c1")
    assert refused.value.error_code == "choice_spent"


def test_a_choice_of_another_conversation_or_of_none_is_not_found(world: World) -> None:
    mine, other = world.open(), world.open()
    asked = ask(world, other.id, Sim="/affirm")
    own = ask(world, mine.id, Sim="/affirm")
    for message_id, choice_id in ((asked.id, "c1"), (own.id, "c9"), ("01J0000000000000000000NADA", "c1")):
        with pytest.raises(NotFound):
            choose(world, mine.id, message_id, choice_id)
    assert world.turns(mine.id) == []


def test_a_post_without_text_and_choice_or_with_both_is_refused(world: World) -> None:
    conversation = world.open()
    for body in ({}, {"text": "oi", "choice": {"message_id": "x", "id": "c1"}}):
        with pytest.raises(InvalidInput), world.database.write() as session:
            service.post_user_message(session, conversation_id=conversation.id, client_key="k", now=utc_now(), **body)


def test_a_message_after_the_end_of_an_episode_begins_the_next_with_an_empty_tracker(world: World) -> None:
    conversation = world.open()
    first = world.write(conversation.id, "oi")
    with world.database.write() as session:
        turn = world.turns(conversation.id)[0]
        session.merge(turn).state = "done"
        session.flush()
        locked = queries.locked(session, conversation.id)
        closed = service.close_episode(session, conversation=locked, outcome="solved_by_bot", now=utc_now())
        assert closed is not None
    second = world.write(conversation.id, "outra coisa")
    with world.database.read() as session:
        opened = queries.open_episode(session, conversation.id)
        assert opened is not None
    assert second.episode_id == opened.id != first.episode_id
    assert opened.bot_session != closed.bot_session


def test_what_was_written_while_the_episode_closed_belongs_to_the_next(world: World) -> None:
    conversation = world.open()
    early = world.write(conversation.id, "mais uma pergunta")
    with world.database.write() as session:
        locked = queries.locked(session, conversation.id)
        service.close_episode(session, conversation=locked, outcome="solved_by_bot", now=utc_now())
    with world.database.read() as session:
        opened = queries.open_episode(session, conversation.id)
        assert opened is not None
        assert opened.id != early.episode_id
    assert [m.episode_id for m in world.messages(conversation.id)] == [opened.id]
    assert [t.episode_id for t in world.turns(conversation.id)] == [opened.id]


def test_a_note_is_seen_by_agents_only_and_needs_no_ownership(world: World) -> None:
    conversation = world.open()
    world.write(conversation.id, "socorro")
    world.hand_over(conversation.id)
    agent_writes(world, conversation.id, world.bruno, "usuário do gabinete", note=True)
    assert [m.text for m in world.messages(conversation.id)] == ["socorro"]
    assert [m.text for m in world.messages(conversation.id, notes=True)] == ["socorro", "usuário do gabinete"]


def test_only_the_agent_who_owns_a_conversation_writes_to_its_user(world: World) -> None:
    conversation = world.open()
    with pytest.raises(OwnerChanged, match="bot"):
        agent_writes(world, conversation.id, world.ana, "olá")
    world.hand_over(conversation.id)
    with pytest.raises(OwnerChanged, match="n2-acesso"):
        agent_writes(world, conversation.id, world.ana, "olá")
    world.claim(conversation.id, world.ana)
    with pytest.raises(OwnerChanged, match="Ana Lima"):
        agent_writes(world, conversation.id, world.bruno, "olá")
    said = agent_writes(world, conversation.id, world.ana, "olá")
    assert (said.author, said.author_name) == ("agent", "Ana Lima")
    assert agent_writes(world, conversation.id, world.ana, "olá").id == said.id
    with pytest.raises(Conflict):
        agent_writes(world, conversation.id, world.ana, "tchau", key="olá")


def test_no_turn_is_written_while_people_own_the_conversation(world: World) -> None:
    conversation: Conversation = world.open()
    world.hand_over(conversation.id)
    world.write(conversation.id, "alguém aí?")
    world.claim(conversation.id, world.ana)
    world.write(conversation.id, "oi Ana")
    assert world.turns(conversation.id) == []


def test_an_unknown_conversation_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.write("01J0000000000000000000NADA", "oi")
