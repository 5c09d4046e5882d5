"""The hub wakes those who wait for news of a topic. It carries no data: what is new is read from the database.

Topics: ``conversation:<id>`` (messages, owner, bot's turn), ``queue`` (any change of any queue, for the console),
``queue:<group>`` (places in one queue changed), ``bot_turns:<conversation>`` (the bot owes an answer). Who subscribes to
``conversation:*`` hears of every topic of the kind.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]


class Subscription:
    """One waiter. News that come while it is busy are merged, so that its memory is bounded by its number of topics."""

    def __init__(self, hub: "Hub", topics: Iterable[str]) -> None:
        self._hub = hub
        self._news: set[str] = set()
        self._event = asyncio.Event()
        self.topics: frozenset[str] = frozenset()
        self.change(topics)

    def change(self, topics: Iterable[str]) -> None:
        """From now on waits for these topics."""
        wanted = frozenset(topics)
        for topic in self.topics - wanted:
            self._hub._forget(topic, self)
        for topic in wanted - self.topics:
            self._hub._waiters[topic].add(self)
        self.topics = wanted

    async def wait(self, timeout: float | None = None) -> set[str]:
        """The topics with news since the last call; waits for the first. Empty when ``timeout`` seconds passed."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return set()
        self._event.clear()
        news, self._news = self._news, set()
        return news

    def wake(self, topic: str) -> None:
        """Adds news of a topic; called in the loop."""
        self._news.add(topic)
        self._event.set()


class Hub:
    """In-process fan-out. :meth:`publish` may be called from any thread, everything else only in the loop's."""

    def __init__(self) -> None:
        self._waiters: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._listeners: dict[str, Listener] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Binds the hub to the running loop; before that, what is published is dropped."""
        self._loop = asyncio.get_running_loop()

    def publish(self, topics: Iterable[str]) -> None:
        """Wakes the waiters of these topics. Called after the commit that made the news."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        loop.call_soon_threadsafe(self._deliver, frozenset(topics))

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """A subscription for the time of the ``with`` block. Subscribe first, then read, then wait."""
        subscription = Subscription(self, topics)
        try:
            yield subscription
        finally:
            subscription.change(())

    def listen(self, prefix: str, listener: Listener) -> None:
        """Calls ``listener`` with each published topic of the kind ``prefix`` (the part before the colon)."""
        self._listeners[prefix] = listener

    def _deliver(self, topics: frozenset[str]) -> None:
        for topic in topics:
            kind = topic.partition(":")[0]
            listener = self._listeners.get(kind)
            if listener is not None:
                listener(topic)
            for waiter in (*self._waiters.get(topic, ()), *self._waiters.get(f"{kind}:*", ())):
                waiter.wake(topic)

    def _forget(self, topic: str, subscription: Subscription) -> None:
        waiters = self._waiters.get(topic)
        if waiters is None:
            return
        waiters.discard(subscription)
        if not waiters:
            del self._waiters[topic]
