"""The figures, for people and for programs."""

import os
from typing import Any, NamedTuple, Optional

from machine import Machine
from reads.chain import CACHES, TRIE_CACHE, Chain
from reads.layout import PEAKS, RECORDS
from reads.readings import SEED, WARM_UP, Reading, Times
from rule import Rule
from tables import Fact, Table, facts_as_text, rules_as_text

# What the design promises: a lookup among many twins takes at most this much longer.
MAX_LOOKUP_RATIO = 1.30
# Bytes, exclusive, of an index of a million records.
MAX_INDEX_BYTES = 1_000


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
            Rule.at_most(
                f"{series.title}, {'default' if series.trie_cache else 'no'} state cache: median "
                f"among {self.large.twins:,} twins to that among {self.small.twins:,}",
                series.ratio(),
                MAX_LOOKUP_RATIO,
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
        lines = ["Reads of twins", *facts_as_text(self.facts())]
        for table in self.tables():
            lines += ["", *table.as_text()]
        return "\n".join([*lines, "", *rules_as_text(self.rules())])

    def facts(self) -> list[Fact]:
        """How it was measured."""
        caches = ", ".join(f"--{name} {value}" for name, value in CACHES.items())
        where = "nodes and client ran wherever the system put them"
        if self.processor is not None:
            where = f"nodes and client shared processor {self.processor}"
        return [
            ("load", f"{self.load:.1f} before the reads; {where}"),
            ("node", f"{self.version}, ParityDB, no blocks made"),
            (
                "caches",
                f"--trie-cache-size 0 (none) or {TRIE_CACHE} (default), {caches}; ParityDB has "
                "none of its own, the operating system kept its files",
            ),
            (
                "reads",
                f"{self.reads:,} of each kind and chain, one after the other, of twins drawn from "
                f"all (seed {SEED}), after {WARM_UP:,} that do not count",
            ),
        ]

    def tables(self) -> list[Table]:
        """The figures."""
        return [self._reads(), self._databases(), self._state()]

    def _reads(self) -> Table:
        rows = []
        for series in self.series:
            (small, at_small), (large, at_large) = series.times.items()
            cache = "default" if series.trie_cache else "none"
            rows.append([series.title, cache, f"{small:,}", *_times(at_small), ""])
            rows.append(["", "", f"{large:,}", *_times(at_large), f"{series.ratio():.2f}"])
        heads = ["Read", "state cache", "twins", "median", "95th percentile", "ratio of medians"]
        return Table("Reads", heads, rows)

    def _databases(self) -> Table:
        rows = [
            [
                f"{chain.twins:,} twins",
                f"{chain.size.disk / 1e6:,.0f} MB",
                f"{chain.genesis_seconds:,.0f} s",
                f"{chain.peak_mib:,} MiB",
            ]
            for chain in (self.small, self.large)
        ]
        heads = ["Database", "on disk", "time to make it", "memory meanwhile"]
        return Table("Databases", heads, rows)

    def _state(self) -> Table:
        per_twin = self.bytes_per_twin()
        twins = self.large.written.twins
        bytes_of = {
            "a twin on disk": per_twin["disk"],
            "its keys and values alone": per_twin["keys_and_values"],
            **{
                f"of these {item}": count / twins
                for item, count in self.large.written.bytes_by_item.items()
            },
            f"index of {RECORDS:,} records": self.index_bytes,
        }
        rows = [[name, f"{count:,.0f}"] for name, count in bytes_of.items()]
        return Table("State", ["State", "bytes"], rows)


def _times(times: Times) -> list[str]:
    return [f"{times.median:.1f} µs", f"{times.p95:.1f} µs"]
