"""The development chain: one validator, and a council of one."""

import statistics
import time

import pytest

from chain import SLOT_SECONDS, Chain, enact
from evidence import damage
from watch import Watcher, percentile

# Enough for a percentile to mean something.
BLOCKS = 40
MAX_LAG_BLOCKS = 4


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("dev", "dev", validators=1) as network:
        yield network


@pytest.fixture(autouse=True)
def everyone_runs(network):
    """A test that failed half-way must not make the next ones fail."""
    network.start_stopped()


@pytest.fixture
def node(network):
    return network["alice"]


def test_council_of_one_enacts_a_root_call(node):
    chain = Chain(node)
    remark = "0x6f7572"
    # Only Root may set storage.
    call = chain.call("System", "set_storage", items=[("0x6f75726b6579", remark)])

    queued_at = chain.rpc.best_number()
    enacted = enact(chain, call, ["alice"])

    assert chain.rpc.call("state_getStorage", "0x6f75726b6579") == remark
    # In the next block, as there is no timelock; one more for the motion to get into a block.
    assert enacted.block <= queued_at + 4


def test_motion_alone_is_not_root(node):
    chain = Chain(node)
    call = chain.call("System", "set_storage", items=[("0x00", "0x01")])
    with pytest.raises(AssertionError, match="BadOrigin"):
        chain.pass_motion(call, ["alice"])


def test_restarted_node_continues_its_chain(node):
    node.wait_for_finalised(2, 60)
    genesis = node.rpc.block_hash(0)
    finalised = node.rpc.finalised()

    node.restart()
    node.wait_for_rpc()

    assert node.rpc.block_hash(0) == genesis
    assert node.rpc.best_number() >= finalised.number
    node.wait_for_finalised(finalised.number + 3, 60)
    assert node.rpc.block_hash(finalised.number) == finalised.hash


def test_killed_node_continues_its_chain(network, node):
    genesis = node.rpc.block_hash(0)
    finalised = node.rpc.finalised().number

    node.kill()
    node.start()
    node.wait_for_rpc()

    # Its last blocks may be lost: there is nobody from whom to get them back.
    assert node.rpc.block_hash(0) == genesis
    node.wait_for_finalised(finalised + 3, 60)
    assert damage(network) == []


@pytest.mark.timeout(BLOCKS * SLOT_SECONDS * 2)
def test_blocks_come_every_three_seconds_and_are_soon_final(network, node, measured):
    last = node.rpc.best_number() + BLOCKS
    with Watcher(network) as watcher:
        while node.rpc.best_number() <= last:
            time.sleep(1)

    lags = watcher.lags()
    measured("mean block time", f"{watcher.block_seconds():.2f} s")
    measured(
        "finality lag", f"median {statistics.median(lags)}, p95 {percentile(lags, 0.95)} blocks"
    )
    measured("memory", f"{node.memory_mib()} MiB")
    # Half a slot of error over the whole stretch.
    assert watcher.block_seconds() == pytest.approx(SLOT_SECONDS, abs=SLOT_SECONDS / BLOCKS)
    assert percentile(lags, 0.95) <= MAX_LAG_BLOCKS
