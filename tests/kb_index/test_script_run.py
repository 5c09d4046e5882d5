"""Running scripts: every run ends, back undoes, and what was tried is told."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_index.articles.importers.markdown import parse
from kb_index.articles.script_run import MAX_ANSWERS, CannotDo, LostPlace, Run, Script
from kb_index.articles.script_turns import Said, take
from tests.kb_index.test_steps import branching, documented_steps

SAMPLE = Path(__file__).parents[2] / "kb_index" / "sample"


def _sample_scripts() -> list[list[dict[str, Any]]]:
    found = [parse(path.read_text("utf-8"))[0].get("steps") for path in sorted(SAMPLE.rglob("*.md"))]
    return [steps for steps in found if steps]


SCRIPTS = [Script(steps) for steps in _sample_scripts()]


def _answer(script: Script, run: Run, rng: random.Random) -> Any:
    question = script.question(run)
    assert question is not None
    if question.options:
        return script.choose(run, rng.randrange(len(question.options)))
    return script.tell(run, "IPE-PC-1")


@given(st.sampled_from(SCRIPTS), st.integers())
def test_every_run_of_the_sample_reaches_an_outcome(script: Script, seed: int) -> None:
    rng, turn = random.Random(seed), script.begin()
    for _ in range(300):
        if turn.outcome is not None:
            assert turn.question is None
            break
        turn = _answer(script, turn.run, rng)
    assert turn.outcome is not None


@given(st.sampled_from(SCRIPTS), st.integers())
def test_back_undoes_whatever_was_answered(script: Script, seed: int) -> None:
    rng, turn = random.Random(seed), script.begin()
    while turn.outcome is None and len(turn.run.answers) < 8:
        after = _answer(script, turn.run, rng)
        assert script.back(after.run).run == turn.run
        turn = after


@given(st.sampled_from(SCRIPTS), st.integers())
def test_a_run_can_be_taken_up_where_it_was_left(script: Script, seed: int) -> None:
    rng, turn = random.Random(seed), script.begin()
    while turn.outcome is None:
        assert script.again(turn.run).question == turn.question
        turn = _answer(script, turn.run, rng)
    assert script.again(turn.run).outcome == turn.outcome


def test_back_at_the_start_cannot_be_done() -> None:
    script = Script(documented_steps())
    with pytest.raises(CannotDo, match="at_start"):
        script.back(script.begin().run)


def test_what_was_saved_stands_in_the_fields_of_the_ticket() -> None:
    script = Script(documented_steps())
    run = Run("codigo")
    outcome = script.tell(run, "  E403 ").outcome
    assert outcome is not None
    assert outcome.fields == {"description": "VPN com erro E403 após reiniciar", "impact": "individual"}


def test_what_was_skipped_is_a_dash_in_the_fields_and_told_as_skipped() -> None:
    script = Script(documented_steps())
    turn = script.skip(Run("codigo"))
    assert turn.outcome is not None
    assert turn.outcome.fields["description"] == "VPN com erro – após reiniciar"
    assert [(row.answer, row.note) for row in script.tried(turn.run)] == [("–", "skipped")]


def test_a_branch_goes_by_an_earlier_answer() -> None:
    script = Script(branching())
    assert script.choose(script.begin().run, 0).says == ("Ligue a VPN.",)
    assert script.choose(script.begin().run, 1).says == ()


def test_a_branch_finds_its_words_in_free_text() -> None:
    steps = branching()
    steps[0] = {"id": "a", "ask": "Onde?", "save": "onde", "go": "b"}
    script = Script(steps)
    assert script.tell(script.begin().run, "estou em CASA hoje").says == ("Ligue a VPN.",)
    assert script.tell(script.begin().run, "no casarão").says == ()


def test_the_last_answer_counts_when_a_question_is_answered_twice() -> None:
    steps = branching()
    steps[3] = {
        "id": "fim",
        "ask": "De novo?",
        "options": [{"label": "Sim", "go": "a"}, {"label": "Não", "go": "fora"}],
    }
    script = Script([*steps, {"id": "fora", "outcome": "solved", "text": "Você está em: {onde}"}])
    run = script.choose(script.begin().run, 0).run
    run = script.choose(script.choose(run, 0).run, 1).run
    outcome = script.choose(run, 1).outcome
    assert outcome is not None
    assert outcome.text == "Você está em: Agência"


def test_skip_goes_where_the_step_says() -> None:
    steps = branching()
    steps[0]["skip"] = "casa"
    assert Script(steps).skip(Run("a")).says == ("Ligue a VPN.",)


def test_a_question_that_decides_cannot_be_skipped() -> None:
    with pytest.raises(CannotDo, match="must_answer"):
        Script(branching()).skip(Run("a"))


def test_skipping_never_passes_for_solved() -> None:
    options = [{"label": "Carrega", "go": "b"}, {"label": "Não carrega", "go": "fim"}]
    more = [{"label": "Sim", "go": "fim"}, {"label": "Não", "go": "pessoa"}]
    ends = [{"id": "fim", "outcome": "solved"}, {"id": "pessoa", "outcome": "handoff"}]
    script = Script(
        [{"id": "a", "check": "Carrega?", "options": options}, {"id": "b", "check": "E agora?", "options": more}, *ends]
    )
    with pytest.raises(CannotDo, match="must_answer"):
        script.skip(Run("a"))
    with pytest.raises(CannotDo, match="which_result"):
        script.already_done(Run("a"))
    outcome = script.skip(Run("b")).outcome
    assert outcome is not None
    assert outcome.kind == "handoff"


def test_done_before_asks_for_the_result_where_no_option_says_no() -> None:
    options = [{"label": "Verde", "go": "fim"}, {"label": "Azul", "go": "fim"}]
    script = Script([{"id": "a", "check": "Que luz?", "options": options}, {"id": "fim", "outcome": "solved"}])
    with pytest.raises(CannotDo, match="which_result"):
        script.already_done(script.begin().run)


@pytest.mark.parametrize("run", [Run("gone"), Run("abrir_nada"), Run("testar_internet")])
def test_a_run_at_a_step_that_is_no_stop_is_lost(run: Run) -> None:
    with pytest.raises(LostPlace):
        Script(documented_steps()).again(run)


def test_a_run_goes_round_a_loop_for_ever_without_growing_for_ever() -> None:
    options = [{"label": "De novo", "go": "a"}, {"label": "Chega", "go": "fim"}]
    script = Script([{"id": "a", "check": "Foi?", "options": options}, {"id": "fim", "outcome": "solved"}])
    run = script.begin().run
    for _ in range(3 * MAX_ANSWERS):
        run = script.choose(run, 0).run
    assert len(run.answers) == MAX_ANSWERS


@given(
    st.sampled_from(SCRIPTS),
    st.lists(
        st.builds(
            Said,
            option=st.none() | st.integers(0, 20),
            step=st.none() | st.sampled_from(["inicio", "chamado", "gone"]),
            text=st.none() | st.text(max_size=30) | st.sampled_from(["sim", "não", "2", "a última"]),
            move=st.none() | st.sampled_from(["again", "back", "skip", "already", "yes", "no", "restart"]),
            otherwise=st.none() | st.sampled_from(["back", "skip", "yes"]),
        ),
        max_size=12,
    ),
)
def test_whatever_is_done_there_is_a_question_or_an_outcome(script: Script, doings: list[Said]) -> None:
    taken = take(script, None, Said())
    for said in doings:
        taken = take(script, taken.turn.run, said)
        assert (taken.turn.question is None) != (taken.turn.outcome is None)
