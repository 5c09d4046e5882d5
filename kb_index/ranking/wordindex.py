"""What the words of a question say about articles: BM25 over two fields, character n-grams, and the kind of question."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.articles.schemas import PublishedArticle
from kb_index.ranking.grams import GramIndex, ranges
from kb_index.ranking.lexical import LexicalIndex
from kb_index.ranking.texts import askings, plain, stem_words, words
from kb_index.ranking.wording import KindArray, kinds, kinds_alike

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_BODY_CHARS = 20_000
_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class QueryWords:
    """A question as words, as stems, and the kinds of question in it."""

    words: list[str]
    stems: list[str]
    kinds: int

    @classmethod
    def of(cls, text: str) -> "QueryWords":
        """Cut once, used by every index."""
        found = words(text)
        return cls(found, stem_words(found), kinds(found))


@dataclass(frozen=True, slots=True)
class Overlap:
    """BM25 of every article, as a share of what is possible: by its askings, and by all of its text."""

    askings: FloatArray
    whole: FloatArray


class WordIndex:
    """``starts`` ``(articles + 1,)`` are places of each article's first asking among all; ``asked`` ``(askings,)`` their kinds."""

    def __init__(
        self, askings_index: LexicalIndex, whole: LexicalIndex, grams: GramIndex, asked: KindArray, starts: IntArray
    ) -> None:
        self._askings = askings_index
        self._whole = whole
        self._grams = grams
        self._asked = asked
        self._starts = starts

    @classmethod
    def build(cls, articles: Sequence[PublishedArticle]) -> "WordIndex":
        """From titles, variants and answers."""
        cut = [[words(text) for text in askings(article)] for article in articles]
        flat = [found for asked in cut for found in asked]
        stemmed = [[stem for found in asked for stem in stem_words(found)] for asked in cut]
        bodies = [stem_words(words(plain(article.answer)[:_BODY_CHARS])) for article in articles]
        return cls(
            LexicalIndex.build(stemmed),
            LexicalIndex.build([head + body for head, body in zip(stemmed, bodies, strict=True)]),
            GramIndex.build([" ".join(found) for found in flat]),
            np.array([kinds(found) for found in flat], np.uint32),
            np.concatenate([[0], np.cumsum([len(asked) for asked in cut])]).astype(np.int64),
        )

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        """From what :meth:`save` wrote."""
        with np.load(folder / "askings.npz", allow_pickle=False) as kept:
            asked, starts = kept["asked"], kept["starts"]
        fields = [LexicalIndex.load(folder / name, len(starts) - 1) for name in ("bm25-askings", "bm25-whole")]
        return cls(fields[0], fields[1], GramIndex.load(folder / "grams.npz"), asked, starts)

    def save(self, folder: Path) -> None:
        """JSON and NumPy files."""
        self._askings.save(folder / "bm25-askings")
        self._whole.save(folder / "bm25-whole")
        self._grams.save(folder / "grams.npz")
        np.savez(folder / "askings.npz", asked=self._asked, starts=self._starts)

    def overlap(self, query: QueryWords) -> Overlap:
        """BM25 over all articles."""
        return Overlap(self._askings.scores(query.stems), self._whole.scores(query.stems))

    def compare(self, query: QueryWords, overlap: Overlap, articles: IntArray) -> FloatArray:
        """``(articles, 5)``: BM25 of askings and of the whole, the nearest asking by n-grams, kinds in common, and kinds apart."""
        starts, stops = self._starts[articles], self._starts[articles + 1]
        places, sizes = ranges(starts, stops)
        bounds = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        by_asking = np.column_stack(
            [self._grams.scores(" ".join(query.words), places), kinds_alike(query.kinds, self._asked[places])]
        )
        best = np.maximum.reduceat(by_asking, bounds, axis=0)
        return np.column_stack([overlap.askings[articles], overlap.whole[articles], best]).astype(np.float32)


def strongest(overlap: Overlap) -> IntArray:
    """The articles that share most with the query, in either field."""
    return np.union1d(_top(overlap.askings), _top(overlap.whole))


def _top(scores: FloatArray) -> IntArray:
    best = np.argpartition(-scores, min(_CANDIDATES, len(scores) - 1))[:_CANDIDATES]
    return best[scores[best] > 0].astype(np.int64)
