"""What is left after a kill between file and row is swept; a full disk is said clearly and leaves nothing half kept."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from balcao.database import utc_now
from handoff.attachments.models import Attachment
from handoff.attachments.store import FileStore
from handoff.attachments.sweeping import sweep
from tests.handoff.attachments import files
from tests.handoff.attachments.sending import code_of, fetch, send, upload
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, settings_for

_KILLED = """
import os, signal, sys
from pathlib import Path
from handoff.attachments.store import FileStore
draft = FileStore(Path(sys.argv[1]), 0).begin()
draft.write(b"words")
if sys.argv[2] == "placed":
    draft.place()
os.kill(os.getpid(), signal.SIGKILL)
"""


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(folder: Path, hours: float) -> None:
    """Makes all files look as old as that."""
    then = time.time() - hours * 3600
    for path in contents(folder):
        os.utime(path, (then, then))


@pytest.mark.parametrize("moment", ["half received", "placed"])
def test_a_file_whose_desk_was_killed_before_its_row_came_is_swept_and_a_fresh_one_is_not(
    desk: RunningDesk, moment: str
) -> None:
    folder = desk.desk.files.folder
    visitor = desk.visitor()
    kept = upload(visitor).json()["id"]
    send(visitor, kept)
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(folder), moment], check=False)
    assert ended.returncode == -9
    assert len(contents(folder)) == 2
    sweep(desk.desk)
    assert len(contents(folder)) == 2, "it may be somebody's upload of this very moment"
    age(folder, hours=2)
    sweep(desk.desk)
    assert [path.name for path in contents(folder)] == [kept]
    assert fetch(visitor, kept).content == files.png()


def test_a_file_that_nobody_sent_within_a_day_goes_with_its_row(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    sent, unsent = (upload(visitor, f"{n}.png").json()["id"] for n in range(2))
    send(visitor, sent)
    with desk.desk.write() as session:
        for id_ in (sent, unsent):
            session.get_one(Attachment, id_).created_at = utc_now() - timedelta(hours=25)
    sweep(desk.desk)
    assert fetch(visitor, sent).status_code == 200
    assert code_of(fetch(visitor, unsent)) == (404, "no_such_attachment")
    assert [path.name for path in contents(desk.desk.files.folder)] == [sent]


def test_a_row_whose_file_is_gone_is_answered_as_that(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    id_ = upload(visitor).json()["id"]
    desk.desk.files.remove(id_)
    assert code_of(fetch(visitor, id_)) == (404, "attachment_gone")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    folder = tmp_path / "home" / "attachments"
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system of one's own here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_clearly_and_nothing_half_received_stays(
    world: World, database_url: str, tiny_disk: Path, bot: FakeBot
) -> None:
    settings = settings_for(database_url, tiny_disk.parent, bot, attachments_reserve_mb=0)
    running = RunningDesk(settings).start()
    try:
        visitor = running.visitor()
        assert code_of(upload(visitor, "x.txt", b"x" * 900_000)) == (507, "storage_full")
        assert contents(tiny_disk) == []
        assert upload(visitor, "x.txt", b"x" * 100_000).status_code == 201, "what fits is still taken"
        assert visitor.post("e o texto segue").status_code == 201
    finally:
        running.stop()


def test_the_reserve_of_the_disk_is_left_alone(desk: RunningDesk) -> None:
    desk.desk.files = FileStore(desk.desk.files.folder, reserve=2**60)
    assert code_of(upload(desk.visitor())) == (507, "storage_full")
    assert contents(desk.desk.files.folder) == []
