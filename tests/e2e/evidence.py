"""Looks for what must never be in a log, and for proof that somebody cheated."""

import re

from ourledger_net import Network

from chain import Chain

# As BABE and GRANDPA say it.
EQUIVOCATION = re.compile(r"is equivocating at slot|Detected (prevote|precommit) equivocation")
# Not the panic of a timer that is asked once more while the node, told to stop, ends its threads:
# on a busy machine that happens in the SDK's tasks, and nothing is lost by it.
STOPPING = "'A Tokio 1.x context was found, but it is being shutdown"
DAMAGE = re.compile(rf"panicked at (?!{STOPPING})|Corruption|corrupted")


def equivocations(network: Network) -> list[str]:
    """Log lines of any node that tell of a validator that signed twice."""
    return _lines(network, EQUIVOCATION)


def damage(network: Network) -> list[str]:
    """Log lines of any node that tell of a crash or of a broken database."""
    return _lines(network, DAMAGE)


def offences(chain: Chain) -> list[str]:
    """Ids of all offences ever reported on chain."""
    return chain.keys("Offences", "Reports")


def check_honest(network: Network) -> None:
    """Insist that nobody signed twice, crashed or lost data."""
    assert equivocations(network) == []
    assert damage(network) == []
    assert offences(Chain(network.running[0])) == []


def _lines(network: Network, pattern: "re.Pattern") -> list[str]:
    return [
        f"{node.name}: {line}"
        for node in network
        for line in node.log().splitlines()
        if pattern.search(line)
    ]
