"""The Telegram process, started in no time: a server that has imported everything forks it off.

``python -m tests.channels.telegram.forking`` reads lines; for each it forks, and answers with the number of the process.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

from bot.channels.telegram.__main__ import main


class Forker:
    """Starts Telegram processes; one at a time, each a process of its own that can be killed."""

    def __init__(self, env: Mapping[str, str], log: IO[bytes]) -> None:
        command = [sys.executable, "-m", "tests.channels.telegram.forking"]
        self._server = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.pid = 0

    def start(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(b"\n")
        self._server.stdin.flush()
        self.pid = int(self._server.stdout.readline())

    def kill(self) -> None:
        """``kill -9``, and waits until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._server.stdout is not None
        assert self._server.stdout.readline() == f"gone {self.pid}\n".encode()
        self.pid = 0

    def close(self) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._server.kill()
        self._server.wait(5)


def serve() -> None:
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(2, 1)
            main()
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print(f"gone {pid}", flush=True)


if __name__ == "__main__":
    serve()
