"""The demo town's command line."""

import argparse
import os
import sys
import time

from client import ChainError, Client
from corners import Corners
from founding import Founding
from show import accounts, advice, treasury
from week import ROUNDS, Week

URL = "ws://127.0.0.1:9944"
WIDTH = 30


class Bar:
    """How far all is: one line that is rewritten on a terminal, else a line for each step."""

    def __init__(self, steps: int):
        self.steps = steps
        self.done = 0
        self.terminal = sys.stdout.isatty()
        self.began = time.monotonic()

    def show(self, what: str) -> None:
        """A step begins."""
        full = WIDTH * self.done // self.steps
        seconds = time.monotonic() - self.began
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {seconds:4.0f} s  {what}"
        print(f"\r\x1b[K{line}" if self.terminal else line, end="" if self.terminal else "\n")
        sys.stdout.flush()
        self.done += 1

    def end(self, what: str) -> None:
        """All is done."""
        self.show(what)
        if self.terminal:
            print()


def parse() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo-town", description="Populates a fresh development chain with a town."
    )
    parser.add_argument("--url", default=os.environ.get("OURLEDGER_URL") or URL)
    parser.add_argument("--seed", type=int, default=1, help="another seed, another week")
    parser.add_argument(
        "--fees-in-our", action="store_true", help="people pay fees in OUR, not in shillings"
    )
    return parser.parse_args()


def live(options: argparse.Namespace) -> None:
    """Found the town, and let a week go by."""
    chain = Client(options.url)
    founding = Founding(chain, options.fees_in_our)
    founding.check()
    week = Week(chain, options.seed, options.fees_in_our)
    corners = Corners(chain, options.fees_in_our)
    bar = Bar(len(founding.steps) + ROUNDS * len(week.phases) + len(corners.steps))
    for what, step in founding.steps:
        bar.show(what)
        step()
    for day in range(ROUNDS):
        for what, phase in week.phases:
            bar.show(f"day {day + 1} of {ROUNDS}: {what}")
            phase(day)
    for what, step in corners.steps:
        bar.show(what)
        step()
    bar.end(f"{chain.sent} transactions, up to block {chain.best()}")

    counted = ", ".join(f"{count} {what}" for what, count in week.counts.items())
    for title, lines in (
        (f"Trade: {counted}", []),
        ("Firms", accounts(chain)),
        ("Treasury of Millbrook", treasury(chain)),
        ("What to look at", advice(options.url)),
    ):
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}")


def main() -> int:
    try:
        live(parse())
    except ChainError as error:
        print(f"\nError: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the chain keeps what is done. Start anew: scripts/run --fresh")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
