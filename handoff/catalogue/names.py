"""What the entries of a catalogue file are made of."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]+$")]


class Strict(BaseModel):
    """A part of a file: nothing beyond what is known, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse_repeated(kind: str, ids: Iterable[str]) -> None:
    """:class:`ValueError` when an id comes twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"repeated {kind} id: {one}")
        seen.add(one)
