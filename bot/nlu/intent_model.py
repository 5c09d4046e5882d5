"""The statistics behind the classifier: sentence vectors and n-grams, a logistic regression, and doubt that goes to a question.

Apart from Rasa, so that it can be trained and measured alone (``python -m bot.evaluate``).
"""

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.folding import fold

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
    A message of ``short_words`` or more whose words alone make it a question with probability ``plain`` is one.
    A message of more than ``long_words`` is a question without being looked at.
    """

    threshold: float = 0.36
    single: float = 0.6
    short_words: int = 4
    per_word: float = 0.08
    ceiling: float = 0.93
    plain: float = 0.8
    long_words: int = 40

    def least(self, words: int) -> float:
        """The least probability for a message of so many words."""
        if words == 1:
            return self.single
        return min(self.ceiling, self.threshold + self.per_word * max(0, words - self.short_words))


class IntentModel:
    """Fits on (texts, intents); :meth:`rank` gives every intent with its probability, the believed one first."""

    def __init__(self, doubt: Doubt = Doubt(), strength: float = 12.0, vector_weight: float = 2.5) -> None:
        self.doubt = doubt
        self._weight = vector_weight
        self._words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True)  # noqa: S106
        self._pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
        self._words_alone = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
        self._known: Dict[str, Optional[str]] = {}
        self._centre: Any = None

    def fit(self, texts: Sequence[str], intents: Sequence[str], embed: Embed) -> "IntentModel":
        """Learns from examples; deterministic."""
        folded = [fold(text) for text in texts]
        vectors = np.asarray(embed(folded))
        self._centre = vectors.mean(axis=0)
        grams = [self._words.fit_transform(folded), self._pieces.fit_transform(folded)]
        self._regression.fit(self._features(grams, vectors), list(intents))
        self._words_alone.fit(scipy.sparse.hstack(grams).tocsr(), [intent == QUESTION for intent in intents])
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
        grams = [self._words.transform([folded]), self._pieces.transform([folded])]
        plain = self._plain_question(grams)
        if plain >= self.doubt.plain and words >= self.doubt.short_words:
            return [(QUESTION, plain)]
        return self._with_doubt(self._ranking(grams, np.asarray(embed([folded]))), words)

    def _plain_question(self, grams: List[Any]) -> float:
        """The probability of a question by its words alone: most questions need no sentence vector, the dear part."""
        return float(self._words_alone.predict_proba(scipy.sparse.hstack(grams).tocsr())[0][1])

    def _ranking(self, grams: List[Any], vectors: Any) -> Ranking:
        probabilities = self._regression.predict_proba(self._features(grams, vectors))[0]
        order = np.argsort(-probabilities)
        return [(str(self._regression.classes_[i]), float(probabilities[i])) for i in order]

    def _features(self, grams: List[Any], vectors: Any) -> Any:
        centred = vectors - self._centre
        centred *= self._weight / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
        return scipy.sparse.hstack([*grams, scipy.sparse.csr_matrix(centred)]).tocsr()

    def _with_doubt(self, ranking: Ranking, words: int) -> Ranking:
        intent, probability = ranking[0]
        if intent == QUESTION or probability >= self.doubt.least(words):
            return ranking
        return [(QUESTION, 1.0 - probability), *(pair for pair in ranking if pair[0] != QUESTION)]


def _unambiguous(folded: Sequence[str], intents: Sequence[str]) -> Dict[str, Optional[str]]:
    """The examples themselves: what was written down as meaning one thing only needs no statistics."""
    known: Dict[str, Optional[str]] = {}
    for text, intent in zip(folded, intents, strict=True):
        known[text] = intent if known.get(text, intent) == intent else None
    return known
