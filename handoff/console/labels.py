"""What codes are called on the console's pages."""

from handoff.accounts.models import Role
from handoff.console.i18n import N_, Words
from handoff.tickets.priority import Urgency
from handoff.tickets.states import TicketAction, TicketState, TicketType

STATES = {
    TicketState.NEW: N_("New"),
    TicketState.IN_PROGRESS: N_("In progress"),
    TicketState.PENDING_USER: N_("Waiting for the user"),
    TicketState.FORWARDED_PRODUCTION: N_("With production support"),
    TicketState.FORWARDED_DEVELOPMENT: N_("With development"),
    TicketState.RESOLVED: N_("Resolved"),
    TicketState.REOPENED: N_("Reopened"),
    TicketState.CLOSED: N_("Closed"),
    TicketState.CANCELLED: N_("Cancelled"),
}
ACTIONS = {
    TicketAction.START: N_("Start"),
    TicketAction.ASK_USER: N_("Ask the user"),
    TicketAction.USER_ANSWERED: N_("The user answered"),
    TicketAction.FORWARD_TO_PRODUCTION: N_("Forward to production support"),
    TicketAction.FORWARD_TO_DEVELOPMENT: N_("Forward to development"),
    TicketAction.TAKE_BACK: N_("Take back"),
    TicketAction.RESOLVE: N_("Resolve"),
    TicketAction.CLOSE: N_("Close the ticket"),
    TicketAction.REOPEN: N_("Reopen"),
    TicketAction.CANCEL: N_("Cancel the ticket"),
}
TYPES = {
    TicketType.QUESTION: N_("Question"),
    TicketType.INCIDENT: N_("Incident"),
    TicketType.SERVICE_REQUEST: N_("Service request"),
    TicketType.COMPLAINT: N_("Complaint"),
    TicketType.SUGGESTION: N_("Suggestion"),
    TicketType.COMPLIMENT: N_("Compliment"),
}
URGENCIES = {Urgency.LOW: N_("Low"), Urgency.MEDIUM: N_("Medium"), Urgency.HIGH: N_("High")}
PRIORITIES = {
    1: N_("1 – Critical"),
    2: N_("2 – High"),
    3: N_("3 – Medium"),
    4: N_("4 – Low"),
    5: N_("5 – Very low"),
}
ROLES = {
    Role.AGENT_L1: N_("Level 1 agent"),
    Role.AGENT_L2: N_("Level 2 agent"),
    Role.CURATOR: N_("Curator"),
    Role.MANAGER: N_("Manager"),
    Role.ADMIN: N_("Admin"),
}
REASONS = {
    "user_asked": N_("Asked for a person"),
    "not_solved": N_("The answer did not solve it"),
    "no_answer": N_("The bot found no answer"),
    "low_confidence": N_("The bot was not sure"),
    "bot_unavailable": N_("The bot was not available"),
    "bot_failed": N_("The bot was not available"),
    "script": N_("A script's outcome"),
    "script_outcome": N_("A script's outcome"),
    "distress": N_("The user is upset"),
    "complaint": N_("Complaint"),
    "reopened": N_("Came back"),
    "low_rating": N_("Low rating"),
}
FIELDS = {
    "service": N_("Service"),
    "classification": N_("Classification"),
    "description": N_("Description"),
    "impact": N_("Impact"),
    "urgency": N_("Urgency"),
    "name": N_("Name"),
    "email": N_("E-mail"),
    "question": N_("Question"),
    "type": N_("Type"),
    "protocol": N_("Protocol"),
    "tried": N_("Already tried"),
}
EVENTS = {
    "opened": N_("Ticket opened"),
    "classified": N_("Classified anew"),
    "sla_warning": N_("Deadline warning"),
    "sla_breached": N_("Deadline missed"),
    "comment": N_("Information added"),
    "linked": N_("Linked to another ticket"),
    "outage_declared": N_("Service marked as down"),
    "outage_changed": N_("Notice of the outage changed"),
    "outage_over": N_("Service marked as back"),
    **{action.value: label for action, label in ACTIONS.items()},
}
NOTICE_REASONS = {
    "group": N_("The group of the ticket"),
    "lead": N_("Who leads the group"),
    "next": N_("Escalation"),
}
AUTHORS = {"user": N_("User"), "bot": N_("Bot"), "agent": N_("Agent"), "system": N_("System")}
CHANNELS = {"web": N_("Web"), "telegram": N_("Telegram")}


def label(table: dict[str, str], code: str | None, words: Words) -> str:
    """What a code is called; an unknown one is shown as it is, with blanks for underscores."""
    if code is None:
        return ""
    known = table.get(code)
    return words.say(known) if known is not None else code.replace("_", " ").strip().capitalize()
