"""Run with the bot's Python: the rules that ``bot.lean_rules`` finds for made-up states against those that Rasa finds itself."""

import json
import random
import sys
import tarfile
from pathlib import Path

STATES = 400


def main(model: Path) -> None:
    from rasa.core.policies.rule_policy import RulePolicy

    from bot import lean_rules

    with tarfile.open(model) as archive:
        name = next(name for name in archive.getnames() if name.endswith("rule_policy.json"))
        lookups = json.load(archive.extractfile(name))["lookup"]
    policy = object.__new__(RulePolicy)
    kept = [
        states for lookup in ("rules", "rules_for_loop_unhappy_path") for states in map(json.loads, lookups[lookup])
    ]
    histories = list(_histories(kept))
    names = ("rules", "rules_for_loop_unhappy_path")
    plain = [[policy._get_possible_keys(lookups[name], history) for name in names] for history in histories]
    lean_rules.install()
    lean = [[policy._get_possible_keys(lookups[name], history) for name in names] for history in histories]
    assert lean == plain
    print(json.dumps({"histories": len(histories), "with_a_rule": sum(bool(found[0]) for found in plain)}))


def _histories(kept):
    """Histories put together of the rules' own states, each part now and then of another rule."""
    chance = random.Random(7)
    for _ in range(STATES):
        history = [_tuples(state) for state in chance.choice(kept)]
        for _ in range(chance.randrange(4)):
            history.insert(0, _tuples(chance.choice(chance.choice(kept))))
        for part in ("slots", "active_loop", "user", "prev_action"):
            if chance.random() < 0.3:
                other = _tuples(chance.choice(chance.choice(kept)))
                history[-1] = {**history[-1], **{key: other[key] for key in (part,) if key in other}}
        yield history


def _tuples(state):
    """A state as a conversation has it: slots as tuples, nothing that should not be set."""
    return {
        kind: {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in parts.items()
            if value != "should_not_be_set"
        }
        for kind, parts in state.items()
    }


main(Path(sys.argv[1]))
