"""The HTTP face of search."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.concurrency import run_in_threadpool

from balcao.errors import NotFound
from balcao.web import BodyLimit, bearer_check, install_error_handlers
from kb_index.search import scripts
from kb_index.search.library import Library
from kb_index.search.meaning import MeaningReader
from kb_index.search.schemas import Health, Result, SearchRequest, SearchResponse
from kb_index.settings import SearchSettings

BODY_LIMIT = 256 * 1024
_WATCH_SECONDS = 1.0


def create_app(settings: SearchSettings, library: Library) -> FastAPI:
    """The service over a library; it watches for new snapshots while it runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(library.refresh)
        watcher = asyncio.create_task(_watch(library))
        meaning: MeaningReader | None = app.state.meaning
        if meaning is not None:
            await run_in_threadpool(meaning.warm)
        yield
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher

    app = FastAPI(title="Balcão search", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.library = library
    app.state.meaning = MeaningReader(library.embedder) if library.embedder else None
    app.add_middleware(BodyLimit, limit=BODY_LIMIT)
    install_error_handlers(app)
    app.include_router(_open)
    for guarded in (_guarded, scripts.router):
        app.include_router(guarded, dependencies=[Depends(bearer_check(settings.search_token))])
    return app


async def _watch(library: Library) -> None:
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        await run_in_threadpool(library.refresh)


_open = APIRouter()
_guarded = APIRouter()


@_open.get("/health")
async def health(request: Request) -> Health:
    """Whether there is a snapshot, which, and whether vectors are used."""
    library: Library = request.app.state.library
    if library.is_empty:
        return Health(status="no_snapshot", snapshot=None, articles=0, degraded=library.embedder is None)
    live = library.live
    return Health(status="ok", snapshot=live.manifest.id, articles=len(live.articles), degraded=live.degraded)


@_guarded.post("/search")
def search(request: Request, body: SearchRequest) -> SearchResponse:
    """The articles that answer a question, and what to do with them."""
    started = time.perf_counter()
    live = request.app.state.library.live
    found = live.rank(body.text, k=body.k, audience=body.audience, service=body.service)
    return SearchResponse(
        snapshot=live.manifest.id,
        degraded=found.degraded,
        decision=found.decision.value,
        confidence=round(found.results[0].confidence, 4) if found.results else 0.0,
        results=[Result.of(live.articles[one.row], one) for one in found.results],
        ms=round((time.perf_counter() - started) * 1e3, 2),
    )


@_guarded.get("/articles/{article_id:path}")
async def article(request: Request, article_id: str, audience: str = Query("public")) -> Result:
    """One published article by its id, whatever characters that has. Only ``audience=internal`` sees internal ones."""
    found = request.app.state.library.live.find(article_id, audience=audience)
    if found is None:
        raise NotFound(f"no published article {article_id!r}", code="article_not_found")
    return Result.of(found)
