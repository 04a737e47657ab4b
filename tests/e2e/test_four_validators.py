"""Four validators: finality, crashes, an upgrade."""

import hashlib
import os
import random
import shutil
import statistics
import time
from pathlib import Path

import pytest

from chain import SLOT_SECONDS, Chain, enact, key_of
from evidence import check_honest
from upgrade import compressed
from watch import Watcher, percentile

BLOCKS = 20
MAX_LAG_BLOCKS = 4
# Of the machine's, not of the network's, clock: two busy cores start a node in several seconds.
REJOIN_SECONDS = 60
RESUME_SECONDS = 90
# Slots in a row in which finality may stand still during an upgrade.
MAX_STALL_BLOCKS = 3


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("four", "local_testnet", validators=4) as network:
        yield network


@pytest.fixture(autouse=True)
def everyone_runs(network):
    """A test that failed half-way must not make the next ones fail."""
    network.start_stopped()


def test_four_validators_finalise(network, measured):
    with Watcher(network) as watcher:
        network.wait_for_finality(BLOCKS, BLOCKS * SLOT_SECONDS * 2)

    lags = watcher.lags()
    measured(
        "finality lag", f"median {statistics.median(lags)}, p95 {percentile(lags, 0.95)} blocks"
    )
    measured("memory of a validator", f"{max(node.memory_mib() for node in network)} MiB")
    assert percentile(lags, 0.95) <= MAX_LAG_BLOCKS
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
            # Any moment of a slot is as good as any other.
            time.sleep(chance.uniform(0, SLOT_SECONDS))
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
    network.wait_for_finality(2, 60)
    target = network.finalised_number()
    began = time.monotonic()
    network.start_stopped()
    victim.wait_for_finalised(target, REJOIN_SECONDS)
    return time.monotonic() - began


def kill_all(network) -> float:
    """Kill all validators at once; seconds from their restart until finality goes on."""
    target = network.finalised_number() + 1
    for node in network:
        node.kill()
    began = time.monotonic()
    network.start_stopped()
    for node in network:
        node.wait_for_finalised(target, RESUME_SECONDS)
    return time.monotonic() - began


def test_validator_with_an_older_database_does_not_sign_twice(network):
    """What a kill at the worst moment leaves, made on purpose: blocks and votes forgotten."""
    dave = network["dave"]
    dave.stop()
    (database,) = dave.base_path.glob("chains/*/paritydb")
    older = dave.folder / "older-database"
    shutil.copytree(database, older)

    with Watcher(network) as watcher:
        network.start_stopped()
        dave.wait_for_finalised(network.finalised_number() + 5, REJOIN_SECONDS)
        dave.kill()
        shutil.rmtree(database)
        older.rename(database)
        network.start_stopped()
        network.wait_for_finality(5, REJOIN_SECONDS)

        # It votes again, or else the others could not go on without one of them.
        network["alice"].kill()
        network.wait_for_finality(3, REJOIN_SECONDS)
        network.start_stopped()
    watcher.check_finality()
    check_honest(network)


@pytest.mark.alone
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
        apply = chain.call("System", "apply_authorized_upgrade", code="0x" + code.hex())
        since = chain.rpc.finalised().number
        # Anyone may: the code is the one that was authorised.
        chain.send(apply, key_of("eve"))
        upgraded = chain.wait_for_event("System", "CodeUpdated", since, 60)
        # The new runtime makes the blocks after this one.
        network.wait_for_finality(10, 90)

    for node in network:
        assert node.rpc.spec_version() == old_version + 1
    measured("upgrade", f"version {old_version} to {old_version + 1} in block {upgraded.block}")
    measured("longest time without a new final block", f"{watcher.longest_stall():.1f} s")
    assert watcher.longest_stall() < (MAX_STALL_BLOCKS + 1) * SLOT_SECONDS
    watcher.check_finality()
    check_honest(network)
    # Transactions are signed for the new version, so it is what runs.
    Chain(network["bob"]).send(chain.call("System", "remark", remark="0x00"), key_of("ferdie"))
