"""Reading what people type to the steps of the sample's scripts: first by words, then by meaning."""

from pathlib import Path

import pytest

from kb_index.articles.importers.markdown import parse
from kb_index.articles.replies import Option, no_option, read_reply, yes_option
from kb_index.articles.script_run import options_of
from kb_index.search.meaning import MeaningReader

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "kb_index" / "sample"
YES_NO = [Option("Funcionou", ("sim",)), Option("Continua igual", ("não",))]
LIGHTS = [Option("Luz verde"), Option("Luz vermelha", ("alerta",)), Option("Nenhuma luz", ("apagada",))]


def written_replies() -> list[tuple[str, list[Option], int | None]]:
    """Reply, the options of its step, and the option that it means."""
    scripts = {}
    for path in sorted(SAMPLE.rglob("*.md")):
        values, _ = parse(path.read_text("utf-8"))
        if values.get("steps"):
            scripts[values["id"]] = {step["id"]: step for step in values["steps"]}
    found = []
    for line in (HERE / "script_replies.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            script, step, reply, meant = (part.strip() for part in line.split("|"))
            found.append((reply, list(options_of(scripts[script][step])), None if meant == "-" else int(meant)))
    return found


def test_words_alone_are_seldom_wrong_and_read_most_short_replies() -> None:
    replies = written_replies()
    read = [(read_reply(text, options), meant) for text, options, meant in replies]
    assert len(replies) >= 130
    assert sum(given is not None and given != meant for given, meant in read) <= 2
    assert sum(given is not None and given == meant for given, meant in read) >= 55


def test_words_and_meaning_together_understand_what_people_type(embedder) -> None:
    by_meaning = MeaningReader(embedder)
    right = wrong = 0
    replies = written_replies()
    for text, options, meant in replies:
        given = read_reply(text, options)
        given = by_meaning(text, options) if given is None else given
        right += given == meant and meant is not None
        wrong += given is not None and given != meant
    answers = sum(meant is not None for _, _, meant in replies)
    assert right / answers >= 0.8
    assert wrong / len(replies) <= 0.08


def test_a_reader_whose_model_fails_leaves_it_open() -> None:
    class Broken:
        id, dimension = "broken", 4

        def query_embed(self, texts):
            raise RuntimeError

        passage_embed = query_embed

    assert MeaningReader(Broken())("verde", LIGHTS) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("verde", 0), ("a luz verde", 0), ("vermelha", 1), ("deu alerta", 1), ("1", 0), ("opção 2", 1), ("a segunda", 1),
        ("terceira", 2), ("a última", 2), ("último", 2), ("ta apagada", 2), ("APAGADA!", 2), ("vermelia", 1), ("luz", None),
        ("9", None), ("", None), ("???", None), ("a luz não é verde", None), ("verde ou vermelha", None), ("a primeira opção", 0),
    ],
)  # fmt: skip
def test_an_option_is_named_by_place_words_or_with_a_slip(text: str, place: int | None) -> None:
    assert read_reply(text, LIGHTS) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sim", 0), ("ss", 0), ("funcionou", 0), ("funcionou sim", 0), ("funcionou!!", 0), ("não", 1), ("n", 1), ("naum", 1),
        ("não funcionou", 1), ("n funcionou nao", 1), ("ainda não funcionou", 1), ("nada", 1), ("continua", 1), ("igual", 1),
        ("sim, mas continua igual", 1), ("não, continua igual", 1), ("uhum", 0), ("talvez", None),
    ],
)  # fmt: skip
def test_yes_and_no_are_read_and_denials_turn_them_round(text: str, place: int | None) -> None:
    assert read_reply(text, YES_NO) == place


def test_no_is_the_other_of_two_where_one_says_yes() -> None:
    options = [Option("Abriu", ("sim",)), Option("Deu erro")]
    assert (yes_option(options), no_option(options)) == (0, 1)


def test_yes_and_no_stand_for_none_of_many_that_do_not_say_so() -> None:
    assert (yes_option(LIGHTS), no_option(LIGHTS)) == (None, None)
