"""One move of whoever is led through a script, typed or pressed, and what comes of it. Pure but for the reader of meanings.

A typed text is first read by its words; where they name no option, ``otherwise`` tells what else it would mean (the caller
knows a "voltar" when it hears one); then it is read by its meaning; what is left is asked again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kb_index.articles.replies import Option, no_option, read_reply, yes_option
from kb_index.articles.script_run import CannotDo, LostPlace, Run, Script, Turn

Move = Literal["again", "back", "skip", "already", "yes", "no", "restart"]
Remark = Literal["unclear", "at_start", "must_answer", "which_result", "restarted"]
ReadByMeaning = Callable[[str, Sequence[Option]], int | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What was done at a question: an option pressed (``step`` is where it stood), a text typed, or a move.

    With a text, ``otherwise`` is the move it means if it names no option; ``by_meaning`` lets sentence vectors decide.
    """

    option: int | None = None
    step: str | None = None
    text: str | None = None
    move: Move | None = None
    otherwise: Move | None = None
    by_meaning: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """The turn, a remark where the move did not lead on, and the label of the option if only the meaning told it."""

    turn: Turn
    remark: Remark | None = None
    understood: str | None = None


def take(script: Script, run: Run | None, said: Said, by_meaning: ReadByMeaning | None = None) -> Taken:
    """Carries a move out. A run that the script has changed under begins again, with the remark ``restarted``."""
    if run is None:
        return Taken(script.begin())
    try:
        return _take(script, run, said, by_meaning)
    except CannotDo as cannot:
        remark: Remark = cannot.why  # type: ignore[assignment]  # the reasons are remarks
        return Taken(script.again(run), remark)
    except LostPlace:
        return Taken(script.begin(), "restarted")


def _take(script: Script, run: Run, said: Said, by_meaning: ReadByMeaning | None) -> Taken:
    if said.option is not None:
        stale = said.step is not None and said.step != run.step
        return Taken(script.again(run), "unclear") if stale else Taken(script.choose(run, said.option))
    if said.text is not None:
        return _read(script, run, said, by_meaning)
    return _move(script, run, said.move or "again")


def _read(script: Script, run: Run, said: Said, by_meaning: ReadByMeaning | None) -> Taken:
    question, text = script.question(run), said.text or ""
    if question is None:
        return Taken(script.again(run))
    named = read_reply(text, question.options)
    if named is not None:
        return Taken(script.choose(run, named))
    if said.otherwise is not None:
        return _move(script, run, said.otherwise)
    if not question.options:
        return Taken(script.tell(run, text)) if text.strip() else Taken(script.again(run), "unclear")
    meant = by_meaning(text, question.options) if by_meaning and said.by_meaning else None
    if meant is None:
        return Taken(script.again(run), "unclear")
    return Taken(script.choose(run, meant), understood=question.options[meant].label)


def _move(script: Script, run: Run, move: Move) -> Taken:
    match move:
        case "again":
            return Taken(script.again(run))
        case "back":
            return Taken(script.back(run))
        case "skip":
            return Taken(script.skip(run))
        case "already":
            return Taken(script.already_done(run))
        case "restart":
            return Taken(script.begin())
    question = script.question(run)
    pick = yes_option if move == "yes" else no_option
    option = pick(question.options) if question else None
    return Taken(script.again(run), "unclear") if option is None else Taken(script.choose(run, option))
