"""What users tell about themselves."""

from sqlalchemy.orm import Session

from balcao.errors import InvalidInput
from handoff.conversations.text import clean_email, clean_line
from handoff.users.models import User


def update_user(
    session: Session, *, user: User, name: str | None = None, email: str | None = None, language: str | None = None
) -> None:
    """Keeps what the user told; what is absent, empty or cannot be an e-mail address leaves the old value."""
    user.language = language or user.language
    user.name = clean_line(name, 120) or user.name
    try:
        user.email = clean_email(email) or user.email
    except InvalidInput:
        return
