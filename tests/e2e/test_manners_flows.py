"""Manners through the desk's API: greetings, languages, pieces, several questions, and a person from every state."""

import time
from collections.abc import Callable

import pytest

from tests.e2e.product import User, wait_until
from tests.e2e.test_conversation_flows import _articles, _label, _labels, _text

pytestmark = pytest.mark.e2e

PASSWORD = "esqueci minha senha do acesso unico"


def _fresh(user: User) -> None:
    """Nothing has been said yet."""


def _answered(user: User) -> None:
    answer = user.ask(PASSWORD)
    if not _articles(answer):
        user.press(_labels(answer)[0])


def _not_solved(user: User) -> None:
    _answered(user)
    user.ask("não")


def _not_found(user: User) -> None:
    user.ask("qual é a melhor receita de bolo de fubá cremoso?")


def _in_script(user: User) -> None:
    answer = user.ask("a vpn não conecta de jeito nenhum")
    if "Onde você está agora?" not in _text(answer):
        user.press(next(label for label in _labels(answer) if "conecta" in label.lower()))


def _in_ticket(user: User) -> None:
    user.ask("quero abrir um chamado")


def _describing(user: User) -> None:
    _in_ticket(user)
    user.ask("impressora")


def _rating(user: User) -> None:
    _answered(user)
    user.ask("sim, resolveu")


def _commenting(user: User) -> None:
    _rating(user)
    user.ask("5")


def _offered(user: User) -> None:
    user.ask("que atendimento horrível")


STATES = (
    _fresh,
    _answered,
    _not_solved,
    _not_found,
    _in_script,
    _in_ticket,
    _describing,
    _rating,
    _commenting,
    _offered,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_a_person_can_be_had_from_every_state(user, state: Callable[[User], None]):
    state(user)
    user.ask("quero falar com uma pessoa")
    wait_until(lambda: user.state()["owner"] == "queue")


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_the_language_can_be_changed_in_every_state_and_back(user, state: Callable[[User], None]):
    state(user)
    assert "let's speak English" in _text(user.ask("can you speak english?"))
    assert "vamos em português" in _text(user.ask("em português por favor"))


def test_the_language_is_kept_with_the_user_and_spoken_by_the_desk_too(product, user):
    user.ask("english please")
    said = _text(user.ask("what can you do?"))
    assert "Here is how I can help" in said
    user.ask("talk to a person")
    wait_until(lambda: user.state()["owner"] == "queue")
    from tests.e2e.agent import Agent

    agent = Agent(product.base, *product.admin())
    agent.claim(user.conversation_id).raise_for_status()
    assert "will continue helping you" in user.history()[-1]["text"]


def test_distress_brings_a_person_with_kind_words(user):
    assert "Sinto muito" in _text(user.ask("estou desesperada, não sei mais o que fazer"))
    wait_until(lambda: user.state()["owner"] == "queue")


def test_an_urgent_problem_is_answered_and_not_passed_on(user):
    answer = user.ask("estou com um problema urgente, esqueci minha senha do acesso único")
    assert user.state()["owner"] == "bot"
    assert _articles(answer) or _labels(answer)


def test_anger_gets_a_calm_word_and_a_person_on_a_yes(user):
    assert "sinto muito" in _text(user.ask("isso é um absurdo"))
    user.ask("sim")
    wait_until(lambda: user.state()["owner"] == "queue")


def test_after_two_failures_a_person_is_offered_first(user):
    _not_found(user)
    offered = user.ask("e como planto orquídeas na varanda do apartamento?")
    assert _labels(offered)[0] == "Falar com uma pessoa"
    user.ask("pode ser")
    wait_until(lambda: user.state()["owner"] == "queue")


def test_a_sentence_sent_in_pieces_has_one_answer(user):
    for piece in ("oi", "não consigo", "lembrar minha senha", "do acesso único"):
        last = user.say(piece)
        time.sleep(0.15)
    answer = user.replies(last)
    assert _articles(answer) or _labels(answer)
    authors = [message["author"] for message in user.history()]
    assert authors[:4] == ["user"] * 4
    assert "user" not in authors[4:]


def test_a_greeting_alone_is_answered_all_the_same(user):
    said = _text(user.ask("bom dia"))
    assert any(greeting in said for greeting in ("Bom dia!", "Boa tarde!", "Boa noite!"))


def test_a_plain_question_is_not_kept_waiting_by_the_pieces(user):
    user.ask(PASSWORD)
    took = []
    for text in ("como troco a senha da rede?", "onde vejo meu contracheque?", "como peço férias?"):
        began = time.monotonic()
        user.ask(text)
        took.append(time.monotonic() - began)
    assert min(took) < 0.5, took


def test_two_questions_in_one_message_are_answered_one_after_the_other(user):
    answer = user.ask("Como vejo meu contracheque? E como peço acesso à VPN?")
    assert "Você fez 2 perguntas" in _text(answer)
    assert _label(answer, "Ir para a próxima") in _labels(answer)
    then = user.press("Ir para a próxima pergunta")
    assert "Agora a próxima: *como peço acesso à VPN?*" in _text(then)
    assert _articles(then) or _labels(then)


def test_a_user_who_changes_their_mind_three_times_is_followed_each_time(user):
    user.ask("quero abrir um chamado")
    user.ask("cancelar")
    _answered(user)
    user.ask("na verdade quero abrir um chamado")
    assert "chamado" in _text(user.ask("deixa pra lá")).lower()
    user.ask("quero falar com um atendente")
    wait_until(lambda: user.state()["owner"] == "queue")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("você é um robô?", "Sou um robô"),
        ("o que você sabe fazer?", "Posso ajudar"),
        ("muito obrigado!", "Por nada"),
        ("tchau", "Até mais"),
    ],
)
def test_courtesies_are_returned(user, said, answered):
    assert answered in _text(user.ask(said))
