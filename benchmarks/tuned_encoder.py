"""The sentence encoder with low-rank changes (LoRA, Hu et al. 2021) in its upper layers; the lower ones are computed once a text."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

RANK = 16
FIRST_TUNED = 6
_WEIGHTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_FILL = 32
_GROUPS = 3

Ids = tuple[int, ...]


class Changed(nn.Module):
    """A linear layer plus the product of two narrow ones, which is nought at first."""

    def __init__(self, inner: nn.Linear) -> None:
        super().__init__()
        self.inner = inner
        self.down = nn.Parameter(torch.randn(RANK, inner.in_features) / math.sqrt(inner.in_features))
        self.up = nn.Parameter(torch.zeros(inner.out_features, RANK))

    def forward(self, states: Tensor) -> Tensor:
        """``(…, in)`` to ``(…, out)``."""
        return self.inner(states) + functional.linear(functional.linear(states, self.down), self.up)


class TunedEncoder:
    """``embed`` gives vectors of length 1 that carry gradients to ``parameters``."""

    def __init__(self, folder: Path) -> None:
        self._model = BertModel.from_pretrained(folder).eval().requires_grad_(False)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._lower: dict[Ids, Tensor] = {}
        self._changed = {
            f"encoder.layer.{layer}.{name}.weight": self._change(layer, name)
            for layer in range(FIRST_TUNED, len(self._model.encoder.layer))
            for name in _WEIGHTS
        }
        self.parameters = [each for one in self._changed.values() for each in (one.down, one.up)]

    def changes(self) -> dict[str, np.ndarray]:
        """The narrow matrices by the name of the weight they change."""
        parts = {"down": lambda one: one.down, "up": lambda one: one.up}
        return {
            f"{name}|{part}": take(one).detach().numpy().copy()
            for name, one in self._changed.items()
            for part, take in parts.items()
        }

    def embed(self, texts: Sequence[str], prompt: str, limit: int) -> Tensor:
        """``(texts, dimension)``; what is beyond ``limit`` tokens is not read."""
        ids = [self._ids(prompt + text, limit) for text in texts]
        self._fill(ids)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        size = -(-len(ids) // _GROUPS)
        found = [self._upper([ids[place] for place in order[at : at + size]]) for at in range(0, len(ids), size)]
        return torch.cat(found)[torch.argsort(torch.tensor(order))]

    def _change(self, layer: int, name: str) -> Changed:
        parent, _, last = f"encoder.layer.{layer}.{name}".rpartition(".")
        holder = self._model.get_submodule(parent)
        changed = Changed(getattr(holder, last))
        setattr(holder, last, changed)
        return changed

    def _ids(self, text: str, limit: int) -> Ids:
        ids = self._tokenizer.encode(text).ids
        return tuple(ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]])

    @torch.no_grad()
    def _fill(self, ids: Sequence[Ids]) -> None:
        missing = sorted({one for one in ids if one not in self._lower}, key=len)
        for at in range(0, len(missing), _FILL):
            part = missing[at : at + _FILL]
            padded = torch.ones((len(part), len(part[-1])), dtype=torch.long)
            for row, one in enumerate(part):
                padded[row, : len(one)] = torch.tensor(one)
            states = self._through(self._model.embeddings(input_ids=padded), part, slice(0, FIRST_TUNED))
            for row, one in enumerate(part):
                self._lower[one] = states[row, : len(one)].to(torch.bfloat16).clone()

    def _upper(self, ids: Sequence[Ids]) -> Tensor:
        states = torch.zeros((len(ids), max(map(len, ids)), self._model.config.hidden_size))
        for row, one in enumerate(ids):
            states[row, : len(one)] = self._lower[one].float()
        states = self._through(states, ids, slice(FIRST_TUNED, None))
        return functional.normalize((states * _real(ids, states.shape[1])[..., None]).sum(1), dim=-1)

    def _through(self, states: Tensor, ids: Sequence[Ids], layers: slice) -> Tensor:
        mask = _real(ids, states.shape[1])[:, None, None, :]
        for layer in self._model.encoder.layer[layers]:
            found = layer(states, attention_mask=mask)
            states = found[0] if isinstance(found, tuple) else found
        return states


def _real(ids: Sequence[Ids], width: int) -> Tensor:
    """``(texts, width)``: which places hold a token."""
    return torch.arange(width)[None] < torch.tensor([len(one) for one in ids])[:, None]
