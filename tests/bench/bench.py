"""Measures what was asked for; see ./run, which starts this."""

import json
import shutil
import signal
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from ourledger_net import NetworkError, RpcError, Unreachable, find_node

import options
import page
from client import BadAnswer
from load import report as load_report
from load.kinds import Miscount
from load.measure import measure as measure_load
from load.sending import Refused
from progress import Progress
from reader import LayoutError
from reads.measure import check_room, make
from reads.measure import measure as measure_reads
from tables import facts_as_text

# What is told in a sentence.
PROBLEMS = (
    BadAnswer,
    FileNotFoundError,
    LayoutError,
    Miscount,
    NetworkError,
    Refused,
    RpcError,
    Unreachable,
)


def run(wanted: Namespace, folder: Path, progress: Progress) -> page.All:
    """Measure the parts that were asked for."""
    binary = find_node()
    load = reads = None
    if "load" in wanted.parts:
        load = measure_load(
            binary,
            folder,
            wanted.kinds,
            wanted.seconds,
            not wanted.alone,
            wanted.keep,
            progress,
        )
    # Last, since it stays on one processor from then on.
    if "reads" in wanted.parts:
        reads = measure_reads(binary, folder, wanted.twins, wanted.reads, progress)
    return page.All.of(binary, load, reads)


def tell(wanted: Namespace, figures: page.All) -> None:
    """Show the figures, and write them where they were asked for."""
    print("\n".join(["", *facts_as_text(page.facts(figures))]))
    for part, text in (
        (figures.load, load_report.as_text),
        (figures.reads, lambda reads: reads.as_text()),
    ):
        if part is not None:
            print(f"\n{text(part)}")
    if wanted.page:
        wanted.page.write_text(page.as_markdown(figures))
        print(f"\nWritten to {wanted.page}")
    if wanted.json:
        told: dict[str, Any] = {
            name: part.as_dict()
            for name, part in (("load", figures.load), ("reads", figures.reads))
            if part is not None
        }
        wanted.json.write_text(json.dumps(told, indent="\t") + "\n")
        print(f"\nWritten to {wanted.json}")


def main() -> int:
    """Measure, report, judge."""
    wanted = options.parse()
    progress = Progress()
    # As Ctrl-C does: the nodes have sessions of their own and would go on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = wanted.make or Path(tempfile.mkdtemp(prefix="ourledger-bench-"))
    try:
        if "reads" in wanted.parts:
            check_room(folder, wanted.twins)
        if wanted.make:
            make(find_node(), folder, wanted.twins, progress)
            return 0
        figures = run(wanted, folder, progress)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except PROBLEMS as error:
        progress.end()
        print(f"Error: {error}", file=sys.stderr)
        return 1
    finally:
        progress.end()
        if wanted.keep or wanted.make:
            print(f"The nodes' data and logs stay in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    tell(wanted, figures)
    return 0 if all(rule.kept for rule in figures.rules()) else 1


if __name__ == "__main__":
    sys.exit(main())
