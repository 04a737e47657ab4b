"""Whether the files of an export are whole: by the manifest beside them, and by each other.

What somebody changed together with the manifest, the ledgers may find, or a node that the export is
compared with.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from blake3 import blake3

from .events import PLACE, ExportError
from .findings import Findings
from .spreadsheet import marked, within
from .values import Malformed, number

TOPIC = "export"
MANIFEST = "manifest.json"
FORM = "ourledger/audit/2"
# Its exports could read a block that brought a runtime by that one.
FORM_WITHOUT_RUNTIMES = "ourledger/audit/1"
# Where the range of a whole chain begins: its first block has no events.
FIRST_BLOCK = 1
# One row may list many parts in a cell.
CELL_CHARACTERS = 1 << 30
PIECE_BYTES = 1 << 20

Row = dict[str, Any]


def manifest(folder: Path) -> Optional[dict[str, Any]]:
    """What an export says of itself, if it does."""
    file = folder / MANIFEST
    if not file.exists():
        return None
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["form"] == FORM_WITHOUT_RUNTIMES:
            raise ExportError(
                f"{MANIFEST} doesn't say by which runtime each block was read, which could be the "
                "wrong one where the chain was upgraded: export the books anew"
            )
        form, first = said["form"], number(said["first"]["number"])
        number(said["last"]["number"])
        for summary in said["files"].values():
            number(summary["rows"])
            summary["blake3"].encode()
            summary["totals"].items()
        for runtime in said["runtimes"]:
            number(runtime["from"])
            number(runtime["specVersion"])
            runtime["code"].encode()
            runtime["metadata"].encode()
    except (ValueError, KeyError, TypeError, AttributeError, Malformed) as error:
        raise ExportError(f"{MANIFEST} is none: {error!r}") from error
    if form != FORM:
        raise ExportError(f"{MANIFEST} is of the form {form!r}, not {FORM!r}")
    if any(Path(name).name != name for name in said["files"]):
        raise ExportError(f"{MANIFEST} names a file that isn't in its folder")
    if first > FIRST_BLOCK:
        raise ExportError(
            f"the export begins with block {first}: ledgers need all events from block "
            f"{FIRST_BLOCK} on"
        )
    return said


def check(findings: Findings, folder: Path, said: Optional[dict[str, Any]]) -> None:
    """Check files against the manifest, if there is one, and against each other."""
    if said is not None:
        _check_manifest(findings, folder, said)
        _check_runtimes(findings, said)
    for stem, formats in sorted(_tables(folder).items()):
        _check_table(findings, folder, stem, formats)


def _check_manifest(findings: Findings, folder: Path, said: dict[str, Any]) -> None:
    rest = {name: value for name, value in said.items() if name != "blake3"}
    # RFC 8785, as far as it goes here: names are ASCII, numbers are whole.
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = blake3(text.encode()).hexdigest()
    findings.compare(TOPIC, MANIFEST, "its own blake3", said.get("blake3"), found)
    for name, summary in sorted(said["files"].items()):
        file = folder / name
        if not findings.insist(TOPIC, file.is_file(), name, "the file", "there", "none"):
            continue
        found = _hash(file)
        # Which row it is, the other format or the ledgers tell; so the first of these is enough.
        if found == summary["blake3"] or not _sums_differ(findings, file, summary):
            findings.compare(TOPIC, name, "blake3", summary["blake3"], found)
    for file in sorted(folder.iterdir()):
        if file.name != MANIFEST:
            known = file.name in said["files"]
            findings.insist(TOPIC, known, file.name, "the file", f"in {MANIFEST}", "added")


def _check_runtimes(findings: Findings, said: dict[str, Any]) -> None:
    """Of each block it is said which runtime wrote it, and by which it was read."""
    begins = [number(runtime["from"]) for runtime in said["runtimes"]]
    first, last = number(said["first"]["number"]), number(said["last"]["number"])
    covers = bool(begins) and begins[0] == first and begins[-1] <= last
    rises = all(one < other for one, other in zip(begins, begins[1:]))
    wanted = f"one for each block from {first} to {last}"
    findings.insist(TOPIC, covers and rises, MANIFEST, "runtimes", wanted, begins)


def _sums_differ(findings: Findings, file: Path, summary: dict[str, Any]) -> bool:
    """Whether a file has other rows than its manifest says, or other totals."""
    if file.suffix == ".json":
        # One value, in however many lines.
        return False
    rows = rows_of(file)
    if not findings.compare(TOPIC, file.name, "rows", summary["rows"], len(rows)):
        return True
    same = [
        findings.compare(TOPIC, file.name, f"total of {column}", total, _total(rows, column))
        for column, total in sorted(summary["totals"].items())
    ]
    return not all(same)


def _hash(file: Path) -> str:
    hasher = blake3()
    with file.open("rb") as data:
        while piece := data.read(PIECE_BYTES):
            hasher.update(piece)
    return hasher.hexdigest()


def _total(rows: list[Row], column: str) -> str:
    """The sum of a column, as manifests have it."""
    try:
        return str(sum(int(row[column]) for row in rows))
    except (KeyError, TypeError, ValueError):
        return "none"


# ---- tables ----------------------------------------------------------------------------------


def _tables(folder: Path) -> dict[str, set[str]]:
    """The formats of each table, by <Pallet>.<Event>."""
    found: dict[str, set[str]] = {}
    for file in folder.iterdir():
        if file.suffix in (".csv", ".jsonl") and file.name.count(".") == 2:
            found.setdefault(file.stem, set()).add(file.suffix)
    return found


def _check_table(findings: Findings, folder: Path, stem: str, formats: set[str]) -> None:
    """A table that is there in both formats has the same rows in both."""
    text, lines = f"{stem}.csv", f"{stem}.jsonl"
    # Without a single .csv, the export is of JSON Lines alone.
    if ".csv" not in formats and not any(folder.glob("*.csv")):
        return
    if not findings.insist(TOPIC, ".jsonl" in formats, lines, "the file", f"as {text}", "none"):
        return
    if not findings.insist(TOPIC, ".csv" in formats, text, "the file", f"as {lines}", "none"):
        return
    wanted, found = (_by_place(findings, folder / name) for name in (lines, text))
    for place in sorted(wanted.keys() | found.keys()):
        where = f"{text}, block {place[0]}, event {place[1]}"
        row, cells = wanted.get(place), found.get(place)
        if row is None or cells is None:
            has, lacks = ("there", "none") if row is not None else ("none", "there")
            findings.insist(TOPIC, False, where, f"the row, by {lines}", has, lacks)
            continue
        for column in [*row, *(name for name in cells if name not in row)]:
            one, other = row.get(column, "no such column"), cells.get(column)
            same = is_same(one, other)
            findings.insist(TOPIC, same, where, f"{column}, by {lines}", one, other)


def is_same(value: Any, cell: Optional[str]) -> bool:
    """Whether a cell has a value of JSON."""
    if cell is None or value is None:
        return value is None and cell == ""
    if isinstance(value, str):
        # Amounts are texts in JSON, and numbers here.
        return cell == marked(value) or (cell == value and value.lstrip("-").isdecimal())
    try:
        told = json.loads(cell)
    except ValueError:
        return False
    # True isn't 1 here.
    return type(told) is type(value) and told == within(value)


def _by_place(findings: Findings, file: Path) -> dict[tuple[int, int], Row]:
    """Rows by block and event."""
    found: dict[tuple[int, int], Row] = {}
    for count, row in enumerate(rows_of(file), 1):
        try:
            place = int(row[PLACE[0]]), int(row[PLACE[2]])
        except (KeyError, TypeError, ValueError) as error:
            raise ExportError(f"{file.name}, row {count}: {error!r}") from error
        where = f"{file.name}, row {count}"
        findings.insist(TOPIC, place not in found, where, "block and event", "new", place)
        found.setdefault(place, row)
    return found


def rows_of(file: Path) -> list[Row]:
    """All rows of a file, whatever its format."""
    return list(_csv_rows(file) if file.suffix == ".csv" else _json_rows(file))


def _csv_rows(file: Path) -> Iterator[Row]:
    csv.field_size_limit(CELL_CHARACTERS)
    with file.open(encoding="utf-8", newline="") as lines:
        try:
            yield from csv.DictReader(lines, strict=True)
        except csv.Error as error:
            raise ExportError(f"{file.name}: {error}") from error


def _json_rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ExportError(f"{file.name}:{number}: {error}") from error
            if not isinstance(row, dict):
                raise ExportError(f"{file.name}:{number}: it is no row")
            yield row
