"""CPF numbers in what people write: told by their check digits, shown and kept masked."""

import re
from typing import Any

from validate_docbr import CPF

_CPF = re.compile(r"(?<![\d.-])(\d{3})([.\s]?)(\d{3})[.\s]?(\d{3})([-\s./]?)(\d{2})(?![\d-])")
_NAMED = re.compile(r"(?i)\bcpf\b\W*(?:\w+\W+){0,3}$")
_VALIDATOR = CPF()


def is_cpf(number: str) -> bool:
    """Whether the two check digits (modulo 11) of an eleven-digit number are right."""
    return bool(_VALIDATOR.validate(number))


def mask_cpfs(text: str) -> str:
    """The text with every CPF shown as ``***.456.789-**``, as Brazilian public bodies do.

    A CPF is eleven digits that are written as one, that follow the word CPF, or whose check digits are right.
    """
    return _CPF.sub(lambda found: _masked(found) if _is_meant(found) else found.group(), text)


def masked(value: Any) -> Any:
    """The same data, as JSON holds it, with every CPF in its texts masked."""
    if isinstance(value, str):
        return mask_cpfs(value)
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return value


def wrong_cpf(text: str) -> bool:
    """Whether the text has a number that is meant as a CPF but cannot be one."""
    return any(_looks_like_one(found) and not is_cpf(_digits(found)) for found in _CPF.finditer(text))


def _is_meant(found: re.Match[str]) -> bool:
    return _looks_like_one(found) or is_cpf(_digits(found))


def _looks_like_one(found: re.Match[str]) -> bool:
    is_written_so = found.group(2) == "." and found.group(5) == "-"
    return is_written_so or bool(_NAMED.search(found.string[max(0, found.start() - 40) : found.start()]))


def _digits(found: re.Match[str]) -> str:
    return found.group(1) + found.group(3) + found.group(4) + found.group(6)


def _masked(found: re.Match[str]) -> str:
    return f"***.{found.group(3)}.{found.group(4)}-**"
