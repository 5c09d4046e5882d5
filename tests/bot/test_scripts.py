"""Guided scripts with the real bot and action server, as users are led through them. Meaning is read by words only here:
sentence vectors are for tests/kb_index/test_script_replies.py and tests/e2e/test_scripts.py."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.fakes import ARTICLES, FakeDesk, FakeSearch
from tests.bot.processes import Chat

FIRST, CHECK, LABEL = "O que aparece no visor?", "Reinicie a fila", "nome na etiqueta"


@pytest.fixture
def led(chat: Chat) -> Chat:
    """A user at the first question of the script."""
    assert FIRST in chat.say("minha impressora não imprime")
    return chat


def _kept(chat: Chat) -> Any:
    return (chat.command("keep_script") or {}).get("script", "nothing was kept")


def test_a_script_begins_with_what_it_is_for_and_its_first_question(led: Chat) -> None:
    assert led.payload("article")["kind"] == "script"
    assert list(led.choices()) == ["Está apagado", "Um aviso", "Parece normal"]


def test_a_script_is_gone_through_with_buttons_to_its_solution(led: Chat) -> None:
    led.press("Um aviso")
    assert "nota" in led.press("Saiu")
    assert led.command("feedback") == {"type": "feedback", "article_id": "roteiro", "version": 3, "useful": True}
    assert _kept(led) is None


def test_what_a_step_only_says_comes_with_the_next_question(led: Chat) -> None:
    said = led.press("Um aviso")
    assert said.index("Siga o desenho") < said.index(CHECK)


@pytest.mark.parametrize(
    "reply",
    ["normal", "parece normal", "tá tudo normal", "a terceira", "3", "a última", "NORMAL!!", "parese normal", "pronta"],
)
def test_an_option_is_typed_in_many_ways(led: Chat, reply: str) -> None:
    assert CHECK in led.say(reply)


@pytest.mark.parametrize("reply", ["saiu", "sim", "s", "funcionou", "deu certo, saiu!", "resolveu"])
def test_yes_in_any_words_takes_the_option_that_worked(led: Chat, reply: str) -> None:
    led.say("normal")
    assert "nota" in led.say(reply)


@pytest.mark.parametrize("reply", ["não", "n saiu", "nao saiu nada", "não funcionou", "nada", "continua igual"])
def test_no_in_any_words_takes_the_option_that_did_not(led: Chat, reply: str) -> None:
    led.say("normal")
    assert LABEL in led.say(reply)


def test_a_reply_that_denies_an_option_does_not_choose_it(led: Chat) -> None:
    led.say("apagado")
    assert "técnico" in led.say("não ligou")


def test_back_takes_the_last_answer_back(led: Chat) -> None:
    led.say("normal")
    assert FIRST in led.say("voltar")
    assert "Acendeu?" in led.say("apagado")


@pytest.mark.parametrize("move", ["volta", "cliquei errado", "me enganei", "passo anterior"])
def test_back_is_said_in_many_ways(led: Chat, move: str) -> None:
    led.press("Parece normal")
    assert FIRST in led.say(move)


def test_back_at_the_first_step_says_so_and_asks_it_again(led: Chat) -> None:
    said = led.say("voltar")
    assert "primeiro passo" in said
    assert FIRST in said


def test_a_check_can_be_skipped_and_the_ticket_says_so(led: Chat, desk: FakeDesk) -> None:
    led.say("normal")
    assert LABEL in led.say("pular")
    led.say("IMP-7")
    _to_the_end(led)
    assert "(pulou)" in str(desk.bodies[-1]["tried"])


def test_a_question_that_decides_cannot_be_skipped(led: Chat) -> None:
    said = led.say("pular")
    assert "não dá para pular" in said
    assert FIRST in said
    assert "Falar com uma pessoa" in led.choices()


def test_done_before_goes_on_as_if_it_had_not_helped_and_is_noted(led: Chat, desk: FakeDesk) -> None:
    led.say("normal")
    assert LABEL in led.say("já fiz isso")
    led.say("IMP-7")
    _to_the_end(led)
    assert "(já tinha feito)" in str(desk.bodies[-1]["tried"])


def test_another_way_goes_on_to_the_next_idea(led: Chat) -> None:
    led.say("normal")
    assert LABEL in led.say("tem outro jeito?")


def test_not_understanding_a_step_gets_its_hint_and_the_question_again(led: Chat) -> None:
    said = led.say("não entendi")
    assert "telinha da frente" in said
    assert said.index("telinha") < said.index(FIRST)


def test_not_understanding_a_step_without_a_hint_is_met_calmly(led: Chat) -> None:
    led.say("normal")
    said = led.say("como assim?")
    assert "com calma" in said
    assert CHECK in said


def test_a_free_answer_is_kept_as_it_is_typed(led: Chat, desk: FakeDesk) -> None:
    led.say("normal")
    led.say("nada")
    led.say("sim, é a IMP-42 da sala 3")
    _to_the_end(led)
    assert desk.bodies[-1]["description"].startswith(
        "Impressora sim, é a IMP-42 da sala 3 não imprime; visor: Parece normal"
    )


def test_a_free_answer_can_be_skipped_by_a_button(led: Chat) -> None:
    led.say("normal")
    led.say("nada")
    assert "Vou registrar" in led.press("Pular")


def _to_the_end(chat: Chat) -> str:
    """Through the rest of the form."""
    chat.say("Ana Souza")
    assert "Confira" in chat.say("ana@orgao.gov.br")
    return chat.press("Abrir chamado")


def test_a_script_that_ends_in_a_ticket_asks_only_for_the_contact(led: Chat, desk: FakeDesk) -> None:
    led.say("normal")
    led.say("não")
    said = led.say("IMP-42")
    assert "Vou registrar" in said
    assert "nome" in said
    assert "protocolo" in _to_the_end(led)
    body = desk.bodies[-1]
    assert (body["service"], body["classification"], body["impact"]) == ("impressao", "falha", "individual")
    assert body["article_ids"] == ["roteiro"]


def test_what_was_tried_goes_into_the_ticket(led: Chat, desk: FakeDesk) -> None:
    led.say("um aviso")
    led.say("saiu borrado")
    led.say("IMP-42")
    _to_the_end(led)
    (script,) = desk.bodies[-1]["tried"]
    assert script["title"] == "A impressora não imprime"
    assert script["steps"] == [
        "O que aparece no visor? — Um aviso",
        "Reinicie a fila e imprima de novo. Saiu? — Saiu borrado",
        "Qual é o nome na etiqueta dela? — IMP-42",
    ]


def test_a_script_that_ends_with_a_person_passes_on_to_its_group_with_what_was_tried(led: Chat) -> None:
    led.say("apagado")
    assert "Um técnico" in led.say("não")
    handoff = led.command("handoff")
    assert handoff is not None
    assert (handoff["group"], handoff["reason"]) == ("n2-infra", "script_outcome")
    assert handoff["fields"]["tried"] == [
        "O que aparece no visor? — Está apagado",
        "Aperte o botão de ligar. Acendeu? — Continua apagada",
    ]
    assert "Já tentou" in handoff["summary"]


def test_a_person_is_reached_from_any_step_and_knows_what_was_tried(led: Chat) -> None:
    led.say("normal")
    led.say("quero falar com um atendente")
    handoff = led.command("handoff")
    assert handoff is not None
    assert handoff["fields"]["tried"] == ["O que aparece no visor? — Parece normal"]
    assert _kept(led) is None


def test_a_ticket_asked_for_in_the_middle_says_what_was_tried(led: Chat, desk: FakeDesk) -> None:
    led.say("normal")
    led.say("quero abrir um chamado")
    led.press("Sim, usar assim")
    led.press("Só eu")
    _to_the_end(led)
    assert "Parece normal" in str(desk.bodies[-1]["tried"])


def test_solved_in_the_middle_ends_the_script(led: Chat) -> None:
    assert "nota" in led.say("resolveu aqui, obrigado")
    assert led.command("feedback")["useful"] is True


def test_a_script_can_be_stopped_and_taken_up_again(led: Chat) -> None:
    led.say("normal")
    said = led.say("parar")
    assert "paramos por aqui" in said
    assert CHECK in led.press("Continuar de onde paramos")


def test_a_stopped_script_is_taken_up_again_by_word_after_another_matter(led: Chat) -> None:
    led.say("normal")
    led.say("parar")
    assert "Baixe o instalador" in led.say("vpn")
    assert CHECK in led.say("continuar de onde paramos")


def test_beginning_again_forgets_the_answers(led: Chat) -> None:
    led.say("normal")
    assert FIRST in led.say("quero começar de novo")
    assert _kept(led)["run"]["answers"] == []


def test_a_question_in_the_middle_is_answered_and_the_script_resumed(led: Chat) -> None:
    led.say("normal")
    said = led.say("quem troca o toner?")
    assert "infraestrutura troca o toner" in said
    assert "Quer continuar de onde paramos?" in said
    assert CHECK in led.say("sim")


def test_the_answer_to_a_question_in_the_middle_can_be_found_useful_or_not(led: Chat) -> None:
    led.say("quem troca o toner?")
    said = led.press("Não útil")
    assert led.command("feedback") == {"type": "feedback", "article_id": "toner", "version": 3, "useful": False}
    assert "Quer continuar" in said


def test_after_a_question_in_the_middle_an_option_can_be_chosen_at_once(led: Chat) -> None:
    led.say("quem troca o toner?")
    assert CHECK in led.say("parece normal")


def test_a_question_in_the_middle_that_has_a_script_of_its_own_lets_the_user_choose(led: Chat) -> None:
    led.say("normal")
    said = led.say("e o scanner, como digitalizo?")
    assert "outro passo a passo" in said
    assert "O scanner não digitaliza" in led.choices()
    assert CHECK in led.press("Continuar de onde paramos")


def test_the_same_problem_told_again_is_no_other_question(led: Chat) -> None:
    said = led.say("mas a impressora não imprime mesmo")
    assert FIRST in said


def test_what_is_not_understood_is_asked_again_then_the_ways_out_then_a_person(led: Chat) -> None:
    first, second, third, fourth = (
        led.say(text) for text in ("xpto", "abacaxi roxo", "xyz 123 qwe", "sei lá qual disso")
    )
    assert "qual das opções" in first
    assert "Ainda não entendi" in second
    assert FIRST in third
    assert "pessoa da equipe" in fourth
    led.say("sim")
    assert led.command("handoff") is not None


def test_a_greeting_in_the_middle_offers_to_go_on(led: Chat) -> None:
    led.say("normal")
    said = led.say("bom dia")
    assert "A impressora não imprime" in said
    assert next(iter(led.choices())) == "Continuar de onde paramos"
    assert CHECK in led.say("sim")


def test_thanks_and_insults_in_the_middle_do_not_become_answers(led: Chat) -> None:
    led.say("normal")
    assert "continuar de onde paramos" in led.say("obrigado")
    assert "sinto muito" in led.say("que robô burro")
    assert CHECK in led.press("Continuar de onde paramos")


def test_a_script_left_on_another_day_is_offered_in_a_new_episode(new_chat: Callable[..., Chat], led: Chat) -> None:
    led.say("normal")
    later = new_chat(script={**_kept(led), "at": "2026-11-22T13:00:00+00:00"})
    said = later.say("oi")
    assert "Estávamos no meio de um passo a passo: **A impressora não imprime**" in said
    assert CHECK in later.press("Continuar de onde paramos")
    later.say("não")
    later.say("quero um atendente")
    handoff = later.command("handoff")
    assert handoff is not None
    assert handoff["fields"]["tried"][0] == "O que aparece no visor? — Parece normal"


def test_asking_the_same_on_another_day_offers_to_go_on_rather_than_begin(
    new_chat: Callable[..., Chat], led: Chat
) -> None:
    led.say("normal")
    later = new_chat(script={**_kept(led), "at": "2026-11-22T13:00:00+00:00"})
    assert "continuar de onde paramos" in later.say("a impressora ainda não imprime")
    assert FIRST in later.press("Começar do início")


def test_an_old_script_does_not_stand_in_the_way_of_another_matter(new_chat: Callable[..., Chat], led: Chat) -> None:
    later = new_chat(script={**_kept(led), "at": "2026-11-22T13:00:00+00:00"})
    later.say("oi")
    assert "Baixe o instalador" in later.say("como instalo a vpn?")


def test_a_script_that_has_changed_meanwhile_begins_again(led: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    led.say("normal")
    changed = [dict(step, id="outro") if step["id"] == "reiniciar" else step for step in ARTICLES["roteiro"]["steps"]]
    changed = [
        {**step, "options": [{**o, "go": "outro" if o["go"] == "reiniciar" else o["go"]} for o in step["options"]]}
        if "options" in step
        else {**step, "go": "outro"}
        if step.get("go") == "reiniciar"
        else step
        for step in changed
    ]
    monkeypatch.setitem(ARTICLES, "roteiro", {**ARTICLES["roteiro"], "steps": changed})
    said = led.say("não")
    assert "atualizado" in said
    assert FIRST in said


def test_a_script_that_is_gone_meanwhile_leaves_nobody_alone(led: Chat, search: FakeSearch) -> None:
    search.gone.add("roteiro")
    try:
        assert "não está mais disponível" in led.say("normal")
    finally:
        search.gone.clear()
    assert led.choices()
    assert _kept(led) is None


def test_search_out_of_order_in_the_middle_passes_on_to_a_person(led: Chat, search: FakeSearch) -> None:
    led.say("normal")
    search.down = True
    try:
        assert "problema para consultar" in led.say("não")
    finally:
        search.down = False
    handoff = led.command("handoff")
    assert handoff is not None
    assert handoff["fields"]["tried"]


def test_a_button_of_an_earlier_step_asks_the_present_one_again(led: Chat) -> None:
    old = led.choices()["Está apagado"]
    led.say("normal")
    assert CHECK in led.event(old)


def test_a_script_speaks_english_around_the_authors_words(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    assert "one step at a time" in chat.say("minha impressora não imprime")
    assert "This is the first step" in chat.say("go back")
    assert "stop here" in chat.say("stop")
