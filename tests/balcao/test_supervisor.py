"""Processes are started, watched, restarted and stopped; real ones, killed for real."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from balcao.supervisor import ProcessSpec, StartFailed, Supervisor

SERVER = """
import http.server, os, signal, sys
print("pid", os.getpid(), flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _server(name="server", code=SERVER, seconds=20.0):
    port = _free_port()
    command = [sys.executable, "-c", code, str(port)]
    return ProcessSpec(name, command, dict(os.environ), f"http://127.0.0.1:{port}/", seconds)


class Running:
    """A supervisor at work, its lines and its readiness."""

    def __init__(self, specs, logs):
        self.lines = []
        self.is_ready = asyncio.Event()
        self.supervisor = Supervisor(specs, logs, self.lines.append, quiet=True)
        self.task = asyncio.create_task(self.supervisor.run(self.is_ready.set))

    async def ready(self):
        await asyncio.wait_for(self.is_ready.wait(), 20)

    async def until(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.lines
            await asyncio.sleep(0.05)

    async def stop(self):
        self.supervisor.stopping.set()
        await asyncio.wait_for(self.task, 20)

    def pid(self):
        return self.supervisor.children[0].process.pid


def _exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]


def test_a_killed_process_is_restarted_and_said_so(tmp_path):
    async def scenario():
        running = Running([_server()], tmp_path)
        await running.ready()
        first = running.pid()
        os.kill(first, signal.SIGKILL)
        await running.until(lambda: running.pid() != first and running.supervisor.children[0].healthy.is_set())
        await running.stop()
        assert any("server stopped (signal SIGKILL); starting it again" in line for line in running.lines)

    asyncio.run(scenario())


def test_a_process_that_hangs_is_killed_and_restarted(tmp_path, monkeypatch):
    monkeypatch.setattr("balcao.supervisor.HUNG_AFTER_SECONDS", 1)
    monkeypatch.setattr("balcao.supervisor.HEALTH_EVERY_SECONDS", 0.3)

    async def scenario():
        running = Running([_server()], tmp_path)
        await running.ready()
        first = running.pid()
        os.kill(first, signal.SIGSTOP)
        await running.until(lambda: running.pid() != first and running.supervisor.children[0].healthy.is_set())
        await running.stop()

    asyncio.run(scenario())


def test_stopping_leaves_no_process_even_one_that_ignores_the_signal(tmp_path, monkeypatch):
    monkeypatch.setattr("balcao.supervisor.STOP_SECONDS", 0.5)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER

    async def scenario():
        running = Running([_server(code=stubborn)], tmp_path)
        await running.ready()
        pid = running.pid()
        await running.stop()
        assert not _exists(pid)

    asyncio.run(scenario())


def test_each_process_has_a_log_file_with_its_own_lines(tmp_path):
    async def scenario():
        running = Running([_server("one"), _server("two")], tmp_path)
        await running.ready()
        await running.stop()

    asyncio.run(scenario())
    assert (tmp_path / "one.log").read_text().startswith("pid ")
    assert (tmp_path / "one.log").read_text() != (tmp_path / "two.log").read_text()


def test_a_line_of_many_megabytes_does_not_stop_the_supervisor(tmp_path):
    loud = "import sys; sys.stdout.write('x' * 3_000_000 + chr(10)); sys.stdout.flush()\n" + SERVER

    async def scenario():
        running = Running([_server(code=loud)], tmp_path)
        await running.ready()
        await running.stop()

    asyncio.run(scenario())
    assert "pid " in (tmp_path / "server.log").read_text()


def test_a_process_that_never_becomes_healthy_ends_the_start_with_its_name_and_log(tmp_path):
    async def scenario():
        await Supervisor([_server("deaf", "import time; time.sleep(60)", 1)], tmp_path, lambda _: None, quiet=True).run(
            lambda: None
        )

    with pytest.raises(StartFailed, match=r"deaf did not become healthy in 1 s; see .*deaf\.log"):
        asyncio.run(scenario())


def test_processes_end_when_the_supervisor_itself_is_killed(tmp_path):
    script = (
        "import asyncio, sys; from pathlib import Path; from balcao.supervisor import *\n"
        "spec = ProcessSpec('child', [sys.executable, '-c', 'import os,time; print(os.getpid(), flush=True); time.sleep(60)'], {}, 'http://127.0.0.1:9/')\n"
        "asyncio.run(Supervisor([spec], Path(sys.argv[1]), print).run(lambda: None))"
    )

    async def scenario():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE
        )
        child = int((await process.stdout.readline()).split()[-1])
        process.kill()
        await process.wait()
        end = time.monotonic() + 5
        while _exists(child):
            assert time.monotonic() < end
            await asyncio.sleep(0.05)

    asyncio.run(scenario())
