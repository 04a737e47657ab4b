"""What a runtime says about itself: its storage items, its types and its view functions.

Metadata 16, read by hand: the libraries that the other tests use know no later one than 15, which
has no view functions.
"""

from typing import Any, Callable, NamedTuple, Optional, TypeVar

VERSION = 16
T = TypeVar("T")


class LayoutError(Exception):
    """The runtime isn't what this program was written for."""


class Reader:
    """Reads SCALE-encoded bytes from front to back."""

    def __init__(self, data: bytes):
        self.data = data
        self.position = 0

    def raw(self, length: int) -> bytes:
        """This many bytes."""
        start, self.position = self.position, self.position + length
        if self.position > len(self.data):
            raise LayoutError("the metadata ends too early")
        return self.data[start : self.position]

    def u8(self) -> int:
        """One byte."""
        return self.raw(1)[0]

    def compact(self) -> int:
        """A number in the compact form of lengths and type ids."""
        first = self.u8()
        mode = first & 3
        if mode == 3:
            return int.from_bytes(self.raw((first >> 2) + 4), "little")
        rest = self.raw((1 << mode) - 1)
        return int.from_bytes(bytes([first]) + rest, "little") >> 2

    def blob(self) -> bytes:
        """Bytes behind their length."""
        return self.raw(self.compact())

    def text(self) -> str:
        """UTF-8 behind its length."""
        return self.blob().decode()

    def many(self, read: Callable[[], T]) -> list[T]:
        """A list of what `read` reads."""
        return [read() for _ in range(self.compact())]

    def maybe(self, read: Callable[[], T]) -> Optional[T]:
        """What `read` reads, if it is there."""
        return read() if self.u8() else None


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


class Pallet(NamedTuple):
    """A pallet's storage, and its view functions' ids."""

    prefix: str
    items: dict[str, Item]
    views: dict[str, bytes]


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

    def item(self, pallet: str, name: str) -> Item:
        """A storage item."""
        return _named(self._pallet_named(pallet).items, name, f"the pallet {pallet} does not store")

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
        # Calls and events.
        for _ in range(2):
            reader.maybe(self._skip_enum)
        reader.many(self._skip_constant)
        # Errors.
        reader.maybe(self._skip_enum)
        reader.many(self._skip_associated_type)
        views = dict(reader.many(self._view))
        # The pallet's index.
        reader.u8()
        self._skip_docs()
        self._skip_deprecation()
        return name, Pallet(prefix, items, views)

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

    def _skip_enum(self) -> None:
        self._reader.compact()
        self._reader.many(lambda: (self._reader.u8(), self._skip_deprecation()))

    def _skip_constant(self) -> None:
        self._reader.text()
        self._reader.compact()
        self._reader.blob()
        self._skip_docs()
        self._skip_deprecation()

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
