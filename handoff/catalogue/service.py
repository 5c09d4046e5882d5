"""Loads the catalogue and answers what it holds."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from balcao.database import Base, utc_now
from balcao.errors import NotFound, Unavailable
from handoff.catalogue import queries
from handoff.catalogue.loading import read_catalogue
from handoff.catalogue.models import Classification, Group, Impact, Offer, Service
from handoff.catalogue.schemas import (
    CatalogueFile,
    CatalogueOut,
    ImpactOut,
    NamedOut,
    OfferOut,
    ServiceOut,
)
from handoff.sla.models import Contract, WorkingCalendar
from handoff.sla.versions import keep_calendar, keep_contract

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

SAMPLE = Path(__file__).with_name("sample.yml")


def load_catalogue(session: Session, path: Path = SAMPLE, *, now: datetime | None = None) -> CatalogueFile:
    """Makes the catalogue what the file says, all or nothing, and returns it; loading it again changes nothing.

    What the file no longer names is made inactive, not deleted, because tickets may speak of it.
    :class:`~balcao.errors.InvalidInput` (``bad_catalogue``) names each fault with its line.
    """
    wanted = read_catalogue(path)
    keep_catalogue(session, wanted, now or utc_now())
    return wanted


def keep_catalogue(session: Session, wanted: CatalogueFile, now: datetime) -> None:
    """Makes the catalogue what the checked file says. New hours and promises hold from ``now`` on."""
    for model in (Group, Service, Offer, Classification, WorkingCalendar, Contract):
        session.execute(update(model).values(active=False))
    _upsert_groups(session, wanted)
    _upsert(session, Impact, ((i.id, {"id": i.id, "name": i.name, "weight": i.weight}) for i in wanted.impacts))
    _keep_calendars(session, wanted, now)
    _keep_contracts(session, wanted, now)
    _upsert_services(session, wanted)


def _keep_calendars(session: Session, wanted: CatalogueFile, now: datetime) -> None:
    _upsert(session, WorkingCalendar, ((c.id, _named_row(n, c)) for n, c in enumerate(wanted.calendars)))
    for calendar in wanted.calendars:
        keep_calendar(session, calendar_id=calendar.id, hours=calendar, now=now)


def _keep_contracts(session: Session, wanted: CatalogueFile, now: datetime) -> None:
    rows = (
        (entry.id, _named_row(n, entry) | {"is_default": entry.id == wanted.default_contract})
        for n, entry in enumerate(wanted.contracts)
    )
    _upsert(session, Contract, rows)
    for contract in wanted.contracts:
        keep_contract(session, contract_id=contract.id, promises=contract, now=now)


def _named_row(position: int, entry: Any) -> dict[str, Any]:
    return {"id": entry.id, "name": entry.name, "position": position, "active": True}


def _upsert_groups(session: Session, wanted: CatalogueFile) -> None:
    rows = ((entry.id, _group_row(n, entry) | _group_duties(entry.id, wanted)) for n, entry in enumerate(wanted.groups))
    _upsert(session, Group, rows)


def _group_row(position: int, entry: Any) -> dict[str, Any]:
    row = {"level": entry.level, "lead": entry.lead, "escalates_to": entry.escalates_to, "calendar_id": entry.calendar}
    return _named_row(position, entry) | row


def _group_duties(group_id: str, wanted: CatalogueFile) -> dict[str, Any]:
    return {
        "is_default": group_id == wanted.default_group,
        "hears_manifestations": group_id == wanted.manifestations_group,
    }


def _upsert_services(session: Session, wanted: CatalogueFile) -> None:
    _upsert(session, Service, ((s.id, _service_row(n, s)) for n, s in enumerate(wanted.services)))
    for service in wanted.services:
        _upsert(
            session, Offer, (((service.id, o.id), _child_row(n, service.id, o)) for n, o in enumerate(service.offers))
        )
        for offer in service.offers:
            rows = (
                ((service.id, item.id), _child_row(n, service.id, item) | {"offer_id": offer.id})
                for n, item in enumerate(offer.classifications)
            )
            _upsert(session, Classification, rows)


def _service_row(position: int, entry: Any) -> dict[str, Any]:
    row = {"aliases": entry.aliases, "group_id": entry.group, "contract_id": entry.contract}
    return _named_row(position, entry) | row


def _child_row(position: int, service_id: str, entry: Any) -> dict[str, Any]:
    return _named_row(position, entry) | {"service_id": service_id}


def _upsert(session: Session, model: type[Base], rows: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    for key, values in rows:
        found = session.get(model, key, populate_existing=True)
        if found is None:
            session.add(model(**values))
        else:
            for name, value in values.items():
                setattr(found, name, value)
    session.flush()


def catalogue(session: Session) -> CatalogueOut:
    """The active catalogue, as the actions read it."""
    items = _by(queries.classifications(session), lambda c: (c.service_id, c.offer_id))
    offers = _by(queries.offers(session), lambda o: o.service_id)
    return CatalogueOut(
        services=[
            ServiceOut(
                id=service.id,
                name=service.name,
                aliases=service.aliases,
                group=service.group_id,
                offers=[
                    OfferOut(
                        id=offer.id,
                        name=offer.name,
                        classifications=[NamedOut(id=c.id, name=c.name) for c in items.get((service.id, offer.id), [])],
                    )
                    for offer in offers.get(service.id, [])
                ],
            )
            for service in queries.services(session)
        ],
        impacts=[ImpactOut(id=impact.id, label=impact.name) for impact in queries.impacts(session)],
    )


def _by(rows: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    grouped: defaultdict[K, list[T]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def group_for_service(session: Session, service_id: str | None) -> Group:
    """The group that answers for a service; the default group for none. :class:`NotFound` for an unknown service."""
    if service_id is None:
        return default_group(session)
    service = session.get(Service, service_id)
    group = session.get(Group, service.group_id) if service is not None and service.active else None
    if group is None:
        raise NotFound(f"no service {service_id}", code="unknown_service")
    return group


def default_group(session: Session) -> Group:
    """The group for cases without a service; :class:`Unavailable` when no catalogue is loaded."""
    group = queries.default_group(session)
    if group is None:
        raise Unavailable("no catalogue is loaded", code="no_catalogue")
    return group


def group_for_manifestations(session: Session) -> Group:
    """The group that hears suggestions, complaints and compliments; the default group when none is named."""
    return queries.manifestations_group(session) or default_group(session)


def group_or_default(session: Session, group_id: str | None) -> Group:
    """The named group if it exists and is active, else the default: a conversation is never lost for a wrong name."""
    chosen = select(Group).where(Group.id == group_id, Group.active)
    return session.scalars(chosen).first() or default_group(session)
