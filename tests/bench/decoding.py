"""Decodes values as a runtime's types say: the other way round of `encoding`."""

from typing import Any, Optional

from metadata import Field, Metadata
from reader import LayoutError, Reader


def decoded(metadata: Metadata, number: int, data: bytes) -> Any:
    """The value in `data`, which is of the type with this number and nothing else."""
    reader = Reader(data)
    value = decode(metadata, number, reader)
    if reader.position != len(data):
        raise LayoutError(f"{len(data) - reader.position} bytes are left of a value")
    return value


def decode(metadata: Metadata, number: int, reader: Reader) -> Any:
    """The value that the reader has before it. It has the form that `encoding` takes, but for lists
    and arrays of bytes, which are bytes."""
    kind = metadata.types[number]
    if kind.shape == "primitive":
        return _primitive(kind.parts, reader)
    if kind.shape == "compact":
        return reader.compact()
    if kind.shape == "sequence":
        return _elements(metadata, kind.parts, reader.compact(), reader)
    if kind.shape == "array":
        length, element = kind.parts
        return _elements(metadata, element, length, reader)
    if kind.shape == "tuple":
        return _fields(metadata, [Field(None, part) for part in kind.parts], reader)
    if kind.shape == "struct":
        return _fields(metadata, kind.parts, reader)
    if kind.shape == "enum":
        index = reader.u8()
        for variant in kind.parts:
            if variant.index == index:
                value = _fields(metadata, variant.fields, reader)
                if kind.path == ["Option"]:
                    return value if variant.fields else None
                return (variant.name, value) if variant.fields else variant.name
        raise LayoutError(f"{'::'.join(kind.path)} has no variant with the index {index}")
    raise LayoutError(f"values of the shape {kind.shape} are not expected")


def skip(metadata: Metadata, number: int, reader: Reader) -> None:
    """Go past a value."""
    width = fixed_width(metadata, number)
    if width is not None:
        reader.raw(width)
    else:
        decode(metadata, number, reader)


def fixed_width(metadata: Metadata, number: int) -> Optional[int]:
    """How many bytes every value of a type has, if all have as many."""
    kind = metadata.types[number]
    if kind.shape == "primitive":
        return _width_of_primitive(kind.parts)
    if kind.shape == "array":
        length, element = kind.parts
        width = fixed_width(metadata, element)
        return None if width is None else length * width
    if kind.shape in ("tuple", "struct"):
        parts = kind.parts if kind.shape == "tuple" else [field.type for field in kind.parts]
        return sum_of_widths(metadata, parts)
    return None


def sum_of_widths(metadata: Metadata, numbers: list[int]) -> Optional[int]:
    """How many bytes values of these types have together, if they always have as many."""
    widths = [fixed_width(metadata, number) for number in numbers]
    return None if None in widths else sum(widths)


# ---- internal --------------------------------------------------------------------------------


def _width_of_primitive(name: str) -> Optional[int]:
    if name == "bool":
        return 1
    return int(name[1:]) // 8 if name[0] in "ui" else None


def _primitive(name: str, reader: Reader) -> Any:
    if name == "bool":
        return bool(reader.u8())
    if name == "str":
        return reader.text()
    width = _width_of_primitive(name)
    if width is None:
        raise LayoutError(f"values of the type {name} are not expected")
    return int.from_bytes(reader.raw(width), "little", signed=name[0] == "i")


def _elements(metadata: Metadata, number: int, count: int, reader: Reader) -> Any:
    if metadata.types[number].parts == "u8":
        return reader.raw(count)
    return [decode(metadata, number, reader) for _ in range(count)]


def _fields(metadata: Metadata, fields: list[Field], reader: Reader) -> Any:
    values = [decode(metadata, field.type, reader) for field in fields]
    if len(fields) == 1 and fields[0].name is None:
        return values[0]
    if fields and fields[0].name is not None:
        return {field.name: value for field, value in zip(fields, values)}
    return values
