"""Runs the benchmarks named on the command line, or all, and prints one table; the figures also go to a JSON file."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure

ALL = ("memory", "latency", "load", "overhead", "agent")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=list(ALL), help=f"some of {', '.join(ALL)}")
    parser.add_argument("--json", type=Path, default=Path("var/benchmarks.json"))
    arguments = parser.parse_args()
    figures: list[Figure] = []
    from benchmarks.home import running_product

    with running_product() as product:
        for name in arguments.names:
            figures += importlib.import_module(f"benchmarks.{name}").measure(product)
    _show(figures)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps([figure._asdict() for figure in figures], indent=1))
    return 0 if all(figure.reached is not False for figure in figures) else 1


def _show(figures: list[Figure]) -> None:
    table = Table("what", "measured", "reach", "reached")
    for figure in figures:
        mark = {True: "yes", False: "NO", None: "–"}[figure.reached]
        table.add_row(figure.what, figure.shown, figure.reach, mark)
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
