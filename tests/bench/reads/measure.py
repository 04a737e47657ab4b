"""Makes two chains and reads from both."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Optional

from ourledger_net import NetworkError, run_tool

from metadata import ask_metadata
from options import SMALL
from progress import Progress
from reads.chain import TRIE_CACHE, Chain
from reads.layout import Layout
from reads.readings import check_layout, readings, times_of, warm_up
from reads.report import Figures

# Of memory and disk, per twin, while a large chain is made; generous.
MEMORY_BYTES = 12_000
DISK_BYTES = 6_000


def check_room(folder: Path, twins: int) -> None:
    """Fail at once rather than in half an hour."""
    disk = shutil.disk_usage(folder).free
    if disk < twins * DISK_BYTES:
        raise NetworkError(
            f"{twins:,} twins take up to {twins * DISK_BYTES / 1e9:.0f} GB of disk, but {folder} "
            f"has {disk / 1e9:.0f} GB; set TMPDIR to another place, or choose fewer --twins"
        )
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        sizes = dict(line.split(":") for line in meminfo.read_text().splitlines())
        memory = int(sizes["MemAvailable"].split()[0]) * 1024
        if memory < twins * MEMORY_BYTES:
            raise NetworkError(
                f"{twins:,} twins take up to {twins * MEMORY_BYTES / 1e9:.0f} GB of memory, but "
                f"{memory / 1e9:.0f} GB are available; choose fewer --twins"
            )


def make(binary: Path, folder: Path, twins: int, progress: Progress) -> None:
    """Make a chain with this many twins, for others to measure on."""
    spec, layout = _prepare(binary, folder, progress)
    chain = Chain(binary, folder, spec, twins, progress)
    try:
        chain.build(layout)
    finally:
        with suppress(NetworkError):
            chain.close()


def measure(binary: Path, folder: Path, twins: int, reads: int, progress: Progress) -> Figures:
    """Read so often from a chain with this many twins, and from a small one beside it."""
    spec, layout = _prepare(binary, folder, progress)
    small, large = (Chain(binary, folder, spec, n, progress) for n in (SMALL, twins))
    try:
        for chain in (small, large):
            chain.build(layout)
        version = run_tool(binary, "--version").strip()
        processor = _stay_on_one_processor()
        figures = Figures(version, processor, small, large, reads)
        for trie_cache in (0, TRIE_CACHE):
            progress.step(f"Starting both nodes with {trie_cache:,} bytes of cache for the state")
            for chain in (small, large):
                chain.open(trie_cache)
                figures.index_bytes = check_layout(chain, layout)
            progress.step("Reading without counting, so that the nodes are no longer new")
            warm_up((small, large), layout, progress)
            for reading in readings(layout):
                times = times_of(reading, (small, large), reads, progress)
                figures.add(reading, trie_cache, times)
            for chain in (small, large):
                chain.close()
    finally:
        for chain in (small, large):
            with suppress(NetworkError):
                chain.close()
    return figures


# ---- internal --------------------------------------------------------------------------------


def _prepare(binary: Path, folder: Path, progress: Progress) -> tuple[Path, Layout]:
    """The specification of the plain chain, and how its state is laid out."""
    progress.step("Asking the node how its state is laid out")
    spec = folder / "chain-spec.json"
    run_tool(binary, "export-chain-spec", "--raw", "--chain", "dev", "--output", str(spec))
    return spec, _ask_layout(Chain(binary, folder, spec, 0, progress))


def _ask_layout(chain: Chain) -> Layout:
    """The layout of the state, from a node on the plain chain."""
    try:
        chain.open(TRIE_CACHE)
        return Layout(ask_metadata(chain.rpc))
    finally:
        chain.close()


def _stay_on_one_processor() -> Optional[int]:
    """Keep this program, and nodes that it starts from now on, on one processor, if Linux runs it.

    Waking another processor takes as long as a read, and happens or not as the scheduler likes.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    processor = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processor})
    return processor
