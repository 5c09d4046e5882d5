"""Fakes with which the index is tested where the real model is not the point."""

import hashlib
from collections.abc import Sequence

import numpy as np

from kb_index.embedder import FloatArray
from kb_index.ranking.texts import stems


class FakeEmbedder:
    """Bags of hashed stems: texts with words in common are near each other. Counts the texts it embedded."""

    dimension = 64

    def __init__(self, model_id: str = "fake-1") -> None:
        self.id = model_id
        self.embedded = 0

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts)

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> FloatArray:
        self.embedded += len(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for stem in stems(text):
                vectors[row, hashlib.sha256(stem.encode()).digest()[0] % self.dimension] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class BrokenEmbedder(FakeEmbedder):
    """Gives numbers that are none."""

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        from kb_index.embedder import check_vectors

        return check_vectors(np.full((len(texts), self.dimension), np.nan, np.float32), self.dimension)
