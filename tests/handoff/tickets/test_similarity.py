"""The same problem told twice is recognised; another problem of the same service is not."""

import pytest

from handoff.tickets.similarity import ALIKE, likeness

SAME = [
    ("A VPN cai a cada dez minutos", "a vpn esta caindo toda hora, a cada 10 minutos"),
    ("Não recebo e-mails de fora do órgão", "nao estou recebendo email externo, de fora do orgao"),
    ("impressora do 3º andar sem toner", "acabou o toner da impressora do 3 andar"),
    ("o contracheque de outubro não abre", "contracheque nao abre"),
    ("token do certificado digital não é reconhecido no notebook", "o notebook não reconhece o token do certificado"),
    ("Minha conta foi bloqueada", "conta bloqueada, não consigo entrar na conta"),
    ("wifi da sala 302 muito lento", "o wi-fi da sala 302 está lento demais, a página demora"),
    ("erro 500 ao assinar documento no SIPE", "SIPE dá erro 500 quando vou assinar um documento"),
    ("monitor piscando", "meu monitor fica piscando e apagando"),
    ("Preciso instalar o AutoCAD no meu computador", "instalar autocad"),
    ("a senha da vpn expirou e não consigo trocar", "senha expirada na vpn, nao deixa trocar a senha"),
    ("Pasta da rede sumiu", "sumiu a pasta de rede do setor"),
]
OTHER = [
    ("A VPN cai a cada dez minutos", "preciso instalar a VPN no celular novo"),
    ("Não recebo e-mails de fora do órgão", "quero aumentar a cota da caixa postal"),
    ("impressora do 3º andar sem toner", "a digitalização não chega na pasta"),
    ("o contracheque de outubro não abre", "minhas férias não aparecem no portal"),
    ("token do certificado digital não é reconhecido", "quero renovar o certificado que vence em dezembro"),
    ("Minha conta foi bloqueada", "trocar o celular do segundo fator"),
    ("wifi da sala 302 muito lento", "liberar acesso ao site do fornecedor"),
    ("erro 500 ao assinar documento no SIPE", "não consigo tramitar o processo para outra unidade no SIPE"),
    ("monitor piscando", "trocar o teclado que está com a tecla quebrada"),
    ("Preciso instalar o AutoCAD no meu computador", "o computador está lento desde ontem"),
    ("Pasta da rede sumiu", "cabo de rede com mau contato na mesa"),
    ("a senha da vpn expirou", "não consigo acessar a vpn de casa, dá erro 619"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_problem_in_other_words_is_alike(one: str, other: str) -> None:
    assert likeness(one, other) >= ALIKE
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_problem_of_the_same_service_is_not_alike(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE


def test_nothing_said_is_like_nothing() -> None:
    assert likeness("", "a vpn cai") == 0.0
    assert likeness("não funciona", "não está funcionando") == 0.0, "no word of it says what"
