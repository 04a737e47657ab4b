"""A seller's chain of receipts: each link hashes the one before it and what it is about.

Hashes are BLAKE2b of 32 bytes, over the fields in SCALE: whole numbers, lowest byte first.
"""

from hashlib import blake2b
from typing import Any, Optional

# What stands before a seller's first link.
FIRST = bytes(32)
# What the link of a credit note begins with, after the one before it.
NOTE_TAG = b"ourledger/note/1"
# The hash of a document of which nothing is said.
NOTHING = "00" * 32

# Net, tax, tip, and what they come to.
Totals = tuple[int, int, int, int]


def totals(bill: Any) -> Totals:
    """What a bill comes to."""
    return bill.net, bill.tax, bill.tip, bill.gross


def of_invoice(previous: bytes, trade: Any, bill: Any, document: str) -> bytes:
    """The link of an invoice, as it is issued."""
    core = _u64(trade.seller) + _u64(trade.number) + _option(trade.buyer)
    core += b"".join(_u32(it) for it in (trade.jurisdiction, trade.currency, trade.supply))
    return _hash(previous + core + _amounts(totals(bill)) + bytes.fromhex(document))


def of_note(
    previous: bytes,
    trade: Any,
    number: int,
    day: int,
    before: Totals,
    left: Totals,
    document: str,
) -> bytes:
    """The link of a note, which has a number of its own, as it takes effect."""
    taken = tuple(was - now for was, now in zip(before, left))
    core = _u64(trade.seller) + _u64(number) + _u64(trade.number) + _u32(day)
    core += _amounts(taken) + _amounts(left) + bytes.fromhex(document)
    return _hash(previous + NOTE_TAG + core)


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _option(number: Optional[int]) -> bytes:
    return b"\0" if number is None else b"\1" + _u64(number)


def _amounts(amounts: tuple[int, ...]) -> bytes:
    return b"".join(amount.to_bytes(16, "little") for amount in amounts)
