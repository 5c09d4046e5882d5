"""The numbers that ship with the ranker: how features are fused, and how evidence becomes a probability.

They were fitted across Portuguese sets by ``benchmarks/fit_ranker.py`` (the JSON says on which, and with what result on sets
left out), are not changed by a build, and hold no text.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


class Mode(StrEnum):
    """What a ranker has to go by: all, or words alone where there is no model."""

    FULL = "full"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class ModeWeights:
    """``fusion`` ``(2, features)``, as :func:`kb_index.ranking.evidence.fuse` wants them; a logistic curve over grounds: ``curve``
    ``(grounds,)`` and ``bias``; the thresholds."""

    fusion: FloatArray
    curve: FloatArray
    bias: float
    answer: float
    choices: float

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "ModeWeights":
        """From one mode of ``weights.json``."""
        fixed, by_length, curve = (
            np.asarray(list(told[name].values()), np.float32) for name in ("fusion", "fusion_by_length", "curve")
        )
        return cls(
            np.stack([fixed, by_length]), curve, float(told["bias"]), float(told["answer"]), float(told["choices"])
        )


@lru_cache(maxsize=1)
def shipped() -> dict[Mode, ModeWeights]:
    """The weights in the package."""
    told = json.loads(files("kb_index.ranking").joinpath("weights.json").read_text("utf-8"))
    return {mode: ModeWeights.from_json(told["modes"][mode]) for mode in Mode}
