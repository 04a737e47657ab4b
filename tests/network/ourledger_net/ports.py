"""Chooses ports that nothing listens on."""

import random
import socket

# Below the range from which systems take ports for outgoing connections: a port taken from there
# while a node is down could not be had again when it restarts.
LOWEST = 20_000
HIGHEST = 32_000

# Handed out by this process, whether or not a node listens on them yet.
_taken = set()


def free_port() -> int:
    """A port on the loopback interface that is free now and that this process has not given out.

    Chosen at random, so that two launchers that start at once hardly ever choose the same.
    """
    for _ in range(1_000):
        port = random.randrange(LOWEST, HIGHEST)
        if port not in _taken and _can_listen(port):
            _taken.add(port)
            return port
    raise OSError(f"no free port from {LOWEST} to {HIGHEST}")


def _can_listen(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
