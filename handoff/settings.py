"""What the desk reads from its environment."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path

from pydantic import Field, field_validator

from balcao.ids import new_id
from balcao.settings import Secret, Settings
from handoff.attachments.kinds import KNOWN
from handoff.attachments.limits import MB, Limits
from handoff.silence.patience import Patience

_ROOT = Path(__file__).resolve().parent.parent


class DeskSettings(Settings):
    """Settings of the desk. ``allowed_origins`` is a comma-separated list of origins such as ``https://intranet.example``."""

    host: str = "127.0.0.1"
    port: int = 8700
    search_port: int = 8701
    bot_port: int = 8703
    secret_key: Secret
    desk_token: Secret
    search_token: Secret
    bot_token: Secret
    channels_token: Secret
    allowed_origins: str = ""
    widget_dir: Path = _ROOT / "bot" / "channels" / "web"
    turn_seconds: float = 4.5
    reopen_days: int = Field(default=5, ge=0)
    pieces_seconds: float = Field(0.6, ge=0, le=2)
    nudge_minutes: float = Field(10, ge=0)
    close_minutes: float = Field(20, ge=0)
    attachment_mb: float = Field(10, gt=0, le=2000)
    attachments_per_message: int = Field(5, ge=1, le=20)
    attachments_daily_mb: float = Field(100, gt=0)
    attachments_reserve_mb: float = Field(500, ge=0)
    attachment_types: str = "png,jpg,jpeg,gif,webp,pdf,txt,log,csv,docx,xlsx,pptx,odt,ods,zip,ogg,oga,mp3,m4a,mp4"

    @cached_property
    def origins(self) -> frozenset[str]:
        """The foreign origins whose pages may carry the widget."""
        return frozenset(
            origin.strip().rstrip("/").lower() for origin in self.allowed_origins.split(",") if origin.strip()
        )

    @cached_property
    def quiet(self) -> timedelta:
        """How long a writer pauses at most within a message."""
        return timedelta(seconds=self.pieces_seconds)

    @cached_property
    def patience(self) -> Patience:
        """How long users may be silent."""
        return Patience(
            timedelta(minutes=self.nudge_minutes) if self.nudge_minutes else None,
            timedelta(minutes=self.close_minutes) if self.close_minutes else None,
        )

    @field_validator("attachment_types")
    @classmethod
    def _check_types(cls, listed: str) -> str:
        unknown = {suffix.strip().lower() for suffix in listed.split(",")} - KNOWN
        if unknown:
            raise ValueError(
                f"no such kinds of files: {', '.join(sorted(unknown))}; known are {', '.join(sorted(KNOWN))}"
            )
        return listed

    @cached_property
    def uploads(self) -> Limits:
        """What may be attached."""
        return Limits(
            size=int(self.attachment_mb * MB),
            per_message=self.attachments_per_message,
            daily=int(self.attachments_daily_mb * MB),
            suffixes=frozenset(suffix.strip().lower() for suffix in self.attachment_types.split(",")),
        )

    @cached_property
    def desk_id(self) -> str:
        """A name for this run of the desk, under which it holds leases."""
        return new_id()

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}"

    @property
    def search_url(self) -> str:
        return f"http://127.0.0.1:{self.search_port}"
