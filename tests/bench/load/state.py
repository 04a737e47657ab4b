"""Reads a chain through a node: its metadata, its blocks, its state."""

import time
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple, Optional

from ourledger_net import NetworkError, Rpc

from decoding import decoded
from encoding import encode
from hashing import storage_key
from load.transactions import Chain
from metadata import ask_metadata
from reader import LayoutError, Reader

# Entries in one question: answers stay well below what a node sends.
KEYS_AT_ONCE = 2_000
POLL_SECONDS = 0.2


class Weights(NamedTuple):
    """Picoseconds of reference time that the runtime's limits are made of."""

    base_block: int
    # Of a transaction, before its call and extensions.
    base: int
    # All normal transactions of a block together.
    normal: int


class State:
    """What a node knows of its chain."""

    def __init__(self, rpc: Rpc):
        self.rpc = rpc
        self.metadata = ask_metadata(rpc)
        version = rpc.call("state_getRuntimeVersion")
        self.chain = Chain(
            bytes.fromhex(rpc.block_hash(0)[2:]),
            version["specVersion"],
            version["transactionVersion"],
        )

    def call_runtime(self, method: str, data: str) -> bytes:
        """What a runtime API answers."""
        return bytes.fromhex(self.rpc.call("state_call", method, data)[2:])

    # ---- constants and weights ---------------------------------------------------------------

    def constant(self, pallet: str, name: str) -> Any:
        """A constant of the runtime."""
        constant = self.metadata.constant(pallet, name)
        return decoded(self.metadata, constant.type, constant.value)

    def weights(self) -> Weights:
        """How much fits in a block."""
        limits = self.constant("System", "BlockWeights")
        normal = limits["per_class"]["normal"]
        if normal["max_total"] is None:
            raise LayoutError("the runtime has no limit for normal transactions")
        return Weights(
            limits["base_block"]["ref_time"],
            normal["base_extrinsic"]["ref_time"],
            normal["max_total"]["ref_time"],
        )

    def declared(self, transaction: bytes) -> int:
        """The weight of a transaction without its base: of its call and extensions."""
        asked = "0x" + (transaction + len(transaction).to_bytes(4, "little")).hex()
        told = Reader(self.call_runtime("TransactionPaymentApi_query_info", asked))
        return told.compact()

    def slot_seconds(self) -> float:
        """The time from block to block."""
        return self.constant("Babe", "ExpectedBlockTime") / 1000

    # ---- state -------------------------------------------------------------------------------

    def key(self, pallet: str, name: str, *keys: Any) -> str:
        """The key of an entry."""
        item = self.metadata.item(pallet, name)
        if item.key is None:
            return storage_key(self.metadata, pallet, name)
        kinds = [item.key]
        if len(item.hashers) > 1:
            kinds = self.metadata.types[item.key].parts
        encoded = [encode(self.metadata, kind, key) for kind, key in zip(kinds, keys)]
        return storage_key(self.metadata, pallet, name, *encoded)

    def entry(self, pallet: str, name: str, *keys: Any, at: Optional[str] = None) -> Any:
        """What an entry holds; none if it isn't there."""
        block = [at] if at else []
        told = self.rpc.call("state_getStorage", self.key(pallet, name, *keys), *block)
        return self._value(pallet, name, told)

    def entries(self, pallet: str, name: str, keys: Sequence[Any], at: str) -> list[Any]:
        """What entries hold, many at once. Of a map with several keys, each is a tuple."""
        values: list[Any] = []
        for first in range(0, len(keys), KEYS_AT_ONCE):
            some = [
                self.key(pallet, name, *(key if isinstance(key, tuple) else (key,)))
                for key in keys[first : first + KEYS_AT_ONCE]
            ]
            (changes,) = self.rpc.call("state_queryStorageAt", some, at)
            told = dict(changes["changes"])
            values += [self._value(pallet, name, told[key]) for key in some]
        return values

    def raw(self, pallet: str, name: str, at: str) -> bytes:
        """What a value that isn't a map holds, encoded; nothing if it isn't there."""
        told = self.rpc.call("state_getStorage", self.key(pallet, name), at)
        return bytes.fromhex((told or "0x")[2:])

    # ---- waiting -----------------------------------------------------------------------------

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until something is so; fail with what was waited for."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise NetworkError(f"{what} did not come about within {seconds:.0f} s")
            time.sleep(POLL_SECONDS)

    # ---- internal ----------------------------------------------------------------------------

    def _value(self, pallet: str, name: str, told: Optional[str]) -> Any:
        if told is None:
            return None
        number = self.metadata.item(pallet, name).value
        return decoded(self.metadata, number, bytes.fromhex(told[2:]))
