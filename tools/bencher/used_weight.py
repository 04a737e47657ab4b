#!/usr/bin/env python3
"""Says how much of their declared weight full blocks use, and fails if that isn't honest.

    used_weight.py BENCHER SPEED FOLDER

FOLDER is what `scripts/bench load --keep` left; SPEED is the machine's, in hundredths of the
reference hardware's, for which weights are declared. Less than 0.4 leaves most of a block's time
unused; with more than 1 slow validators fall behind.
"""

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LINE = re.compile(
    r"Block (\d+) with +(\d+) tx used +[\d.]+% of its weight \( *([\d,]+) of +([\d,]+) ns\)"
)
LEAST, MOST = 0.4, 1.0
# Of the heaviest block's weight, what a full one has at least.
FULL = 0.9
# How often each block is executed.
REPEAT = 5


class Block(NamedTuple):
    """A block: its transactions, and nanoseconds on this machine."""

    number: int
    transactions: int
    used: int
    declared: int


def blocks(bencher: str, run: Path, loaded: dict) -> list[Block]:
    """What executing the blocks of a load takes."""
    command = [
        *(bencher, "block", "--chain", str(run.parent / "chain-spec.json")),
        *("--base-path", str(run / "data"), "--repeat", str(REPEAT)),
        *("--from", str(loaded["first"]), "--to", str(loaded["last"])),
    ]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"Error: {' '.join(command)} failed:\n{done.stderr}")
    return [
        Block(*(int(number.replace(",", "")) for number in found.groups()))
        for found in LINE.finditer(done.stderr)
    ]


def is_kept(told: list[Block], speed: int, name: str) -> bool:
    """Say how much of their weight full blocks used, and whether that is honest."""
    heaviest = max(block.declared for block in told)
    full = [block for block in told if block.declared >= FULL * heaviest]
    ratios = sorted(block.used / block.declared * speed / 100 for block in full)
    ratio = statistics.median(ratios)
    kept = LEAST <= ratio <= MOST
    transactions = statistics.median_low(block.transactions for block in full)
    declared = statistics.median(block.declared for block in full) / 1e6
    print(
        f"    {name}: {len(full)} full blocks of {transactions:,} transactions, declared as "
        f"{declared:,.0f} ms, use {ratio:.2f} of it ({ratios[0]:.2f} to {ratios[-1]:.2f}): "
        f"{'kept' if kept else f'BROKEN, the limits are {LEAST} and {MOST}'}",
        flush=True,
    )
    return kept


def main() -> int:
    bencher, speed, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    runs = sorted(folder.glob("OurLedger/*/loaded.json"))
    if not runs:
        print(f"Error: there is no database of a load in {folder}", file=sys.stderr)
        return 1
    kept = []
    for file in runs:
        loaded = json.loads(file.read_text())
        told = blocks(bencher, file.parent, loaded)
        if not told:
            raise SystemExit(f"Error: {bencher} told of no block of {file.parent}")
        kept.append(is_kept(told, speed, loaded["kind"]))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
