"""The environments are made whole or not at all, and each fault is one line that says what to do."""

import stat
import subprocess
import sys

import pytest

from balcao import bootstrap
from balcao.bootstrap import BootstrapError, Environment


@pytest.fixture
def environment(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1\ntwo==2\n")
    return Environment("desk", tmp_path / "venv", (3, 11), [lock], False)


def _executable(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_missing_python_is_told_with_the_ways_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    with pytest.raises(
        BootstrapError, match="Python 3.10 was not found. Install it .*pyenv install 3.10.* BALCAO_PYTHON310"
    ):
        bootstrap.find_python((3, 10))


def test_a_shim_that_exists_but_does_not_run_is_passed_over(monkeypatch, tmp_path):
    _executable(tmp_path / "python3.10", "echo 'command not found' >&2; exit 127")
    good = tmp_path / "versions" / "3.10.13" / "bin"
    good.mkdir(parents=True)
    _executable(good / "python", "echo 3.10")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert bootstrap.find_python((3, 10)) == str(good / "python")


def test_a_python_set_by_hand_is_the_only_one_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("BALCAO_PYTHON311", str(tmp_path / "absent"))
    with pytest.raises(BootstrapError):
        bootstrap.find_python((3, 11))


def test_a_finished_environment_is_left_alone_and_a_changed_lock_makes_it_again(environment):
    (environment.folder / "bin").mkdir(parents=True)
    (environment.folder / "bin" / "python").touch()
    wanted = bootstrap.fingerprint(environment, sys.executable)
    (environment.folder / ".ready").write_text(wanted)
    assert bootstrap.is_ready(environment, wanted)
    environment.locks[0].write_text("one==2\n")
    assert not bootstrap.is_ready(environment, bootstrap.fingerprint(environment, sys.executable))


def test_a_half_finished_install_is_not_ready_and_is_deleted_before_the_next(environment, monkeypatch):
    (environment.folder / "bin").mkdir(parents=True)
    (environment.folder / "bin" / "python").touch()
    (environment.folder / "rubbish").touch()
    assert not bootstrap.is_ready(environment, bootstrap.fingerprint(environment, sys.executable))
    monkeypatch.setattr(bootstrap, "_run", lambda command, *_: environment.folder.mkdir(exist_ok=True))
    bootstrap.make(environment, sys.executable)
    assert not (environment.folder / "rubbish").exists()
    assert (environment.folder / ".ready").exists()


def test_an_install_that_fails_leaves_no_stamp_and_names_pips_error(environment, monkeypatch):
    environment.locks[0].write_text("no-such-package-of-balcao==0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        BootstrapError, match="desk environment could not be made: .*no-such-package-of-balcao.*make up again"
    ):
        bootstrap.make(environment, sys.executable)
    assert not (environment.folder / ".ready").exists()


def test_a_disk_without_room_is_refused_before_anything_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "FREE_BYTES_NEEDED", 10**18)
    with pytest.raises(BootstrapError, match=r"GB free; .* are needed.*Free some space"):
        bootstrap.check_disk(tmp_path)


def test_pips_no_space_left_becomes_the_disk_is_full(environment):
    assert "the disk is full" in bootstrap._explain(environment, ["ERROR: [Errno 28] No space left on device", "more"])


def test_the_command_ends_with_one_line_and_an_error_code(monkeypatch, tmp_path):
    env = {"PATH": "/nonexistent", "BALCAO_PYTHON311": str(tmp_path / "absent"), "PYTHONPATH": str(bootstrap.ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "balcao.bootstrap"], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Python 3.11 was not found" in done.stderr
