"""The walk: conversations one after the other until enough turns are done, checked after each of them."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from tests.bot.fakes import VPN_DOWN, FakeDesk, ticket
from tests.bot.walk.checks import Fault, check_cancel, check_person, check_turn
from tests.bot.walk.conversation import Conversation, Trackers
from tests.bot.walk.users import User

_LONGEST = 40
_OUTAGES_SECONDS = 2.1
_PROBED = 3
_PROBES = 0.04
_AGENT_ACTS = 0.06
_STATES_OF_TICKETS = ("resolved", "closed", "pending_user", "forwarded_production", "resolved")
MAIL_DOWN = {**VPN_DOWN, "service": "correio", "service_name": "E-mail institucional", "aliases": ["e-mail", "outlook"]}


@dataclass
class Walk:
    """Walks through the bot at ``url``; ``visited`` and ``probed`` count the turns and tried ways out of each state."""

    url: str
    trackers: Path
    desk: FakeDesk
    seed: int
    tag: str = "w"
    visited: Counter[str] = field(default_factory=Counter)
    probed: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=10)
        self._sessions = Trackers(self.trackers)
        self._chance = random.Random(self.seed)  # of the ways out only: a conversation is the same without them
        self.desk.outages = [MAIL_DOWN]
        time.sleep(_OUTAGES_SECONDS)  # so that the first turns know of it too, and the walk is the same each time

    def walk(self, turns: int, *, most_faults: int = 1) -> None:
        """Conversations until so many turns are done or faults found."""
        number = 0
        while self.turns < turns and len(self.faults) < most_faults:
            number += 1
            self.converse(number)

    def converse(self, number: int) -> Conversation:
        """One whole conversation; the first fault ends it and is kept with its transcript."""
        chance = random.Random(f"{self.seed}/{number}")
        user = User(chance)
        talk = self.begin(f"{self.tag}{self.seed}-{number}", user.kind.language)
        self.desk.opens_at = "2099-01-02T11:00:00Z" if chance.random() < 0.25 else None
        self._give_tickets(talk, chance)
        try:
            for _ in range(chance.randint(2, _LONGEST)):
                self._turn(talk, user)
        except Fault as fault:
            self.faults.append(f"seed {self.seed}, conversation {number}: {fault}\n{talk.transcript()}")
        return talk

    def begin(self, name: str, language: str = "pt-BR") -> Conversation:
        """A conversation in which nothing has been said."""
        return Conversation(self.url, self._http, self._sessions, name, language)

    def _give_tickets(self, talk: Conversation, chance: random.Random) -> None:
        """Some users come with tickets that they have opened before."""
        if chance.random() < 0.6:
            return
        for place in range(chance.randint(1, 3)):
            body = {"type": "incident", "service": chance.choice(("vpn", "impressao")), "description": f"falha {place}"}
            opened = ticket(len(self.desk.tickets) + 123, body, talk.name)
            self.desk.tickets[f"{talk.name}/{place}"] = opened
            talk.protocols.append(opened["protocol"])
            if chance.random() < 0.5:
                self.desk.put(opened["protocol"], chance.choice(_STATES_OF_TICKETS))

    def _turn(self, talk: Conversation, user: User) -> None:
        self.turns += 1
        if talk.with_people:  # nothing reaches the bot until they are done
            talk.with_people = False
            talk.send(
                "", user.chance.choice(("/human_resolved", "/human_resolved", '/human_resolved{"abandoned": true}'))
            )
        else:
            talk.send(*user.next(talk))
        check_turn(talk)
        self.visited[str(talk.state)] += 1
        self._act_as_agent(talk, user.chance)
        self._try_ways_out(talk)

    def _act_as_agent(self, talk: Conversation, chance: random.Random) -> None:
        mine = [ticket["protocol"] for ticket in self.desk.tickets.values() if ticket["user_id"] == talk.name]
        if mine and chance.random() < _AGENT_ACTS:
            self.desk.put(chance.choice(mine), chance.choice(_STATES_OF_TICKETS))

    def _try_ways_out(self, talk: Conversation) -> None:
        """From a copy of where the conversation stands: each state some times, and then at random."""
        state = str(talk.state)
        if self.probed[state] >= _PROBED and self._chance.random() >= _PROBES:
            return
        self.probed[state] += 1
        tickets = {key: dict(ticket) for key, ticket in self.desk.tickets.items()}
        self._try(talk.copy("person"), partial(check_person, closed=self.desk.opens_at is not None))
        if talk.state.form:
            self._try(talk.copy("cancel"), check_cancel)
        self.desk.tickets = tickets

    def _try(self, copy: Conversation, way_out: Callable[[Conversation], None]) -> None:
        try:
            way_out(copy)
        except Fault as fault:
            raise Fault(f"{fault}\n{copy.transcript()}\n--- the conversation") from fault
