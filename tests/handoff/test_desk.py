"""Transactions of the desk: shared commits, news after commits only, settings that refuse what is unsafe."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Conflict
from balcao.ids import new_id
from handoff.desk import Desk
from handoff.live.hub import Hub
from handoff.live.news import announce
from handoff.settings import DeskSettings
from handoff.users.models import User
from tests.handoff.conftest import World
from tests.handoff.running import SECRETS


def desk_on(world: World, tmp_path: Path) -> Desk:
    return Desk(DeskSettings(home=tmp_path, **SECRETS), world.database, Hub())  # type: ignore[arg-type]


def add_user(session: Session, name: str, *, fails: bool = False) -> str:
    session.add(User(id=new_id(), name=name, email=None, language="pt-BR", created_at=utc_now()))
    session.flush()
    if fails:
        raise Conflict(name)
    return name


def names(world: World) -> list[str | None]:
    with world.database.read() as session:
        return sorted(session.scalars(select(User.name)), key=str)


def test_works_that_share_a_commit_succeed_and_fail_each_for_itself(world: World, tmp_path: Path) -> None:
    desk = desk_on(world, tmp_path)

    async def all_at_once() -> list[Any]:
        works = [desk.commit(lambda s, n=n: add_user(s, f"u{n:02}", fails=n % 3 == 0)) for n in range(30)]
        return await asyncio.gather(*works, return_exceptions=True)

    results = asyncio.run(all_at_once())
    assert [isinstance(r, Conflict) for r in results] == [n % 3 == 0 for n in range(30)]
    assert names(world) == [f"u{n:02}" for n in range(30) if n % 3]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_commit_that_fails_fails_for_all_who_shared_it_and_keeps_nothing(world: World, tmp_path: Path) -> None:
    desk = desk_on(world, tmp_path)

    def broken(session: Session) -> None:
        session.connection().exec_driver_sql("SELECT * FROM no_such_table")

    async def all_at_once() -> list[Any]:
        first = desk.commit(lambda s: add_user(s, "before"))  # keeps the writer busy, so that the others gather
        others = [desk.commit(broken), desk.commit(lambda s: add_user(s, "beside"))]
        return await asyncio.gather(first, *others, return_exceptions=True)

    results = asyncio.run(all_at_once())
    assert names(world) in (["before"], [])
    assert all(isinstance(r, Exception) for r in results[1:])


def fail_after_announcing(desk: Desk) -> None:
    with desk.write() as session:
        announce(session, "b")
        raise Conflict


def test_news_are_published_after_the_commit_and_never_without_one(world: World, tmp_path: Path) -> None:
    desk = desk_on(world, tmp_path)

    async def listen() -> list[set[str]]:
        desk.hub.start()
        with desk.hub.subscribe("a", "b", "c") as news:
            with desk.write() as session:
                announce(session, "a", "elsewhere")
                assert await news.wait(0.05) == set()
            with pytest.raises(Conflict):
                fail_after_announcing(desk)
            heard = [await news.wait(1)]
            news.change(["c"])
            desk.hub.publish(["a", "c"])
            return [*heard, await news.wait(1), await news.wait(0.05)]

    assert asyncio.run(listen()) == [{"a"}, {"c"}, set()]


def test_a_subscriber_that_is_busy_holds_one_entry_a_topic_however_much_happens() -> None:
    async def flood() -> set[str]:
        hub = Hub()
        hub.start()
        with hub.subscribe("a", "b") as news:
            for _ in range(10_000):
                hub.publish(["a", "b"])
            await asyncio.sleep(0)
            assert len(news._news) == 2
            return await news.wait(1)

    assert asyncio.run(flood()) == {"a", "b"}


@pytest.mark.parametrize(
    "secret", ["", "short", "change-me-please-change-me-now", "placeholder-placeholder-placeholder"]
)
def test_a_desk_with_a_placeholder_for_a_secret_does_not_start(secret: str) -> None:
    with pytest.raises(ValidationError, match="secret_key"):
        DeskSettings(**(SECRETS | {"secret_key": secret}))  # type: ignore[arg-type]


def test_allowed_origins_are_read_from_one_line() -> None:
    settings = DeskSettings(allowed_origins=" https://A.example/, ,http://b:81 ", **SECRETS)  # type: ignore[arg-type]
    assert settings.origins == {"https://a.example", "http://b:81"}
