"""The launcher's command line."""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path

from . import Network, NetworkError, RpcError, Unreachable, find_node

# What Ctrl-C, `stop` and a closed terminal send.
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STATE_FILE = "state.json"
STATUS_SECONDS = 5
STOP_SECONDS = 150


def main() -> int:
    """Run the command that the arguments name."""
    options = _parse_options()
    try:
        return options.run(options)
    except (NetworkError, FileNotFoundError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="ourledger_net", description="Runs an OurLedger network on this machine."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start a network and keep it running until Ctrl-C")
    up.add_argument("--validators", type=int, default=4, metavar="N", help="how many (default 4)")
    up.add_argument(
        "--chain",
        default="local_testnet",
        help="preset or chain specification (default local_testnet)",
    )
    up.add_argument(
        "--base-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="where data, logs and state.json are kept",
    )
    up.set_defaults(run=_up)

    stop = commands.add_parser("stop", help="stop a network that was started elsewhere")
    stop.add_argument("-f", "--file", type=Path, required=True, help="its state.json")
    stop.set_defaults(run=_stop)
    return parser.parse_args()


def _up(options: argparse.Namespace) -> int:
    for number in INTERRUPTIONS:
        signal.signal(number, _interrupt)
    binary = find_node()
    options.base_dir.mkdir(parents=True, exist_ok=True)
    state_path = options.base_dir / STATE_FILE
    with state_path.open("a") as state_file:
        if not _lock(state_file):
            raise NetworkError(f"a network is already running in {options.base_dir}")
        # Enough for `stop`, from the first moment on.
        state_path.write_text(json.dumps({"launcher": os.getpid()}))
        try:
            with Network(binary, options.base_dir, options.chain) as network:
                print(f"Starting {options.validators} validators of {options.chain}", flush=True)
                network.start(options.validators)
                network.wait_for_finality()
                state_path.write_text(json.dumps(_state(network), indent=2) + "\n")
                for node in network:
                    print(f"  {node.name:8} {node.ws_url}   log {node.log_file}", flush=True)
                print(
                    f"Finality reached. Ctrl-C stops the network, as does: stop -f {state_path}",
                    flush=True,
                )
                _follow(network)
        except KeyboardInterrupt:
            print("\nStopped.")
        finally:
            state_path.unlink()
    return 0


def _stop(options: argparse.Namespace) -> int:
    if not options.file.exists():
        print("No network is running there.")
        return 0
    with options.file.open("r+") as state_file:
        # The launcher holds the lock as long as it lives, so the process id is still its own.
        if _lock(state_file):
            print("No network is running there.")
            return 0
        launcher = json.load(state_file)["launcher"]
        os.kill(launcher, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while not _lock(state_file):
            if time.monotonic() > deadline:
                raise NetworkError(
                    f"the launcher, process {launcher}, did not stop within {STOP_SECONDS} s"
                )
            time.sleep(0.2)
    print("Stopped.")
    return 0


def _interrupt(*_) -> None:
    # Once: a second one must not keep the first from stopping the nodes.
    for number in INTERRUPTIONS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _lock(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _state(network: Network) -> dict:
    return {
        "launcher": os.getpid(),
        "chain": network.chain,
        "nodes": {
            node.name: {
                "pid": node.process.pid,
                "rpc": node.ws_url,
                "address": node.address,
                "base_path": str(node.base_path),
                "log": str(node.log_file),
            }
            for node in network
        },
    }


def _follow(network: Network) -> None:
    """Print a line of status every few seconds, for ever."""
    while True:
        words = []
        for node in network:
            try:
                words.append(f"{node.name} {node.rpc.best_number()}/{node.rpc.finalised().number}")
            except (Unreachable, RpcError):
                words.append(f"{node.name} {'silent' if node.running else 'down'}")
        print(f"{time.strftime('%H:%M:%S')}  best/finalised: {', '.join(words)}", flush=True)
        time.sleep(STATUS_SECONDS)


sys.exit(main())
