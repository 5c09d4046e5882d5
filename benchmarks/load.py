"""Fifty users at once, each waiting for the answer before asking again: answered messages a second, and how long one waits."""

import asyncio
import time

from benchmarks.clients import AsyncUser
from benchmarks.figures import Figure, percentile
from benchmarks.home import questions
from tests.e2e.product import Product

USERS = 50
MESSAGES_EACH = 20


def measure(product: Product) -> list[Figure]:
    seconds, elapsed, lost = asyncio.run(_load(product))
    return [
        Figure("50 users at once, answered messages", len(seconds) / elapsed, "a second", 40, at_most=False),
        Figure("50 users at once, p95", percentile(seconds, 0.95), "s", 1),
        Figure("50 users at once, lost", lost, "", 0),
    ]


async def _load(product: Product) -> tuple[list[float], float, int]:
    users = [await AsyncUser(product.base).__aenter__() for _ in range(USERS)]
    await asyncio.gather(*(user.ask("oi") for user in users))
    asked = questions() * 2
    began = time.perf_counter()
    answers = await asyncio.gather(*(_talk(user, asked[start::USERS]) for start, user in enumerate(users)))
    elapsed = time.perf_counter() - began
    for user in users:
        await user.__aexit__(None, None, None)
    seconds = [one for each in answers for one in each]
    return seconds, elapsed, USERS * MESSAGES_EACH - len(seconds)


async def _talk(user: AsyncUser, asked: list[str]) -> list[float]:
    seconds = []
    for text in asked[:MESSAGES_EACH]:
        try:
            seconds.append(await user.ask(text))
        except TimeoutError:
            continue
    return seconds
