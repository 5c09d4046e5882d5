"""CPFs are told by their digits and masked; other numbers are left as they are."""

import pytest

from balcao.personal import is_cpf, mask_cpfs, masked, wrong_cpf


@pytest.mark.parametrize("text", ["529.982.247-25", "52998224725", "meu cpf é 529 982 247 25", "CPF: 529982247/25"])
def test_a_cpf_is_shown_by_its_middle_digits_alone(text: str) -> None:
    assert "***.982.247-**" in mask_cpfs(text)
    assert "529" not in mask_cpfs(text)


def test_what_is_written_as_a_cpf_is_masked_even_with_a_wrong_digit() -> None:
    assert mask_cpfs("cpf 52998224726, erro") == "cpf ***.982.247-**, erro"
    assert mask_cpfs("529.982.247-26") == "***.982.247-**"


@pytest.mark.parametrize(
    "text",
    ["(61) 99999-0000", "61999990000", "2026-000123-7", "patrimônio 529982247", "NF 5299822472500", "1.234.567,89"],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cpfs(text) == text


def test_a_cpf_with_a_wrong_digit_is_noticed_and_a_right_one_or_another_number_is_not() -> None:
    assert wrong_cpf("meu cpf 529.982.247-26")
    assert wrong_cpf("o cpf do usuário é 11111111111")
    assert not wrong_cpf("cpf 529.982.247-25")
    assert not wrong_cpf("ligue 61999990000")
    assert is_cpf("52998224725")


def test_data_is_masked_through_and_through() -> None:
    assert masked({"a": ["cpf 52998224725", 5], "b": None}) == {"a": ["cpf ***.982.247-**", 5], "b": None}
