"""How the desk is, for the supervisor and for Prometheus."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from balcao.errors import Unavailable
from handoff.bot_turns.models import BotTurn
from handoff.conversations.models import Conversation
from handoff.dependencies import DeskDep
from handoff.desk import Desk

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health(desk: DeskDep) -> dict[str, str]:
    """200 when the desk and its database answer, else 503."""
    try:
        await desk.run(_touch, desk)
    except SQLAlchemyError:
        raise Unavailable("the database does not answer", code="database_unavailable") from None
    return {"status": "ok", "database": "ok"}


@router.get("/metrics", include_in_schema=False)
async def metrics(desk: DeskDep) -> Response:
    await desk.run(_count, desk)
    return Response(generate_latest(desk.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _touch(desk: Desk) -> None:
    with desk.read() as session:
        session.execute(text("SELECT 1"))


def _count(desk: Desk) -> None:
    waiting = select(Conversation.owner_group, func.count()).where(Conversation.owner_kind == "queue")
    with desk.read() as session:
        pending = session.scalar(select(func.count()).where(BotTurn.state == "pending")) or 0
        groups = session.execute(waiting.group_by(Conversation.owner_group)).all()
    desk.metrics.pending_turns.set(pending)
    desk.metrics.waiting.clear()
    for group, count in groups:
        desk.metrics.waiting.labels(group).set(count)
