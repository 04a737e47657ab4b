"""The command line."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

from . import events as log
from . import export, ledgers, runtimes
from .audit import audit
from .compare import TOPICS
from .events import Event, ExportError
from .findings import Findings
from .node import Node, NodeError
from .report import report
from .values import Malformed, number

URL = "ws://127.0.0.1:9944"
# In an export, next to the events; `--save` writes it, too.
STATE = "state.json"
# The exit status: nothing differs, something does, it can't be read; nothing differs, but not
# everything could be compared.
AGREES, DIFFERS, UNREADABLE, INCOMPLETE = 0, 1, 2, 3


def parse() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="scripts/audit-check",
        description="Rebuilds every ledger of money, tax and trade from a chain's events, and "
        "compares it with the chain's state.",
        epilog="It ends with 0 if everything agrees, with 1 if anything differs, with 2 if it "
        "can't read, and with 3 if nothing differs, but not everything could be compared.",
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


class Sources(NamedTuple):
    """What there is to check."""

    events: list[Event]
    state: Optional[dict[str, Any]]
    # The ledgers that an export has of itself.
    lines: Optional[list[dict[str, Any]]]
    # Of the files of an export.
    findings: Findings
    # What can't be compared, and what else is to be said.
    missing: list[str]
    notes: list[str]


def load(options: argparse.Namespace) -> Sources:
    """Events, and the state if there is one."""
    if options.export is None:
        node = Node(options.url or os.environ.get("OURLEDGER_URL") or URL)
        last = node.finalised() if options.block is None else options.block
        events = list(progress(node.events(1, last), last))
        return Sources(events, node.state(last), None, Findings(), [], [])
    return load_export(options)


def load_export(options: argparse.Namespace) -> Sources:
    """The same of an export."""
    findings, missing, notes = Findings(), [], []
    said = export.manifest(options.export)
    events = log.read(options.export)
    export.check(findings, options.export, said)
    if said is None:
        notes.append(f"There is no {export.MANIFEST}: that files are whole, no hash says.")
    elif said.get("jurisdiction") is not None:
        missing.append(f"all but jurisdiction {said['jurisdiction']}: the export has nothing else")
    if options.block is not None:
        events = [event for event in events if event.block <= options.block]
    if not events:
        raise ExportError(f"{options.export} has no events up to block {options.block}")
    if said is not None and options.url:
        runtimes.check(findings, Node(options.url), said, events)
    elif said is not None:
        notes.append(runtimes.NOT_ASKED)
    state, why = state_of(options, said, events)
    if state is None:
        missing.append(f"the chain's state ({', '.join(TOPICS)}): {why}")
    else:
        gone = [topic for topic in TOPICS if topic not in state]
        missing += [f"the chain's {topic}: its state lacks them" for topic in gone]
    lines = None if is_cut(options, said) else ledgers.read(options.export)
    if lines is not None:
        notes.append(f"Compared with {ledgers.FILE}: {', '.join(ledgers.COMPARED)}.")
    return Sources(events, state, lines, findings, missing, notes)


def is_cut(options: argparse.Namespace, said: Optional[dict[str, Any]]) -> bool:
    """Whether not the whole export is audited."""
    if options.block is None:
        return False
    return said is None or options.block < number(said["last"]["number"])


def state_of(
    options: argparse.Namespace, said: Optional[dict[str, Any]], events: list[Event]
) -> tuple[Optional[dict[str, Any]], str]:
    """The state to compare an export with, or why there is none."""
    if options.url:
        # Nothing happened between the last event and the end of the export.
        last = events[-1].block if options.block is None else options.block
        return Node(options.url).state(last), ""
    file = options.export / STATE
    if not file.exists():
        return None, f"{options.export} has no {STATE}, and no --url names a node"
    state = json.loads(file.read_text(encoding="utf-8"))
    at = state.get("block") if isinstance(state, dict) else None
    if not isinstance(at, int):
        raise ExportError(f"{STATE} doesn't say of which block it is")
    if options.block is not None and options.block < at:
        return None, f"{STATE} is of block {at}, and no --url names a node"
    last = events[-1].block if said is None else number(said["last"]["number"])
    if at < last:
        return None, f"{STATE} is of block {at}, but the events go on until {last}"
    return state, ""


def main() -> int:
    options = parse()
    try:
        events, state, lines, findings, missing, notes = load(options)
    except (ExportError, NodeError, OSError, ValueError, Malformed) as error:
        print(f"Error: {error}", file=sys.stderr)
        return UNREADABLE
    if options.save:
        log.write(options.save, events)
        if state is not None:
            (options.save / STATE).write_text(json.dumps(state, indent=1), encoding="utf-8")
    done = audit(events, state, findings)
    if lines is not None:
        ledgers.compare(done, lines)
    if options.json:
        print(json.dumps([finding._asdict() for finding in done.findings.list], default=str))
        for what in missing:
            print(f"Not compared: {what}", file=sys.stderr)
    else:
        print("\n".join(report(done, missing, notes)))
    if done.findings.list:
        return DIFFERS
    return INCOMPLETE if missing else AGREES


if __name__ == "__main__":
    sys.exit(main())
