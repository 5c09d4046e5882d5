"""A plain Rasa FAQ bot, for :mod:`benchmarks.conversation`: runs in the bot's environment (Python 3.10).

``python -m benchmarks.rasa_faq TASK OUT``. TASK is JSON: ``{"articles": [{"id", "texts"}], "queries": [text], "epochs": 100}``. The bot is
what Rasa's documentation builds: one retrieval intent ``faq`` with an article as a response, a ResponseSelector, the pipeline of ``rasa
init``, small talk as intents, rules, a fallback. OUT gets for each query ``{"article", "confidence", "passes_on", "after_no"}``: the
article that the bot answers with (null for none), how sure its selector is, whether it passes on at once, and whether it does when
the user says «não» to the answer.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", RASA_MAX_CACHE_SIZE="0")

import rasa
import ruamel.yaml
from rasa.core.agent import Agent

from bot.quiet import quieten

_INTENT_EPOCHS = 30
"""Enough to tell the few intents apart without a mistake on the examples; the selector, which has an article to a response, needs more."""
_PASSES_ON = "passo você para uma pessoa"
_SMALL_TALK = {
    "greet": ("oi", "olá", "bom dia", "boa tarde", "boa noite", "e aí", "tudo bem?", "opa"),
    "goodbye": ("tchau", "até logo", "até mais", "adeus", "falou", "até breve", "tenha um bom dia"),
    "affirm": ("sim", "isso", "com certeza", "claro", "resolveu", "deu certo", "era isso", "perfeito"),
    "deny": ("não", "nunca", "não era isso", "não resolveu", "de jeito nenhum", "não ajudou", "errado"),
    "bot_challenge": ("você é um robô?", "você é humano?", "estou falando com um robô?", "quem é você?"),
}


def _pipeline(epochs: int) -> list[dict[str, Any]]:
    learnt = {"constrain_similarities": True, "random_seed": 7}
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": _INTENT_EPOCHS, **learnt},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "retrieval_intent": "faq", "epochs": epochs, **learnt},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ]


def _project(task: dict[str, Any], folder: Path) -> None:
    faq = {f"faq/a{row}": article["texts"] for row, article in enumerate(task["articles"])}
    nlu = [
        {"intent": name, "examples": "".join(f"- {' '.join(text.split())}\n" for text in texts)}
        for name, texts in {**faq, **_SMALL_TALK}.items()
    ]
    words = {f"utter_{name}": name for name in faq}
    words |= {f"utter_{name}": _PASSES_ON if name == "deny" else name for name in _SMALL_TALK}
    words["utter_nlu_fallback"] = _PASSES_ON
    responses = {name: [{"text": text}] for name, text in words.items()}
    rules = [
        {"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
        for name in ("faq", "nlu_fallback", *_SMALL_TALK)
    ]
    yaml = ruamel.yaml.YAML()
    for name, content in (
        ("config.yml", {"recipe": "default.v1", "language": "pt", "pipeline": _pipeline(task["epochs"]),
                        "policies": [{"name": "RulePolicy"}]}),
        ("data.yml", {"version": "3.1", "nlu": nlu, "rules": rules}),
        ("domain.yml", {"version": "3.1", "intents": ["faq", *_SMALL_TALK], "actions": ["utter_faq"], "responses": responses}),
    ):  # fmt: skip
        yaml.dump(content, folder / name)


async def _play(agent: Agent, query: str, name: str, articles: list[dict[str, Any]]) -> dict[str, Any]:
    """Asks, and says no to an answer."""
    parsed = await agent.parse_message(query)
    said = [message["text"] for message in await agent.handle_text(query, sender_id=name)]
    found = next((text for text in said if text.startswith("faq/a")), None)
    ranked = parsed["response_selector"].get("faq", {}).get("response", {})
    after_no = [message["text"] for message in await agent.handle_text("não", sender_id=name)] if found else []
    return {
        "article": articles[int(found[5:])]["id"] if found else None,
        "confidence": float(ranked.get("confidence") or 0.0),
        "passes_on": _PASSES_ON in said,
        "after_no": _PASSES_ON in after_no,
    }


async def _play_all(model: str, task: dict[str, Any]) -> list[dict[str, Any]]:
    agent = Agent.load(model)
    return [await _play(agent, query, f"q{place}", task["articles"]) for place, query in enumerate(task["queries"])]


def main() -> None:
    """Builds, trains and plays."""
    quieten()
    task = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _project(task, folder)
        trained = rasa.train(
            domain=str(folder / "domain.yml"), config=str(folder / "config.yml"), training_files=[str(folder / "data.yml")],
            output=scratch, force_training=True,
        )  # fmt: skip
        if trained.model is None:
            raise SystemExit("the training made no model")
        told = asyncio.run(_play_all(trained.model, task))
    Path(sys.argv[2]).write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main()
