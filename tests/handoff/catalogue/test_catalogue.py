"""The catalogue is loaded whole or not at all, and loading it again changes nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from balcao.database import Database
from balcao.errors import InvalidInput, NotFound
from handoff.catalogue.models import Group, Service
from handoff.catalogue.service import (
    SAMPLE,
    catalogue,
    default_group,
    group_for_service,
    group_or_default,
    load_catalogue,
)


def load(database: Database, path: Path) -> dict[str, Any]:
    with database.write() as session:
        load_catalogue(session, path)
    with database.read() as session:
        return catalogue(session).model_dump()


def sample() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SAMPLE.read_text())
    return loaded


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "catalogue.yml"
    path.write_text(
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    )
    return path


def test_the_sample_loads_and_loading_it_again_changes_nothing(database: Database) -> None:
    first = load(database, SAMPLE)
    assert load(database, SAMPLE) == first
    assert [service["id"] for service in first["services"]] == [service["id"] for service in sample()["services"]]
    assert first["impacts"][0] == {"id": "individual", "label": "Só eu"}


def test_what_the_file_no_longer_names_becomes_inactive_and_can_come_back(database: Database, tmp_path: Path) -> None:
    whole = load(database, SAMPLE)
    fewer = sample()
    gone = fewer["services"].pop(1)
    assert gone["id"] not in {service["id"] for service in load(database, written(tmp_path, fewer))["services"]}
    with database.read() as session:
        assert session.get(Service, gone["id"]) is not None
        with pytest.raises(NotFound):
            group_for_service(session, gone["id"])
    assert load(database, SAMPLE) == whole


def test_a_service_leads_to_its_group_and_none_to_the_default(database: Database) -> None:
    load(database, SAMPLE)
    with database.read() as session:
        assert group_for_service(session, "vpn").id == "n2-acesso"
        assert group_for_service(session, None).id == default_group(session).id == "n2-geral"
        assert group_or_default(session, "no-such-group").id == "n2-geral"


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda c: c["services"][2].update(group="nobody"), "unknown group nobody"),
        (lambda c: c.update(default_group="nobody"), "unknown group nobody"),
        (lambda c: c["services"].append(c["services"][0]), "repeated service id"),
        (lambda c: c["services"][0]["offers"].clear(), "at least 1 item"),
        (lambda c: c["impacts"][0].update(weight=9), "less than or equal to 3"),
        (lambda c: c["groups"][0].update(level="9"), "level"),
        (lambda c: c["groups"][0].update(name="a\u202eb"), "pattern"),
        (lambda c: c["services"][0].update(id="Não Vale"), "pattern"),
        (lambda c: c.update(extra=1), "Extra inputs"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_line_and_changes_nothing(
    database: Database, tmp_path: Path, spoil: Any, word: str
) -> None:
    before = load(database, SAMPLE)
    content = sample()
    spoil(content)
    with pytest.raises(InvalidInput, match=r"catalogue\.yml:\d+: ") as refused:
        load(database, written(tmp_path, content))
    assert word in refused.value.message
    with database.read() as session:
        assert catalogue(session).model_dump() == before


def test_the_line_of_a_fault_is_the_right_one(database: Database, tmp_path: Path) -> None:
    text = SAMPLE.read_text().replace("weight: 3", "weight: 7")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "weight: 7" in row)
    with pytest.raises(InvalidInput, match=rf"catalogue\.yml:{line}: impacts\.2\.weight"):
        load(database, written(tmp_path, text))


@pytest.mark.parametrize("text", ["", "- a", "a: [", "groups: !!python/object/apply:os.system [ls]"])
def test_what_is_no_catalogue_is_refused(database: Database, tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput):
        load(database, written(tmp_path, text))
    with database.read() as session:
        assert session.scalars(select(Group)).all() == []
