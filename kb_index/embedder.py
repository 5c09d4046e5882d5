"""Turns texts into vectors. Queries and passages are embedded apart, because e5 was trained with a word before each.

:class:`OnnxEmbedder` needs neither torch nor transformers; :class:`SentenceEmbedder` runs any other model.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from balcao.errors import BalcaoError
from kb_index.model.encoder import Encoder, read_prompts
from kb_index.model.ensure import ModelFiles

FloatArray = NDArray[np.float32]

QUERY_TOKENS = 128
PASSAGE_TOKENS = 512
_BATCH_TOKENS = 256
"""Larger batches are slower, since their states no longer fit the cache: on one core 44 passages a second with 256, 33 with 4,096."""


class BadVectors(BalcaoError):
    """The model gave vectors of a wrong shape, or with numbers that are none."""

    code = "bad_vectors"


class Embedder(Protocol):
    """What turns texts into vectors of length 1, float32 ``(texts, dimension)``; ``id`` changes whenever vectors would."""

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def query_embed(self, texts: Sequence[str]) -> FloatArray: ...

    def passage_embed(self, texts: Sequence[str]) -> FloatArray: ...


def load_embedder(files: ModelFiles, *, threads: int = 1) -> Embedder:
    """The embedder for a model in place; ``threads`` are those of one call."""
    if files.graph is None or files.tokenizer is None:
        return SentenceEmbedder(files.name, files.id, threads=threads)
    return OnnxEmbedder(files.graph, files.tokenizer, files.id, threads=threads)


class OnnxEmbedder:
    """Runs the graph of :mod:`kb_index.model.graph`, on as many batches at once as it has ``threads``. Safe to call from several
    threads at once."""

    def __init__(self, graph: Path, tokenizer: Path, model_id: str, *, threads: int = 1) -> None:
        self.id = model_id
        self._encoder = Encoder(graph, tokenizer)
        self._prompts = read_prompts(tokenizer.parent)
        self._threads = threads
        self.dimension = self._encoder.dimension

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions; what is beyond 128 tokens is not read."""
        return self._embed(texts, self._prompts["query"], QUERY_TOKENS)

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of texts to be found; what is beyond 512 tokens is not read."""
        return self._embed(texts, self._prompts["passage"], PASSAGE_TOKENS)

    def _embed(self, texts: Sequence[str], prompt: str, limit: int) -> FloatArray:
        ids = [self._encoder.ids(prompt + text, limit) for text in texts]
        batches = _batches([len(one) for one in ids])
        vectors = np.empty((len(ids), self.dimension), np.float32)
        for batch, found in zip(
            batches, self._run([[ids[place] for place in batch] for batch in batches]), strict=True
        ):
            vectors[batch] = found
        return check_vectors(vectors, self.dimension)

    def _run(self, batches: list[list[list[int]]]) -> Iterable[FloatArray]:
        """``sentence`` of each batch."""
        if self._threads == 1 or len(batches) < 2:
            return (self._encoder.run(batch)[0] for batch in batches)
        with ThreadPoolExecutor(self._threads) as pool:
            return [found for (found,) in pool.map(self._encoder.run, batches)]


class SentenceEmbedder:
    """Any sentence-transformers model, on torch."""

    def __init__(self, name: str, model_id: str, *, threads: int = 1) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.id = model_id
        self._model: Any = SentenceTransformer(name, device="cpu")
        self.dimension = int(self._model.get_embedding_dimension())

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions."""
        return self._embed(self._model.encode_query, texts)

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of texts to be found."""
        return self._embed(self._model.encode_document, texts)

    def _embed(self, encode: Any, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return check_vectors(np.asarray(vectors, np.float32), self.dimension)


class CachingEmbedder:
    """Remembers the vectors of the last ``size`` single queries of another embedder."""

    def __init__(self, inner: Embedder, size: int = 512) -> None:
        self._inner = inner
        self._size = size
        self._kept: OrderedDict[str, FloatArray] = OrderedDict()
        self.id = inner.id
        self.dimension = inner.dimension

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        """As the inner embedder's; one text at a time is looked up first."""
        if len(texts) != 1:
            return self._inner.query_embed(texts)
        text = texts[0]
        vector = self._kept.pop(text, None)
        if vector is None:
            vector = self._inner.query_embed(texts)
        self._kept[text] = vector
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return vector

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        """As the inner embedder's."""
        return self._inner.passage_embed(texts)


def check_vectors(vectors: FloatArray, dimension: int) -> FloatArray:
    """``vectors`` if they are finite and ``(n, dimension)``; else :class:`BadVectors`."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise BadVectors(f"vectors of shape {vectors.shape} instead of (n, {dimension})")
    if not np.isfinite(vectors).all():
        raise BadVectors("a vector has a number that is none")
    return vectors


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts in batches of like length, none above ``_BATCH_TOKENS`` with its padding."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[place] > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(place)
    return batches
