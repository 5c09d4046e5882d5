"""How alike two descriptions of a problem are, by their words. Pure.

Words, not sentence vectors: two descriptions by one user about one service lie so close together as vectors that the same
problem and another one of the same service are hardly told apart, while the user names what is wrong in much the same words.
"""

import re
import unicodedata
from functools import lru_cache

import Stemmer

ALIKE = 0.5
"""From here on two descriptions are taken for the same case; the user is asked, so a false alarm costs one answer."""

_FEW = 3
_WORD = re.compile(r"[a-z0-9]+")
_STEMMER = Stemmer.Stemmer("portuguese")
_EMPTY_WORDS = (
    "a ao aos as com da das de dele dela do dos e ela ele em entre era essa esse esta estao estava estou eu foi ha isso isto ja la "
    "mais mas me mesmo meu minha muito na nao nas nem no nos nossa nosso o os ou para pela pelo por porque pra pro qual quando que "
    "quem se sem ser seu so sou sua tem tenho tinha um uma voce ate hoje ontem agora ainda desde dia manha tarde hora horas aqui "
    "bom boa ola oi favor obrigado obrigada ajuda ajudar preciso quero gostaria consigo consegui conseguindo funciona funcionando "
    "funcionar problema erro aparece acontece fica ficou"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def likeness(one: str, other: str) -> float:
    """From 0 (no word in common) to 1: Dice's coefficient of the stems of the words that carry meaning.

    Where one text is short and the other tells the whole story, the share of the short one's stems counts (the overlap
    coefficient), if it has at least three. Both: Manning and Schütze, Foundations of Statistical NLP, 1999, table 8.7.
    """
    first, second = stems(one), stems(other)
    common = len(first & second)
    if common == 0:
        return 0.0
    shorter = min(len(first), len(second))
    dice = 2 * common / (len(first) + len(second))
    return max(dice, common / shorter * 0.8 if shorter >= _FEW else 0.0)


@lru_cache(maxsize=256)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words, without accents and without the words that say little."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return frozenset(_STEMMER.stemWord(word) for word in _WORD.findall(plain) if word not in _EMPTY and len(word) > 1)
