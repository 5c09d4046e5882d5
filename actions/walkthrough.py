"""A script's steps as a numbered walk-through to read. Running them one by one is another matter."""

from collections.abc import Iterable
from typing import Any


def walkthrough(steps: list[dict[str, Any]]) -> str:
    """The steps as a Markdown list in their order; where a step offers options, each says which step comes next."""
    numbers = {step["id"]: number for number, step in enumerate(_shown(steps), 1)}
    return "\n".join(f"{numbers[step['id']]}. {_step(step, numbers)}" for step in _shown(steps))


def _shown(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for step in steps if _text(step)]


def _text(step: dict[str, Any]) -> str:
    return str(step.get("say") or step.get("ask") or step.get("check") or step.get("text") or "").strip()


def _step(step: dict[str, Any], numbers: dict[str, int]) -> str:
    return " ".join([" ".join(_text(step).split()), *_options(step.get("options") or (), numbers)])


def _options(options: Iterable[dict[str, Any]], numbers: dict[str, int]) -> list[str]:
    return [
        f"\n   - {option['label']}" + (f" → {numbers[option['go']]}" if option.get("go") in numbers else "")
        for option in options
    ]
