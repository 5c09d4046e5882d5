"""Conversations with the real bot and action server, each as a user would have it."""

from collections.abc import Callable
from typing import Any

from tests.bot.fakes import FakeDesk, FakeSearch
from tests.bot.processes import Chat


def test_a_question_is_answered_from_the_knowledge_base_and_cites_the_article(chat: Chat) -> None:
    said = chat.say("nao consigo instalar a vpn")
    assert "Baixe o instalador" in said
    assert "Isso resolveu?" in said
    assert chat.payload("article") == {
        "id": "vpn-instalar", "version": 3, "title": "Como instalo a VPN?", "kind": "faq", "url": "/artigos/vpn-instalar",
    }  # fmt: skip
    assert list(chat.choices()) == ["Sim", "Não", "Foi útil, mas não resolveu"]
    assert chat.record["trace"]["search"]["decision"] == "answer"


def test_solved_then_rated_then_commented_closes_the_episode(chat: Chat) -> None:
    chat.say("vpn")
    assert "nota" in chat.press("Sim")
    assert chat.payload("rating") == {"rated": "bot"}
    chat.press("5 – ótimo")
    assert chat.command("rate") == {"type": "rate", "rated": "bot", "score": 5, "comment": None}
    assert "Obrigado" in chat.say("achei muito bom, rápido e claro")
    assert chat.command("rate")["comment"] == "achei muito bom, rápido e claro"
    assert chat.command("close_episode") == {"type": "close_episode", "outcome": "solved_by_bot"}


def test_the_rating_can_be_typed_in_words_and_the_comment_skipped(chat: Chat) -> None:
    chat.say("como instalar a vpn?")
    chat.say("deu certo, vlw")
    chat.say("nota quatro")
    assert chat.command("rate")["score"] == 4
    chat.press("Pular")
    assert chat.command("rate") is None
    assert chat.command("close_episode")["outcome"] == "solved_by_bot"


def test_a_rating_out_of_range_is_asked_again(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("sim")
    assert "1 (péssimo) a 5 (ótimo)" in chat.say("10")
    chat.say("3")
    assert chat.command("rate")["score"] == 3


def test_a_user_who_does_not_want_to_rate_is_left_in_peace(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("sim")
    chat.say("não quero avaliar")
    assert chat.command("rate") is None
    assert chat.command("close_episode") is not None


def test_a_new_question_instead_of_a_rating_is_answered(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("sim")
    assert "O que aparece no visor?" in chat.say("e minha impressora não imprime, o que faço?")
    assert chat.command("next_episode") == {"type": "next_episode", "outcome": "solved_by_bot"}


def test_a_new_question_instead_of_a_comment_is_answered_in_an_episode_of_its_own(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("sim")
    chat.say("5")
    assert "O que aparece no visor?" in chat.say("como faço para a impressora imprimir?")
    assert chat.command("next_episode") == {"type": "next_episode", "outcome": "solved_by_bot"}
    chat.say("apagado")
    assert "nota você dá" in chat.say("sim"), "another service, another rating"
    assert chat.command("close_episode") is None


def test_not_solved_offers_near_articles_then_a_person_first(chat: Chat) -> None:
    chat.say("vpn")
    chat.press("Não")
    assert list(chat.choices()) == ["A VPN está lenta", "VPN no celular", "A VPN recusa minha senha", "Nenhum destes"]
    assert "rede cabeada" in chat.press("A VPN está lenta")
    assert "pessoa da equipe" in chat.say("nao resolveu")
    assert next(iter(chat.choices())) == "Falar com uma pessoa"
    chat.say("sim")
    handoff = chat.command("handoff")
    assert handoff is not None
    assert handoff["group"] == "n2-acesso"
    assert handoff["reason"] == "not_solved"
    assert handoff["fields"]["articles"] == ["vpn-instalar", "vpn-lenta"]
    assert "A VPN está lenta" in handoff["summary"]


def test_none_of_the_near_articles_leads_to_the_offer(chat: Chat) -> None:
    chat.say("vpn")
    chat.press("Não")
    chat.press("Nenhum destes")
    assert list(chat.choices()) == ["Abrir chamado", "Falar com uma pessoa", "Perguntar de outro jeito"]


def test_an_offered_article_is_chosen_by_its_number_or_title(new_chat: Callable[..., Chat]) -> None:
    by_number, by_title = new_chat(), new_chat()
    by_number.say("algo parecido")
    assert "aplicativo" in by_number.say("2")
    by_title.say("algo parecido")
    assert "aplicativo" in by_title.say("vpn no celular")


def test_nothing_found_is_said_and_help_is_offered(chat: Chat) -> None:
    assert "Não encontrei" in chat.say("como crio unicórnios no aquário?")
    assert list(chat.choices()) == ["Abrir chamado", "Falar com uma pessoa", "Perguntar de outro jeito"]
    assert "nome do sistema" in chat.press("Perguntar de outro jeito")


def test_two_failures_in_a_row_offer_a_person_first(chat: Chat) -> None:
    chat.say("como crio unicórnios no aquário?")
    assert "pessoa da equipe" in chat.say("onde compro ração de dragão?")
    assert next(iter(chat.choices())) == "Falar com uma pessoa"


def _to_summary(chat: Chat) -> str:
    chat.say("vpn")
    chat.say("quero abrir um chamado")
    chat.press("Sim, usar assim")
    chat.press("Só eu")
    chat.say("Ana Souza")
    return chat.say("ana@orgao.gov.br")


def test_a_ticket_is_opened_with_what_is_known(chat: Chat, desk: FakeDesk) -> None:
    assert "Confira" in _to_summary(chat)
    assert [row["value"] for row in chat.payload("summary")] == [
        "Acesso remoto (VPN)", "vpn", "Só eu", "Ana Souza", "ana@orgao.gov.br",
    ]  # fmt: skip
    assert list(chat.choices()) == ["Abrir chamado", "Corrigir", "Cancelar"]
    said = chat.press("Abrir chamado")
    ticket = chat.payload("ticket")
    assert ticket["protocol"] in said
    assert "mais alguma coisa" in said
    assert chat.payload("rating") == {"rated": "bot"}
    assert chat.command("set_user") == {"type": "set_user", "name": "Ana Souza", "email": "ana@orgao.gov.br"}
    assert desk.bodies[-1]["service"] == "vpn"
    assert desk.bodies[-1]["impact"] == "individual"
    assert desk.bodies[-1]["article_ids"] == ["vpn-instalar"]


def test_a_known_contact_is_not_asked_for(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(user={"id": "u1", "name": "Bia Prado", "email": "bia@orgao.gov.br"})
    chat.say("abrir chamado")
    chat.say("email")
    chat.say("as mensagens não saem da caixa de saída desde ontem")
    assert "Confira" in chat.press("Minha equipe")
    assert chat.payload("summary")[3]["value"] == "Bia Prado"


def test_everything_in_a_ticket_can_be_typed(chat: Chat, desk: FakeDesk) -> None:
    chat.say("preciso abrir um chamado")
    chat.say("é a impressora")
    chat.say("não sai papel nenhum, só barulho")
    chat.say("minha equipe")
    chat.say("me chamo José da Silva")
    chat.say("61 99999 1234")
    assert chat.payload("summary")[4]["value"] == "(61) 99999-1234"
    chat.say("isso mesmo")
    assert desk.bodies[-1]["service"] == "impressao"
    assert desk.bodies[-1]["contact"] == {"name": "José da Silva", "email": "(61) 99999-1234"}


def test_a_wrong_address_or_service_is_asked_again(chat: Chat) -> None:
    chat.say("abrir chamado")
    assert "Não reconheci" in chat.say("o trem azul")
    chat.press("Outro / não sei")
    chat.say("o relógio da parede parou e ninguém sabe de quem é")
    chat.say("só eu")
    chat.say("Rui Costa")
    assert "não parece completo" in chat.say("rui@orgao")
    assert "Confira" in chat.say("rui@orgao.gov.br")


def test_the_summary_can_be_corrected(chat: Chat, desk: FakeDesk) -> None:
    _to_summary(chat)
    chat.press("Corrigir")
    chat.press("Impacto")
    assert "Confira" in chat.press("O órgão todo")
    assert chat.payload("summary")[2]["value"] == "O órgão todo"
    chat.say("o serviço está errado")
    assert "Confira" in chat.say("impressora")
    chat.say("pode abrir")
    assert desk.bodies[-1]["impact"] == "organization"
    assert desk.bodies[-1]["service"] == "impressao"


def test_no_at_the_summary_asks_what_to_correct(chat: Chat) -> None:
    _to_summary(chat)
    assert "O que você quer corrigir?" in chat.say("não")
    assert "Confira" in chat.say("nada, tá certo")


def test_a_ticket_can_be_cancelled_at_every_question(new_chat: Callable[..., Chat]) -> None:
    answers = ["abrir chamado", "vpn", "não conecta de jeito nenhum hoje", "só eu", "Ana Souza", "ana@orgao.gov.br"]
    for length in range(1, len(answers) + 1):
        chat = new_chat()
        for text in answers[:length]:
            chat.say(text)
        assert "não abri o chamado" in chat.say("cancelar")
        assert "Isso resolveu?" in chat.say("vpn")


def test_a_person_can_be_asked_for_at_every_question_of_a_ticket(new_chat: Callable[..., Chat]) -> None:
    answers = ["abrir chamado", "vpn", "não conecta de jeito nenhum hoje", "só eu", "Ana Souza", "ana@orgao.gov.br"]
    for length in range(1, len(answers) + 1):
        chat = new_chat()
        for text in answers[:length]:
            chat.say(text)
        assert "passando você" in chat.say("quero falar com um atendente")
        handoff = chat.command("handoff")
        assert handoff is not None
        assert "Estava abrindo um chamado" in handoff["summary"]
        if length > 1:
            assert handoff["group"] == "n2-acesso"
        if length > 2:
            assert handoff["fields"]["description"] == answers[2]


def test_a_question_in_the_middle_of_a_ticket_is_answered_and_the_ticket_goes_on(chat: Chat) -> None:
    chat.say("abrir chamado")
    said = chat.say("como instalo a vpn?")
    assert "Baixe o instalador" in said
    assert "Voltando ao chamado" in said
    assert "Sobre qual serviço" in said
    assert "Descreva" in chat.say("vpn")


def test_a_user_who_is_stuck_in_the_ticket_is_shown_the_ways_out(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.say("o trem azul")
    assert "passo você para uma pessoa" in chat.say("o trem verde")
    assert {"Falar com uma pessoa", "Cancelar"} <= set(chat.choices())


def test_a_user_without_e_mail_gets_a_ticket_all_the_same(chat: Chat, desk: FakeDesk) -> None:
    chat.say("abrir chamado")
    chat.say("vpn")
    chat.say("não conecta de manhã nenhuma")
    chat.say("não sei")
    assert "Não entendi o nome" in chat.say("já falei meu nome")
    chat.say("Carlos Souza")
    assert "Confira" in chat.say("não tenho email")
    chat.say("sim")
    assert desk.bodies[-1]["contact"] == {"name": "Carlos Souza", "email": None}


def test_greetings_and_insults_in_the_middle_of_a_ticket_do_not_become_answers(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.press("Outro / não sei")
    for text in ("oi", "quem é você?", "robô burro", "obrigado"):
        assert "Descreva" in chat.say(text)
    assert "afetado" in chat.say("a cadeira do auditório range sem parar")


def test_the_status_is_told_by_protocol_and_by_who_asks(chat: Chat) -> None:
    _to_summary(chat)
    chat.press("Abrir chamado")
    protocol = chat.payload("ticket")["protocol"]
    assert "novo" in chat.say(f"qual a situação do {protocol}?")
    assert chat.payload("ticket")["protocol"] == protocol
    assert "22/11/2026 10:42" in chat.say(protocol)
    assert protocol in chat.say("meus chamados")


def test_a_wrong_or_foreign_protocol_is_told_kindly(new_chat: Callable[..., Chat], chat: Chat) -> None:
    _to_summary(chat)
    chat.press("Abrir chamado")
    protocol = chat.payload("ticket")["protocol"]
    other = new_chat(user={"id": "u2", "name": None, "email": None})
    assert "Não encontrei o chamado" in other.say(f"status do {protocol}")
    wrong = protocol[:-1] + str((int(protocol[-1]) + 1) % 10)
    assert "dígito trocado" in other.say(f"status do {wrong}")
    assert "Não encontrei chamados" in other.say("meu chamado")


def test_a_person_is_called_at_once_and_told_what_was_asked(chat: Chat) -> None:
    chat.say("como crio unicórnios no aquário?")
    chat.say("humano")
    handoff = chat.command("handoff")
    assert handoff is not None
    assert handoff["reason"] == "not_found"
    assert "unicórnios" in handoff["summary"]
    chat.say("quero falar com um atendente")
    assert chat.command("handoff") is not None


def test_the_human_service_is_rated_after_it_was_resolved(chat: Chat) -> None:
    chat.say("atendente")
    assert "quem atendeu você" in chat.event("/human_resolved")
    assert chat.payload("rating") == {"rated": "human"}
    chat.press("2 – ruim")
    assert chat.command("rate") == {"type": "rate", "rated": "human", "score": 2, "comment": None}
    assert "reabra o atendimento" in chat.say("demorou demais")
    assert chat.command("rate")["comment"] == "demorou demais"
    chat.press("Não, obrigado")
    assert chat.command("close_episode")["outcome"] == "resolved_by_agent"


def test_search_out_of_order_passes_on_to_a_person(chat: Chat, search: FakeSearch) -> None:
    search.down = True
    try:
        assert "problema para consultar" in chat.say("vpn não conecta")
    finally:
        search.down = False
    handoff = chat.command("handoff")
    assert handoff is not None
    assert handoff["reason"] == "bot_failed"


def test_a_ticket_that_the_desk_refuses_passes_on_to_a_person(chat: Chat, desk: FakeDesk) -> None:
    _to_summary(chat)
    desk.refuse = True
    try:
        assert "Não consegui abrir o chamado" in chat.press("Abrir chamado")
    finally:
        desk.refuse = False
    handoff = chat.command("handoff")
    assert handoff is not None
    assert handoff["fields"]["description"] == "vpn"


def test_manners(chat: Chat) -> None:
    assert "assistente virtual" in chat.say("bom dia")
    assert "robô" in chat.say("vc é um robô?")
    assert "Abrir chamado" in chat.say("ajuda") or "Abrir chamado" in chat.choices()
    assert "Por nada" in chat.say("obg")
    assert "Até mais" in chat.say("tchau")
    assert "sinto muito" in chat.say("que porcaria de robô")
    chat.say("sim")
    assert chat.command("handoff") is not None


def test_an_english_speaker_is_spoken_to_in_english(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    assert "virtual assistant" in chat.say("hello")
    assert "Did that solve it?" in chat.say("how do i install the vpn")
    assert "rate my help" in chat.say("yes")


def test_the_bot_is_never_silent(new_chat: Callable[..., Chat]) -> None:
    states: list[list[str]] = [
        [], ["vpn"], ["vpn", "não"], ["vpn", "sim"], ["vpn", "sim", "5"], ["como crio unicórnios?"], ["abrir chamado"],
        ["abrir chamado", "vpn"], ["abrir chamado", "vpn", "não conecta nunca aqui", "só eu"],
    ]  # fmt: skip
    moves: list[dict[str, Any]] = [
        {"text": text} for text in ("sim", "não", "5", "pular", "cancelar", "corrigir", "resolveu", "?", "😀", "…", "x", "ok")
    ] + [
        {"payload": payload}
        for payload in (
            '/choose_article{"article_id": "gone"}', "/none_of_these", '/choose_service{"service_id": "vpn"}', "/rephrase",
            '/choose_impact{"impact_id": "team"}', '/choose_field{"field": "contact_name"}', "/confirm_ticket", "/skip",
        )
    ]  # fmt: skip
    for state in states:
        for move in moves:
            chat = new_chat()
            for text in state:
                chat.say(text)
            response = chat.post(**move)
            assert response.status_code == 200, (state, move, response.text)
            assert response.json()["messages"], (state, move)
