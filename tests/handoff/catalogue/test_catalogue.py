"""The catalogue is loaded whole or not at all, and loading it again changes nothing."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from typer.testing import CliRunner

from balcao.database import Database
from balcao.errors import InvalidInput, NotFound
from handoff import migrations
from handoff.catalogue.cli import app as cli
from handoff.catalogue.cli import import_catalogue
from handoff.catalogue.exporting import Change, as_yaml, export_catalogue
from handoff.catalogue.loading import read_catalogue
from handoff.catalogue.models import Group, Service
from handoff.catalogue.service import (
    SAMPLE,
    catalogue,
    default_group,
    group_for_service,
    group_or_default,
    load_catalogue,
)
from handoff.sla.models import CalendarVersion, ContractVersion


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
        (lambda c: c["services"].append(deepcopy(c["services"][0])), "repeated service id"),
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


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("lead: coordenacao", "escalates_to: n2-acesso", "groups.0.escalates_to", "n2-geral → n2-acesso → n2-geral"),
        ("{id: ouvidoria,", "{escalates_to: ouvidoria, id: ouvidoria,", "groups.5.escalates_to", "circular escalation"),
        ("calendar: continuo", "calendar: noturno", "groups.6.calendar", "unknown calendar noturno"),
        ("offer: conta", "offer: nada", "contracts.0.targets.5.offer", "unknown offer acesso-unico/nada"),
        ("service: acesso-unico", "service: nada", "contracts.0.targets.5.service", "unknown service nada"),
        ("default_contract: padrao", "default_contract: outro", "default_contract", "unknown contract outro"),
        ("own: 30m", "own: 2d", "contracts.0.targets.1.own", "an amount of working time"),
        (
            "own: 15m, resolve: 4h}\n      - {priority: 2",
            "}\n      - {priority: 2",
            "contracts.0.targets.0",
            "a target needs",
        ),
        (
            'mon: ["08:00-12:00", "13:00-18:00"]',
            'mon: ["13:00-18:00", "08:00-12:00"]',
            "calendars.0.hours.mon",
            "in order",
        ),
        ('mon: ["08:00-12:00", "13:00-18:00"]', 'mon: ["08:00-25:00"]', "calendars.0.hours.mon.0", "an interval"),
        ("state: DF", "state: XX", "calendars.0.holidays.state", "unknown state XX"),
        ("timezone: America/Sao_Paulo", "timezone: Mars/Olympus", "calendars.0.timezone", "unknown time zone"),
        ("date: 2026-12-24", "date: 2026-12-44", "calendars.0.days.0.date", "date"),
        ("{at: 100, to: next}", "{at: 100, to: heaven}", "contracts.0.escalation.2.to", "'next'"),
    ],
)
def test_contracts_and_calendars_that_do_not_fit_are_refused_with_their_line(
    database: Database, tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    text = SAMPLE.read_text()
    assert old in text
    line = 1 + text[: text.index(old)].count("\n")
    with pytest.raises(InvalidInput) as refused:
        load(database, written(tmp_path, text.replace(old, new, 1)))
    assert f"catalogue.yml:{line}: {place}: " in refused.value.message
    assert message in refused.value.message
    with database.read() as session:
        assert session.scalars(select(Group)).all() == []


def test_a_key_that_comes_twice_and_an_alias_are_refused_with_their_line(tmp_path: Path) -> None:
    for text, said in (("a: 1\nb: 2\na: 3\n", "3: a comes twice"), ("a: &x [1]\nb: *x\n", "2: aliases are not read")):
        with pytest.raises(InvalidInput, match=rf"catalogue\.yml:{said}"):
            read_catalogue(written(tmp_path, text))


def test_what_is_exported_can_be_imported_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    load(database, SAMPLE)
    with database.read() as session:
        exported = export_catalogue(session)
    assert exported == read_catalogue(SAMPLE)
    again = read_catalogue(written(tmp_path, as_yaml(exported)))
    assert import_catalogue(database, again, dry_run=False) == []
    with database.read() as session:
        assert [len(session.scalars(select(model)).all()) for model in (CalendarVersion, ContractVersion)] == [2, 1]


def test_a_dry_run_says_what_would_change_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    load(database, SAMPLE)
    text = SAMPLE.read_text().replace("own: 30m", "own: 20m").replace("18:00", "17:00").replace("Rede local", "Rede")
    text = text.replace("id: estacao\n    name", "id: computador\n    name", 1)
    wanted = read_catalogue(written(tmp_path, text))
    expected = [
        Change("calendars", "comercial", "changed"),
        Change("contracts", "padrao", "changed"),
        Change("services", "rede", "changed"),
        Change("services", "computador", "added"),
        Change("services", "estacao", "removed"),
    ]
    for dry_run, versions in ((True, 1), (False, 2)):
        assert import_catalogue(database, wanted, dry_run=dry_run) == expected
        with database.read() as session:
            kept = session.scalars(select(ContractVersion).where(ContractVersion.contract_id == "padrao")).all()
            assert len(kept) == versions


def test_the_command_exports_and_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrations.upgrade(url)
    monkeypatch.setenv("BALCAO_DATABASE_URL", url)
    run = CliRunner().invoke
    file = tmp_path / "out.yml"
    assert run(cli, ["export", str(file)]).exit_code == 1
    assert "none carried out" in run(cli, ["import", str(SAMPLE), "--dry-run"]).output
    assert run(cli, ["import", str(SAMPLE)]).exit_code == 0
    assert run(cli, ["export", str(file)]).exit_code == 0
    assert "0 changes" in run(cli, ["import", str(file)]).output
    file.write_text(file.read_text().replace("default_contract: padrao", "default_contract: nada"))
    refused = run(cli, ["import", str(file)])
    assert refused.exit_code == 1
    assert "unknown contract nada" in refused.output
