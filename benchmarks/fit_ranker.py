"""Fits the numbers that ship with the ranker, and says how they do on sets that were left out.

``python -m benchmarks.fit_ranker --data DATA [--write]``. Each set is left out in turn: the others fit the weights, it is the judge.
With ``--write``, what all sets together give goes to ``kb_index/ranking/weights.json``, with those figures.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.ranker_fit import FloatArray, fit_curve, fit_fusion, seen
from benchmarks.ranker_sets import Scene, load_scenes
from kb_index import measures
from kb_index.ranking import weights as shipped
from kb_index.ranking.evidence import FEATURES, GROUNDS, fuse, grounds, probability
from kb_index.ranking.weights import Mode
from kb_index.settings import IndexSettings
from kb_index.snapshot.cache import VectorCache
from kb_index.snapshot.engine import open_engine

SEEDS = (0, 1, 2)
_PRECISION = 0.9
_MEAN_PRECISION = 0.94
_LEAST_ANSWERED = 25
_KEPT_FOR_CHOICES = 0.95


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of the questions of one scene: ``ranks`` of in-scope ones, confidences, whether the first was right, and kinds."""

    scene: Scene
    ranks: list[int | None]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    kinds: NDArray[np.str_]


def ask(scene: Scene, fusion: FloatArray, curve: tuple[FloatArray, float], mode: Mode) -> Outcomes:
    """What a ranker with these weights does with a scene."""
    line, bias = curve[0].astype(np.float32), curve[1]
    ranks: list[int | None] = []
    rows: list[tuple[float, bool, bool, str]] = []
    for asked in scene.asked:
        if asked.foreign:
            continue
        candidates, setting = seen(asked, mode)
        rank, confidence = None, 0.0
        if len(candidates.articles):
            fused = fuse(candidates, fusion.astype(np.float32))
            places = np.flatnonzero(np.isin(fused.candidates.articles, list(asked.right)))
            rank = int(places[0]) + 1 if len(places) else None
            confidence = probability(grounds(fused, setting), line, bias)
        ranks += [rank] if asked.right else []
        rows.append((confidence, rank == 1, bool(asked.right), asked.kind))
    confidences, right, inside, kinds = zip(*rows, strict=True)
    return Outcomes(scene, ranks, np.array(confidences), np.array(right), np.array(inside), np.array(kinds))


def left_out(scenes: Sequence[Scene], mode: Mode) -> list[Outcomes]:
    """Each set's outcomes with weights fitted on the others."""
    found = []
    for name in sorted({scene.name for scene in scenes}):
        others = [scene for scene in scenes if scene.name != name]
        fusion = fit_fusion(others, mode)
        curve = fit_curve(others, fusion, mode)
        found += [ask(scene, fusion, curve, mode) for scene in scenes if scene.name == name]
    return found


def choose_answer(outcomes: Sequence[Outcomes]) -> float:
    """The lowest confidence from which answers are right nine times in ten in every set as given, and more often on average."""
    for threshold in np.arange(0.5, 0.99, 0.01):
        said = [(one.scene.varied, one.right[one.confidence >= threshold]) for one in outcomes]
        enough = [(varied, right.mean()) for varied, right in said if len(right) >= _LEAST_ANSWERED]
        worst = min((share for varied, share in enough if not varied), default=1.0)
        if enough and worst >= _PRECISION and np.mean([share for _, share in enough]) >= _MEAN_PRECISION:
            return round(float(threshold), 2)
    return 0.99


def choose_choices(outcomes: Sequence[Outcomes]) -> float:
    """The confidence that 19 of 20 in-scope questions reach, sets counting alike."""
    each = [np.quantile(one.confidence[one.inside], 1 - _KEPT_FOR_CHOICES) for one in outcomes]
    return round(float(np.median(each)), 2)


def figures(outcomes: Sequence[Outcomes], answer: float) -> dict[str, float]:
    """Means over the seeds of one set in one shape."""
    table: list[dict[str, float]] = []
    for one in outcomes:
        said = one.confidence >= answer
        row = {
            "recall_at_1": measures.recall_at(one.ranks, 1),
            "recall_at_3": measures.recall_at(one.ranks, 3),
            "coverage_at_0.90": measures.coverage_at_precision(one.confidence.tolist(), one.right, one.inside, 0.9),
            "calibration_error": measures.calibration_error(one.confidence.tolist(), one.right),
            "answer_precision": float(one.right[said].mean()) if said.any() else float("nan"),
            "in_scope_answered_right": float((one.right & said).sum() / one.inside.sum()),
        }
        for kind in sorted(set(one.kinds[~one.inside].tolist())):
            others = one.confidence[one.kinds == kind].tolist()
            row[f"auroc {kind}"] = measures.auroc(one.confidence[one.inside].tolist(), others)
        table.append(row)
    return {name: round(float(np.mean([row[name] for row in table])), 3) for name in table[0]}


def fit_mode(scenes: Sequence[Scene], mode: Mode) -> dict[str, Any]:
    """Everything of one mode that goes into ``weights.json``."""
    outcomes = left_out(scenes, mode)
    answer, choices = choose_answer(outcomes), choose_choices(outcomes)
    table = {
        f"{name}, {'with variants' if varied else 'as given'}": figures(
            [one for one in outcomes if (one.scene.name, one.scene.varied) == (name, varied)], answer
        )
        for varied in (False, True)
        for name in sorted({scene.name for scene in scenes})
    }
    fusion = fit_fusion(scenes, mode)
    curve, bias = fit_curve(scenes, fusion, mode)
    return {
        "fusion": {name: round(float(value), 5) for name, value in zip(FEATURES, fusion, strict=True)},
        "curve": {name: round(float(value), 5) for name, value in zip(GROUNDS, curve, strict=True)},
        "bias": round(bias, 5),
        "answer": answer,
        "choices": min(choices, answer),
        "left_out": table,
    }


def main(
    data: Annotated[Path, typer.Option(help="folder with faq_pt and pen_kb")],
    cache: Annotated[Path | None, typer.Option(help="folder where vectors are kept from run to run")] = None,
    write: Annotated[bool, typer.Option("--write", help="replace the weights in the package")] = False,
) -> None:
    """Fits, prints figures on sets left out, and writes on demand."""
    embedder = VectorCache.from_folders(open_engine(IndexSettings(), threads=2).embedder, [cache])
    scenes = load_scenes(data, embedder, SEEDS)
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        embedder.save(cache)
    modes = {mode.value: fit_mode(scenes, mode) for mode in Mode}
    told = {
        "how": "python -m benchmarks.fit_ranker; listwise fusion, logistic curve; left_out: the set was not in its fit",
        "model": embedder.id,
        "sets": sorted({scene.name for scene in scenes}),
        "modes": modes,
    }
    typer.echo(json.dumps(modes, indent=1, ensure_ascii=False))
    if write:
        path = Path(shipped.__file__).with_name("weights.json")
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
