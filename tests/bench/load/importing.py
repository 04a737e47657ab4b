"""What importing the very blocks of a load costs another node, without pool, network and author."""

import os
import subprocess
from pathlib import Path

from ourledger_net import NetworkError, Node, run_tool

from load.chains import Subject

# A file of no blocks.
NOTHING = (0).to_bytes(8, "little")


def import_seconds(subject: Subject, node: Node, first: int, last: int) -> float:
    """Processor time that importing these blocks of a stopped node takes, user and system."""
    folder = subject.folder / f"import-{node.name}"
    folder.mkdir()
    base_path = folder / "data"
    before, loaded, nothing = (folder / name for name in ("before", "loaded", "nothing"))
    nothing.write_bytes(NOTHING)
    _export(subject, node, before, 1, first - 1)
    _export(subject, node, loaded, first, last)
    # Makes the database, and compiles the runtime.
    _import(subject, before, base_path)
    # What every start takes, most of all reading the specification.
    start = _import(subject, nothing, base_path)
    return _import(subject, loaded, base_path) - start


# ---- internal --------------------------------------------------------------------------------


def _export(subject: Subject, node: Node, path: Path, first: int, last: int) -> None:
    place = ["--chain", str(subject.spec), "--base-path", str(node.base_path)]
    span = ["--from", str(first), "--to", str(last)]
    run_tool(subject.binary, "export-blocks", "--binary", str(path), *place, *span)


def _import(subject: Subject, path: Path, base_path: Path) -> float:
    """Import a file; seconds of processor time."""
    command = [
        *(str(subject.binary), "import-blocks", "--binary", str(path)),
        *("--chain", str(subject.spec), "--base-path", str(base_path)),
    ]
    log = path.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    words = log.read_text(errors="replace")
    if process.returncode != 0 or "error importing block" in words:
        last_lines = "\n".join(words.splitlines()[-5:])
        raise NetworkError(f"a node could not import the blocks of a load:\n{last_lines}")
    return used.ru_utime + used.ru_stime
