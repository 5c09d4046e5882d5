"""Steps of guided scripts."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb_index.articles.steps import check_steps

DOCS = Path(__file__).parents[2] / "docs" / "article-format.md"


def documented_steps() -> list[dict[str, Any]]:
    block = re.search(r"```yaml\n(steps:.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert block
    steps: list[dict[str, Any]] = yaml.safe_load(block[1])["steps"]
    steps.insert(1, {"id": "testar_internet", "say": "Teste a internet.", "go": "reiniciar"})
    return steps


def faults_of(steps: object) -> str:
    return "\n".join(str(fault) for fault in check_steps(steps))


def test_the_documented_script_is_sound() -> None:
    assert check_steps(documented_steps()) == []


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        (0, {"id": None}, "step 1: has no id"),
        (0, {"say": "x"}, "exactly one of"),
        (0, {"options": []}, "at least one"),
        (0, {"options": [{"label": "a"}]}, "option 1 needs a label and go"),
        (0, {"options": [{"label": "a", "go": "reiniciar"}, {"label": "a", "go": "codigo"}]}, "two options"),
        (0, {"options": [{"label": "a", "go": "nada"}]}, "goes to 'nada', which is no step"),
        (1, {"go": ""}, "say needs go"),
        (1, {"color": "red"}, "does not know the key color"),
        (3, {"save": "two words"}, "save must be a name"),
        (3, {"save": "x", "go": ""}, "save needs go"),
        (0, {"options": [{"label": str(n), "go": "reiniciar"} for n in range(13)]}, "at most 12 options"),
        (0, {"skip": ""}, "skip names the step"),
        (0, {"skip": "nada"}, "goes to 'nada', which is no step"),
        (0, {"hint": 3}, "hint must be a text"),
        (0, {"ask": "Oi, {ghost}?"}, "{ghost} is saved by no step"),
        (0, {"id": "x" * 81}, "over 80 characters"),
        (4, {"outcome": "party"}, "outcome must be one of"),
        (4, {"fields": {"description": "{ghost}"}}, "{ghost} is saved by no step"),
        (4, {"fields": {"owner": "x"}}, "fields does not know owner"),
        (5, {"group": "n2"}, "belongs to a handoff"),
        (5, {"id": "abrir"}, "used twice"),
    ],
)
def test_a_fault_is_named_with_its_step(place: int, change: dict[str, Any], message: str) -> None:
    steps = copy.deepcopy(documented_steps())
    steps[place].update(change)
    assert message in faults_of(steps)


def test_a_step_that_cannot_be_reached_is_found() -> None:
    assert "'ilha': cannot be reached" in faults_of([*documented_steps(), {"id": "ilha", "outcome": "solved"}])


def test_a_loop_without_an_exit_is_found_and_one_with_an_exit_is_fine() -> None:
    again = [{"label": "De novo", "go": "a"}]
    loop = [{"id": "a", "say": "oi", "go": "b"}, {"id": "b", "check": "Foi?", "options": again}]
    assert "loop without an exit" in faults_of(loop)
    loop[1]["options"] = [*again, {"label": "Foi", "go": "c"}]
    assert check_steps([*loop, {"id": "c", "outcome": "solved"}]) == []


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_stands_for_steps_never_raises(steps: object) -> None:
    check_steps(steps)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["id", "say", "ask", "check", "outcome", "go", "save", "options", "fields", "text", "group"]
            ),
            st.sampled_from(["a", "b", "solved", "ticket", "{a}"])
            | st.none()
            | st.lists(st.dictionaries(st.sampled_from(["label", "go", "means"]), st.sampled_from(["a", "b"]))),
            min_size=1,
        ),
        max_size=6,
    )
)
def test_steps_of_about_the_right_shape_never_raise(steps: list[dict[str, Any]]) -> None:
    check_steps(steps)


def branching(**change: Any) -> list[dict[str, Any]]:
    places = [{"label": "Casa", "go": "b"}, {"label": "Agência", "go": "b"}]
    cases = [{"is": "Casa", "go": "casa"}]
    return [
        {"id": "a", "ask": "Onde?", "save": "onde", "options": places},
        {"id": "b", "branch": "onde", "cases": cases, "otherwise": "fim", **change},
        {"id": "casa", "say": "Ligue a VPN.", "go": "fim"},
        {"id": "fim", "outcome": "solved"},
    ]


def test_a_branch_by_an_earlier_answer_is_sound() -> None:
    assert check_steps(branching()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"branch": "quando"}, "branches on 'quando', which is saved by no step"),
        ({"cases": []}, "branch needs cases"),
        ({"cases": [{"is": "Casa"}]}, "case 1 needs is and go"),
        ({"cases": [{"is": "Rua", "go": "casa"}]}, "waits for 'Rua', which is no option"),
        ({"otherwise": None}, "branch needs otherwise"),
        ({"otherwise": "nada"}, "goes to 'nada', which is no step"),
        ({"options": []}, "does not know the key options"),
    ],
)
def test_a_fault_of_a_branch_is_named(change: dict[str, Any], message: str) -> None:
    assert message in faults_of(branching(**change))


def test_a_loop_that_never_asks_is_found_although_it_has_an_exit() -> None:
    steps = branching()
    steps[2]["go"] = "b"
    assert "'casa': stands in a loop that never asks anything" in faults_of(steps)


def test_every_script_of_the_sample_is_sound() -> None:
    from kb_index.articles.importers.markdown import parse

    paths = sorted((DOCS.parents[1] / "kb_index" / "sample").rglob("*.md"))
    scripts = [steps for path in paths if (steps := parse(path.read_text("utf-8"))[0].get("steps"))]
    assert len(scripts) == 24
    assert [faults_of(steps) for steps in scripts if check_steps(steps)] == []
