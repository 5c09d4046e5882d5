"""Which files are taken, by name and content; and what becomes of names."""

import pytest

from balcao.errors import InvalidInput
from handoff.attachments.kinds import KNOWN, check_suffix, clean_name, is_image, type_of
from tests.handoff.attachments import files


@pytest.mark.parametrize(
    ("suffix", "content", "type_"),
    [
        ("png", files.png(), "image/png"),
        ("jpg", files.JPG, "image/jpeg"),
        ("jpeg", files.JPG, "image/jpeg"),
        ("gif", b"GIF89a" + b"\x00" * 20, "image/gif"),
        ("webp", b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"\x00" * 20, "image/webp"),
        ("pdf", files.PDF, "application/pdf"),
        ("txt", "não consigo entrar\n".encode(), "text/plain"),
        ("txt", "não consigo entrar\r\n".encode("cp1252"), "text/plain"),
        ("log", "ERRO".encode("utf-16"), "text/plain"),
        ("csv", b"nome;valor\nAna;1\n", "text/csv"),
        ("docx", files.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", files.zipped(a="1"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("zip", files.zipped(a="1"), "application/zip"),
        ("zip", files.docx(), "application/zip"),
        ("ogg", files.OGG, "audio/ogg"),
        ("mp3", files.MP3, "audio/mpeg"),
        ("m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + b"\x00" * 20, "audio/mp4"),
        ("mp4", files.MP4, "video/mp4"),
    ],
)
def test_a_file_that_is_what_its_name_says_has_the_type_of_its_name(suffix: str, content: bytes, type_: str) -> None:
    assert type_of(suffix, content) == type_


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        ("png", files.HTML),
        ("png", files.SVG),
        ("png", files.JPG),
        ("jpg", files.PDF),
        ("pdf", files.EXE),
        ("docx", files.EXE),
        ("docx", b"some words"),
        ("zip", files.png()),
        ("txt", files.EXE),
        ("txt", files.png()),
        ("csv", b"a\x00b"),
        ("mp3", files.HTML),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(suffix: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        type_of(suffix, content)
    assert refused.value.error_code == "attachment_mismatch"


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(InvalidInput) as refused:
        type_of("txt", b"")
    assert refused.value.error_code == "attachment_empty"


@pytest.mark.parametrize(
    "name",
    [
        "foto.svg",
        "pagina.html",
        "a.htm",
        "x.xhtml",
        "programa.exe",
        "macro.docm",
        "roda.js",
        "sem ponto",
        "png",
        ".",
        "a.png.exe",
    ],
)
def test_a_name_of_another_kind_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_suffix(clean_name(name), KNOWN)
    assert refused.value.error_code == "attachment_type"


def test_the_end_of_the_name_counts_in_any_letters_and_only_if_it_is_allowed_here() -> None:
    assert check_suffix("FOTO.PNG", KNOWN) == "png"
    with pytest.raises(InvalidInput):
        check_suffix("FOTO.PNG", frozenset({"pdf"}))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\tela.png", "tela.png"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("..", "arquivo"),
        ("", "arquivo"),
        ("\x00\x01", "arquivo"),
        (".png", "png"),
        ("foto\u202egnp.exe", "fotognp.exe"),
        ("nota\r\nSet-Cookie: a=b.txt", "nota Set-Cookie_ a=b.txt"),
        ('a"b<c>d|e?f*g.txt', "a_b_c_d_e_f_g.txt"),
        ("  relatório   final .pdf ", "relatório final.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("sem fim." + "y" * 50, "sem fim." + "y" * 50),
    ],
)
def test_a_name_is_kept_without_what_could_deceive_or_lead_elsewhere(raw: str, kept: str) -> None:
    assert clean_name(raw) == kept
    assert clean_name(kept) == kept


def test_only_what_still_is_an_image_is_shown_as_one() -> None:
    assert is_image("image/png", files.png())
    assert not is_image("image/png", files.HTML)
    assert not is_image("application/pdf", files.PDF)
    assert not is_image("text/plain", files.png())
