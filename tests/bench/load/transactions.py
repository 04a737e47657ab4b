"""Puts transactions together and signs them, as a runtime's metadata says.

What is the same in all of them is encoded once: then signing is most of the work.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from decoding import fixed_width
from encoding import compact, encode
from hashing import blake2
from load.accounts import Key
from metadata import Extension, Metadata
from reader import LayoutError

# Signed transactions of the form that wallets make.
VERSION = 4
# The set of extensions that they have, of which later forms may have others.
EXTENSIONS = 0
SIGNED = 0x80 | VERSION
# A payload that is longer is signed by its hash.
LONGEST_PAYLOAD = 256
# Bytes of the length before a transaction in a file.
LENGTH = 4


class Chain(NamedTuple):
    """What a transaction says of the chain that it is for."""

    genesis: bytes
    spec_version: int
    transaction_version: int


class Maker:
    """Makes transactions of one chain: immortal, without a tip, the fee in the native token."""

    def __init__(self, metadata: Metadata, chain: Chain):
        self.metadata = metadata
        self.genesis = chain.genesis
        self._parts = metadata.transactions
        extensions = self._parts.extensions.get(EXTENSIONS)
        if VERSION not in self._parts.versions or extensions is None:
            raise LayoutError(f"the runtime takes no transactions of version {VERSION}")
        # The nonce stands between what precedes and what follows it.
        names = [extension.name for extension in extensions]
        place = names.index("CheckNonce")
        said = [self._explicit(extension) for extension in extensions]
        self._before, self._after = b"".join(said[:place]), b"".join(said[place + 1 :])
        self._implicit = b"".join(self._implied(extension, chain) for extension in extensions)
        # An address and a signature without what differs.
        self._address = encode(metadata, self._parts.address, ("Id", bytes(32)))[:-32]
        self._signature = encode(metadata, self._parts.signature, ("Sr25519", bytes(64)))[:-64]

    def call(self, pallet: str, function: str, **arguments: Any) -> bytes:
        """A call, encoded."""
        return encode(self.metadata, self._parts.call, (pallet, (function, arguments)))

    def argument(self, pallet: str, function: str, name: str, value: Any) -> bytes:
        """A value, encoded as an argument of a call."""
        calls = self.metadata.types[self._parts.call].parts
        (of_pallet,) = (it.fields[0].type for it in calls if it.name == pallet)
        functions = self.metadata.types[of_pallet].parts
        (fields,) = (it.fields for it in functions if it.name == function)
        (kind,) = (field.type for field in fields if field.name == name)
        return encode(self.metadata, kind, value)

    def transaction(self, call: bytes, key: Key, nonce: int) -> bytes:
        """A signed transaction, with its length before it."""
        explicit = self._before + compact(nonce) + self._after
        payload = call + explicit + self._implicit
        signature = key.sign(payload if len(payload) <= LONGEST_PAYLOAD else blake2(payload, 32))
        body = b"%c%b%b%b%b%b%b" % (
            *(SIGNED, self._address, key.public),
            *(self._signature, signature, explicit, call),
        )
        return compact(len(body)) + body

    # ---- internal ----------------------------------------------------------------------------

    def _explicit(self, extension: Extension) -> bytes:
        """What stands in the transaction; of the nonce, nothing."""
        values = {
            # Immortal.
            **dict.fromkeys(("CheckMortality", "CheckEra"), "Immortal"),
            "CheckMetadataHash": {"mode": "Disabled"},
            "ChargeTransactionPayment": 0,
            "ChargeAssetTxPayment": {"tip": 0, "asset_id": None},
        }
        if extension.name == "CheckNonce":
            return b""
        if extension.name in values:
            return encode(self.metadata, extension.explicit, values[extension.name])
        return self._nothing(extension.name, extension.explicit)

    def _implied(self, extension: Extension, chain: Chain) -> bytes:
        """What is signed, but doesn't stand in the transaction."""
        values = {
            "CheckSpecVersion": chain.spec_version,
            "CheckTxVersion": chain.transaction_version,
            # Whoever never expires counts from the first block.
            **dict.fromkeys(("CheckGenesis", "CheckMortality", "CheckEra"), chain.genesis),
            "CheckMetadataHash": None,
        }
        if extension.name in values:
            return encode(self.metadata, extension.implicit, values[extension.name])
        return self._nothing(extension.name, extension.implicit)

    def _nothing(self, name: str, number: int) -> bytes:
        if fixed_width(self.metadata, number) != 0:
            raise LayoutError(f"transactions have an extension {name}, which is not known here")
        return b""


def is_signed(transaction: str) -> bool:
    """Whether a transaction of a block, as nodes write it, isn't one of the block's author."""
    # Behind "0x" and the compact length.
    at = 2 + 2 * (1, 2, 4)[int(transaction[2:4], 16) & 3]
    return int(transaction[at : at + 2], 16) & 0x80 != 0


def write(path: Path, transactions: Iterable[bytes]) -> int:
    """Write transactions to a file; how many there were."""
    count = 0
    with path.open("wb") as file:
        for transaction in transactions:
            file.write(len(transaction).to_bytes(LENGTH, "little") + transaction)
            count += 1
    return count


def read(path: Path) -> Iterator[bytes]:
    """The transactions of a file."""
    with path.open("rb") as file:
        while length := file.read(LENGTH):
            yield file.read(int.from_bytes(length, "little"))
