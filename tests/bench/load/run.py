"""One run: a new chain, a load on it, and what came of it."""

import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ourledger_net import NetworkError, Node, Rpc

from load.blocks import Block, measured, proposals, read_block, tally
from load.events import Events
from load.importing import import_seconds
from load.kinds import Kind, Miscount
from load.plan import ANSWER_SECONDS, Load
from load.sending import Sender
from load.state import State
from load.transactions import Maker, write
from load.usage import Sampler, Usage
from progress import Progress

BENCH = Path(__file__).resolve().parent.parent
# To have a stage in a block, and the last blocks final.
STAGE_SECONDS = 300
# Transactions of a stage that wait at once.
STAGE_BOUND = 4_000
# Fewer would say little.
LEAST_BLOCKS = 2
# In a node's folder, says which blocks of its chain have the load.
LOADED = "loaded.json"


class Run(NamedTuple):
    """What came of a load. Of blocks, those that are measured."""

    transactions: int
    seconds: float
    blocks: int
    # Slots in which no block came, since making it took too long.
    lost: int
    # How many blocks ended for which reason.
    reasons: Counter
    # Median of what making a block took.
    proposing_millis: float
    # Picoseconds that a transaction was charged with, base included.
    charged: float
    usage: Usage
    # Processor seconds of importing a transaction, of all blocks with load.
    import_seconds: float = 0.0
    # Of checking a signature before and after, on average.
    check_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Final transactions in a second."""
        return self.transactions / self.seconds


def run(load: Load, name: str, seconds: float, progress: Progress) -> Run:
    """Load a new chain for so long after its first full block, and measure."""
    node = load.subject.node(name)
    try:
        node.start()
        node.wait_for_rpc()
        state = State(Rpc(node.rpc.url, ANSWER_SECONDS))
        maker = Maker(state.metadata, state.chain)
        # The stages need a clock, which the first block sets.
        state.wait_until(lambda: state.rpc.best_number() > 0, "the first block", STAGE_SECONDS)
        prepare(load.kind, node.rpc_port, state, maker, progress)
        file = load.subject.folder / f"{load.kind.name.replace(' ', '-')}.transactions"
        if not file.exists():
            # Chains of one specification have one genesis, so what is signed once serves them all.
            progress.say(f"Signing {load.kind.count:,} {load.kind.name}")
            write(file, load.kind.transactions(maker))
        before = state.rpc.best_number()
        done, sampler = _send(load, node, file, seconds)
        blocks = read_checked(load.kind, state, before, done["sent"], progress)
        result = _measure(load, node, blocks, done["ended"], sampler)
    finally:
        with suppress(NetworkError):
            node.stop()
    loaded = {"kind": load.kind.name, "first": blocks[0].number, "last": blocks[-1].number}
    # For those who measure on the database: see tools/bencher/used_weight.py.
    (node.folder / LOADED).write_text(json.dumps(loaded))
    used = import_seconds(load.subject, node, blocks[0].number, blocks[-1].number)
    return result._replace(import_seconds=used / sum(block.succeeded for block in blocks))


def prepare(kind: Kind, port: int, state: State, maker: Maker, progress: Progress) -> None:
    """What has to be there before the load."""
    for stage in kind.stages(maker):
        progress.say(f"Making {stage.what}")
        Sender(port, stage.transactions, STAGE_BOUND).run()
        state.wait_until(lambda stage=stage: stage.is_done(state), stage.what, STAGE_SECONDS)


def read_checked(
    kind: Kind, state: State, before: int, sent: int, progress: Progress
) -> list[Block]:
    """The blocks with load, all of them final, after seeing that nothing is missing in the state.
    The load began after the block `before`."""
    last = state.rpc.best_number()
    state.wait_until(
        lambda: state.rpc.finalised().number >= last, f"finality of block {last}", STAGE_SECONDS
    )
    progress.say(f"Reading blocks {before + 1} to {last}")
    events = Events(state.metadata)
    blocks = [read_block(state, events, number) for number in range(before + 1, last + 1)]
    places = [place for place, block in enumerate(blocks) if block.succeeded + block.failed]
    blocks = blocks[places[0] : places[-1] + 1]
    failed = sum(block.failed for block in blocks)
    if failed:
        raise Miscount(f"{failed:,} {kind.name} failed")
    total = tally(state, blocks)
    if total.sent != sent:
        raise Miscount(f"{total.sent:,} {kind.name} succeeded of {sent:,} sent")
    progress.say(f"Comparing the state with {total.sent:,} {kind.name}")
    kind.check(state, total)
    return blocks


# ---- internal --------------------------------------------------------------------------------


def _send(load: Load, node: Node, file: Path, seconds: float) -> tuple[dict, Sampler]:
    """Have the generator send, and watch."""
    arguments = [str(node.rpc_port), str(file), str(load.bound), str(seconds)]
    generator = subprocess.Popen(
        [sys.executable, "-m", "load.generator", *arguments],
        cwd=BENCH,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sampler = Sampler(node.process.pid, generator.pid)
    try:
        told, problem = generator.communicate()
    finally:
        sampler.stop()
        if generator.poll() is None:
            generator.kill()
            generator.wait()
    if generator.returncode != 0:
        raise NetworkError(f"the load ended early: {problem.strip() or generator.returncode}")
    return json.loads(told), sampler


def _measure(
    load: Load, node: Node, blocks: Sequence[Block], ended: float, sampler: Sampler
) -> Run:
    """The figures of what is in the middle."""
    middle = measured(list(blocks), ended)
    if len(middle) < LEAST_BLOCKS:
        raise NetworkError(
            f"only {len(middle)} blocks were full of {load.kind.name}; choose more --seconds"
        )
    begin, end = blocks[0].time, middle[-1].time
    made = proposals(node.log())
    transactions = sum(block.succeeded for block in middle)
    return Run(
        transactions,
        end - begin,
        len(middle),
        round((end - begin) / load.slot_seconds) - len(middle),
        Counter(made[block.number].reason for block in middle),
        statistics.median(made[block.number].millis for block in middle),
        sum(block.weight for block in middle) / transactions,
        sampler.between(begin, end),
    )
