"""What every test shares: hypothesis profiles, and no skipping where CI says that nothing may be skipped."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With BALCAO_NO_SKIPS set, a skip is a failure that keeps its reason."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("BALCAO_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and BALCAO_NO_SKIPS is set: {report.longrepr}"
