"""The bot's processes, started once a session; the model is trained once and kept by the hash of its inputs."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.fakes import FakeDesk, FakeSearch, serving
from tests.bot.processes import BOT_PYTHON, Chat, Processes

_MODELS = Path(tempfile.gettempdir()) / "balcao-test-bot-models"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def search() -> FakeSearch:
    return FakeSearch()


@pytest.fixture(scope="session")
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture(scope="session")
def processes(search: FakeSearch, desk: FakeDesk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    if not BOT_PYTHON.exists():
        pytest.skip("no .venv-bot: `make up` makes it")
    home = tmp_path_factory.mktemp("bot")
    models = home / "rasa" / "models"
    if _MODELS.exists():
        shutil.copytree(_MODELS, models)
    found = Processes(home)
    found.train()
    shutil.copytree(models, _MODELS, dirs_exist_ok=True)
    with serving(desk.app, found.desk_port), serving(search.app, found.search_port):
        found.start_actions()
        found.start_bot()
        try:
            yield found
        finally:
            found.stop()


@pytest.fixture
def new_chat(processes: Processes) -> Callable[..., Chat]:
    """Makes a conversation of its own."""

    def make(**options: Any) -> Chat:
        return Chat(processes.bot_url, f"s{next(_numbers)}", **options)

    return make


@pytest.fixture
def chat(new_chat: Callable[..., Chat]) -> Chat:
    return new_chat()
