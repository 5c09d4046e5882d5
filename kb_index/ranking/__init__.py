"""Ranking: which article answers a question, and how sure that is. :data:`LIVE` is the ranker that the product uses."""

from kb_index.ranking.base import Decision, Ranked, Ranker, RankerKind
from kb_index.ranking.hybrid import HybridKind

LIVE: RankerKind = HybridKind()

__all__ = ["LIVE", "Decision", "Ranked", "Ranker", "RankerKind"]
