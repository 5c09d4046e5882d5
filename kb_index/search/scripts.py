"""``POST /scripts/turn``: one move in a guided script. Keeps nothing: the run comes with the request and goes with the answer."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from balcao.errors import NotFound
from kb_index.articles.schemas import PublishedArticle
from kb_index.articles.script_run import MAX_ANSWER_TEXT, MAX_ANSWERS, Answer, Outcome, Run, Script
from kb_index.articles.script_turns import Move, ReadByMeaning, Remark, Said, Taken, take
from kb_index.articles.steps import MAX_ID

router = APIRouter()

_StepId = Annotated[str, Field(min_length=1, max_length=MAX_ID)]
_Strict = ConfigDict(extra="forbid")


class AnswerIn(BaseModel):
    """See :class:`kb_index.articles.script_run.Answer`."""

    model_config = _Strict

    step: _StepId
    option: Annotated[int, Field(ge=0)] | None = None
    text: Annotated[str, Field(max_length=MAX_ANSWER_TEXT)] | None = None
    note: Literal["", "skipped", "already"] = ""


class RunIn(BaseModel):
    """Where a run stands, as an earlier answer told it."""

    model_config = _Strict

    step: _StepId
    answers: Annotated[list[AnswerIn], Field(max_length=MAX_ANSWERS)] = []

    def run(self) -> Run:
        """As the core has it."""
        return Run(self.step, tuple(Answer(**answer.model_dump()) for answer in self.answers))


class SaidIn(BaseModel):
    """See :class:`kb_index.articles.script_turns.Said`; without any of its parts the question is asked again."""

    model_config = _Strict

    option: Annotated[int, Field(ge=0)] | None = None
    step: _StepId | None = None
    text: Annotated[str, Field(max_length=10_000)] | None = None
    move: Move | None = None
    otherwise: Move | None = None
    by_meaning: bool = True


class ScriptTurnRequest(BaseModel):
    """A script, where its run stands (nothing yet: it begins), and the move."""

    model_config = _Strict

    article_id: Annotated[str, Field(max_length=200)]
    audience: Literal["public", "internal"] = "public"
    run: RunIn | None = None
    said: SaidIn = SaidIn()


class QuestionOut(BaseModel):
    """What is asked now; without ``options`` in free text. ``is_check`` asks to do something first."""

    step: str
    text: str
    options: list[str]
    hint: str | None
    is_check: bool


class OutcomeOut(BaseModel):
    """How it ended."""

    kind: Literal["solved", "ticket", "handoff"]
    text: str | None
    fields: dict[str, str]
    group: str | None


class TriedOut(BaseModel):
    """A step that is behind, and what was answered."""

    step: str
    answer: str
    is_check: bool
    note: Literal["", "skipped", "already"]


class ScriptTurnResponse(BaseModel):
    """What to say, what is asked or how it ended, and what to keep. ``remark`` tells why a move did not lead on."""

    article_id: str
    version: int
    title: str
    service: str | None
    remark: Remark | None
    understood: str | None
    says: list[str]
    question: QuestionOut | None
    outcome: OutcomeOut | None
    run: RunIn
    tried: list[TriedOut]


@router.post("/scripts/turn")
def script_turn(request: Request, body: ScriptTurnRequest) -> ScriptTurnResponse:
    """One move; 404 where there is no such script for this audience."""
    library = request.app.state.library
    article = library.live.find(body.article_id, audience=body.audience)
    if article is None or not article.steps:
        raise NotFound(f"no published script {body.article_id!r}", code="script_not_found")
    return answer(article, body, request.app.state.meaning)


def answer(article: PublishedArticle, body: ScriptTurnRequest, by_meaning: ReadByMeaning | None) -> ScriptTurnResponse:
    """The answer to a move in a script. Pure but for the reader of meanings."""
    script = Script(article.steps or ())
    taken = take(script, body.run.run() if body.run else None, Said(**body.said.model_dump()), by_meaning)
    return _response(article, script, taken)


def _response(article: PublishedArticle, script: Script, taken: Taken) -> ScriptTurnResponse:
    turn, question = taken.turn, taken.turn.question
    return ScriptTurnResponse(
        article_id=article.id,
        version=article.version,
        title=article.title,
        service=article.service,
        remark=taken.remark,
        understood=taken.understood,
        says=list(turn.says),
        question=QuestionOut(
            step=question.step,
            text=question.text,
            options=[option.label for option in question.options],
            hint=question.hint,
            is_check=question.is_check,
        )
        if question
        else None,
        outcome=_outcome(turn.outcome),
        run=RunIn(step=turn.run.step, answers=_plain(turn.run.answers)),
        tried=[TriedOut(**row) for row in _rows(script.tried(turn.run))],
    )


def _outcome(outcome: Outcome | None) -> OutcomeOut | None:
    if outcome is None:
        return None
    return OutcomeOut(kind=outcome.kind, text=outcome.text, fields=dict(outcome.fields), group=outcome.group)


def _plain(answers: Sequence[Answer]) -> list[AnswerIn]:
    return [AnswerIn(**row) for row in _rows(answers)]


def _rows(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Slotted dataclasses as mappings."""
    return [{name: getattr(one, name) for name in one.__dataclass_fields__} for one in found]
