"""Signed links that carry a conversation to another channel. Pure.

A link names one conversation and an end, and fits into the 64 characters of ``[A-Za-z0-9_-]`` that Telegram allows a
deep link: 16 bytes of ULID, 4 of the end, 16 of HMAC-SHA256, in base 64.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from pydantic import SecretStr

from balcao.errors import Unauthenticated
from balcao.ids import ALPHABET

LIFE = timedelta(minutes=15)
_MAC_BYTES = 16
_LENGTH = 48


class Links:
    """Signs and reads links with the desk's secret."""

    def __init__(self, secret: SecretStr) -> None:
        self._key = hashlib.sha256(b"balcao.channel.link:" + secret.get_secret_value().encode()).digest()

    def issue(self, conversation_id: str, now: datetime) -> str:
        """A link that is good for 15 minutes."""
        body = _pack(conversation_id) + int((now + LIFE).timestamp()).to_bytes(4, "big")
        return base64.urlsafe_b64encode(body + self._mac(body)).decode()

    def read(self, link: str, now: datetime) -> str:
        """The conversation's id; :class:`Unauthenticated` with code ``link_expired`` or ``link_invalid``."""
        raw = _decode(link)
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            raise Unauthenticated("the link is not valid", code="link_invalid")
        if int.from_bytes(body[16:], "big") < now.timestamp():
            raise Unauthenticated("the link has expired", code="link_expired")
        return _unpack(body[:16])

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_MAC_BYTES]


def _decode(link: str) -> bytes:
    if len(link) == _LENGTH and link.isascii():
        try:
            return base64.b64decode(link, altchars=b"-_", validate=True)
        except ValueError:
            pass
    raise Unauthenticated("the link is not valid", code="link_invalid")


def _pack(ulid: str) -> bytes:
    value = 0
    for char in ulid:
        value = value << 5 | ALPHABET.index(char)
    return value.to_bytes(16, "big")


def _unpack(raw: bytes) -> str:
    value = int.from_bytes(raw, "big")
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -5, -5))
