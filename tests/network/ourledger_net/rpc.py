"""JSON-RPC over HTTP: the few questions that a launcher has to ask."""

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple, Optional

# Nodes are on this machine, so no proxy.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unreachable(Exception):
    """The node does not answer: it is starting, stopped, or busy for longer than the timeout."""


class RpcError(Exception):
    """The node answered with an error."""


class Block(NamedTuple):
    """A block's number and hash."""

    number: int
    hash: str


class Rpc:
    """Asks one node. Safe to use from several threads."""

    def __init__(self, url: str, timeout: float = 30.0):
        self.url = url
        self.timeout = timeout

    def call(self, method: str, *params: Any) -> Any:
        """The result of a method."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        request = urllib.request.Request(
            self.url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with _opener.open(request, timeout=self.timeout) as response:
                answer = json.load(response)
        # ValueError: a node that is killed may leave half an answer.
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise Unreachable(f"{method} at {self.url}: {error}") from error
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error']}")
        return answer["result"]

    def header(self, block_hash: Optional[str] = None) -> dict:
        """The header of a block, by default of the best one."""
        header = self.call("chain_getHeader", *([block_hash] if block_hash else []))
        if header is None:
            raise RpcError(f"there is no block {block_hash}")
        return header

    def best_number(self) -> int:
        """The number of the best block."""
        return int(self.header()["number"], 16)

    def finalised(self) -> Block:
        """The last finalised block."""
        block_hash = self.call("chain_getFinalizedHead")
        return Block(int(self.header(block_hash)["number"], 16), block_hash)

    def block_hash(self, number: int) -> Optional[str]:
        """The hash of the block with a number on the best chain, if there is one."""
        return self.call("chain_getBlockHash", number)

    def peers(self) -> int:
        """How many nodes this one is connected to."""
        return self.call("system_health")["peers"]

    def spec_version(self, block_hash: Optional[str] = None) -> int:
        """The version of the runtime at a block, by default the best one."""
        version = self.call("state_getRuntimeVersion", *([block_hash] if block_hash else []))
        return version["specVersion"]
