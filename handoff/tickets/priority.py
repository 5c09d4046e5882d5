"""Priority = impact × urgency, as in ITIL's priority matrix."""

from enum import StrEnum

from handoff.tickets.states import TicketType


class Urgency(StrEnum):
    """How soon the effect of the case is felt."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_URGENCY_WEIGHT = {Urgency.LOW: 1, Urgency.MEDIUM: 2, Urgency.HIGH: 3}
_PRIORITY_FROM_PRODUCT = {9: 1, 6: 2, 4: 3, 3: 3, 2: 4, 1: 5}
_USUAL_URGENCY = {
    TicketType.INCIDENT: Urgency.HIGH,
    TicketType.SERVICE_REQUEST: Urgency.MEDIUM,
    TicketType.QUESTION: Urgency.MEDIUM,
    TicketType.COMPLAINT: Urgency.MEDIUM,
    TicketType.SUGGESTION: Urgency.LOW,
    TicketType.COMPLIMENT: Urgency.LOW,
}


def usual_urgency(ticket_type: TicketType) -> Urgency:
    """The urgency of a case for which nobody said one."""
    return _USUAL_URGENCY[ticket_type]


def priority_of(impact_weight: int, urgency: Urgency) -> int:
    """From 1 (most urgent) to 5, for an impact weighing 1 (one person) to 3 (the whole agency)."""
    if impact_weight not in (1, 2, 3):
        raise ValueError(f"impact weight {impact_weight} is not 1, 2 or 3")
    return _PRIORITY_FROM_PRODUCT[impact_weight * _URGENCY_WEIGHT[urgency]]
