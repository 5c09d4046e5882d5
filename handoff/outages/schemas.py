"""Known outages as they come in and go out."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from handoff.conversations.schemas import Utc
from handoff.outages.queries import Known

LONGEST_TEXT = 1_000
_Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


class DeclareOutage(BaseModel):
    """Body of ``POST /api/console/outages``. ``since`` is now if absent; ``text`` is what users are told of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str = Field(max_length=64)
    text: _Text = ""
    since: AwareDatetime | None = None
    expected_back: AwareDatetime | None = None


class ChangeOutage(BaseModel):
    """Body of ``PUT /api/console/outages/{id}``: what users are told from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: _Text = ""
    expected_back: AwareDatetime | None = None


class EndOutage(BaseModel):
    """Body of ``POST /api/console/outages/{id}/end``: the service is back; ``text`` is told to those who follow it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: _Text = ""


class OutageOut(BaseModel):
    """A known outage. ``ended_at`` is None while it lasts; ``protocol`` is its one ticket's."""

    id: str
    service: str
    service_name: str
    aliases: list[str]
    text: str
    since: Utc
    expected_back: Utc | None
    ended_at: Utc | None
    end_text: str | None
    protocol: str
    followers: int

    @classmethod
    def of(cls, known: Known) -> "OutageOut":
        outage, service, protocol, followers = known
        return cls(
            id=outage.id,
            service=service.id,
            service_name=service.name,
            aliases=service.aliases,
            text=outage.text,
            since=outage.since,
            expected_back=outage.expected_back,
            ended_at=outage.ended_at,
            end_text=outage.end_text,
            protocol=protocol,
            followers=followers,
        )


class OutageList(BaseModel):
    """Answer of ``GET /internal/outages``: those that last."""

    outages: list[OutageOut]


class OutageLists(BaseModel):
    """Answer of ``GET /api/console/outages``: those that last, and the latest that are over."""

    current: list[OutageOut]
    past: list[OutageOut]
