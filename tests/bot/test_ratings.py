"""When a rating is asked for, and what a low one leads to, with the real bot and action server."""

from collections.abc import Callable

from tests.bot.processes import Chat

NewChat = Callable[..., Chat]


def _rated(chat: Chat, score: str) -> str:
    chat.say("vpn")
    chat.press("Sim")
    return chat.say(score)


def test_a_low_rating_asks_what_went_wrong_and_a_person_takes_over_with_the_reason(chat: Chat) -> None:
    assert "O que deu errado?" in _rated(chat, "1")
    assert chat.command("rate")["score"] == 1
    assert "uma pessoa da equipe veja isso" in chat.say("não consegui entrar do mesmo jeito")
    assert chat.command("rate")["comment"] == "não consegui entrar do mesmo jeito"
    chat.say("sim")
    assert chat.command("handoff")["reason"] == "low_rating"
    assert chat.command("handoff")["group"] == "n2-acesso"


def test_after_a_low_rating_a_person_is_one_press_away(chat: Chat) -> None:
    _rated(chat, "2")
    chat.press("Falar com uma pessoa")
    assert chat.command("handoff")["reason"] == "low_rating"


def test_whoever_does_not_explain_a_low_rating_is_left_in_peace(chat: Chat) -> None:
    _rated(chat, "1")
    chat.press("Pular")
    assert chat.command("close_episode")["outcome"] == "solved_by_bot"


def test_no_thanks_after_a_low_rating_closes_the_episode(chat: Chat) -> None:
    _rated(chat, "2")
    chat.say("a resposta era velha")
    chat.say("não, deixa")
    assert chat.command("close_episode") is not None


def test_a_question_after_a_low_rating_is_another_matter(chat: Chat) -> None:
    _rated(chat, "2")
    chat.say("a resposta era velha")
    assert "O que aparece no visor?" in chat.say("minha impressora não imprime")
    assert chat.command("next_episode")["outcome"] == "solved_by_bot"


def test_a_rating_with_its_reason_needs_no_second_question(chat: Chat) -> None:
    said = _rated(chat, "nota 5, resolveu muito rápido meu problema")
    assert chat.command("rate")["comment"] == "nota 5, resolveu muito rápido meu problema"
    assert "Obrigado" in said
    assert chat.command("close_episode") is not None


def test_whoever_rates_the_team_low_goes_back_to_the_group_that_had_the_case(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("quero falar com um atendente")
    group = chat.command("handoff")["group"]
    chat.event("/human_resolved")
    assert "reabro o atendimento" in chat.press("1 – péssimo")
    chat.press("Reabrir o atendimento")
    assert chat.command("handoff")["reason"] == "reopened"
    assert chat.command("handoff")["group"] == group == "n2-acesso"


def test_the_team_is_not_rated_twice_for_one_case(chat: Chat) -> None:
    chat.say("atendente")
    chat.event("/human_resolved")
    chat.press("2 – ruim")
    chat.press("Reabrir o atendimento")
    assert "concluiu seu atendimento" in chat.event("/human_resolved")
    assert chat.payload("rating") is None
    assert chat.command("close_episode")["outcome"] == "resolved_by_agent"


def test_a_user_who_has_left_is_not_asked_to_rate(chat: Chat) -> None:
    chat.say("atendente")
    chat.event('/human_resolved{"abandoned": true}')
    assert chat.payload("rating") is None
    assert chat.command("close_episode") is not None


def test_whoever_was_abusive_is_not_asked_to_rate(new_chat: NewChat) -> None:
    for ending in (lambda chat: chat.press("Sim"), lambda chat: chat.say("deu certo")):
        chat = new_chat()
        chat.say("robô burro")
        chat.say("vpn")
        ending(chat)
        assert chat.payload("rating") is None
        assert chat.command("close_episode") is not None


def test_another_ticket_instead_of_a_rating_is_an_episode_of_its_own(chat: Chat) -> None:
    chat.say("vpn")
    chat.press("Sim")
    assert "Sobre qual serviço" in chat.say("quero abrir um chamado")
    assert chat.command("next_episode")["outcome"] == "solved_by_bot"


def test_a_complaint_instead_of_a_rating_is_an_episode_of_its_own(chat: Chat) -> None:
    chat.say("vpn")
    chat.press("Sim")
    chat.say("quero fazer uma reclamação")
    assert chat.command("next_episode") is not None
