"""Vectors by article, and the discriminant over them."""

from pathlib import Path

import numpy as np
import pytest

from kb_index.ranking.discriminant import Discriminant, Sample
from kb_index.ranking.vectors import Layout, VectorIndex

LAYOUT = Layout.of([2, 1, 1], [1, 2, 1])


@pytest.fixture
def vectors() -> np.ndarray:
    rows = np.random.default_rng(7).normal(size=(8, 16)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_rows_belong_to_their_articles() -> None:
    assert LAYOUT.owners().tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert LAYOUT.asking_rows().tolist() == [True, True, False, True, False, False, True, False]


def test_an_article_is_as_near_as_its_nearest_row(vectors: np.ndarray) -> None:
    index = VectorIndex.build(vectors, LAYOUT)
    query = vectors[1]
    found = index.compare(query, np.array([0, 2]))
    cosines = vectors @ query
    assert found[0, 0] == pytest.approx(1.0, abs=1e-5)
    assert found[0, 2] == pytest.approx(cosines[2], abs=1e-5)
    mean = vectors[:2].mean(0)
    assert found[0, 1] == pytest.approx(query @ mean / np.linalg.norm(mean), abs=1e-5)
    assert found[1, 0] == pytest.approx(cosines[6], abs=1e-5)


def test_a_saved_index_compares_as_before(vectors: np.ndarray, tmp_path: Path) -> None:
    index = VectorIndex.build(vectors, LAYOUT)
    index.save(tmp_path)
    again = VectorIndex.load(tmp_path)
    assert np.allclose(again.compare(vectors[3], np.arange(3)), index.compare(vectors[3], np.arange(3)))
    assert again.nearest(vectors[3]).tolist() == index.nearest(vectors[3]).tolist()


def test_the_discriminant_tells_articles_apart_that_share_a_direction() -> None:
    """All rows share one long direction; what sets the articles apart is small, and across it."""
    draw = np.random.default_rng(3)
    layout = Layout.of([4, 4, 4], [1, 1, 1])
    rows = np.zeros((15, 16), np.float32)
    rows[:, 0] = draw.normal(10, 3, 15)
    rows[np.arange(15), 1 + layout.owners()] += 1.0
    rows += draw.normal(0, 0.05, rows.shape).astype(np.float32)
    found = Discriminant.fit(Sample.of(rows, layout), 3)
    query = np.zeros(16, np.float32)
    query[[0, 2]] = 20.0, 1.0
    assert found.scores(query, np.arange(3)).argmax() == 1


def test_the_discriminant_of_a_single_article_is_finite() -> None:
    layout = Layout.of([1], [1])
    found = Discriminant.fit(Sample.of(np.ones((2, 4), np.float32), layout), 1)
    assert np.isfinite(found.scores(np.ones(4, np.float32), np.array([0]))).all()
