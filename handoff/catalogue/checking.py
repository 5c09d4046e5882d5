"""What a catalogue file says that does not fit together: repeated ids, unknown names, escalation in a circle. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from handoff.catalogue.schemas import CatalogueFile

Place = tuple[int | str, ...]


class Fault(NamedTuple):
    """What is wrong, and the way to it through the file."""

    place: Place
    message: str


def faults_of(wanted: CatalogueFile) -> list[Fault]:
    """Every fault between the entries of a file whose entries are right each by itself."""
    return [*_repeated(wanted), *_unknown(wanted), *_circles(wanted)]


_SECTIONS = {
    "groups": "group",
    "impacts": "impact",
    "calendars": "calendar",
    "contracts": "contract",
    "services": "service",
}


def _repeated(wanted: CatalogueFile) -> Iterator[Fault]:
    for section, kind in _SECTIONS.items():
        seen: set[str] = set()
        for number, entry in enumerate(getattr(wanted, section)):
            if entry.id in seen:
                yield Fault((section, number, "id"), f"repeated {kind} id: {entry.id}")
            seen.add(entry.id)


def _unknown(wanted: CatalogueFile) -> Iterator[Fault]:
    known = {kind: {entry.id for entry in getattr(wanted, section)} for section, kind in _SECTIONS.items()}
    known["offer"] = {f"{service.id}/{offer.id}" for service in wanted.services for offer in service.offers}
    for place, kind, name in _references(wanted):
        if name not in known[kind]:
            yield Fault(place, f"unknown {kind} {name}")


def _references(wanted: CatalogueFile) -> Iterator[tuple[Place, str, str]]:
    """Every place that names another entry: where, of which kind, and its id."""
    named: list[tuple[Place, str, str | None]] = [
        (("default_group",), "group", wanted.default_group),
        (("manifestations_group",), "group", wanted.manifestations_group),
        (("default_contract",), "contract", wanted.default_contract),
    ]
    for n, group in enumerate(wanted.groups):
        named.append((("groups", n, "escalates_to"), "group", group.escalates_to))
        named.append((("groups", n, "calendar"), "calendar", group.calendar))
    for n, service in enumerate(wanted.services):
        named.append((("services", n, "group"), "group", service.group))
        named.append((("services", n, "contract"), "contract", service.contract))
    for n, contract in enumerate(wanted.contracts):
        named.append((("contracts", n, "calendar"), "calendar", contract.calendar))
        for m, target in enumerate(contract.targets):
            place: Place = ("contracts", n, "targets", m)
            named.append(((*place, "service"), "service", target.service))
            offer = f"{target.service}/{target.offer}" if target.offer else None
            named.append(((*place, "offer"), "offer", offer))
    yield from ((place, kind, name) for place, kind, name in named if name is not None)


def _circles(wanted: CatalogueFile) -> Iterator[Fault]:
    """Each group from which escalation leads back to itself."""
    above = {group.id: group.escalates_to for group in wanted.groups}
    for n, group in enumerate(wanted.groups):
        way = [group.id]
        while (following := above.get(way[-1])) is not None and following not in way:
            way.append(following)
        if following == group.id:
            yield Fault(("groups", n, "escalates_to"), f"circular escalation: {' → '.join([*way, group.id])}")
