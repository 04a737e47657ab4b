"""Watches a network from outside, as its users do."""

import threading
import time
from collections import defaultdict
from typing import Callable, NamedTuple

from ourledger_net import PATIENCE_SECONDS, Block, Network, RpcError, Unreachable

POLL_SECONDS = 0.2
# From so many blocks without finality on, authors slow down on purpose.
BACK_OFF_BLOCKS = 50


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that comes about by itself."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"it did not come about: {what}"
        time.sleep(0.2)


class Sample(NamedTuple):
    """What a node said at one moment."""

    time: float
    node: str
    best: int
    finalised: Block


class Watcher(threading.Thread):
    """Asks every node several times a second for its best and its finalised block.

    As a context manager it watches from entry to exit.
    """

    def __init__(self, network: Network):
        super().__init__(daemon=True)
        self.network = network
        self.samples: list[Sample] = []
        self._over = threading.Event()

    def __enter__(self) -> "Watcher":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Watch until told to end."""
        while not self._over.wait(POLL_SECONDS):
            for node in self.network.running:
                try:
                    # In this order the lag is never taken for smaller than it is.
                    finalised, best = node.rpc.finalised(), node.rpc.best_number()
                except (Unreachable, RpcError):
                    continue
                self.samples.append(Sample(time.monotonic(), node.name, best, finalised))

    # ---- what was seen -----------------------------------------------------------------------

    def finalised(self) -> dict[int, set[str]]:
        """Number → every hash that some node has called final."""
        seen = defaultdict(set)
        for sample in list(self.samples):
            seen[sample.finalised.number].add(sample.finalised.hash)
        return dict(seen)

    def check_finality(self) -> tuple[int, int]:
        """Insist that whatever was final once is final now, on every running node.

        Returns how many blocks were compared, and the highest number.
        """
        seen = self.finalised()
        highest = max(seen)
        for node in self.network.running:
            node.wait_for_finalised(highest)
            for number, hashes in seen.items():
                now = node.rpc.block_hash(number)
                assert hashes == {now}, (
                    f"block {number} was final as {hashes}, {node.name} has {now}"
                )
        return len(seen), highest

    def lags(self) -> list[int]:
        """How many blocks finality was behind, at each sample."""
        return [sample.best - sample.finalised.number for sample in self.samples]

    def block_seconds(self) -> float:
        """Mean time between best blocks."""
        arrivals = {}
        for sample in self.samples:
            arrivals.setdefault(sample.best, sample.time)
        # The first was there before anyone looked.
        _, (first, began), *_, (last, ended) = arrivals.items()
        return (ended - began) / (last - first)

    def longest_stall(self) -> float:
        """Longest time, in seconds, without any node finalising a new block."""
        longest, number, since = 0.0, 0, self.samples[0].time
        for sample in self.samples:
            if sample.finalised.number > number:
                if number:
                    longest = max(longest, sample.time - since)
                number, since = sample.finalised.number, sample.time
        return max(longest, self.samples[-1].time - since)


def percentile(values: list[int], share: float) -> int:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)  # rounds up
    return ordered[max(0, rank - 1)]
