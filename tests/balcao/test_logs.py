"""Personal data and secrets never reach a log."""

import pytest

from balcao.logs import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("escreva para maria.silva@ipe.example hoje", "escreva para [e-mail] hoje"),
        ("cpf 529.982.247-25", "cpf [CPF]"),
        ("cpf 52998224725", "cpf [CPF]"),
        ("ligue (61) 99876-5432", "ligue [telefone]"),
        ("+55 61 3333-4444", "[telefone]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [secret]"),
        ("a senha: hunter22 não entra", "a senha: [secret] não entra"),
        ("protocolo 2026-000123-7", "protocolo 2026-000123-7"),
    ],
)
def test_text_is_masked(text, masked):
    assert mask(text) == masked
