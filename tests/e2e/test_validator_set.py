"""Who validates: joining by the documented steps, leaving, and being caught cheating."""

import itertools
import json
import shutil
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ourledger_net import PATIENCE_SECONDS, run_tool

import guide
from chain import Chain, key_of
from evidence import check_honest, equivocations, offences
from watch import wait_until

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
    wait_until(lambda: "Prepared block for proposing" in node.log(), f"a block of {node.name}")


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


def make_session_keys(node, account):
    """Make session keys in a node's keystore; the call that registers them, in hexadecimal."""
    arguments = ["--account", account, "--json", *place_of(node)]
    made = json.loads(run_tool(node.binary, "validator", "keys", *arguments))
    return made["calls"]["session.setKeys"]


class Rotation:
    """Has a validator register other session keys in every session, until its context ends."""

    def __init__(self, chain_node, node, key, sets=10):
        """`node` is the validator's; all keys are made beforehand, so that they can be copied."""
        self.key = key
        self.chain = Chain(chain_node)
        # The library's types are made with the first answer, and not by two threads at once.
        self.chain.query("Session", "CurrentIndex")
        calls = [make_session_keys(node, key.ss58_address) for _ in range(sets)]
        self._calls = itertools.cycle(calls)
        # The sessions in which keys were registered.
        self.sessions = []
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self):
        self._done = self._pool.submit(self._run)
        return self

    def __exit__(self, *_):
        self._stop.set()
        # What went wrong in there goes wrong here.
        self._done.result()
        self._pool.shutdown()

    def _run(self):
        while not self._stop.wait(1):
            session = self.chain.query("Session", "CurrentIndex")
            if session not in self.sessions:
                call = self.chain.decode_call(next(self._calls))
                self.chain.send(call, self.key)
                self.sessions.append(session)


def wait_for_session(chain, index):
    """Wait until a session has begun."""
    wait_until(lambda: chain.query("Session", "CurrentIndex") >= index, f"session {index}")


def copy_keystore(source, target):
    """Give a node that hasn't run yet the keys of another."""
    (keystore,) = source.base_path.glob("chains/*/keystore")
    shutil.copytree(keystore, target.base_path / keystore.relative_to(source.base_path))


def test_duplicated_key_is_reported_slashed_and_disabled(network, chain):
    """Last in this file: it costs Dave his place. That he registers other keys in every session, so
    that those in use are never those registered, doesn't save him."""
    dave = key_of("dave").ss58_address
    with Rotation(network["alice"], network["dave"], key_of("dave")) as rotation:
        # From the session after next on, keys of the rotation are in use.
        wait_for_session(chain, chain.query("Session", "CurrentIndex") + 3)
        assert len(rotation.sessions) >= 3
        check_honest(network)
        offend_with_duplicated_key(network, chain, dave)
    assert len(rotation.sessions) >= 5


def offend_with_duplicated_key(network, chain, dave):
    """Run Dave's keys on two machines, and see what it costs him."""
    registered = chain.query("Session", "NextKeys", dave)["babe"]
    in_use = [author for author, _ in chain.query("Babe", "Authorities")]
    assert len(in_use) == 4 and registered not in in_use
    bond = chain.query("Validators", "Candidacies", dave)["bond"]
    assert equivocations(network) == []
    assert offences(chain) == []
    since = chain.rpc.finalised().number

    # The same keys on another machine: other folder, other node key.
    again = network.add_validator("dave-again", key="dave")
    copy_keystore(network["dave"], again)
    again.start()

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
