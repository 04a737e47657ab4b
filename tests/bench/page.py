"""The page of the documentation: all figures, where they come from, and what they mean."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, Optional

from ourledger_net import run_tool

from load import report as load_report
from load.figures import LoadFigures
from load.measure import KINDS
from machine import Machine
from options import ROOT
from reads.report import Figures as ReadFigures
from rule import Rule
from tables import Fact, facts_as_markdown, rules_as_table, sentence, wrapped

OPENING = """\
What this page says was measured by `scripts/bench`, which writes the page as a whole: don't edit
it, measure again. Every figure is of one machine in one hour, and figures of two pages can't be
compared unless the machine's speed is the same.
"""
LOAD_MEANING = """\
- **By weight**: how many transactions of a kind fit in a block by the weight that they are
charged with, for each second of a slot. The chain takes no more, however fast the machine is.
- **Final**: transactions per second that became final in the run, the median of the runs. Counted
one by one from the events of finalised blocks (`ExtrinsicSuccess` of signed transactions), over
the time between the blocks' own timestamps. The first block with load isn't counted, nor any that
was begun after the last transaction was sent. Then the nonce of every sender and what every
account must have in the end are compared with the state, to the base unit.
- **What ended blocks**: why the author took no more into a block, as its log says. *Weight*: the
block was full. *Time*: half the slot was over, so the processor was the bound. *Empty pool*:
there was nothing left to take, so generator and pool were.
- **Declared** and **charged**: the weight of one transaction, base, extensions and call together,
before and after what it didn't need has come back, in time on reference hardware.
- **Import**: processor time, user and system, for each transaction, of another node that imports
the very blocks of the load, without pool, network and author; what its start takes is subtracted.
The blocks are written by `export-blocks` and read by `import-blocks`. *Scaled* is what it would
be on reference hardware, by the time that both take to check a signature; the weight is to be
enough for that, and not far too much. *Imports per core and s*: what one core could import if
weights were no limit.
- **Author's node**: processor time of the whole node that makes the blocks, for each transaction:
the check in the pool, the block, storing it, the pool's upkeep.
- **Made in**: time to make a block. A block that is full by weight goes on trying smaller
transactions until half of its time is over, as the SDK's author does, so it isn't made faster
than that. *Slots lost*: a block wasn't done when its time was over, and was thrown away.
"""
LOAD_LIMITS = """\
- One validator, alone, with the generator on the same machine: that is the speed of execution and
pool, not of a network. On other machines validators also wait for each other's blocks.
- Transactions are signed beforehand and sent in their order by a program of its own, which looks
at blocks to know how many wait, and never asks the node for its pool. About two blocks' worth
wait: the pool checks what waits again with each block, so more would cost the node more. No
transaction is a batch.
- The baseline is a stock runtime of the same SDK, with that SDK's weights and limits and nothing
of ours (`tests/bench/baseline/`), on the same node, in the same hour, forth and back: ours,
baseline, baseline, ours. Its slots have six seconds, ours three.
- All state of the loaded chains fits in memory.
"""


class All(NamedTuple):
    """All figures of one run of the program."""

    version: str
    # Whether the checkout isn't what its commit says.
    is_changed: bool
    machine: Machine
    load: Optional[LoadFigures]
    reads: Optional[ReadFigures]

    @classmethod
    def of(cls, binary: Path, load: Optional[LoadFigures], reads: Optional[ReadFigures]) -> "All":
        """These, with where they come from."""
        status = ["git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no"]
        done = subprocess.run(status, capture_output=True, text=True)
        version = run_tool(binary, "--version").strip()
        return cls(version, bool(done.stdout.strip()), Machine.this(), load, reads)

    def rules(self) -> list[Rule]:
        """All that must hold."""
        return [rule for part in (self.load, self.reads) if part for rule in part.rules()]


def as_markdown(figures: All) -> str:
    """The page."""
    lines = ["# Performance", "", *wrapped(OPENING), ""]
    lines += ["## What must hold", "", *rules_as_table(figures.rules()).as_markdown(), ""]
    lines += ["## Where it was measured", "", *facts_as_markdown(facts(figures)), ""]
    if figures.load:
        lines += _load(figures.load)
    if figures.reads:
        lines += _reads(figures.reads)
    return "\n".join(lines).rstrip() + "\n"


def facts(figures: All) -> list[Fact]:
    """What was measured, and where."""
    machine = figures.machine
    changed = ", with changes that are in no commit" if figures.is_changed else ""
    memory = f"{machine.memory_bytes / 2**30:.0f} GiB of memory"
    return [
        ("machine", f"{machine.processor}, {machine.cores} cores, {memory}, {machine.system}"),
        ("program", f"{figures.version}{changed}"),
        ("command", f"`{' '.join(['scripts/bench', *sys.argv[1:]])}`"),
        ("date", time.strftime("%Y-%m-%d", time.gmtime())),
    ]


# ---- internal --------------------------------------------------------------------------------


def _load(figures: LoadFigures) -> list[str]:
    lines = ["## Transactions under load", "", *facts_as_markdown(load_report.facts(figures)), ""]
    for table in load_report.tables(figures):
        lines += [f"### {table.title}", "", *table.as_markdown(), ""]
    measured = {kind for _, kind in figures.results}
    kinds = [kind for kind in KINDS.values() if kind.name in measured]
    lines += ["### What the transactions are", ""]
    lines += _list([f"- **{sentence(kind.name)}**: {kind.definition}" for kind in kinds])
    lines += ["", "### What the figures mean", "", *_list(_items(LOAD_MEANING))]
    return [*lines, "", "### What the figures don't say", "", *_list(_items(LOAD_LIMITS)), ""]


def _reads(figures: ReadFigures) -> list[str]:
    lines = ["## Reads among a million twins", "", *facts_as_markdown(figures.facts()), ""]
    for table in figures.tables():
        lines += [*table.as_markdown(), ""]
    return lines


def _list(items: list[str]) -> list[str]:
    return [line for item in items for line in wrapped(item, subsequent_indent="  ")]


def _items(text: str) -> list[str]:
    return re.split(r"\n(?=- )", text.strip())
