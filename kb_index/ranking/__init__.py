"""Ranking: which article answers a question, and how sure that is. :data:`LIVE` is the ranker that the product uses."""

from kb_index.ranking.base import Decision, Ranked, Ranker, RankerKind
from kb_index.ranking.fused import FusedKind

LIVE: RankerKind = FusedKind()

__all__ = ["LIVE", "Decision", "Ranked", "Ranker", "RankerKind"]
