"""Markdown as safe HTML. Raw HTML in it is shown as text; what is rendered is sanitised once more."""

from functools import cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "s",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "blockquote",
    "a",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


def render_markdown(text: str) -> str:
    """HTML with paragraphs, lists, emphasis, code, tables and http(s) or mailto links; no images, no raw HTML."""
    return nh3.clean(
        _render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes={"p": {"heading"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def plain_text(text: str) -> str:
    """What Markdown says, on one line without its marks; for previews."""
    return " ".join(unescape(nh3.clean(_render(text), tags=set())).split())


def _render(text: str) -> str:
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:  # a message must not change the page's outline
            token.tag = "p"
            if token.nesting == 1:
                token.attrSet("class", "heading")
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    return parser.disable("image")
