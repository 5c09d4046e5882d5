"""Runs a sentence encoder's ONNX graph on tokens."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


class Encoder:
    """A graph of :mod:`kb_index.model.graph` with its tokenizer, on one thread. Safe to call from several threads at once."""

    def __init__(self, graph: Path | bytes, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the other core alone
        options.enable_cpu_mem_arena = False  # or the largest batch stays in memory for ever
        source = graph if isinstance(graph, bytes) else str(graph)
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.outputs: list[str] = [output.name for output in self._session.get_outputs()]
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def ids(self, text: str, limit: int) -> list[int]:
        """The tokens of a text; of more than ``limit``, the first and the last."""
        ids: list[int] = self._tokenizer.encode(text[: limit * 16]).ids
        return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]

    def run(self, ids: Sequence[list[int]], outputs: Sequence[str] = ("sentence",)) -> list[Any]:
        """The named outputs of the graph, of several texts together."""
        lengths = np.array([len(one) for one in ids], np.int32)
        padded = np.ones((len(ids), int(lengths.max())), np.int64)
        for row, one in enumerate(ids):
            padded[row, : len(one)] = one
        found: list[Any] = self._session.run(list(outputs), {"input_ids": padded, "lengths": lengths})
        return found


def read_prompts(folder: Path) -> dict[str, str]:
    """The prompts that the model's folder tells: for queries, and for passages (or documents)."""
    try:
        told = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8")).get("prompts") or {}
    except (OSError, ValueError):
        told = {}
    passage = told.get("passage") or told.get("document") or ""
    return {"query": told.get("query") or "", "passage": passage}
