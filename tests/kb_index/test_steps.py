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
        (3, {"options": []}, "either options or save"),
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
