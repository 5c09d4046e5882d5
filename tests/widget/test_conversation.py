"""What a user does and sees in one conversation."""

import re

from playwright.sync_api import expect

ARTICLE = {
    "id": "vpn-nao-conecta",
    "version": 3,
    "kind": "faq",
    "title": "A VPN não conecta",
    "url": "/artigos/vpn-nao-conecta",
}
ANSWER = "Confira a **internet** e tente de novo."
STARS = [{"id": f"c{n}", "label": str(n)} for n in range(1, 6)]


def answer_vpn(text, _message):
    """A bot that knows about the VPN and asks whether it helped."""
    if "VPN" in text:
        yes_no = [{"id": "c1", "label": "Sim"}, {"id": "c2", "label": "Não"}]
        return [
            {"text": ANSWER, "payload": {"article": ARTICLE}},
            {"text": "Resolveu?", "payload": {"choices": yes_no}},
        ]
    if text == "Sim":
        return [{"text": "Que nota você dá?", "payload": {"rating": {"rated": "bot"}, "choices": STARS}}]
    return [{"text": "Obrigado!"}] if text == "4" else []


def test_a_page_with_the_widget_calls_no_api_before_the_first_message(visit, desk):
    visitor = visit().arrive().open()
    assert not [one.url for one in visitor.requests if "/api/" in one.url]
    assert desk.conversations == {}


def test_a_user_asks_and_sees_the_answer_with_its_article(visitor, desk):
    desk.bot = answer_vpn
    visitor.say("Minha VPN não conecta")
    visitor.wait_for_texts("Minha VPN não conecta", re.compile("Confira a internet e tente de novo."), "Resolveu?")
    expect(visitor.log.locator("strong")).to_have_text("internet")
    card = visitor.log.get_by_role("link", name=re.compile("A VPN não conecta"))
    with visitor.page.context.expect_page() as opened:
        card.click()
    assert opened.value.url == f"{desk.url}/artigos/vpn-nao-conecta"
    assert card.get_attribute("rel") == "noopener noreferrer"


def test_a_suggestion_begins_the_conversation_and_then_goes_away(visitor, desk):
    desk.bot = answer_vpn
    visitor.button("Não consigo conectar na VPN").click()
    expect(visitor.log).to_contain_text("Resolveu?")
    expect(visitor.button("Esqueci minha senha")).to_be_hidden()


def test_a_conversation_can_go_on_in_telegram_where_the_desk_offers_it(visitor, desk):
    desk.links = [{"channel": "telegram", "url": f"{desk.url}/artigos/telegram"}]
    visitor.say("Oi")
    with visitor.page.context.expect_page() as opened:
        visitor.button("Continuar no Telegram").click()
    opened.value.wait_for_url(f"{desk.url}/artigos/telegram")
    assert opened.value.evaluate("window.opener") is None


def test_telegram_is_not_offered_where_the_desk_does_not_serve_it(visitor, desk):
    desk.links = [{"channel": "telegram", "url": "javascript:alert(1)"}]
    visitor.say("Oi")
    visitor.wait_for_texts("Oi")
    expect(visitor.button("Continuar no Telegram")).to_be_hidden()


def test_reload_keeps_the_history(visitor, desk):
    desk.bot = answer_vpn
    visitor.say("Minha VPN não conecta")
    expect(visitor.log).to_contain_text("Resolveu?")
    before = visitor.texts()
    visitor.page.reload()
    visitor.panel.wait_for()
    visitor.wait_for_texts(*[re.compile(re.escape(text.split("\n")[0])) for text in before])
    assert len(desk.conversations) == 1


def test_a_history_of_many_pages_comes_whole_and_in_order(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    for n in range(450):
        desk.say(f"linha {n}", quiet=True)
    visitor.page.reload()
    expect(visitor.log.get_by_text("linha 449", exact=True)).to_be_visible()
    assert visitor.texts() == ["oi", *[f"linha {n}" for n in range(450)]]


def test_a_choice_is_spent_once_used_and_reaches_the_desk_by_its_id(visitor, desk):
    desk.bot = answer_vpn
    visitor.say("VPN")
    visitor.button("Sim").click()
    expect(visitor.log).to_contain_text("Que nota você dá?")
    assert desk.posts[-1]["choice"]["id"] == "c1"
    expect(visitor.panel.get_by_role("button", name="Sim (escolhida)")).to_be_disabled()
    expect(visitor.button("Não")).to_be_disabled()


def test_choices_are_spent_when_the_user_writes_instead(visitor, desk):
    desk.bot = answer_vpn
    visitor.say("VPN")
    expect(visitor.button("Sim")).to_be_enabled()
    visitor.say("mais ou menos")
    expect(visitor.button("Sim")).to_be_disabled()
    expect(visitor.button("Não")).to_be_disabled()


def test_choices_and_rating_work_by_keyboard_alone(visit, desk):
    desk.bot = answer_vpn
    visitor = visit().arrive()
    visitor.launcher.focus()
    keyboard = visitor.page.keyboard
    keyboard.press("Enter")
    expect(visitor.box).to_be_focused()
    keyboard.type("VPN")
    keyboard.press("Enter")
    expect(visitor.button("Sim")).to_be_visible()
    _tab_back_to(visitor, "Sim")
    keyboard.press("Enter")
    expect(visitor.box).to_be_focused()
    expect(visitor.button("4 de 5: bom")).to_be_visible()
    _tab_back_to(visitor, "4 de 5: bom")
    keyboard.press("Space")
    expect(visitor.log).to_contain_text("Obrigado!")
    expect(visitor.panel.get_by_role("button", name="4 de 5: bom", pressed=True)).to_be_disabled()
    assert desk.posts[-1]["choice"]["id"] == "c4"
    expect(visitor.box).to_be_focused()


def _tab_back_to(visitor, name):
    for _ in range(12):
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.button(name).evaluate("node => node.matches(':focus')"):
            return
    raise AssertionError(f"{name} was not reached with the keyboard")


def test_a_rating_without_choices_goes_out_as_its_number(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.say("Que nota você dá ao atendimento?", "system", payload={"rating": {"rated": "human"}})
    visitor.button("5 de 5: muito bom").click()
    expect(visitor.log.locator(".message.user .bubble")).to_have_text(["oi", "5"])
    expect(visitor.log.locator(".star.on")).to_have_count(5)


def test_a_ticket_shows_its_protocol_and_copies_it(visit, desk):
    visitor = visit(permissions=["clipboard-read", "clipboard-write"]).arrive().open()
    summary = [{"label": "Serviço", "value": "VPN"}, {"label": "Impacto", "value": "Só eu"}]
    ticket = {"protocol": "2026-000123-7", "state": "new", "title": "VPN com erro"}
    desk.bot = lambda *_: [
        {"text": "Confira:", "payload": {"summary": summary}},
        {"text": "Pronto.", "payload": {"ticket": ticket}},
    ]
    visitor.say("abre um chamado")
    visitor.button("Copiar o protocolo").click()
    expect(visitor.log.get_by_text("Protocolo copiado")).to_be_attached()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == "2026-000123-7"
    assert visitor.log.locator("dt").all_inner_texts() == ["Serviço", "Impacto"]
    assert visitor.log.locator("dd").all_inner_texts() == ["VPN", "Só eu"]


def test_the_place_in_the_queue_then_the_agent_are_shown(visitor, desk):
    visitor.say("quero falar com alguém")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.set_state(owner="queue", queue_place=2)
    expect(visitor.panel.locator(".banner.queue")).to_contain_text("Você é o 2º da fila")
    desk.set_state(owner="queue", queue_place=1)
    expect(visitor.panel.locator(".banner.queue")).to_contain_text("Você é o 1º da fila")
    desk.set_state(owner="agent", agent_name="Ana", queue_place=None)
    desk.say("Olá!\nSou a Ana.", "agent", author_name="Ana")
    expect(visitor.panel.locator(".who")).to_have_text("Ana está com você")
    expect(visitor.panel.locator(".banner.queue")).to_be_empty()
    expect(visitor.log.locator(".message.agent .name")).to_have_text("Ana")


def test_the_end_stays_in_sight_when_a_banner_takes_its_room(visitor, desk):
    desk.bot = lambda *_: [{"text": "Uma resposta que ocupa espaço. " * 6} for _ in range(4)]
    visitor.say("oi")
    expect(visitor.log.locator(".message.bot")).to_have_count(5)
    visitor.page.wait_for_timeout(300)
    visitor.log.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    desk.set_state(owner="queue", queue_place=2)
    desk.say("Você está na fila.", "system")
    expect(visitor.log.get_by_text("Você está na fila.")).to_be_in_viewport(ratio=1)
    desk.set_state(owner="agent", agent_name="Ana", queue_place=None)
    desk.say("Olá!", "agent")
    expect(visitor.log.get_by_text("Olá!", exact=True)).to_be_in_viewport(ratio=1)


def test_a_long_answer_is_read_from_its_top(visitor, desk):
    desk.bot = lambda *_: [{"text": "Começo.\n\n" + "Uma linha da resposta.\n\n" * 40 + "Fim."}]
    visitor.say("oi")
    expect(visitor.log.get_by_text("Começo.")).to_be_in_viewport()
    visitor.page.wait_for_timeout(300)
    expect(visitor.log.get_by_text("Começo.")).to_be_in_viewport()
    visitor.button("Ir para as mensagens mais recentes").click()
    expect(visitor.log.get_by_text("Fim.")).to_be_in_viewport()


def test_typing_is_shown_until_the_bot_has_spoken(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.set_state(bot_typing=True)
    expect(visitor.log.locator(".typing")).to_be_visible()
    desk.say("Olá!")
    expect(visitor.log.locator(".typing")).to_be_hidden()


def test_unread_messages_are_counted_on_the_launcher_and_in_the_title(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.launcher).to_be_focused()
    desk.say("um")
    desk.say("dois")
    expect(visitor.launcher).to_have_accessible_name("Abrir o atendimento, 2 mensagens novas")
    expect(visitor.page).to_have_title("(2) Suporte de TI – Agência Ipê")
    visitor.launcher.click()
    expect(visitor.page).to_have_title("Suporte de TI – Agência Ipê")
    expect(visitor.page.locator("balcao-chat .badge")).to_be_hidden()


def test_two_tabs_show_the_same(visit, desk):
    desk.bot = lambda text, _: [{"text": f"eco de {text}"}]
    first = visit().arrive().open()
    first.say("um")
    first.wait_for_texts("um", "eco de um")
    second = visit(first.page.context).arrive().open()
    second.wait_for_texts("um", "eco de um")
    second.say("dois")
    for tab in (first, second):
        tab.wait_for_texts("um", "eco de um", "dois", "eco de dois")
    assert len(desk.conversations) == 1


def test_a_first_message_in_one_tab_opens_the_conversation_in_the_other(visit, desk):
    first = visit().arrive().open()
    second = visit(first.page.context).arrive().open()
    first.say("oi")
    for tab in (first, second):
        expect(tab.log.locator(".mark .i-check")).to_be_visible()
    desk.say("Olá!")
    for tab in (first, second):
        tab.wait_for_texts("oi", "Olá!")


def test_a_new_conversation_leaves_the_old_one_behind(visitor, desk):
    visitor.say("primeira")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    visitor.button("Nova conversa").click()
    visitor.button("Começar").click()
    visitor.wait_for_texts()
    expect(visitor.button("Esqueci minha senha")).to_be_visible()
    visitor.say("segunda")
    visitor.wait_for_texts("segunda")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    assert [[one["text"] for one in conversation.messages] for conversation in desk.conversations.values()] == [
        ["primeira"],
        ["segunda"],
    ]


def test_a_draft_outlives_the_page(visitor):
    visitor.box.fill("ainda não terminei")
    visitor.page.reload()
    expect(visitor.box).to_have_value("ainda não terminei")


def test_shift_enter_writes_a_second_line(visitor, desk):
    visitor.box.press_sequentially("um")
    visitor.box.press("Shift+Enter")
    visitor.box.press_sequentially("dois")
    visitor.box.press("Enter")
    visitor.wait_for_texts("um\ndois")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    assert desk.posts[0]["text"] == "um\ndois"


def test_days_are_set_apart(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.only.messages[0]["created_at"] = "2026-01-05T12:00:00Z"
    desk.say("bem depois", created_at="2026-02-06T12:00:00Z")
    visitor.page.reload()
    expect(visitor.log.locator(".day")).to_have_text([re.compile("5 de janeiro"), re.compile("6 de fevereiro")])


def test_it_speaks_english_when_asked_to(visit, desk):
    desk.pages["en"] = (
        '<!doctype html><html lang="en"><title>Host</title><h1>Host</h1>'
        '<script src="/widget/balcao.js" async data-language="en" data-open></script>'
    )
    visitor = visit(locale="en-US").arrive("/host/en")
    expect(visitor.panel).to_have_accessible_name("Service desk")
    expect(visitor.button("I forgot my password")).to_be_visible()
