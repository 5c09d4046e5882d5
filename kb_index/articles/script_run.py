"""Runs a guided script. Pure: a script, where its run stands, and a move come in; what to say and where it stands go out.

The same core serves the bot (through the search service), the preview, and whoever shows a script on a screen. A run is the
step it stands at and the answers given so far; whatever else is known of it (what was saved, what was tried) follows from these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from kb_index.articles.replies import Option, fold_words, no_option
from kb_index.articles.step_graph import PLACEHOLDER

MAX_ANSWERS = 50
"""So many are kept; a run that goes round in circles forgets its beginning."""
MAX_ANSWER_TEXT = 1_000
NOT_TOLD = "–"

Note = Literal["", "skipped", "already"]
OutcomeKind = Literal["solved", "ticket", "handoff"]


class LostPlace(Exception):
    """The run stands where the script has no such step or option (any more)."""


class CannotDo(Exception):
    """The move makes no sense here; ``why`` is ``at_start``, ``must_answer`` or ``which_result``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered at a step: the place of the option from 0, or free text; ``note`` tells what was not really answered."""

    step: str
    option: int | None = None
    text: str | None = None
    note: Note = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run stands: the step that waits for an answer or is the outcome, and the answers so far, oldest first."""

    step: str
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked now. Without ``options`` the answer is free text. ``is_check`` asks to do something first."""

    step: str
    text: str
    options: tuple[Option, ...]
    hint: str | None
    is_check: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ends. ``fields`` belong to a ticket, ``group`` to a handoff."""

    kind: OutcomeKind
    text: str | None
    fields: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What to say, and either what is asked or how it ended. ``run`` is what to keep until the next move."""

    says: tuple[str, ...]
    run: Run
    question: Question | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One step that is behind: its text, the answer, whether it was something to do, and what was not really answered."""

    step: str
    answer: str
    is_check: bool
    note: Note


@dataclass(frozen=True)
class Script:
    """A sound script (see :func:`kb_index.articles.steps.check_steps`)."""

    steps: Sequence[Mapping[str, Any]]

    @cached_property
    def _by_id(self) -> dict[str, Mapping[str, Any]]:
        return {step["id"]: step for step in self.steps}

    def begin(self) -> Turn:
        """The first turn."""
        return self._go(Run(self.steps[0]["id"]), self.steps[0]["id"])

    def again(self, run: Run) -> Turn:
        """The same question once more; :class:`LostPlace` if the script has changed under the run."""
        if not self._knows(run):
            raise LostPlace
        return self._go(run, run.step)

    def choose(self, run: Run, option: int) -> Turn:
        """Takes an option of the present question by its place from 0."""
        step = self._waiting(run)
        if not 0 <= option < len(step.get("options") or ()):
            raise LostPlace
        return self._answered(run, Answer(run.step, option=option), step["options"][option]["go"])

    def tell(self, run: Run, text: str) -> Turn:
        """Answers a question in free text."""
        step = self._waiting(run)
        if step.get("options"):
            raise CannotDo("must_answer")
        return self._answered(run, Answer(run.step, text=text.strip()[:MAX_ANSWER_TEXT]), step["go"])

    def back(self, run: Run) -> Turn:
        """Takes the last answer back; :class:`CannotDo` (``at_start``) at the first question."""
        if not run.answers:
            raise CannotDo("at_start")
        *before, last = run.answers
        return self._go(Run(last.step, tuple(before)), last.step)

    def skip(self, run: Run) -> Turn:
        """Goes on without an answer: where ``skip`` says, else past free text, else where the "no" of a check leads.

        :class:`CannotDo` (``must_answer``) where the script needs an answer.
        """
        step = self._waiting(run)
        if "skip" in step:
            return self._answered(run, Answer(run.step, note="skipped"), step["skip"])
        if "options" not in step:
            return self._answered(run, Answer(run.step, note="skipped"), step["go"])
        if "check" not in step:
            raise CannotDo("must_answer")
        return self._as_if_not(run, "must_answer", Answer(run.step, note="skipped"))

    def already_done(self, run: Run) -> Turn:
        """The user has done it before, in vain: where the "no" leads; :class:`CannotDo` (``which_result``) if none is clear."""
        failed = no_option(options_of(self._waiting(run)))
        return self._as_if_not(run, "which_result", Answer(run.step, option=failed, note="already"))

    def _as_if_not(self, run: Run, why: str, answer: Answer) -> Turn:
        """Where the "no" of the present step leads; :class:`CannotDo` if none is clear, or if it would end as solved."""
        step = self._waiting(run)
        failed = no_option(options_of(step))
        if failed is None:
            raise CannotDo(why)
        turn = self._answered(run, answer, step["options"][failed]["go"])
        if turn.outcome is not None and turn.outcome.kind == "solved":
            raise CannotDo(why)
        return turn

    def question(self, run: Run) -> Question | None:
        """What is asked where the run stands; None at an outcome."""
        step = self._present(run)
        if "outcome" in step:
            return None
        saved = self.saved(run)
        hint = step.get("hint")
        return Question(
            step=run.step,
            text=fill(step.get("ask") or step["check"], saved),
            options=options_of(step),
            hint=fill(hint, saved) if hint else None,
            is_check="check" in step,
        )

    def saved(self, run: Run) -> dict[str, str]:
        """What was answered, by the names under which it is kept; the last answer counts."""
        pairs = ((self._by_id[answer.step].get("save"), answer) for answer in run.answers)
        return {str(name): self._words(answer) for name, answer in pairs if name and answer.note != "skipped"}

    def tried(self, run: Run) -> tuple[Tried, ...]:
        """What is behind, in order."""
        saved = self.saved(run)
        return tuple(
            Tried(fill(step.get("ask") or step["check"], saved), self._words(answer), "check" in step, answer.note)
            for answer in run.answers
            for step in (self._by_id[answer.step],)
        )

    def _words(self, answer: Answer) -> str:
        if answer.option is not None:
            return str(self._by_id[answer.step]["options"][answer.option]["label"])
        return answer.text or NOT_TOLD

    def _answered(self, run: Run, answer: Answer, target: str) -> Turn:
        answers = (*run.answers, answer)[-MAX_ANSWERS:]
        return self._go(Run(target, answers), target)

    def _go(self, run: Run, target: str) -> Turn:
        """Goes on from ``target`` past what only says or branches, to the next question or outcome."""
        says, saved = [], self.saved(run)
        step = self._by_id[target]
        while "say" in step or "branch" in step:
            if "say" in step:
                says.append(fill(step["say"], saved))
            step = self._by_id[step["go"] if "say" in step else _branched(step, saved)]
        arrived = replace(run, step=step["id"])
        return Turn(tuple(says), arrived, self.question(arrived), _outcome(step, saved))

    def _present(self, run: Run) -> Mapping[str, Any]:
        if not self._knows(run):
            raise LostPlace
        return self._by_id[run.step]

    def _waiting(self, run: Run) -> Mapping[str, Any]:
        step = self._present(run)
        if "outcome" in step:
            raise LostPlace
        return step

    def _knows(self, run: Run) -> bool:
        here = self._by_id.get(run.step)
        waits = here is not None and not {"say", "branch"} & set(here)
        return waits and all(self._has(answer) for answer in run.answers)

    def _has(self, answer: Answer) -> bool:
        step = self._by_id.get(answer.step)
        if step is None or not {"ask", "check"} & set(step):
            return False
        return answer.option is None or 0 <= answer.option < len(step.get("options") or ())


def options_of(step: Mapping[str, Any]) -> tuple[Option, ...]:
    """The options of a step, as replies are read against."""
    return tuple(Option(option["label"], tuple(option.get("means") or ())) for option in step.get("options") or ())


def fill(text: str, saved: Mapping[str, str]) -> str:
    """``{name}`` stands for what was saved under it; a dash where nothing was."""
    return PLACEHOLDER.sub(lambda match: saved.get(match[1], NOT_TOLD), text)


def _branched(step: Mapping[str, Any], saved: Mapping[str, str]) -> str:
    said = f" {' '.join(fold_words(saved.get(step['branch'], '')))} "
    for case in step["cases"]:
        if f" {' '.join(fold_words(case['is']))} " in said:
            return str(case["go"])
    return str(step["otherwise"])


def _outcome(step: Mapping[str, Any], saved: Mapping[str, str]) -> Outcome | None:
    if "outcome" not in step:
        return None
    text, fields = step.get("text"), step.get("fields") or {}
    return Outcome(
        kind=step["outcome"],
        text=fill(text, saved) if text else None,
        fields={name: fill(value, saved) for name, value in fields.items()},
        group=step.get("group"),
    )
