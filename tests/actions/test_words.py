"""Reading what people type."""

import pytest

from actions.words import (
    asks_something,
    best_match,
    has_words,
    is_abusive,
    is_continuation,
    looks_like_question,
    read_name,
    read_position,
    read_protocol,
    read_score,
    ticket_type,
)

_SERVICES = [
    ("vpn", ["Acesso remoto (VPN)", "vpn", "acesso remoto"]),
    ("correio", ["E-mail institucional", "email", "e-mail", "outlook"]),
    ("processo", ["Processo eletrônico", "sei"]),
    ("rede", ["Rede e Wi-Fi", "wifi", "rede"]),
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("VPN", "vpn"), ("é o e-mail institucional", "correio"), ("processo eletronico", "processo"), ("o wi-fi daqui", None),
        ("acho que é a rede", "rede"), ("email", "correio"), ("nada disso", None), ("", None), ("vpn ou outlook", "outlook"),
        ("eletrônico", "processo"),
    ],
)  # fmt: skip
def test_a_service_is_known_by_its_names_without_accents(said: str, meant: str | None) -> None:
    assert best_match(said, _SERVICES) == ({"outlook": "correio"}.get(meant or "", meant))


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ("5", 5), ("nota 4", 4), ("dou um três", 3), ("⭐⭐", 2), ("ótimo!", 5), ("péssimo", 1), ("bem ruim", 2), ("10", 0),
        ("nota zero", 0), ("foi bom", 4), ("não foi bom", None), ("o erro 404 aparece", 0), ("vpn não abre", None),
        ("mais ou menos", 3), ("tenho um problema com a minha impressora hoje", None), ("4,5", None),
    ],
)  # fmt: skip
def test_a_score_is_read_from_figures_words_and_stars(said: str, score: int | None) -> None:
    assert read_score(said) == score


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-000123-0", ("2026-000123-0", False)), ("protocolo 20260001239 ok", ("2026-000123-9", False)),
        ("2026 000123 4", ("2026-000123-4", False)), ("ligue 61 3333-4444", None), ("em 2026", None), ("x", None),
    ],
)  # fmt: skip
def test_a_protocol_is_found_in_a_text(said: str, read: tuple[str, bool] | None) -> None:
    found = read_protocol(said)
    assert (found and found[0]) == (read and read[0])


def test_exactly_one_check_digit_is_right() -> None:
    right = [digit for digit in range(10) if (read_protocol(f"2026-000123-{digit}") or ("", False))[1]]
    assert len(right) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ana Souza", "Ana Souza"), ("me chamo  José ", "José"), ("Meu nome é Li", "Li"), ("123", None), ("por quê?", None),
        ("x", None), ("eu não quero dizer o meu nome para você agora", None),
    ],
)  # fmt: skip
def test_a_name_is_read_or_refused(said: str, name: str | None) -> None:
    assert read_name(said) == name


@pytest.mark.parametrize(
    ("said", "place"), [("2", 1), ("a segunda", 1), ("o último", 2), ("9", None), ("na primeira tela dá erro 5", None)]
)
def test_a_place_in_a_list_is_read(said: str, place: int | None) -> None:
    assert read_position(said, 3) == place


def test_what_can_be_searched_for_has_words() -> None:
    assert has_words("vpn")
    assert not any(map(has_words, ("", "…", "?", "😀", "5", "a b c", "/")))


def test_a_comment_is_told_from_a_question() -> None:
    assert all(
        map(
            looks_like_question,
            ("como troco a senha", "e a impressora?", "não consigo entrar", "a vpn parou de funcionar"),
        )
    )
    assert not any(map(looks_like_question, ("muito bom", "demorou mas resolveu", "gostei da clareza")))


def test_the_type_of_a_ticket_follows_from_its_words() -> None:
    assert ticket_type("a impressora parou") == "incident"
    assert ticket_type("solicito acesso ao sistema") == "service_request"
    assert ticket_type("qual é o prazo?") == "question"


@pytest.mark.parametrize(
    "text",
    [
        "e no celular?",
        "E se eu usar mac?",
        "mas e pra quem está em casa?",
        "serve para linux?",
        "isso vale pra estagiário?",
        "e sem internet",
    ],
)
def test_a_question_that_goes_on_with_the_subject_is_known_by_how_it_begins(text: str) -> None:
    assert is_continuation(text)


@pytest.mark.parametrize(
    "text",
    [
        "como configuro o e-mail no celular?",
        "esqueci minha senha",
        "é no celular",
        "e agora quero saber como peço férias pelo portal do servidor",
        "vpn",
    ],
)
def test_a_question_with_a_subject_of_its_own_does_not_go_on(text: str) -> None:
    assert not is_continuation(text)


@pytest.mark.parametrize(
    "text", ["onde fica isso?", "como abro a fila", "é aquele azul?", "pq não abre", "cadê o botão"]
)
def test_what_asks_for_something_is_told_from_an_answer(text: str) -> None:
    assert asks_something(text)


@pytest.mark.parametrize("text", ["não consigo alcançar", "apareceu", "comigo não", "quero parar", "ondulado"])
def test_an_answer_asks_for_nothing(text: str) -> None:
    assert not asks_something(text)


@pytest.mark.parametrize("said", ["vai se foder", "robô burro", "que MERDA de sistema", "seus palhaços", "vtnc"])
def test_insults_are_told_from_mere_anger(said: str) -> None:
    assert is_abusive(said)


@pytest.mark.parametrize("said", ["que demora", "estou muito irritado", "péssimo", "o cupom não abre", "computador"])
def test_mere_anger_is_no_abuse(said: str) -> None:
    assert not is_abusive(said)
