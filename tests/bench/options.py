"""What was asked for. Needs no library, so that it is checked before anything is built."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, Optional

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
PARTS = ("load", "reads")
KINDS = ("transfers", "appends", "sales")
SMALL = 1_000
# Display names and endpoints have eight digits.
MOST_TWINS = 99_999_999
# A run has to have blocks in its middle, and quotes of tills end with an hour.
LEAST_SECONDS, MOST_SECONDS = 12, 1_200


class Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"Error: {message}; try scripts/bench --help.\n")


def parse(arguments: Optional[Sequence[str]] = None) -> argparse.Namespace:
    """The options, all of them there and sensible; else the program ends with a sentence."""
    parser = Parser(add_help=False)
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seconds", type=int, default=36)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--twins", type=int, default=1_000_000)
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)

    options.parts = (options.part,) if options.part else PARTS
    options.kinds = options.kinds.split(",")
    # The page of the documentation tells of everything, as it is measured by itself.
    is_all = all(
        getattr(options, name) == parser.get_default(name)
        for name in ("part", "seconds", "alone", "twins", "reads")
    ) and options.kinds == list(KINDS)
    if options.page is None and is_all:
        options.page = PAGE
    _check(parser, options)
    return options


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown or len(set(options.kinds)) < len(options.kinds):
        parser.error(f"--kinds takes some of {', '.join(KINDS)}, each once")
    if not LEAST_SECONDS <= options.seconds <= MOST_SECONDS:
        parser.error(f"--seconds takes a number from {LEAST_SECONDS} to {MOST_SECONDS}")
    if not SMALL < options.twins <= MOST_TWINS:
        parser.error(f"--twins takes a number from {SMALL + 1} to {MOST_TWINS}")
    if options.reads < 1:
        parser.error("--reads takes a number from 1")
    if options.make and (options.part != "reads" or not _is_empty(options.make)):
        parser.error("--make takes an empty folder, and goes with reads")
    for name in ("page", "json"):
        path = getattr(options, name)
        if path and not path.absolute().parent.is_dir():
            parser.error(f"--{name}: there is no folder {path.absolute().parent}")


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
