"""Signing in and out, and the agent's own settings."""

import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from balcao.database import utc_now
from balcao.errors import BalcaoError, Forbidden, InvalidInput, TooMany, Unauthenticated
from handoff.accounts import queries, service
from handoff.accounts.guards import COOKIE, EveryPageAgent, same_origin, signed_in_agent, tokens_match
from handoff.accounts.models import Agent
from handoff.accounts.passwords import password_matches
from handoff.console.i18n import N_
from handoff.console.page_route import PageRoute
from handoff.console.rendering import console_of, page
from handoff.dependencies import DeskDep

router = APIRouter(prefix="/console", route_class=PageRoute, include_in_schema=False)
FORM_COOKIE = "balcao_sign_in"
_SENTENCES = {
    "bad_credentials": N_("The login or the password is wrong."),
    "sign_in_throttled": N_("Too many attempts. Wait some minutes and try again."),
    "bad_csrf": N_("This page was out of date. Please try again."),
    "weak_password": N_("The new password needs 10 to 256 characters."),
}


@router.get("/sign-in")
def get_sign_in(request: Request, next: Annotated[str, Query(max_length=300)] = "/console") -> Response:
    """The sign-in page; who is signed in goes straight on."""
    if signed_in_agent(request) is not None:
        return RedirectResponse(safe_target(next), 303)
    return _sign_in_page(request, target=next)


@router.post("/sign-in")
def post_sign_in(
    request: Request,
    desk: DeskDep,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1_000)] = "",
    csrf_token: Annotated[str, Form(max_length=100)] = "",
    target: Annotated[str, Form(alias="next", max_length=300)] = "/console",
) -> Response:
    """Signs in; the form must be the one that this site gave to this browser."""
    try:
        if not same_origin(request) or not tokens_match(csrf_token, request.cookies.get(FORM_COOKIE, "")):
            raise Forbidden("the form is not ours", code="bad_csrf")
        token = service.sign_in(
            desk,
            login=login,
            password=password,
            address=request.client.host if request.client else "unknown",
            user_agent=request.headers.get("user-agent", ""),
            now=utc_now(),
        )
    except (Forbidden, TooMany, Unauthenticated) as error:
        return _sign_in_page(request, target=target, login=login, error=error)
    response = RedirectResponse(safe_target(target), 303)
    length = int(service.SESSION_LENGTH.total_seconds())
    _set_cookie(response, request, COOKIE, token, max_age=length)
    response.delete_cookie(FORM_COOKIE, path="/console")
    return response


@router.post("/sign-out")
def post_sign_out(request: Request, agent: EveryPageAgent, desk: DeskDep) -> Response:
    """Ends this session."""
    with desk.write() as session:
        service.revoke(session, session_id=agent.session_id, now=utc_now())
    return _signed_out()


@router.post("/sign-out-everywhere")
def post_sign_out_everywhere(request: Request, agent: EveryPageAgent, desk: DeskDep) -> Response:
    """Ends all of the agent's sessions."""
    with desk.write() as session:
        service.revoke_all(session, agent_id=agent.id, now=utc_now())
    return _signed_out()


@router.get("/account")
def get_account(request: Request, agent: EveryPageAgent, desk: DeskDep) -> Response:
    """The agent's settings and signed-in browsers."""
    return _account_page(request, desk, agent)


@router.post("/account/language")
def post_language(
    request: Request, agent: EveryPageAgent, desk: DeskDep, language: Annotated[str, Form(max_length=10)]
) -> Response:
    """Changes the language of the agent's pages."""
    if language not in console_of(request).words:
        raise InvalidInput("no such language", code="unknown_language")
    with desk.write() as session:
        service.set_language(session, agent_id=agent.id, language=language)
    return RedirectResponse("/console/account", 303)


@router.post("/account/password")
def post_password(
    request: Request,
    agent: EveryPageAgent,
    desk: DeskDep,
    old: Annotated[str, Form(max_length=1_000)],
    new: Annotated[str, Form(max_length=1_000)],
) -> Response:
    """Changes the agent's password, which ends all of their sessions."""
    with desk.read() as session:
        row = session.get_one(Agent, agent.id)
    try:
        if not password_matches(row.password_hash, old):
            raise InvalidInput("the old password is wrong", code="bad_credentials")
        with desk.write() as session:
            service.set_password(session, agent=session.get_one(Agent, agent.id), password=new, now=utc_now())
    except InvalidInput as error:
        return _account_page(request, desk, agent, error)
    return _signed_out()


def safe_target(target: str) -> str:
    """A path of the console to go to; the work page for any other address."""
    parts = urlsplit(target)
    inside = not parts.scheme and not parts.netloc and (parts.path == "/console" or parts.path.startswith("/console/"))
    return target if inside and "\\" not in target and target.isprintable() else "/console"


def _sign_in_page(request: Request, *, target: str, login: str = "", error: BalcaoError | None = None) -> Response:
    form_token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    sentence = _SENTENCES.get(error.error_code) if error else None
    values: dict[str, Any] = {"csrf_token": form_token, "next": safe_target(target), "login": login, "error": sentence}
    response = page(request, "sign_in.html", status=error.status if error else 200, **values)
    _set_cookie(response, request, FORM_COOKIE, form_token, max_age=3_600, path="/console")
    return response


def _account_page(request: Request, desk: DeskDep, agent: EveryPageAgent, error: BalcaoError | None = None) -> Response:
    with desk.read() as session:
        sessions = queries.sessions_of(session, agent.id, utc_now())
    sentence = _SENTENCES.get(error.error_code) if error else None
    values: dict[str, Any] = {"sessions": sessions, "languages": list(console_of(request).words), "error": sentence}
    return page(request, "account.html", agent=agent, status=error.status if error else 200, **values)


def _set_cookie(response: Response, request: Request, name: str, value: str, *, max_age: int, path: str = "/") -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=max_age, path=path, httponly=True, samesite="lax", secure=secure)


def _signed_out() -> Response:
    response = RedirectResponse("/console/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    return response
