"""What the state of a twin looks like: the one place that knows the pallets.

Prefixes, hashers, the order of fields and the ids of view functions come from the runtime; a field
that is new, gone or renamed ends the program. The names of fields are here.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from encoding import compact, encode
from hashing import HASHERS, blake2, item_prefix
from metadata import Metadata

# The twin whose records index is measured, and the longest index of about a million records: one
# peak for each bit of the count, all of which are set.
RECORD_KEEPER = 1
RECORDS = (1 << 20) - 1
PEAKS = 20

KEY_TYPE = "Ed25519"
DEPOSIT = 10**10
# Since 2023 every account has this flag of pallet-balances.
NEW_LOGIC = 1 << 127


class Entry(NamedTuple):
    """An entry of the state, in hexadecimal without 0x."""

    key: str
    value: str


class Shape(NamedTuple):
    """How the entries of one storage item are made from a twin's features."""

    item: str
    prefix: str
    hasher: str
    key: str
    value: str


def features(number: int) -> dict[str, bytes]:
    """What tells a twin from the others. All twins have the same lengths, as encoded here."""
    encoded = number.to_bytes(8, "little")
    return {
        "number": encoded,
        "controller": blake2(b"controller" + encoded, 32),
        "display_name": b"Twin number %08d" % number,
        "endpoint": b"https://%08d.twins.example:4433/twin" % number,
        "key": blake2(b"key" + encoded, 32),
    }


class Layout:
    """Keys and values of a runtime's state."""

    def __init__(self, metadata: Metadata):
        self.metadata = metadata
        self.view_twin = metadata.view("Twins", "twin")
        self.view_count = metadata.view("Twins", "count")
        self.view_index = metadata.view("Records", "index_of")
        # Filling in what differs takes a hundredth of the time of encoding each twin by its types.
        self._holes = twin = {
            name: blake2(name.encode(), len(value)) for name, value in features(1).items()
        }
        sponsor = blake2(b"sponsor", 32)
        self.shapes = [
            self._shape(
                *("Twins", "Twins", "number"),
                {
                    "kind": "Person",
                    "controller": twin["controller"],
                    "state": "Active",
                    "profile": {
                        "display_name": twin["display_name"],
                        "logo": None,
                        "country": b"NL",
                    },
                    "name": None,
                    "next_key": 1,
                    "registered": 1,
                    "depositor": sponsor,
                    "ticket": DEPOSIT,
                    "active_ticket": DEPOSIT,
                },
            ),
            self._shape("Twins", "Endpoints", "number", [twin["endpoint"]]),
            self._shape(
                *("Twins", "Keys", "number"),
                {
                    "keys": [
                        {"id": 0, "purpose": "Authentication", "key": (KEY_TYPE, twin["key"])}
                    ],
                    "ticket": DEPOSIT,
                },
            ),
            self._shape("Twins", "Numbers", "controller", int.from_bytes(twin["number"], "little")),
            self._shape(
                *("System", "Account", "controller"),
                {
                    "nonce": 0,
                    "consumers": 0,
                    "providers": 1,
                    "sufficients": 0,
                    "data": {"free": 0, "reserved": 0, "frozen": 0, "flags": NEW_LOGIC},
                },
            ),
        ]

    # ---- state -------------------------------------------------------------------------------

    def entries(self, number: int) -> Iterator[Entry]:
        """The entries of one twin, one for each shape."""
        twin = features(number)
        words = {name: value.hex() for name, value in twin.items()}
        for shape in self.shapes:
            key = shape.prefix + HASHERS[shape.hasher](twin[shape.key]).hex()
            yield Entry(key, shape.value % words)

    def shared(self, twins: int) -> list[Entry]:
        """The entries that don't belong to one twin alone, for a chain with this many."""
        return [
            self._entry("Twins", "NextTwin", None, twins + 1),
            self.records_index(),
        ]

    def twin_key(self, number: int) -> str:
        """The key under which a twin is stored."""
        shape = self.shapes[0]
        return shape.prefix + HASHERS[shape.hasher](number.to_bytes(8, "little")).hex()

    def twin_value(self, number: int) -> str:
        """What is stored there."""
        return next(self.entries(number)).value

    def records_index(self) -> Entry:
        """The index of a million records."""
        peaks = [blake2(bytes([peak]), 32) for peak in range(PEAKS)]
        value = {"count": RECORDS, "peaks": peaks}
        return self._entry("Records", "Indexes", RECORD_KEEPER, value)

    # ---- view functions ----------------------------------------------------------------------

    @staticmethod
    def view_call(view: bytes, *arguments: int) -> str:
        """What the runtime's `execute_view_function` takes, for arguments of 64 bits."""
        encoded = b"".join(argument.to_bytes(8, "little") for argument in arguments)
        return (view + compact(len(encoded)) + encoded).hex()

    # ---- internal ----------------------------------------------------------------------------

    def _prefix(self, pallet: str, item: str) -> str:
        return item_prefix(self.metadata, pallet, item).hex()

    def _entry(self, pallet: str, name: str, key: Any, value: Any) -> Entry:
        item = self.metadata.item(pallet, name)
        hashed = b""
        if item.key is not None:
            hashed = HASHERS[item.hashers[0]](encode(self.metadata, item.key, key))
        encoded = encode(self.metadata, item.value, value)
        return Entry(self._prefix(pallet, name) + hashed.hex(), encoded.hex())

    def _shape(self, pallet: str, name: str, key: str, value: Any) -> Shape:
        item = self.metadata.item(pallet, name)
        (hasher,) = item.hashers
        template = encode(self.metadata, item.value, value).hex()
        for feature, hole in self._holes.items():
            template = template.replace(hole.hex(), f"%({feature})s")
        return Shape(f"{pallet}.{name}", self._prefix(pallet, name), hasher, key, template)
