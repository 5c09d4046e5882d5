"""Turns texts into vectors. Queries and passages are embedded apart, because e5 was trained with a word before each.

:class:`OnnxEmbedder` needs neither torch nor transformers; :class:`SentenceEmbedder` runs any other model.
"""

import json
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from balcao.errors import BalcaoError
from kb_index.model.ensure import ModelFiles

FloatArray = NDArray[np.float32]

QUERY_TOKENS = 128
PASSAGE_TOKENS = 512
_BATCH_TOKENS = 4096


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
    """Runs the graph of :mod:`kb_index.model.graph`. Safe to call from several threads at once."""

    def __init__(self, graph: Path, tokenizer: Path, model_id: str, *, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the other core alone
        options.enable_cpu_mem_arena = False  # or the largest batch stays in memory for ever
        self.id = model_id
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._prompts = _prompts(tokenizer.parent)
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions; what is beyond 128 tokens is not read."""
        return self._embed(texts, self._prompts["query"], QUERY_TOKENS)

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of texts to be found; what is beyond 512 tokens is not read."""
        return self._embed(texts, self._prompts["passage"], PASSAGE_TOKENS)

    def _embed(self, texts: Sequence[str], prompt: str, limit: int) -> FloatArray:
        ids = [self._ids(prompt + text[: limit * 16], limit) for text in texts]
        vectors = np.empty((len(ids), self.dimension), np.float32)
        for batch in _batches([len(one) for one in ids]):
            vectors[batch] = self._run([ids[place] for place in batch])
        return check_vectors(vectors, self.dimension)

    def _ids(self, text: str, limit: int) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]

    def _run(self, ids: list[list[int]]) -> Any:
        lengths = np.array([len(one) for one in ids], np.int32)
        padded = np.ones((len(ids), int(lengths.max())), np.int64)
        for row, one in enumerate(ids):
            padded[row, : len(one)] = one
        return self._session.run(["sentence"], {"input_ids": padded, "lengths": lengths})[0]


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


def _prompts(folder: Path) -> dict[str, str]:
    """The prompts that the model's folder tells: for queries, and for passages (or documents)."""
    try:
        told = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8")).get("prompts") or {}
    except (OSError, ValueError):
        told = {}
    passage = told.get("passage") or told.get("document") or ""
    return {"query": told.get("query") or "", "passage": passage}
