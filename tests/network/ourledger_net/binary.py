"""Finds the node's binary."""

import os
from pathlib import Path

BINARY = "ourledger-node"


def cache_dir() -> Path:
    """The folder outside of the checkout in which everything that can be made again is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "ourledger"


def find_node() -> Path:
    """The binary that OURLEDGER_NODE names, else the one that scripts/build makes."""
    named = os.environ.get("OURLEDGER_NODE")
    target = Path(os.environ.get("CARGO_TARGET_DIR") or cache_dir() / "target")
    binary = Path(named) if named else target / "release" / BINARY
    if not os.access(binary, os.X_OK):
        raise FileNotFoundError(
            f"there is no node at {binary}; run scripts/build, or set OURLEDGER_NODE to its path"
        )
    return binary.resolve()
