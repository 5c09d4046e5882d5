"""Selects from the catalogue. Only active entries, in the order of the file."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.catalogue.models import Classification, Group, Impact, Offer, Service


def services(session: Session) -> Sequence[Service]:
    return session.scalars(select(Service).where(Service.active).order_by(Service.position)).all()


def offers(session: Session) -> Sequence[Offer]:
    return session.scalars(select(Offer).where(Offer.active).order_by(Offer.service_id, Offer.position)).all()


def classifications(session: Session) -> Sequence[Classification]:
    chosen = select(Classification).where(Classification.active)
    return session.scalars(chosen.order_by(Classification.service_id, Classification.position)).all()


def impacts(session: Session) -> Sequence[Impact]:
    return session.scalars(select(Impact).order_by(Impact.weight)).all()


def groups(session: Session) -> Sequence[Group]:
    return session.scalars(select(Group).where(Group.active).order_by(Group.position)).all()


def manifestations_group(session: Session) -> Group | None:
    return session.scalars(select(Group).where(Group.hears_manifestations, Group.active)).first()


def default_group(session: Session) -> Group | None:
    return session.scalars(select(Group).where(Group.is_default, Group.active)).first()
