"""What a runtime says about itself: its storage items, types, calls, events, constants, view
functions, and how its transactions are put together.

Metadata 16, read by hand: the libraries that the other tests use know no later one than 15, which
has no view functions.
"""

from typing import Any, NamedTuple, Optional, TypeVar

from ourledger_net import Rpc

from reader import LayoutError, Reader

VERSION = 16
T = TypeVar("T")


class Field(NamedTuple):
    """A field of a struct or of an enum's variant."""

    name: Optional[str]
    type: int


class Variant(NamedTuple):
    """A variant of an enum."""

    name: str
    fields: list[Field]
    index: int


class Type(NamedTuple):
    """A type: its path in Rust, its shape, and what the shape is made of."""

    path: list[str]
    shape: str
    parts: Any


class Item(NamedTuple):
    """A storage item; a plain value has no hashers and no key."""

    hashers: list[str]
    key: Optional[int]
    value: int


class Constant(NamedTuple):
    """A constant of a pallet, encoded."""

    type: int
    value: bytes


class Pallet(NamedTuple):
    """What a pallet has."""

    index: int
    prefix: str
    items: dict[str, Item]
    # The type of its enum of events, if it has any.
    events: Optional[int]
    constants: dict[str, Constant]
    # By the view functions' names, their ids.
    views: dict[str, bytes]


class Extension(NamedTuple):
    """Something that a transaction carries besides its call: in itself, and in what is signed."""

    name: str
    explicit: int
    implicit: int


class Transactions(NamedTuple):
    """How transactions are put together: their versions, types, and sets of extensions."""

    versions: bytes
    address: int
    call: int
    signature: int
    extensions: dict[int, list[Extension]]


SHAPES = ("struct", "enum", "sequence", "array", "tuple", "primitive", "compact", "bits")
PRIMITIVES = (
    *("bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "u256"),
    *("i8", "i16", "i32", "i64", "i128", "i256"),
)
HASHERS = (
    *("Blake2_128", "Blake2_256", "Blake2_128Concat"),
    *("Twox128", "Twox256", "Twox64Concat", "Identity"),
)


class Metadata:
    """Types and pallets of a runtime."""

    def __init__(self, encoded: bytes):
        self._reader = reader = Reader(encoded)
        if reader.raw(4) != b"meta" or reader.u8() != VERSION:
            raise LayoutError(f"the node did not answer with metadata {VERSION}")
        self.types = dict(reader.many(self._numbered_type))
        self.pallets = dict(reader.many(self._pallet))
        self.transactions = self._transactions()

    def item(self, pallet: str, name: str) -> Item:
        """A storage item."""
        return _named(self._pallet_named(pallet).items, name, f"the pallet {pallet} does not store")

    def constant(self, pallet: str, name: str) -> Constant:
        """A constant of a pallet."""
        constants = self._pallet_named(pallet).constants
        return _named(constants, name, f"the pallet {pallet} has no constant")

    def prefix(self, pallet: str) -> str:
        """The name under which a pallet's storage is kept."""
        return self._pallet_named(pallet).prefix

    def view(self, pallet: str, name: str) -> bytes:
        """The id of a view function."""
        return _named(self._pallet_named(pallet).views, name, f"the pallet {pallet} has no view")

    def _pallet_named(self, name: str) -> Pallet:
        return _named(self.pallets, name, "the runtime has no pallet")

    # ---- reading -----------------------------------------------------------------------------

    def _numbered_type(self) -> tuple[int, Type]:
        reader = self._reader
        number = reader.compact()
        path = reader.many(reader.text)
        # The type's parameters.
        reader.many(lambda: (reader.text(), reader.maybe(reader.compact)))
        shape = SHAPES[reader.u8()]
        parts = {
            "struct": lambda: reader.many(self._field),
            "enum": lambda: reader.many(self._variant),
            "sequence": reader.compact,
            "array": lambda: (int.from_bytes(reader.raw(4), "little"), reader.compact()),
            "tuple": lambda: reader.many(reader.compact),
            "primitive": lambda: PRIMITIVES[reader.u8()],
            "compact": reader.compact,
            "bits": lambda: (reader.compact(), reader.compact()),
        }[shape]()
        self._skip_docs()
        return number, Type(path, shape, parts)

    def _field(self) -> Field:
        reader = self._reader
        field = Field(reader.maybe(reader.text), reader.compact())
        # What the type is called in the source.
        reader.maybe(reader.text)
        self._skip_docs()
        return field

    def _variant(self) -> Variant:
        reader = self._reader
        variant = Variant(reader.text(), reader.many(self._field), reader.u8())
        self._skip_docs()
        return variant

    def _pallet(self) -> tuple[str, Pallet]:
        reader = self._reader
        name = reader.text()
        prefix, items = reader.maybe(self._storage) or (name, {})
        # Calls, which stand in the type of all calls, too.
        reader.maybe(self._enum)
        events = reader.maybe(self._enum)
        constants = dict(reader.many(self._constant))
        # Errors.
        reader.maybe(self._enum)
        reader.many(self._skip_associated_type)
        views = dict(reader.many(self._view))
        index = reader.u8()
        self._skip_docs()
        self._skip_deprecation()
        return name, Pallet(index, prefix, items, events, constants, views)

    def _storage(self) -> tuple[str, dict[str, Item]]:
        return self._reader.text(), dict(self._reader.many(self._item))

    def _item(self) -> tuple[str, Item]:
        reader = self._reader
        name = reader.text()
        # Whether nothing or a default value is read where nothing is stored.
        reader.u8()
        if reader.u8() == 0:
            item = Item([], None, reader.compact())
        else:
            hashers = reader.many(lambda: HASHERS[reader.u8()])
            item = Item(hashers, reader.compact(), reader.compact())
        # The default.
        reader.blob()
        self._skip_docs()
        self._skip_deprecation()
        return name, item

    def _view(self) -> tuple[str, bytes]:
        reader = self._reader
        identifier = reader.raw(32)
        name = reader.text()
        # Inputs and output.
        reader.many(lambda: (reader.text(), reader.compact()))
        reader.compact()
        self._skip_docs()
        self._skip_deprecation()
        return name, identifier

    def _enum(self) -> int:
        reader = self._reader
        number = reader.compact()
        reader.many(lambda: (reader.u8(), self._skip_deprecation()))
        return number

    def _constant(self) -> tuple[str, Constant]:
        reader = self._reader
        name, constant = reader.text(), Constant(reader.compact(), reader.blob())
        self._skip_docs()
        self._skip_deprecation()
        return name, constant

    def _transactions(self) -> Transactions:
        reader = self._reader
        versions = reader.blob()
        address, call, signature = (reader.compact() for _ in range(3))
        orders = dict(reader.many(lambda: (reader.u8(), reader.many(reader.compact))))
        extensions = reader.many(
            lambda: Extension(reader.text(), reader.compact(), reader.compact())
        )
        sets = {number: [extensions[place] for place in order] for number, order in orders.items()}
        return Transactions(versions, address, call, signature, sets)

    def _skip_associated_type(self) -> None:
        self._reader.text()
        self._reader.compact()
        self._skip_docs()

    def _skip_docs(self) -> None:
        self._reader.many(self._reader.blob)

    def _skip_deprecation(self) -> None:
        # 0: not deprecated; 1: without a note; 2: with a note and perhaps a version.
        if self._reader.u8() == 2:
            self._reader.blob()
            self._reader.maybe(self._reader.blob)


def _named(things: dict[str, T], name: str, otherwise: str) -> T:
    if name not in things:
        raise LayoutError(f"{otherwise} {name}; this program and the runtime do not fit")
    return things[name]


def ask_metadata(rpc: Rpc) -> Metadata:
    """What a node's runtime says about itself."""
    version = "0x" + VERSION.to_bytes(4, "little").hex()
    told = rpc.call("state_call", "Metadata_metadata_at_version", version)
    reader = Reader(bytes.fromhex(told[2:]))
    metadata = reader.maybe(reader.blob)
    if metadata is None:
        raise LayoutError(f"the runtime has no metadata {VERSION}")
    return Metadata(metadata)
