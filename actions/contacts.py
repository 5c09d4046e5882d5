"""Reading how people can be reached, as Brazilians write it."""

import re
from dataclasses import dataclass

import phonenumbers

from actions.words import fold
from balcao.personal import is_cpf

_EMAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SPOKEN = (
    (re.compile(r"(?i)\s*(?:\(|\[)?\s*\b(?:arroba|at)\b\s*(?:\)|\])?\s*"), "@"),
    (re.compile(r"(?i)\s+ponto\s+"), "."),
)
_AROUND_AT = re.compile(r"\s*@\s*")
_SLIPS = frozenset(("con", "comm", "cmo", "comb", "brr", "gob"))
"""Endings that exist only as slips of the finger."""
_LOCAL = re.compile(r"(?<!\d)9?\d{4}[-.\s]?\d{4}(?!\d)")
_CARRIER = re.compile(r"\b0?xx\s?(\d{2})\b|\(0(\d{2})\)", re.IGNORECASE)


@dataclass(frozen=True)
class Contact:
    """What was read: an address or a phone number as it is kept; or the domain's words for what is wrong with it."""

    value: str | None = None
    words: str | None = None


def read_contact(text: str) -> Contact | None:
    """The e-mail address, else the phone number, that a text gives; None when it gives none."""
    email = read_email(text)
    if email is not None:
        return Contact(email)
    phone = read_phone(text)
    if phone is not None:
        return Contact(phone)
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11 and is_cpf(digits):
        return Contact(words="utter_contact_is_cpf")
    if _LOCAL.search(text) and len(digits) in (8, 9):
        return Contact(words="utter_phone_needs_area")
    return None


def read_email(text: str) -> str | None:
    """The e-mail address in a text, in lower case, also spelt out ("ana arroba orgao ponto gov ponto br"); None for none."""
    for pattern, sign in _SPOKEN:
        text = pattern.sub(sign, text)
    match = _EMAIL.search(_AROUND_AT.sub("@", text))
    if match is None or ".." in match.group() or match.group().rsplit(".", 1)[1].lower() in _SLIPS:
        return None
    return match.group().lower()


def read_phone(text: str) -> str | None:
    """A Brazilian phone number with its area code, as ``(61) 99999-0000``, with its extension; None when it is none."""
    plain = _CARRIER.sub(lambda found: found.group(1) or found.group(2), text)
    plain = re.sub(r"(?i)\bramal\b", " ext. ", plain)
    for match in phonenumbers.PhoneNumberMatcher(plain, "BR", leniency=phonenumbers.Leniency.VALID):
        number = match.number
        if number.country_code != 55:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
        written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
        return re.sub(r"^(\d{2}) ", r"(\1) ", fold(written)).replace("ext.", "ramal")
    return None
