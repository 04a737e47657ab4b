"""Who used the processors while it was measured: node, generator, others, and the host beneath."""

import os
import threading
import time
from pathlib import Path
from typing import NamedTuple, Optional

TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.25


class Sample(NamedTuple):
    """Seconds of processor time since some beginning, at a time by the clock of blocks."""

    time: float
    node: float
    generator: float
    # All programs of the machine, these two too.
    busy: float
    # Taken by the host for other machines.
    stolen: float


class Usage(NamedTuple):
    """Processor time, in processors: 1.0 is one that does nothing else."""

    node: float
    generator: float
    others: float
    stolen: float


class Sampler:
    """Watches two processes until it is stopped."""

    def __init__(self, node: int, generator: int):
        self._node, self._generator = node, generator
        self._samples: list[Sample] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()
        self._thread.join()

    def between(self, begin: float, end: float) -> Usage:
        """What was used in this time."""
        first = min(self._samples, key=lambda it: abs(it.time - begin))
        last = min(self._samples, key=lambda it: abs(it.time - end))
        span = max(last.time - first.time, SAMPLE_SECONDS)
        node, generator, busy, stolen = (
            (after - before) / span for before, after in zip(first[1:], last[1:])
        )
        return Usage(node, generator, max(busy - node - generator, 0.0), stolen)

    def _run(self) -> None:
        generator = 0.0
        while not self._stopped.wait(SAMPLE_SECONDS):
            node = process_seconds(self._node)
            # It ends before the blocks are final.
            generator = process_seconds(self._generator) or generator
            if node is not None:
                self._samples.append(Sample(time.time(), node, generator, *machine_seconds()))


def process_seconds(pid: int) -> Optional[float]:
    """What a process has used in all its threads; none if it is gone."""
    try:
        # Behind its name, which may have blanks.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine_seconds() -> tuple[float, float]:
    """What all programs have used, and what the host has taken."""
    line = Path("/proc/stat").read_text().splitlines()[0]
    user, nice, system, _, _, irq, softirq, stolen = map(int, line.split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS, stolen / TICKS
