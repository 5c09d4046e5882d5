"""The slots of the ticket form, in the order in which they are asked."""

from typing import Any

FIELDS = ("ticket_service", "ticket_description", "ticket_impact", "contact_name", "contact_email")
"""What a ticket needs. The contact is kept when the form ends: what is known is not asked again."""

EMPTY_FORM: dict[str, Any] = dict.fromkeys(
    (
        "ticket_service",
        "ticket_description",
        "ticket_impact",
        "ticket_correction",
        "ticket_confirmation",
        "ticket_classification",
        "correcting",
        "ticket_run",
        "asides",
        "unclear",
    )
)
"""The slots of a form that is not running."""


def required(slots: dict[str, Any]) -> list[str]:
    """The slots to ask for, in order; what to correct is asked for only while correcting."""
    return [*FIELDS, *(["ticket_correction"] if slots.get("correcting") else []), "ticket_confirmation"]
