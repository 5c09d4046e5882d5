"""A running desk with agents of its groups."""

import pytest

from handoff.accounts.models import Role
from handoff.accounts.service import set_groups
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient, new_agent, sign_in_as
from tests.handoff.running import RunningDesk


def _member(desk: RunningDesk, agent_id: str) -> ConsoleClient:
    with desk.desk.database.write() as session:
        set_groups(session, agent_id=agent_id, groups=["n2-acesso", "n2-geral"])
    return sign_in_as(desk, agent_id)


@pytest.fixture
def ana(desk: RunningDesk, world: World) -> ConsoleClient:
    """An agent of ``n2-acesso`` and ``n2-geral``."""
    return _member(desk, world.ana)


@pytest.fixture
def bruno(desk: RunningDesk, world: World) -> ConsoleClient:
    """Another agent of the same groups."""
    return _member(desk, world.bruno)


@pytest.fixture
def outsider(desk: RunningDesk) -> ConsoleClient:
    """An agent of another group."""
    return new_agent(desk, "olga", Role.AGENT_L2, ["ouvidoria"])


@pytest.fixture
def queued(world: World) -> str:
    """A conversation that waits for ``n2-acesso``."""
    conversation = world.open()
    world.write(conversation.id, "a vpn caiu")
    world.hand_over(conversation.id)
    return conversation.id
