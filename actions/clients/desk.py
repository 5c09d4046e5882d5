"""The desk's internal API: catalogue, tickets, queues and known outages."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.clients.http import ServiceClient

_CATALOGUE_SECONDS = 60.0
_OUTAGES_SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """A service of the catalogue; ``group`` answers for it."""

    id: str
    name: str
    aliases: tuple[str, ...]
    group: str | None
    classifications: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Catalogue:
    """Services and impacts (id, label), in the order in which they are shown."""

    services: tuple[Service, ...]
    impacts: tuple[tuple[str, str], ...]

    def service(self, service_id: str | None) -> Service | None:
        """The service of this id, if the catalogue has it."""
        return next((service for service in self.services if service.id == service_id), None)

    def impact_label(self, impact_id: str | None) -> str | None:
        """The words for an impact."""
        return dict(self.impacts).get(impact_id or "")


@dataclass(frozen=True)
class Queue:
    """Whether people of a group take cases now, and else when they are back, if that is known."""

    open: bool
    opens_at: datetime | None


@dataclass(frozen=True)
class Outage:
    """A service that is known to be down; ``text`` is what users are told of it."""

    id: str
    service: str
    service_name: str
    aliases: tuple[str, ...]
    text: str
    since: datetime
    expected_back: datetime | None
    protocol: str


class DeskClient:
    """Calls the desk; :class:`Unavailable` when it is down. The catalogue is kept for a minute, outages for two seconds."""

    def __init__(self, http: ServiceClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._clock = clock
        self._catalogue: Catalogue | None = None
        self._read_at = 0.0
        self._outages: tuple[Outage, ...] = ()
        self._outages_read_at = -_OUTAGES_SECONDS

    async def catalogue(self) -> Catalogue:
        """The present catalogue, at most a minute old."""
        if self._catalogue is None or self._clock() - self._read_at > _CATALOGUE_SECONDS:
            self._catalogue = _catalogue(await self._http.get("/internal/catalogue"))
            self._read_at = self._clock()
        return self._catalogue

    async def outages(self) -> tuple[Outage, ...]:
        """The outages that last, the newest first, at most two seconds old."""
        if self._clock() - self._outages_read_at > _OUTAGES_SECONDS:
            found = await self._http.get("/internal/outages")
            self._outages = tuple(_outage(row) for row in found["outages"])
            self._outages_read_at = self._clock()
        return self._outages

    async def queue(self, group: str | None) -> Queue:
        """How a group's queue stands, the default group's for None."""
        row = await self._http.get("/internal/queue", **({"group": group} if group else {}))
        return Queue(bool(row["open"]), _moment(row.get("opens_at")))

    async def open_ticket(self, ticket: dict[str, Any], key: str) -> dict[str, Any]:
        """The opened ticket; the same one again for the same key."""
        opened: dict[str, Any] = await self._http.post("/internal/tickets", ticket, {"Idempotency-Key": key})
        return opened

    async def ticket(self, protocol: str, user_id: str) -> dict[str, Any]:
        """A ticket of this user; :class:`NotFound` when there is none of that number."""
        found: dict[str, Any] = await self._http.get(f"/internal/tickets/{protocol}", user_id=user_id)
        return found

    async def tickets(self, user_id: str, **chosen: str) -> list[dict[str, Any]]:
        """The user's latest tickets, newest first: all, those that they ``can`` change so, or opened ``since`` and ``before``."""
        rows: list[dict[str, Any]] = (await self._http.get("/internal/tickets", user_id=user_id, **chosen))["tickets"]
        return rows

    async def similar_ticket(self, user_id: str, service: str | None, description: str) -> dict[str, Any] | None:
        """The user's open ticket on the service that is probably about the same."""
        body = {"user_id": user_id, "service": service, "description": description}
        found: dict[str, Any] | None = (await self._http.post("/internal/tickets/similar", body))["ticket"]
        return found

    async def change_ticket(self, protocol: str, move: str, user_id: str, text: str, key: str) -> dict[str, Any]:
        """The user's ticket after a ``comment``, ``cancel`` or ``reopen``; the same again for the same key."""
        body = {"user_id": user_id, "text": text}
        path = f"/internal/tickets/{protocol}/{move}"
        changed: dict[str, Any] = await self._http.post(path, body, {"Idempotency-Key": key})
        return changed


def _catalogue(row: dict[str, Any]) -> Catalogue:
    return Catalogue(
        services=tuple(
            Service(
                item["id"], item["name"], tuple(item.get("aliases") or ()), item.get("group"), _classifications(item)
            )
            for item in row.get("services") or []
        ),
        impacts=tuple((item["id"], item.get("label") or item["id"]) for item in row.get("impacts") or []),
    )


def _outage(row: dict[str, Any]) -> Outage:
    return Outage(
        id=row["id"],
        service=row["service"],
        service_name=row["service_name"],
        aliases=tuple(row.get("aliases") or ()),
        text=row.get("text") or "",
        since=datetime.fromisoformat(row["since"]),
        expected_back=_moment(row.get("expected_back")),
        protocol=row["protocol"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _classifications(service: dict[str, Any]) -> frozenset[str]:
    rows = [row for offer in service.get("offers") or [] for row in offer.get("classifications") or []]
    return frozenset(str(row["id"] if isinstance(row, dict) else row) for row in rows)
