"""Reads a reply that its words leave open by its meaning: the option whose sentence vectors lie nearest.

Cosines of e5 all lie close together, so vectors are first centred on everyday talk; then the nearest option must lie near
enough and stand out from the next. Both margins were set on the replies in ``tests/kb_index/script_replies.txt``.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb_index.articles.replies import Option
from kb_index.embedder import BadVectors, Embedder
from kb_index.ranking.everyday import EVERYDAY

FloatArray = NDArray[np.float32]

NEAR_ENOUGH = 0.25
STANDS_OUT = 0.05
_KEPT = 256
"""So many steps' options are kept as vectors; embedding them is most of the work."""


class MeaningReader:
    """Called with a reply and the options; the place of the option that it means, or None. None too where the embedder fails."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._of_names = lru_cache(_KEPT)(self._centred)

    def warm(self) -> None:
        """Does once what every reading needs: a second's work that nobody should wait for."""
        with suppress(BadVectors, RuntimeError, ValueError):
            _ = self._middle

    def __call__(self, text: str, options: Sequence[Option]) -> int | None:
        try:
            likeness = self._likeness(text, options)
        except (BadVectors, RuntimeError, ValueError):
            return None
        order = np.argsort(-likeness)
        best, next_best = likeness[order[0]], likeness[order[1]] if len(order) > 1 else 0.0
        return int(order[0]) if best >= NEAR_ENOUGH and best - next_best >= STANDS_OUT else None

    def _likeness(self, text: str, options: Sequence[Option]) -> FloatArray:
        """``(options,)``: the cosine of the text with the nearest name of each option."""
        names = [(place, name) for place, option in enumerate(options) for name in option.names]
        cosines = self._of_names(tuple(name for _, name in names)) @ self._centred((text,))[0]
        owners = np.array([place for place, _ in names])
        return np.array([cosines[owners == place].max() for place in range(len(options))], np.float32)

    def _centred(self, texts: tuple[str, ...]) -> FloatArray:
        vectors = self._embedder.query_embed(texts) - self._middle
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)

    @cached_property
    def _middle(self) -> FloatArray:
        return np.asarray(self._embedder.query_embed(EVERYDAY).mean(axis=0), np.float32)
