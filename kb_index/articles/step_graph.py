"""Where the steps of a script lead. Pure: takes well-formed steps, returns what is wrong with their graph.

It is sound if each ``go`` names a step, each step can be reached from the first, some outcome can be reached from each step
(no dead end, no loop without an exit), no loop goes round without asking anything, and each name is saved by some step.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PLACEHOLDER = re.compile(r"\{([^\W\d]\w*)\}")
TEXTS = ("say", "ask", "check", "text", "hint")
_SILENT = ("say", "branch")


def targets(step: Mapping[str, Any]) -> list[str]:
    """The ids of the steps to which ``step`` may go."""
    found = [step[key] for key in ("go", "skip", "otherwise") if key in step]
    return found + [part["go"] for key in ("options", "cases") for part in step.get(key) or []]


def graph_messages(steps: Sequence[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """Each fault as the id of its step and a message. Other faults are looked for only where every name is known."""
    edges = {step["id"]: targets(step) for step in steps}
    unknown = [*_unknown_steps(edges), *_unknown_names(steps)]
    yield from unknown
    if not unknown:
        yield from _unreachable(steps, edges)
        yield from _endless(steps, edges)


def _unknown_steps(edges: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    for source, outs in edges.items():
        for target in outs:
            if target not in edges:
                yield source, f"goes to {target!r}, which is no step"


def _unknown_names(steps: Sequence[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """Names that stand in texts, fields or branches, and that no step saves; labels that a branch waits for in vain."""
    saving: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        if "save" in step:
            saving.setdefault(step["save"], []).append(step)
    for step in steps:
        for text in (*(step.get(key, "") for key in TEXTS), *(step.get("fields") or {}).values()):
            for name in PLACEHOLDER.findall(text):
                if name not in saving:
                    yield step["id"], f"{{{name}}} is saved by no step"
        if "branch" in step:
            yield from _vain_cases(step, saving)


def _vain_cases(step: dict[str, Any], saving: Mapping[str, Sequence[dict[str, Any]]]) -> Iterable[tuple[str, str]]:
    savers = saving.get(step["branch"])
    if not savers:
        yield step["id"], f"branches on {step['branch']!r}, which is saved by no step"
        return
    if any("options" not in saver for saver in savers):
        return  # free text may say anything
    labels = {option["label"] for saver in savers for option in saver["options"]}
    for case in step["cases"]:
        if case["is"] not in labels:
            yield step["id"], f"waits for {case['is']!r}, which is no option of the step that saves {step['branch']!r}"


def _unreachable(steps: Sequence[dict[str, Any]], edges: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    reached = _closure({steps[0]["id"]}, edges)
    yield from ((name, "cannot be reached") for name in edges if name not in reached)


def _endless(steps: Sequence[dict[str, Any]], edges: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    ending = _closure({step["id"] for step in steps if "outcome" in step}, _reversed(edges))
    message = "no outcome can be reached from here: a dead end or a loop without an exit"
    yield from ((name, message) for name in edges if name not in ending)
    silent = {step["id"] for step in steps if any(key in step for key in _SILENT)}
    among = {name: [target for target in edges[name] if target in silent] for name in silent}
    for step in steps:
        name = step["id"]
        if name in ending and name in silent and name in _closure(set(among[name]), among):
            yield name, "stands in a loop that never asks anything"


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
