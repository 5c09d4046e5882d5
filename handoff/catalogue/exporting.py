"""The catalogue as a file again, and what an import changes in it."""

from collections import defaultdict
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel
from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.catalogue import queries
from handoff.catalogue.models import Group, Service
from handoff.catalogue.schemas import (
    CalendarEntry,
    CatalogueFile,
    ClassificationEntry,
    ContractEntry,
    GroupEntry,
    ImpactEntry,
    OfferEntry,
    ServiceEntry,
)
from handoff.sla import queries as sla
from handoff.sla.definitions import CalendarHours, KeptHours, Promises
from handoff.sla.models import Contract, WorkingCalendar


def export_catalogue(session: Session) -> CatalogueFile:
    """The active catalogue, as a file would hold it; :class:`NotFound` when none is loaded."""
    default = queries.default_group(session)
    if default is None:
        raise NotFound("no catalogue is loaded", code="no_catalogue")
    contract = sla.default_contract(session)
    hearing = queries.manifestations_group(session)
    return CatalogueFile(
        groups=[_group(group) for group in queries.groups(session)],
        default_group=default.id,
        manifestations_group=hearing.id if hearing is not None else None,
        impacts=[ImpactEntry(id=i.id, name=i.name, weight=i.weight) for i in queries.impacts(session)],
        calendars=[_calendar(session, calendar) for calendar in sla.calendars(session)],
        contracts=[_contract(session, contract) for contract in sla.contracts(session)],
        default_contract=contract.id if contract is not None else None,
        services=_services(session),
    )


def _group(group: Group) -> GroupEntry:
    return GroupEntry.model_validate(
        {
            "id": group.id,
            "name": group.name,
            "level": group.level,
            "lead": group.lead,
            "escalates_to": group.escalates_to,
            "calendar": group.calendar_id,
        }
    )


def _calendar(session: Session, calendar: WorkingCalendar) -> CalendarEntry:
    version = sla.latest_calendar(session, calendar.id)
    kept = KeptHours.model_validate_json(version.definition) if version is not None else None
    hours = {name: getattr(kept, name) for name in CalendarHours.model_fields}
    return CalendarEntry(id=calendar.id, name=calendar.name, **hours)


def _contract(session: Session, contract: Contract) -> ContractEntry:
    version = sla.latest_contract(session, contract.id)
    kept = Promises.model_validate_json(version.definition) if version is not None else None
    promises = {name: getattr(kept, name) for name in Promises.model_fields}
    return ContractEntry(id=contract.id, name=contract.name, **promises)


def _services(session: Session) -> list[ServiceEntry]:
    classifications: defaultdict[tuple[str, str], list[ClassificationEntry]] = defaultdict(list)
    for one in queries.classifications(session):
        classifications[one.service_id, one.offer_id].append(ClassificationEntry(id=one.id, name=one.name))
    offers: defaultdict[str, list[OfferEntry]] = defaultdict(list)
    for offer in queries.offers(session):
        entries = classifications[offer.service_id, offer.id]
        offers[offer.service_id].append(OfferEntry(id=offer.id, name=offer.name, classifications=entries))
    return [_service(service, offers[service.id]) for service in queries.services(session)]


def _service(service: Service, offers: list[OfferEntry]) -> ServiceEntry:
    return ServiceEntry(
        id=service.id,
        name=service.name,
        aliases=service.aliases,
        group=service.group_id,
        contract=service.contract_id,
        offers=offers,
    )


def as_yaml(catalogue: CatalogueFile) -> str:
    """The file's text; reading it gives the same catalogue."""
    data = catalogue.model_dump(exclude_defaults=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None, width=150)


class Change(NamedTuple):
    """An entry that an import adds, changes or takes out of use."""

    section: str
    id: str
    kind: Literal["added", "changed", "removed"]


def changes(before: CatalogueFile | None, after: CatalogueFile) -> list[Change]:
    """What differs between two catalogues, by section and entry, in the order of the file. Pure."""
    found = []
    for section in CatalogueFile.model_fields:
        old, new = _entries(before, section), _entries(after, section)
        found += [Change(section, id_, "changed" if id_ in old else "added") for id_ in new if new[id_] != old.get(id_)]
        found += [Change(section, id_, "removed") for id_ in old if id_ not in new]
    return found


def _entries(catalogue: CatalogueFile | None, section: str) -> dict[str, Any]:
    """The entries of a section by id; a section that is one value alone is an entry without an id."""
    value: list[BaseModel] | str | None = getattr(catalogue, section, None)
    if isinstance(value, list):
        return {str(getattr(entry, "id", "")): entry for entry in value}
    return {} if value is None else {"": value}
