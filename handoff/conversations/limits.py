"""How much one user may write, and how many sessions one address may open. In memory: a restart forgives."""

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from balcao.errors import TooMany

_MESSAGES = RateLimitItemPerSecond(60, 10)
_SESSIONS = RateLimitItemPerMinute(600)


class RateLimits:
    """The limits of the channel API; one object a desk."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check_message(self, user_id: str) -> None:
        """:class:`TooMany` for more than 60 messages in 10 s."""
        if not self._limiter.hit(_MESSAGES, "message", user_id):
            raise TooMany("more than 60 messages in 10 seconds")

    def check_session(self, address: str) -> None:
        """:class:`TooMany` for more than 600 new sessions a minute from one address, behind which an agency may sit."""
        if not self._limiter.hit(_SESSIONS, "session", address):
            raise TooMany("too many new sessions from this address")
