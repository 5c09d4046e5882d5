"""What comes in from a channel is done once; what is owed to an account is told until it is delivered."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, TypeAdapter

from balcao.database import utc_now
from balcao.errors import Unauthenticated
from balcao.ids import new_id
from handoff.bot_turns.schemas import Completion
from handoff.bot_turns.service import complete
from handoff.channels import leases, queries, service
from handoff.channels.links import LIFE, Links
from handoff.channels.schemas import Event, OutboxOut, PlaceIn, ReceiptIn, SentIn
from handoff.conversations import service as conversations
from tests.handoff.conftest import World

LINKS = Links(SecretStr("0123456789-key-of-the-tests-only"))
_EVENT: TypeAdapter[Any] = TypeAdapter(Event)


class Channel:
    """A channel's process, without the process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database = world.database

    def take(self, kind: str, address: str = "42", key: str | None = None, **fields: Any) -> service.Taken:
        key = key or new_id()
        if kind in {"text", "edit", "unreadable"}:
            fields.setdefault("message_key", f"m{key}")
        event = _EVENT.validate_python({"kind": kind, "key": key, "address": address, **fields})
        with self.database.write() as session:
            return service.take_event(session, channel="telegram", event=event, links=LINKS, now=utc_now())

    def outbox(self, address: str = "42") -> OutboxOut:
        with self.database.read() as session:
            return service.outbox(session, channel="telegram", address=address)

    def receive(self, address: str = "42", **receipt: Any) -> None:
        with self.database.write() as session:
            body = ReceiptIn(conversation_id=self.outbox(address).conversation_id, **receipt)
            service.note_receipt(session, channel="telegram", address=address, receipt=body, now=utc_now())

    def due(self) -> list[str]:
        with self.database.read() as session:
            return list(queries.due(session, "telegram"))

    def conversation(self, address: str = "42") -> str:
        return self.outbox(address).conversation_id

    def said(self, address: str = "42") -> list[tuple[str, str]]:
        return [(m.author, m.text) for m in self.world.messages(self.conversation(address))]

    def bot_says(self, text: str, choices: list[str] | None = None) -> str:
        """The bot answers the oldest pending turn."""
        turn = next(turn for turn in self.world.turns(self.conversation()) if turn.state == "pending")
        offered = [{"label": label, "payload": f"/choice_{n}"} for n, label in enumerate(choices or [])]
        message = {"text": text, "payload": {"choices": offered} if offered else None}
        completion = Completion.model_validate({"message_id": turn.message_id, "messages": [message]})
        with self.database.write() as session:
            complete(session, turn.id, completion, utc_now())
        return self.world.messages(self.conversation())[-1].id


@pytest.fixture
def channel(world: World) -> Channel:
    return Channel(world)


def test_the_same_event_again_does_nothing_and_tells_what_the_first_did(channel: Channel) -> None:
    assert channel.take("text", key="1", text="oi") == ("done", False)
    assert channel.take("text", key="1", text="oi") == ("done", True)
    assert channel.said() == [("user", "oi")]
    assert len(channel.world.turns(channel.conversation())) == 1


def test_another_message_with_a_number_that_was_had_before_is_not_lost(channel: Channel) -> None:
    channel.take("text", text="um", message_key="m1")
    channel.take("text", text="dois", message_key="m1")
    assert [text for _, text in channel.said()] == ["um", "dois"]


def test_an_account_keeps_one_conversation_and_its_name(channel: Channel) -> None:
    channel.take("text", text="um", name="Lia Souza")
    channel.take("text", text="dois", name="Lia S.")
    assert [text for _, text in channel.said()] == ["um", "dois"]


def test_what_was_written_on_the_channel_is_not_sent_back_and_the_answer_is_until_it_is_delivered(
    channel: Channel,
) -> None:
    channel.take("text", text="oi")
    assert channel.outbox().messages == []
    channel.bot_says("olá")
    [answer] = channel.outbox().messages
    assert channel.due() == ["42"]
    channel.receive(sent=SentIn(seq=answer.seq, parts=1, complete=False))
    assert channel.outbox().parts_sent == 1
    channel.receive(sent=SentIn(seq=answer.seq, parts=2, complete=True))
    assert channel.outbox().messages == []
    assert channel.due() == []


def test_a_choice_counts_once_and_its_buttons_are_to_be_taken_away(channel: Channel) -> None:
    channel.take("text", text="oi")
    asked = channel.bot_says("isso ajudou?", ["Sim", "Não"])
    [message] = channel.outbox().messages
    channel.receive(sent=SentIn(seq=message.seq, parts=1, complete=True, ref="77", buttons=True))
    assert channel.outbox().spent == []
    assert channel.take("choice", message_id=asked, choice_id="c1").outcome == "done"
    assert channel.take("choice", message_id=asked, choice_id="c2").outcome == "choice_spent"
    assert channel.outbox().spent == ["77"]
    assert channel.due() == ["42"]
    channel.receive(removed=["77"])
    assert channel.outbox().spent == []
    assert channel.said()[-1] == ("user", "Sim")


def test_a_choice_of_another_account_opens_nothing(channel: Channel) -> None:
    channel.take("text", text="oi")
    asked = channel.bot_says("isso ajudou?", ["Sim"])
    assert channel.take("choice", address="666", message_id=asked, choice_id="c1").outcome == "choice_spent"
    assert channel.said("666") == []


def test_a_correction_of_the_last_message_is_answered_and_of_an_older_one_only_kept(channel: Channel) -> None:
    channel.take("text", text="minha cenha", message_key="m1")
    channel.take("edit", text="minha senha", message_key="m1")
    channel.take("edit", text="minha senha", message_key="m1")
    channel.take("text", text="da VPN", message_key="m2")
    channel.take("edit", text="minha senha de rede", message_key="m1")
    messages = channel.world.messages(channel.conversation())
    assert [(m.text, (m.payload or {}).get("corrects")) for m in messages] == [
        ("minha cenha", None),
        ("minha senha", 1),
        ("da VPN", None),
        ("minha senha de rede", 1),
    ]
    assert [turn.text for turn in channel.world.turns(channel.conversation())] == [
        "minha cenha",
        "minha senha",
        "da VPN",
    ]
    assert channel.take("edit", text="o quê?", message_key="m99").outcome == "ignored"


def test_commands_are_said_in_words_and_mean_what_they_mean(channel: Channel) -> None:
    for command in ("start", "help", "person", "protocol"):
        channel.take("command", command=command)
    channel.take("command", command="protocol", argument="2026-000123-7")
    turns = channel.world.turns(channel.conversation())
    assert [(turn.text, turn.payload) for turn in turns] == [
        ("Olá", "/greet"),
        ("Ajuda", "/help"),
        ("Quero falar com um atendente", "/ask_person"),
        ("Consultar meus chamados", "/ticket_status"),
        ("Protocolo 2026-000123-7", None),
    ]


@pytest.mark.parametrize("what", ["file", "file_too_large", "file_kind", "file_limit", "sticker", "location", "other"])
def test_what_cannot_be_taken_is_answered_kindly_and_its_caption_is_taken(channel: Channel, what: str) -> None:
    channel.take("unreadable", what=what, caption="meu erro")
    [(first, text), last] = channel.said()
    assert (first, last) == ("system", ("user", "meu erro"))
    assert "palavras" in text
    assert [message.text for message in channel.outbox().messages] == [text]


def test_a_flood_is_told_once_and_not_kept(channel: Channel) -> None:
    outcomes = [channel.take("text", text=str(n)).outcome for n in range(63)]
    assert outcomes == ["done"] * 60 + ["too_many"] * 3
    assert [author for author, _ in channel.said()] == ["user"] * 60 + ["system"]


def test_what_waited_for_us_is_no_flood_and_what_comes_again_does_not_count(channel: Channel) -> None:
    now = utc_now()
    for again in range(2):
        for n in range(80):
            sent_at = (now - timedelta(minutes=n)).isoformat()
            assert channel.take("text", text=str(n), key=f"k{n}", sent_at=sent_at) == ("done", again == 1)
    assert len(channel.said()) == 80


def test_leaving_ends_the_episode_and_what_is_written_next_begins_anew(channel: Channel) -> None:
    channel.take("text", text="oi")
    channel.take("command", command="leave")
    assert channel.said()[-1] == ("system", "Conversa encerrada. Quando precisar, é só escrever.")
    assert [turn.state for turn in channel.world.turns(channel.conversation())] == ["superseded"]
    channel.take("text", text="voltei")
    events = [entry.event for entry in channel.world.timeline(channel.conversation())]
    assert events[-3:] == ["left", "episode_closed", "episode_opened"]


def test_leaving_a_queue_takes_the_user_out_of_it(channel: Channel) -> None:
    channel.take("text", text="oi")
    channel.world.hand_over(channel.conversation())
    assert channel.outbox().place_text == "Você é a próxima pessoa da fila."
    channel.receive(place=PlaceIn(ref="9", place=1))
    assert channel.outbox().place_text is None
    channel.take("command", command="leave")
    assert channel.world.standing(channel.conversation()).owner == "bot"
    channel.take("text", text="oi")
    channel.world.hand_over(channel.conversation())


def test_leaving_an_agent_tells_them_and_lets_them_finish(channel: Channel) -> None:
    channel.take("text", text="oi")
    channel.world.hand_over(channel.conversation())
    channel.world.claim(channel.conversation(), channel.world.ana)
    channel.take("command", command="leave")
    assert channel.world.standing(channel.conversation()).owner == "agent"
    assert channel.said()[-1][1].startswith("Você saiu do atendimento. Ana Lima")
    with channel.database.write() as session:
        conversations.resolve(
            session,
            conversation_id=channel.conversation(),
            agent_id=channel.world.ana,
            solution="feito",
            now=utc_now(),
        )


def test_agents_are_told_once_that_a_user_has_blocked_us_and_nothing_is_owed_until_they_write_again(
    channel: Channel,
) -> None:
    channel.take("text", text="oi")
    channel.bot_says("olá")
    channel.receive(blocked_at_seq=0)
    assert len(channel.outbox().messages) == 1  # they wrote since
    channel.receive(blocked_at_seq=channel.outbox().last_seq)
    channel.take("presence", blocked=True)
    assert channel.outbox().messages == []
    assert channel.due() == []
    notes = [m for m in channel.world.messages(channel.conversation(), notes=True) if m.visibility == "agents"]
    assert len(notes) == 1
    channel.take("text", text="voltei")
    assert [message.text for message in channel.outbox().messages] == ["olá"]


def test_a_conversation_of_the_site_goes_on_in_the_channel_from_its_last_answer(channel: Channel) -> None:
    web = channel.world.open()
    channel.world.write(web.id, "antes")
    link = LINKS.issue(web.id, utc_now())
    assert len(link) <= 64
    assert channel.take("command", command="start", argument=link, name="Lia").outcome == "done"
    assert channel.conversation() == web.id
    assert [message.author for message in channel.outbox().messages] == ["system"]
    channel.take("text", text="pelo telefone")
    channel.world.write(web.id, "pelo site")
    assert [message.text for message in channel.outbox().messages][1:] == ["pelo site"]
    assert [m.text for m in channel.world.messages(web.id) if m.author == "user"] == [
        "antes",
        "pelo telefone",
        "pelo site",
    ]


def test_leaving_a_conversation_of_the_site_takes_the_account_back_to_its_own(channel: Channel) -> None:
    channel.take("text", text="oi")
    own = channel.conversation()
    web = channel.world.open()
    channel.take("command", command="start", argument=LINKS.issue(web.id, utc_now()))
    assert channel.conversation() == web.id
    channel.take("command", command="leave")
    assert channel.conversation() == own
    assert [message.text[:8] for message in channel.outbox().messages] == ["Você sai"]
    channel.take("text", text="outra coisa")
    assert [m.text for m in channel.world.messages(web.id) if m.author == "user"] == []


def test_a_link_is_good_for_one_account_and_fifteen_minutes(channel: Channel) -> None:
    web = channel.world.open()
    link = LINKS.issue(web.id, utc_now())
    channel.take("command", command="start", argument=link)
    assert channel.take("command", command="start", argument=link).outcome == "done"
    assert channel.take("command", address="666", command="start", argument=link).outcome == "link_used"
    late = LINKS.issue(web.id, utc_now() - LIFE - timedelta(seconds=1))
    assert channel.take("command", address="666", command="start", argument=late).outcome == "link_expired"
    assert channel.conversation("666") != web.id


@pytest.mark.parametrize("forged", ["", "x", "A" * 48, "á" * 48, "-" * 64])
def test_a_forged_link_opens_nothing(forged: str) -> None:
    with pytest.raises(Unauthenticated, match="not valid"):
        LINKS.read(forged, utc_now())


def test_a_link_with_one_bit_changed_opens_nothing(channel: Channel) -> None:
    link = LINKS.issue(new_id(), utc_now())
    for at in range(len(link)):
        other = "A" if link[at] != "A" else "B"
        with pytest.raises(Unauthenticated):
            LINKS.read(link[:at] + other + link[at + 1 :], utc_now())


def test_who_is_being_served_stays_where_they_are(channel: Channel) -> None:
    channel.take("text", text="oi")
    channel.world.hand_over(channel.conversation())
    here = channel.conversation()
    web = channel.world.open()
    assert channel.take("command", command="start", argument=LINKS.issue(web.id, utc_now())).outcome == "link_busy"
    assert channel.conversation() == here


def test_one_process_holds_a_channel_and_may_hold_it_again(channel: Channel) -> None:
    now = utc_now()

    def hold(holder: str, at: Any = now) -> bool:
        with channel.database.write() as session:
            return (
                leases.hold(
                    session, channel="telegram", holder=holder, seconds=30, link_prefix="https://t.me/x?start=", now=at
                )
                is not None
            )

    assert hold("one")
    assert not hold("two")
    assert hold("one")
    assert hold("two", now + timedelta(seconds=31))
    with channel.database.write() as session:
        leases.release(session, channel="telegram", holder="two", now=now)
    assert hold("one")


def test_keys_are_forgotten_after_three_days_because_the_numbers_of_updates_begin_anew(channel: Channel) -> None:
    channel.take("text", key="1", text="oi")
    with channel.database.write() as session:
        later = utc_now() + leases.KEEP_EVENTS + timedelta(seconds=1)
        leases.hold(session, channel="telegram", holder="one", seconds=30, link_prefix=None, now=later)
    assert channel.take("text", key="1", text="oi", message_key="another") == ("done", False)
