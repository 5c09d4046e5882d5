"""The Markdown of the desk's messages as Telegram's entities. Pure.

What Telegram cannot show is put into words: headings are bold, lists have bullets, tables are lines, images are their text. HTML
is text. Links lead to the web or, where its public address is known, to the desk.
"""

from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.channels.telegram.richtext import Entity, RichText, trimmed, units

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_INLINE = {"strong": "bold", "em": "italic", "s": "strikethrough"}
_BLOCKS = frozenset(("paragraph", "heading", "bullet_list", "ordered_list", "blockquote", "table"))


def render(text: str, public_url: str = "") -> RichText:
    """The text as it is shown, with its entities."""
    writer = _Writer(public_url)
    for token in _PARSER.parse(text):
        writer.block(token)
    return trimmed(RichText(writer.text, tuple(writer.entities)))


class _Writer:
    """Writes tokens one after another, and remembers where open entities began."""

    def __init__(self, public_url: str) -> None:
        self.text = ""
        self.at = 0
        self.entities: list[Entity] = []
        self._public_url = public_url
        self._open: list[tuple[str, int, str | None]] = []
        self._lists: list[int | None] = []
        self._fresh_item = False
        self._first_cell = True

    def write(self, text: str) -> None:
        self.text += text
        self.at += units(text)

    def block(self, token: Token) -> None:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            for child in token.children or []:
                self._inline(child)
        elif token.type in {"fence", "code_block"}:
            self._code(token)
        elif token.type == "hr":
            self._separate()
            self.write("———")
        elif token.nesting == 1:
            self._begin(name, token)
        elif token.nesting == -1:
            self._end(name)

    def _begin(self, name: str, token: Token) -> None:
        if name in _BLOCKS:
            self._separate(tight=name.endswith("_list") and bool(self._lists))
        if name == "heading":
            self._enter("bold")
        elif name == "blockquote":
            self._enter("blockquote")
        elif name == "bullet_list":
            self._lists.append(None)
        elif name == "ordered_list":
            self._lists.append(int(token.attrGet("start") or 1))
        elif name == "list_item":
            self._begin_item()
        elif name == "tr":
            self._separate(tight=True)
            self._first_cell = True
        elif name in {"td", "th"}:
            self.write("" if self._first_cell else " | ")
            self._first_cell = False
        if name == "th":
            self._enter("bold")

    def _end(self, name: str) -> None:
        if name == "heading" or name == "th":
            self._leave("bold")
        elif name == "blockquote":
            self._leave("blockquote")
        elif name.endswith("_list"):
            self._lists.pop()

    def _begin_item(self) -> None:
        self._separate(tight=True)
        number = self._lists[-1]
        self.write("  " * (len(self._lists) - 1) + ("• " if number is None else f"{number}. "))
        if number is not None:
            self._lists[-1] = number + 1
        self._fresh_item = True

    def _code(self, token: Token) -> None:
        self._separate()
        language = token.info.split()[0] if token.info.strip() else None
        self._enter("pre", language)
        self.write(token.content.rstrip("\n"))
        self._leave("pre")

    def _inline(self, token: Token) -> None:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "text":
            self.write(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            self.write("\n")
        elif token.type == "code_inline":
            self._enter("code")
            self.write(token.content)
            self._leave("code")
        elif token.type == "image":
            self.write(token.content)
        elif name == "link" and token.nesting == 1:
            self._enter("text_link", safe_link(str(token.attrGet("href") or ""), self._public_url))
        elif name == "link":
            self._leave("text_link")
        elif name in _INLINE and token.nesting == 1:
            self._enter(_INLINE[name])
        elif name in _INLINE:
            self._leave(_INLINE[name])

    def _enter(self, kind: str, value: str | None = None) -> None:
        self._open.append((kind, self.at, value))

    def _leave(self, kind: str) -> None:
        opened, start, value = self._open.pop()
        hidden = kind == "text_link" and value is None
        if opened == kind and self.at > start and not hidden:
            self.entities.append(Entity(kind, start, self.at - start, value))

    def _separate(self, *, tight: bool = False) -> None:
        """A blank line before a block; a mere line break within a list or a table, none right after a bullet."""
        if self._fresh_item or not self.text:
            self._fresh_item = False
            return
        wanted = "\n" if tight else "\n\n"
        have = len(self.text) - len(self.text.rstrip("\n"))
        self.write(wanted[have:])


def safe_link(url: str, public_url: str) -> str | None:
    """An address that Telegram may open: of the web, or of the desk where its public address is known; else None."""
    if url.startswith("/") and not url.startswith("//"):
        return urljoin(public_url, url) if public_url else None
    parts = urlsplit(url)
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
