"""What goes wrong between us and Telegram, and between us and the desk, costs a user at most some time."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram import api, process, receiving
from tests.channels.telegram.conftest import RunningTelegram, process_env, telegram_settings
from tests.channels.telegram.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.channels.telegram.test_telegram_conversations import conversation_of
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, free_port, until

LIA, GIL = 42, 43


@pytest.mark.usefixtures("adapter")
def test_a_chat_that_is_held_by_429_waits_alone(telegram: FakeTelegram) -> None:
    telegram.faults.append(Fault("429", "sendMessage", chat=LIA, retry_after=2))
    telegram.write(LIA, "oi")
    until(lambda: [fault for fault in telegram.faults if fault.times == 0])
    held_at = time.monotonic()
    telegram.write(GIL, "olá")
    until(lambda: telegram.seen(GIL) == ["eco: olá"])
    assert time.monotonic() - held_at < 1.8
    assert telegram.seen(LIA) == []
    until(lambda: telegram.seen(LIA) == ["eco: oi"])
    assert time.monotonic() - held_at >= 1.9


@pytest.mark.usefixtures("adapter")
def test_who_blocks_us_is_left_in_peace_until_they_write_again(
    telegram: FakeTelegram, world: World, bot: FakeBot
) -> None:
    bot.think = 0.3
    telegram.write(LIA, "oi")
    until(lambda: bot.requests)
    telegram.blocked.add(LIA)
    conversation_id = conversation_of(world)
    until(lambda: [m for m in world.messages(conversation_id, notes=True) if m.visibility == "agents"])
    tries = len(telegram.called("sendMessage"))
    telegram.blocked.discard(LIA)
    telegram.write(LIA, "voltei")
    until(lambda: telegram.seen(LIA) == ["eco: oi", "eco: voltei"])
    assert len(telegram.called("sendMessage")) <= tries + 2


@pytest.mark.usefixtures("adapter")
def test_a_5xx_is_tried_again_and_nothing_is_doubled_or_reordered(telegram: FakeTelegram) -> None:
    telegram.faults += [Fault("502", "sendMessage", times=2), Fault("500", "getUpdates", times=2)]
    for text in ("primeira", "segunda", "terceira"):
        telegram.write(LIA, text)
    until(lambda: telegram.seen(LIA) == ["eco: primeira", "eco: segunda", "eco: terceira"], 15)


def test_a_send_that_hangs_is_sent_again_and_one_whose_answer_is_lost_may_double(
    desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SEND_SECONDS", 0.5)
    running = RunningTelegram(telegram_settings(desk, telegram, tmp_path)).start()
    try:
        telegram.faults.append(Fault("hang", "sendMessage"))
        telegram.write(LIA, "um")
        until(lambda: telegram.seen(LIA) == ["eco: um"])
        telegram.faults.append(Fault("lost", "sendMessage"))
        telegram.write(LIA, "dois")
        until(lambda: telegram.seen(LIA)[1:] == ["eco: dois", "eco: dois"])
        telegram.write(LIA, "três")
        until(lambda: telegram.seen(LIA)[3:] == ["eco: três"])
    finally:
        running.stop()


def test_a_second_poller_is_waited_for(
    adapter: RunningTelegram, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_CONFLICT_PAUSE", 0.3)
    telegram.faults.append(Fault("409", "getUpdates", times=3))
    until(lambda: adapter.state["telegram"] == "conflict")
    telegram.write(LIA, "oi")
    until(lambda: telegram.seen(LIA) == ["eco: oi"])
    assert adapter.state["telegram"] == "ok"


def test_a_message_that_is_never_accepted_does_not_hold_up_the_next(
    adapter: RunningTelegram, telegram: FakeTelegram
) -> None:
    telegram.faults.append(Fault("400", "sendMessage", times=3))
    telegram.write(LIA, "um")
    until(lambda: not [fault for fault in telegram.faults if fault.times])
    telegram.write(LIA, "dois")
    until(lambda: telegram.seen(LIA) == ["eco: dois"])


def test_an_update_that_breaks_the_desk_is_set_aside_and_the_next_is_taken(
    adapter: RunningTelegram, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handoff.channels import service

    monkeypatch.setattr(receiving, "_MOST_FAULTS", 1)
    real = service.take_event

    def take(session: Any, **more: Any) -> Any:
        if getattr(more["event"], "text", "") == "veneno":
            raise RuntimeError("a fault of the desk's own")
        return real(session, **more)

    monkeypatch.setattr(service, "take_event", take)
    telegram.write(LIA, "veneno")
    telegram.write(LIA, "oi")
    until(lambda: telegram.seen(LIA) == ["eco: oi"], 20)
    assert adapter.state["set_aside"] == 1


def test_a_desk_that_is_away_holds_up_the_updates_and_loses_none(
    adapter: RunningTelegram, telegram: FakeTelegram, desk: RunningDesk, bot: FakeBot
) -> None:
    telegram.write(LIA, "um")
    until(lambda: telegram.seen(LIA) == ["eco: um"])
    desk.stop()
    telegram.write(LIA, "dois")
    until(lambda: adapter.state["desk"] == "away")
    assert [update["message"]["text"] for update in telegram.pending] == ["dois"]
    again = RunningDesk(desk.settings).start()
    try:
        until(lambda: telegram.seen(LIA) == ["eco: um", "eco: dois"], 20)
    finally:
        again.stop()
        desk.stop = lambda: None  # type: ignore[method-assign]  # the fixture's own end


def test_only_one_process_serves_and_the_other_takes_over_at_its_end(
    adapter: RunningTelegram, telegram: FakeTelegram, desk: RunningDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_RENEW_SECONDS", 0.3)
    other = RunningTelegram(telegram_settings(desk, telegram, tmp_path / "other"))
    other._thread.start()
    until(lambda: other._server.started)
    time.sleep(1)
    assert other.state["has_lease"] is False
    telegram.write(LIA, "oi")
    until(lambda: telegram.seen(LIA) == ["eco: oi"])
    adapter.stop()
    until(lambda: other.state["has_lease"])
    telegram.write(LIA, "e agora")
    until(lambda: telegram.seen(LIA)[1:] == ["eco: e agora"])
    other.stop()
    assert other.state["updates"] == 1


def test_a_wrong_token_leaves_the_process_healthy_and_says_so(
    telegram: FakeTelegram, desk: RunningDesk, tmp_path: Path
) -> None:
    settings = telegram_settings(desk, telegram, tmp_path, telegram_token=TOKEN[:-1] + "x")
    running = RunningTelegram(settings).start()
    try:
        until(lambda: running.state["telegram"] == "token_refused")
        assert httpx.get(f"{running.url}/health").json()["status"] == "ok"
    finally:
        running.stop()


_LOUD = """
import logging
from balcao import logs
from bot.channels.telegram.__main__ import main
quiet = logs.configure
def loud(*arguments):
    quiet(*arguments)
    logging.getLogger().setLevel(logging.DEBUG)
logs.configure = loud
main()
"""


def test_the_token_is_in_no_log_however_much_is_logged_and_whatever_fails(
    telegram: FakeTelegram, desk: RunningDesk, tmp_path: Path
) -> None:
    env = process_env(telegram_settings(desk, telegram, tmp_path))
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen([sys.executable, "-c", _LOUD], env=env, stdout=log, stderr=subprocess.STDOUT)
        telegram.faults += [Fault(kind, "sendMessage") for kind in ("502", "400", "403")]
        telegram.write(LIA, "oi")
        until(lambda: not [fault for fault in telegram.faults if fault.times], 20)
        telegram.write(LIA, "oi")
        until(lambda: telegram.seen(LIA))
        telegram.faults.append(Fault("401", "getUpdates"))
        telegram.write(LIA, "oi")
        until(lambda: b"token_refused" in (tmp_path / "log").read_bytes())
        running.terminate()
        running.wait(10)
    text = (tmp_path / "log").read_text()
    assert "/bot[token]/getUpdates" in text
    assert TOKEN.partition(":")[2] not in text


class TestWebhook:
    SECRET = "a-secret-of-the-tests-only-0123456789"

    @pytest.fixture
    def called(self, desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path) -> Any:
        more = {"telegram_webhook_url": "https://desk.example/telegram/webhook", "telegram_webhook_secret": self.SECRET}
        running = RunningTelegram(telegram_settings(desk, telegram, tmp_path, **more)).start()
        until(lambda: telegram.webhook)
        yield running
        running.stop()

    def call(self, running: RunningTelegram, update: Any, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {"x-telegram-bot-api-secret-token": secret}
        return httpx.post(f"{running.url}/telegram/webhook", json=update, headers=headers, timeout=30).status_code

    def test_updates_are_taken_from_calls_that_know_the_secret_once(
        self, called: RunningTelegram, telegram: FakeTelegram, bot: FakeBot
    ) -> None:
        assert telegram.webhook["secret_token"] == self.SECRET
        assert telegram.webhook["max_connections"] == 1
        update = {"update_id": 7, "message": telegram.message(LIA, text="oi")}
        assert self.call(called, update, None) == 401
        assert self.call(called, update, "another") == 401
        assert bot.requests == []
        assert [self.call(called, update) for _ in range(3)] == [200] * 3
        until(lambda: telegram.seen(LIA) == ["eco: oi"])
        assert len(bot.requests) == 1
        assert self.call(called, {"no": "update"}) == 400
        assert self.call(called, {"update_id": 8, "of_a_kind": "to come"}) == 200

    def test_a_webhook_without_a_good_secret_is_refused_at_the_start(
        self, desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path
    ) -> None:
        for secret in ("", "short", "not allowed because of the blanks in it"):
            more = {"telegram_webhook_url": "https://desk.example/x", "telegram_webhook_secret": secret}
            with pytest.raises(ValueError, match="BALCAO_TELEGRAM_WEBHOOK_SECRET"):
                telegram_settings(desk, telegram, tmp_path, **more)

    def test_polling_takes_the_webhook_back(self, desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path) -> None:
        telegram.webhook = {"url": "https://old.example"}
        running = RunningTelegram(telegram_settings(desk, telegram, tmp_path, telegram_port=free_port())).start()
        telegram.write(LIA, "oi")
        until(lambda: telegram.seen(LIA) == ["eco: oi"])
        running.stop()
        assert telegram.called("deleteWebhook") == [{"drop_pending_updates": False}] or telegram.webhook == {}
