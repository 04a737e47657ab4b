"""Four validators: finality and crashes."""

import os
import random
import shutil
import statistics
import time

import pytest

from chain import SLOT_SECONDS
from evidence import check_honest
from watch import BACK_OFF_BLOCKS, Watcher, percentile

BLOCKS = 20


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
