"""What `scripts/bench` is made of: transactions by hand, the count of what they did, the tables."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from substrateinterface import Keypair

from chain import SS58_PREFIX, Chain, key_of

# Last, so that a module of ours comes before one of theirs.
sys.path.append(str(Path(__file__).resolve().parents[1] / "bench"))

from load.accounts import ALICE, addresses, keys
from load.blocks import Block, Proposal, measured, proposals
from load.kinds import Appends, Miscount, Transfers
from load.run import prepare, read_checked
from load.sales import Sales
from load.sending import Refused, Sender
from load.state import State
from load.transactions import Maker, is_signed, read, write
from progress import Progress
from rule import Rule
from tables import Table, rules_as_table

OUR = 10**12
SENDERS = 12
COUNT = 30


@pytest.fixture(scope="module")
def node(new_network):
    with new_network("bench", "dev", validators=1) as network:
        yield network["alice"]


@pytest.fixture(scope="module")
def chain(node):
    return Chain(node)


@pytest.fixture(scope="module")
def state(node):
    return State(node.rpc)


@pytest.fixture(scope="module")
def maker(state):
    return Maker(state.metadata, state.chain)


@pytest.fixture(scope="module")
def funded(chain):
    """Accounts that send have money, by number and for the town."""
    everybody = {**dict.fromkeys(addresses(keys("sender", 2 * COUNT)), 1_000 * OUR)}
    everybody |= dict.fromkeys(addresses([*keys("town", 1), *keys("shop", 1)]), 100_000 * OUR)
    calls = [
        chain.call("Balances", "transfer_keep_alive", dest=address, value=amount)
        for address, amount in everybody.items()
    ]
    chain.send(chain.call("Utility", "batch_all", calls=calls), key_of("bob"))


def keypair(key):
    return Keypair(public_key=key.public, private_key=key.secret.hex(), ss58_format=SS58_PREFIX)


def test_accounts_are_named_as_wallets_do(chain):
    assert addresses([ALICE]) == [key_of("alice").ss58_address]
    (key,) = keys("sender", 1)
    assert addresses([key]) == [chain.api.ss58_encode(key.public)]


def signature_in(transaction, key):
    """Where it stands: behind the account and its own kind."""
    begin = transaction.index(key.public) + len(key.public) + 1
    return slice(begin, begin + 64)


def test_transactions_are_those_of_another_library(chain, maker):
    load = Transfers(1, 1)
    (key,) = load.senders
    mine = load.sample(maker)
    call = chain.decode_call("0x" + load.call(maker, 0).hex())
    theirs = bytes(chain.api.create_signed_extrinsic(call, keypair(key), nonce=0).data.data)
    # All but the signatures, which differ each time.
    signature = signature_in(mine, key)
    assert mine[: signature.start] == theirs[: signature.start]
    assert mine[signature.stop :] == theirs[signature.stop :]


# A payload that is longer than 256 bytes is signed by its hash.
@pytest.mark.parametrize("length", [1, 300])
def test_signatures_are_over_the_payload_of_another_library(length, chain, maker):
    (key,) = keys("sender", 1)
    encoded = maker.call("System", "remark", remark=bytes(length))
    mine = maker.transaction(encoded, key, nonce=5)
    call = chain.decode_call("0x" + encoded.hex())
    payload = bytes(chain.api.generate_signature_payload(call, era="00", nonce=5).data)
    assert (len(payload) == 32) == (length > 256)
    assert keypair(key).verify(payload, mine[signature_in(mine, key)])


# Sales first: they take the first numbers of twins for their own.
@pytest.mark.parametrize("kind", [Transfers, Sales, Appends])
def test_loads_are_sent_counted_and_checked(kind, node, state, maker, funded, tmp_path):
    load = kind(COUNT, SENDERS)
    if kind is Transfers:
        # The others' senders begin with nonces that nobody has used.
        load.senders = keys("sender", 2 * COUNT)[COUNT:]
    elif kind is Sales:
        load.senders = keys("sender", 2 * COUNT)[SENDERS:COUNT]
    progress = Progress()
    prepare(load, node.rpc_port, state, maker, progress)
    file = tmp_path / "transactions"
    assert write(file, load.transactions(maker)) == COUNT
    before = node.rpc.best_number()
    sender = Sender(node.rpc_port, read(file), bound=10)
    sender.run()
    assert sender.sent == COUNT
    blocks = read_checked(load, state, before, COUNT, progress)
    assert sum(block.succeeded for block in blocks) == COUNT
    assert {block.number for block in blocks} <= set(proposals(node.log()))
    with pytest.raises(Miscount):
        read_checked(load, state, before, COUNT - 1, progress)


def test_what_the_chain_refuses_ends_the_load(node, maker, funded):
    load = Transfers(1, 1)
    load.senders = keys("poor", 1)
    sender = Sender(node.rpc_port, load.transactions(maker), bound=1)
    with pytest.raises(Refused, match="did not take a transaction"):
        sender.run()


def test_authors_transactions_are_not_signed(chain):
    block = chain.rpc.call("chain_getBlock", chain.rpc.block_hash(1))["block"]
    assert not any(map(is_signed, block["extrinsics"]))


def test_log_tells_how_blocks_were_made():
    line = (
        "2026-01-01 00:00:00 \x1b[1;32m🎁 Prepared block for proposing at 7 (12 ms)\x1b[0m "
        "hash: 0x12; parent_hash: 0x34; end: HitBlockWeightLimit; extrinsics_count: 2"
    )
    assert proposals(f"{line}\nelse\n") == {7: Proposal(12, "weight")}


def test_first_block_and_those_after_the_end_are_not_measured():
    blocks = [Block(n, 3.0 * n, 1, 0, 1, Counter()) for n in range(1, 6)]
    assert [block.number for block in measured(blocks, ended=12.5)] == [2, 3, 4]


def test_tables_are_told_on_terminals_and_pages():
    table = Table("Title", ["What", "much"], [["one", "1"], ["twenty", "20"]])
    assert table.as_text() == ["Title", "  What    much", "  one        1", "  twenty    20"]
    assert table.as_markdown()[1:3] == ["| --- | ---: |", "| one | 1 |"]
    rules = [Rule.at_most("speed", 2, 1), Rule.at_least("room", 2, 2)]
    assert [row[-1] for row in rules_as_table(rules).rows] == ["BROKEN", "kept"]
