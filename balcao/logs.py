"""Logs: one line an event, to standard output; the supervisor adds the process's name and keeps the files.

Personal data and secrets never reach a log: :func:`mask` is applied to every text value.
"""

import logging
import re
import sys
from typing import Any

import structlog

_MASKS = (
    (re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,}"), "[token]"),
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), "[e-mail]"),
    (re.compile(r"\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b"), "[CPF]"),
    (re.compile(r"(?<!\d)(?:\+?55\s?)?\(?\d{2}\)?\s?9?\d{4}[-\s]?\d{4}(?!\d)"), "[telefone]"),
    (re.compile(r"(?i)\b(bearer|token|password|senha)([=:\s]+)\S+"), r"\1\2[secret]"),
)


def mask(text: str) -> str:
    """The text with e-mail addresses, CPFs, Brazilian phone numbers and secrets replaced by their kind in brackets."""
    for pattern, kind in _MASKS:
        text = pattern.sub(kind, text)
    return text


def _mask_values(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


class _MaskingFormatter(logging.Formatter):
    """Masks whatever libraries log, tracebacks included: an address that holds a token, an answer that holds a name."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def configure(log_format: str = "text") -> None:
    """Sends structlog and the standard library's warnings to standard output. Called once, in a composition root."""
    render: Any = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask_values,
            render,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
