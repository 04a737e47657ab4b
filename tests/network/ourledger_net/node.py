"""One node: its folder, its process, its life."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from .ports import free_port
from .rpc import Rpc, Unreachable

# A node that stops in an orderly way needs about a second; a busy machine makes it several.
STOP_SECONDS = 120
# How long to wait for what must come. It tells what never comes from what comes slowly on a slow
# or busy machine, and nothing else: no test passes or fails by how fast the machine is.
PATIENCE_SECONDS = 600


class NetworkError(Exception):
    """A node or a network did not do what was asked of it in time."""


def run_tool(binary: Path, *arguments: str) -> str:
    """What a subcommand of the node prints."""
    done = subprocess.run([str(binary), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise NetworkError(f"{' '.join(arguments)} failed: {done.stderr.strip()}")
    return done.stdout


class Node:
    """A node on the loopback interface. Ports, node key and data last as long as its folder."""

    def __init__(
        self,
        name: str,
        binary: Path,
        chain_spec: Path,
        folder: Path,
        arguments: Sequence[str] = (),
        compiled: Optional[Path] = None,
    ):
        """`arguments` say what kind of node it is, as in `--validator` or `--alice`.

        `compiled` is a folder of compiled runtimes that nodes share; else each has its own.
        """
        self.name = name
        self.binary = binary
        self.chain_spec = chain_spec
        self.folder = folder
        self.arguments = list(arguments)
        self.compiled = compiled
        # Addresses of the nodes to connect to first.
        self.bootnodes: list[str] = []
        self.rpc_port = free_port()
        self.p2p_port = free_port()
        self.rpc = Rpc(f"http://127.0.0.1:{self.rpc_port}")
        self.process: Optional[subprocess.Popen] = None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.peer_id = self._make_node_key()

    # ---- what it is --------------------------------------------------------------------------

    def command(self) -> list[str]:
        """The command that starts it: the one place where flags are chosen."""
        return [
            str(self.binary),
            "--chain",
            str(self.chain_spec),
            "--base-path",
            str(self.base_path),
            "--node-key-file",
            str(self.node_key_file),
            "--rpc-port",
            str(self.rpc_port),
            # Loopback only: these networks have keys that everybody knows.
            "--listen-addr",
            f"/ip4/127.0.0.1/tcp/{self.p2p_port}",
            "--no-mdns",
            "--no-prometheus",
            "--no-telemetry",
            # How long it took to compile a runtime.
            "-lwasm-runtime=debug",
            *(["--bootnodes", *self.bootnodes] if self.bootnodes else []),
            *self.arguments,
        ]

    @property
    def base_path(self) -> Path:
        """Where the node keeps chain and keys."""
        return self.folder / "data"

    @property
    def compiled_runtimes(self) -> Path:
        """Where the node keeps what it has compiled."""
        chain = json.loads(self.chain_spec.read_text())["id"]
        return self.base_path / "chains" / chain / "compiled-runtimes"

    @property
    def node_key_file(self) -> Path:
        """The secret by which the network knows the node."""
        return self.folder / "node-key"

    @property
    def log_file(self) -> Path:
        """Everything that the node printed, in all its lives."""
        return self.folder / "node.log"

    @property
    def address(self) -> str:
        """How other nodes reach this one."""
        return f"/ip4/127.0.0.1/tcp/{self.p2p_port}/p2p/{self.peer_id}"

    @property
    def ws_url(self) -> str:
        """Where clients reach this one."""
        return f"ws://127.0.0.1:{self.rpc_port}"

    @property
    def running(self) -> bool:
        """Whether the process is there, be it paused."""
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        """What the node has printed so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def memory_mib(self) -> int:
        """Resident memory now, in MiB."""
        pid = str(self._pid())
        kib = subprocess.run(
            ["ps", "-o", "rss=", "-p", pid], check=True, capture_output=True, text=True
        )
        return int(kib.stdout) // 1024

    # ---- its life ----------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process, on the data that is there."""
        if self.running:
            raise NetworkError(f"{self.name} is running already")
        if self.compiled and not self.compiled_runtimes.exists():
            self.compiled.mkdir(parents=True, exist_ok=True)
            self.compiled_runtimes.parent.mkdir(parents=True, exist_ok=True)
            self.compiled_runtimes.symlink_to(self.compiled)
        with self.log_file.open("ab") as log:
            # A session of its own: Ctrl-C reaches the launcher alone, which stops nodes in order.
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ask_to_stop(self) -> None:
        """Ask the process to end, without waiting."""
        self.resume()
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask the process to end, and wait until it has; kill it if it does not."""
        if not self.running:
            return
        self.ask_to_stop()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NetworkError(f"{self.name} did not stop within {STOP_SECONDS} s") from None

    def kill(self) -> None:
        """End the process at once, as a power cut of the process alone would."""
        if self.running:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """Stop, then start on the same data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze the process; others see it fall silent without closing its connections."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    # ---- waiting -----------------------------------------------------------------------------

    def check(self) -> None:
        """Fail if the process has ended by itself."""
        if not self.running:
            last_lines = "\n".join(self.log().splitlines()[-15:])
            raise NetworkError(
                f"{self.name} is not running; the end of {self.log_file}:\n{last_lines}"
            )

    def wait_for_rpc(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the node answers."""
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            try:
                self.rpc.call("system_name")
                return
            except Unreachable as error:
                if time.monotonic() > deadline:
                    raise NetworkError(
                        f"{self.name} did not answer within {seconds:.0f} s"
                    ) from error
            time.sleep(0.1)

    def wait_for_finalised(self, number: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the node says that a block with this number is final."""
        deadline = time.monotonic() + seconds
        reached = "no answer yet"
        while True:
            self.check()
            try:
                reached = self.rpc.finalised().number
                if reached >= number:
                    return
            except Unreachable:
                pass
            if time.monotonic() > deadline:
                raise NetworkError(
                    f"{self.name} did not finalise block {number} within {seconds:.0f} s: {reached}"
                )
            time.sleep(0.2)

    # ---- internal ----------------------------------------------------------------------------

    def _pid(self) -> int:
        self.check()
        return self.process.pid

    def _signal(self, number: int) -> None:
        # Popen does not signal a process that it has waited for, so no foreign one can be hit.
        if self.running:
            self.process.send_signal(number)

    def _make_node_key(self) -> str:
        """The peer id of the folder's node key, which is made if there is none."""
        if not self.node_key_file.exists():
            run_tool(self.binary, "key", "generate-node-key", "--file", str(self.node_key_file))
            os.chmod(self.node_key_file, 0o600)
        return run_tool(
            self.binary, "key", "inspect-node-key", "--file", str(self.node_key_file)
        ).strip()
