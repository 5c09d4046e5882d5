"""The agent's message → on the user's screen: from the agent's request to the frame on the user's socket."""

import asyncio
import json
import time

from benchmarks.clients import AsyncUser
from benchmarks.figures import Figure, percentile
from tests.e2e.agent import Agent
from tests.e2e.product import Product

MESSAGES = 100


def measure(product: Product) -> list[Figure]:
    seconds = asyncio.run(_chat(product))
    return [Figure("agent's message → the user's screen, p95", percentile(seconds, 0.95) * 1000, "ms", 100)]


async def _chat(product: Product) -> list[float]:
    agent = Agent(product.base, *product.admin())
    async with AsyncUser(product.base) as user:
        await user.answer(await user.post("quero falar com um atendente"))
        await asyncio.sleep(0.5)
        agent.claim(user.conversation_id)
        seconds = []
        for number in range(MESSAGES):
            text = f"resposta {number}"
            began = time.perf_counter()
            sent = asyncio.get_running_loop().run_in_executor(None, agent.reply, user.conversation_id, text)
            while (json.loads(await user.socket.recv()).get("message") or {}).get("text") != text:
                pass
            seconds.append(time.perf_counter() - began)
            await sent
        return seconds
