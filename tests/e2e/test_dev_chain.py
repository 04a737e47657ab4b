"""The development chain: one validator, and a council of one."""

import statistics

import pytest

from chain import SLOT_SECONDS, TICK_SECONDS, Chain, enact
from evidence import damage
from watch import BACK_OFF_BLOCKS, Watcher, percentile

# Enough for a percentile to mean something.
BLOCKS = 40
# Timestamp.Now: the hashes of both words.
TIME_KEY = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"


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

    since = chain.rpc.finalised().number
    enacted = enact(chain, call, ["alice"])

    assert chain.rpc.call("state_getStorage", "0x6f75726b6579") == remark
    # In the next tick, as there is no timelock, and in the first block of that.
    (queued,) = chain.events_between(since, enacted.block, "Governance", "Queued")
    assert queued.fields["enact_at"] == chain.tick(queued.block) + 1
    assert chain.tick(enacted.block) >= queued.fields["enact_at"] > chain.tick(enacted.block - 1)


def test_motion_alone_is_not_root(node):
    chain = Chain(node)
    call = chain.call("System", "set_storage", items=[("0x00", "0x01")])
    with pytest.raises(AssertionError, match="BadOrigin"):
        chain.pass_motion(call, ["alice"])


def test_restarted_node_continues_its_chain(node):
    node.wait_for_finalised(2)
    genesis = node.rpc.block_hash(0)
    finalised = node.rpc.finalised()

    node.restart()
    node.wait_for_rpc()

    assert node.rpc.block_hash(0) == genesis
    assert node.rpc.best_number() >= finalised.number
    node.wait_for_finalised(finalised.number + 3)
    assert node.rpc.block_hash(finalised.number) == finalised.hash


def test_killed_node_continues_its_chain(network, node):
    genesis = node.rpc.block_hash(0)
    finalised = node.rpc.finalised().number

    node.kill()
    node.start()
    node.wait_for_rpc()

    # Its last blocks may be lost: there is nobody from whom to get them back.
    assert node.rpc.block_hash(0) == genesis
    node.wait_for_finalised(finalised + 3)
    assert damage(network) == []


def test_chain_tells_its_slots_and_counts_ticks_of_three_seconds(node):
    chain = Chain(node)
    node.wait_for_finalised(4)
    assert chain.query("Validators", "SlotMillis") == SLOT_SECONDS * 1000
    # Clients take the length from the metadata, which is of the chain that they ask.
    assert chain.api.get_constant("Babe", "ExpectedBlockTime").value == SLOT_SECONDS * 1000
    assert chain.api.get_constant("Timestamp", "MinimumPeriod").value == SLOT_SECONDS * 500
    number = chain.rpc.finalised().number
    assert chain.tick(1) == 0
    passed = (slot(node, number) - slot(node, 1)) * SLOT_SECONDS
    assert chain.tick(number) == passed // TICK_SECONDS


def test_blocks_come_every_slot_and_are_soon_final(network, node, measured):
    first = node.rpc.best_number()
    with Watcher(network) as watcher:
        node.wait_for_finalised(first + BLOCKS)

    lags = watcher.lags()
    measured("mean block time", f"{watcher.block_seconds():.2f} s")
    measured(
        "finality lag", f"median {statistics.median(lags)}, p95 {percentile(lags, 0.95)} blocks"
    )
    measured("memory", f"{node.memory_mib()} MiB")
    # By the chain's clock: a busy machine misses a slot now and then, but never makes two of one.
    slots = [slot(node, number) for number in range(first, first + BLOCKS + 1)]
    gaps = [later - earlier for earlier, later in zip(slots, slots[1:])]
    assert min(gaps) == statistics.median(gaps) == 1, gaps
    # Authors slow down when finality is that far behind: a chain that finalises never gets there.
    assert max(lags) < BACK_OFF_BLOCKS


def slot(node, number) -> int:
    """The slot of a block, by its time."""
    value = node.rpc.call("state_getStorage", TIME_KEY, node.rpc.block_hash(number))
    return int.from_bytes(bytes.fromhex(value[2:]), "little") // (SLOT_SECONDS * 1000)
