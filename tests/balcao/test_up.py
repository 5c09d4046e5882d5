"""Before anything starts: the folder, the disk, the ports, the lock and the secrets, each fault in one line."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from balcao import secrets_file, up
from balcao.up import UpError, UpSettings


def _settings(home, **more):
    ports = {name: _free_port() for name in ("port", "search_port", "actions_port", "bot_port")}
    return UpSettings(home=home, **{**ports, **more})


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_busy_port_names_the_setting_that_moves_it(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UpError, match=f"port {port} is in use .* BALCAO_SEARCH_PORT"):
            up.check_ports(_settings(tmp_path, search_port=port))


def test_the_same_port_twice_is_refused(tmp_path):
    port = _free_port()
    with pytest.raises(UpError, match="same port"):
        up.check_ports(_settings(tmp_path, port=port, bot_port=port))


def test_a_second_supervisor_of_the_same_home_is_refused(tmp_path):
    with up.only_one(tmp_path), pytest.raises(UpError, match="already running"), up.only_one(tmp_path):
        pass


def test_too_little_disk_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(up, "FREE_BYTES_NEEDED", 10**18)
    with pytest.raises(UpError, match="free some space, or set BALCAO_HOME"):
        up.check_disk(tmp_path)


def test_a_home_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(UpError, match=r"home: it cannot be written .* set BALCAO_HOME"):
        up.check_folder(tmp_path / "home")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_told_in_one_line_and_the_next_try_succeeds(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(b"x" * 128 * 1024)
        with pytest.raises(UpError, match="the disk is full: free some space"):
            up.check_folder(disk)
        filler.unlink()
        up.check_folder(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_secrets_are_made_once_with_mode_0600_and_kept(tmp_path):
    first = secrets_file.load_or_make(tmp_path)
    assert secrets_file.load_or_make(tmp_path) == first
    assert len(set(first.values())) == len(secrets_file.NAMES)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_half_written_secrets_file_is_completed_without_changing_what_it_has(tmp_path):
    (tmp_path / "secrets.env").write_text("BALCAO_SECRET_KEY=kept-kept-kept-kept-kept\nBALCAO_DESK_TOKEN=\n")
    made = secrets_file.load_or_make(tmp_path)
    assert made["BALCAO_SECRET_KEY"] == "kept-kept-kept-kept-kept"
    assert len(made["BALCAO_DESK_TOKEN"]) > 24


def test_each_process_is_given_only_the_secrets_it_needs(tmp_path, monkeypatch):
    monkeypatch.setenv("BALCAO_SECRET_KEY", "set-by-hand-in-the-environment")
    settings = _settings(tmp_path)
    specs = up.process_specs(settings, up.common_env(settings), secrets_file.load_or_make(tmp_path))
    given = {spec.name: {name for name in secrets_file.NAMES if name in spec.env} for spec in specs}
    assert given == {
        "bot": {"BALCAO_ACTIONS_TOKEN", "BALCAO_BOT_TOKEN"},
        "search": {"BALCAO_SEARCH_TOKEN"},
        "actions": {"BALCAO_ACTIONS_TOKEN", "BALCAO_DESK_TOKEN", "BALCAO_SEARCH_TOKEN"},
        "desk": {
            "BALCAO_SECRET_KEY",
            "BALCAO_DESK_TOKEN",
            "BALCAO_SEARCH_TOKEN",
            "BALCAO_BOT_TOKEN",
            "BALCAO_CHANNELS_TOKEN",
        },
    }


def test_telegram_is_started_where_it_has_a_token_and_nobody_else_is_given_it(tmp_path, monkeypatch):
    monkeypatch.setenv("BALCAO_TELEGRAM_TOKEN", "1234567890:a-token-of-the-tests-only-0123")
    settings = _settings(tmp_path, telegram_port=_free_port())
    specs = up.process_specs(settings, up.common_env(settings), secrets_file.load_or_make(tmp_path))
    given = {spec.name: {name for name in secrets_file.NAMES if name in spec.env} for spec in specs}
    assert given["telegram"] == {"BALCAO_CHANNELS_TOKEN", "BALCAO_TELEGRAM_WEBHOOK_SECRET"}
    assert [spec.name for spec in specs if "BALCAO_TELEGRAM_TOKEN" in spec.env] == ["telegram"]


def test_a_wrong_setting_ends_the_command_in_one_line(tmp_path):
    env = {**os.environ, "BALCAO_PORT": "banana", "BALCAO_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "balcao.cli", "up"], env=env, capture_output=True, text=True, timeout=60, cwd=Path.cwd()
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("balcao: BALCAO_PORT: ")
    assert len(done.stderr.strip().splitlines()) == 1
