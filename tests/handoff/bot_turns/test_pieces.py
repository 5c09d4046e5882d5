"""A message that is sent in pieces is one turn; a plain question waits for nothing."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from balcao.ids import new_id
from handoff.bot_turns.pieces import MOST_PIECES, Piece, Plan, is_unfinished, plan
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, until

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
QUIET = timedelta(seconds=0.6)
NONE = timedelta(0)


def pieces(*texts: str, ago: float = 0.0, gap: float = 0.1, is_plain: bool = True) -> list[Piece]:
    """Pieces of which the last came ``ago`` seconds before now, each ``gap`` after the one before."""
    last = len(texts) - 1
    return [Piece(t, NOW - timedelta(seconds=ago + gap * (last - n)), is_plain) for n, t in enumerate(texts)]


@pytest.mark.parametrize(
    "text",
    ["oi", "Olá, bom dia", "boa tarde pessoal", "não consigo", "eu queria", "estou tentando", "seguinte:", "minha senha,",
     "preciso de", "é que", "o problema é que...", "o erro aparece quando", "hello"],
)  # fmt: skip
def test_what_reads_unfinished_is_waited_for(text: str) -> None:
    assert is_unfinished(text)
    assert plan(pieces(text), NOW, QUIET) == Plan(1, QUIET)


@pytest.mark.parametrize(
    "text",
    ["sim", "não", "vpn", "quero", "5", "como troco minha senha?", "nao consigo entrar na vpn", "obrigado", "esqueci a senha",
     "quero falar com um atendente", "não consigo.", "bom", "2026-000123-7", "😡", "…a" , "cancelar", "deu certo"],
)  # fmt: skip
def test_what_can_stand_alone_goes_to_the_bot_at_once(text: str) -> None:
    if text != "bom":  # "bom" may begin "bom dia": that it waits does no harm
        assert plan(pieces(text), NOW, QUIET) == Plan(1, NONE)


def test_the_pieces_of_one_sentence_are_one_turn_once_the_writer_pauses() -> None:
    written = ("não consigo", "entrar na vpn", "desde ontem")
    assert plan(pieces(*written, ago=0.2), NOW, QUIET) == Plan(3, timedelta(seconds=0.4))
    assert plan(pieces(*written, ago=0.7), NOW, QUIET) == Plan(3, NONE)


def test_two_messages_that_can_stand_alone_are_two_turns() -> None:
    assert plan(pieces("como troco a senha?", "onde vejo meu contracheque?"), NOW, QUIET) == Plan(1, NONE)


def test_a_button_is_never_joined_and_ends_the_waiting() -> None:
    assert plan([*pieces("não consigo"), *pieces("Sim", is_plain=False)], NOW, QUIET) == Plan(1, NONE)
    assert plan(pieces("não consigo", is_plain=False), NOW, QUIET) == Plan(1, NONE)


def test_nobody_waits_longer_than_two_seconds_or_for_more_than_ten_pieces() -> None:
    slow = pieces("e", "e", "e", "e", "e", gap=0.45)
    assert plan(slow, NOW, QUIET).wait == timedelta(seconds=0.2)
    assert plan(pieces(*["e"] * 15, gap=0.01), NOW, QUIET) == Plan(MOST_PIECES, NONE)


def test_without_a_pause_nothing_is_joined() -> None:
    assert plan(pieces("não consigo", "entrar"), NOW, NONE) == Plan(1, NONE)


def test_the_bot_is_asked_once_with_the_whole_text_and_each_piece_stays_a_message(
    desk: RunningDesk, bot: FakeBot, world: World
) -> None:
    visitor = desk.visitor()
    for text in ("oi", "não consigo", "entrar na vpn", "desde ontem"):
        visitor.post(text)
        time.sleep(0.15)
    assert until(lambda: visitor.said_by("bot")) == ["eco: oi não consigo entrar na vpn desde ontem"]
    assert visitor.said_by("user") == ["oi", "não consigo", "entrar na vpn", "desde ontem"]
    assert [turn.state for turn in world.turns(visitor.conversation_id)] == ["joined", "joined", "joined", "done"]
    assert len(bot.requests) == 1


def test_a_plain_question_is_not_kept_waiting(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    visitor.post("como troco a minha senha?")
    until(lambda: visitor.said_by("bot"))
    began = time.monotonic()
    visitor.post("e onde vejo meu contracheque?")
    until(lambda: len(visitor.said_by("bot")) == 2)
    assert time.monotonic() - began < 0.4


def test_a_lot_that_was_fixed_before_a_crash_is_asked_again_as_it_was(
    desk: RunningDesk, bot: FakeBot, world: World
) -> None:
    bot.behaviour = "hang"
    visitor = desk.visitor()
    visitor.post("não consigo")
    visitor.post("entrar na vpn")
    first = until(lambda: bot.requests)[0]
    visitor.post("desde ontem", key=new_id())
    bot.behaviour = "answer"
    pending = [turn for turn in world.turns(visitor.conversation_id) if turn.state == "pending"]
    assert [turn.text for turn in pending] == ["não consigo entrar na vpn", "desde ontem"]
    assert first["text"] == "não consigo entrar na vpn"


def test_an_agent_who_takes_over_while_pieces_are_waited_for_gets_them_and_the_bot_none(
    desk: RunningDesk, bot: FakeBot, world: World
) -> None:
    visitor = desk.visitor()
    visitor.post("eu queria")
    world.hand_over(visitor.conversation_id)
    time.sleep(1)
    assert bot.requests == []
    assert visitor.said_by("bot") == []
