"""Reads a catalogue file: YAML in, a checked :class:`CatalogueFile` out, every fault named with its line."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from balcao.errors import InvalidInput
from handoff.catalogue.checking import Fault, faults_of
from handoff.catalogue.schemas import CatalogueFile

_LONGEST = 1_000_000
_MOST_FAULTS = 20


class _Loader(yaml.SafeLoader):
    """Leaves dates to the schema, which knows the place of a wrong one."""


def _as_text(_loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


def read_catalogue(path: Path) -> CatalogueFile:
    """The catalogue in a file; :class:`InvalidInput` (``bad_catalogue``) says the line of each fault."""
    try:
        return parse_catalogue(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name}: {error}", code="bad_catalogue") from error


def parse_catalogue(text: str, name: str) -> CatalogueFile:
    """The catalogue in a text; ``name`` stands before the lines of its faults."""
    if len(text) > _LONGEST:
        raise InvalidInput(f"{name}: over {_LONGEST} characters", code="bad_catalogue")
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_twice(root)
        wanted = CatalogueFile.model_validate(yaml.load(text, Loader=_Loader))  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInput(f"{name}:{line}: {error.problem or error}", code="bad_catalogue") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise _refused(name, root, [Fault(item["loc"], item["msg"]) for item in error.errors()]) from error
        raise InvalidInput(f"{name}: {error}", code="bad_catalogue") from error
    faults = faults_of(wanted)
    if faults:
        raise _refused(name, root, faults)
    return wanted


def _refuse_aliases(text: str) -> None:
    """A catalogue needs no aliases, and a few lines of them can stand for gigabytes."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AliasToken):
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=token.start_mark)


def _refuse_twice(node: yaml.Node | None) -> None:
    """YAML lets a later key of the same name win silently; here it is a fault."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} comes twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
            _refuse_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_twice(child)


def _refused(name: str, root: yaml.Node | None, faults: Sequence[Fault]) -> InvalidInput:
    lines = [
        f"{name}:{_line(root, fault.place)}: {'.'.join(map(str, fault.place)) or 'catalogue'}: {fault.message}"
        for fault in faults[:_MOST_FAULTS]
    ]
    more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
    return InvalidInput("; ".join([*lines, *more]), code="bad_catalogue")


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest node on the way to ``place``."""
    if node is None:
        return 1
    for part in place:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    return None
