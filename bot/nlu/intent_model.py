"""The statistics behind the classifier: words and pieces of words, sentence vectors where those do not suffice, and doubt
that goes to a question.

Apart from Rasa, so that it can be trained and measured alone (``python -m bot.evaluate``).
"""

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import scipy.sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from bot.nlu.folding import fold
from bot.nlu.grams import Grams

QUESTION = "question"

Ranking = List[Tuple[str, float]]
Embed = Callable[[Sequence[str]], Any]
"""Texts in, one vector a text out (rows of a float array)."""


@dataclass(frozen=True)
class Doubt:
    """When a dialogue intent is not believed and the message is taken for a question to the knowledge base.

    ``threshold`` is the least probability of a dialogue intent; it grows by ``per_word`` for each word beyond
    ``short_words``, since what people do in a conversation they do in few words, and what they ask about takes more.
    One word alone must reach ``single``: a word that is in no example is rather the name of a thing.
    Where words alone give a question ``sure`` or more, or a dialogue intent ``sure_of_move``, no sentence vector is asked for: that
    is dear, and does not better it. A move is believed later, for it may hang on one turn of phrase («de jeito nenhum»).
    A message of more than ``long_words`` is a question without being looked at.
    """

    threshold: float = 0.36
    single: float = 0.5
    short_words: int = 4
    per_word: float = 0.08
    ceiling: float = 0.93
    sure: float = 0.6
    sure_of_move: float = 0.85
    long_words: int = 40

    def least(self, words: int) -> float:
        """The least probability for a message of so many words."""
        if words == 1:
            return self.single
        return min(self.ceiling, self.threshold + self.per_word * max(0, words - self.short_words))


class IntentModel:
    """Fits on (texts, intents); :meth:`rank` gives every intent with its probability, the believed one first."""

    def __init__(self, doubt: Doubt = Doubt(), strength: float = 30.0, vector_weight: float = 2.5) -> None:
        self.doubt = doubt
        self._strength = strength
        self._weight = vector_weight
        self._grams = Grams()
        self._by_words: Optional[_Scores] = None
        self._by_words_and_vector: Optional[_Scores] = None
        self._known: Dict[str, Optional[str]] = {}
        self._centre: Any = None

    def fit(self, texts: Sequence[str], intents: Sequence[str], embed: Embed) -> "IntentModel":
        """Learns from examples; deterministic."""
        folded = [fold(text) for text in texts]
        grams, vectors = self._grams.fit(folded), np.asarray(embed(folded))
        self._centre = vectors.mean(axis=0)
        both = scipy.sparse.hstack([grams, scipy.sparse.csr_matrix(self._centred(vectors))]).tocsr()
        self._by_words = _Scores.fit(grams, intents, self._strength)
        self._by_words_and_vector = _Scores.fit(both, intents, self._strength)
        self._known = _unambiguous(folded, intents)
        return self

    def rank(self, text: str, embed: Embed) -> Ranking:
        """``[(intent, probability)]`` of one message, the intent to act on first."""
        folded = fold(text)
        words = len(folded.split())
        if not folded or words > self.doubt.long_words:
            return [(QUESTION, 1.0 if folded else 0.0)]
        known = self._known.get(folded)
        if known is not None:
            return [(known, 1.0)]
        return self._with_doubt(self._ranking(folded, embed), words)

    def _ranking(self, folded: str, embed: Embed) -> Ranking:
        if self._by_words is None or self._by_words_and_vector is None:
            raise RuntimeError("the model has not been fitted")
        columns, values = self._grams.row(folded)
        ranking = self._by_words.ranking(columns, values)
        if ranking[0][1] >= (self.doubt.sure if ranking[0][0] == QUESTION else self.doubt.sure_of_move):
            return ranking
        return self._by_words_and_vector.ranking(columns, values, self._centred(np.asarray(embed([folded])))[0])

    def _centred(self, vectors: Any) -> Any:
        centred = vectors - self._centre
        return centred * (self._weight / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9))

    def _with_doubt(self, ranking: Ranking, words: int) -> Ranking:
        intent, probability = ranking[0]
        if intent == QUESTION or probability >= self.doubt.least(words):
            return ranking
        return [(QUESTION, 1.0 - probability), *(pair for pair in ranking if pair[0] != QUESTION)]


@dataclass(frozen=True)
class _Scores:
    """A fitted logistic regression, asked one text at a time: ``weights`` ``(columns, intents)``."""

    intents: List[str]
    weights: Any
    bias: Any

    @classmethod
    def fit(cls, features: Any, intents: Sequence[str], strength: float) -> "_Scores":
        regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000).fit(features, list(intents))
        weights = np.ascontiguousarray(regression.coef_.T)
        return cls([str(name) for name in regression.classes_], weights, regression.intercept_)

    def ranking(self, columns: Any, values: Any, vector: Optional[Any] = None) -> Ranking:
        """``vector`` fills the last columns, where the regression was fitted with vectors."""
        scores = self.bias + values @ self.weights[columns]
        if vector is not None:
            scores = scores + vector @ self.weights[-len(vector) :]
        probabilities = softmax(scores)
        return [(self.intents[place], float(probabilities[place])) for place in np.argsort(-probabilities)]


def _unambiguous(folded: Sequence[str], intents: Sequence[str]) -> Dict[str, Optional[str]]:
    """The examples themselves: what was written down as meaning one thing only needs no statistics."""
    known: Dict[str, Optional[str]] = {}
    for text, intent in zip(folded, intents, strict=True):
        known[text] = intent if known.get(text, intent) == intent else None
    return known
