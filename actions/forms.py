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
        "ticket_duplicate",
        "ticket_follows",
        "duplicate_choice",
        "correcting",
        "ticket_run",
        "asides",
        "unclear",
        "away_told",
        "own_move",
        "own_ticket",
        "own_words",
        "own_confirmation",
        "own_run",
        "own_offer",
        "manifestation",
        "manifestation_words",
        "manifestation_contact",
        "manifestation_confirmation",
    )
)
"""The slots of forms that are not running."""


def required(slots: dict[str, Any]) -> list[str]:
    """The slots to ask for, in order; what to correct is asked for only while correcting, and whether to add to a ticket that
    the user has only where there is one. Who adds to it needs no form."""
    if slots.get("duplicate_choice") == "add":
        return []
    service, description, *rest = FIELDS
    duplicate = ["duplicate_choice"] if slots.get("ticket_duplicate") else []
    correction = ["ticket_correction"] if slots.get("correcting") else []
    return [service, description, *duplicate, *rest, *correction, "ticket_confirmation"]
