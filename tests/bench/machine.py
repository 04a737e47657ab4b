"""Where it was measured, and how fast that is."""

import hashlib
import os
import platform
import time
from pathlib import Path
from typing import Callable, NamedTuple

import sr25519

# What one speed is measured for.
SPEED_SECONDS = 1.0
# Calls between two looks at the clock.
CALLS = 50
MESSAGE = bytes(32)
BUFFER = bytes(1 << 20)


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


class Speeds(NamedTuple):
    """What one core does in a second."""

    # Signatures over 32 bytes that it checks.
    signatures: float
    # Bytes of which it makes BLAKE2b-256, a MiB at once.
    hashed: float

    @property
    def signature_seconds(self) -> float:
        """What one check takes."""
        return 1 / self.signatures

    @classmethod
    def now(cls) -> "Speeds":
        """As it is now: other programs change it, and so do neighbours of a virtual machine."""
        public, secret = sr25519.pair_from_seed(bytes(32))
        signature = sr25519.sign((public, secret), MESSAGE)
        return cls(
            _per_second(lambda: sr25519.verify(signature, MESSAGE, public)),
            _per_second(lambda: hashlib.blake2b(BUFFER, digest_size=32).digest()) * len(BUFFER),
        )


def _per_second(act: Callable[[], object]) -> float:
    done, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < SPEED_SECONDS:
        for _ in range(CALLS):
            act()
        done += CALLS
    return done / took
