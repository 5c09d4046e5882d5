"""Texts as the ranker sees them: words without accents and endings, and an article cut into passages."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import Stemmer

from kb_index.articles.schemas import PublishedArticle

PASSAGE_WORDS = 110
MAX_PASSAGES = 12
MAX_QUESTIONS = 40
_WORD = re.compile(r"\w+")
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
    """Folded words, in order."""
    return _WORD.findall(fold(text))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning; of all words if none does."""
    found = words(text)
    return [_stem(word) for word in found if word not in _STOP] or [_stem(word) for word in found]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    plural = re.sub(r"(?:oes|aes)$", "ao", word)
    return str(_stemmer().stemWord(plural))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("portuguese")


def plain(markdown: str) -> str:
    """Markdown without its marks and addresses, on one line."""
    return " ".join(_MARKUP.sub(r"\1", markdown).split())


def askings(article: PublishedArticle) -> list[str]:
    """The title and the question variants."""
    return [text for text in (article.title, *article.questions[:MAX_QUESTIONS]) if text.strip()]


def passages(article: PublishedArticle) -> list[str]:
    """The answer in pieces of about 110 words, each with the title before it; at most 12, from the beginning."""
    body = plain(article.answer).split()
    pieces = [body[start : start + PASSAGE_WORDS] for start in range(0, len(body), PASSAGE_WORDS)]
    return [f"{article.title}. {' '.join(piece)}" for piece in pieces[:MAX_PASSAGES]] or [article.title]


def lexical_texts(articles: Sequence[PublishedArticle]) -> list[list[str]]:
    """Stems of each article; those of its title and questions twice, since they are what people ask."""
    return [2 * stems(" ".join(askings(article))) + stems(plain(article.answer)[:20_000]) for article in articles]
