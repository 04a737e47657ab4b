"""Measures reads and state; see ./run, which starts this."""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Optional

from ourledger_net import NetworkError, RpcError, Unreachable, find_node, run_tool

from chain import TRIE_CACHE, Chain
from client import BadAnswer
from layout import Layout
from metadata import VERSION, LayoutError, Metadata, Reader
from progress import Progress
from readings import check_layout, measure, readings, warm_up
from report import Figures

SMALL = 1_000
# Display names and endpoints have eight digits.
MOST = 99_999_999
# Of memory and disk, per twin, while a large chain is made; generous.
MEMORY_BYTES = 12_000
DISK_BYTES = 6_000


def parse_options() -> argparse.Namespace:
    """What was asked for; the launcher has explained it."""
    parser = argparse.ArgumentParser(prog="tests/bench/run", add_help=False)
    parser.add_argument("--twins", type=int, default=1_000_000)
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if not SMALL < options.twins <= MOST:
        parser.error(f"--twins takes a number from {SMALL + 1} to {MOST}")
    if options.reads < 1:
        parser.error("--reads takes a number from 1")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"--json: there is no folder {options.json.absolute().parent}")
    return options


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


def ask_layout(chain: Chain) -> Layout:
    """The layout of the state, from a node on the plain chain."""
    version = "0x" + VERSION.to_bytes(4, "little").hex()
    try:
        chain.open(TRIE_CACHE)
        told = chain.rpc.call("state_call", "Metadata_metadata_at_version", version)
    finally:
        chain.close()
    reader = Reader(bytes.fromhex(told[2:]))
    metadata = reader.maybe(reader.blob)
    if metadata is None:
        raise LayoutError(f"the runtime has no metadata {VERSION}")
    return Layout(Metadata(metadata))


def stay_on_one_processor() -> Optional[int]:
    """Keep this program, and nodes that it starts from now on, on one processor, if Linux runs it.

    Waking another processor takes as long as a read, and happens or not as the scheduler likes.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    processor = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processor})
    return processor


def run(options: argparse.Namespace, folder: Path, progress: Progress) -> Figures:
    """Make both chains, read from them, and collect the figures."""
    binary = find_node()
    progress.step("Asking the node how its state is laid out")
    spec = folder / "chain-spec.json"
    run_tool(binary, "export-chain-spec", "--raw", "--chain", "dev", "--output", str(spec))
    layout = ask_layout(Chain(binary, folder, spec, 0, progress))

    small, large = (Chain(binary, folder, spec, n, progress) for n in (SMALL, options.twins))
    try:
        for chain in (small, large):
            chain.build(layout)
        version = run_tool(binary, "--version").strip()
        processor = stay_on_one_processor()
        figures = Figures(version, processor, small, large, options.reads)
        for trie_cache in (0, TRIE_CACHE):
            progress.step(f"Starting both nodes with {trie_cache:,} bytes of cache for the state")
            for chain in (small, large):
                chain.open(trie_cache)
                figures.index_bytes = check_layout(chain, layout)
            progress.step("Reading without counting, so that the nodes are no longer new")
            warm_up((small, large), layout, progress)
            for reading in readings(layout):
                times = measure(reading, (small, large), options.reads, progress)
                figures.add(reading, trie_cache, times)
            for chain in (small, large):
                chain.close()
    finally:
        for chain in (small, large):
            with suppress(NetworkError):
                chain.close()
    return figures


def main() -> int:
    """Measure, report, judge."""
    options = parse_options()
    progress = Progress()
    # As Ctrl-C does: the nodes have sessions of their own and would go on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = Path(tempfile.mkdtemp(prefix="ourledger-bench-"))
    try:
        check_room(folder, options.twins)
        figures = run(options, folder, progress)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (BadAnswer, LayoutError, NetworkError, RpcError, Unreachable) as error:
        progress.end()
        print(f"Error: {error}", file=sys.stderr)
        return 1
    finally:
        progress.end()
        if options.keep:
            print(f"The nodes' data and logs stay in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{figures.as_text()}")
    if options.json:
        options.json.write_text(json.dumps(figures.as_dict(), indent="\t") + "\n")
        print(f"\nWritten to {options.json}")
    return 0 if all(rule.kept for rule in figures.rules()) else 1


if __name__ == "__main__":
    sys.exit(main())
