"""The one error tree. Each error carries its HTTP status and code; one handler renders them.

BalcaoError (500)
├── InvalidInput (422)      the caller sent something that cannot be accepted
│   └── TooLarge (413)
├── Unauthenticated (401)   no valid token or session
├── Forbidden (403)         known, but not allowed
├── NotFound (404)
├── Conflict (409)          the state moved on, or a key was used with another body
│   └── OwnerChanged (409)  a conversation has another owner than the caller believed
├── TooMany (429)
├── Unavailable (503)       a part this one needs does not answer
└── StorageFull (507)       the disk has no room for what was sent
"""

from typing import ClassVar


class BalcaoError(Exception):
    """Base of every error of ours. ``message`` is in English, for developers and the API; users hear a domain response."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or self.code)
        self.message = message or self.code
        self.error_code = code or self.code

    def as_body(self) -> dict[str, dict[str, str]]:
        """The JSON body of the error, as every HTTP API of ours answers it."""
        return {"error": {"code": self.error_code, "message": self.message}}


class InvalidInput(BalcaoError):
    status = 422
    code = "invalid_input"


class TooLarge(InvalidInput):
    status = 413
    code = "too_large"


class Unauthenticated(BalcaoError):
    status = 401
    code = "unauthenticated"


class Forbidden(BalcaoError):
    status = 403
    code = "forbidden"


class NotFound(BalcaoError):
    status = 404
    code = "not_found"


class Conflict(BalcaoError):
    status = 409
    code = "conflict"


class OwnerChanged(Conflict):
    code = "owner_changed"


class TooMany(BalcaoError):
    status = 429
    code = "too_many_requests"


class Unavailable(BalcaoError):
    status = 503
    code = "unavailable"


class StorageFull(BalcaoError):
    status = 507
    code = "storage_full"
