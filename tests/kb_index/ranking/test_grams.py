"""Character n-grams."""

from pathlib import Path

import numpy as np
import pytest

from kb_index.ranking.grams import GramIndex, ranges

TEXTS = ["impressora sem toner", "senha vencida", "", "rede sem fio"]


@pytest.fixture
def index() -> GramIndex:
    return GramIndex.build(TEXTS)


def test_a_typing_error_still_finds_its_word(index: GramIndex) -> None:
    scores = index.scores("inpresora", np.arange(4))
    assert scores.argmax() == 0
    assert scores[0] > 0.2


def test_a_text_is_wholly_like_itself_and_not_like_an_empty_one(index: GramIndex) -> None:
    scores = index.scores("senha vencida", np.array([1, 2]))
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert scores[1] == 0.0


@pytest.mark.parametrize("query", ["", "a", "😀😀", "x" * 10_000])
def test_odd_queries_give_finite_scores(index: GramIndex, query: str) -> None:
    assert np.isfinite(index.scores(query, np.arange(4))).all()


def test_grams_do_not_reach_from_one_text_into_the_next() -> None:
    index = GramIndex.build(["abc", "def"])
    assert index.scores("cde", np.arange(2)).tolist() == [0.0, 0.0]


def test_a_saved_index_scores_as_before(index: GramIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "grams.npz")
    again = GramIndex.load(tmp_path / "grams.npz")
    assert again.scores("rede fio", np.arange(4)).tolist() == index.scores("rede fio", np.arange(4)).tolist()


def test_no_texts_at_all_can_be_indexed() -> None:
    assert GramIndex.build([]).scores("rede", np.zeros(0, np.int64)).size == 0


def test_ranges_are_laid_one_after_another() -> None:
    places, sizes = ranges(np.array([4, 0, 7]), np.array([6, 0, 8]))
    assert places.tolist() == [4, 5, 7]
    assert sizes.tolist() == [2, 0, 1]
