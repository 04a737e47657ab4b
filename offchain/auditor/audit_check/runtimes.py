"""Whether the blocks of an export were read by the runtimes that wrote them.

The events of a block are in the words of the runtime in its parent's state. Where a block brings
another runtime, who reads it by that one may find other amounts and other names, without an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .events import Event
from .export import MANIFEST
from .findings import Findings
from .values import Malformed, account, number

if TYPE_CHECKING:
    from .node import Node

TOPIC = "runtimes"
NOT_ASKED = (
    "That each block was read by the runtime that wrote it, no node was asked: --url names one."
)
FIELDS = ("specVersion", "code", "metadata")


def check(findings: Findings, node: Node, said: dict[str, Any], events: list[Event]) -> None:
    """Ask a node which runtimes wrote the blocks, and read those around each upgrade again."""
    ranges = said["runtimes"]
    last = number(said["last"]["number"])
    ends = [number(following["from"]) - 1 for following in ranges[1:]] + [last]
    for runtime, end in zip(ranges, ends):
        begin = number(runtime["from"])
        # No runtime comes back: what wrote the first block of a range and the last one wrote all.
        for block in sorted({begin, end}):
            wrote = node.writer(block)
            for name in FIELDS:
                what = f"{name} of the runtime that wrote block {block}"
                findings.compare(TOPIC, MANIFEST, what, wrote[name], runtime[name])
    by_block: dict[int, list[Event]] = {}
    for event in events:
        by_block.setdefault(event.block, []).append(event)
    for begin in (number(runtime["from"]) for runtime in ranges[1:]):
        for block in (begin - 1, begin):
            _read_again(findings, node, block, by_block.get(block, []))


def _read_again(findings: Findings, node: Node, block: int, events: list[Event]) -> None:
    right = {event.index: event for event in node.events(block, block)}
    for event in events:
        other = right.get(event.index)
        kind = None if other is None else other.kind
        if not findings.compare(TOPIC, event.where, "the event, by the node", kind, event.kind):
            continue
        # The export adds the block's time.
        fields = {name: value for name, value in event.fields.items() if name != "time"}
        names = [name.removesuffix("_") for name in fields]
        findings.compare(TOPIC, event.where, "fields", list(other.fields), names)
        for name, value in fields.items():
            wanted = other.fields.get(name.removesuffix("_"))
            findings.insist(TOPIC, _agree(wanted, value), event.where, name, wanted, value)


def _agree(one: Any, other: Any) -> bool:
    """Whether two spellings may be of the same value; what has parts is left to the ledgers."""
    for read in (number, account):
        try:
            return read(one) == read(other)
        except (Malformed, ValueError, AttributeError):
            continue
    return True
