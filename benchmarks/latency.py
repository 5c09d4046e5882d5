"""One user, 1,000 articles: message accepted → the bot's answer on the socket; and the 200th message against the 5th."""

import asyncio
import statistics

from benchmarks.clients import AsyncUser
from benchmarks.figures import Figure, percentile
from benchmarks.home import questions
from tests.e2e.product import Product

WARM_UP = 20
MESSAGES = 200
RUNS = 3
WINDOW = 5


def measure(product: Product) -> list[Figure]:
    runs = [asyncio.run(_conversation(product, run * MESSAGES)) for run in range(RUNS)]
    every = [seconds * 1000 for run in runs for seconds in run]
    # A single turn is noisy: medians over the turns around the 5th and the 200th of each conversation.
    early = statistics.median(seconds for run in runs for seconds in run[5 - 3 : 5 + WINDOW])
    late = statistics.median(seconds for run in runs for seconds in run[MESSAGES - 2 * WINDOW :])
    return [
        Figure("accepted → answer on the socket, p50", percentile(every, 0.5), "ms", 40),
        Figure("accepted → answer on the socket, p95", percentile(every, 0.95), "ms", 100),
        Figure("the 200th message against the 5th", late / early, "×", 1.2),
    ]


async def _conversation(product: Product, start: int) -> list[float]:
    asked = questions()
    async with AsyncUser(product.base) as user:
        for _ in range(WARM_UP):
            async with AsyncUser(product.base) as other:
                await other.ask("oi")
        seconds = []
        for number in range(MESSAGES):
            seconds.append(await user.ask(asked[(start + number) % len(asked)]))
            await asyncio.sleep(0.15)  # within the limit of messages for one user
        return seconds
