"""The picture of :mod:`benchmarks.conversation`: how the questions ended, a bar for each set and bot."""

from pathlib import Path
from typing import Any

_COLOURS = {
    "solved at once": "#1b7837", "solved by choices": "#5aae61", "solved after a wrong answer": "#a6dba0", "passed on rightly": "#2166ac",
    "passed on needlessly": "#d9d9d9", "small talk": "#bdbdbd", "answered with small talk": "#bdbdbd", "lost": "#969696",
    "answered wrongly": "#b2182b",
}  # fmt: skip


def draw(told: dict[str, dict[str, Any]], target: Path) -> None:
    """Stacked bars of shares, in scope and out of scope apart; the file's ending is its format."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    bars = [
        (f"{name}, {title}\n{system}", found[scope])
        for scope, title in (("in_scope", "in scope"), ("out_of_scope", "out of scope"))
        for name, systems in told.items()
        for system, found in systems.items()
        if found[scope]
    ]
    figure, panel = pyplot.subplots(figsize=(9, 0.62 * len(bars) + 1.2), layout="constrained")
    for row, (_, shares) in enumerate(bars):
        left = 0.0
        for label, share in sorted(shares.items(), key=lambda one: list(_COLOURS).index(one[0])):
            if not share:
                continue
            drawn = panel.barh(row, share, left=left, color=_COLOURS[label], height=0.7)
            if share >= 0.04:
                dark = label in ("solved at once", "passed on rightly", "answered wrongly")
                panel.bar_label(
                    drawn, [f"{share:.0%}"], label_type="center", fontsize=7, color="white" if dark else "black"
                )
            left += share
    used = [label for label in _COLOURS if any(shares.get(label) for _, shares in bars)]
    panel.legend(
        [pyplot.Rectangle((0, 0), 1, 1, color=_COLOURS[label]) for label in used], used, ncols=4, fontsize=8, frameon=False,
        loc="lower center", bbox_to_anchor=(0.4, 1.0),
    )  # fmt: skip
    panel.set_yticks(range(len(bars)), [label for label, _ in bars], fontsize=8)
    panel.invert_yaxis()
    panel.set_xlim(0, 1)
    panel.set_xticks([])
    panel.spines[["top", "right", "bottom", "left"]].set_visible(False)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)
