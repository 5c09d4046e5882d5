"""Rasa's own ways to find an answer, for :mod:`benchmarks.answers`: runs in the bot's environment (Python 3.10).

``python -m benchmarks.rasa_answers TASK OUT``. TASK is JSON: ``{"articles": [{"id", "texts"}], "queries": [text]}``. OUT gets
``{"diet": [ranking of each query], "selector": […]}``; a ranking is ``[[id, confidence], …]``, best first. Both are
trained on the same texts: DIETClassifier with an article as an intent, ResponseSelector with an article as a response. The pipeline
is that of ``rasa init``, 100 epochs.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", RASA_MAX_CACHE_SIZE="0")

import ruamel.yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

_DEPTH = 10
_FEATURES: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_LEARNT = {"epochs": 100, "random_seed": 7, "constrain_similarities": True, "ranking_length": _DEPTH}
_HEADS = {
    "diet": [{"name": "DIETClassifier", "entity_recognition": False, **_LEARNT}],
    "selector": [{"name": "DIETClassifier", "entity_recognition": False, **_LEARNT, "epochs": 1},
                 {"name": "ResponseSelector", **_LEARNT}],
}  # fmt: skip


def _train(head: str, articles: list[dict[str, Any]], folder: Path) -> str:
    names = [f"a{row}" if head == "diet" else f"faq/a{row}" for row in range(len(articles))]
    nlu = [
        {"intent": name, "examples": "".join(f"- {' '.join(text.split())}\n" for text in article["texts"])}
        for name, article in zip(names, articles, strict=True)
    ]
    if head == "selector":  # an intent classifier wants two intents
        nlu.append({"intent": "other", "examples": "- xyzzy\n- plugh\n"})
    responses = {f"utter_{name}": [{"text": name}] for name in names} if head == "selector" else {}
    yaml = ruamel.yaml.YAML()
    for name, content in (
        ("config.yml", {"recipe": "default.v1", "language": "pt", "pipeline": _FEATURES + _HEADS[head]}),
        ("nlu.yml", {"version": "3.1", "nlu": nlu, "responses": responses}),
        ("domain.yml", {"version": "3.1", "intents": [], "responses": responses}),
    ):
        yaml.dump(content, folder / name)
    path = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), domain=str(folder / "domain.yml")
    )
    if path is None:
        raise SystemExit(f"{head}: the training made no model")
    return str(path)


def _ranking(head: str, parsed: dict[str, Any], articles: list[dict[str, Any]]) -> list[list[Any]]:
    if head == "diet":
        found = [(one["name"], one["confidence"]) for one in parsed["intent_ranking"]]
    else:
        ranked = parsed["response_selector"]["default"]["ranking"]
        found = [(one["intent_response_key"].partition("/")[2], one["confidence"]) for one in ranked]
    return [[articles[int(name[1:])]["id"], confidence] for name, confidence in found if name.startswith("a")]


async def _rank_all(head: str, model: str, task: dict[str, Any]) -> list[list[list[Any]]]:
    agent = Agent.load(model)
    return [_ranking(head, await agent.parse_message(text), task["articles"]) for text in task["queries"]]


def main() -> None:
    """Trains and asks both."""
    task = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    told = {}
    for head in _HEADS:
        with tempfile.TemporaryDirectory() as scratch:
            model = _train(head, task["articles"], Path(scratch))
            told[head] = asyncio.run(_rank_all(head, model, task))
    Path(sys.argv[2]).write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main()
