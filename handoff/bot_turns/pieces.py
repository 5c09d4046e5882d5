"""One message that was sent in pieces: which of the pieces that wait make one turn, and how long to wait for more. Pure.

Only what looks unfinished is waited for, so that a plain question goes to the bot at once.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MOST_PIECES = 10
FILE_TURN = "/attachment"
LONGEST_WAIT = timedelta(seconds=2)
_WORD = re.compile(r"[a-z0-9]+")
_OPEN_MARK = re.compile(r"(,|;|:|-|–|\.\.\.|…)$")
_CLOSED_MARK = re.compile(r"[.!?)]$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPEN_WORDS = _set(
    "e ou mas que de do da dos das em no na nos nas num numa com sem para pra pro por pelo pela ao aos o a os as um uma "
    "porque pq quando se como onde meu minha meus minhas esse essa este esta eu consigo consegui queria quero preciso "
    "gostaria tentando tento tentei posso seguinte tipo assim entao olha and or but the to of in with my for when i"
)
_GOES_ON = _set(
    "e ou mas que desde porque pq pois quando para pra pro com sem no na nos nas do da de dos das por pelo pela so ja ainda "
    "tambem inclusive dai and but because since when with"
)
_HAILS = _set("oi oie ola opa bom boa hello hi hey alo prezados prezado prezada senhores")
_COURTESIES = _HAILS | _set(
    "dia tarde noite tudo td bem pessoal gente equipe por favor pfv e ai good morning afternoon evening there"
)
_ANSWERS_ALONE = _set("quero queria preciso consegui a e o i")


class Piece(NamedTuple):
    """A turn that waits: what was typed and when. Only plain texts are joined, and files with files, as an album comes."""

    text: str
    at: datetime
    is_plain: bool
    is_file: bool = False


class Plan(NamedTuple):
    """The first ``pieces`` of them make one turn, once ``wait`` has passed without another piece."""

    pieces: int
    wait: timedelta


def plan(pieces: Sequence[Piece], now: datetime, quiet: timedelta) -> Plan:
    """What to do with the pieces that wait, in order; ``quiet`` is how long a writer pauses at most within a message."""
    first = pieces[0]
    if not (first.is_plain or first.is_file) or quiet <= timedelta(0):
        return Plan(1, timedelta(0))
    count = 1
    while count < min(len(pieces), MOST_PIECES) and _belongs(pieces[count - 1], pieces[count]):
        count += 1
    may_go_on = count == len(pieces) < MOST_PIECES and (count > 1 or first.is_file or is_unfinished(first.text))
    ready = min(pieces[count - 1].at + quiet, first.at + LONGEST_WAIT) if may_go_on else now
    return Plan(count, max(timedelta(0), ready - now))


def joined(texts: Sequence[str]) -> str:
    """The pieces as one text."""
    return " ".join(text.strip() for text in texts)


def file_turn(names: Sequence[str]) -> str:
    """What the bot is told of files that came without a word."""
    return FILE_TURN + json.dumps({"names": ", ".join(names)})


def joined_files(payloads: Sequence[str]) -> str:
    """Several of these as one."""
    return file_turn([json.loads(payload.removeprefix(FILE_TURN))["names"] for payload in payloads])


def _belongs(earlier: Piece, later: Piece) -> bool:
    if earlier.is_file or later.is_file:
        return earlier.is_file and later.is_file
    return later.is_plain and (is_unfinished(earlier.text) or _goes_on(later.text))


def is_unfinished(text: str) -> bool:
    """Whether a text reads as if more were to come: a greeting alone, or an end such as "não consigo", "para" or a comma."""
    stripped = text.strip()
    words = _words(stripped)
    if _is_greeting(words) or _OPEN_MARK.search(stripped):
        return True
    if not words or _CLOSED_MARK.search(stripped) or (len(words) == 1 and words[0] in _ANSWERS_ALONE):
        return False
    return words[-1] in _OPEN_WORDS


def _is_greeting(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in _HAILS and set(words) <= _COURTESIES


def _goes_on(text: str) -> bool:
    words = _words(text)
    return bool(words) and words[0] in _GOES_ON


def _words(text: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return _WORD.findall(plain)
