"""A chain with a number of twins: written into the database of a real node, then read."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Optional

from ourledger_net import NetworkError, Node, Rpc, Unreachable

from progress import Progress
from reads import chain_spec
from reads.layout import Layout

# The node's own defaults, given to it so that the report can say what they were. The first one, in
# bytes, is for the state; ParityDB has none of its own.
TRIE_CACHE = 1 << 30
CACHES = {"max-runtime-instances": 8, "runtime-cache-size": 2}
# A node that prunes would keep the room that the journal of so large a block took, which is as much
# again as the state. On a real chain, twins come over many blocks.
PRUNING = ["--state-pruning", "archive"]

# To compute the state of a million twins and to write it, on a machine that does other things too.
GENESIS_SECONDS = 3600
START_SECONDS = 300
STOP_SECONDS = 300
# ParityDB writes what was committed in the background: first to its logs, which it empties into its
# tables when they have this many bytes, then to larger indexes. All that changes lengths of files.
LOG_BYTES = 64 << 20
QUIET_SECONDS = 15
ANSWER_SECONDS = 60


class Size(NamedTuple):
    """Bytes of a database: blocks on disk, lengths of files (some have holes), those of logs."""

    disk: int
    files: int
    logs: int


class Chain:
    """A node, alone, that has a genesis with many twins and makes no blocks."""

    def __init__(self, binary: Path, folder: Path, base_spec: Path, twins: int, progress: Progress):
        self.twins = twins
        self.base_spec = base_spec
        self.progress = progress
        name = f"twins-{twins}"
        self.node = Node(name, binary, base_spec, folder / name)
        # Unlike the launcher's, patient enough for the first call, which compiles the runtime.
        self.rpc = Rpc(self.node.rpc.url, ANSWER_SECONDS)
        self.written: Optional[chain_spec.Written] = None
        self.size: Optional[Size] = None
        # Of memory, while the genesis is computed and written.
        self.peak_mib = 0
        self.genesis_seconds = 0.0

    def build(self, layout: Layout) -> None:
        """Have the node write the chain's database."""
        spec = self.node.folder / "chain-spec.json"
        self.progress.step(f"Writing a chain spec with {self.twins:,} twins")
        self.written = chain_spec.write(self.base_spec, spec, layout, self.twins, self.progress)
        self.progress.say(f"{spec.stat().st_size / 1e6:,.0f} MB in {spec}")

        self.progress.step(f"Having the node write its database of {self.twins:,} twins")
        began = time.monotonic()
        self.node.chain_spec = spec
        self._start(TRIE_CACHE)
        self._wait_for_genesis(began + GENESIS_SECONDS)
        self._wait_until_written(began + GENESIS_SECONDS)
        self.genesis_seconds = time.monotonic() - began
        self.close()
        # A start reads the whole spec, although the genesis is in the database by now and nothing
        # of it is used: from here on the plain spec, of the same chain id, will do.
        spec.unlink()
        self.node.chain_spec = self.base_spec
        # An index that became too small is moved to a larger one while the node has other things to
        # write, or starts. Until then every read asks both.
        while self._has_small_indexes():
            self.open(TRIE_CACHE)
            self._wait_until_written(began + GENESIS_SECONDS)
            self.close()
        self.progress.say(
            f"{self.genesis_seconds:,.0f} s, with up to {self.peak_mib:,} MiB of memory"
        )

    def open(self, trie_cache: int) -> None:
        """Start the node on its database, with this many bytes of cache for the state."""
        self._start(trie_cache)
        self.node.wait_for_rpc(START_SECONDS)

    def close(self) -> None:
        """Stop the node, and see how large its database is."""
        if not self.node.running:
            return
        self.node.ask_to_stop()
        try:
            # Longer than the launcher's, since the logs are emptied first.
            self.node.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.node.kill()
            raise NetworkError(f"{self.node.name} did not stop within {STOP_SECONDS} s") from None
        # Blocks of the disk are allotted when they are written, which the system may put off.
        for file in self._files():
            with file.open("rb") as opened:
                os.fsync(opened)
        self.size = self.database_size()

    def database_size(self) -> Size:
        """How large the database is now."""
        disk = files = logs = 0
        for file in self._files():
            # A running node removes its old logs and indexes.
            with suppress(FileNotFoundError):
                status = file.stat()
                disk += status.st_blocks * 512
                files += status.st_size
                logs += status.st_size if file.name.startswith("log") else 0
        return Size(disk, files, logs)

    # ---- internal ----------------------------------------------------------------------------

    def _start(self, trie_cache: int) -> None:
        caches = {"trie-cache-size": trie_cache, **CACHES}
        given = [text for name, value in caches.items() for text in (f"--{name}", str(value))]
        self.node.arguments = [*PRUNING, *given]
        self.node.start()

    def _has_small_indexes(self) -> bool:
        # Named index_COLUMN_BITS.
        columns = [file.name.split("_")[1] for file in self._files() if "index_" in file.name]
        return len(columns) > len(set(columns))

    def _files(self) -> Iterator[Path]:
        paths = self.node.base_path.glob("chains/*/paritydb/**/*")
        return (path for path in paths if path.is_file())

    def _wait_for_genesis(self, deadline: float) -> None:
        while True:
            self._show()
            try:
                self.node.rpc.call("system_name")
                return
            except Unreachable:
                self._fail_after(deadline, "did not answer")
            time.sleep(0.5)

    def _wait_until_written(self, deadline: float) -> None:
        least = sum(self.written.bytes_by_item.values())
        size, since = self.database_size(), time.monotonic()
        while time.monotonic() < since + QUIET_SECONDS:
            time.sleep(0.5)
            self._show()
            self._fail_after(deadline, "did not finish writing")
            now = self.database_size()
            if now != size or now.disk < least or now.logs >= LOG_BYTES:
                size, since = now, time.monotonic()

    def _show(self) -> None:
        self.node.check()
        memory = self.node.memory_mib()
        self.peak_mib = max(self.peak_mib, memory)
        disk = self.database_size().disk / 1e6
        self.progress.show(f"{memory:,} MiB of memory, {disk:,.0f} MB on disk")

    def _fail_after(self, deadline: float, failure: str) -> None:
        if time.monotonic() > deadline:
            raise NetworkError(f"{self.node.name} {failure} within {GENESIS_SECONDS} s")
