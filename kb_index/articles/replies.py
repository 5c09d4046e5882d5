"""Reads a typed reply to a question with options, by its words alone. Pure.

A reply names an option by its place ("a segunda"), by its words or one of its other ways to be said, with slips of the
keyboard, or by a plain yes or no where one option stands for that. A name that the reply denies ("não funcionou") is not
that option. What the words leave open is for sentence vectors (:mod:`kb_index.search.meaning`), or is asked again.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+")
_ABBREVIATIONS = {
    "n": "nao", "nn": "nao", "ñ": "nao", "naum": "nao", "nao": "nao", "num": "nao", "nops": "nao", "s": "sim", "ss": "sim",
    "sm": "sim", "eh": "e", "ta": "esta", "tá": "esta", "to": "estou", "q": "que", "td": "tudo", "msm": "mesmo", "vc": "voce",
    "dnv": "de novo", "tb": "tambem", "tbm": "tambem", "pc": "computador", "note": "notebook", "cel": "celular", "p": "para",
    "pra": "para", "pro": "para o", "c": "com", "net": "internet", "blz": "beleza",
}  # fmt: skip
_DENIALS = frozenset(("nao", "nem", "nunca", "jamais", "nenhum", "nenhuma"))
_REACH = 2
"""A denial reaches so many words ahead: "não chegou a funcionar"."""
_SMALL = frozenset((
    "a", "as", "o", "os", "um", "uma", "de", "do", "da", "dos", "das", "e", "em", "no", "na", "nos", "nas", "ao",
    "que", "com", "por", "para", "mais", "muito", "so", "eu", "meu", "minha", "agora", "ja", "la", "aqui",
))  # fmt: skip
_YES = frozenset(
    ("sim", "isso", "claro", "positivo", "uhum", "aham", "yes", "yep", "confirmo", "exato", "beleza", "ok")
)
_NO = frozenset(("nao", "nada", "negativo", "no", "nope", "nenhum", "nenhuma"))
_YES_NAMES = ("sim", "yes")
_NO_BEGINNINGS = ("nao", "ainda nao", "nada", "continua", "igual", "nem", "no")
_ORDINALS = {
    "primeir": 1,
    "segund": 2,
    "terceir": 3,
    "quart": 4,
    "quint": 5,
    "sext": 6,
    "first": 1,
    "second": 2,
    "third": 3,
}
_CARDINALS = {"um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6}
_NUMBERED = re.compile(r"^(?:a |o |e |eh )?(?:opcao|alternativa|numero|item|option)? ?(\d{1,2})$")
_SLIP = 0.8
_SLIP_LETTERS = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: its label, and other ways to say it."""

    label: str
    means: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All ways to say it."""
        return (self.label, *self.means)


def fold_words(text: str) -> list[str]:
    """The words in lower case without accents, abbreviations written out."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return [part for word in _WORD.findall(plain) for part in _ABBREVIATIONS.get(word, word).split()]


def read_reply(text: str, options: Sequence[Option]) -> int | None:
    """The place of the option that the words name, from 0; None where they name none, or several alike."""
    said = fold_words(text)
    if not said or not options:
        return None
    place = _read_place(said, len(options))
    if place is not None:
        return place
    scores = [max(_likeness(said, fold_words(name)) for name in option.names) for option in options]
    best = max(scores)
    winners = [number for number, score in enumerate(scores) if score == best]
    if best > 0:
        return winners[0] if len(winners) == 1 else None
    return _read_polarity(said, options)


def yes_option(options: Sequence[Option]) -> int | None:
    """The one option that "sim" means: it says so, or it is the other of two of which one says no."""
    found = [place for place, option in enumerate(options) if any(_begins(name, _YES_NAMES) for name in option.names)]
    return _only(found) if found else _other(options, _denying(options))


def no_option(options: Sequence[Option]) -> int | None:
    """The one option that "não" means: it says so, or it is the other of two of which one says yes."""
    found = _denying(options)
    if len(found) > 1:
        found = [place for place in found if any(" ".join(fold_words(name)) == "nao" for name in options[place].names)]
        return _only(found)
    affirming = [place for place, o in enumerate(options) if any(_begins(name, _YES_NAMES) for name in o.names)]
    return _only(found) if found else _other(options, affirming)


def _read_polarity(said: Sequence[str], options: Sequence[Option]) -> int | None:
    """A plain yes or no, or a denial of the option that stands for yes: "não funcionou" where one is "Funcionou"."""
    meant = [word for word in said if word not in _SMALL]
    if meant and all(word in _YES for word in meant):
        return yes_option(options)
    if meant and (all(word in _NO for word in meant) or _denies(said, options)):
        return no_option(options)
    return None


def _denies(said: Sequence[str], options: Sequence[Option]) -> bool:
    """Whether what is denied is what some option says."""
    if not any(word in _DENIALS for word in said):
        return False
    plain = [word for word in said if word not in _DENIALS]
    return any(_likeness(plain, fold_words(name)) > 0 for option in options for name in option.names)


def _read_place(said: Sequence[str], count: int) -> int | None:
    if len(said) > 4:
        return None
    line = " ".join(said)
    if re.fullmatch(r"(?:a |o |e )*(?:ultim[oa]|last)(?: opcao| one)?", line):
        return count - 1
    number = _NUMBERED.match(line)
    place = int(number[1]) if number else _ordinal(line)
    return place - 1 if 1 <= place <= count else None


def _ordinal(line: str) -> int:
    match = re.fullmatch(r"(?:a |o |e )*(?:opcao |the )?(\w+?)(?:o|a)?(?: opcao| one| delas| deles)?", line)
    if match is None:
        return 0
    return _ORDINALS.get(match[1]) or (_CARDINALS.get(line.removeprefix("opcao ").removeprefix("numero ")) or 0)


def _likeness(said: Sequence[str], name: Sequence[str]) -> float:
    """How much of a name is said; a whole name counts by its letters, one that is denied not at all."""
    if not name:
        return 0.0
    if list(said) == list(name):
        return 1000.0
    place = _find(said, name)
    if place is not None and not (place and all(word in _YES | _NO for word in name)):  # a yes or no stands first
        return 0.0 if _is_denied(said, place, name) else float(sum(map(len, name)))
    meaning = [word for word in said if word not in _SMALL]
    within = bool(meaning) and all(any(_same(word, other) for other in name) for word in meaning)
    agree = bool(_DENIALS & set(said)) == bool(_DENIALS & set(name))
    return sum(map(len, meaning)) / 2 if within and agree else 0.0


def _find(said: Sequence[str], name: Sequence[str]) -> int | None:
    """Where the words of ``name`` stand in ``said`` one after the other, slips allowed."""
    for start in range(len(said) - len(name) + 1):
        if all(_same(said[start + offset], word) for offset, word in enumerate(name)):
            return start
    return None


def _same(said: str, known: str) -> bool:
    """The same word, or one with a slip of the keyboard in it."""
    if said == known:
        return True
    if min(len(said), len(known)) < _SLIP_LETTERS or said[0] != known[0]:
        return False
    return SequenceMatcher(None, said, known).ratio() > _SLIP


def _is_denied(said: Sequence[str], place: int, name: Sequence[str]) -> bool:
    before = said[max(0, place - _REACH) : place]
    return name[0] not in _DENIALS and any(word in _DENIALS for word in before)


def _denying(options: Sequence[Option]) -> list[int]:
    return [
        place for place, option in enumerate(options) if any(_begins(name, _NO_BEGINNINGS) for name in option.names)
    ]


def _begins(name: str, beginnings: Iterable[str]) -> bool:
    line = f"{' '.join(fold_words(name))} "
    return any(line.startswith(f"{beginning} ") for beginning in beginnings)


def _other(options: Sequence[Option], known: Sequence[int]) -> int | None:
    return 1 - known[0] if len(options) == 2 and len(known) == 1 else None


def _only(places: Sequence[int]) -> int | None:
    return places[0] if len(places) == 1 else None
