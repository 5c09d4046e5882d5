"""Linear layers in 8-bit whole numbers: scales for the weights and for what goes into them.

Some inputs of a transformer's layers reach ten times as far as the others, and one scale for all would leave the others few steps.
So what an input reaches is divided away and multiplied into its weights (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438). The
scale of the inputs is fixed: it is measured once, and a vector does not depend on what else is in its batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_index.model.packed import FloatArray

_FROM_INPUTS = 0.75
"""SmoothQuant's alpha: how much of the unevenness goes into the weights. Cosine to float32 with exact 8-bit weights: .9928 at .5, .9974
at .6, .9987 at .7, .9988 at .75 and .8, .9983 at .9."""
_LEAST = 1e-5
_HIGHEST = 127
_STEPS = 255


@dataclass(frozen=True, slots=True)
class Reach:
    """The lowest and highest values ``(in,)`` that each input of a linear layer took."""

    low: FloatArray
    high: FloatArray

    def joined(self, other: "Reach") -> "Reach":
        """Of both together."""
        return Reach(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


@dataclass(frozen=True, slots=True)
class Quantised:
    """``inputs @ weight.T`` is about ``((q - zero) @ weights) * step * scales``, where ``q = inputs * shrink / step + zero``
    rounded and held within 0 to 255. ``weights`` int8 ``(in, out)``, ``scales`` ``(out,)``, ``shrink`` ``(in,)``."""

    weights: NDArray[np.int8]
    scales: FloatArray
    shrink: FloatArray
    step: NDArray[np.float32]
    zero: NDArray[np.uint8]


def quantise(weight: FloatArray, reach: Reach) -> Quantised:
    """Of ``weight`` ``(out, in)``, whose inputs are within ``reach``."""
    stretch = _stretch(weight, reach)
    low, high = min(0.0, float((reach.low / stretch).min())), max(_LEAST, float((reach.high / stretch).max()))
    step = (high - low) / _STEPS
    stretched = weight * stretch
    scales = pair_safe_scales(stretched)
    whole = np.rint(stretched / scales[:, None]).clip(-_HIGHEST, _HIGHEST).astype(np.int8)
    zero = np.array(round(-low / step), np.uint8)
    return Quantised(whole.T, scales, (1 / stretch).astype(np.float32), np.array(step, np.float32), zero)


def pair_safe_scales(weight: FloatArray) -> FloatArray:
    """The finest scale of each row of ``weight`` ``(out, in)`` with which 255 times any two neighbours stays within 16 bits.

    Processors with AVX2 but without VNNI add the products of neighbouring inputs in 16 bits and cut what is more. Weights of seven bits
    would avoid it; but large neighbours of one sign are rare, so that nearly eight bits do, too.
    """
    even, odd = weight[:, 0::2], weight[:, 1::2]
    largest = np.maximum(np.maximum(np.abs(even), np.abs(odd)), np.abs(even + odd)).max(1)
    return np.asarray(np.maximum(largest, _LEAST) / _HIGHEST, np.float32)


def _stretch(weight: FloatArray, reach: Reach) -> FloatArray:
    """By how much each input is divided, and its weights are multiplied; 1 in the geometric mean."""
    inputs = np.maximum(np.maximum(np.abs(reach.low), np.abs(reach.high)), _LEAST)
    weights = np.maximum(np.abs(weight).max(0), _LEAST)
    logarithm = _FROM_INPUTS * np.log(inputs) - (1 - _FROM_INPUTS) * np.log(weights)
    return np.asarray(np.exp(logarithm - logarithm.mean()), np.float32)
