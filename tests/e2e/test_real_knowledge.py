"""The product over the articles of a real Brazilian government service desk, in a fresh base."""

import json

import pytest

from tests.e2e.product import SHARED, Product, copy_prepared

pytestmark = pytest.mark.e2e

ARTICLES = SHARED / "data" / "pen_kb" / "articles.jsonl"


@pytest.fixture(scope="module")
def real(tmp_path_factory, product):
    if not ARTICLES.exists():
        pytest.skip("../shared/data/pen_kb is absent")
    home = tmp_path_factory.mktemp("real") / "home"
    copy_prepared(product.home, home)
    running = Product(home, BALCAO_SAMPLE_KB=str(ARTICLES)).start(seconds=600)
    yield running
    running.stop()


def test_it_imports_whole_and_the_bot_answers_from_it_in_the_same_flow(real):
    titles = {json.loads(line)["title"].strip() for line in ARTICLES.read_text(encoding="utf-8").splitlines()}
    assert real.search_health()["articles"] == 291
    user = real.user()
    answer = user.ask("O aplicativo se conecta nativamente com o SEI Web?")
    cited = [message["payload"]["article"] for message in answer if (message["payload"] or {}).get("article")]
    if not cited:
        answer = user.press(next(c["label"] for m in answer for c in (m["payload"] or {}).get("choices", [])))
        cited = [message["payload"]["article"] for message in answer if (message["payload"] or {}).get("article")]
    assert cited[0]["title"].strip() in titles
    assert user.http.get(cited[0]["url"]).status_code == 200
    rating = user.press("Sim")
    assert any((message["payload"] or {}).get("rating") for message in rating)
