"""Plays a script in the terminal, as a user would be led through it. For curators, before they publish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb_index.articles.replies import fold_words
from kb_index.articles.script_run import Run, Script
from kb_index.articles.script_turns import Move, ReadByMeaning, Said, Taken, take

MOVES: dict[str, Move] = {
    "voltar": "back", "back": "back", "pular": "skip", "skip": "skip", "ja fiz isso": "already", "already": "already",
    "recomecar": "restart", "restart": "restart",
}  # fmt: skip
STOP = frozenset(("parar", "stop", "sair", "quit"))
_REMARKS = {
    "unclear": "(not understood; asked again)",
    "at_start": "(this is the first question)",
    "must_answer": "(the script does not say how to go on without an answer)",
    "which_result": "(no option says that it did not help; asked for the result)",
    "restarted": "(the script has changed; it begins again)",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line to show; ``style`` is ``says``, ``asks``, ``option``, ``note`` or ``end``."""

    text: str
    style: str


def play(script: Script, typed: Iterable[str], by_meaning: ReadByMeaning | None = None) -> Iterator[Line]:
    """The lines of a run, answered by ``typed``: numbers of options or words, and the moves of :data:`MOVES`."""
    taken = take(script, None, Said())
    yield from _told(script, taken)
    replies = iter(typed)
    while taken.turn.outcome is None:
        reply = next(replies, None)
        words = " ".join(fold_words(reply or ""))
        if reply is None or words in STOP:
            yield Line("(stopped)", "note")
            return
        taken = take(script, taken.turn.run, _said(reply, words), by_meaning)
        yield from _told(script, taken)


def _said(reply: str, words: str) -> Said:
    move = MOVES.get(words)
    return Said(text=reply, otherwise=move)


def _told(script: Script, taken: Taken) -> Iterator[Line]:
    turn = taken.turn
    if taken.understood:
        yield Line(f"(understood by meaning: {taken.understood})", "note")
    if taken.remark:
        yield Line(_REMARKS[taken.remark], "note")
    yield from (Line(text, "says") for text in turn.says)
    if turn.question:
        yield Line(turn.question.text, "asks")
        for number, option in enumerate(turn.question.options, 1):
            yield Line(f"{number}. {option.label}", "option")
        if not turn.question.options:
            yield Line("(in free text)", "note")
    if turn.outcome:
        yield from _ended(script, turn.run, taken)


def _ended(script: Script, run: Run, taken: Taken) -> Iterator[Line]:
    outcome = taken.turn.outcome
    if outcome is None:
        return
    if outcome.text:
        yield Line(outcome.text, "says")
    yield Line(f"→ {outcome.kind}" + (f", group {outcome.group}" if outcome.group else ""), "end")
    yield from (Line(f"   {name}: {value}", "end") for name, value in outcome.fields.items())
    for tried in script.tried(run):
        yield Line(f"   {tried.step} — {tried.answer}" + (f" ({tried.note})" if tried.note else ""), "end")
