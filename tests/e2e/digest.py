"""The digest of a runtime's metadata that signatures are for (RFC 78), from the metadata of a node.
Shares no code with what the runtime's build and the command line use.

The hash is BLAKE3, which Python doesn't have, of bytes that fit into one chunk.
"""

import struct
from collections import deque
from typing import Any, Callable, Optional

_INITIAL = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
_ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_BLOCK_BYTES, _CHUNK_BYTES = 64, 1024
_START, _END, _ROOT = 1, 2, 8
_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def of_next(rpc: Any) -> str:
    """The digest of a runtime with the calls of a node's, and the version after, as
    RUNTIME_METADATA_HASH takes it."""
    answer = rpc.call("state_call", "Metadata_metadata_at_version", "0x0f000000")
    reader = _Reader(bytes.fromhex(answer[2:]))
    assert reader.byte() == 1, "the node has no metadata of version 15"
    types, extrinsic = _roots(reader.text())
    version = struct.pack("<I", rpc.spec_version() + 1)
    # With the name, the prefix of addresses, decimals and symbol.
    rest = _text(b"ourledger") + struct.pack("<H", 42) + bytes([12]) + _text(b"OUR")
    return "0x" + blake3(bytes([1]) + types + extrinsic + version + rest).hex()


def blake3(content: bytes) -> bytes:
    """The hash of at most one chunk."""
    assert len(content) <= _CHUNK_BYTES
    starts = range(0, max(len(content), 1), _BLOCK_BYTES)
    blocks = [content[at : at + _BLOCK_BYTES] for at in starts]
    chain = list(_INITIAL)
    for place, block in enumerate(blocks):
        flags = (_START if place == 0 else 0) | (_END | _ROOT if place == len(blocks) - 1 else 0)
        words = list(struct.unpack("<16I", block.ljust(_BLOCK_BYTES, b"\0")))
        state = chain + list(_INITIAL[:4]) + [0, 0, len(block), flags]
        for _ in range(7):
            for number, (a, b, c, d) in enumerate(_QUARTERS):
                _mix(state, a, b, c, d, words[2 * number], words[2 * number + 1])
            words = [words[place] for place in _ORDER]
        chain = [state[it] ^ state[it + 8] for it in range(8)]
    return struct.pack("<8I", *chain)


def _mix(state: list, a: int, b: int, c: int, d: int, one: int, other: int) -> None:
    for word, first, second in ((one, 16, 12), (other, 8, 7)):
        state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
        state[d] = _rotate(state[d] ^ state[a], first)
        state[c] = (state[c] + state[d]) & 0xFFFFFFFF
        state[b] = _rotate(state[b] ^ state[c], second)


def _rotate(word: int, bits: int) -> int:
    return (word >> bits | word << (32 - bits)) & 0xFFFFFFFF


# ---- the roots -------------------------------------------------------------------------------

_COMPOSITE, _VARIANT, _SEQUENCE, _ARRAY, _TUPLE, _PRIMITIVE, _COMPACT = range(7)
# In references: after the primitives come the compact ones, nothing, and types by their number.
_U8, _COMPACT_U8, _VOID, _BY_ID = 3, 15, 21, 22


class _Reader:
    """Reads SCALE."""

    def __init__(self, content: bytes):
        self.content, self.at = content, 0

    def take(self, count: int) -> bytes:
        self.at += count
        assert self.at <= len(self.content)
        return self.content[self.at - count : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def compact(self) -> int:
        first = self.byte()
        if first & 3 == 3:
            return int.from_bytes(self.take((first >> 2) + 4), "little")
        rest = self.take((0, 1, 3)[first & 3])
        return int.from_bytes(bytes([first]) + rest, "little") >> 2

    def text(self) -> bytes:
        return self.take(self.compact())

    def list(self, one: Callable) -> list:
        return [one() for _ in range(self.compact())]

    def option(self, one: Callable):
        return one() if self.byte() else None

    def field(self) -> tuple:
        """Name, type, and the type's name."""
        field = self.option(self.text), self.compact(), self.option(self.text)
        self.list(self.text)
        return field

    def variant(self) -> tuple:
        """Name, fields, index."""
        variant = self.text(), self.list(self.field), self.byte()
        self.list(self.text)
        return variant

    def type(self) -> tuple:
        """Path, kind, and what is within."""
        path = self.list(self.text)
        self.list(lambda: (self.text(), self.option(self.compact)))
        kind = self.byte()
        within = {
            _COMPOSITE: lambda: self.list(self.field),
            _VARIANT: lambda: self.list(self.variant),
            _SEQUENCE: self.compact,
            _ARRAY: lambda: (int.from_bytes(self.take(4), "little"), self.compact()),
            _TUPLE: lambda: self.list(self.compact),
            _PRIMITIVE: self.byte,
            _COMPACT: self.compact,
        }[kind]()
        self.list(self.text)
        return path, kind, within

    def skip_pallet(self) -> None:
        def entry() -> None:
            self.text()
            self.byte()
            if self.byte() == 0:
                self.compact()
            else:
                self.list(self.byte)
                self.compact()
                self.compact()
            self.text()
            self.list(self.text)

        def constant() -> None:
            self.text()
            self.compact()
            self.text()
            self.list(self.text)

        self.text()
        self.option(lambda: (self.text(), self.list(entry)))
        self.option(self.compact)
        self.option(self.compact)
        self.list(constant)
        self.option(self.compact)
        self.byte()
        self.list(self.text)


def _roots(metadata: bytes) -> tuple[bytes, bytes]:
    """The roots of metadata in version 15: of the types, and of how transactions are written."""
    reader = _Reader(metadata)
    assert reader.take(5) == b"meta\x0f"
    types = reader.list(lambda: (reader.compact(), reader.type())[1])
    reader.list(reader.skip_pallet)
    version = reader.byte()
    address, call, signature, _ = (reader.compact() for _ in range(4))
    extensions = reader.list(lambda: (reader.text(), reader.compact(), reader.compact()))

    signed = [it for _, *both in extensions for it in both]
    numbers = _numbered(types, [call, address, signature, *signed])
    nodes = deque(blake3(leaf) for leaf in _leaves(types, numbers))
    while len(nodes) > 1:
        right, left = nodes.pop(), nodes.pop()
        nodes.appendleft(blake3(left + right))

    def ref(type: int) -> bytes:
        return _reference(types, numbers, type)

    extrinsic = bytes([version]) + ref(address) + ref(call) + ref(signature)
    extrinsic += _joined([_text(name) + ref(one) + ref(other) for name, one, other in extensions])
    return nodes[0], blake3(extrinsic)


def _numbered(types: list, reached: list[int]) -> dict[int, int]:
    """All types within others that have something in them, in their order."""
    seen: set[int] = set()
    while reached:
        type = reached.pop()
        if type in seen:
            continue
        seen.add(type)
        _, kind, within = types[type]
        if kind == _COMPOSITE:
            reached += [field[1] for field in within]
        elif kind == _VARIANT:
            reached += [field[1] for variant in within for field in variant[1]]
        elif kind in (_SEQUENCE, _ARRAY):
            reached.append(within if kind == _SEQUENCE else within[1])
        elif kind == _TUPLE:
            reached += within
    plain = (_PRIMITIVE, _COMPACT)
    full = [it for it in sorted(seen) if types[it][1] not in plain and types[it][2] != []]
    return {type: number for number, type in enumerate(full)}


def _leaves(types: list, numbers: dict[int, int]) -> list[bytes]:
    def ref(type: int) -> bytes:
        return _reference(types, numbers, type)

    def fields(fields: list) -> bytes:
        return _joined([_optional(name) + ref(of) + _optional(said) for name, of, said in fields])

    leaves = []
    for type, number in numbers.items():
        path, kind, within = types[type]
        head, tail = _joined([_text(part) for part in path]) + bytes([kind]), compact(number)
        if kind == _VARIANT:
            for name, parts, index in sorted(within, key=lambda variant: variant[2]):
                leaves.append(head + _text(name) + fields(parts) + compact(index) + tail)
        elif kind == _COMPOSITE:
            leaves.append(head + fields(within) + tail)
        elif kind == _SEQUENCE:
            leaves.append(head + ref(within) + tail)
        elif kind == _ARRAY:
            leaves.append(head + struct.pack("<I", within[0]) + ref(within[1]) + tail)
        else:
            leaves.append(head + _joined([ref(part) for part in within]) + tail)
    return leaves


def _reference(types: list, numbers: dict[int, int], type: int) -> bytes:
    _, kind, within = types[type]
    if kind == _PRIMITIVE:
        return bytes([within])
    if kind == _COMPACT:
        primitive = _primitive(types, within)
        return bytes([_VOID if primitive is None else _COMPACT_U8 + primitive - _U8])
    return bytes([_BY_ID]) + compact(numbers[type]) if type in numbers else bytes([_VOID])


def _primitive(types: list, type: int) -> Optional[int]:
    """The one primitive in what is written compactly."""
    _, kind, within = types[type]
    if kind == _PRIMITIVE:
        return within
    parts = [field[1] for field in within] if kind == _COMPOSITE else within
    found = [it for it in (_primitive(types, part) for part in parts) if it is not None]
    assert len(found) <= 1
    return found[0] if found else None


def compact(number: int) -> bytes:
    """SCALE's compact form, of what fits 30 bits."""
    if number < 1 << 6:
        return bytes([number << 2])
    if number < 1 << 14:
        return struct.pack("<H", number << 2 | 1)
    return struct.pack("<I", number << 2 | 2)


def _text(text: bytes) -> bytes:
    return compact(len(text)) + text


def _optional(text: Optional[bytes]) -> bytes:
    return b"\0" if text is None else b"\1" + _text(text)


def _joined(parts: list[bytes]) -> bytes:
    return compact(len(parts)) + b"".join(parts)
