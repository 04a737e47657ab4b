"""What the blocks of a load say, read from the chain when it is over."""

import re
from collections import Counter
from typing import NamedTuple

from load.events import Events
from load.kinds import Tally
from load.state import State
from load.transactions import is_signed

SUCCESS = ("System", "ExtrinsicSuccess")
FAILURE = ("System", "ExtrinsicFailed")
FEE = ("TransactionPayment", "TransactionFeePaid")

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PROPOSAL = re.compile(r"Prepared block for proposing at (\d+) \((\d+) ms\).*?\bend: (\w+)")
# Why the author of a block took no more, in words.
REASONS = {
    "HitBlockWeightLimit": "weight",
    "HitDeadline": "time",
    "HitBlockSizeLimit": "size",
    "NoMoreTransactions": "empty pool",
}


class Proposal(NamedTuple):
    """How a block was made, as its author tells."""

    millis: int
    reason: str


class Block(NamedTuple):
    """A block with load."""

    number: int
    # By its own clock, in seconds.
    time: float
    # Transactions that succeeded, and that failed, but for the author's own.
    succeeded: int
    failed: int
    # Picoseconds that all normal transactions are charged with.
    weight: int
    fees: Counter


def read_block(state: State, events: Events, number: int) -> Block:
    """A block of the chain."""
    at = state.rpc.block_hash(number)
    body = state.rpc.call("chain_getBlock", at)["block"]["extrinsics"]
    signed = {place for place, transaction in enumerate(body) if is_signed(transaction)}
    results: Counter = Counter()
    fees: Counter = Counter()
    for event in events.read(state.raw("System", "Events", at), {SUCCESS, FAILURE, FEE}):
        kind = (event.pallet, event.name)
        if kind == FEE:
            fees[event.fields["who"]] += event.fields["actual_fee"]
        elif event.transaction in signed:
            results[kind] += 1
    return Block(
        number,
        state.entry("Timestamp", "Now", at=at) / 1000,
        results[SUCCESS],
        results[FAILURE],
        state.entry("System", "BlockWeight", at=at)["normal"]["ref_time"],
        fees,
    )


def proposals(log: str) -> dict[int, Proposal]:
    """By block, what a validator's log says of making it."""
    return {
        int(number): Proposal(int(millis), REASONS.get(reason, reason))
        for number, millis, reason in PROPOSAL.findall(COLOURS.sub("", log))
    }


def measured(blocks: list[Block], ended: float) -> list[Block]:
    """Those that were begun while the generator was sending, but for the first with load: sending
    began somewhere in its slot. Time counts from that one."""
    return [block for block in blocks[1:] if block.time <= ended]


def tally(state: State, blocks: list[Block]) -> Tally:
    """What happened in these blocks, which follow on each other."""
    fees: Counter = Counter()
    for block in blocks:
        fees.update(block.fees)
    return Tally(
        state.rpc.block_hash(blocks[0].number - 1),
        state.rpc.block_hash(blocks[-1].number),
        sum(block.succeeded for block in blocks),
        dict(fees),
    )
