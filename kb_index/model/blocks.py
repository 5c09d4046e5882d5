"""Weights in blocks of 32 4-bit numbers, as ONNX Runtime's MatMulNBits wants them."""

import numpy as np
from numpy.typing import NDArray

from kb_index.model.packed import FloatArray

BLOCK = 32


def pack_blocks(weight: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """``weight`` ``(out, in)`` as bytes ``(out, blocks, 16)`` and scales ``(out * blocks,)``: weight = (half - 8) * scale.

    Q4_0 divides the value of largest magnitude in a block by -8, so that weights which came from such blocks are found again
    exactly; of others something is lost (:func:`is_four_bit`).
    """
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)
    scales = (largest / -8.0).astype(np.float32)
    halves = np.clip(np.rint(blocks / np.where(scales == 0, 1, scales)) + 8, 0, 15).astype(np.uint8)
    return halves[..., 0::2] | (halves[..., 1::2] << 4), scales.reshape(-1)


def is_four_bit(weight: FloatArray) -> bool:
    """Whether :func:`pack_blocks` keeps ``weight`` as it is."""
    if weight.shape[1] % BLOCK:
        return False
    packed, scales = pack_blocks(weight)
    halves = np.stack([packed & 0x0F, packed >> 4], -1).reshape(*packed.shape[:2], BLOCK).astype(np.float32)
    rebuilt = (halves - 8.0) * scales.reshape(*packed.shape[:2], 1)
    return bool(np.allclose(rebuilt.reshape(weight.shape), weight, atol=1e-6))
