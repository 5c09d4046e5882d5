"""Vectors by text and model, so that a build embeds only what changed. Each snapshot carries its own, for the builds to come."""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.embedder import BadVectors, Embedder, FloatArray, check_vectors

NAME = "cache.npz"


class VectorCache:
    """An embedder that looks up a text before it embeds it, and remembers every text of this build."""

    def __init__(self, inner: Embedder, known: dict[bytes, FloatArray] | None = None) -> None:
        self._inner = inner
        self._known = known or {}
        self._used: dict[bytes, FloatArray] = {}
        self.id = inner.id
        self.dimension = inner.dimension
        self.embedded = 0

    @classmethod
    def from_folders(cls, inner: Embedder, folders: Sequence[Path]) -> "VectorCache":
        """With the vectors of earlier snapshots, as far as they are of this model and can be read."""
        known: dict[bytes, FloatArray] = {}
        for folder in folders:
            with contextlib.suppress(OSError, ValueError, KeyError, EOFError, BadVectors):
                known |= _read(folder / NAME, inner)
        return cls(inner, known)

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        """As the inner embedder's."""
        return self._embed("q", texts, self._inner.query_embed)

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        """As the inner embedder's."""
        return self._embed("p", texts, self._inner.passage_embed)

    def save(self, folder: Path) -> None:
        """Keeps the vectors of this build's texts; those that no article says any more are left out."""
        keys = np.array([key.hex().encode() for key in self._used], "S32")
        vectors = np.array(list(self._used.values()), np.float32).reshape(-1, self.dimension)
        np.savez(folder / NAME, keys=keys, vectors=vectors, model=np.array(self.id))

    def _embed(self, side: str, texts: Sequence[str], embed: Callable[[Sequence[str]], FloatArray]) -> FloatArray:
        keys = [hashlib.sha256(f"{side}\x00{text}".encode(errors="replace")).digest()[:16] for text in texts]
        missing = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._used and key not in self._known
        }
        if missing:
            fresh = check_vectors(embed(list(missing.values())), self.dimension)
            self._known.update(zip(missing, fresh, strict=True))
            self.embedded += len(missing)
        for key in keys:
            if key not in self._used:
                self._used[key] = self._known[key]
        return np.array([self._used[key] for key in keys], np.float32).reshape(-1, self.dimension)


def _read(path: Path, inner: Embedder) -> dict[bytes, FloatArray]:
    with np.load(path, allow_pickle=False) as kept:
        if str(kept["model"]) != inner.id:
            return {}
        keys: NDArray[np.bytes_] = kept["keys"]
        vectors = check_vectors(kept["vectors"], inner.dimension)
    return {bytes.fromhex(key.decode()): vector for key, vector in zip(keys.tolist(), vectors, strict=True)}
