"""Writes raw chain specs with many twins, entry by entry: a million of them fill a gigabyte."""

import json
from pathlib import Path
from typing import NamedTuple

from progress import Progress
from reads.layout import Layout

# Stands for the state while the rest of the spec is written; no chain has such a key.
MARK = "state goes here"


class Written(NamedTuple):
    """How many bytes the keys and values of the twins have, by storage item."""

    twins: int
    bytes_by_item: dict[str, int]

    def bytes_per_twin(self) -> float:
        """Of all storage items."""
        return sum(self.bytes_by_item.values()) / self.twins


def write(base: Path, path: Path, layout: Layout, twins: int, progress: Progress) -> Written:
    """Writes a copy of the spec `base` with this many twins to `path`."""
    spec = json.loads(base.read_text())
    state = spec["genesis"]["raw"]["top"]
    for entry in layout.shared(twins):
        state["0x" + entry.key] = "0x" + entry.value
    spec["genesis"]["raw"]["top"] = MARK
    before, after = json.dumps(spec).split(json.dumps(MARK))

    digits = [0] * len(layout.shapes)
    with path.open("w", buffering=1 << 20) as file:
        file.write(before)
        # Without its closing brace.
        file.write(json.dumps(state)[:-1])
        for number in range(1, twins + 1):
            for index, (key, value) in enumerate(layout.entries(number)):
                file.write(f',\n"0x{key}":"0x{value}"')
                digits[index] += len(key) + len(value)
            if number % 10_000 == 0:
                progress.show(f"{number:,} twins")
        file.write("}" + after)
    items = [shape.item for shape in layout.shapes]
    return Written(twins, {item: count // 2 for item, count in zip(items, digits)})
