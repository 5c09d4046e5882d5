"""What the desk and the actions add to Rasa's bare turn: the same model, the same run."""

import asyncio
import statistics
import time
import uuid

import httpx

from balcao.secrets_file import load_or_make
from benchmarks.clients import AsyncUser
from benchmarks.figures import Figure
from benchmarks.home import questions
from tests.e2e.product import Product

TURNS = 100
GREETING = "oi"


def measure(product: Product) -> list[Figure]:
    asked = questions()
    bare = _direct(product, lambda _: GREETING)
    through = asyncio.run(_through_desk(product, lambda _: GREETING))
    question = asyncio.run(_through_desk(product, lambda number: asked[number]))
    return [
        Figure("Rasa's bare turn (a greeting, no action)", bare * 1000, "ms"),
        Figure("the greeting through the desk, against the bare turn", through / bare, "×"),
        Figure("a question through desk, actions and search, against the bare turn", question / bare, "×"),
    ]


def _direct(product: Product, text_of: object) -> float:
    token = load_or_make(product.home)["BALCAO_BOT_TOKEN"]
    url = f"http://127.0.0.1:{product.ports['BOT_']}/webhooks/desk/turn"
    seconds = []
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=10) as http:
        for number in range(TURNS):
            body = _turn(text_of(number))  # type: ignore[operator]
            began = time.perf_counter()
            http.post(url, json=body).raise_for_status()
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _turn(text: str) -> dict[str, object]:
    identity = uuid.uuid4().hex[:26]
    user = {"id": identity, "name": None, "email": None}
    context = {"conversation_id": identity, "episode_id": identity, "channel": "web", "language": "pt-BR", "user": user}
    return {"message_id": identity, "session_id": identity, "text": text, "payload": None, "context": context}


async def _through_desk(product: Product, text_of: object) -> float:
    seconds = []
    for number in range(TURNS):
        async with AsyncUser(product.base) as user:
            began = time.perf_counter()
            await user.answer(await user.post(text_of(number)))  # type: ignore[operator]
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
