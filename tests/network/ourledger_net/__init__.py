"""Runs OurLedger networks on this machine, for tests and for trying things out.

Needs Python 3.9 and the node, nothing else. From a program:

    with Network(find_node(), "our-net") as network:
        network.start(validators=4)
        network.wait_for_finality()
        network["bob"].kill()

From a shell, in this folder's parent: ``python3 -m ourledger_net --help``.
"""

from .binary import find_node
from .network import DEVELOPMENT_NAMES, Network
from .node import PATIENCE_SECONDS, NetworkError, Node, run_tool
from .rpc import Block, Rpc, RpcError, Unreachable

__all__ = [
    "DEVELOPMENT_NAMES",
    "PATIENCE_SECONDS",
    "Block",
    "Network",
    "NetworkError",
    "Node",
    "Rpc",
    "RpcError",
    "Unreachable",
    "find_node",
    "run_tool",
]
