"""Files in the channel API: uploaded, sent, fetched; and what strangers and hostile clients try."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from balcao.ids import new_id
from handoff.attachments.models import Attachment
from tests.handoff.attachments import files
from tests.handoff.attachments.sending import code_of, fetch, send, upload
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, frames_until, settings_for, until


def stored(desk: RunningDesk) -> list[Path]:
    """Whatever lies in the folder, half-received files included."""
    return [path for path in desk.desk.files.folder.rglob("*") if path.is_file()]


def test_a_file_is_uploaded_sent_and_fetched_as_it_was(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    uploaded = upload(visitor, "relatório final.pdf", files.PDF)
    assert uploaded.status_code == 201
    file = uploaded.json()
    assert file | {"id": ""} == {
        "id": "",
        "name": "relatório final.pdf",
        "type": "application/pdf",
        "size": len(files.PDF),
    }
    sent = send(visitor, file["id"], text="segue o relatório")
    assert sent.status_code == 201
    assert sent.json()["attachments"] == [file]
    assert sent.json()["payload"] is None
    fetched = fetch(visitor, file["id"])
    assert fetched.content == files.PDF
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.headers["content-disposition"].startswith("attachment; filename*=utf-8''relat%C3%B3rio%20final.pdf")
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert fetched.headers["cache-control"].startswith("private")


def test_only_an_image_may_be_shown_in_place_and_only_while_it_still_is_one(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    id_ = upload(visitor).json()["id"]
    assert fetch(visitor, id_).headers["content-disposition"].startswith("inline")
    desk.desk.files.path(id_).write_bytes(files.HTML)
    changed = fetch(visitor, id_)
    assert changed.headers["content-disposition"].startswith("attachment")
    assert changed.headers["content-type"] == "image/png"


def test_history_and_socket_tell_of_the_files(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    ids = [upload(visitor, f"{n}.png").json()["id"] for n in range(3)]
    with visitor.socket() as opened:
        send(visitor, *ids)
        frames = frames_until(opened, lambda frame: frame.get("message", {}).get("author") == "user")
    assert [file["id"] for file in frames[-1]["message"]["attachments"]] == ids
    assert [file["id"] for file in visitor.messages()[0]["attachments"]] == ids
    assert visitor.messages()[0]["text"] == ""


def test_a_file_without_a_word_reaches_the_bot_as_an_intent_of_the_desk(desk: RunningDesk, bot: FakeBot) -> None:
    visitor = desk.visitor()
    ids = [upload(visitor, name, content).json()["id"] for name, content in (("a.png", None), ("b c.pdf", files.PDF))]
    send(visitor, *ids)
    until(lambda: bot.requests)
    assert bot.requests[0]["text"] == ""
    assert bot.requests[0]["payload"] == '/attachment{"names": "a.png, b c.pdf"}'


def test_files_that_come_one_after_the_other_are_told_to_the_bot_at_once(desk: RunningDesk, bot: FakeBot) -> None:
    visitor = desk.visitor()
    ids = [upload(visitor, f"{n}.png").json()["id"] for n in range(3)]
    for id_ in ids:
        send(visitor, id_)
    until(lambda: visitor.said_by("bot"))
    visitor.post("é isso")
    until(lambda: len(visitor.said_by("bot")) == 2)
    assert [request["payload"] for request in bot.requests] == ['/attachment{"names": "0.png, 1.png, 2.png"}', None]


def test_a_file_with_a_text_leaves_the_text_to_be_answered(desk: RunningDesk, bot: FakeBot) -> None:
    visitor = desk.visitor()
    send(visitor, upload(visitor).json()["id"], text="deu este erro na VPN")
    until(lambda: bot.requests)
    assert (bot.requests[0]["text"], bot.requests[0]["payload"]) == ("deu este erro na VPN", None)


def test_the_same_upload_again_is_one_file_and_another_under_its_key_is_refused(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    first, again = (upload(visitor, key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert code_of(upload(visitor, key="k1", content=files.png(9, 9))) == (409, "key_reused")
    assert code_of(upload(visitor, "outro.png", key="k1")) == (409, "key_reused")
    assert len(stored(desk)) == 1


def test_the_same_message_again_is_one_and_with_other_files_is_refused(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    one, two = (upload(visitor, f"{n}.png").json()["id"] for n in range(2))
    first, again = (send(visitor, one, key="m1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert code_of(send(visitor, two, key="m1")) == (409, "key_reused")


def test_a_file_goes_with_one_message_only(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    id_ = upload(visitor).json()["id"]
    assert send(visitor, id_).status_code == 201
    assert code_of(send(visitor, id_)) == (409, "attachment_used")
    other = upload(visitor).json()["id"]
    assert code_of(send(visitor, other, other)) == (422, "too_many_attachments")


def test_anothers_file_is_not_there_for_fetching_or_sending(desk: RunningDesk) -> None:
    visitor, stranger = desk.visitor(), desk.visitor()
    id_ = upload(visitor).json()["id"]
    assert code_of(fetch(stranger, id_)) == (404, "no_such_attachment")
    assert code_of(send(stranger, id_)) == (404, "no_such_attachment")
    assert code_of(send(stranger, new_id())) == (404, "no_such_attachment")
    assert httpx.get(f"{desk.url}/api/channel/attachments/{id_}").status_code == 401
    assert httpx.post(f"{desk.url}/api/channel/attachments", content=b"x").status_code in (401, 422)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.svg", files.SVG, "attachment_type"),
        ("x.html", files.HTML, "attachment_type"),
        ("x.exe", files.EXE, "attachment_type"),
        ("x", b"words", "attachment_type"),
        ("x.png", files.SVG, "attachment_mismatch"),
        ("x.png", files.HTML, "attachment_mismatch"),
        ("x.pdf", files.EXE, "attachment_mismatch"),
        ("x.txt", b"", "attachment_empty"),
    ],
)
def test_what_is_not_taken_is_refused_and_nothing_of_it_stays(
    desk: RunningDesk, name: str, content: bytes, code: str
) -> None:
    assert code_of(upload(desk.visitor(), name, content)) == (422, code)
    assert stored(desk) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_path_in_the_name_leads_nowhere(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    for raw in ("../../../etc/cron.d/x.txt", "..\\..\\x.txt", "/x.txt", "a/b/x.txt"):
        assert upload(visitor, raw, b"words").json()["name"] == "x.txt"
    assert all(path == desk.desk.files.path(path.name) for path in stored(desk))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bomb_is_kept_as_it_is_and_never_unpacked(desk: RunningDesk) -> None:
    bomb = files.zipped(zeros=b"\x00" * 200_000_000)
    assert len(bomb) < 1_000_000
    uploaded = upload(desk.visitor(), "bomba.zip", bomb)
    assert uploaded.json()["size"] == len(bomb)
    assert [path.stat().st_size for path in stored(desk)] == [len(bomb)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestSizes:
    """The limits of a small desk: 100 kB a file, 2 files a message, 250 kB a day."""

    @pytest.fixture
    def desk(self, world: World, database_url: str, tmp_path: Path, bot: FakeBot):
        small = {"attachment_mb": 0.1, "attachments_per_message": 2, "attachments_daily_mb": 0.25}
        running = RunningDesk(settings_for(database_url, tmp_path, bot, **small)).start()
        yield running
        running.stop()

    def test_a_file_over_the_limit_is_refused_by_its_announced_length(self, desk: RunningDesk) -> None:
        assert code_of(upload(desk.visitor(), "x.txt", b"x" * 100_001)) == (413, "too_large")
        assert upload(desk.visitor(), "x.txt", b"x" * 100_000).status_code == 201

    def test_a_hundred_megabytes_are_refused_before_they_are_sent(self, desk: RunningDesk) -> None:
        visitor = desk.visitor()
        head = "POST /api/channel/attachments?client_key=k HTTP/1.1\r\nHost: x\r\nX-File-Name: x.zip\r\nContent-Length: 100000000\r\n"
        with socket.create_connection(("127.0.0.1", urlsplit(desk.url).port or 0), timeout=5) as raw:
            raw.sendall(f"{head}Authorization: {visitor.headers['authorization']}\r\n\r\n".encode())
            assert raw.recv(4096).startswith(b"HTTP/1.1 413")

    def test_a_file_over_the_limit_without_an_announced_length_is_cut_off(self, desk: RunningDesk) -> None:
        def parts():
            for _ in range(40):
                yield b"x" * 10_000

        refused = upload(desk.visitor(), "x.txt", parts())
        assert code_of(refused) == (413, "attachment_too_large")
        assert stored(desk) == []

    def test_an_announced_length_that_lies_leaves_nothing(self, desk: RunningDesk) -> None:
        visitor = desk.visitor()
        head = "POST /api/channel/attachments?client_key=k HTTP/1.1\r\nHost: x\r\nX-File-Name: x.txt\r\nContent-Length: 90000\r\n"
        with socket.create_connection(("127.0.0.1", urlsplit(desk.url).port or 0), timeout=5) as raw:
            raw.sendall(f"{head}Authorization: {visitor.headers['authorization']}\r\n\r\n".encode() + b"x" * 1000)
            until(lambda: stored(desk))
        until(lambda: not stored(desk))
        assert upload(visitor, "x.txt", b"words", key="k").status_code == 201

    def test_more_files_than_a_message_may_have_are_refused(self, desk: RunningDesk) -> None:
        visitor = desk.visitor()
        ids = [upload(visitor, f"{n}.png").json()["id"] for n in range(3)]
        assert code_of(send(visitor, *ids)) == (422, "too_many_attachments")
        assert send(visitor, *ids[:2]).status_code == 201

    def test_more_than_a_days_share_is_refused_and_others_are_not_held_back(self, desk: RunningDesk) -> None:
        visitor = desk.visitor()
        assert [upload(visitor, "x.txt", b"x" * 100_000).status_code for _ in range(2)] == [201, 201]
        assert code_of(upload(visitor, "x.txt", b"x" * 100_000)) == (429, "attachments_today")
        assert len(stored(desk)) == 2
        assert upload(desk.visitor(), "x.txt", b"x" * 100_000).status_code == 201


def test_a_client_can_ask_what_is_taken(desk: RunningDesk) -> None:
    limits = httpx.get(f"{desk.url}/api/channel/attachments").json()
    assert (limits["size"], limits["per_message"]) == (10_000_000, 5)
    assert "png" in limits["suffixes"]
    assert "svg" not in limits["suffixes"]


def test_a_message_without_text_and_files_is_refused(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    assert visitor.post(None, attachments=[]).status_code == 422
    assert code_of(visitor.post("  ")) == (422, "text_empty")
    assert visitor.post(
        None, attachments=[upload(visitor).json()["id"]], choice={"message_id": "x", "id": "c1"}
    ).status_code in (404, 422)


def test_a_page_of_a_foreign_origin_may_not_upload_and_an_allowed_one_may(
    world: World, database_url: str, tmp_path: Path, bot: FakeBot
) -> None:
    running = RunningDesk(settings_for(database_url, tmp_path, bot, allowed_origins="https://portal.example")).start()
    try:
        visitor = running.visitor()
        visitor.headers["origin"] = "https://evil.example"
        assert code_of(upload(visitor)) == (403, "foreign_origin")
        visitor.headers["origin"] = "https://portal.example"
        assert upload(visitor).status_code == 201
        asked = visitor.http.options("/api/channel/attachments", headers=visitor.headers)
        assert "x-file-name" in asked.headers["access-control-allow-headers"]
    finally:
        running.stop()


def test_a_row_tells_who_sent_the_file_and_with_which_message(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    id_ = upload(visitor).json()["id"]
    message = send(visitor, id_).json()
    with desk.desk.read() as session:
        row = session.get_one(Attachment, id_)
    assert (row.sender, row.message_id, row.conversation_id) == ("user", message["id"], visitor.conversation_id)
