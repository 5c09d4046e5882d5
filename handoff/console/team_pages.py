"""The page on which an admin gives people access, changes their groups and takes access away."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from balcao.database import utc_now
from balcao.errors import BalcaoError, Conflict, InvalidInput, NotFound
from handoff.accounts import queries, service
from handoff.accounts.guards import AdminPageAgent
from handoff.accounts.models import Agent, Role
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.queries import groups as all_groups
from handoff.console.i18n import N_
from handoff.console.page_route import PageRoute
from handoff.console.rendering import page
from handoff.dependencies import DeskDep
from handoff.tickets.schemas import ULID

router = APIRouter(prefix="/console/team", route_class=PageRoute, include_in_schema=False)
AgentId = Annotated[str, Path(pattern=ULID)]
_SENTENCES = {
    "bad_login": N_("A login has 2 to 64 lower-case letters, digits, dots, hyphens or @."),
    "login_in_use": N_("This login is in use."),
    "bad_name": N_("The person needs a name."),
    "weak_password": N_("The new password needs 10 to 256 characters."),
    "unknown_group": N_("There is no such group."),
    "own_access": N_("You cannot take away your own access."),
}


@router.get("")
def get_team(request: Request, agent: AdminPageAgent, desk: DeskDep) -> Response:
    """Everyone who has or had access."""
    return _team_page(request, desk, agent)


@router.post("")
def post_agent(
    request: Request,
    agent: AdminPageAgent,
    desk: DeskDep,
    login: Annotated[str, Form(max_length=200)],
    name: Annotated[str, Form(max_length=300)],
    password: Annotated[str, Form(max_length=1_000)],
    role: Annotated[Role, Form()],
    groups: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Gives someone access."""
    try:
        _check_groups(desk, groups or [])
        with desk.write() as session:
            service.create_agent(
                session, login=login, name=name, password=password, role=role, groups=groups or [], now=utc_now()
            )
    except (InvalidInput, Conflict) as error:
        return _team_page(request, desk, agent, error, login=login, name=name)
    return RedirectResponse("/console/team", 303)


@router.post("/{agent_id}")
def post_changes(
    request: Request,
    agent_id: AgentId,
    agent: AdminPageAgent,
    desk: DeskDep,
    role: Annotated[Role, Form()],
    groups: Annotated[list[str] | None, Form()] = None,
    active: Annotated[bool, Form()] = False,
) -> Response:
    """Changes someone's role, groups and access; their pages notice at once."""
    try:
        _check_groups(desk, groups or [])
        with desk.write() as session:
            changed = session.get(Agent, agent_id)
            if changed is None:
                raise NotFound("no such agent", code="unknown_agent")
            if changed.id == agent.id and (role is not Role.ADMIN or not active):
                raise InvalidInput("an admin cannot take away their own access", code="own_access")
            service.change_agent(session, agent=changed, role=role, groups=groups or [], active=active, now=utc_now())
    except InvalidInput as error:
        return _team_page(request, desk, agent, error)
    return RedirectResponse("/console/team", 303)


def _check_groups(desk: DeskDep, groups: list[str]) -> None:
    with desk.read() as session:
        known = {group.id for group in all_groups(session)}
    if not known.issuperset(groups):
        raise InvalidInput("no such group", code="unknown_group")


def _team_page(
    request: Request, desk: DeskDep, agent: CurrentAgent, error: BalcaoError | None = None, **kept: str
) -> Response:
    with desk.read() as session:
        people = queries.everyone(session)
        values: dict[str, Any] = {
            "people": people,
            "memberships": {person.id: queries.groups_of(session, person.id) for person in people},
            "groups": all_groups(session),
            "roles": list(Role),
        }
    sentence = _SENTENCES.get(error.error_code) if error else None
    values |= {"error": sentence, "login": "", "name": ""} | kept
    return page(request, "team.html", agent=agent, status=error.status if error else 200, **values)
