"""The command line."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Optional

from . import events as log
from .audit import audit
from .events import Event, ExportError
from .node import Node, NodeError
from .report import report

URL = "ws://127.0.0.1:9944"
# In an export, next to the events; `--save` writes it, too.
STATE = "state.json"


def parse() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="scripts/audit-check",
        description="Rebuilds every ledger of money, tax and trade from a chain's events, and "
        "compares it with the chain's state.",
    )
    parser.add_argument("--url", help=f"the node; else OURLEDGER_URL, else {URL}")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="read events from the files of `ourledger audit export` instead; "
        f"its {STATE}, or the node of --url at --block, is what they are compared with",
    )
    parser.add_argument("--block", type=int, help="the last block; else the last finalised one")
    parser.add_argument("--save", type=Path, metavar="DIR", help="write events and state there")
    parser.add_argument("--json", action="store_true", help="differences as JSON")
    return parser.parse_args()


def progress(events: Iterable[Event], last: int) -> Iterator[Event]:
    """Events, with a line on a terminal that says how far they are."""
    shown = -1
    for event in events:
        if sys.stderr.isatty() and event.block != shown:
            shown = event.block
            print(f"\r\x1b[K    block {shown:,} of {last:,}", end="", file=sys.stderr, flush=True)
        yield event
    if shown >= 0:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def load(options: argparse.Namespace) -> tuple[list[Event], Optional[dict[str, Any]]]:
    """Events, and the state if there is one."""
    if options.export is None:
        node = Node(options.url or os.environ.get("OURLEDGER_URL") or URL)
        last = node.finalised() if options.block is None else options.block
        return list(progress(node.events(1, last), last)), node.state(last)
    found = log.read(options.export)
    if options.block is not None:
        found = [event for event in found if event.block <= options.block]
    file = options.export / STATE
    if options.url:
        # Nothing happened between the last event and the end of the export.
        last = found[-1].block if options.block is None else options.block
        return found, Node(options.url).state(last)
    return found, json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def main() -> int:
    options = parse()
    try:
        events, state = load(options)
    except (ExportError, NodeError, OSError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    if options.save:
        log.write(options.save, events)
        (options.save / STATE).write_text(json.dumps(state, indent=1), encoding="utf-8")
    done = audit(events, state)
    if options.json:
        print(json.dumps([finding._asdict() for finding in done.findings.list], default=str))
    else:
        print("\n".join(report(done, state is not None)))
    return 1 if done.findings.list else 0


if __name__ == "__main__":
    sys.exit(main())
