"""Four validators: finality, crashes, an upgrade."""

import hashlib
import os
import random
import re
import shutil
import statistics
import time
from pathlib import Path
from typing import Optional

import pytest

from chain import SLOT_SECONDS, Chain, enact, key_of
from evidence import check_honest
from upgrade import compressed
from watch import BACK_OFF_BLOCKS, Watcher, percentile, wait_until

BLOCKS = 20
# As a node says which authorised runtime it has compiled, and how long that took.
COMPILED = re.compile(r"Compiled the authorised runtime \S+ \d+ in (\d+) ms")
# As a validator says which block it makes.
AUTHORED = re.compile(r"Prepared block for proposing at (\d+)")


@pytest.fixture(scope="module")
def network(new_network):
    # They compile for themselves, so that it can be seen what they compile.
    with new_network("four", "local_testnet", validators=4, shares=False) as network:
        yield network


@pytest.fixture(autouse=True)
def everyone_runs(network):
    """A test that failed half-way must not make the next ones fail."""
    network.start_stopped()


def test_four_validators_finalise(network, measured):
    with Watcher(network) as watcher:
        network.wait_for_finality(BLOCKS)

    lags = watcher.lags()
    measured(
        "finality lag", f"median {statistics.median(lags)}, p95 {percentile(lags, 0.95)} blocks"
    )
    measured("memory of a validator", f"{max(node.memory_mib() for node in network)} MiB")
    # Authors slow down when finality is that far behind: a network that finalises never gets there.
    assert max(lags) < BACK_OFF_BLOCKS
    watcher.check_finality()
    check_honest(network)


@pytest.mark.timeout(3600)
def test_killed_validators_come_back_and_nothing_final_is_lost(network, full, measured):
    """Every third kill hits all four at once; never the same one twice in a row.

    With one validator down all others have to vote. So each kill but the first also shows that the
    one killed before votes again.
    """
    kills = 50 if full else 6
    seed = int(os.environ.get("OURLEDGER_E2E_SEED", random.randrange(1_000_000)))
    measured("kills", f"{kills} (OURLEDGER_E2E_SEED={seed})")
    chance = random.Random(seed)
    rejoined, resumed = [], []
    victim = None
    with Watcher(network) as watcher:
        for kill in range(1, kills + 1):
            # Any moment of a slot is as good as any other; and of the rounds of finality, of which
            # a slot has two.
            time.sleep(chance.uniform(0, 2 * SLOT_SECONDS))
            if kill % 3:
                victim = chance.choice([node for node in network if node is not victim])
                rejoined.append(kill_one(network, victim))
            else:
                resumed.append(kill_all(network))
    measured("rejoined after", f"at most {max(rejoined):.1f} s")
    measured("finality resumed after", f"at most {max(resumed):.1f} s")
    blocks, highest = watcher.check_finality()
    measured("final blocks compared", f"{blocks} up to number {highest}")
    check_honest(network)


def kill_one(network, victim) -> float:
    """Kill a validator; seconds from its restart until it has caught up."""
    victim.kill()
    network.wait_for_finality(2)
    target = network.finalised_number()
    began = time.monotonic()
    network.start_stopped()
    victim.wait_for_finalised(target)
    return time.monotonic() - began


def kill_all(network) -> float:
    """Kill all validators at once; seconds from their restart until finality goes on."""
    target = network.finalised_number() + 1
    for node in network:
        node.kill()
    began = time.monotonic()
    network.start_stopped()
    for node in network:
        node.wait_for_finalised(target)
    return time.monotonic() - began


@pytest.mark.parametrize("kept", [True, False], ids=["older", "none"])
def test_validator_with_an_older_database_does_not_sign_twice(network, kept):
    """What a kill at the worst moment leaves, made on purpose: blocks and votes forgotten.

    Without a database even the blocks are gone that the node has voted for; it listens first.
    """
    dave = network["dave"]
    dave.stop()
    (database,) = dave.base_path.glob("chains/*/paritydb")
    older = dave.folder / "older-database"
    shutil.copytree(database, older)

    with Watcher(network) as watcher:
        network.start_stopped()
        dave.wait_for_finalised(network.finalised_number() + 5)
        dave.kill()
        shutil.rmtree(database)
        if kept:
            older.rename(database)
        network.start_stopped()
        network.wait_for_finality(5)

        # It votes again, or else the others could not go on without one of them.
        network["alice"].kill()
        network.wait_for_finality(3)
        network.start_stopped()
    watcher.check_finality()
    check_honest(network)


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
