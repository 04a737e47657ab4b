"""Runs the commands of a guide as its reader would, and compares what they print.

A guide's blocks marked `console` are run in their order, in one shell and one folder. A line that
begins with `$ ` is a command; a backslash at its end continues it. The lines below are what it
prints. In them `…` stands for anything, and alone on a line for any number of lines.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ourledger_net import PATIENCE_SECONDS

# For one command: it may wait for finality several times.
COMMAND_SECONDS = PATIENCE_SECONDS


@dataclass
class Step:
    """One command of a guide."""

    line: int
    command: str
    expected: list[str]


def steps_of(guide: Path) -> list[Step]:
    """The commands of a guide, in their order."""
    steps: list[Step] = []
    inside = continues = False
    for number, line in enumerate(guide.read_text().splitlines(), 1):
        if line.startswith("```"):
            inside = not inside and line.strip() == "```console"
            continues = False
        elif inside and continues:
            steps[-1].command += "\n" + line.removeprefix("> ")
            continues = line.endswith("\\")
        elif inside and line.startswith("$ "):
            steps.append(Step(number, line.removeprefix("$ "), []))
            continues = line.endswith("\\")
        elif inside:
            assert steps, f"{guide.name}:{number}: what is printed stands before any command"
            steps[-1].expected.append(line)
    return steps


def pattern_of(expected: list[str]) -> re.Pattern:
    """What a command has to print."""
    parts = []
    for line in expected:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            words = (re.escape(part) for part in line.rstrip().split("…"))
            parts.append(".*".join(words) + r"[ \t]*\n")
    return re.compile("".join(parts))


def run(guide: Path, folder: Path, environment: dict[str, str]) -> int:
    """Runs a guide; returns the number of its commands. Raises at the first that disappoints."""
    steps = steps_of(guide)
    # Variables and the working folder outlive a command, as they do for a reader.
    state = folder / ".state"
    state.write_text(f"cd {folder}\n")
    for step in steps:
        script = (
            f". {state}\n{step.command}\n_status=$?\n"
            f"{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} > {state}\nexit $_status"
        )
        done = subprocess.run(
            ["bash", "-c", script],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        where = f"{guide.name}:{step.line}: {step.command}\n--- it printed\n{done.stdout}"
        if step.expected:
            printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
            wanted = "\n".join(step.expected)
            assert pattern_of(step.expected).fullmatch(printed), f"{where}--- instead of\n{wanted}"
        else:
            assert done.returncode == 0, f"{where}--- and ended with {done.returncode}"
    return len(steps)
