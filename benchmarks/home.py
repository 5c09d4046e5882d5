"""A product with a knowledge base of 1,000 articles, made from the sample articles."""

import contextlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.product import ROOT, Product, copy_prepared

ARTICLES = 1000
SEED = 11
_SYSTEMS = ("Horizonte", "Jacarandá", "Aroeira", "Buriti", "Cerejeira", "Embaúba", "Figueira", "Guapuruvu")


@contextlib.contextmanager
def running_product() -> Iterator[Product]:
    """The product on a home kept between runs in ``var/benchmark``; its database is new each time."""
    home = ROOT / "var" / "benchmark"
    for name in ("balcao.db", "balcao.db-wal", "balcao.db-shm"):
        (home / name).unlink(missing_ok=True)
    copy_prepared(ROOT / "var" / "test-cache", home)
    product = Product(home)
    _import(product)
    try:
        yield product.start()
    finally:
        product.stop()


def _import(product: Product) -> None:
    rows = product.home / "articles.jsonl"
    rows.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in itertools.islice(_copies(), ARTICLES)))
    for command in (["prepare"], ["kb", "import", str(rows)]):
        run = [sys.executable, "-m", "balcao.cli", *command]
        subprocess.run(run, env={**os.environ, **product.env}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def questions() -> list[str]:
    """Questions as people ask them, all different, so that no answer comes from a cache; the same order in each run."""
    found = [question for path in _sample() for question in _fields(path)[0].get("questions", [])]
    random.Random(SEED).shuffle(found)
    return found


def _sample() -> list[Path]:
    return sorted((ROOT / "kb_index" / "sample").rglob("*.md"))


def _fields(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = re.split(r"^---\n", path.read_text(), maxsplit=2, flags=re.MULTILINE)
    return yaml.safe_load(front), body.strip()


def _copies() -> Iterator[dict[str, object]]:
    """Each sample article once for each invented system, so that near neighbours abound."""
    for system in _SYSTEMS:
        for path in _sample():
            yield _copy(path, system)


def _copy(path: Path, system: str) -> dict[str, object]:
    fields, body = _fields(path)
    questions = [f"{question} no {system}" for question in fields.get("questions", [])]
    title = f"{fields['title'].rstrip('?')} no sistema {system}"
    return {
        "id": f"{path.stem}-{system.lower()}",
        "kind": "faq",
        "title": title,
        "answer": body.strip(),
        "questions": questions,
    }
