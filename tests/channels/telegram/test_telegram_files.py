"""Files between a person in Telegram and the desk, in both directions, each once."""

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from balcao.ids import new_id
from handoff.attachments.models import Attachment
from handoff.attachments.service import Received, take_in
from handoff.conversations import service
from handoff.conversations.models import Message
from handoff.conversations.schemas import MessageOut
from tests.channels.telegram.conftest import RunningTelegram, process_env, telegram_settings
from tests.channels.telegram.fake_telegram import FakeTelegram, Fault
from tests.channels.telegram.forking import Forker
from tests.channels.telegram.test_telegram_conversations import LIA, conversation_of, wake
from tests.handoff.attachments import files
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, until


def users_messages(world: World, user: int = LIA) -> list[Message]:
    return [message for message in world.messages(conversation_of(world, user)) if message.author == "user"]


def names(message: Message) -> list[str]:
    return [file.name for file in MessageOut.of(message).attachments]


def with_an_agent(telegram: FakeTelegram, world: World) -> str:
    """The conversation of someone whom an agent is serving."""
    telegram.write(LIA, "oi")
    conversation_id = conversation_of(world)
    until(lambda: telegram.seen(LIA))
    world.hand_over(conversation_id)
    world.claim(conversation_id, world.ana)
    return conversation_id


def agent_sends(world: World, desk: RunningDesk, conversation_id: str, text: str, **contents: bytes) -> None:
    """An agent's message with files; ``__`` in a name stands for the dot."""
    limits = desk.settings.uploads
    with world.database.write() as session:
        ids = []
        for name, content in contents.items():
            draft = desk.desk.files.begin()
            draft.write(content)
            draft.place()
            type_ = "image/png" if content.startswith(b"\x89PNG") else "application/pdf"
            file = Received(draft.id, name.replace("__", "."), type_, draft.size, draft.sha256)
            take_in(
                session, conversation_id=conversation_id, sender=world.ana, client_key=new_id(), file=file,
                limits=limits, now=utc_now(),
            )  # fmt: skip
            ids.append(draft.id)
        service.post_agent_message(
            session, conversation_id=conversation_id, agent_id=world.ana, text=text, client_key=new_id(),
            attachments=ids, now=utc_now(),
        )  # fmt: skip
    wake(desk, conversation_id)


@pytest.mark.usefixtures("adapter")
class TestFiles:
    """With the Telegram process running."""

    @pytest.mark.parametrize(
        ("kind", "content", "more", "name", "type_"),
        [
            ("photo", files.JPG, {}, "foto.jpg", "image/jpeg"),
            ("document", files.PDF, {"file_name": "../relatório.pdf"}, "relatório.pdf", "application/pdf"),
            ("voice", files.OGG, {"duration": 3}, "voz.ogg", "audio/ogg"),
            ("video", files.MP4, {"duration": 3}, "video.mp4", "video/mp4"),
        ],
    )
    def test_what_a_user_sends_comes_with_its_name_and_content(
        self, desk: RunningDesk, telegram: FakeTelegram, world: World, bot: FakeBot,
        kind: str, content: bytes, more: dict[str, object], name: str, type_: str,
    ) -> None:  # fmt: skip
        telegram.send_file(LIA, kind, content, **more)
        until(lambda: bot.requests)
        assert bot.requests[0]["payload"].startswith('/attachment{"names"')
        (message,) = users_messages(world)
        (file,) = MessageOut.of(message).attachments
        assert (file.name, file.type, message.text) == (name, type_, "")
        assert desk.desk.files.path(file.id).read_bytes() == content

    def test_a_caption_is_the_text_of_the_message(self, telegram: FakeTelegram, world: World) -> None:
        telegram.send_file(LIA, "photo", files.JPG, caption="aparece isto")
        until(lambda: telegram.seen(LIA) == ["eco: aparece isto"])
        assert [(m.text, names(m)) for m in users_messages(world)] == [("aparece isto", ["foto.jpg"])]

    @pytest.mark.parametrize(
        ("content", "name", "words"),
        [
            (b"x" * (20 * 2**20 + 1), "log.txt", "grande demais"),
            (b"x" * 11_000_000, "log.txt", "grande demais"),
            (files.EXE, "virus.exe", "tipo de arquivo"),
            (files.HTML, "foto.png", "tipo de arquivo"),
        ],
    )
    def test_what_cannot_be_taken_is_said_kindly_and_the_caption_is_answered(
        self, telegram: FakeTelegram, world: World, content: bytes, name: str, words: str
    ) -> None:
        telegram.send_file(LIA, "document", content, caption="veja", file_name=name)
        until(lambda: "eco: veja" in telegram.seen(LIA), 20)
        assert words in telegram.seen(LIA)[0]
        assert [names(message) for message in users_messages(world)] == [[]]

    def test_a_telegram_that_fails_for_a_while_is_asked_again(self, telegram: FakeTelegram, world: World) -> None:
        telegram.faults.append(Fault("502", "getFile", times=2))
        telegram.send_file(LIA, "photo", files.JPG)
        until(lambda: telegram.seen(LIA), 20)
        assert names(users_messages(world)[0]) == ["foto.jpg"]

    def test_an_agents_picture_comes_as_a_photo_and_other_files_as_documents_after_the_text(
        self, desk: RunningDesk, telegram: FakeTelegram, world: World
    ) -> None:
        conversation_id = with_an_agent(telegram, world)
        agent_sends(world, desk, conversation_id, "siga o guia", tela__png=files.png(), guia__pdf=files.PDF)
        until(lambda: [sent.file for sent in telegram.chats[LIA]][-1], 15)
        until(lambda: sum(bool(sent.file) for sent in telegram.chats[LIA]) == 2)
        told = [(sent.text, sent.file) for sent in telegram.chats[LIA]][-3:]
        assert told == [
            ("Ana Lima:\nsiga o guia", None),
            ("", ("photo", "tela.png", files.png())),
            ("", ("document", "guia.pdf", files.PDF)),
        ]

    def test_a_picture_that_telegram_will_not_show_comes_as_a_document(
        self, desk: RunningDesk, telegram: FakeTelegram, world: World
    ) -> None:
        conversation_id = with_an_agent(telegram, world)
        telegram.faults.append(Fault("400", "sendPhoto"))
        agent_sends(world, desk, conversation_id, "", tela__png=files.png())
        until(lambda: any(sent.file for sent in telegram.chats[LIA]))
        assert telegram.chats[LIA][-1].file == ("document", "tela.png", files.png())
        assert telegram.chats[LIA][-1].text == "Ana Lima:"


KILLS = int(os.environ.get("BALCAO_TELEGRAM_KILLS", "40")) // 8 or 1


@pytest.mark.crash
def test_killed_in_the_middle_of_files_it_brings_each_once(
    desk: RunningDesk, telegram: FakeTelegram, world: World, tmp_path: Path
) -> None:
    with (tmp_path / "telegram.log").open("wb") as log:
        forker = Forker(process_env(telegram_settings(desk, telegram, tmp_path)), log)
        for kill in range(KILLS):
            forker.start()
            telegram.handed_out.clear()
            telegram.send_file(LIA, "document", files.PDF + str(kill).encode(), file_name=f"{kill}.pdf")
            telegram.handed_out.wait(5)
            time.sleep(0.02 * kill)
            forker.kill()
        forker.start()
        until(lambda: telegram.pending == [], 60)
        forker.kill()
        forker.close()
    assert [names(message) for message in users_messages(world)] == [[f"{kill}.pdf"] for kill in range(KILLS)]
    with world.database.read() as session:
        rows = session.scalars(select(Attachment)).all()
    assert len(rows) == KILLS
    assert all(row.message_id for row in rows)


def test_the_token_is_not_told_when_files_are_fetched(
    adapter: RunningTelegram, telegram: FakeTelegram, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    telegram.send_file(LIA, "photo", files.JPG)
    until(lambda: telegram.seen(LIA))
    told = capfd.readouterr()
    assert adapter.settings.telegram_token.get_secret_value() not in told.out + told.err
