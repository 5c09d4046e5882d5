"""How long silence may last."""

from datetime import timedelta
from typing import NamedTuple


class Patience(NamedTuple):
    """How long silence may last before the user is reminded, and then before the conversation ends; None: for ever."""

    nudge_after: timedelta | None = None
    close_after: timedelta | None = None


FOR_EVER = Patience()
