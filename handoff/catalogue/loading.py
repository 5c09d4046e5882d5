"""Reads a catalogue file: YAML in, a checked :class:`CatalogueFile` out, every fault named with its line."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from balcao.errors import InvalidInput
from handoff.catalogue.schemas import CatalogueFile


def read_catalogue(path: Path) -> CatalogueFile:
    """The catalogue in a file; :class:`InvalidInput` says the line of each fault."""
    text = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return CatalogueFile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path.name}: {error}", code="bad_catalogue") from error
    except ValidationError as error:
        raise InvalidInput(_faults(path.name, root, error), code="bad_catalogue") from error


def _faults(name: str, root: yaml.Node | None, error: ValidationError) -> str:
    return "; ".join(
        f"{name}:{_line(root, item['loc'])}: {'.'.join(map(str, item['loc'])) or 'catalogue'}: {item['msg']}"
        for item in error.errors()
    )


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
