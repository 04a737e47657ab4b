"""Reads the events of a block, of which a full one has tens of thousands.

Most are only passed over, so what isn't asked for is skipped by its width instead of decoded.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from decoding import decode, skip, sum_of_widths
from metadata import Metadata, Variant
from reader import LayoutError, Reader

# Of the phases in which there are events: a transaction's, with its place in the block.
APPLYING = 0
# BLAKE2b of 256 bits, as long as an event's topics are.
TOPIC_BYTES = 32


class Event(NamedTuple):
    """An event, by the place of its transaction; of others, none."""

    transaction: Optional[int]
    pallet: str
    name: str
    fields: dict[str, Any]


class _Kind(NamedTuple):
    pallet: str
    variant: Variant
    # Bytes of all fields together, if they always have as many.
    width: Optional[int]


class Events:
    """The events of a runtime."""

    def __init__(self, metadata: Metadata):
        self._metadata = metadata
        self._kinds = {
            (pallet.index, variant.index): _Kind(
                name,
                variant,
                sum_of_widths(metadata, [field.type for field in variant.fields]),
            )
            for name, pallet in metadata.pallets.items()
            if pallet.events is not None
            for variant in metadata.types[pallet.events].parts
        }

    def read(self, encoded: bytes, wanted: set[tuple[str, str]]) -> Iterator[Event]:
        """The wanted ones of a block's, by pallet and name."""
        reader = Reader(encoded)
        for _ in range(reader.compact()):
            phase = reader.u8()
            place = int.from_bytes(reader.raw(4), "little") if phase == APPLYING else None
            kind = self._kinds.get((reader.u8(), reader.u8()))
            if kind is None:
                raise LayoutError("a block has an event that the metadata does not know")
            fields = kind.variant.fields
            if (kind.pallet, kind.variant.name) in wanted:
                values = {it.name: decode(self._metadata, it.type, reader) for it in fields}
                yield Event(place, kind.pallet, kind.variant.name, values)
            elif kind.width is not None:
                reader.raw(kind.width)
            else:
                for field in fields:
                    skip(self._metadata, field.type, reader)
            reader.raw(reader.compact() * TOPIC_BYTES)
        if reader.position != len(encoded):
            raise LayoutError("a block's events are longer than the metadata says")
