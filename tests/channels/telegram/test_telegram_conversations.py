"""What a person in Telegram lives through, from their message to the bot's, the queue's and the agent's answers."""

from typing import Any

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from balcao.ids import new_id
from handoff.channels.models import ChannelAccount
from handoff.conversations import service
from handoff.conversations.models import Message
from tests.channels.telegram.conftest import RunningTelegram
from tests.channels.telegram.fake_telegram import USERNAME, FakeTelegram
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, until

LIA = 42
pytestmark = pytest.mark.usefixtures("adapter")


def conversation_of(world: World, user: int = LIA) -> str:
    def find() -> str | None:
        with world.database.read() as session:
            chosen = select(ChannelAccount.conversation_id).where(ChannelAccount.address == str(user))
            return session.scalar(chosen)

    return str(until(find))


def said(world: World, user: int = LIA) -> list[tuple[str, str]]:
    return [(m.author, m.text) for m in world.messages(conversation_of(world, user))]


def write_as_agent(world: World, conversation_id: str, text: str) -> Message:
    with world.database.write() as session:
        return service.post_agent_message(
            session,
            conversation_id=conversation_id,
            agent_id=world.ana,
            text=text,
            client_key=new_id(),
            now=utc_now(),
        ).message


def wake(desk: RunningDesk, conversation_id: str) -> None:
    """What the desk does by itself when its own services write; the tests write beside it."""
    desk.desk.hub.publish({f"conversation:{conversation_id}", "queue:n2-acesso"})


def offers(*labels: str, text: str = "Isso ajudou?", **payload: Any) -> Any:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        choices = [{"label": label, "payload": f"/choice_{n}"} for n, label in enumerate(labels)]
        message = {"text": text, "payload": {"choices": choices, **payload}}
        return {"message_id": request["message_id"], "messages": [message], "commands": [], "trace": {}}

    return answer


def test_a_question_is_answered_with_typing_shown_meanwhile(telegram: FakeTelegram, world: World, bot: FakeBot) -> None:
    bot.think = 0.5
    telegram.write(LIA, "não consigo entrar na VPN")
    until(lambda: telegram.seen(LIA) == ["eco: não consigo entrar na VPN"])
    assert telegram.called("sendChatAction") == [{"chat_id": LIA, "action": "typing"}]
    assert said(world) == [("user", "não consigo entrar na VPN"), ("bot", "eco: não consigo entrar na VPN")]


def test_choices_are_buttons_that_go_once_one_is_pressed(telegram: FakeTelegram, world: World, bot: FakeBot) -> None:
    bot.answer = offers("Sim, resolveu", "Não")
    telegram.write(LIA, "oi")
    until(lambda: telegram.keyboards(LIA) == [["Sim, resolveu", "Não"]])
    old = telegram.chats[LIA][0].keyboard[0][1]["callback_data"]
    bot.answer = offers("Outra", text="Certo.")
    telegram.press(LIA, "Sim, resolveu")
    until(lambda: telegram.keyboards(LIA) == [["Outra"]])
    assert [request["payload"] for request in bot.requests] == [None, "/choice_0"]
    until(lambda: not telegram.open_queries)
    telegram.press_button(LIA, telegram.chats[LIA][0], old)
    until(lambda: [p.get("text") for p in telegram.called("answerCallbackQuery")][1:])
    assert telegram.called("answerCallbackQuery")[1]["text"] == "Esta opção não vale mais. Escreva sua resposta."
    assert [text for author, text in said(world) if author == "user"] == ["oi", "Sim, resolveu"]


def test_buttons_go_when_the_answer_is_written_instead(telegram: FakeTelegram, bot: FakeBot) -> None:
    bot.answer = offers("Sim", "Não")
    telegram.write(LIA, "oi")
    until(lambda: telegram.keyboards(LIA) == [["Sim", "Não"]])
    bot.answer = offers("Voltar", text="Então?")
    telegram.write(LIA, "mais ou menos")
    until(lambda: telegram.keyboards(LIA) == [["Voltar"]])


def test_a_rating_is_five_buttons_in_a_row(telegram: FakeTelegram, bot: FakeBot) -> None:
    labels = ["1 – péssimo", "2 – ruim", "3 – regular", "4 – bom", "5 – ótimo", "Pular"]
    bot.answer = offers(*labels, text="Que nota?", rating={"rated": "bot"})
    telegram.write(LIA, "resolveu")
    until(lambda: telegram.keyboards(LIA))
    rows = [[button["text"] for button in row] for row in telegram.chats[LIA][0].keyboard]
    assert rows == [["1 ⭐", "2 ⭐", "3 ⭐", "4 ⭐", "5 ⭐"], ["Pular"]]
    telegram.press(LIA, "5 ⭐")
    until(lambda: len(bot.requests) == 2)
    assert bot.requests[1]["payload"] == "/choice_4"


def test_markdown_articles_and_protocols_are_shown_as_telegram_shows_such_things(
    telegram: FakeTelegram, bot: FakeBot
) -> None:
    article = {"id": "vpn", "version": 3, "title": "Entrar na VPN", "kind": "faq", "url": "/artigos/vpn"}
    ticket = {"protocol": "2026-000123-7", "state": "new", "title": "VPN"}
    bot.answer = offers(text="Faça **isto** 😀:\n\n1. abra\n2. entre", article=article, ticket=ticket)
    telegram.write(LIA, "vpn")
    until(lambda: telegram.seen(LIA))
    [sent] = telegram.chats[LIA]
    assert sent.text == "Faça isto 😀:\n\n1. abra\n2. entre\n\n🎫 Chamado: 2026-000123-7\n\n📄 Artigo: Entrar na VPN"
    marked = {(entity["type"], entity.get("url")) for entity in sent.entities}
    assert marked == {("bold", None), ("code", None), ("text_link", "https://desk.example/artigos/vpn")}


def test_a_long_answer_comes_in_parts_and_its_buttons_stand_under_the_last(
    telegram: FakeTelegram, bot: FakeBot
) -> None:
    bot.answer = offers("Sim", text="\n\n".join(f"**Passo {n}**: " + "faça isto com calma. " * 40 for n in range(12)))
    telegram.write(LIA, "manual")
    until(lambda: telegram.keyboards(LIA))
    parts = telegram.chats[LIA]
    assert len(parts) >= 3
    assert [bool(part.keyboard) for part in parts] == [False] * (len(parts) - 1) + [True]
    whole = " ".join(part.text for part in parts)
    assert [f"Passo {n}" in whole for n in range(12)] == [True] * 12


def test_a_text_that_telegram_will_not_render_comes_as_plain_text(telegram: FakeTelegram, bot: FakeBot) -> None:
    from tests.channels.telegram.fake_telegram import Fault

    telegram.faults.append(Fault("entities", "sendMessage"))
    bot.answer = offers("Sim", text="**negrito**")
    telegram.write(LIA, "oi")
    until(lambda: telegram.keyboards(LIA) == [["Sim"]])
    assert [(sent.text, sent.entities) for sent in telegram.chats[LIA]] == [("negrito", [])]


def test_commands_mean_what_they_say(telegram: FakeTelegram, bot: FakeBot) -> None:
    for text in ("/start", "/ajuda", "/atendente@balcao_test_bot", "/protocolo", "/protocolo 2026-000123-7", "/nada"):
        telegram.write(LIA, text)
    until(lambda: len(bot.requests) == 6)
    asked = [(request["text"], request["payload"]) for request in bot.requests]
    assert asked == [
        ("Olá", "/greet"),
        ("Ajuda", "/help"),
        ("Quero falar com um atendente", "/ask_person"),
        ("Consultar meus chamados", "/ticket_status"),
        ("Protocolo 2026-000123-7", None),
        ("/nada", None),
    ]
    menus = telegram.called("setMyCommands")
    assert [c["command"] for c in menus[0]["commands"]] == ["ajuda", "atendente", "protocolo", "sair"]


def test_leaving_ends_the_conversation(telegram: FakeTelegram) -> None:
    telegram.write(LIA, "oi")
    until(lambda: telegram.seen(LIA) == ["eco: oi"])
    telegram.write(LIA, "/sair")
    until(lambda: telegram.seen(LIA)[1:] == ["Conversa encerrada. Quando precisar, é só escrever."])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"sticker": {"file_id": "x", "emoji": "😀"}}, "figurinha"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "localização"),
        ({"story": {"id": 1}}, "tipo de arquivo"),
        ({"photo": [{"file_id": "gone", "width": 9, "height": 9}], "caption": "meu erro"}, "Não consegui receber"),
    ],
)
def test_what_cannot_be_taken_is_answered_kindly(
    telegram: FakeTelegram, world: World, bot: FakeBot, content: dict[str, Any], words: str
) -> None:
    telegram.push({"message": telegram.message(LIA, **content)})
    until(lambda: [text for text in telegram.seen(LIA) if words in text])
    if "caption" in content:
        until(lambda: "eco: meu erro" in telegram.seen(LIA))
    else:
        assert bot.requests == []


def test_an_edited_message_is_shown_as_an_edit_and_answered_again(
    telegram: FakeTelegram, world: World, bot: FakeBot
) -> None:
    message = telegram.write(LIA, "minha cenha")
    until(lambda: telegram.seen(LIA) == ["eco: minha cenha"])
    telegram.edit(message, "minha senha")
    until(lambda: telegram.seen(LIA)[1:] == ["eco: minha senha"])
    corrected = world.messages(conversation_of(world))[2]
    assert (corrected.text, corrected.payload) == ("minha senha", {"corrects": 1})


def test_a_person_takes_over_and_the_user_is_told_their_place_and_gets_what_the_agent_writes(
    telegram: FakeTelegram, world: World, desk: RunningDesk
) -> None:
    other = world.open()
    world.write(other.id, "antes de você")
    world.hand_over(other.id)
    telegram.write(LIA, "quero uma pessoa")
    until(lambda: telegram.seen(LIA))
    conversation_id = conversation_of(world)
    world.hand_over(conversation_id)
    wake(desk, conversation_id)
    until(lambda: telegram.seen(LIA)[1:] == ["Você está na posição 2 da fila."])
    world.claim(other.id, world.bruno)
    wake(desk, other.id)
    until(lambda: telegram.seen(LIA)[1:] == ["Você é a próxima pessoa da fila."])
    world.claim(conversation_id, world.ana)
    write_as_agent(world, conversation_id, "Olá, **Lia**!")
    wake(desk, conversation_id)
    until(lambda: telegram.seen(LIA)[2:] == ["Ana Lima vai continuar o seu atendimento.", "Ana Lima:\nOlá, Lia!"])
    telegram.write(LIA, "obrigada")
    until(lambda: said(world)[-1] == ("user", "obrigada"))


def test_internal_notes_never_reach_the_user(telegram: FakeTelegram, world: World, desk: RunningDesk) -> None:
    telegram.write(LIA, "oi")
    until(lambda: telegram.seen(LIA))
    conversation_id = conversation_of(world)
    with world.database.write() as session:
        service.post_agent_message(
            session,
            conversation_id=conversation_id,
            agent_id=world.ana,
            text="cliente difícil",
            client_key=new_id(),
            now=utc_now(),
            note=True,
        )
    wake(desk, conversation_id)
    telegram.write(LIA, "e aí")
    until(lambda: telegram.seen(LIA)[-1] == "eco: e aí")
    assert not [text for text in telegram.seen(LIA) if "difícil" in text]


def test_a_conversation_begun_in_the_widget_goes_on_here(
    telegram: FakeTelegram, desk: RunningDesk, adapter: RunningTelegram
) -> None:
    visitor = desk.visitor()
    visitor.post("começo no site")
    until(lambda: visitor.said_by("bot"))

    def link() -> str | None:
        links = visitor.http.get("/api/channel/links", headers=visitor.headers).json()["links"]
        return links[0]["url"] if links else None

    url = str(until(link))
    assert url.startswith(f"https://t.me/{USERNAME}?start=")
    telegram.write(LIA, f"/start {url.partition('=')[2]}")
    until(lambda: len(telegram.seen(LIA)) == 2)
    assert telegram.seen(LIA) == [
        "eco: começo no site",
        "Pronto! A conversa que você começou no site continua por aqui, sem precisar repetir nada.",
    ]
    telegram.write(LIA, "agora no telefone")
    until(lambda: visitor.said_by("bot")[-1] == "eco: agora no telefone")
    visitor.post("e de novo no site")
    until(lambda: telegram.seen(LIA)[-1] == "eco: e de novo no site")
    assert "Você, pelo site: e de novo no site" in telegram.seen(LIA)
    assert visitor.said_by("user") == ["começo no site", "agora no telefone", "e de novo no site"]


def test_a_group_is_told_politely_and_left_and_a_channel_just_left(telegram: FakeTelegram, bot: FakeBot) -> None:
    for chat, kind in ((-100, "group"), (-200, "supergroup"), (-300, "channel")):
        sender = {"id": 7, "first_name": "Gil", "is_bot": False}
        message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": kind, "title": "T"}, "from": sender}
        telegram.push({"message": {**message, "text": "/start"}})
    until(lambda: len(telegram.called("leaveChat")) == 3)
    assert [len(telegram.seen(chat)) for chat in (-100, -200, -300)] == [1, 1, 0]
    assert f"https://t.me/{USERNAME}" in telegram.seen(-100)[0]
    assert bot.requests == []


def test_hostile_text_is_text(telegram: FakeTelegram, bot: FakeBot) -> None:
    hostile = [
        "/restart",
        '/rate{"score": 5}',
        "<b>oi</b> [x](javascript:alert(1)) \u202egnp.exe",
        "*" * 3000,
        "`" * 4096,
    ]
    for text in hostile:
        telegram.write(LIA, text)
    until(lambda: len(bot.requests) == len(hostile))
    assert [request["payload"] for request in bot.requests] == [None] * len(hostile)
    until(lambda: len(telegram.seen(LIA)) >= len(hostile))
    links = [entity for sent in telegram.chats[LIA] for entity in sent.entities if entity["type"] == "text_link"]
    assert links == []
