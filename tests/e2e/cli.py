"""The command line as a person or a program runs it."""

import json
import os
import subprocess
from pathlib import Path
from typing import IO, Any, NamedTuple, Optional, Union

from ourledger_net import PATIENCE_SECONDS
from ourledger_net.binary import built

# A write waits until it is final.
COMMAND_SECONDS = PATIENCE_SECONDS

# Exit codes.
REFUSED, USAGE, CONNECTION, INPUT, NOT_FOUND, VERIFICATION, DECLINED, OUTPUT, UNKNOWN = range(1, 10)


def find_cli() -> Path:
    """The binary that OURLEDGER_CLI names, else the one that scripts/build makes."""
    named = os.environ.get("OURLEDGER_CLI")
    binary = Path(named) if named else built("ourledger")
    if not os.access(binary, os.X_OK):
        raise FileNotFoundError(
            f"there is no command line at {binary}; run scripts/build, or set OURLEDGER_CLI"
        )
    return binary.resolve()


class Failure(NamedTuple):
    """How a command failed."""

    code: int
    kind: str
    message: str
    # Of a transaction whose fate isn't known.
    transaction: Optional[str] = None


class Cli:
    """The command line, talking to one node, with a configuration folder of its own."""

    def __init__(self, url: str, folder: Path, key: Optional[str] = None):
        self.binary = find_cli()
        self.url = url
        self.folder = folder
        self.key = key

    def signing_with(self, key: str) -> "Cli":
        """The same, but another key signs."""
        return Cli(self.url, self.folder, key)

    def start(
        self,
        *arguments: str,
        stdin: str = "",
        stdout: Union[int, IO] = subprocess.PIPE,
        **variables: str,
    ) -> subprocess.Popen:
        """Runs it as a person would, without a terminal."""
        environment = {
            **{name: value for name, value in os.environ.items() if "OURLEDGER" not in name},
            "OURLEDGER_URL": self.url,
            "OURLEDGER_CONFIG": str(self.folder),
            **({"OURLEDGER_KEY": self.key} if self.key else {}),
            **variables,
        }
        process = subprocess.Popen(
            [str(self.binary), *arguments],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        process.stdin.write(stdin)
        process.stdin.close()
        process.stdin = None
        return process

    def text(self, *arguments: str, **options: str) -> str:
        """What a command that succeeds prints for people."""
        process = self.start(*arguments, **options)
        stdout, stderr = process.communicate(timeout=COMMAND_SECONDS)
        assert process.returncode == 0, f"{arguments}: {process.returncode}: {stderr}"
        return stdout

    def json(self, *arguments: str, **options: str) -> Any:
        """What a command that succeeds prints for programs; all questions are answered yes."""
        return json.loads(self.text(*arguments, "--json", "--yes", **options))

    def failure(self, *arguments: str, **options: str) -> Failure:
        """How a command fails, as programs see it."""
        return outcome(self.start(*arguments, "--json", **options))

    def refusal(self, *arguments: str, **options: str) -> Failure:
        """As `failure`, with all questions answered yes."""
        return self.failure(*arguments, "--yes", **options)


def outcome(process: subprocess.Popen) -> Optional[Failure]:
    """How a command that was started with --json failed; nothing if it succeeded."""
    stdout, stderr = process.communicate(timeout=COMMAND_SECONDS)
    if process.returncode == 0:
        return None
    assert stdout == "", "a failure prints no result"
    # What stands before it is the question, if one was asked.
    error = json.loads(stderr.strip().splitlines()[-1])["error"]
    assert error["code"] == process.returncode
    return Failure(**error)
