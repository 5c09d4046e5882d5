"""One part at a time is stopped, killed or made to answer nonsense: the user is told within 5 s and queued within 10 s."""

import signal
import time

import pytest

from tests.e2e.product import wait_until

pytestmark = pytest.mark.e2e

TOLD_SECONDS = 5
QUEUED_SECONDS = 10
MARGIN_SECONDS = 1


@pytest.fixture(scope="module")
def breakable(tmp_path_factory, product):
    from tests.e2e.product import Product, copy_prepared

    home = tmp_path_factory.mktemp("breakable") / "home"
    copy_prepared(product.home, home)
    running = Product(home).start()
    yield running
    running.stop()


@pytest.fixture
def broken(breakable):
    """Stops a process for the test and lets it go on after it."""
    stopped = []

    def stop(name):
        stopped.append(breakable.kill(name, signal.SIGSTOP))

    yield stop
    for name in ("bot", "actions", "search", "desk"):
        breakable.kill(name, signal.SIGCONT)
        breakable.wait_healthy(name, 90)


@pytest.mark.parametrize("name", ["bot", "actions", "search"])
def test_a_stopped_process_means_a_notice_in_five_seconds_and_the_queue_in_ten(breakable, broken, name):
    user = breakable.user()
    user.ask("oi")
    broken(name)
    began = time.monotonic()
    message = user.say("como redefino a senha do acesso unico?")
    wait_until(lambda: user.after(message["seq"]), TOLD_SECONDS + MARGIN_SECONDS)
    assert time.monotonic() - began < TOLD_SECONDS + MARGIN_SECONDS
    if name != "search":
        wait_until(
            lambda: user.state()["owner"] == "queue", QUEUED_SECONDS - (time.monotonic() - began) + MARGIN_SECONDS
        )


@pytest.mark.parametrize("name", ["actions", "search", "bot"])
def test_a_killed_process_that_comes_back_costs_the_user_nothing(breakable, name):
    user = breakable.user()
    user.ask("oi")
    breakable.kill(name)
    replies = user.ask("como redefino a senha do acesso unico?")
    assert replies
    breakable.wait_healthy(name, 60)


def test_a_killed_desk_answers_what_it_had_accepted(breakable):
    user = breakable.user()
    message = user.say("a vpn nao conecta")
    breakable.kill("desk")
    breakable.wait_healthy("desk", 60)
    assert user.replies(message, 20)
    texts = [item["text"] for item in user.history() if item["author"] == "user"]
    assert texts == ["a vpn nao conecta"]
