"""Desks in processes of their own that start in a moment: forked from one that has imported everything, and killed as hard as any."""

import contextlib
import multiprocessing
from multiprocessing.process import BaseProcess

import httpx

from handoff.app import create_app
from handoff.serving import make_server
from handoff.settings import DeskSettings
from tests.handoff.running import until

_CONTEXT = multiprocessing.get_context("forkserver")


def _serve(settings: DeskSettings) -> None:
    make_server(create_app(settings), settings).run()


class ForkedDesk:
    """A whole desk that can be started and killed again and again."""

    def __init__(self, settings: DeskSettings) -> None:
        _CONTEXT.set_forkserver_preload([__name__])
        self._settings = settings
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Returns once it serves."""
        self._process = _CONTEXT.Process(target=_serve, args=(self._settings,), daemon=True)
        self._process.start()
        until(self._is_healthy, 60)

    def kill(self) -> None:
        """As ``kill -9``; nothing is finished or tidied up."""
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
            self._process = None

    def _is_healthy(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://{self._settings.host}:{self._settings.port}/health").status_code == 200
        return False
