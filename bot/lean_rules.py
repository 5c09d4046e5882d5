"""Rasa holds every rule against the present state, anew for each prediction: a tenth of a turn. Here rules are found by their intent.

Of the rules that are left, Rasa's own comparison decides. It is called for as many states as the longest rule has, instead of for
all of the conversation's: further back every rule applies.
"""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, Dict, List, Optional, Set, Tuple

from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER

_INTENT = "intent"


class RuleTable:
    """The keys of a lookup by the intent of their last state, None for those that say nothing of it; and the longest's length."""

    def __init__(self, lookup: Dict[str, str]) -> None:
        self.lookup = lookup
        self.longest = 0
        self._keys: Dict[Optional[str], List[str]] = defaultdict(list)
        for key in lookup:
            states = RulePolicy._rule_key_to_state(key)
            self.longest = max(self.longest, len(states))
            self._keys[states[-1].get(USER, {}).get(_INTENT)].append(key)

    def keys(self, intent: Optional[str]) -> List[str]:
        """All that may fit a state with this intent."""
        return self._keys.get(None, []) + (self._keys.get(intent, []) if intent is not None else [])


def install() -> None:
    """Replaces Rasa's search through all rules, and its deep copies for debug lines that nobody writes."""
    search = RulePolicy._get_possible_keys
    tables: Dict[int, RuleTable] = {}

    def find(policy: Any, lookup: Dict[str, str], states: List[Any]) -> Set[str]:
        if not states or not states[-1].get(PREVIOUS_ACTION):
            return search(policy, lookup, states)
        table = tables.get(id(lookup))
        if table is None or table.lookup is not lookup:
            table = tables[id(lookup)] = RuleTable(lookup)
        turns: List[Tuple[int, Any]] = list(enumerate(reversed(states[-table.longest :])))
        intent = states[-1].get(USER, {}).get(_INTENT)
        return {
            key
            for key in table.keys(intent)
            if all(policy._is_rule_applicable(key, turn, state) for turn, state in turns)
        }

    RulePolicy._get_possible_keys = find
    rule_policy.copy = SimpleNamespace(deepcopy=lambda value: value)  # type: ignore[attr-defined]
