"""The page of an article, ``/artigos/{id}``."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as UrlPath
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from balcao.errors import NotFound, Unavailable
from handoff.help_centre.rendering import render_article
from handoff.words import say

router = APIRouter(include_in_schema=False)
_LANGUAGE = "pt-BR"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=select_autoescape(default=True)
)


@router.get("/artigos/{article_id:path}")
async def article_page(request: Request, article_id: Annotated[str, UrlPath(max_length=200)]) -> HTMLResponse:
    """The published, public article; a page in words when there is none, or when it cannot be had now."""
    try:
        article = await request.app.state.search.article(article_id)
    except NotFound:
        return _notice("article_missing", 404)
    except Unavailable:
        return _notice("search_down", 503)
    if article.get("audience", "public") != "public":
        return _notice("article_missing", 404)
    return HTMLResponse(_page(article))


def _page(article: dict[str, Any]) -> str:
    body = Markup(render_article(str(article.get("answer", ""))))  # noqa: S704 - sanitised by nh3
    return _TEMPLATES.get_template("article.html").render(language=_LANGUAGE, article=article, body=body)


def _notice(code: str, status: int) -> HTMLResponse:
    title, text = say(f"{code}_title", _LANGUAGE), say(code, _LANGUAGE)
    page = _TEMPLATES.get_template("notice.html").render(language=_LANGUAGE, title=title, text=text)
    return HTMLResponse(page, status)
