"""A runtime upgrade of four validators."""

import hashlib
import os
import re
from pathlib import Path
from typing import Optional

import pytest

from chain import Chain, enact, key_of
from evidence import check_honest
from upgrade import compressed
from watch import Watcher, wait_until

# As a node says which authorised runtime it has compiled, and how long that took.
COMPILED = re.compile(r"Compiled the authorised runtime \S+ \d+ in (\d+) ms")
# As a validator says which block it makes.
AUTHORED = re.compile(r"Prepared block for proposing at (\d+)")


@pytest.fixture(scope="module")
def network(new_network):
    # They compile for themselves, so that it can be seen what they compile.
    with new_network("upgrade", "local_testnet", validators=4, shares=False) as network:
        yield network


def test_upgrade_does_not_stop_finality(network, measured):
    wasm = os.environ.get("OURLEDGER_UPGRADE_WASM")
    if not wasm:
        pytest.skip("OURLEDGER_UPGRADE_WASM does not name a runtime to upgrade to")
    code = compressed(Path(wasm))
    chain = Chain(network["alice"])
    old_version = chain.rpc.spec_version()

    network.wait_for_finality()
    with Watcher(network) as watcher:
        code_hash = "0x" + hashlib.blake2b(code, digest_size=32).hexdigest()
        enact(
            chain, chain.call("System", "authorize_upgrade", code_hash=code_hash), ["alice", "bob"]
        )
        # Who publishes the code gives the validators the time to compile it.
        publish = chain.call("Preimage", "note_preimage", bytes="0x" + code.hex())
        chain.send(publish, key_of("eve"))
        wait_until(lambda: all(map(last_compiled, network)), "compiled code")
        compiled = {node.name: compiled_by(node) for node in network}
        apply = chain.call("System", "apply_authorized_upgrade", code="0x" + code.hex())
        since = chain.rpc.finalised().number
        # Anyone may: the code is the one that was authorised.
        chain.send(apply, key_of("eve"))
        upgraded = chain.wait_for_event("System", "CodeUpdated", since).block
        # The new runtime makes the blocks after that one, and all four make some.
        wait_until(
            lambda: all(last_authored(node) > upgraded + 1 for node in network), "new blocks"
        )
        network.wait_for_finality(10)

    for node in network:
        final = node.rpc.finalised()
        assert final.number > upgraded
        assert node.rpc.spec_version(final.hash) == old_version + 1
        assert node.rpc.spec_version(node.rpc.block_hash(upgraded - 1)) == old_version
        # Nobody compiled again when the chain came to run it.
        assert compiled_by(node) == compiled[node.name]
    measured("upgrade", f"version {old_version} to {old_version + 1} in block {upgraded}")
    measured("longest time without a new final block", f"{watcher.longest_stall():.1f} s")
    seconds = [int(found[1]) / 1000 for found in map(last_compiled, network)]
    measured("compiling beforehand", f"{min(seconds):.1f} to {max(seconds):.1f} s")
    watcher.check_finality()
    check_honest(network)
    # Transactions are signed for the new version, so it is what runs.
    Chain(network["bob"]).send(chain.call("System", "remark", remark="0x00"), key_of("ferdie"))


def last_authored(node) -> int:
    """The number of the last block that a validator made."""
    return max(map(int, AUTHORED.findall(node.log())), default=0)


def last_compiled(node) -> Optional[re.Match]:
    """What a node says of the authorised runtime that it compiled."""
    return COMPILED.search(node.log())


def compiled_by(node) -> set[str]:
    """What a node has compiled: the files, but for those that count how often they are used."""
    files = (path for path in node.compiled_runtimes.rglob("*") if path.is_file())
    return {path.name for path in files if path.suffix != ".stats"}
