"""Texts as the ranker sees them: words without accents and endings, and an article cut into passages."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import Stemmer

from kb_index.articles.schemas import PublishedArticle
from kb_index.ranking.wording import expand

PASSAGE_WORDS = 40
MAX_PASSAGES = 8
MAX_QUESTIONS = 40
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>\n]{1,80}>")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_#>`|~]+|https?://\S+")
_STOP = frozenset(
    [
        "a",
        "o",
        "as",
        "os",
        "um",
        "uma",
        "uns",
        "umas",
        "de",
        "da",
        "do",
        "das",
        "dos",
        "em",
        "na",
        "no",
        "nas",
        "nos",
        "por",
        "pela",
        "pelo",
        "pelas",
        "pelos",
        "para",
        "pra",
        "pro",
        "com",
        "sem",
        "e",
        "ou",
        "mas",
        "que",
        "se",
        "ao",
        "aos",
        "eu",
        "ele",
        "ela",
        "eles",
        "elas",
        "voce",
        "voces",
        "meu",
        "minha",
        "meus",
        "minhas",
        "seu",
        "sua",
        "seus",
        "suas",
        "me",
        "lhe",
        "nos",
        "isso",
        "isto",
        "este",
        "esta",
        "esse",
        "essa",
        "aquele",
        "aquela",
        "ser",
        "e",
        "sao",
        "era",
        "foi",
        "estou",
        "esta",
        "estao",
        "ter",
        "tem",
        "tenho",
        "ha",
        "ja",
        "la",
        "so",
        "tambem",
        "muito",
        "mais",
        "como",
        "qual",
        "quais",
        "quando",
        "onde",
        "quem",
        "porque",
        "the",
        "of",
        "to",
        "and",
        "in",
        "is",
        "are",
        "i",
        "you",
        "it",
        "for",
    ]
)


def fold(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Folded words, in order, abbreviations written out."""
    return expand(_WORD.findall(fold(text)))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning; of all words if none does."""
    return stem_words(words(text))


def stem_words(found: Sequence[str]) -> list[str]:
    """As :func:`stems`, of words already cut."""
    return [_stem(word) for word in found if word not in _STOP] or [_stem(word) for word in found]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    plural = re.sub(r"(?:oes|aes)$", "ao", word)
    return str(_stemmer().stemWord(plural))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("portuguese")


def plain(markdown: str) -> str:
    """Markdown without its marks, tags and addresses, on one line."""
    return " ".join(_MARKUP.sub(r"\1", _TAG.sub(" ", markdown)).split())


def askings(article: PublishedArticle) -> list[str]:
    """The title and the question variants; the answer's beginning where there is neither. Never empty."""
    found = [text.strip() for text in (article.title, *article.questions[:MAX_QUESTIONS]) if text.strip()]
    return found or [" ".join(plain(article.answer).split()[:30]) or "?"]


def passages(article: PublishedArticle) -> list[str]:
    """The answer in pieces of whole sentences, of about 40 words, each with the title before it; at most 8, from the beginning.

    Never empty. Short pieces pay: the title then keeps its part in each vector."""
    pieces = _pieces(plain(article.answer))[:MAX_PASSAGES]
    return [f"{article.title}. {piece}" for piece in pieces] or [article.title or "?"]


def _pieces(text: str) -> list[str]:
    pieces: list[list[str]] = [[]]
    for sentence in _SENTENCE.split(text[: MAX_PASSAGES * PASSAGE_WORDS * 20]):
        found = sentence.split()
        for start in range(0, len(found), PASSAGE_WORDS):
            part = found[start : start + PASSAGE_WORDS]
            if pieces[-1] and len(pieces[-1]) + len(part) > PASSAGE_WORDS:
                pieces.append([])
            pieces[-1] += part
    return [" ".join(piece) for piece in pieces if piece]
