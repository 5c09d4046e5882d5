"""The token of a user: signed by the desk, names one user and one conversation, expires."""

from typing import NamedTuple

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from pydantic import SecretStr

from balcao.errors import Unauthenticated

MAX_AGE_SECONDS = 30 * 24 * 3600
_MAX_LENGTH = 500


class Identity(NamedTuple):
    """Whom a token names."""

    user_id: str
    conversation_id: str


class Tokens:
    """Signs and verifies tokens with the desk's secret."""

    def __init__(self, secret: SecretStr) -> None:
        self._serializer = URLSafeTimedSerializer(secret.get_secret_value(), salt="balcao.channel.user")

    def issue(self, identity: Identity) -> str:
        """A token that is good for 30 days."""
        return str(self._serializer.dumps(list(identity)))

    def verify(self, token: str) -> Identity:
        """Whom the token names; :class:`Unauthenticated` with code ``token_expired`` or ``token_invalid``."""
        try:
            if len(token) > _MAX_LENGTH:
                raise BadData("too long")
            user_id, conversation_id = self._serializer.loads(token, max_age=MAX_AGE_SECONDS)
        except SignatureExpired:
            raise Unauthenticated("the token has expired", code="token_expired") from None
        except (BadData, ValueError, TypeError):
            raise Unauthenticated("the token is not valid", code="token_invalid") from None
        return Identity(user_id, conversation_id)
