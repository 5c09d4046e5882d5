"""The unpacked model, and what every embedder must keep to."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb_index.embedder import BadVectors, CachingEmbedder, Embedder, check_vectors, load_embedder
from kb_index.model.ensure import FORMAT, RECEIPT, ensure_model
from kb_index.model.export import can_export
from kb_index.model.packed import BadModel, packed_path, read_packed
from kb_index.settings import IndexSettings
from tests.kb_index.fakes import BrokenEmbedder, FakeEmbedder


@pytest.fixture(params=["real", "fake"])
def any_embedder(request: pytest.FixtureRequest) -> Embedder:
    return FakeEmbedder() if request.param == "fake" else request.getfixturevalue("embedder")


def test_vectors_are_of_length_one_and_in_the_order_of_the_texts(any_embedder: Embedder) -> None:
    texts = ["uma pergunta bem mais longa do que as outras, sobre impressoras", "oi", "trocar a senha"]
    vectors = any_embedder.query_embed(texts)
    assert vectors.shape == (3, any_embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    for text, vector in zip(texts, vectors, strict=True):
        assert float(any_embedder.query_embed([text])[0] @ vector) > 0.98


@pytest.mark.parametrize("text", ["", "a", "😀" * 5_000, "palavra " * 4_000, "\u200f"])
def test_odd_texts_have_vectors(any_embedder: Embedder, text: str) -> None:
    assert np.isfinite(any_embedder.query_embed([text])).all()
    assert any_embedder.passage_embed([]).shape == (0, any_embedder.dimension)


def test_the_real_model_understands_portuguese(embedder: Embedder) -> None:
    question = embedder.query_embed(["esqueci minha senha, e agora?"])[0]
    near, far = embedder.passage_embed(["Como redefinir a senha de acesso", "Como trocar o toner da impressora"])
    assert question @ near > question @ far + 0.03


def test_canonical_vectors_stay_what_they_are(embedder: Embedder) -> None:
    """Pinned; within the difference that arithmetic has between processors."""
    vector = embedder.query_embed(["como instalo a vpn?"])[0]
    np.testing.assert_allclose(vector[:8], CANONICAL, atol=0.003)


def test_the_onnx_graph_agrees_with_sentence_transformers(model_settings: IndexSettings, embedder: Embedder) -> None:
    from kb_index.embedder import SentenceEmbedder

    exact = SentenceEmbedder(str(model_settings.default_model), "exact")
    texts = ["como instalo a vpn?", "meu contracheque não aparece", "é"]
    assert (exact.query_embed(texts) * embedder.query_embed(texts)).sum(1).min() > 0.995
    assert (exact.passage_embed(texts) * embedder.passage_embed(texts)).sum(1).min() > 0.995


def test_a_vector_is_the_same_alone_and_among_others_and_on_two_threads(
    model_settings: IndexSettings, embedder: Embedder
) -> None:
    texts = [f"como troco {thing} no sistema {place}?" for thing in ("a senha", "o e-mail") for place in range(40)]
    texts += ["palavra " * 300, "é"]
    together = load_embedder(ensure_model(model_settings), threads=2).passage_embed(texts)
    alone = np.concatenate([embedder.passage_embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-3)


def test_an_unpacked_model_is_kept_and_a_damaged_one_is_made_again(
    model_settings: IndexSettings, embedder: Embedder, tmp_path: Path
) -> None:
    shutil.copytree(model_settings.default_model, tmp_path / "model")
    settings = IndexSettings(home=tmp_path, embedding_model="")
    graph = tmp_path / "model" / "model.onnx"
    stamp = graph.stat().st_mtime_ns
    assert ensure_model(settings).id == embedder.id
    assert graph.stat().st_mtime_ns == stamp
    graph.write_bytes(graph.read_bytes()[:1_000])
    (tmp_path / "model" / RECEIPT).write_text(json.dumps({"format": FORMAT, "files": {"model.onnx": 1}}))
    assert ensure_model(settings).id == embedder.id
    assert graph.stat().st_size > 1_000_000


def test_another_folder_may_be_named_and_is_exported_once(model_settings: IndexSettings, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(model_settings.default_model, other)
    (other / "model.onnx").unlink()
    assert can_export(other)
    files = ensure_model(IndexSettings(home=tmp_path / "home", embedding_model=str(other)))
    assert files.graph is not None
    assert files.graph.is_file()
    assert not list(other.glob("*.onnx"))


def test_a_cut_or_foreign_packed_file_is_refused() -> None:
    data = packed_path().read_bytes()
    for bad in (b"", b"GGUF" + data[4:], data[:5_000], data[:2_000_000]):
        with pytest.raises(BadModel):
            read_packed(bad)


def test_numbers_that_are_none_and_wrong_shapes_are_refused() -> None:
    with pytest.raises(BadVectors, match="none"):
        BrokenEmbedder().query_embed(["x"])
    with pytest.raises(BadVectors, match="shape"):
        check_vectors(np.zeros((2, 3), np.float32), 4)


def test_the_last_queries_are_remembered_and_older_ones_forgotten() -> None:
    inner = FakeEmbedder()
    cached = CachingEmbedder(inner, size=2)
    for text in ("a", "a", "b", "a", "c", "a", "b"):
        cached.query_embed([text])
    assert inner.embedded == 4  # a, b, c, and b again


def test_torch_is_not_imported_to_embed(model_settings: IndexSettings) -> None:
    program = (
        "import sys; from pathlib import Path; from kb_index.settings import IndexSettings;"
        "from kb_index.__main__ import open_embedder;"
        f"e = open_embedder(IndexSettings(home=Path({str(model_settings.home)!r}), embedding_model=''));"
        "e.query_embed(['oi']); sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


CANONICAL = [0.0245, -0.0738, -0.0776, -0.0416, 0.0271, -0.0704, 0.1125, 0.0451]
