"""How much may be attached."""

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """``size`` in bytes a file, ``per_message`` in files, ``daily`` in bytes for a conversation in 24 hours; ``suffixes`` without dots."""

    size: int
    per_message: int
    daily: int
    suffixes: frozenset[str]
