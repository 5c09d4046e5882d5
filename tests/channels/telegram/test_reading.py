"""Updates as events: every kind that Telegram has is understood or passed over, and none breaks anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.channels.telegram.reading import read_choice, read_update, write_choice
from handoff.channels.schemas import Event

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "telegram_updates.jsonl"
_EVENT: TypeAdapter[Any] = TypeAdapter(Event)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
_FIELDS = st.sampled_from(
    ["from", "chat", "text", "message_id", "data", "id", "type", "new_chat_member", "photo", "caption"]
)
_KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll", "something_new"])


def message(**content: Any) -> dict[str, Any]:
    return {
        "message_id": 5,
        "from": {"id": 42, "first_name": "Lia", "last_name": "Souza"},
        "chat": {"id": 42, "type": "private"},
        **content,
    }


@given(kind=_KINDS, body=st.dictionaries(_FIELDS, _JSON) | _JSON)
def test_nothing_that_comes_as_an_update_raises(kind: str, body: Any) -> None:
    incoming = read_update({"update_id": 1, kind: body}, "1")
    assert incoming.update_id == 1
    if incoming.event:
        _EVENT.validate_python(incoming.event)


def test_a_text_names_its_sender_and_its_numbers_carry_the_bot() -> None:
    incoming = read_update({"update_id": 9, "message": message(text="oi")}, "77")
    assert incoming.event == {
        "kind": "text",
        "key": "77.9",
        "address": "42",
        "name": "Lia Souza",
        "text": "oi",
        "message_key": "77.m5",
    }


def test_it_says_when_it_was_sent_if_telegram_does() -> None:
    event = read_update({"update_id": 9, "message": message(text="oi", date=1790000000)}, "1").event or {}
    assert event["sent_at"] == "2026-09-21T14:13:20+00:00"
    _EVENT.validate_python(event)


@pytest.mark.parametrize("edit", [{"location": {}}, {"text": None}, {}])
def test_an_edit_that_changes_no_words_is_no_news(edit: dict[str, Any]) -> None:
    assert read_update({"update_id": 9, "edited_message": message(**edit)}, "1").event is None


def test_a_service_message_is_no_news() -> None:
    assert read_update({"update_id": 9, "message": message(pinned_message={})}, "1").event is None


def test_a_button_carries_only_ids_within_64_bytes() -> None:
    data = write_choice("01J" + "Z" * 23, "c20")
    assert len(data.encode()) <= 64
    assert read_choice(data) == ("01J" + "Z" * 23, "c20")
    for forged in ("", "x", ":", "a:", "z" * 60 + ":c1", "a:" + "c" * 20):
        assert read_choice(forged) is None


@pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/data/telegram_updates.jsonl is absent")
def test_sample_updates_of_every_kind_are_read() -> None:
    lines = [json.loads(line) for line in SAMPLES.read_text().splitlines()]
    kinds = {}
    for line in lines:
        incoming = read_update({**line["update"], "update_id": line["update"].get("update_id", 1)}, "1")
        if incoming.event:
            _EVENT.validate_python(incoming.event)
        kinds[line["name"]] = (incoming.event or {}).get("what") or (incoming.event or {}).get("kind")
    assert kinds["illemius/message"] == "text"
    assert kinds["illemius/edited_message"] == "edit"
    assert kinds["illemius/message_with_sticker"] == "sticker"
    assert kinds["illemius/message_with_voice"] == "text"
    assert kinds["illemius/message_with_photo"] == "text"
    assert kinds["illemius/message_with_location"] == "location"
    assert kinds["teloxide/update/7"] == "presence"
    assert kinds["teloxide/message/16"] is None
