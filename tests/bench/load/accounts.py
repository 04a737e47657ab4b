"""Accounts whose keys derive from their numbers, so that as many as a load needs take seconds."""

from collections.abc import Iterable
from typing import NamedTuple

import sr25519

from hashing import blake2

SS58_PREFIX = 42
SS58_TAG = b"SS58PRE"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Key(NamedTuple):
    """A pair of sr25519."""

    public: bytes
    secret: bytes

    def sign(self, message: bytes) -> bytes:
        """Its signature over a message."""
        return sr25519.sign((self.public, self.secret), message)

    @classmethod
    def of_seed(cls, seed: bytes) -> "Key":
        """The key of a seed of 32 bytes."""
        return cls(*sr25519.pair_from_seed(seed))


# That of //Alice, which every wallet of the SDK knows: the council of a development chain.
ALICE = Key.of_seed(
    bytes.fromhex("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a")
)


def keys(purpose: str, count: int) -> list[Key]:
    """The first of the keys for a purpose."""
    seeds = (f"ourledger bench {purpose} {number}" for number in range(count))
    return [Key.of_seed(blake2(seed.encode(), 32)) for seed in seeds]


def address(public: bytes) -> str:
    """An account as chain specifications name it."""
    body = bytes([SS58_PREFIX]) + public
    checked = body + blake2(SS58_TAG + body, 64)[:2]
    number, letters = int.from_bytes(checked, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = BASE58[digit] + letters
    # The prefix isn't zero, so no zeros lead.
    return letters


def addresses(of: Iterable[Key]) -> list[str]:
    """Accounts as chain specifications name them."""
    return [address(key.public) for key in of]
