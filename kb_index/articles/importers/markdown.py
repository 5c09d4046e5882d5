"""Parses a Markdown article: YAML front matter between two ``---`` lines, then the body.

Every scalar is taken as text, so that ``no`` and ``2024`` stay words. Anchors and aliases are refused, which makes YAML bombs
impossible; so are duplicate keys, tags, and deep nesting.
"""

from collections.abc import Iterator
from typing import Any

import yaml

MAX_FRONT_MATTER = 256 * 1024
MAX_DEPTH = 8


class BadFrontMatter(Exception):
    """Why the front matter cannot be read; ``line`` counts from 1 in the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse(text: str) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The front matter with the body under ``answer``, and the line of each step."""
    head, body = _split(text)
    _check_events(head)
    node = yaml.compose(head, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        raise BadFrontMatter(2, "the front matter must be keys and values")
    values: dict[str, Any] = _plain(node)
    if "answer" in values:
        raise BadFrontMatter(2, "the answer is the text below the front matter, not a key")
    return {**values, "answer": body}, tuple(_step_lines(node))


def _split(text: str) -> tuple[str, str]:
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        raise BadFrontMatter(1, "must begin with a line ---, front matter, and another line ---")
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            head = "\n".join(lines[1:number])
            if len(head) > MAX_FRONT_MATTER:
                raise BadFrontMatter(1, f"the front matter is over {MAX_FRONT_MATTER} characters")
            return head, "\n".join(lines[number + 1 :])
    raise BadFrontMatter(1, "the front matter has no end: a line ---")


def _check_events(head: str) -> None:
    """Refuses what could grow or recurse, while it is still a flat stream of events."""
    depth = 0
    try:
        for event in yaml.parse(head, Loader=yaml.SafeLoader):
            if getattr(event, "anchor", None) is not None:
                raise BadFrontMatter(
                    _line(event), "anchors (&) and aliases (*) are not allowed; put quotes round the text"
                )
            if getattr(event, "tag", None) is not None:
                raise BadFrontMatter(_line(event), "tags (!) are not allowed; put quotes round the text")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise BadFrontMatter(_line(event), f"is nested deeper than {MAX_DEPTH}")
    except yaml.MarkedYAMLError as error:
        raise BadFrontMatter(_marked(error.problem_mark), f"is no YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadFrontMatter(1, f"is no YAML: {str(error).splitlines()[0]}") from error


def _marked(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 2


def _line(event: yaml.Event) -> int:
    return _marked(event.start_mark)


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null"):
        return None
    return node.value


def _plain_mapping(node: yaml.MappingNode) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise BadFrontMatter(key.start_mark.line + 2, "a key must be a word")
        if key.value in values:
            raise BadFrontMatter(key.start_mark.line + 2, f"the key {key.value!r} is given twice")
        values[key.value] = _plain(value)
    return values


def _step_lines(node: yaml.MappingNode) -> Iterator[int]:
    for key, value in node.value:
        if key.value == "steps" and isinstance(value, yaml.SequenceNode):
            for item in value.value:
                yield item.start_mark.line + 2
