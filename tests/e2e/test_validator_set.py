"""Who validates: joining by the documented steps, leaving, and being caught cheating."""

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from ourledger_net import PATIENCE_SECONDS

import guide
from chain import Chain, key_of
from evidence import check_honest, equivocations, offences

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "validator.md"
# The exit code of `validator check`.
VALIDATES = 0
# A change takes effect at the second start of a session from now.
SESSIONS_OF_A_CHANGE = 2


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("set", "local_testnet", validators=4) as network:
        yield network


@pytest.fixture(autouse=True)
def everyone_runs(network):
    """A test that failed half-way must not make the next ones fail."""
    network.start_stopped()


@pytest.fixture
def chain(network):
    return Chain(network["alice"])


def wait_until_validating(chain, account, expected):
    """Wait for the session from which on an account validates, or does not any more."""
    last = chain.query("Session", "CurrentIndex") + SESSIONS_OF_A_CHANGE
    while True:
        # Asked first: the set is that of this session, or of a later one.
        session = chain.query("Session", "CurrentIndex")
        if (account in chain.query("Session", "Validators")) == expected:
            return
        assert session < last, f"validating should be {expected} in session {session}"
        time.sleep(0.5)


def wait_until_readiness_is(node, account, expected):
    """Wait for an exit code of `validator check`; the node may be a moment behind the others."""
    command = [str(node.binary), "validator", "check", "--account", account]
    command += ["--url", node.ws_url, *place_of(node)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == expected:
            return
        assert time.monotonic() < deadline, f"{done.returncode}: {done.stdout}{done.stderr}"
        time.sleep(0.5)


def place_of(node):
    """The flags that say where a node keeps its things."""
    return ["--base-path", str(node.base_path), "--chain", str(node.chain_spec)]


def wait_until_authoring(node):
    """Wait for a node's first block."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "Prepared block for proposing" not in node.log():
        assert time.monotonic() < deadline, f"{node.name} made no block"
        time.sleep(0.5)


def test_fifth_validator_joins_by_the_documented_steps_and_leaves(
    network, chain, full, tmp_path, measured
):
    account = key_of("eve").ss58_address
    node = network.add("fifth", ["--validator", "--name", "fifth"])

    # As the guide says: start the node, make keys beside it, submit, be approved, validate.
    environment = {
        **guide.environment(tmp_path, node.binary, network["alice"].ws_url),
        "CHAIN": str(node.chain_spec),
        "BASE": str(node.base_path),
        "ACCOUNT": account,
        "BOOTNODE": network["alice"].address,
    }
    ports = {
        "127.0.0.1:9944": f"127.0.0.1:{node.rpc_port}",
        "--rpc-port 9944": f"--rpc-port {node.rpc_port}",
        "--port 30333": f"--port {node.p2p_port}",
    }
    try:
        commands = guide.run(GUIDE, tmp_path, environment, ports)
    finally:
        # Where it failed half-way, its node would stay.
        subprocess.run(["bash", "-c", f'. {tmp_path}/.state; kill "$NODE"'], capture_output=True)
    measured("commands of the validator guide", str(commands))
    assert account in chain.query("Session", "Validators")

    # The guide has stopped the node at its end, for a newer one to take its place.
    network.start_stopped()
    wait_until_readiness_is(node, account, VALIDATES)

    # It takes its part: it makes blocks, and with one of the five down all four others must vote.
    wait_until_authoring(node)
    network["dave"].kill()
    network.wait_for_finality(5)
    network.start_stopped()

    # 5. It leaves, and gets its bond back when nothing can be held against it any more.
    chain = Chain(network["alice"])
    bond = chain.query("Validators", "Candidacies", account)["bond"]
    assert held(chain, account) == bond > 0
    chain.send(chain.call("Validators", "leave"), key_of("eve"))
    wait_until_validating(chain, account, False)
    network.wait_for_finality(3)
    assert held(chain, account) == bond
    if full:
        until = chain.query("Validators", "Candidacies", account)["state"]["Leaving"]["until"]
        chain.wait_for_event(
            "Session",
            "NewSession",
            chain.rpc.finalised().number,
            matches=lambda fields: fields["session_index"] >= until,
        )
        chain.send(chain.call("Validators", "withdraw_bond"), key_of("eve"))
        assert held(chain, account) == 0
    node.stop()
    check_honest(network)


def held(chain, account) -> int:
    """What is held of an account as its validator's bond, in base units."""
    holds = chain.query("Balances", "Holds", account)
    return sum(hold["amount"] for hold in holds if "Validators" in hold["id"])


def test_duplicated_key_is_reported_slashed_and_disabled(network, chain):
    """Last in this file: it costs Dave his place."""
    dave = key_of("dave").ss58_address
    bond = chain.query("Validators", "Candidacies", dave)["bond"]
    assert equivocations(network) == []
    assert offences(chain) == []
    since = chain.rpc.finalised().number

    # The same keys on another machine: other folder, other node key.
    network.add_validator("dave-again", key="dave").start()

    def about_dave(fields):
        return fields["validator"] == dave

    slash = chain.wait_for_event("Validators", "BondSlashed", since, matches=about_dave)
    chain.wait_for_event("Session", "ValidatorDisabled", since, matches=about_dave)
    chain.wait_for_event("Validators", "OffenderDropped", since, matches=about_dave)
    assert slash.fields["amount"] == slash.fields["fraction"] * bond // 10**9 > 0
    assert equivocations(network) != []
    assert offences(chain) != []

    # It goes on for as long as Dave is in the set, but each session costs him only once.
    wait_until_validating(chain, dave, False)
    network.wait_for_finality(3)
    last = chain.rpc.finalised().number
    slashes = chain.events_between(since, last, "Validators", "BondSlashed")
    assert {event.fields["validator"] for event in slashes} == {dave}
    per_session = Counter(event.fields["session"] for event in slashes)
    assert max(per_session.values()) == 1, slashes
    candidacy = chain.query("Validators", "Candidacies", dave)
    assert candidacy["slashed"] == sum(event.fields["amount"] for event in slashes)
    assert held(chain, dave) == bond - candidacy["slashed"]
