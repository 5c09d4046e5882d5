"""A product with a knowledge base of 1,000 articles, made from the sample articles."""

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.e2e.product import ROOT, Product, copy_prepared

ARTICLES = 1000
_SYSTEMS = ("Horizonte", "Jacarandá", "Aroeira", "Buriti", "Cerejeira", "Embaúba", "Figueira", "Guapuruvu")
QUESTIONS = (
    "esqueci minha senha do acesso unico",
    "como instalo a vpn no windows 11",
    "a impressora nao imprime",
    "nao recebo e-mail de fora",
    "meu computador esta lento",
    "como assino documento com certificado",
    "onde vejo meu contracheque",
    "wifi nao conecta",
)


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


def _copies() -> Iterator[dict[str, object]]:
    """Each sample article once for each invented system, so that near neighbours abound."""
    for system in _SYSTEMS:
        for path in sorted((ROOT / "kb_index" / "sample").rglob("*.md")):
            yield _copy(path, system)


def _copy(path: Path, system: str) -> dict[str, object]:
    _, front, body = re.split(r"^---\n", path.read_text(), maxsplit=2, flags=re.MULTILINE)
    fields = yaml.safe_load(front)
    questions = [f"{question} no {system}" for question in fields.get("questions", [])]
    title = f"{fields['title'].rstrip('?')} no sistema {system}"
    return {
        "id": f"{path.stem}-{system.lower()}",
        "kind": "faq",
        "title": title,
        "answer": body.strip(),
        "questions": questions,
    }
