"""How the process is doing, for its health page and its logs: it is healthy as long as it answers, whatever Telegram does."""

from dataclasses import dataclass, field


@dataclass
class State:
    """``telegram`` is ``starting``, ``ok``, ``unreachable``, ``conflict`` (another process asks for the updates) or ``token_refused``."""

    mode: str = "polling"
    telegram: str = "starting"
    desk: str = "starting"
    has_lease: bool = False
    username: str | None = None
    counts: dict[str, int] = field(default_factory=lambda: {"updates": 0, "sent": 0, "set_aside": 0})

    def as_body(self) -> dict[str, object]:
        """What the health page shows; nothing in it is secret or personal."""
        return {
            "status": "ok",
            "mode": self.mode,
            "telegram": self.telegram,
            "desk": self.desk,
            "has_lease": self.has_lease,
            **self.counts,
        }
