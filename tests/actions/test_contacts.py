"""Addresses and phone numbers as Brazilians write them."""

import pytest

from actions.contacts import read_contact, read_email, read_phone


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("ana@orgao.gov.br", "ana@orgao.gov.br"), ("meu email é ANA.S@orgao.gov.br.", "ana.s@orgao.gov.br"),
        ("ana arroba orgao ponto gov ponto br", "ana@orgao.gov.br"), ("ana @ orgao.gov.br", "ana@orgao.gov.br"),
        ("ana@orgao", None), ("ana@@orgao.gov.br", None), ("ana..@b..br", None), ("não tenho", None), ("@x.br", None),
        ("ana@gmail.con", None),
    ],
)  # fmt: skip
def test_an_address_is_read_or_refused(said: str, address: str | None) -> None:
    assert read_email(said) == address


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("61 99999-1234", "(61) 99999-1234"), ("+55 (11) 3333-4444", "(11) 3333-4444"), ("061 99999-1234", "(61) 99999-1234"),
        ("0xx61 3333-4444", "(61) 3333-4444"), ("(61) 9 9999.1234", "(61) 99999-1234"), ("meu zap: 61999991234", "(61) 99999-1234"),
        ("61 3411-1234 ramal 55", "(61) 3411-1234 ramal 55"), ("0800 727 2323", "0800 727 2323"),
        ("+351 912 345 678", "+351 912 345 678"), ("99999-1234", None), ("ramal 12", None), ("20 99999-1234", None),
        ("2026-000123-7", None),
    ],
)  # fmt: skip
def test_a_phone_is_read_with_its_area_code(said: str, number: str | None) -> None:
    assert read_phone(said) == number


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("99999-1234", "utter_phone_needs_area"),
        ("529.982.247-25", "utter_contact_is_cpf"),
        ("52998224725", "utter_contact_is_cpf"),
    ],
)
def test_what_is_nearly_a_contact_is_told_what_it_lacks(said: str, words: str) -> None:
    contact = read_contact(said)
    assert contact is not None
    assert (contact.value, contact.words) == (None, words)


def test_an_address_wins_over_a_phone() -> None:
    contact = read_contact("61 99999-1234 ou ana@orgao.gov.br")
    assert contact is not None
    assert contact.value == "ana@orgao.gov.br"
