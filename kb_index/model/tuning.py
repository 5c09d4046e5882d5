"""What was learnt on top of the packed model: low-rank changes of linear weights (LoRA, Hu et al. 2021).

``tuning.npz`` holds two float16 matrices for each weight ``(out, in)`` that changed: ``<weight>|down`` ``(rank, in)`` and
``<weight>|up`` ``(out, rank)``; the change is their product. ``python -m benchmarks.tune_model`` makes the file.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kb_index.model.packed import FloatArray


def tuning_path() -> Path:
    """The file in the package."""
    return Path(__file__).with_name("tuning.npz")


def tuned(weights: Mapping[str, FloatArray], path: Path) -> dict[str, FloatArray]:
    """``weights`` with the changes in the file ``path`` added; KeyError where one is of a weight that is not there."""
    changed = dict(weights)
    with np.load(path, allow_pickle=False) as kept:
        for name in (key.removesuffix("|down") for key in kept.files if key.endswith("|down")):
            change = kept[f"{name}|up"].astype(np.float32) @ kept[f"{name}|down"].astype(np.float32)
            changed[name] = (changed[name] + change).astype(np.float32)
    return changed
