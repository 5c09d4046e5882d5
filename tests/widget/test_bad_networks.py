"""Cuts, delays, restarts and refusals: what is written goes out once, in order."""

from playwright.sync_api import expect

OFFLINE = "Sem conexão. Suas mensagens serão enviadas quando ela voltar."


def stored(desk):
    """What users said, as the desk keeps it."""
    return [one["text"] for one in desk.only.messages if one["author"] == "user"]


def test_offline_messages_go_out_once_and_in_order(visitor, desk):
    visitor.say("antes")
    expect(visitor.log.locator(".mark .i-check")).to_have_count(1)
    visitor.page.context.set_offline(True)
    for n in range(5):
        visitor.say(f"sem rede {n}")
    expect(visitor.offline_notice).to_have_text(OFFLINE)
    expect(visitor.log.locator(".mark .i-clock")).to_have_count(5)
    visitor.page.context.set_offline(False)
    expect(visitor.log.locator(".mark .i-check")).to_have_count(6, timeout=20_000)
    assert stored(desk) == ["antes", *[f"sem rede {n}" for n in range(5)]]
    expect(visitor.offline_notice).to_be_empty()


def test_messages_written_offline_survive_a_reload(visitor, desk):
    desk.go_down()
    visitor.say("um")
    visitor.say("dois")
    expect(visitor.offline_notice).to_have_text(OFFLINE)
    visitor.page.reload()
    visitor.wait_for_texts("um", "dois")
    desk.come_back()
    expect(visitor.log.locator(".mark .i-check")).to_have_count(2, timeout=20_000)
    assert stored(desk) == ["um", "dois"]


def test_a_lost_answer_is_asked_for_again_and_doubles_nothing(visitor, desk):
    desk.bot = lambda text, _: [{"text": f"eco de {text}"}]
    desk.post_faults = ["lost request", "lost answer", "lost answer", "", "lost answer"]
    visitor.say("um")
    visitor.say("dois")
    expect(visitor.log.get_by_text("eco de dois")).to_be_visible(timeout=20_000)
    expect(visitor.log.locator(".mark .i-check")).to_have_count(2, timeout=20_000)
    visitor.wait_for_texts("um", "eco de um", "dois", "eco de dois")
    assert stored(desk) == ["um", "dois"]


def test_too_many_messages_wait_and_then_go_out(visitor, desk):
    desk.post_faults = ["busy", "busy"]
    visitor.say("calma")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible(timeout=20_000)
    assert stored(desk) == ["calma"]
    expect(visitor.offline_notice).to_be_empty()


def test_a_refused_message_says_why_and_does_not_hold_up_the_next(visitor, desk):
    desk.post_faults = ["refused"]
    visitor.say("não pode")
    visitor.say("pode")
    expect(visitor.log.get_by_text("A mensagem não pôde ser aceita.")).to_be_visible()
    expect(visitor.log.locator(".mark .i-check")).to_have_count(1)
    assert stored(desk) == ["pode"]
    visitor.button("Tentar de novo").click()
    expect(visitor.log.locator(".mark .i-check")).to_have_count(2)
    assert stored(desk) == ["pode", "não pode"]


def test_a_choice_that_is_no_longer_valid_is_explained_and_can_be_discarded(visitor, desk):
    choices = [{"id": "c1", "label": "Sim"}]
    desk.bot = lambda text, _: [{"text": "Resolveu?", "payload": {"choices": choices}}] if text == "oi" else []
    visitor.say("oi")
    expect(visitor.button("Sim")).to_be_enabled()
    desk.only.spent.add(desk.only.messages[-1]["id"])
    visitor.button("Sim").click()
    expect(visitor.log.get_by_text("Esta opção não vale mais.")).to_be_visible()
    visitor.button("Descartar").click()
    visitor.wait_for_texts("oi", "Resolveu?")


def test_messages_pushed_while_the_socket_was_down_are_caught_up(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    for n in range(20):
        desk.say(f"resposta {n}")
        if n % 4 == 0:
            desk.drop_sockets()
    expect(visitor.log.get_by_text("resposta 19")).to_be_visible(timeout=20_000)
    visitor.wait_for_texts("oi", *[f"resposta {n}" for n in range(20)])


def test_a_hole_in_the_sequence_is_fetched(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.say("engolida pela rede", quiet=True)
    desk.say("a seguinte")
    visitor.wait_for_texts("oi", "engolida pela rede", "a seguinte")


def test_a_network_without_sockets_still_carries_the_conversation(visitor, desk):
    desk.deaf_sockets = True
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.say("resposta", quiet=True)
    expect(visitor.log.get_by_text("resposta")).to_be_visible(timeout=15_000)
    expect(visitor.offline_notice).to_be_empty()


def test_a_short_restart_of_the_desk_is_not_seen(visitor, desk):
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.drop_sockets()
    visitor.page.wait_for_timeout(2500)
    expect(visitor.offline_notice).to_be_empty()
    desk.say("de volta")
    visitor.wait_for_texts("oi", "de volta")


def test_an_expired_token_begins_a_new_conversation_without_losing_unsent_words(visitor, desk):
    choices = [{"id": "c1", "label": "Sim"}]
    desk.bot = lambda text, _: [{"text": "Resolveu?", "payload": {"choices": choices}}] if text == "antiga" else []
    visitor.say("antiga")
    expect(visitor.button("Sim")).to_be_enabled()
    desk.go_down()
    visitor.button("Sim").click()
    visitor.say("não se perca")
    visitor.box.fill("rascunho")
    expect(visitor.offline_notice).to_have_text(OFFLINE)
    desk.forget_tokens()
    desk.come_back()
    expect(visitor.log.locator(".mark .i-check")).to_have_count(2, timeout=20_000)
    visitor.wait_for_texts("Sim", "não se perca")
    expect(visitor.log).to_contain_text("Sua sessão anterior terminou. Esta é uma nova conversa.")
    expect(visitor.box).to_have_value("rascunho")
    newest = list(desk.conversations.values())[-1]
    assert [one["text"] for one in newest.messages] == ["Sim", "não se perca"]


def test_two_tabs_that_were_offline_together_send_each_message_once(visit, desk):
    first = visit().arrive().open()
    first.say("oi")
    expect(first.log.locator(".mark .i-check")).to_be_visible()
    second = visit(first.page.context).arrive().open()
    second.wait_for_texts("oi")
    desk.go_down()
    for n in range(4):
        (first, second)[n % 2].say(f"mensagem {n}")
    for tab in (first, second):
        tab.wait_for_texts("oi", *[f"mensagem {n}" for n in range(4)])
    desk.come_back()
    for tab in (first, second):
        expect(tab.log.locator(".mark .i-check")).to_have_count(5, timeout=20_000)
        tab.wait_for_texts("oi", *[f"mensagem {n}" for n in range(4)])
    assert stored(desk) == ["oi", *[f"mensagem {n}" for n in range(4)]]
