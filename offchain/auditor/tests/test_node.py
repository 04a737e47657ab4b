"""A node is read by the runtimes that wrote what is read."""

from hashlib import blake2b
from types import SimpleNamespace

import pytest

from audit_check import node as module
from audit_check.node import CODE_KEY, Node, unbundled

KEYS = ["0xaa01", "0xaa02"]


class Api:
    """What the library and a node answer, and for which blocks they were asked."""

    runtime_config = metadata = None

    def __init__(self):
        self.asked = []

    def get_block_hash(self, block):
        return f"hash of {block}"

    def get_metadata_storage_function(self, pallet, item, block_hash=None):
        self.asked.append(block_hash)
        hashers = ["Identity"]
        return SimpleNamespace(
            get_params_type_string=lambda: ["u8"],
            get_param_hashers=lambda: hashers,
            get_value_type_string=lambda: "u8",
        )

    def decode_scale(self, kind, raw, block_hash=None, return_scale_obj=False):
        self.asked.append(block_hash)
        part = SimpleNamespace(value=int(raw, 16))
        return SimpleNamespace(value_object=[None, part]) if return_scale_obj else raw

    def rpc_request(self, method, params):
        result = {
            "state_getKeysPaged": KEYS if params[2:3] == ["0xaa"] else [],
            "state_queryStorageAt": [{"changes": [[key, "0x07"] for key in KEYS]}],
            "state_getRuntimeVersion": {"specVersion": 104},
            "state_getStorageHash": "0x0c",
            "state_getMetadata": "0x6d657461",
        }[method]
        if method not in ("state_getKeysPaged", "state_queryStorageAt"):
            self.asked.append(params[-1])
        if method == "state_getStorageHash":
            assert params[0] == CODE_KEY
        return {"result": result}


@pytest.fixture
def node(monkeypatch):
    monkeypatch.setattr(module, "SubstrateInterface", lambda **_: Api())
    key = SimpleNamespace(to_hex=lambda: "0xaa")
    create = SimpleNamespace(create_from_storage_function=lambda *_, **__: key)
    monkeypatch.setattr(module, "StorageKey", create)
    return Node("ws://node")


def test_state_is_read_by_the_runtime_of_its_block(node):
    assert node._map("Tax", "Claims", "hash of 5") == {"1": "0x07", "2": "0x07"}
    assert node.api.asked and set(node.api.asked) == {"hash of 5"}


@pytest.mark.parametrize("block, parent", [(5, 4), (1, 0), (0, 0)])
def test_runtime_that_wrote_a_block_is_that_of_its_parents_state(node, block, parent):
    told = node.writer(block)
    assert set(node.api.asked) == {f"hash of {parent}"}
    metadata = blake2b(b"meta", digest_size=32).hexdigest()
    assert told == {"specVersion": 104, "code": "0x0c", "metadata": f"0x{metadata}"}


def test_parts_of_bundles_are_fields_as_in_an_export():
    booking = {"period": 24_322, "invoice": {"seller": 2, "number": 5}, "buyer": None}
    fields = {"booking": booking, "left": {"gross": 7}, "amount": 9}
    found = unbundled(fields)
    assert list(found) == ["period", "seller", "number", "buyer", "left", "amount"]
    assert (found["number"], found["left"]) == (5, {"gross": 7})
    # Events of older runtimes have them as such.
    assert unbundled({"seller": 2, "number": 5}) == {"seller": 2, "number": 5}
