"""How well the classifier understands: ``python -m bot.evaluate [queries.jsonl ...] [--mistakes] [--picture OUT.svg]``.

Five-fold cross-validation over ``nlu_data/nlu``; and for files of questions (``{"text", "kind"}`` a line), the share of the
in-scope ones (kind ``in…``) that go to the knowledge base. Prints one JSON object; the picture is the confusion matrix.
"""

import argparse
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from bot.settings import NLU_DATA, ONE_THREAD

os.environ.update(ONE_THREAD)  # before numpy is imported

import numpy as np
import ruamel.yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.intent_model import QUESTION, Embed, IntentModel
from bot.nlu.vectors import SentenceVectors

_FOLDS = 5


def read_examples(folder: Path) -> Tuple[List[str], List[str]]:
    """Texts and their intents from Rasa's YAML files."""
    texts: List[str] = []
    intents: List[str] = []
    for path in sorted(folder.glob("*.yml")):
        for entry in ruamel.yaml.YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]:
            examples = [line[2:].strip() for line in entry["examples"].splitlines() if line.strip()]
            texts += examples
            intents += [entry["intent"]] * len(examples)
    return texts, intents


def cross_validate(texts: Sequence[str], intents: Sequence[str], embed: Embed) -> List[str]:
    """The intent given to each text by a model that has not seen it."""
    given = [""] * len(texts)
    for train, held_out in StratifiedKFold(_FOLDS, shuffle=True, random_state=7).split(texts, intents):
        model = IntentModel().fit([texts[i] for i in train], [intents[i] for i in train], embed)
        for i in held_out:
            given[i] = model.rank(texts[i], embed)[0][0]
    return given


def in_scope(path: Path) -> List[str]:
    """The texts of the questions that the knowledge base should answer."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [row["text"] for row in rows if row["kind"].startswith("in")]


def remembering(embed: Embed) -> Embed:
    """The same embedder, asked once a text: the folds share their texts."""
    seen: Dict[str, Any] = {}

    def embed_once(texts: Sequence[str]) -> Any:
        for text in texts:
            if text not in seen:
                seen[text] = np.asarray(embed([text]))[0]
        return np.array([seen[text] for text in texts])

    return embed_once


def draw(intents: Sequence[str], given: Sequence[str], target: Path) -> None:
    """The confusion matrix: a row an intent that was meant, a column one that was given, counts of examples in the cells."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    names = sorted(set(intents))
    counts = np.zeros((len(names), len(names)), int)
    for meant, found in zip(intents, given, strict=True):
        counts[names.index(meant), names.index(found)] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure, panel = pyplot.subplots(figsize=(11, 10.5), constrained_layout=True)
    panel.imshow(np.where(counts > 0, shares**0.3, 0.0), cmap="Blues", vmin=0, vmax=1.2)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if row == column else "#b2182b"
        panel.text(column, row, counts[row, column], ha="center", va="center", fontsize=6.5, color=colour)
    panel.set_xticks(range(len(names)))
    panel.set_xticklabels(names, rotation=90, fontsize=8)
    panel.set_yticks(range(len(names)))
    panel.set_yticklabels([f"{name} ({counts[row].sum()})" for row, name in enumerate(names)], fontsize=8)
    panel.set_xlabel("understood as")
    panel.set_ylabel("meant (examples)")
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)
    pyplot.close(figure)


def evaluate(files: Sequence[Path], picture: Optional[Path] = None) -> Dict[str, Any]:
    """The figures, and the mistakes as ``(text, meant, given)``; draws the confusion matrix, if it is told where."""
    embed = remembering(SentenceVectors())
    texts, intents = read_examples(NLU_DATA / "nlu")
    given = cross_validate(texts, intents, embed)
    if picture is not None:
        draw(intents, given, picture)
    wrong = [(t, m, g) for t, m, g in zip(texts, intents, given, strict=True) if m != g]
    dialogue = [m == g for m, g in zip(intents, given, strict=True) if m != QUESTION]
    model = IntentModel().fit(texts, intents, embed)
    questions = [text for path in files for text in in_scope(path)]
    strayed = [(text, intent) for text in questions for intent, _ in model.rank(text, embed)[:1] if intent != QUESTION]
    return {
        "examples": len(texts),
        "fewest_of_an_intent": min(Counter(intents).values()),
        "accuracy": round(1 - len(wrong) / len(texts), 4),
        "dialogue_accuracy": round(float(np.mean(dialogue)), 4),
        "questions": len(questions),
        "to_knowledge_base": round(1 - len(strayed) / len(questions), 4) if questions else None,
        "mistakes": wrong,
        "strayed": strayed,
    }


def main() -> None:
    """Prints the figures; the mistakes too with ``--mistakes``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--picture", type=Path)
    asked = parser.parse_args()
    figures = evaluate(asked.files, asked.picture)
    if not asked.mistakes:
        figures = {key: value for key, value in figures.items() if key not in ("mistakes", "strayed")}
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
