"""Tunes the embedding model to tell near articles apart: contrastive learning of low-rank changes (LoRA) in its upper layers.

``python -m benchmarks.tune_model --write`` learns from the knowledge bases in ``kb_index/training`` and replaces
``kb_index/model/tuning.npz``. The bases are dealt into two halves. Each half tunes changes of its own, and what ships is their mean, so
that :mod:`benchmarks.fit_ranker` can see each base as by a model that was not tuned on it.
"""

import math
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor

from benchmarks.contrast import Base, Batch, draw_batch, plan
from benchmarks.ranker_sets import dealt, own_sets
from benchmarks.tuned_encoder import TunedEncoder
from kb_index.model.ensure import ensure_plain
from kb_index.model.tuning import tuning_path
from kb_index.settings import IndexSettings

TEMPERATURE = 0.03
RATE = 5e-4
EPOCHS = 0.9
_WARM_UP = 15
_LEAST_RATE = 0.05
_QUESTION_TOKENS = 64
_TITLE_TOKENS = 48
_PASSAGE_TOKENS = 72
_FAR = -1e4

Changes = dict[str, np.ndarray]


def contrast(found: Tensor, right: Tensor, allowed: Tensor | None = None) -> Tensor:
    """InfoNCE (van den Oord et al. 2018) with several right columns a row; rows without any do not count. ``found``: cosines."""
    scores = found / TEMPERATURE
    if allowed is not None:
        scores = scores.masked_fill(~allowed, _FAR)
    rows = right.any(1)
    if not rows.any():
        return found.new_zeros(())
    of_right = torch.logsumexp(scores[rows].masked_fill(~right[rows], _FAR), 1)
    return (torch.logsumexp(scores[rows], 1) - of_right).mean()


def loss_of(encoder: TunedEncoder, batch: Batch) -> Tensor:
    """Questions find titles, passages and each other; titles and passages find questions, among those that nothing answers too."""
    questions = encoder.embed(batch.questions, "query: ", _QUESTION_TOKENS)
    titles = encoder.embed(batch.titles, "query: ", _TITLE_TOKENS)
    passages = encoder.embed(batch.passages, "passage: ", _PASSAGE_TOKENS)
    right, alike = torch.from_numpy(batch.right), torch.from_numpy(batch.alike)
    asked, articles, outside = len(alike), len(passages), len(questions) - len(alike)
    of_articles = right[:, :articles]
    inside, itself = questions[:asked], torch.eye(asked, dtype=torch.bool)
    others = torch.zeros(asked, outside, dtype=torch.bool)
    answered = torch.cat([of_articles.T, torch.zeros(articles, outside, dtype=torch.bool)], 1)
    return (
        contrast(inside @ titles.T, right)
        + contrast(inside @ passages.T, of_articles)
        + 0.5
        * contrast(inside @ questions.T, torch.cat([alike & ~itself, others], 1), torch.cat([~itself, ~others], 1))
        + 0.5 * contrast(titles[:articles] @ questions.T, answered)
        + 0.5 * contrast(passages @ questions.T, answered)
    )


def tune(bases: Sequence[Base], folder: Path, seed: int) -> Changes:
    """The changes learnt from ``bases``, as :func:`kb_index.model.tuning.tuned` wants them; ``folder`` holds the plain model."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    encoder = TunedEncoder(folder)
    optimiser = torch.optim.AdamW(encoder.parameters, lr=RATE, weight_decay=0.01)
    steps, losses, started = plan(bases, EPOCHS, draw), [], time.perf_counter()
    for step, place in enumerate(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * _rate(step, len(steps))
        loss = loss_of(encoder, draw_batch(bases[place], draw))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters, 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 10 == 0:
            each = (time.perf_counter() - started) / (step + 1)
            typer.echo(f"{step + 1} of {len(steps)}: loss {np.mean(losses[-10:]):.2f}, {each:.1f} s a step")
    return encoder.changes()


def mean_of(found: Sequence[Changes]) -> Changes:
    """Low-rank changes whose products are the mean of those of ``found``: the ranks are put side by side."""
    told = {}
    for name in (key.removesuffix("|down") for key in found[0] if key.endswith("|down")):
        told[f"{name}|down"] = np.concatenate([one[f"{name}|down"] for one in found])
        told[f"{name}|up"] = np.concatenate([one[f"{name}|up"] for one in found], axis=1) / len(found)
    return told


def save(changes: Mapping[str, np.ndarray], path: Path) -> None:
    """In float16."""
    np.savez_compressed(path, **{name: value.astype(np.float16) for name, value in changes.items()})


def main(
    out: Annotated[Path, typer.Option(help="where the changes of each half go, for fit_ranker")],
    write: Annotated[bool, typer.Option("--write", help="replace the changes in the package by their mean")] = False,
    threads: Annotated[int, typer.Option(help="of torch")] = 2,
) -> None:
    """Tunes on each half; on two idle cores that takes about ten minutes."""
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    files = ensure_plain(IndexSettings())
    assert files.tokenizer is not None
    found = []
    for number, half in enumerate(dealt(own_sets().values())):
        found.append(tune([Base.read(folder) for folder in half], files.tokenizer.parent, number))
        save(found[-1], out / f"half{number}.npz")
    if write:
        save(mean_of(found), tuning_path())


def _rate(step: int, steps: int) -> float:
    """Up, then down a cosine."""
    down = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / _WARM_UP) * (_LEAST_RATE + (1 - _LEAST_RATE) * down)


if __name__ == "__main__":
    typer.run(main)
