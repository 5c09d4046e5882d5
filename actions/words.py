"""Reading what people type, without the knowledge base: folding, matching against names, numbers, addresses."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

Named = TypeVar("Named")

_WORD = re.compile(r"[a-z0-9]+")
_ABUSE = re.compile(
    r"\b(burr[oa]s?|idiotas?|imbecil|imbecis|otari[oa]s?|lixo|merda|bosta|porra|caralho|cacete|desgraca|desgracad[oa]s?|vagabund[oa]s?|"
    r"fdp|vsf|vtnc|pqp|puta|foder|fodase|cu|arrombad[oa]s?|retardad[oa]s?|palhac[oa]s?|palhacada|lascar|inutil|inuteis|"
    r"stupid|idiot|fuck\w*|shit|asshole)\b"
)
_PROTOCOL = re.compile(r"(?<!\d)(\d{4})\s*[-./ ]?\s*(\d{6,9})\s*[-./ ]?\s*(\d)(?!\d)")
_SMALL = frozenset(
    ("a", "as", "o", "os", "de", "do", "da", "dos", "das", "e", "em", "no", "na", "para", "com", "the", "of")
)
_ASKS = re.compile(
    r"^(como|qual|quais|onde|quando|quem|quanto|quantos|por ?que|porque|o que|posso|tem como|da para|e possivel|"
    r"nao consigo|nao consegui|nao estou conseguindo|esqueci|perdi|preciso|queria|quero|gostaria|how|what|where|why|can i)\b"
)
_BROKEN = re.compile(r"\b(erro|nao funciona|nao abre|nao conecta|nao liga|travou|travando|fora do ar|caiu|parou)\b")
_INTERROGATIVE = re.compile(
    r"^(e )?(como|qual|quais|a?onde|quando|quem|quanto|quantos|por ?que|pq|o que|oq|tem como|posso|da para|e possivel|cade|how|"
    r"what|where|why|when|who|can i)\b"
)
_CONTINUES = re.compile(
    r"^(mas |ah |ok |certo |entendi )?(e |e se |mas e )(no|na|nos|nas|pelo|pela|em|com|sem|para|pra|pro|se|quem|quando|quanto|"
    r"como fica|como faco|como faz|como e|depois|o|a|os|as|fora|from|on|in)\b"
    r"|^(isso |tambem )?(serve|vale|funciona|da certo|e igual|e o mesmo|muda|da)( tambem)? (no|na|para|pra|pro|em|com|pelo|pela)\b"
    r"|^(and|what about|how about) "
)
_LONGEST_CONTINUATION = 9
_REQUESTS = re.compile(
    r"\b(solicit\w+|instal\w+|liberar|liberacao|criar|novo|nova|cadastr\w+|pedir|acesso ao|acesso a)\b"
)
_NO_NAME = frozenset(
    ("ja", "nao", "sei", "nome", "quero", "que", "porque", "voce", "vc", "isso", "aqui", "falei", "disse", "digo", "para",
     "abre", "logo", "chamado", "email", "agora", "nada", "pode", "quem", "the", "not", "name", "already")
)  # fmt: skip
_ADJECTIVES = (
    (5, ("otimo", "otima", "excelente", "perfeito", "maravilh", "sensacional", "excellent", "great", "adorei", "show")),
    (1, ("pessim", "horrivel", "terrible", "porcaria", "lixo", "inutil", "idiota", "merda")),
    (2, ("ruim", "bad", "fraco")),
    (3, ("regular", "mais ou menos", "razoavel", "fair", "medio")),
    (4, ("bom", "boa", "good", "gostei", "legal")),
)
_NUMBERS = {"um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "one": 1, "two": 2, "three": 3,
            "four": 4, "five": 5, "zero": 0, "dez": 10}  # fmt: skip
_ORDINALS = {"primeir": 1, "segund": 2, "terceir": 3, "quart": 4, "quint": 5, "first": 1, "second": 2, "third": 3}


def fold(text: str) -> str:
    """Lower case without accents, one space between words; punctuation stays."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """The folded words of a text that carry meaning."""
    return [word for word in _WORD.findall(fold(text)) if word not in _SMALL]


def has_words(text: str) -> bool:
    """Whether there is anything to search for: a word of two letters at least."""
    return any(len(word) > 1 and not word.isdigit() for word in _WORD.findall(fold(text)))


def best_match(text: str, names: Iterable[tuple[Named, Sequence[str]]]) -> Named | None:
    """The one thing that ``text`` names. Each comes with its names and aliases.

    A whole name said wins over one contained in the text, longer names over shorter; a tie of two things is no match.
    """
    said = " ".join(_WORD.findall(fold(text)))
    scored = [(max((_likeness(said, name) for name in known), default=0.0), thing) for thing, known in names]
    best = max((score for score, _ in scored), default=0.0)
    winners = [thing for score, thing in scored if score == best]
    return winners[0] if best > 0 and len(winners) == 1 else None


def is_named(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in the text as words of its own."""
    said = f" {' '.join(_WORD.findall(fold(text)))} "
    return any(known and f" {known} " in said for known in (" ".join(_WORD.findall(fold(name))) for name in names))


def _likeness(said: str, name: str) -> float:
    known = " ".join(_WORD.findall(fold(name)))
    if not known or not said:
        return 0.0
    if said == known:
        return 1000.0
    if f" {known} " in f" {said} ":
        return float(len(known))
    meaning = set(words(said))
    if len(said) >= 3 and meaning and meaning <= set(words(known)):
        return len(said) / 2
    return 0.0


def is_abusive(text: str) -> bool:
    """Whether an angry text insults."""
    return bool(_ABUSE.search(fold(text)))


def read_name(text: str) -> str | None:
    """A person's name out of an answer such as "me chamo Ana Souza"; None when it can hardly be one."""
    name = re.sub(
        r"(?i)^\s*(oi,?\s+)?(meu nome é|meu nome e|me chamo|sou o|sou a|sou|my name is|i am|i'm)\s+", "", text
    ).strip(" .,!")
    letters = sum(char.isalpha() for char in name)
    if (
        not 2 <= len(name) <= 80
        or letters < 2
        or any(char.isdigit() for char in name)
        or "?" in name
        or len(name.split()) > 7
    ):
        return None
    if _NO_NAME & set(_WORD.findall(fold(name))):
        return None
    return " ".join(name.split())


def read_protocol(text: str) -> tuple[str, bool] | None:
    """A protocol number in a text in its canonical form, and whether its check digit is right; None when there is none."""
    match = _PROTOCOL.search(text)
    if match is None or not 2000 <= int(match.group(1)) <= 2999:
        return None
    year, number, digit = match.groups()
    return f"{year}-{number}-{digit}", _check_digit(year + number) == int(digit)


def _check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10, as the desk computes it."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def read_score(text: str) -> int | None:
    """A rating of 1 to 5 said in figures or words; 0 when it is a number outside; None when it is none."""
    folded = fold(text)
    stars = text.count("⭐")
    said = re.search(r"(?<![\d,.])\d{1,3}(?!\d|[,.]\d)", folded)
    if stars or said:
        return _in_range(stars or int(said.group() if said else 0))
    short = _WORD.findall(folded)
    numbers = [_NUMBERS[word] for word in short if word in _NUMBERS] if len(short) <= 4 else []
    if numbers:
        return _in_range(numbers[-1])  # "um três": the first is the article
    return _score_of_adjective(folded) if len(short) <= 6 else None


def _in_range(number: int) -> int:
    return number if 1 <= number <= 5 else 0


def _score_of_adjective(folded: str) -> int | None:
    if re.search(r"\bnao (foi|e|achei|gostei)\b", folded):
        return None
    return next((score for score, stems in _ADJECTIVES if any(re.search(rf"\b{stem}", folded) for stem in stems)), None)


def read_position(text: str, count: int) -> int | None:
    """Which of ``count`` listed things is meant (from 0): "2", "a segunda", "o último"; None when none is."""
    folded = fold(text)
    if len(folded.split()) > 4:
        return None
    if re.search(r"\b(ultim[oa]|last)\b", folded):
        return count - 1 if count else None
    number = re.search(r"\b\d\b", folded)
    place = (
        int(number.group())
        if number
        else next((n for stem, n in _ORDINALS.items() if re.search(rf"\b{stem}", folded)), 0)
    )
    return place - 1 if 1 <= place <= count else None


def looks_like_question(text: str) -> bool:
    """Whether a remark made where a comment was asked for is rather a new question or problem."""
    folded = fold(text)
    return (
        folded.endswith("?") or bool(_ASKS.search(folded)) or bool(_BROKEN.search(folded) and len(folded.split()) > 2)
    )


def asks_something(text: str) -> bool:
    """Whether a text asks for something, rather than answer: it ends with a question mark or begins as questions do."""
    folded = fold(text)
    return folded.endswith("?") or bool(_INTERROGATIVE.match(folded))


def is_continuation(text: str) -> bool:
    """Whether a question goes on with the subject before it, which it does not name: "e no celular?", "serve para mac?"."""
    folded = fold(text)
    if text.lstrip().lower().startswith("é "):  # "é no celular" answers
        return False
    return len(folded.split()) <= _LONGEST_CONTINUATION and bool(_CONTINUES.match(folded))


def ticket_type(description: str) -> str:
    """What kind of ticket a description is about: ``incident``, ``service_request`` or ``question``."""
    folded = fold(description)
    if _BROKEN.search(folded) or "nao consigo" in folded:
        return "incident"
    if _REQUESTS.search(folded):
        return "service_request"
    return "question" if folded.endswith("?") else "incident"
