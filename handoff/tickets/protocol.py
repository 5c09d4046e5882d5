"""Protocol numbers: ``2026-000123-7`` is the year, the number in the year, and a check digit.

The check digit is ISO 7064 MOD 11,10 over the year's and the number's digits; it notices every single wrong digit and
nearly every swap of two neighbours, so that a misheard protocol is told from an unknown one.
"""

import re
import unicodedata

_FORM = re.compile(r"^\s*(\d{4})\s*[-./ ]?\s*(\d{6,9})\s*[-./ ]?\s*(\d)\s*$")


def check_digit(digits: str) -> int:
    """The ISO 7064 MOD 11,10 check digit (0 to 9) of a string of decimal digits."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def format_protocol(year: int, number: int) -> str:
    """The protocol of the ``number``-th ticket (from 1) of a year."""
    digits = f"{year:04d}{number:06d}"
    return f"{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def parse_protocol(text: str) -> str | None:
    """The protocol that ``text`` writes, in its canonical form, or None when it is none or its check digit is wrong.

    Hyphens, dots, slashes and spaces between the parts may be missing, as people type them.
    """
    match = _FORM.match(_plain_digits(text))
    if match is None:
        return None
    year, number, digit = match.groups()
    return f"{year}-{number}-{digit}" if check_digit(year + number) == int(digit) else None


def _plain_digits(text: str) -> str:
    """Full-width and other decimal digits as ASCII ones, dashes of every kind as hyphens."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(str(unicodedata.decimal(char, char)) for char in plain)
    return re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
