"""One running product for the whole run, and others made from what it prepared."""

import os
from pathlib import Path

import pytest

from tests.e2e.product import ROOT, Product, copy_prepared


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The product over the sample knowledge base, prepared from nothing but what an earlier run left in the cache."""
    cache = Path(os.environ.get("BALCAO_TEST_CACHE", ROOT / "var" / "test-cache"))
    home = tmp_path_factory.mktemp("product") / "home"
    copy_prepared(cache, home)
    running = Product(home).start()
    copy_prepared(home, cache)
    yield running
    running.stop()


@pytest.fixture
def fresh_product(product, tmp_path):
    """A product of the test's own, to be broken at will; shares nothing but what was prepared."""
    home = tmp_path / "home"
    copy_prepared(product.home, home)
    running = Product(home)
    yield running
    running.stop()


@pytest.fixture
def user(product):
    return product.user()
