"""Events: what they are, and how they are read from an export or written to one."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

# Pallets whose events the ledgers are rebuilt from.
PALLETS = ("Assets", "Currencies", "Tax", "Commerce")
# What every row has besides the event's own fields.
PLACE = ("block", "extrinsic", "event")


class ExportError(Exception):
    """The export can't be read."""


class Event(NamedTuple):
    """An event, and where it stands."""

    block: int
    # None in the hooks of a block.
    extrinsic: Optional[int]
    index: int
    pallet: str
    name: str
    fields: dict[str, Any]

    @property
    def kind(self) -> str:
        return f"{self.pallet}.{self.name}"

    @property
    def where(self) -> str:
        """For people."""
        return f"block {self.block}, event {self.index}, {self.kind}"


def in_order(events: Iterable[Event]) -> list[Event]:
    """As they happened."""
    ordered = sorted(events, key=lambda event: (event.block, event.index))
    for one, other in zip(ordered, ordered[1:]):
        if one[:3:2] == other[:3:2]:
            raise ExportError(f"two events have one place: {one.where} and {other.where}")
    return ordered


def read(folder: Path) -> list[Event]:
    """The events of an export: a file per kind, a row per event."""
    files = sorted(file for file in folder.glob("*.jsonl") if file.name.count(".") == 2)
    if not files:
        raise ExportError(f"there are no files <Pallet>.<Event>.jsonl in {folder}")
    return in_order(event for file in files for event in _rows(file))


def _rows(file: Path) -> Iterator[Event]:
    pallet, name, _ = file.name.split(".")
    # Events whose fields an upgrade changed have a table of their own: Transferred-2.
    name = name.partition("-")[0]
    if pallet not in PALLETS:
        return
    with file.open(encoding="utf-8") as lines:
        for line_number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                block, extrinsic, index = (row.pop(field) for field in PLACE)
                extrinsic = None if extrinsic is None else int(extrinsic)
                yield Event(int(block), extrinsic, int(index), pallet, name, row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ExportError(f"{file.name}:{line_number}: {error!r}") from error


def write(folder: Path, events: Iterable[Event]) -> None:
    """Export events, in the form that `read` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[str]] = {}
    for event in events:
        row = dict(zip(PLACE, (event.block, event.extrinsic, event.index)), **event.fields)
        rows.setdefault(event.kind, []).append(json.dumps(row))
    for kind, lines in rows.items():
        (folder / f"{kind}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
