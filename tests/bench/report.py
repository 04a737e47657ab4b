"""The figures, for people and for programs."""

import os
import platform
from pathlib import Path
from typing import Any, NamedTuple, Optional

from chain import CACHES, Chain
from layout import PEAKS, RECORDS
from readings import SEED, WARM_UP, Reading, Times

# What the design promises: a lookup among many twins takes at most this much longer.
MAX_LOOKUP_RATIO = 1.30
# Bytes, exclusive, of an index of a million records.
MAX_INDEX_BYTES = 1_000


class Rule(NamedTuple):
    """Something that must hold."""

    name: str
    measured: float
    limit: float
    kept: bool


class Series(NamedTuple):
    """Reads of one kind from both chains, under one size of the cache for the state."""

    title: str
    trie_cache: int
    # Whether a rule is about it; else it is for comparison.
    is_bound: bool
    # By number of twins, the small chain first.
    times: dict[int, Times]

    def ratio(self) -> float:
        """How many times as long the median read of the large chain takes."""
        small, large = self.times.values()
        return large.median / small.median


class Machine(NamedTuple):
    """Where it was measured."""

    processor: str
    cores: int
    memory_bytes: int
    system: str

    @classmethod
    def this(cls) -> "Machine":
        """The machine that this program runs on."""
        info = Path("/proc/cpuinfo")
        models = [
            line.split(":", 1)[1].strip()
            for line in (info.read_text().splitlines() if info.exists() else [])
            if line.startswith("model name")
        ]
        return cls(
            models[0] if models else platform.processor() or platform.machine(),
            os.cpu_count() or 0,
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            f"{platform.system()} {platform.release()}",
        )


class Figures:
    """What was measured."""

    def __init__(
        self, version: str, processor: Optional[int], small: Chain, large: Chain, reads: int
    ):
        self.machine = Machine.this()
        # Other work on the machine, before ours adds to it.
        self.load = os.getloadavg()[0]
        self.version = version
        # The one on which nodes and client ran, if they were kept there.
        self.processor = processor
        self.small, self.large = small, large
        self.reads = reads
        self.index_bytes = 0
        self.series: list[Series] = []

    def add(self, reading: Reading, trie_cache: int, times: dict[int, Times]) -> None:
        """Note what one kind of read took, by number of twins."""
        is_bound = reading.is_bound_cached if trie_cache else reading.is_bound_uncached
        self.series.append(Series(reading.title, trie_cache, is_bound, times))

    def rules(self) -> list[Rule]:
        """What must hold, and whether it does."""
        lookups = [
            Rule(
                f"{series.title}, {'default' if series.trie_cache else 'no'} state cache: median "
                f"among {self.large.twins:,} twins to that among {self.small.twins:,}",
                series.ratio(),
                MAX_LOOKUP_RATIO,
                series.ratio() <= MAX_LOOKUP_RATIO,
            )
            for series in self.series
            if series.is_bound
        ]
        index = Rule(
            f"bytes of an index of {RECORDS:,} records ({PEAKS} peaks), key and value",
            self.index_bytes,
            MAX_INDEX_BYTES,
            self.index_bytes < MAX_INDEX_BYTES,
        )
        return [*lookups, index]

    def bytes_per_twin(self) -> dict[str, float]:
        """How much each twin of the large chain adds to the small one."""
        small, large = self.small, self.large
        more = large.twins - small.twins
        return {
            "disk": (large.size.disk - small.size.disk) / more,
            "files": (large.size.files - small.size.files) / more,
            "keys_and_values": large.written.bytes_per_twin(),
        }

    # ---- for programs ------------------------------------------------------------------------

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return {
            "machine": {**self.machine._asdict(), "load": self.load},
            "node": {
                "version": self.version,
                "caches": CACHES,
                "processor": self.processor,
            },
            "seed": SEED,
            "reads": self.reads,
            "readings": [
                {
                    "title": series.title,
                    "trie_cache_bytes": series.trie_cache,
                    "microseconds": {
                        str(twins): took._asdict() for twins, took in series.times.items()
                    },
                    "ratio": series.ratio(),
                }
                for series in self.series
            ],
            "state": {
                "chains": [
                    {
                        "twins": chain.twins,
                        "database_bytes": chain.size._asdict(),
                        "genesis_seconds": chain.genesis_seconds,
                        "genesis_peak_mib": chain.peak_mib,
                    }
                    for chain in (self.small, self.large)
                ],
                "bytes_per_twin": self.bytes_per_twin(),
                "keys_and_values_by_item": {
                    item: count / self.large.written.twins
                    for item, count in self.large.written.bytes_by_item.items()
                },
            },
            "records_index": {"records": RECORDS, "peaks": PEAKS, "bytes": self.index_bytes},
            "rules": [rule._asdict() for rule in self.rules()],
        }

    # ---- for people --------------------------------------------------------------------------

    def as_text(self) -> str:
        """Everything, as tables."""
        lines = [*self._circumstances(), "", *self._reads(), "", *self._state(), "", "Rules"]
        for rule in self.rules():
            verdict = "kept" if rule.kept else "BROKEN"
            lines.append(f"  {verdict:<8}{rule.name}: {rule.measured:.4g}, limit {rule.limit:g}")
        return "\n".join(lines)

    def _circumstances(self) -> list[str]:
        machine = self.machine
        memory = f"{machine.memory_bytes / 2**30:.0f} GiB of memory"
        caches = ", ".join(f"--{name} {value}" for name, value in CACHES.items())
        where = "nodes and client ran wherever the system put them"
        if self.processor is not None:
            where = f"nodes and client shared processor {self.processor}"
        return [
            "Circumstances",
            f"  machine   {machine.processor}, {machine.cores} cores, {memory}, {machine.system}",
            f"  load      {self.load:.1f} before the reads; {where}",
            f"  node      {self.version}, ParityDB, no blocks made",
            f"  caches    --trie-cache-size as in the table, {caches};",
            "            ParityDB has none of its own, the operating system kept its files",
            f"  reads     {self.reads:,} of each kind and chain, one after the other, of twins",
            f"            drawn from all (seed {SEED}), after {WARM_UP:,} that do not count",
        ]

    def _reads(self) -> list[str]:
        lines = [f"{'Reads':<34}{'twins':>11}{'median':>12}{'95th pct.':>12}{'ratio':>8}"]
        heading = None
        for series in self.series:
            if series.trie_cache != heading:
                heading = series.trie_cache
                lines.append(f"  --trie-cache-size {heading}" + (": none" if heading == 0 else ""))
            for twins, took in series.times.items():
                is_last = twins == self.large.twins
                name = "" if is_last else series.title
                ratio = f"{series.ratio():>8.2f}" if is_last else ""
                lines.append(
                    f"    {name:<30}{twins:>11,}{took.median:>9.1f} µs{took.p95:>9.1f} µs{ratio}"
                )
        return lines

    def _state(self) -> list[str]:
        lines = [f"{'Databases':<34}{'twins':>11}{'on disk':>12}{'genesis':>12}{'memory':>12}"]
        for chain in (self.small, self.large):
            lines.append(
                f"{'':<34}{chain.twins:>11,}{chain.size.disk / 1e6:>9,.0f} MB"
                f"{chain.genesis_seconds:>10,.0f} s{chain.peak_mib:>8,} MiB"
            )
        per_twin = self.bytes_per_twin()
        lines += [
            "",
            f"{'State':<34}{'bytes':>11}",
            f"  {'a twin on disk':<32}{per_twin['disk']:>11,.0f}",
            f"  {'its keys and values alone':<32}{per_twin['keys_and_values']:>11,.0f}",
        ]
        for item, count in self.large.written.bytes_by_item.items():
            lines.append(f"    {item:<30}{count / self.large.written.twins:>11,.0f}")
        lines.append(f"  {f'index of {RECORDS:,} records':<32}{self.index_bytes:>11,}")
        return lines
