"""Reads SCALE-encoded bytes, whose types the reader knows."""

from typing import Callable, Optional, TypeVar

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
            raise LayoutError("something ends too early")
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
