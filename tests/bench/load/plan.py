"""How much of each kind is sent: as much as the declared weights let into the blocks."""

import math
from contextlib import suppress
from typing import NamedTuple

from ourledger_net import NetworkError, Rpc

from load.accounts import Key
from load.chains import FLAGS, Subject
from load.kinds import Kind
from load.state import State, Weights
from load.transactions import Maker

ANSWER_SECONDS = 120
# Slots that a load has more than it is sent for: those in which it begins and ends.
MARGIN_SLOTS = 2
# A sender's next turn comes no sooner than so many blocks later.
BLOCKS_BETWEEN_TURNS = 2


class Load(NamedTuple):
    """A kind of load on a chain, and how large it is."""

    subject: Subject
    kind: Kind
    slot_seconds: float
    limits: Weights
    # Picoseconds of a transaction, as it is declared: base, call and extensions.
    declared: int
    # Transactions that wait, at least if there are as many: a block's worth by weight.
    bound: int


def plan(subject: Subject, kinds: list[type[Kind]], seconds: float) -> list[Load]:
    """Ask a node on the plain chain what transactions weigh, and then make the chain with as many
    accounts as that needs."""
    subject.write_spec()
    node = subject.node("probe", FLAGS)
    loads = []
    try:
        node.start()
        node.wait_for_rpc()
        # Patient enough for the first call, which compiles the runtime.
        state = State(Rpc(node.rpc.url, ANSWER_SECONDS))
        for kind in kinds:
            loads.append(_load(subject, kind, state, seconds))
    finally:
        with suppress(NetworkError):
            node.stop()
    subject.write_spec(_most([load.kind for load in loads]), _rich(loads))
    return loads


# ---- internal --------------------------------------------------------------------------------


def _load(subject: Subject, kind: type[Kind], state: State, seconds: float) -> Load:
    limits, slot = state.weights(), state.slot_seconds()
    sample = kind(1, 1).sample(Maker(state.metadata, state.chain))
    declared = limits.base + state.declared(sample)
    fit = math.ceil(limits.normal / declared * kind.refund)
    count = fit * (math.ceil(seconds / slot) + MARGIN_SLOTS)
    return Load(
        subject,
        kind(count, fit * BLOCKS_BETWEEN_TURNS),
        slot,
        limits,
        declared,
        fit,
    )


def _most(kinds: list[Kind]) -> list[Key]:
    """All accounts that ordinary money is given to: each kind's senders begin the same list."""
    return max((kind.senders for kind in kinds), key=len)


def _rich(loads: list[Load]) -> list[Key]:
    return [key for load in loads for key in load.kind.rich()]
