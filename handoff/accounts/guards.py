"""Who may call a route. Every console route has one of these dependencies; a test walks all routes to see that.

A call that changes something must also carry the session's CSRF token (header ``X-CSRF-Token`` or form field
``csrf_token``) and come from our own origin.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.requests import HTTPConnection
from starlette.concurrency import run_in_threadpool

from balcao.database import utc_now
from balcao.errors import Forbidden, Unauthenticated
from handoff.accounts.models import Role
from handoff.accounts.service import CurrentAgent, current_agent
from handoff.dependencies import desk_of

COOKIE = "balcao_console"
SIGN_IN_PATH = "/console/sign-in"
_SAFE = {"GET", "HEAD", "OPTIONS"}

WORK_ROLES = (Role.AGENT_L1, Role.AGENT_L2)
"""Those who work on conversations and tickets; an admin may do everything."""
READ_ROLES = (*WORK_ROLES, Role.MANAGER)
"""Those who may read them."""


def signed_in_agent(connection: HTTPConnection) -> CurrentAgent | None:
    """The agent of a request or socket by its cookie, if it is a live session's."""
    token = connection.cookies.get(COOKIE)
    if not token:
        return None
    with desk_of(connection).read() as session:
        return current_agent(session, token=token, now=utc_now())


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser says that the call comes from a page of this very host; other clients say nothing."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def require(*roles: Role) -> Callable[[Request], Awaitable[CurrentAgent]]:
    """A dependency for API routes: lets agents of these roles through, and admins always."""

    async def check(request: Request) -> CurrentAgent:
        agent = await run_in_threadpool(signed_in_agent, request)
        if agent is None:
            raise Unauthenticated("sign in to the console first", code="signed_out")
        await _check(request, agent, roles)
        return agent

    check.roles = frozenset(roles)  # type: ignore[attr-defined]
    return check


def require_page(*roles: Role) -> Callable[[Request], Awaitable[CurrentAgent]]:
    """As :func:`require`, for pages: who is not signed in is sent to the sign-in page and back."""

    async def check(request: Request) -> CurrentAgent:
        agent = await run_in_threadpool(signed_in_agent, request)
        if agent is None:
            raise HTTPException(303, headers={"Location": f"{SIGN_IN_PATH}?next={quote(_target(request), safe='')}"})
        await _check(request, agent, roles)
        return agent

    check.roles = frozenset(roles)  # type: ignore[attr-defined]
    return check


async def _check(request: Request, agent: CurrentAgent, roles: tuple[Role, ...]) -> None:
    if agent.role is not Role.ADMIN and agent.role not in roles:
        raise Forbidden("your role does not allow this", code="role_forbidden")
    if request.method in _SAFE:
        return
    if not same_origin(request):
        raise Forbidden("the call comes from another origin", code="foreign_origin")
    if not tokens_match(await sent_token(request), agent.csrf_token):
        raise Forbidden("the CSRF token is missing or wrong", code="bad_csrf")


async def sent_token(request: Request) -> str:
    """The CSRF token that a request carries, in its header or its form."""
    header = request.headers.get("x-csrf-token")
    if header is not None:
        return header
    if request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        field = (await request.form()).get("csrf_token")
        return field if isinstance(field, str) else ""
    return ""


def tokens_match(sent: str, expected: str) -> bool:
    """Compares two tokens in constant time; an empty one never matches."""
    return bool(expected) and hmac.compare_digest(sent.encode(), expected.encode())


def _target(request: Request) -> str:
    if request.method != "GET":
        return "/console"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


ReadAgent = Annotated[CurrentAgent, Depends(require(*READ_ROLES))]
WorkAgent = Annotated[CurrentAgent, Depends(require(*WORK_ROLES))]
EveryAgent = Annotated[CurrentAgent, Depends(require(*Role))]
ReadPageAgent = Annotated[CurrentAgent, Depends(require_page(*READ_ROLES))]
WorkPageAgent = Annotated[CurrentAgent, Depends(require_page(*WORK_ROLES))]
EveryPageAgent = Annotated[CurrentAgent, Depends(require_page(*Role))]
AdminPageAgent = Annotated[CurrentAgent, Depends(require_page())]
