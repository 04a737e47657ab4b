"""Reads events and state from a node."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Callable

from substrateinterface import SubstrateInterface
from substrateinterface.storage import StorageKey

from .events import PALLETS, Event
from .values import account

ANSWER_SECONDS = 60
PAGE = 500
# Where a state has its runtime.
CODE_KEY = "0x" + b":code".hex()
# Fields of which an export has the parts, each as a field of its own.
BUNDLES = ("booking", "invoice")
# Before each part of a key stands its hash.
HASH_BYTES = {"Blake2_128Concat": 16, "Twox64Concat": 8, "Identity": 0}


class NodeError(Exception):
    """The node can't be read."""


class Node:
    """A connection to a node that keeps the state of every block, as `scripts/run` starts it."""

    def __init__(self, url: str):
        try:
            options = {"timeout": ANSWER_SECONDS}
            self.api = SubstrateInterface(url=url, ss58_format=42, ws_options=options)
        except Exception as error:
            raise NodeError(f"no node answers at {url}: {error}") from error

    def finalised(self) -> int:
        """The number of the last finalised block."""
        return self.api.get_block_number(self.api.get_chain_finalised_head())

    def block_hash(self, block: int) -> str:
        """The hash of a block of the best chain."""
        found = self.api.get_block_hash(block)
        if found is None:
            raise NodeError(f"there is no block {block}")
        return found

    def writer(self, block: int) -> dict[str, Any]:
        """The runtime that wrote a block: that in the state of its parent."""
        at = self.block_hash(max(block - 1, 0))
        metadata = bytes.fromhex(self._ask("state_getMetadata", at)[2:])
        return {
            "specVersion": self._ask("state_getRuntimeVersion", at)["specVersion"],
            "code": self._ask("state_getStorageHash", CODE_KEY, at),
            "metadata": "0x" + blake2b(metadata, digest_size=32).hexdigest(),
        }

    # ---- events ------------------------------------------------------------------------------

    def events(self, first: int, last: int) -> Iterator[Event]:
        """The events of a range of blocks, in order.

        The library reads a block by the runtime of its parent's state, which wrote it.
        """
        for block in range(first, last + 1):
            try:
                records = self.api.get_events(self.block_hash(block))
            except Exception as error:
                raise NodeError(f"the events of block {block} can't be read: {error}") from error
            for index, record in enumerate(records):
                value = record.value
                if value["module_id"] in PALLETS:
                    fields = value["attributes"]
                    fields = fields if isinstance(fields, dict) else {}
                    extrinsic = value.get("extrinsic_idx")
                    name = value["event_id"]
                    fields = unbundled(plain(fields))
                    yield Event(block, extrinsic, index, value["module_id"], name, fields)

    # ---- state -------------------------------------------------------------------------------

    def state(self, block: int) -> dict[str, Any]:
        """Everything that the audit compares, as it is in a block."""
        at = self.block_hash(block)
        readers: dict[str, Callable[[str], dict[str, Any]]] = {
            "supplies": self._supplies,
            "balances": self._balances,
            "debts": self._debts,
            "set aside": self._set_aside,
            "credits": lambda at: self._map("Tax", "Accounts", at),
            "treasuries": lambda at: self._map("Tax", "Treasuries", at),
            "statements": lambda at: self._map("Tax", "Statements", at),
            "turnovers": lambda at: self._map("Tax", "Turnovers", at),
            "claims": lambda at: self._map("Tax", "Claims", at),
            "books": lambda at: self._map("Commerce", "Books", at),
            "invoices": self._invoices,
        }
        return {"block": block, **{topic: read(at) for topic, read in readers.items()}}

    def _map(self, pallet: str, item: str, at: str) -> dict[str, Any]:
        """A storage map; parts of keys are joined by slashes."""
        try:
            return dict(self._entries(pallet, item, at))
        except Exception as error:
            raise NodeError(f"{pallet}.{item} can't be read: {error}") from error

    def _entries(self, pallet: str, item: str, at: str) -> Iterator[tuple[str, Any]]:
        # By hand: the library loses parts of keys that have more than two. Without the block, it
        # would read by the newest runtime, whatever state it reads.
        function = self.api.get_metadata_storage_function(pallet, item, block_hash=at)
        types, hashers = function.get_params_type_string(), function.get_param_hashers()
        parts = [f"[u8; {HASH_BYTES[one]}], {other}" for one, other in zip(hashers, types)]
        key_type, value_type = f"({', '.join(parts)})", function.get_value_type_string()
        prefix = StorageKey.create_from_storage_function(
            pallet, item, [], runtime_config=self.api.runtime_config, metadata=self.api.metadata
        ).to_hex()
        start = prefix
        while True:
            keys = self._ask("state_getKeysPaged", prefix, PAGE, start, at)
            if not keys:
                return
            start = keys[-1]
            (group,) = self._ask("state_queryStorageAt", keys, at)
            for key, value in group["changes"]:
                raw = "0x" + key[len(prefix) :]
                decoded = self.api.decode_scale(key_type, raw, block_hash=at, return_scale_obj=True)
                name = "/".join(_flat([part.value for part in decoded.value_object[1::2]]))
                yield name, plain(self.api.decode_scale(value_type, value, block_hash=at))

    def _ask(self, method: str, *params: Any) -> Any:
        answer = self.api.rpc_request(method, list(params))
        if "error" in answer:
            raise NodeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _supplies(self, at: str) -> dict[str, Any]:
        return {key: it["supply"] for key, it in self._map("Assets", "Asset", at).items()}

    def _balances(self, at: str) -> dict[str, Any]:
        accounts = self._map("Assets", "Account", at)
        return {_by_account(key): it["balance"] for key, it in accounts.items()}

    def _debts(self, at: str) -> dict[str, Any]:
        lines = self._map("Currencies", "CreditLines", at)
        return {_by_account(key): it["debt"] for key, it in lines.items()}

    def _set_aside(self, at: str) -> dict[str, Any]:
        # Before the upgrade that brought it, nothing was set aside.
        metadata = self.api.get_metadata(block_hash=at)
        storage = next(it for it in metadata.pallets if it.name == "Currencies").storage or []
        if "SetAside" not in [it.value["name"] for it in storage]:
            return {}
        kept = self._map("Currencies", "SetAside", at)
        return {_by_account(key): it for key, it in kept.items()}

    def _invoices(self, at: str) -> dict[str, Any]:
        found = {}
        for key, it in self._map("Commerce", "Invoices", at).items():
            bill = it["bill"]
            found[key] = {
                "gross": bill["gross"],
                "paid": bill["paid"],
                "escrowed": it["escrowed"],
            }
        return found


def plain(value: Any) -> Any:
    """A value of JSON."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def unbundled(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event as in an export."""
    found = {}
    for name, value in fields.items():
        is_bundle = name in BUNDLES and isinstance(value, dict)
        found.update(unbundled(value) if is_bundle else {name: value})
    return found


def _flat(key: Any) -> list[str]:
    """The parts of a key, however they are nested."""
    if isinstance(key, (list, tuple)):
        return [part for one in key for part in _flat(one)]
    return [str(key)]


def _by_account(key: str) -> str:
    currency, who = key.split("/")
    return f"{currency}/{account(who)}"
