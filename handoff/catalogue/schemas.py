"""The catalogue as a file holds it, and as the actions read it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from handoff.catalogue.names import Name, Slug, Strict, refuse_repeated
from handoff.sla.definitions import CalendarHours, Promises

Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@-]{1,63}$")]


class GroupEntry(Strict):
    id: Slug
    name: Name
    level: Annotated[Literal["1", "2", "production", "development"], BeforeValidator(str)]
    lead: Login | None = None
    escalates_to: Slug | None = None
    calendar: Slug | None = None


class CalendarEntry(CalendarHours):
    id: Slug
    name: Name


class ContractEntry(Promises):
    id: Slug
    name: Name


class ImpactEntry(Strict):
    id: Slug
    name: Name
    weight: int = Field(ge=1, le=3)


class ClassificationEntry(Strict):
    id: Slug
    name: Name


class OfferEntry(Strict):
    id: Slug
    name: Name
    classifications: list[ClassificationEntry] = Field(default=[])


class ServiceEntry(Strict):
    id: Slug
    name: Name
    aliases: list[Name] = Field(default=[])
    group: Slug
    contract: Slug | None = None
    offers: list[OfferEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        refuse_repeated("offer", [offer.id for offer in self.offers])
        refuse_repeated("classification", [item.id for offer in self.offers for item in offer.classifications])
        return self


class CatalogueFile(Strict):
    """A whole catalogue file; see ``sample.yml``."""

    groups: list[GroupEntry] = Field(min_length=1)
    default_group: Slug
    manifestations_group: Slug | None = None
    impacts: list[ImpactEntry] = Field(min_length=1)
    calendars: list[CalendarEntry] = Field(default=[])
    contracts: list[ContractEntry] = Field(default=[])
    default_contract: Slug | None = None
    services: list[ServiceEntry] = Field(min_length=1)


class NamedOut(BaseModel):
    id: str
    name: str


class OfferOut(NamedOut):
    classifications: list[NamedOut]


class ServiceOut(NamedOut):
    aliases: list[str]
    offers: list[OfferOut]
    group: str


class ImpactOut(BaseModel):
    id: str
    label: str


class CatalogueOut(BaseModel):
    """Answer of ``GET /internal/catalogue``."""

    services: list[ServiceOut]
    impacts: list[ImpactOut]
