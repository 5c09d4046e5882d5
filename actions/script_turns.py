"""A turn in a guided script: one step, as the search service runs it; questions in the middle; going on later.

Where a run stands is kept in the slot ``script``, and at the desk for a later episode; what it means is the service's affair.
"""

from typing import Any

from actions.articles import ask_useful, cited, give_feedback
from actions.base import Kit
from actions.clients.search import Article, ScriptTurn
from actions.handoff import hand_over
from actions.reading import LONG, parts
from actions.replies import Replies, Then, choice, intent
from actions.situation import Situation
from actions.tickets import begin_ticket
from actions.words import asks_something, words
from balcao.errors import Unavailable

_MOVES = {
    "go_back": "back", "correct": "back", "skip": "skip", "other_way": "skip", "already_done": "already", "go_on": "again",
    "affirm": "yes", "solved": "yes", "praise": "yes", "deny": "no", "not_solved": "no", "explain": "again",
}  # fmt: skip
_MOVES_IN_FREE_TEXT = frozenset(("go_back", "skip", "go_on", "explain"))
_COURTESIES: dict[str, tuple[str | None, bool]] = {
    "greet": ("utter_greet_back", False), "thanks": ("utter_youre_welcome", False),
    "who_are_you": ("utter_who_are_you", False), "help": ("utter_help", True), "bye": ("utter_bye", True), "upset": (None, True),
}  # fmt: skip
"""What is said to them, and whether that is all; else the user is asked whether to go on. Anger has an action of its own."""
_ELSEWHERE = {
    "follow_outage": "action_follow_outage", "distress": "action_comfort", "suggestion": "action_start_manifestation",
    "complaint": "action_start_manifestation", "compliment": "action_start_manifestation",
    "comment_ticket": "action_change_ticket", "cancel_ticket": "action_change_ticket", "reopen_ticket": "action_change_ticket",
}  # fmt: skip
"""What leads out of the script, and the action that does."""
_SURE = 0.7
"""An answer is taken for a courtesy only if it clearly is one: what people see on a screen is short and odd too."""
_STUCK = 2
_LOST = 4
_WORDS_OF_A_QUESTION = 3
_LONGEST_STEP = 200
_REMARKS = {
    "at_start": "utter_script_at_start",
    "must_answer": "utter_script_must_answer",
    "which_result": "utter_script_which_result",
    "restarted": "utter_script_restarted",
}
_NOTES = {"skipped": " (pulou)", "already": " (já tinha feito)"}


async def begin(kit: Kit, article: Article, near: list[dict[str, Any]], now: Situation, reply: Replies) -> Then:
    """Begins a script: what it is for, how it is left, and its first question."""
    brief = article.brief()
    reply.say("utter_answer_lead", title=article.title)
    reply.quote((parts(article.answer, LONG) or [article.title])[0], {"article": cited(brief)})
    reply.say("utter_script_lead")
    turn = await kit.search.script_turn(article.id, None, {})
    slots = {"article": brief, "shown": [*now.shown, brief][-10:], "near": near, "reading": None}
    then = await _tell(kit, _with(now, script=None, **slots), reply, turn, brief)
    return Then({**slots, **then.slots}, then.follow, then.leave_form)


async def take_turn(kit: Kit, now: Situation, reply: Replies) -> Then:
    """What the user did while a step waits: answered it, moved, or asked something else."""
    script = now.script
    if script is None:
        reply.say("utter_what_do_you_need")
        return Then({"awaiting": None})
    is_free = not (script.get("question") or {}).get("options")
    leads_away = (now.intent in _COURTESIES or now.intent in _ELSEWHERE) and now.confidence >= _SURE
    if leads_away or (now.awaiting == "resume" and now.intent == "question"):
        return await _something_else(kit, now, reply, is_free)
    asks = now.is_typed and asks_something(now.text)
    if is_free and asks:
        aside = await _answer_aside(kit, now, reply)
        if aside is not None:
            return aside
        if now.text.rstrip().endswith("?"):
            return await _ask_again(kit, now, reply)
    turn = await _move(kit, now, _said(now, is_free, by_meaning=not asks))
    if turn.remark == "unclear" and now.is_typed:
        return await _not_named(kit, now, reply, turn, asked=asks)
    if now.intent == "explain":
        _explain(now, reply)
    return await _tell(kit, now, reply, turn, script["article"])


async def _ask_again(kit: Kit, now: Situation, reply: Replies) -> Then:
    """A question about a question that nothing is known about."""
    _explain(now, reply)
    return await _tell(kit, now, reply, await _move(kit, now, {"move": "again"}), (now.script or {})["article"])


async def _something_else(kit: Kit, now: Situation, reply: Replies, is_free: bool) -> Then:
    """A courtesy, another wish, or a question while the script rests; unless the words name an option ("a última" sounds like a
    goodbye)."""
    if now.is_typed and not is_free:
        turn = await _move(kit, now, {"text": now.text, "by_meaning": False})
        if turn.remark is None:
            return await _tell(kit, now, reply, turn, (now.script or {})["article"])
    if now.intent not in _COURTESIES:
        return Then(follow=_ELSEWHERE.get(now.intent, "action_answer"))
    words, ends = _COURTESIES[now.intent]
    if words is None:
        return Then(follow="action_offer_person")
    reply.say(words)
    return Then({"awaiting": "script"}) if ends else offer_to_go_on(now, reply)


async def _not_named(kit: Kit, now: Situation, reply: Replies, turn: ScriptTurn, *, asked: bool) -> Then:
    """The reply names no option: it may be that all is solved, another question, or an answer in other words."""
    article = (now.script or {})["article"]
    if now.intent == "solved":
        return await _tell(kit, now, reply, _solved(turn), article)
    if asked or (now.intent == "question" and len(words(now.text)) >= _WORDS_OF_A_QUESTION):
        aside = await _answer_aside(kit, now, reply)
        if aside is not None:
            return aside
    if asked:
        turn = await _move(kit, now, _said(now, is_free=False, by_meaning=True))
    return await _tell(kit, now, reply, turn, article)


def _said(now: Situation, is_free: bool, *, by_meaning: bool) -> dict[str, Any]:
    """The user's doing as the service takes it."""
    option = now.entities.get("option")
    if isinstance(option, int):
        return {"option": option, "step": str(now.entities.get("step") or "") or None}
    move = _MOVES.get(now.intent)
    if is_free and now.intent not in _MOVES_IN_FREE_TEXT:
        move = None
    if not now.is_typed:
        return {"move": move or "again"}
    return {"text": now.text, "otherwise": move, "by_meaning": by_meaning}


async def _move(kit: Kit, now: Situation, said: dict[str, Any]) -> ScriptTurn:
    script = now.script or {}
    return await kit.search.script_turn(script["article"]["id"], script["run"], said)


async def _tell(kit: Kit, now: Situation, reply: Replies, turn: ScriptTurn, article: dict[str, Any]) -> Then:
    """Says the turn, and keeps where the script stands; at its end does what the script says."""
    unclear = int((now.script or {}).get("unclear") or 0) + 1 if turn.remark == "unclear" else 0
    if unclear >= _LOST:
        return _give_up(now, reply)
    if turn.understood:
        reply.say("utter_script_understood", answer=turn.understood)
    if turn.remark:
        reply.say(_REMARKS.get(turn.remark) or ("utter_script_stuck" if unclear >= _STUCK else "utter_script_unclear"))
    for text in turn.says:
        reply.quote(text)
    tried = {**now.tried, article["title"]: [_line(row) for row in turn.tried]}
    if turn.question is None:
        return await _end(kit, _with(now, tried=tried), reply, turn, article)
    ask(turn.question, reply)
    script = {"article": article, "run": turn.run, "question": turn.question, "unclear": unclear}
    reply.command("keep_script", script={**script, "tried": tried[article["title"]]})
    return Then({"awaiting": "script", "script": script, "tried": tried})


def ask(question: dict[str, Any], reply: Replies) -> None:
    """Asks the question of a step, with its options as buttons; one in free text can be skipped by a button."""
    step = question["step"]
    choices = [
        choice(label, intent("choose_option", option=place, step=step))
        for place, label in enumerate(question["options"])
    ]
    if choices:
        reply.quote(question["text"], {"choices": choices})
    else:
        reply.quote(question["text"])
        reply.say("utter_script_free_text")


def _explain(now: Situation, reply: Replies) -> None:
    """The hint of the step, if its author wrote one; else a word on how to go on without having understood."""
    hint = ((now.script or {}).get("question") or {}).get("hint")
    if hint:
        reply.quote(hint)
    else:
        reply.say("utter_script_no_hint")


def _line(tried: dict[str, Any]) -> str:
    step = " ".join(tried["step"].split())
    step = step if len(step) <= _LONGEST_STEP else f"{step[: _LONGEST_STEP - 1]}…"
    return f"{step} — {tried['answer']}{_NOTES.get(tried['note'], '')}"


def _solved(turn: ScriptTurn) -> ScriptTurn:
    outcome: dict[str, Any] = {"kind": "solved", "text": None, "fields": {}, "group": None}
    return ScriptTurn(None, None, [], None, outcome, turn.run, turn.tried)


async def _end(kit: Kit, now: Situation, reply: Replies, turn: ScriptTurn, article: dict[str, Any]) -> Then:
    outcome = turn.outcome or {}
    reply.command("keep_script", script=None)
    if outcome.get("text"):
        reply.quote(outcome["text"])
    slots = {"tried": now.tried, "script": None, "awaiting": None}
    match outcome.get("kind"):
        case "ticket":
            then = await begin_ticket(kit, _with(now, **slots), reply, outcome["fields"])
        case "handoff":
            words = None if outcome.get("text") else "utter_handoff"
            handed = _with(now, **slots)
            then = await hand_over(kit, handed, reply, reason="script_outcome", words=words, group=outcome.get("group"))
        case _:
            give_feedback(article, reply, useful=True)
            return Then({**slots, "article": article}, follow="action_ask_rating")
    return Then({**slots, **then.slots}, then.follow, then.leave_form)


def _give_up(now: Situation, reply: Replies) -> Then:
    """The replies are understood no more: a person is offered, and the script waits."""
    reply.say("utter_offer_person_first")
    script = {**(now.script or {}), "unclear": 0}
    return Then({"awaiting": "offer", "failures": max(2, now.failures), "script": script})


async def _answer_aside(kit: Kit, now: Situation, reply: Replies) -> Then | None:
    """Answers a question in the middle, if the knowledge base is sure of it, and offers to go on; None if it is not."""
    try:
        found = await kit.search.search(now.text)
    except Unavailable:
        return None
    best = found.articles[0] if found.decision == "answer" else None
    if best is None or best.id == (now.script or {})["article"]["id"]:
        return None
    reply.trace(found.trace)
    asked = {"asked": [*now.asked, now.text[:1000]][-10:], "awaiting": "resume"}
    if best.steps:
        reply.say("utter_script_other", title=best.title, choices=_go_on_or(best))
        return Then(asked)
    reply.say("utter_answer_lead", title=best.title)
    pieces = parts(best.answer, LONG) or [best.title]
    reply.quote(pieces[0], {"article": cited(best.brief())})
    ask_useful(best.brief(), reply)
    reply.say("utter_script_resume")
    return Then({**asked, "shown": [*now.shown, best.brief()][-10:]})


def _go_on_or(other: Article) -> list[dict[str, str]]:
    return [choice(other.title, intent("choose_article", article_id=other.id))]


def offer_to_go_on(now: Situation, reply: Replies) -> Then:
    """Asks whether to go on with the script that waits, here or from an earlier episode."""
    script = now.script or now.unfinished or {}
    reply.say("utter_script_resume_later", title=script["article"]["title"])
    return Then({"awaiting": "resume", "script": script})


async def go_on(kit: Kit, now: Situation, reply: Replies) -> Then:
    """Asks the present step again."""
    script = now.script or now.unfinished
    if script is None:
        reply.say("utter_what_do_you_need")
        return Then({"awaiting": None})
    here = _with(now, script=script, tried={**now.tried, script["article"]["title"]: script.get("tried") or []})
    then = await _tell(kit, here, reply, await _move(kit, here, {"move": "again"}), script["article"])
    return Then({"article": script["article"], **then.slots}, then.follow, then.leave_form)


def _with(now: Situation, **slots: Any) -> Situation:
    return Situation(**{**now.__dict__, "slots": {**now.slots, **slots}})


async def restart(kit: Kit, now: Situation, reply: Replies) -> Then:
    """From the first step, its answers forgotten."""
    script = now.script or now.unfinished
    if script is None:
        reply.say("utter_what_do_you_need")
        return Then({"awaiting": None})
    turn = await kit.search.script_turn(script["article"]["id"], None, {})
    return await _tell(kit, _with(now, script=None), reply, turn, script["article"])
