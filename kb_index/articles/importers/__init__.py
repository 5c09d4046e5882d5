"""Loads articles from JSONL, CSV, or a folder of Markdown with front matter (docs/article-format.md).

All or nothing: if one row is bad, the report says which and why, and nothing is written.
"""

from kb_index.articles.importers.load import import_path
from kb_index.articles.importers.report import Fault, ImportReport

__all__ = ["Fault", "ImportReport", "import_path"]
