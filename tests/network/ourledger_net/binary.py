"""Finds the programs that scripts/build makes."""

import os
from pathlib import Path

BINARY = "ourledger-node"
# As in scripts/lib.sh.
PROFILE = os.environ.get("OURLEDGER_PROFILE") or "develop"


def cache_dir() -> Path:
    """The folder outside of the checkout in which everything that can be made again is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "ourledger"


def built(name: str) -> Path:
    """Where scripts/build puts a program."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or cache_dir() / "target")
    return target / PROFILE / name


def find_node() -> Path:
    """The binary that OURLEDGER_NODE names, else the one that scripts/build makes."""
    named = os.environ.get("OURLEDGER_NODE")
    binary = Path(named) if named else built(BINARY)
    if not os.access(binary, os.X_OK):
        raise FileNotFoundError(
            f"there is no node at {binary}; run scripts/build, or set OURLEDGER_NODE to its path"
        )
    return binary.resolve()
