"""Checks the steps of a guided script. Pure: takes what the file said, returns the faults.

A script is a directed graph. It is sound if each step is well formed, each ``go`` names a step, each step can be reached from
the first, and from each step some outcome can be reached (so there is no dead end and no loop without an exit).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_STEPS = 200
_ACTIONS = ("say", "ask", "check", "outcome")
_OUTCOMES = ("solved", "ticket", "handoff")
_FIELDS = {"description", "impact", "classification"}
_KEYS = {
    "say": {"id", "say", "go"},
    "ask": {"id", "ask", "options", "save", "go"},
    "check": {"id", "check", "options"},
    "outcome": {"id", "outcome", "text", "fields", "group"},
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
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


def targets(step: Mapping[str, Any]) -> list[str]:
    """The ids of the steps to which ``step`` may go."""
    found = [step["go"]] if "go" in step else []
    return found + [option["go"] for option in step.get("options") or []]


def _check_shape(place: int, step: object) -> Iterable[StepFault]:
    if not isinstance(step, dict):
        yield StepFault(place, None, "must be a mapping with an id")
        return
    name = step.get("id")
    step_id = name if _is_text(name) else None
    if step_id is None:
        yield StepFault(place, None, "has no id")
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
    if ("options" in step) == ("save" in step):
        yield "ask needs either options or save"
    elif "options" in step:
        if "go" in step:
            yield "ask with options takes no go: each option has its own"
        yield from _check_options(step)
    else:
        yield from _check_save(step)


def _check_save(step: dict[str, Any]) -> Iterable[str]:
    if not isinstance(step["save"], str) or not _NAME.fullmatch(step["save"]):
        yield "save must be a name of letters, digits and _"
    if not _is_text(step.get("go")):
        yield "save needs go: the step that follows"


def _check_options(step: dict[str, Any]) -> Iterable[str]:
    options = step.get("options")
    if not isinstance(options, list) or not options:
        yield "options must be a list of at least one"
        return
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
    "check": _check_options,
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
    edges = {step["id"]: targets(step) for step in steps}
    faults = [
        StepFault(places[source], source, f"goes to {target!r}, which is no step")
        for source, outs in edges.items()
        for target in outs
        if target not in places
    ]
    faults += [StepFault(places[name], name, message) for name, message in _check_placeholders(steps)]
    if faults:
        return faults
    reached = _closure({steps[0]["id"]}, edges)
    faults = [StepFault(places[name], name, "cannot be reached") for name in edges if name not in reached]
    ending = _closure({step["id"] for step in steps if "outcome" in step}, _reversed(edges))
    message = "no outcome can be reached from here: a dead end or a loop without an exit"
    return faults + [StepFault(places[name], name, message) for name in edges if name not in ending]


def _check_placeholders(steps: Sequence[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    saved = {step["save"] for step in steps if "save" in step}
    for step in steps:
        for value in (step.get("fields") or {}).values():
            for name in _PLACEHOLDER.findall(value):
                if name not in saved:
                    yield step["id"], f"{{{name}}} is saved by no step"


def _closure(start: set[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _reversed(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    back: dict[str, list[str]] = {name: [] for name in edges}
    for source, outs in edges.items():
        for target in outs:
            back[target].append(source)
    return back


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
