"""What is learnt on top of the packed model."""

from pathlib import Path

import numpy as np
import pytest

from kb_index.articles.importers.rows import Row, read_rows
from kb_index.embedder import Embedder, load_embedder
from kb_index.model.ensure import ensure_plain
from kb_index.model.tuning import tuned, tuning_path
from kb_index.settings import IndexSettings

SAMPLE = Path(__file__).resolve().parents[2] / "kb_index" / "sample"


def test_a_change_is_the_product_of_its_two_matrices(tmp_path: Path) -> None:
    up, down = np.array([[1.0], [2.0]], np.float16), np.array([[0.5, 0.0, -1.0]], np.float16)
    np.savez(tmp_path / "tuning.npz", **{"a.weight|up": up, "a.weight|down": down})
    before = {"a.weight": np.ones((2, 3), np.float32), "b.weight": np.zeros((1, 1), np.float32)}
    after = tuned(before, tmp_path / "tuning.npz")
    np.testing.assert_allclose(after["a.weight"], [[1.5, 1.0, 0.0], [2.0, 1.0, -1.0]])
    assert after["b.weight"] is before["b.weight"]
    np.testing.assert_array_equal(before["a.weight"], np.ones((2, 3)))


def test_a_change_of_an_unknown_weight_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "tuning.npz", **{"x|up": np.ones((1, 1)), "x|down": np.ones((1, 1))})
    with pytest.raises(KeyError):
        tuned({}, tmp_path / "tuning.npz")


def test_the_shipped_changes_are_small_enough_to_ship() -> None:
    assert tuning_path().stat().st_size < 6_000_000


def test_the_tuned_model_finds_more_titles_of_articles_it_was_not_tuned_on(
    embedder: Embedder, model_settings: IndexSettings
) -> None:
    rows = [row for row in read_rows(SAMPLE / "vpn") if isinstance(row, Row)]
    rows += [row for row in read_rows(SAMPLE / "correio") if isinstance(row, Row)]
    asked = [(question, place) for place, row in enumerate(rows) for question in row.values.get("questions", [])]

    def found(model: Embedder) -> float:
        titles = model.query_embed([row.values["title"] for row in rows])
        nearest = (model.query_embed([question for question, _ in asked]) @ titles.T).argmax(1)
        return float(np.mean(nearest == [place for _, place in asked]))

    plain = found(load_embedder(ensure_plain(model_settings)))
    assert found(embedder) > plain > 0.5


def test_plain_and_tuned_models_have_ids_of_their_own(embedder: Embedder, model_settings: IndexSettings) -> None:
    assert ensure_plain(model_settings).id != embedder.id
