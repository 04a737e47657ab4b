"""A network: nodes that know each other."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Optional, Union

from .node import PATIENCE_SECONDS, NetworkError, Node, run_tool

# The development accounts for which the node has a flag. Their keys are known to everybody.
DEVELOPMENT_NAMES = ("alice", "bob", "charlie", "dave", "eve", "ferdie")


class Network:
    """Nodes of one chain on the loopback interface.

    As a context manager it leaves no process behind, whatever happens inside.
    """

    def __init__(
        self,
        binary: Union[str, Path],
        folder: Union[str, Path],
        chain: str = "local_testnet",
        compiled: Optional[Path] = None,
    ):
        """`chain` is what the node takes for `--chain`: a preset's name, or a file.

        `compiled` is a folder of compiled runtimes, for networks that share what one compiled.
        """
        self.binary = Path(binary).resolve()
        self.folder = Path(folder).resolve()
        self.chain = chain
        self.compiled = compiled
        self.nodes: dict[str, Node] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.chain_spec = self._write_chain_spec()

    def __enter__(self) -> "Network":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def __iter__(self) -> Iterator[Node]:
        return iter(list(self.nodes.values()))

    @property
    def running(self) -> list[Node]:
        """The nodes whose process is there."""
        return [node for node in self if node.running]

    # ---- nodes -------------------------------------------------------------------------------

    def add(self, name: str, arguments: Sequence[str] = ()) -> Node:
        """A further node, not started yet, that knows and is known to all others."""
        if name in self.nodes:
            raise NetworkError(f"there is a node {name} already")
        folder = self.folder / name
        node = Node(name, self.binary, self.chain_spec, folder, arguments, self.compiled)
        node.bootnodes = [other.address for other in self]
        # The others learn of it at their next start.
        for other in self:
            other.bootnodes.append(node.address)
        self.nodes[name] = node
        return node

    def add_validator(self, name: str, key: Optional[str] = None, alone: bool = False) -> Node:
        """A further node with the session keys of a development account, by default its name's.

        One that is `alone` makes blocks without having heard of any other node.
        """
        key = key or name
        if key not in DEVELOPMENT_NAMES:
            raise NetworkError(f"{key} is none of {', '.join(DEVELOPMENT_NAMES)}")
        # The flag also sets the name, which two nodes with the same key may share.
        return self.add(
            name, ["--validator", f"--{key}", *(["--force-authoring"] if alone else [])]
        )

    def start(self, validators: int = 4) -> None:
        """Add and start this many validators, and wait until all of them answer."""
        if not 1 <= validators <= len(DEVELOPMENT_NAMES):
            raise NetworkError(f"the number of validators is 1 to {len(DEVELOPMENT_NAMES)}")
        for name in DEVELOPMENT_NAMES[:validators]:
            self.add_validator(name, alone=validators == 1)
        self.start_stopped()

    def start_stopped(self) -> None:
        """Start every node whose process is not there, and wait until all of them answer."""
        for node in self:
            if not node.running:
                node.start()
        for node in self:
            node.wait_for_rpc()

    def close(self) -> None:
        """Stop every node; kill those that do not stop."""
        for node in self:
            node.ask_to_stop()
        for node in self:
            # A node that does not stop is killed.
            with suppress(NetworkError):
                node.stop()
        self.nodes.clear()

    # ---- waiting -----------------------------------------------------------------------------

    def finalised_number(self) -> int:
        """The highest number that any running node says is final."""
        return max(node.rpc.finalised().number for node in self.running)

    def wait_for_finality(self, blocks: int = 1, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until this many more blocks are final on every running node; the number reached."""
        deadline = time.monotonic() + seconds
        target = self.finalised_number() + blocks
        for node in self.running:
            node.wait_for_finalised(target, max(1.0, deadline - time.monotonic()))
        return target

    # ---- internal ----------------------------------------------------------------------------

    def _write_chain_spec(self) -> Path:
        """The chain as a file with the genesis state in it.

        From a preset's name each start of a node would compute that state anew, which takes twice
        as long as all the rest. A folder that has the file continues its chain, also with a node
        whose preset has changed.
        """
        path = self.folder / "chain-spec.json"
        if not path.exists():
            part = path.with_suffix(".part")
            arguments = ["export-chain-spec", "--raw", "--chain", self.chain, "--output", str(part)]
            run_tool(self.binary, *arguments)
            part.rename(path)
        return path
