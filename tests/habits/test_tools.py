"""The programs that check form and spelling. To mend: the same with --fix, --write-changes, or
without --check."""

import subprocess

import pytest
from tree import ROOT

COMMANDS = {
    "python": ["ruff", "check", "--no-cache", "."],
    "form of python": ["ruff", "format", "--no-cache", "--diff", "."],
    "form of toml": ["taplo", "format", "--check", "--diff"],
    "spelling": ["typos", "--format", "brief"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_found(name):
    done = subprocess.run(COMMANDS[name], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(COMMANDS[name])}\n{done.stdout}\n{done.stderr}"
