"""Passwords: argon2id hashes, and what is asked of a new one."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from balcao.errors import InvalidInput

MIN_LENGTH = 10
MAX_LENGTH = 256


def hash_password(password: str) -> str:
    """The argon2id hash of a new password; :class:`InvalidInput` (``weak_password``) under 10 or over 256 characters."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters", code="weak_password")
    return _hasher().hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one. Takes as long when there is no hash, so that logins cannot be probed."""
    try:
        matches = _hasher().verify(password_hash or _decoy(), password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _decoy() -> str:
    return _hasher().hash("a password that opens nothing")
