#!/usr/bin/env python3
"""Of several measurements of a pallet's weights, takes the least of each call.

    least_weights.py MEASURED... > LEAST

A shared machine is slow for minutes at a time, and a call that is measured in such a minute seems
to cost twice as much. What it takes at its largest components decides; all figures of a call are
of one measurement, scaled by that measurement's own speed.
"""

import re
import sys
from pathlib import Path

CALL = re.compile(r"((?:\t/// .*\n)*\tfn (\w+)\(.*?\n\t\}\n)", re.S)
SPEED = re.compile(r"(const SPEED_PERCENT: u64 = )(\d+);")
RANGE = re.compile(r"/// `(\w+)` was measured from \d+ to (\d+)\.")
TIME = re.compile(r"measured\(([\d_]+)\)(?:\.saturating_mul\((\w+)\.into\(\)\))?")


def cost(call: str) -> int:
    """Picoseconds of a call at its largest components, as measured."""
    largest = {name: int(most) for name, most in RANGE.findall(call)}
    times = ((int(time.replace("_", "")), name) for time, name in TIME.findall(call))
    return sum(time * (largest[name] if name else 1) for time, name in times)


def scaled(call: str, by: int, to: int) -> str:
    """A call's figures for another speed of the machine: one speed serves the whole file."""

    def figure(found: re.Match) -> str:
        # Rounded up: a weight is a promise.
        time = -(-int(found[1].replace("_", "")) * by // to)
        return f"measured({time:_})"

    return re.sub(r"measured\(([\d_]+)\)", figure, call)


def main() -> None:
    files = [Path(name).read_text() for name in sys.argv[1:]]
    speeds = [int(SPEED.search(text)[2]) for text in files]
    runs = [{name: call for call, name in CALL.findall(text)} for text in files]
    least = files[0]
    for name, call in runs[0].items():
        costs = [(cost(run[name]) * speed, at) for at, (run, speed) in enumerate(zip(runs, speeds))]
        at = min(costs)[1]
        least = least.replace(call, scaled(runs[at][name], speeds[at], speeds[0]))
    sys.stdout.write(least)


if __name__ == "__main__":
    main()
