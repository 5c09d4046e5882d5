"""How well the classifier understands: ``python -m bot.evaluate [queries.jsonl ...] [--mistakes]``.

Five-fold cross-validation over ``nlu_data/nlu``; and for files of questions (``{"text", "kind"}`` a line), the share of the
in-scope ones (kind ``in…``) that go to the knowledge base. Prints one JSON object.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

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


def evaluate(files: Sequence[Path]) -> Dict[str, Any]:
    """The figures, and the mistakes as ``(text, meant, given)``."""
    embed = remembering(SentenceVectors())
    texts, intents = read_examples(NLU_DATA / "nlu")
    given = cross_validate(texts, intents, embed)
    wrong = [(t, m, g) for t, m, g in zip(texts, intents, given, strict=True) if m != g]
    dialogue = [m == g for m, g in zip(intents, given, strict=True) if m != QUESTION]
    model = IntentModel().fit(texts, intents, embed)
    questions = [text for path in files for text in in_scope(path)]
    strayed = [(text, intent) for text in questions for intent, _ in model.rank(text, embed)[:1] if intent != QUESTION]
    return {
        "examples": len(texts),
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
    asked = parser.parse_args()
    figures = evaluate(asked.files)
    if not asked.mistakes:
        figures = {key: value for key, value in figures.items() if key not in ("mistakes", "strayed")}
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
