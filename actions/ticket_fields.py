"""What a user's words mean for a field of the ticket. Pure: the catalogue and the words come in, a reading goes out."""

import re
from dataclasses import dataclass
from typing import Any

from actions.clients.desk import Catalogue
from actions.contacts import read_contact
from actions.forms import FIELDS
from actions.situation import NO_CONTACT, SERVICE_OTHER, Situation
from actions.words import best_match, fold, looks_like_question, read_name, read_position, words
from balcao.personal import wrong_cpf

_LEAST_CHARACTERS = 8
_LONGEST_DESCRIPTION = 4000
_YES = frozenset(("affirm", "praise", "solved", "confirm_ticket", "open_ticket", "thanks"))
_NO = frozenset(("deny", "correct", "not_solved", "comment_ticket"))
_FIELD_NAMES = {
    "ticket_service": ["serviço", "sistema", "service"],
    "ticket_description": ["descrição", "texto", "problema", "description"],
    "ticket_impact": ["impacto", "quem é afetado", "afetados", "impact"],
    "contact_name": ["nome", "meu nome", "name"],
    "contact_email": ["e-mail", "email", "contato", "telefone", "contact", "phone"],
    "nothing": ["nada", "tudo certo", "nothing"],
}
_UNKNOWN = ("nao sei", "outro", "outra", "nenhum", "nenhuma", "other", "not sure", "i don't know")
_HAS_NONE = ("nao tenho", "nao uso", "sem email", "sem e-mail", "sem contato", "i have no", "i don't have")
_ADDS = re.compile(r"\b(acrescent\w*|adicion\w*|junt\w*|coloca\w*|nele|a ele|esse mesmo|o mesmo|no que ja|add|same)\b")
_OPENS = re.compile(r"\b(outr[oa]|nov[oa]|separad[oa]|diferente|another|new)\b")


_SURE = 0.8
_ASKED_AGAIN = frozenset(("open_ticket", "go_on", "explain", "other_way", "go_back"))
_COURTESIES = {
    "greet": "utter_greet_back",
    "thanks": "utter_youre_welcome",
    "who_are_you": "utter_who_are_you",
    "help": "utter_ticket_unfinished",
    "bye": "utter_ticket_unfinished",
    "upset": "utter_upset_in_ticket",
}


@dataclass(frozen=True)
class Reading:
    """What was understood: slots to set; words of the domain to say if it was not; or that it is a question of its own."""

    slots: dict[str, Any]
    words: str | None = None
    is_aside: bool = False


def read_courtesy(now: Situation, requested: str) -> Reading | None:
    """A greeting, thanks or an insult instead of an answer; only when it is clearly that: names and places are short too."""
    if now.confidence < _SURE or (requested == "ticket_confirmation" and now.intent in _YES):
        return None
    if now.intent in _ASKED_AGAIN and requested != "duplicate_choice":
        return Reading({requested: None})
    words = _COURTESIES.get(now.intent)
    return Reading({requested: None}, words) if words else None


def read_service(now: Situation, catalogue: Catalogue) -> Reading:
    """A service by choice, id, name or alias; "não sei" is accepted."""
    chosen = str(now.entities.get("service_id") or now.slots.get("ticket_service") or now.text)
    if chosen == SERVICE_OTHER or catalogue.service(chosen):
        return Reading({"ticket_service": chosen})
    if fold(chosen).startswith(_UNKNOWN):
        return Reading({"ticket_service": SERVICE_OTHER})
    named = best_match(now.text, [(s.id, [s.name, s.id, *s.aliases]) for s in catalogue.services])
    if looks_like_question(now.text):
        return Reading({"ticket_service": None}, is_aside=True)
    return Reading({"ticket_service": named}, None if named else "utter_service_unclear")


def read_description(now: Situation) -> Reading:
    """The user's words; "sim" takes the question asked before, more words are added to it."""
    question = now.slots.get("question")
    if now.intent == "affirm" and question:
        return Reading({"ticket_description": question})
    if now.intent in _NO and question and len(now.text) < 2 * _LEAST_CHARACTERS:
        return Reading({"ticket_description": None, "question": None})
    if len(now.text.strip()) < _LEAST_CHARACTERS or len(words(now.text)) < 2:
        return Reading({"ticket_description": None}, "utter_description_short")
    if wrong_cpf(now.text) and not now.slots.get("unclear"):  # said once: the case is not about it
        return Reading({"ticket_description": None}, "utter_cpf_wrong")
    return Reading({"ticket_description": _joined(question, now.text)[:_LONGEST_DESCRIPTION]})


def _joined(question: str | None, more: str) -> str:
    if not question or fold(question) in fold(more):
        return more.strip()
    return f"{question}\n{more.strip()}"


def read_duplicate_choice(now: Situation) -> Reading:
    """Whether the user adds to the ticket they have ("add") or opens another ("open")."""
    folded = fold(now.text)
    place = read_position(now.text, 2)
    if now.intent in ("add_to_ticket", "comment_ticket") or place == 0 or _ADDS.search(folded):
        return Reading({"duplicate_choice": "add"})
    if now.intent in ("open_another", "open_ticket", "deny") or place == 1 or _OPENS.search(folded):
        return Reading({"duplicate_choice": "open"})
    return Reading({"duplicate_choice": None}, "utter_duplicate_unclear")


def read_impact(now: Situation, catalogue: Catalogue) -> Reading:
    """An impact by choice, id or its words."""
    chosen = str(now.entities.get("impact_id") or now.slots.get("ticket_impact") or now.text)
    if catalogue.impact_label(chosen):
        return Reading({"ticket_impact": chosen})
    position = {"so eu": 0, "somente eu": 0, "apenas eu": 0, "eu": 0, "just me": 0, "equipe": 1, "setor": 1, "team": 1}
    position |= {"todos": 2, "todo mundo": 2, "orgao": 2, "geral": 2, "everyone": 2}
    names = [(id_, [label, id_]) for id_, label in catalogue.impacts]
    if fold(chosen).startswith(_UNKNOWN) and names:
        return Reading({"ticket_impact": names[0][0]})  # the least; the summary shows it
    named = best_match(now.text, names) or _by_place(
        best_match(now.text, [(p, [n]) for n, p in position.items()]), names
    )
    if named is None and looks_like_question(now.text):
        return Reading({"ticket_impact": None}, is_aside=True)
    return Reading({"ticket_impact": named}, None if named else "utter_impact_unclear")


def _by_place(place: int | None, names: list[tuple[str, list[str]]]) -> str | None:
    return names[place][0] if place is not None and place < len(names) else None


def read_contact_name(now: Situation) -> Reading:
    """A person's name."""
    name = read_name(str(now.slots.get("contact_name") or now.text))
    if name is None or (now.intent == "question" and looks_like_question(now.text)):
        aside = looks_like_question(now.text)
        return Reading({"contact_name": None}, None if aside else "utter_name_unclear", aside)
    return Reading({"contact_name": name})


def read_contact_email(now: Situation) -> Reading:
    """An e-mail address, or a phone number with its area code."""
    said = str(now.slots.get("contact_email") or now.text)
    if fold(said).startswith(_HAS_NONE):
        return Reading({"contact_email": NO_CONTACT})
    contact = read_contact(said)
    if contact is None and looks_like_question(now.text):
        return Reading({"contact_email": None}, is_aside=True)
    if contact is None or contact.value is None:
        return Reading({"contact_email": None}, contact.words if contact else "utter_email_invalid")
    return Reading({"contact_email": contact.value})


def read_correction(now: Situation) -> Reading:
    """The field to correct: it is emptied, so that the form asks for it again."""
    chosen = now.entities.get("field") or best_match(now.text, list(_FIELD_NAMES.items()))
    if now.intent in ("deny", "affirm") and chosen is None:
        chosen = "nothing"
    if chosen == "nothing":
        return Reading({"ticket_correction": None, "correcting": None})
    if chosen not in FIELDS:
        return Reading({"ticket_correction": None})
    emptied: dict[str, Any] = {"ticket_correction": None, "correcting": None, str(chosen): None}
    depending = {"ticket_description": {"question": None}, "ticket_service": {"ticket_classification": None}}
    return Reading(emptied | depending.get(str(chosen), {}))


def read_confirmation(now: Situation) -> Reading:
    """Yes opens the ticket; no, or the name of a field, leads to correcting; anything else is asked again."""
    if now.intent in _YES:
        return Reading({"ticket_confirmation": True})
    field = now.entities.get("field") or best_match(now.text, list(_FIELD_NAMES.items()))
    if field in FIELDS:
        return Reading({"ticket_confirmation": None, **read_correction(now).slots})
    if now.intent in _NO:
        return Reading({"ticket_confirmation": None, "correcting": True})
    if looks_like_question(now.text):
        return Reading({"ticket_confirmation": None}, is_aside=True)
    return Reading({"ticket_confirmation": None}, "utter_confirm_unclear")
