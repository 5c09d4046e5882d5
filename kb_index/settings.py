"""Settings of the search service and of the build."""

from pathlib import Path

from balcao.settings import Secret, Settings


class IndexSettings(Settings):
    """What a build needs; no secret among it."""

    embedding_model: str = ""

    @property
    def default_model(self) -> Path:
        """The folder into which the packed model is unpacked."""
        return self.home / "model"


class SearchSettings(IndexSettings):
    """What the search service needs."""

    search_port: int = 8701
    search_token: Secret
