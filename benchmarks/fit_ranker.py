"""Fits the numbers that ship with the ranker, and says how they do on sets that were left out.

``python -m benchmarks.fit_ranker --halves HALVES [--data DATA] [--write]``. The weights are fitted on the project's own knowledge
bases (``kb_index/training``) and on the real sets in DATA, if there are any. HALVES is where :mod:`benchmarks.tune_model` left what each
half of the own ones taught the model, so that none is seen by a model that was tuned on it; no model is tuned on a real set. Each
real set, and each sixth of the own ones, is judged by weights fitted on all others. With ``--write`` what all sets together give goes
to ``kb_index/ranking/weights.json``, with those figures.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.ranker_fit import FloatArray, fit_curve, fit_fusion, seen
from benchmarks.ranker_sets import REAL, Scene, dealt, load_scenes, own_sets, real_sets
from kb_index import measures
from kb_index.embedder import load_embedder
from kb_index.model.ensure import ensure_model, ensure_tuned
from kb_index.ranking import weights as shipped
from kb_index.ranking.evidence import FEATURES, GROUNDS, fuse, grounds, probability
from kb_index.ranking.weights import Mode
from kb_index.settings import IndexSettings
from kb_index.snapshot.cache import VectorCache

SEEDS = (0, 1)
_PRECISION = 0.92  # two points more than promised, for sets that nobody here has seen
_MEAN_PRECISION = 0.95
_LEAST_ANSWERED = 25
_KEPT_FOR_CHOICES = 0.95
_FOLDS = 6


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of the questions of one scene but the short ones: ``ranks`` of in-scope ones, confidences, whether the first was right, and kinds."""

    scene: Scene
    ranks: list[int | None]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    kinds: NDArray[np.str_]
    learnt: NDArray[np.bool_]


def ask(scene: Scene, fusion: FloatArray, curve: tuple[FloatArray, float], mode: Mode) -> Outcomes:
    """What a ranker with these weights does with a scene."""
    line, bias = curve[0].astype(np.float32), curve[1]
    ranks: list[int | None] = []
    rows: list[tuple[float, bool, bool, str, bool]] = []
    for asked in scene.asked:
        if asked.kind.endswith("_short"):
            continue
        candidates, setting = seen(asked, mode)
        rank, confidence = None, 0.0
        if len(candidates.articles):
            fused = fuse(candidates, fusion.astype(np.float32), setting.words)
            places = np.flatnonzero(np.isin(fused.candidates.articles, list(asked.right)))
            rank = int(places[0]) + 1 if len(places) else None
            confidence = probability(grounds(fused, setting), line, bias)
        ranks += [rank] if asked.right else []
        rows.append((confidence, rank == 1, bool(asked.right), asked.kind, asked.learnt))
    return Outcomes(scene, ranks, *(np.array(column) for column in zip(*rows, strict=True)))


def left_out(scenes: Sequence[Scene], mode: Mode) -> list[Outcomes]:
    """Each scene's outcomes with weights fitted on sets that it is not one of."""
    own = sorted(own_sets())
    real = sorted({scene.name for scene in scenes} - set(own))
    found = []
    for names in [set(own[fold::_FOLDS]) for fold in range(_FOLDS)] + [{name} for name in real]:
        fusion, curve = _fit([scene for scene in scenes if scene.name not in names], mode)
        found += [ask(scene, fusion, curve, mode) for scene in scenes if scene.name in names]
    return found


def _fit(scenes: Sequence[Scene], mode: Mode) -> tuple[FloatArray, tuple[FloatArray, float]]:
    fusion = fit_fusion(scenes, mode)
    return fusion, fit_curve(scenes, fusion, mode)


def choose_answer(outcomes: Sequence[Outcomes]) -> float:
    """The lowest confidence from which answers are right more than nine times in ten in every real set as given, and more often
    on average; questions whose labels are wrong do not count."""
    for threshold in np.arange(0.5, 0.99, 0.01):
        said = [(one.scene.varied, one.right[one.learnt & (one.confidence >= threshold)]) for one in judges(outcomes)]
        shares = [(varied, right.mean()) for varied, right in said if len(right) >= _LEAST_ANSWERED]
        worst = min((share for varied, share in shares if not varied), default=0.0)
        if worst >= _PRECISION and np.mean([share for _, share in shares]) >= _MEAN_PRECISION:
            return round(float(threshold), 2)
    return 0.99


def choose_choices(outcomes: Sequence[Outcomes]) -> float:
    """The confidence that 19 of 20 in-scope questions reach, sets counting alike."""
    each = [np.quantile(one.confidence[one.inside], 1 - _KEPT_FOR_CHOICES) for one in judges(outcomes)]
    return round(float(np.median(each)), 2)


def judges(outcomes: Sequence[Outcomes]) -> list[Outcomes]:
    """Those of real sets; without any, all."""
    return [one for one in outcomes if one.scene.name in REAL] or list(outcomes)


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
    fusion, (curve, bias) = _fit(scenes, mode)
    return {
        "fusion": _named(FEATURES, fusion[0]),
        "fusion_by_length": _named(FEATURES, fusion[1]),
        "curve": _named(GROUNDS, curve),
        "bias": round(bias, 5),
        "answer": answer,
        "choices": min(choices, answer),
        "left_out": table,
    }


def _named(names: Sequence[str], values: FloatArray) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


def embedders(halves: Path, cache: Path) -> Callable[[str], VectorCache]:
    """The embedder of each set: for one of our own, with the changes that the other half of them taught; else the shipped one."""
    settings = IndexSettings()
    files = [ensure_tuned(settings, halves / f"half{number}.npz") for number in (1, 0)]
    made = [VectorCache.from_folders(load_embedder(one, threads=2), [cache / one.id]) for one in files]
    shipped_one = ensure_model(settings)
    shipped_cache = VectorCache.from_folders(load_embedder(shipped_one, threads=2), [cache / shipped_one.id])
    names = [{folder.name for folder in half} for half in dealt(own_sets().values())]
    return lambda name: next((one for one, half in zip(made, names, strict=True) if name in half), shipped_cache)


def main(
    halves: Annotated[Path, typer.Option(help="folder where tune_model left the changes of each half")],
    data: Annotated[Path | None, typer.Option(help="folder with real sets, to judge by, if there is one")] = None,
    cache: Annotated[Path, typer.Option(help="folder where vectors are kept from run to run")] = Path("var/fit"),
    write: Annotated[bool, typer.Option("--write", help="replace the weights in the package")] = False,
) -> None:
    """Fits, prints figures on sets left out, and writes on demand."""
    embedder_for = embedders(halves, cache)
    real = real_sets(data) if data else {}
    scenes = load_scenes(own_sets() | real, embedder_for, SEEDS)
    for name in (*own_sets(), *real):
        embedder = embedder_for(name)
        (cache / embedder.id).mkdir(parents=True, exist_ok=True)
        embedder.save(cache / embedder.id)
    modes = {mode.value: fit_mode(scenes, mode) for mode in Mode}
    told = {
        "how": "python -m benchmarks.fit_ranker; listwise fusion, logistic curve; left_out: the set had no part in the fit",
        "model": ensure_model(IndexSettings()).id,
        "sets": sorted({scene.name for scene in scenes}),
        "modes": modes,
    }
    typer.echo(json.dumps(modes, indent=1, ensure_ascii=False))
    if write:
        path = Path(shipped.__file__).with_name("weights.json")
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
