"""The life of a ticket as one explicit state machine: every change is a named action from some states to one.

new ─ start ─► in_progress ─ ask_user ─► pending_user ─ user_answered ─► in_progress
in_progress ─ forward_to_production / forward_to_development ─► forwarded_… ─ take_back ─► in_progress
any open state ─ resolve ─► resolved ─ close ─► closed;  resolved ─ reopen ─► reopened, which goes on as new does
new, in_progress, pending_user, reopened ─ cancel ─► cancelled
"""

from dataclasses import dataclass
from enum import StrEnum

from balcao.errors import Conflict


class TicketType(StrEnum):
    """What kind of case it is."""

    QUESTION = "question"
    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"


MANIFESTATIONS = frozenset({TicketType.SUGGESTION, TicketType.COMPLAINT, TicketType.COMPLIMENT})
"""What users say about the service rather than ask of it."""


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    PENDING_USER = "pending_user"
    FORWARDED_PRODUCTION = "forwarded_production"
    FORWARDED_DEVELOPMENT = "forwarded_development"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TicketAction(StrEnum):
    """What can be done to a ticket's state."""

    START = "start"
    ASK_USER = "ask_user"
    USER_ANSWERED = "user_answered"
    FORWARD_TO_PRODUCTION = "forward_to_production"
    FORWARD_TO_DEVELOPMENT = "forward_to_development"
    TAKE_BACK = "take_back"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


_S = TicketState
_WORKED_ON = frozenset({_S.NEW, _S.IN_PROGRESS, _S.PENDING_USER, _S.REOPENED})
_FORWARDED = frozenset({_S.FORWARDED_PRODUCTION, _S.FORWARDED_DEVELOPMENT})
OPEN_STATES = _WORKED_ON | _FORWARDED


@dataclass(frozen=True)
class Transition:
    """From which states an action leads where, and whether it needs words (a solution, a question, a reason)."""

    sources: frozenset[TicketState]
    target: TicketState
    needs_text: bool = False


_A = TicketAction
TRANSITIONS: dict[TicketAction, Transition] = {
    _A.START: Transition(frozenset({_S.NEW, _S.REOPENED}), _S.IN_PROGRESS),
    _A.ASK_USER: Transition(_WORKED_ON - {_S.PENDING_USER}, _S.PENDING_USER, needs_text=True),
    _A.USER_ANSWERED: Transition(frozenset({_S.PENDING_USER}), _S.IN_PROGRESS),
    _A.FORWARD_TO_PRODUCTION: Transition(
        _WORKED_ON | {_S.FORWARDED_DEVELOPMENT}, _S.FORWARDED_PRODUCTION, needs_text=True
    ),
    _A.FORWARD_TO_DEVELOPMENT: Transition(
        _WORKED_ON | {_S.FORWARDED_PRODUCTION}, _S.FORWARDED_DEVELOPMENT, needs_text=True
    ),
    _A.TAKE_BACK: Transition(_FORWARDED, _S.IN_PROGRESS),
    _A.RESOLVE: Transition(OPEN_STATES, _S.RESOLVED, needs_text=True),
    _A.CLOSE: Transition(frozenset({_S.RESOLVED}), _S.CLOSED),
    _A.REOPEN: Transition(frozenset({_S.RESOLVED}), _S.REOPENED, needs_text=True),
    _A.CANCEL: Transition(_WORKED_ON, _S.CANCELLED, needs_text=True),
}


def next_state(state: TicketState, action: TicketAction) -> TicketState:
    """The state after ``action``; :class:`Conflict` (``wrong_state``) when it cannot be done from ``state``."""
    transition = TRANSITIONS[action]
    if state not in transition.sources:
        raise Conflict(f"a ticket that is {state} cannot {action}", code="wrong_state")
    return transition.target


def allowed_actions(state: TicketState) -> list[TicketAction]:
    """The actions that lead on from ``state``, in the order in which they are offered."""
    return [action for action, transition in TRANSITIONS.items() if state in transition.sources]
