"""Guided scripts and follow-ups through the desk's API, with the sample's knowledge and the real model of meaning."""

import json
import sqlite3

import pytest

from tests.e2e.agent import Agent
from tests.e2e.product import Product, User, wait_until
from tests.e2e.test_conversation_flows import _articles, _labels, _text

pytestmark = pytest.mark.e2e

TITLE = "VPN que não conecta"
WHERE, INTERNET, CLIENT = "Onde você está agora?", "abra um site de notícias", "Abra o Cliente VPN"


def _rows(product: Product, query: str, *values: str) -> list[tuple]:
    with sqlite3.connect(f"file:{product.home / 'balcao.db'}?mode=ro", uri=True) as database:
        return database.execute(query, values).fetchall()


@pytest.fixture
def led(user: User) -> User:
    """A user at the first question of the script about a VPN that does not connect."""
    answer = user.ask("a vpn não conecta de jeito nenhum")
    if WHERE not in _text(answer):
        answer = user.press(next(label for label in _labels(answer) if "conecta" in label.lower()))
    assert WHERE in _text(answer)
    return user


def test_a_script_of_the_sample_begins_with_its_first_question_and_buttons(led):
    assert {"Fora da agência", "Na agência"} <= set(_labels(led.history()))


@pytest.mark.parametrize(
    "reply", ["to em casa hj", "to na casa da minha mãe", "estou de home office", "estou viajando"]
)
def test_a_reply_in_other_words_is_understood_by_its_meaning(led, reply):
    assert INTERNET in _text(led.ask(reply))


def test_what_was_understood_by_meaning_is_said_so_that_it_can_be_taken_back(led):
    led.ask("em casa")
    led.ask("sim")
    said = _text(led.ask("fala senha incorreta"))
    assert "Entendi: **Recusou a senha**" in said
    assert CLIENT in _text(led.ask("voltar"))


def test_a_script_leads_to_a_person_of_its_group_who_sees_what_was_tried(product, led):
    for reply in ("em casa", "sim", "recusou a senha", "lá também não entra"):
        led.ask(reply)
    state = wait_until(lambda: (s := led.state())["owner"] == "queue" and s)
    assert state["queue_place"] >= 1
    (group, reason, fields) = _rows(
        product,
        "SELECT group_id, reason, fields FROM handoffs WHERE conversation_id = ?",
        led.conversation_id,
    )[0]
    assert (group, reason) == ("n2-acesso", "script_outcome")
    assert any("Lá também não entra" in step for step in json.loads(fields)["tried"])


def test_the_agent_reads_in_the_console_what_was_tried(product, led):
    for reply in ("em casa", "sim", "recusou a senha", "quero falar com um atendente"):
        led.ask(reply)
    agent = Agent(product.base, *product.admin())
    page = agent.http.get(f"/console/conversations/{led.conversation_id}")
    assert "Já tentado" in page.text
    assert "Recusou a senha" in page.text


def test_a_script_leads_to_a_ticket_with_what_was_tried(product, user):
    answer = user.ask("erro ao instalar a vpn, a instalação trava no meio")
    if "Por onde você está instalando?" not in _text(answer):
        answer = user.press(next(label for label in _labels(answer) if "Instalação" in label))
    for reply in ("pela central", "deu erro", "0x80070643", "IPE-123"):
        answer = user.ask(reply)
    for reply in ("Ana Souza", "ana.souza@ipe.example", "sim"):
        answer = user.ask(reply)
    assert "protocolo" in _text(answer)
    (description, tried, classification) = _rows(
        product,
        "SELECT description, tried, classification_id FROM tickets WHERE conversation_id = ?",
        user.conversation_id,
    )[0]
    assert description == "Falha ao instalar o Cliente VPN: 0x80070643. Patrimônio IPE-123"
    assert "Por onde você está instalando? — Pela Central de Programas" in json.loads(tried)[0]["steps"]
    assert classification == "instalacao"


def test_a_script_that_solves_it_asks_for_a_rating_and_keeps_that_it_was_useful(product, led):
    for reply in ("em casa", "sim"):
        led.ask(reply)
    assert any((message["payload"] or {}).get("rating") for message in led.ask("conectou certinho"))
    rows = _rows(
        product,
        "SELECT f.article_id, f.useful FROM article_feedback f JOIN episodes e ON e.id = f.episode_id"
        " WHERE e.conversation_id = ?",
        led.conversation_id,
    )
    assert rows == [("vpn-nao-conecta", 1)]


def test_a_question_in_the_middle_is_answered_and_the_script_resumed(led):
    led.ask("em casa")
    said = led.ask("como coloco resposta automática no e-mail?")
    assert "Quer continuar de onde paramos?" in _text(said)
    assert INTERNET in _text(led.press("Continuar de onde paramos"))


def test_a_script_is_kept_through_the_death_of_every_process_of_the_bot(product, led):
    led.ask("em casa")
    for name in ("bot", "actions", "search"):
        product.kill(name)
    for name in ("bot", "actions", "search"):
        product.wait_healthy(name)
    assert CLIENT in _text(led.ask("a página carrega sim"))


def test_back_skip_and_stop_work_through_the_desk(led):
    led.ask("em casa")
    assert WHERE in _text(led.ask("voltar"))
    led.ask("em casa")
    assert "não dá para pular" in _text(led.ask("pular"))
    assert "paramos por aqui" in _text(led.ask("parar"))


def test_yes_is_kept_as_useful_with_the_version_and_no_as_not(product):
    for label, useful in (("Sim", 1), ("Não", 0), ("Foi útil, mas não resolveu", 1)):
        user = product.user()
        answer = user.ask("como escolho a data em que o contracheque sai?")
        if not _articles(answer):
            answer = user.press(_labels(answer)[0])
        (cited,) = _articles(answer)
        user.press(label)
        rows = _rows(
            product,
            "SELECT f.article_id, f.version, f.useful FROM article_feedback f JOIN episodes e ON e.id = f.episode_id"
            " WHERE e.conversation_id = ?",
            user.conversation_id,
        )
        assert rows == [(cited, 1, useful)]


def test_a_long_manual_is_read_part_by_part(user):
    answer = user.ask("manual do segundo fator de autenticação")
    if not _articles(answer):
        answer = user.press(next(label for label in _labels(answer) if "anual" in label))
    assert "Continuar" in _labels(answer)
    first = _text(answer)
    assert _text(user.press("Continuar")) != first


def test_the_same_for_the_phone_stays_on_the_subject(user):
    answer = user.ask("como instalo a vpn no windows?")
    if not _articles(answer):
        user.press(_labels(answer)[0])
    assert _articles(user.ask("e no celular?")) == ["vpn-celular-tablet"]
