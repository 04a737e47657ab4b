"""Runs the commands of a guide as its reader would, and compares what they print.

A guide's blocks marked `console` are run in their order, in one shell and one folder. A line that
begins with `$ ` is a command; a backslash at its end continues it. The lines below are what it
prints. In them `…` stands for anything, and alone on a line for any number of lines.

Blocks marked `python` are one session of Python, which runs among the commands. Where a comment
after an expression is a value, the expression has to have it.
"""

import ast
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Optional

from ourledger_net import PATIENCE_SECONDS

from cli import find_cli

# For one command: it may wait for finality several times.
COMMAND_SECONDS = PATIENCE_SECONDS

FENCE = re.compile(r"( *)```(.*)")


@dataclass
class Step:
    """One command of a guide, or one block of Python."""

    line: int
    command: str
    expected: list[str] = field(default_factory=list)
    is_python: bool = False


def environment(folder: Path, node: Path, url: str) -> dict[str, str]:
    """What the reader's shell begins with: both programs on the path, and the node that answers."""
    programs = folder / ".bin"
    programs.mkdir()
    # By their own names, whatever they are called where they were built.
    (programs / "ourledger").symlink_to(find_cli())
    (programs / "ourledger-node").symlink_to(node)
    places = [programs, Path(sys.executable).parent]
    return {
        "PATH": ":".join([*map(str, places), "/usr/local/bin:/usr/bin:/bin"]),
        "HOME": str(folder),
        "OURLEDGER_CONFIG": str(folder / ".config"),
        "OURLEDGER_URL": url,
        "NO_COLOR": "1",
    }


def blocks_of(guide: Path) -> list[tuple[int, str, list[str]]]:
    """The blocks of a guide: the number of the first line, the kind, the lines."""
    blocks: list[tuple[int, str, list[str]]] = []
    indent: Optional[str] = None
    for number, line in enumerate(guide.read_text().splitlines(), 1):
        fence = FENCE.fullmatch(line)
        if indent is None and fence:
            indent = fence[1]
            blocks.append((number + 1, fence[2].strip(), []))
        elif fence:
            indent = None
        elif indent is not None:
            # In a list a block is indented as a whole.
            blocks[-1][2].append(line.removeprefix(indent))
    return blocks


def steps_of(guide: Path) -> list[Step]:
    """The commands of a guide, in their order."""
    steps: list[Step] = []
    for first, kind, lines in blocks_of(guide):
        if kind == "python":
            steps.append(Step(first, "\n".join(lines), is_python=True))
        if kind != "console":
            continue
        continues = False
        for number, line in enumerate(lines, first):
            if continues:
                steps[-1].command += "\n" + line.removeprefix("> ")
                continues = line.endswith("\\")
            elif line.startswith("$ "):
                steps.append(Step(number, line.removeprefix("$ ")))
                continues = line.endswith("\\")
            else:
                assert number > first, f"{guide.name}:{number}: it is printed before any command"
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


def run(
    guide: Path,
    folder: Path,
    environment: dict[str, str],
    replaced: Mapping[str, str] = MappingProxyType({}),
    lines: Optional[range] = None,
    seconds: float = COMMAND_SECONDS,
) -> int:
    """Runs a guide, or those of its commands that begin in these lines.

    Returns the number of commands. Raises at the first that disappoints.
    `replaced` says what stands in the place of what only fits the reader's machine: a port.
    """
    steps = [step for step in steps_of(guide) if lines is None or step.line in lines]
    # Variables and the working folder outlive a command, as they do for a reader.
    state = folder / ".state"
    if lines is None or not state.exists():
        state.write_text(f"cd {folder}\n")
    session: dict[str, Any] = {}
    for step in steps:
        for words, others in replaced.items():
            step.command = step.command.replace(words, others)
        where = f"{guide.name}:{step.line}: {step.command}"
        if step.is_python:
            run_python(step.command, session, where)
        else:
            run_command(step, state, {**os.environ, **environment}, where, seconds)
    return len(steps)


def run_command(
    step: Step, state: Path, environment: dict[str, str], where: str, seconds: float
) -> None:
    """Runs a command in the reader's shell."""
    script = (
        f". {state}\n{step.command}\n_status=$?\n"
        f"{{ export -p; declare -f; printf 'cd %q\\n' \"$PWD\"; }} > {state}\nexit $_status"
    )
    done = subprocess.run(
        ["bash", "-c", script],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
    )
    where = f"{where}\n--- it printed\n{done.stdout}"
    if step.expected:
        printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
        wanted = "\n".join(step.expected)
        assert pattern_of(step.expected).fullmatch(printed), f"{where}--- instead of\n{wanted}"
    else:
        assert done.returncode == 0, f"{where}--- and ended with {done.returncode}"


def run_python(text: str, session: dict[str, Any], where: str) -> None:
    """Runs lines of Python, and compares what is said of their values."""
    for statement in ast.parse(textwrap.dedent(text)).body:
        source = ast.get_source_segment(text, statement)
        if not isinstance(statement, ast.Expr):
            exec(source, session)
            continue
        value = eval(source, session)
        # Behind the last line of the expression.
        _, _, comment = text.splitlines()[statement.end_lineno - 1].partition("  # ")
        try:
            said = ast.literal_eval(comment.strip())
        except (SyntaxError, ValueError):
            continue  # No value, but words.
        assert value == said, f"{where}\n--- {source} is {value!r}"
