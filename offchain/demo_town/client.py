"""Signs, sends and follows many transactions at once.

Nonces are kept here, so that an account can send several transactions for one block.
"""

import time
from hashlib import blake2b
from typing import Any, Callable, NamedTuple, Optional

from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

SS58_PREFIX = 42
ANSWER_SECONDS = 60
# The library knows bounded vectors by an older path, and takes others for tuples of one vector.
TYPES = {"types": {"bounded_collections::bounded_vec::BoundedVec": "BoundedVec"}}
# What the chain counts spans in.
TICK_MILLIS = 3_000
# For transactions to get into a block.
SETTLE_SECONDS = 90
POLL_SECONDS = 0.25


class ChainError(Exception):
    """The chain refused something."""


class Event(NamedTuple):
    """An event of a block that one of our transactions is in."""

    pallet: str
    name: str
    fields: Any


class Client:
    """A connection to one node."""

    def __init__(self, url: str):
        try:
            options = {"timeout": ANSWER_SECONDS}
            self.api = SubstrateInterface(
                url=url, ss58_format=SS58_PREFIX, type_registry=TYPES, ws_options=options
            )
        except Exception as error:
            raise ChainError(f"no node answers at {url}: {error}") from error
        self.genesis = bytes.fromhex(self.api.get_block_hash(0)[2:])
        self._slot_millis = self.api.get_constant("Babe", "ExpectedBlockTime").value
        self.sent = 0
        self._nonces: dict[str, int] = {}
        self._pending: dict[str, str] = {}
        self._seen = self.best()

    # ---- reading -----------------------------------------------------------------------------

    def best(self) -> int:
        """The number of the best block."""
        return int(self.api.rpc_request("chain_getHeader", [])["result"]["number"], 16)

    def tick(self) -> int:
        """The tick of the best block: spans of three seconds since the slot of the first."""
        first, slot = (self.query("Babe", item) for item in ("GenesisSlot", "CurrentSlot"))
        return (slot - first) * self._slot_millis // TICK_MILLIS

    def query(self, pallet: str, item: str, *keys: Any) -> Any:
        """What a storage item holds; its keys may be those of several maps, or of one tuple."""
        function = self.api.get_metadata_storage_function(pallet, item)
        if len(keys) > len(function.get_params_type_string()):
            keys = (keys,)
        return self.api.query(pallet, item, list(keys)).value

    def today(self) -> int:
        """The day by UTC."""
        return self.query("Timestamp", "Now") // 86_400_000

    def has(self, pallet: str) -> bool:
        """Whether the runtime has a pallet."""
        return any(it.name == pallet for it in self.api.get_metadata().pallets)

    def encode_argument(self, pallet: str, function: str, name: str, value: Any) -> bytes:
        """A value, encoded as the argument of a call."""
        arguments = self.api.get_metadata_call_function(pallet, function).args
        kind = next(it for it in arguments if it.name == name).type
        return bytes(self.api.encode_scale(kind, value).data)

    # ---- writing -----------------------------------------------------------------------------

    def call(self, pallet: str, function: str, **arguments: Any):
        """A call, not sent yet."""
        return self.api.compose_call(pallet, function, arguments)

    def batch(self, calls: list):
        """Calls that all succeed, or none."""
        return calls[0] if len(calls) == 1 else self.call("Utility", "batch_all", calls=calls)

    def send(self, call, key: Keypair, what: str, fee: Optional[int] = None) -> None:
        """Send a call; the fee is in OUR, or in a currency. `settle` says what became of it."""
        address = key.ss58_address
        if address not in self._nonces:
            nonce = self.api.rpc_request("system_accountNextIndex", [address])["result"]
            self._nonces[address] = nonce
        asset = None if fee is None else {"WithId": fee}
        extrinsic = self.api.create_signed_extrinsic(
            call, key, nonce=self._nonces[address], tip_asset_id=asset
        )
        raw = str(extrinsic.data)
        try:
            self.api.rpc_request("author_submitExtrinsic", [raw])
        except SubstrateRequestException as error:
            raise ChainError(f"{what}: {error}") from error
        self._nonces[address] += 1
        self._pending[_hash(raw)] = what
        self.sent += 1

    def forget(self, key: Keypair) -> None:
        """Count a key's transactions anew: the chain has forgotten its account."""
        self._nonces.pop(key.ss58_address, None)

    def settle(self, progress: Callable[[int], None] = lambda _: None) -> list[Event]:
        """Wait until all that was sent is in blocks; returns the events of those blocks."""
        events: list[Event] = []
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._pending:
            while self._pending and self._seen < self.best():
                self._seen += 1
                events += self._read(self._seen)
                progress(len(self._pending))
            if time.monotonic() > deadline:
                waiting = next(iter(self._pending.values()))
                raise ChainError(f"{waiting}: not in a block within {SETTLE_SECONDS} s")
            if self._pending:
                time.sleep(POLL_SECONDS)
        return events

    def wait_for_event(self, pallet: str, name: str, seconds: float = 60) -> Event:
        """Wait for an event in the blocks after those that were read."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            while self._seen < self.best():
                self._seen += 1
                for event in self._events(self._hash_of(self._seen)):
                    if (event[1].pallet, event[1].name) == (pallet, name):
                        return event[1]
            time.sleep(POLL_SECONDS)
        raise ChainError(f"there was no {pallet}.{name} within {seconds:.0f} s")

    # ---- internal ----------------------------------------------------------------------------

    def _hash_of(self, number: int) -> str:
        return self.api.rpc_request("chain_getBlockHash", [number])["result"]

    def _read(self, number: int) -> list[Event]:
        """Take note of our transactions in a block."""
        block_hash = self._hash_of(number)
        block = self.api.rpc_request("chain_getBlock", [block_hash])["result"]["block"]
        ours = {}
        for index, raw in enumerate(block["extrinsics"]):
            what = self._pending.pop(_hash(raw), None)
            if what is not None:
                ours[index] = what
        if not ours:
            return []
        found = []
        for index, event in self._events(block_hash):
            if index in ours:
                if (event.pallet, event.name) == ("System", "ExtrinsicFailed"):
                    raise ChainError(f"{ours[index]}: {self._reason(event.fields)}")
                found.append(event)
        return found

    def _events(self, block_hash: str) -> list[tuple[Optional[int], Event]]:
        return [
            (
                record.value.get("extrinsic_idx"),
                Event(
                    record.value["module_id"],
                    record.value["event_id"],
                    record.value["attributes"],
                ),
            )
            for record in self.api.get_events(block_hash)
        ]

    def _reason(self, fields: Any) -> str:
        """An error of dispatch, by its name."""
        error = fields["dispatch_error"] if isinstance(fields, dict) else fields[0]
        if isinstance(error, dict) and "Module" in error:
            index, code = error["Module"]["index"], error["Module"]["error"]
            code = int(code[2:4], 16) if isinstance(code, str) else code
            known = self.api.metadata.get_module_error(index, code)
            pallets = self.api.get_metadata().pallets
            pallet = next(it.name for it in pallets if it.value["index"] == index)
            return f"{pallet}.{known.name}"
        return str(error)


def key_of(path: str) -> Keypair:
    """The key of a development path, such as //Town//Baker."""
    return Keypair.create_from_uri(path, ss58_format=SS58_PREFIX)


def _hash(raw: str) -> str:
    return "0x" + blake2b(bytes.fromhex(raw[2:]), digest_size=32).hexdigest()
