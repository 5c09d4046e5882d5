"""Settings of the action server."""

from pydantic import Field

from balcao.settings import Secret, Settings


class ActionSettings(Settings):
    """Where the action server listens, and how it reaches desk and search."""

    port: int = Field(8700, ge=1, le=65535)
    search_port: int = Field(8701, ge=1, le=65535)
    actions_port: int = Field(8702, ge=1, le=65535)
    desk_token: Secret
    search_token: Secret
    actions_token: Secret
