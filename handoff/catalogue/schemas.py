"""The catalogue as a file holds it, and as the actions read it."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupEntry(_Strict):
    id: Slug
    name: Name
    level: Annotated[Literal["1", "2", "production", "development"], BeforeValidator(str)]


class ImpactEntry(_Strict):
    id: Slug
    name: Name
    weight: int = Field(ge=1, le=3)


class ClassificationEntry(_Strict):
    id: Slug
    name: Name


class OfferEntry(_Strict):
    id: Slug
    name: Name
    classifications: list[ClassificationEntry] = []


class ServiceEntry(_Strict):
    id: Slug
    name: Name
    aliases: list[Name] = []
    group: Slug
    offers: list[OfferEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        _refuse_repeated("offer", [offer.id for offer in self.offers])
        _refuse_repeated("classification", [item.id for offer in self.offers for item in offer.classifications])
        return self


class CatalogueFile(_Strict):
    """A whole catalogue file; see ``sample.yml``."""

    groups: list[GroupEntry] = Field(min_length=1)
    default_group: Slug
    impacts: list[ImpactEntry] = Field(min_length=1)
    services: list[ServiceEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique_and_known(self) -> Self:
        _refuse_repeated("group", [group.id for group in self.groups])
        _refuse_repeated("impact", [impact.id for impact in self.impacts])
        _refuse_repeated("service", [service.id for service in self.services])
        known = {group.id for group in self.groups}
        for owner, group in [("default_group", self.default_group), *((s.id, s.group) for s in self.services)]:
            if group not in known:
                raise ValueError(f"{owner}: unknown group {group}")
        return self


def _refuse_repeated(kind: str, ids: list[str]) -> None:
    repeated = sorted(entry for entry, count in Counter(ids).items() if count > 1)
    if repeated:
        raise ValueError(f"repeated {kind} id: {', '.join(repeated)}")


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
