"""Abbreviations and kinds of question."""

import numpy as np
import pytest

from kb_index.ranking.texts import words
from kb_index.ranking.wording import kinds, kinds_alike


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("n consigo logar no sist", "não consigo logar no sistema"),
        ("oq é vpn", "o que é VPN"),
        ("pq vc n responde", "porque você não responde"),
    ],
)
def test_what_people_type_becomes_what_they_mean(typed: str, meant: str) -> None:
    assert words(typed) == words(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O que é trilha?", "me explique o significado de trilha"),
        ("Quanto custa a segunda via?", "a segunda via é gratuita?"),
        ("Até quando posso entregar?", "qual o prazo que posso ter"),
        ("Onde encontro o calendário?", "qual o link do calendário"),
    ],
)
def test_questions_of_one_kind_are_known_as_such(one: str, other: str) -> None:
    assert kinds(words(one)) & kinds(words(other))


def test_asking_what_and_asking_how_are_apart() -> None:
    what, how = kinds(words("o que é o estágio")), kinds(words("como faço o estágio"))
    alike = kinds_alike(what, np.array([what, how, 0], np.uint32))
    assert alike[0].tolist() == [1.0, 0.0]
    assert alike[1].tolist() == [0.0, -1.0]
    assert alike[2].tolist() == [0.0, 0.0]
