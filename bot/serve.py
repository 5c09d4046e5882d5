"""``python -m bot.serve``: the bot on loopback, with its one private channel. Trains first if there is no model."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bot import lean_imports, train
from bot.quiet import quieten
from bot.settings import BOT, ONE_THREAD, BadSetting, Settings, load

_PURGE_SECONDS = 3600


def main() -> int:
    """Serves until it is told to stop."""
    try:
        settings = load()
    except BadSetting as fault:
        print(f"bot: {fault}", file=sys.stderr)
        return 2
    os.environ.update(ONE_THREAD, RASA_TELEMETRY_ENABLED="false")
    os.environ["BALCAO_ACTIONS_URL"] = settings.actions_url
    os.environ["BALCAO_TRACKERS"] = str(settings.trackers)
    quieten()
    lean_imports.install()
    model = train.train(settings.rasa_home / "models")
    make_app(settings, model).run(host="127.0.0.1", port=settings.port, access_log=False, motd=False)
    return 0


def make_app(settings: Settings, model: Path) -> Any:
    """The Sanic application with the desk's channel and nothing else of Rasa's HTTP API."""
    from rasa.core.channels.channel import register
    from rasa.core.run import create_http_input_channels
    from sanic import Sanic

    app = Sanic("balcao_bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 128 * 1024
    app.config.KEEP_ALIVE_TIMEOUT = 75
    register(create_http_input_channels(None, str(BOT / "credentials.yml")), app, route="/webhooks/")

    async def start(app: Any, _loop: Any) -> None:
        app.ctx.agent, app.ctx.trackers = load_agent(model)
        app.add_task(_purge(app, settings.tracker_days), name="purge")
        print(f"bot: {model.name} on 127.0.0.1:{settings.port}", flush=True)

    async def stop(app: Any, _loop: Any) -> None:
        await app.cancel_task("purge", raise_exception=False)
        await app.ctx.agent.action_endpoint.close()

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "after_server_stop")
    return app


def load_agent(model: Path) -> Any:
    """The agent with ``endpoints.yml``'s tracker store and action server, and the store itself."""
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    from bot import lean_events, lean_rules
    from bot.action_endpoint import ActionEndpoint, check_shape_only
    from bot.agent import DeskAgent

    endpoints = AvailableEndpoints.read_endpoints(str(BOT / "endpoints.yml"))
    action = endpoints.action
    check_shape_only()
    lean_events.install()
    lean_rules.install()
    store = TrackerStore.create(endpoints.tracker_store)
    agent = DeskAgent(
        tracker_store=store,
        action_endpoint=ActionEndpoint(action.url, headers=action.headers, **action.kwargs),
    )
    agent.load_model(str(model))
    store.domain = agent.domain
    agent.processor.last_answers = store.last_answers
    return agent, store


async def _purge(app: Any, days: int) -> None:
    while True:
        app.ctx.trackers.purge(days)
        await asyncio.sleep(_PURGE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
