"""Checks the steps of a guided script. Pure: takes what the file said, returns the faults.

First the shape of each step (docs/article-format.md), then, where all are well formed, their graph
(:mod:`kb_index.articles.step_graph`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kb_index.articles.step_graph import graph_messages

MAX_STEPS = 200
MAX_OPTIONS = 12
MAX_ID = 80
_ACTIONS = ("say", "ask", "check", "branch", "outcome")
_OUTCOMES = ("solved", "ticket", "handoff")
_FIELDS = {"description", "impact", "classification"}
_KEYS = {
    "say": {"id", "say", "go"},
    "ask": {"id", "ask", "options", "save", "go", "skip", "hint"},
    "check": {"id", "check", "options", "save", "skip", "hint"},
    "branch": {"id", "branch", "cases", "otherwise"},
    "outcome": {"id", "outcome", "text", "fields", "group"},
}
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class StepFault:
    """What is wrong with a step; ``place`` is its number from 1 (0: the whole script), ``step`` its id if it has one."""

    place: int
    step: str | None
    message: str

    def __str__(self) -> str:
        name = f"step {self.step!r}" if self.step else f"step {self.place}" if self.place else "steps"
        return f"{name}: {self.message}"


def check_steps(steps: object) -> list[StepFault]:
    """All faults of ``steps``, in the order of the steps; an empty list means that the script is sound."""
    if not isinstance(steps, list) or not steps:
        return [StepFault(0, None, "must be a list of at least one step")]
    if len(steps) > MAX_STEPS:
        return [StepFault(0, None, f"at most {MAX_STEPS} steps")]
    faults = [fault for place, step in enumerate(steps, 1) for fault in _check_shape(place, step)]
    faults += _check_unique([step for step in steps if isinstance(step, dict)])
    return sorted(faults or _check_graph(steps), key=lambda fault: fault.place)


def _check_shape(place: int, step: object) -> Iterable[StepFault]:
    if not isinstance(step, dict):
        yield StepFault(place, None, "must be a mapping with an id")
        return
    name = step.get("id")
    step_id = name if _is_text(name) else None
    if step_id is None:
        yield StepFault(place, None, "has no id")
    elif len(step_id) > MAX_ID:
        yield StepFault(place, step_id, f"its id has over {MAX_ID} characters")
    for message in _shape_messages(step):
        yield StepFault(place, step_id, message)


def _shape_messages(step: dict[str, Any]) -> Iterable[str]:
    present = [action for action in _ACTIONS if action in step]
    if len(present) != 1:
        yield f"must have exactly one of {', '.join(_ACTIONS)}" + (f", not {', '.join(present)}" if present else "")
        return
    action = present[0]
    unknown = sorted(str(key) for key in step if key not in _KEYS[action])
    if unknown:
        yield f"does not know the key {', '.join(unknown)} beside {action}"
    if not _is_text(step[action]):
        yield f"{action} must be a text"
    yield from _CHECKS[action](step)


def _check_say(step: dict[str, Any]) -> Iterable[str]:
    if not _is_text(step.get("go")):
        yield "say needs go: the step that follows"


def _check_ask(step: dict[str, Any]) -> Iterable[str]:
    if "options" in step:
        if "go" in step:
            yield "ask with options takes no go: each option has its own"
        yield from _check_choice(step)
    elif "save" in step:
        yield from _check_extras(step)
        if not _is_text(step.get("go")):
            yield "save needs go: the step that follows"
    else:
        yield "ask needs options, or save and go for an answer in free text"


def _check_choice(step: dict[str, Any]) -> Iterable[str]:
    yield from _check_extras(step)
    yield from _check_options(step)


def _check_extras(step: dict[str, Any]) -> Iterable[str]:
    if "save" in step and (not isinstance(step["save"], str) or not _NAME.fullmatch(step["save"])):
        yield "save must be a name of letters, digits and _"
    if "skip" in step and not _is_text(step["skip"]):
        yield "skip names the step that follows when this one is skipped"
    if "hint" in step and not _is_text(step["hint"]):
        yield "hint must be a text"


def _check_branch(step: dict[str, Any]) -> Iterable[str]:
    cases = step.get("cases")
    if not isinstance(cases, list) or not cases:
        yield "branch needs cases: a list of at least one {is, go}"
        return
    for number, case in enumerate(cases, 1):
        if not isinstance(case, dict) or set(case) != {"is", "go"} or not all(_is_text(case[key]) for key in case):
            yield f"case {number} needs is and go, and nothing else"
    if not _is_text(step.get("otherwise")):
        yield "branch needs otherwise: the step for any other answer"


def _check_options(step: dict[str, Any]) -> Iterable[str]:
    options = step.get("options")
    if not isinstance(options, list) or not options:
        yield "options must be a list of at least one"
        return
    if len(options) > MAX_OPTIONS:
        yield f"at most {MAX_OPTIONS} options"
    labels: set[str] = set()
    for number, option in enumerate(options, 1):
        yield from _check_option(number, option, labels)


def _check_option(number: int, option: object, labels: set[str]) -> Iterable[str]:
    if not isinstance(option, dict) or not _is_text(option.get("label")) or not _is_text(option.get("go")):
        yield f"option {number} needs a label and go"
        return
    if option["label"] in labels:
        yield f"two options have the label {option['label']!r}"
    labels.add(option["label"])
    if set(option) - {"label", "go", "means"}:
        yield f"option {number} does not know the key {', '.join(sorted(set(option) - {'label', 'go', 'means'}))}"
    means = option.get("means", [])
    if not isinstance(means, list) or not all(_is_text(mean) for mean in means):
        yield f"means of option {number} must be a list of texts"


def _check_outcome(step: dict[str, Any]) -> Iterable[str]:
    if step["outcome"] not in _OUTCOMES:
        yield f"outcome must be one of {', '.join(_OUTCOMES)}, not {step['outcome']!r}"
    if "text" in step and not _is_text(step["text"]):
        yield "text must be a text"
    if "group" in step and (step["outcome"] != "handoff" or not _is_text(step["group"])):
        yield "group is a text, and belongs to a handoff"
    if "fields" in step:
        yield from _check_fields(step)


def _check_fields(step: dict[str, Any]) -> Iterable[str]:
    fields = step["fields"]
    if step["outcome"] != "ticket" or not isinstance(fields, dict):
        yield "fields is a mapping, and belongs to a ticket"
        return
    unknown = sorted(str(key) for key in fields if key not in _FIELDS)
    if unknown:
        yield f"fields does not know {', '.join(unknown)}"
    if not all(_is_text(value) for value in fields.values()):
        yield "the values of fields must be texts"


_CHECKS: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "say": _check_say,
    "ask": _check_ask,
    "check": _check_choice,
    "branch": _check_branch,
    "outcome": _check_outcome,
}


def _check_unique(steps: Sequence[dict[str, Any]]) -> Iterable[StepFault]:
    seen: set[str] = set()
    for place, step in enumerate(steps, 1):
        name = step.get("id")
        if isinstance(name, str) and name in seen:
            yield StepFault(place, name, "the id is used twice")
        elif isinstance(name, str):
            seen.add(name)


def _check_graph(steps: Sequence[dict[str, Any]]) -> list[StepFault]:
    places = {step["id"]: place for place, step in enumerate(steps, 1)}
    return [StepFault(places[name], name, message) for name, message in graph_messages(steps)]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
