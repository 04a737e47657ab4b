"""Encodes values as a runtime's types say."""

from typing import Any

from metadata import Field, Metadata
from reader import LayoutError


class Encoded(bytes):
    """A value that is encoded already, such as a call within a call."""


def compact(number: int) -> bytes:
    """A number in the compact form of lengths."""
    for mode, width in enumerate((1, 2, 4)):
        if number < 1 << (8 * width - 2):
            return (number << 2 | mode).to_bytes(width, "little")
    length = (number.bit_length() + 7) // 8
    return bytes([(length - 4) << 2 | 3]) + number.to_bytes(length, "little")


def encode(metadata: Metadata, number: int, value: Any) -> bytes:
    """The value, as the type with this number.

    Structs and fields of variants are dictionaries that name every field and no other, so that
    nothing is left out unnoticed when a type changes. A variant is its name, or its name and its
    fields. An option is None or what is in it. Structs with one nameless field are what is in them.
    """
    if isinstance(value, Encoded):
        return value
    kind = metadata.types[number]
    if kind.shape == "primitive":
        return _primitive(kind.parts, value)
    if kind.shape == "compact":
        return compact(value)
    if kind.shape == "sequence":
        return compact(len(value)) + _elements(metadata, kind.parts, value)
    if kind.shape == "array":
        length, element = kind.parts
        if len(value) != length:
            raise LayoutError(f"an array has {length} elements here, not {len(value)}")
        return _elements(metadata, element, value)
    if kind.shape == "tuple":
        return _fields(metadata, [Field(None, part) for part in kind.parts], value)
    if kind.shape == "struct":
        return _fields(metadata, kind.parts, value)
    if kind.shape == "enum" and kind.path == ["Option"]:
        if value is None:
            return b"\0"
        return b"\1" + encode(metadata, kind.parts[1].fields[0].type, value)
    if kind.shape == "enum":
        name, inner = value if isinstance(value, tuple) else (value, ())
        for variant in kind.parts:
            if variant.name == name:
                return bytes([variant.index]) + _fields(metadata, variant.fields, inner)
        raise LayoutError(f"{'::'.join(kind.path)} has no variant {name}")
    raise LayoutError(f"values of the shape {kind.shape} are not expected")


def _primitive(name: str, value: Any) -> bytes:
    if name == "bool":
        return bytes([value])
    if name == "str":
        return compact(len(value.encode())) + value.encode()
    if name[0] not in "ui":
        raise LayoutError(f"values of the type {name} are not expected")
    return value.to_bytes(int(name[1:]) // 8, "little", signed=name[0] == "i")


def _elements(metadata: Metadata, number: int, values: Any) -> bytes:
    if isinstance(values, bytes):
        if metadata.types[number].parts != "u8":
            raise LayoutError("bytes were given for a list of something else")
        return values
    return b"".join(encode(metadata, number, value) for value in values)


def _fields(metadata: Metadata, fields: list[Field], values: Any) -> bytes:
    if len(fields) == 1 and fields[0].name is None:
        return encode(metadata, fields[0].type, values)
    names = [field.name for field in fields]
    if isinstance(values, dict):
        if set(values) != set(names):
            raise LayoutError(f"expected the fields {sorted(values)}, but there are {names}")
        values = [values[name] for name in names]
    if len(values) != len(fields):
        raise LayoutError(f"expected {len(values)} fields, but there are {len(fields)}")
    return b"".join(encode(metadata, field.type, value) for field, value in zip(fields, values))
