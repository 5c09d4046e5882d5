"""The state machine of tickets, and their priority."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balcao.errors import Conflict
from handoff.tickets.priority import Urgency, priority_of, usual_urgency
from handoff.tickets.states import (
    OPEN_STATES,
    TRANSITIONS,
    TicketAction,
    TicketState,
    TicketType,
    allowed_actions,
    next_state,
)


def test_every_state_can_be_reached_from_new() -> None:
    reached, todo = {TicketState.NEW}, [TicketState.NEW]
    while todo:
        state = todo.pop()
        for target in {next_state(state, action) for action in allowed_actions(state)} - reached:
            reached.add(target)
            todo.append(target)
    assert reached == set(TicketState)


def test_every_open_state_can_be_resolved_and_none_is_a_dead_end() -> None:
    for state in OPEN_STATES:
        assert next_state(state, TicketAction.RESOLVE) is TicketState.RESOLVED


def test_closed_and_cancelled_are_final_and_only_resolved_reopens() -> None:
    assert allowed_actions(TicketState.CLOSED) == []
    assert allowed_actions(TicketState.CANCELLED) == []
    assert TRANSITIONS[TicketAction.REOPEN].sources == {TicketState.RESOLVED}


@given(st.sampled_from(TicketState), st.sampled_from(TicketAction))
def test_an_action_is_allowed_exactly_where_it_is_offered(state: TicketState, action: TicketAction) -> None:
    if action in allowed_actions(state):
        assert next_state(state, action) is TRANSITIONS[action].target
    else:
        with pytest.raises(Conflict) as refused:
            next_state(state, action)
        assert refused.value.error_code == "wrong_state"


@given(st.integers(1, 3), st.sampled_from(Urgency))
def test_more_impact_or_more_urgency_never_lowers_the_priority(impact: int, urgency: Urgency) -> None:
    here = priority_of(impact, urgency)
    assert 1 <= here <= 5
    if impact < 3:
        assert priority_of(impact + 1, urgency) < here
    if urgency is not Urgency.HIGH:
        assert priority_of(impact, list(Urgency)[list(Urgency).index(urgency) + 1]) < here


def test_the_corners_of_the_matrix() -> None:
    assert priority_of(3, Urgency.HIGH) == 1
    assert priority_of(1, Urgency.LOW) == 5


@pytest.mark.parametrize("weight", [0, 4, -1])
def test_an_impact_of_another_weight_is_refused(weight: int) -> None:
    with pytest.raises(ValueError, match="impact weight"):
        priority_of(weight, Urgency.LOW)


def test_every_type_has_a_usual_urgency() -> None:
    assert {usual_urgency(one) for one in TicketType} == set(Urgency)
