"""How services say that something is news, without knowing who waits for it."""

from sqlalchemy.orm import Session

_KEY = "balcao_news"


def announce(session: Session, *topics: str) -> None:
    """Has the topics published once the caller's transaction is committed; never if it is rolled back."""
    session.info.setdefault(_KEY, set()).update(topics)


def announced(session: Session) -> frozenset[str]:
    """The topics that were announced in this session."""
    return frozenset(session.info.get(_KEY, ()))
