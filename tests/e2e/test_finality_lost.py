"""Two of four validators are lost for ever: the runbook, followed."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ourledger_net import Block, run_tool
from substrateinterface import Keypair, KeypairType

import guide
from chain import SS58_PREFIX, Chain, key_of
from cli import Cli, find_cli
from evidence import check_honest
from watch import wait_until

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbooks" / "finality-lost.md"
LOST = ["charlie", "dave"]
LEFT = ["alice", "bob"]
# The council is Alice, Bob and Charlie: two of its members are left.
MEMBERS = ["alice", "bob"]
HOUR = 3_600
# Ten blocks, each of up to eleven slots and those of the lost, and what GRANDPA needs then.
RESTORE_SECONDS = 900


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("lost", "local_testnet", validators=4) as network:
        yield network


def section(number: int) -> range:
    """The lines of a section of the runbook."""
    lines = RUNBOOK.read_text().splitlines()
    headings = [at for at, line in enumerate(lines, 1) if line.startswith("## ")]
    begin = next(at for at in headings if lines[at - 1].startswith(f"## {number}."))
    return range(begin, next(at for at in [*headings, len(lines) + 1] if at > begin))


def standing_at(node) -> Block:
    """Wait until finality stands, and say where: what is on its way may still become final."""
    while True:
        last, best = node.rpc.finalised(), node.rpc.best_number()
        wait_until(lambda since=best: node.rpc.best_number() >= since + 5, "five blocks")
        if node.rpc.finalised() == last:
            return last


def set_id_of(node) -> int:
    """The authority set that a node follows."""
    return node.rpc.call("grandpa_roundState")["setId"]


def readiness_of(node) -> subprocess.CompletedProcess:
    """What the helper for validators says of Alice's node."""
    command = [str(node.binary), "validator", "check", "--account", key_of("alice").ss58_address]
    command += ["--base-path", str(node.base_path), "--chain", str(node.chain_spec)]
    return subprocess.run([*command, "--url", node.ws_url], capture_output=True, text=True)


def announce_sets(node, chain: Chain, count: int) -> None:
    """Have the chain announce authority sets that no node comes to follow: Alice gets new keys."""
    alice = key_of("alice")
    arguments = ["--account", alice.ss58_address, "--json"]
    arguments += ["--base-path", str(node.base_path), "--chain", str(node.chain_spec)]
    for _ in range(count):
        made = json.loads(run_tool(node.binary, "validator", "keys", *arguments))
        chain.send(chain.decode_call(made["calls"]["session.setKeys"]), alice)
        # Asked only now: two changes in one session would announce one set.
        now = chain.query("Session", "CurrentIndex")
        wait_until(lambda now=now: chain.query("Session", "CurrentIndex") > now, "a session")
    wait_until(lambda: chain.query("Grandpa", "CurrentSetId") == count, "new sets")


def report_double_vote(node, chain: Chain, set_id: int) -> None:
    """Report two votes that Bob's key signs here in one round; he never cast them."""
    inspect = ["key", "inspect", "--scheme", "ed25519", "--output-type", "json", "//Bob//grandpa"]
    secret = json.loads(run_tool(node.binary, *inspect))["secretSeed"]
    bob = Keypair.create_from_seed(secret, SS58_PREFIX, KeypairType.ED25519)
    number = lambda value, size: value.to_bytes(size, "little")  # noqa: E731
    votes = b""
    for block in (b"\x01", b"\x02"):
        vote = block * 32 + number(1, 4)
        votes += vote + bob.sign(b"\0" + vote + number(99, 8) + number(set_id, 8))
    evidence = number(set_id, 8) + b"\0" + number(99, 8) + bob.public_key + votes
    arguments = number(set_id, 8) + bob.public_key
    answer = chain.rpc.call(
        "state_call", "GrandpaApi_generate_key_ownership_proof", "0x" + arguments.hex()
    )
    some, *rest = bytes.fromhex(answer[2:])
    assert some == 1, "the chain proves whose key it is"
    # The proof is bytes behind their length, whose last two bits say how long that is.
    proof = bytes(rest[1 << (rest[0] & 3) :])
    # The calls of a pallet begin with its index.
    pallet = chain.call("Grandpa", "note_stalled", delay=0, best_finalized_block_number=0)
    encoded = bytes(pallet.data.data[:1]) + b"\0" + evidence + proof
    chain.send(chain.decode_call("0x" + encoded.hex()), key_of("alice"))


@pytest.mark.timeout(HOUR)
def test_finality_is_restored_by_the_runbook(network, tmp_path, measured):
    alice = network["alice"]
    network.wait_for_finality(2)
    for name in LOST:
        network[name].kill()
        shutil.rmtree(network[name].base_path)
    lost_at = time.monotonic()
    chain = Chain(alice)
    last = standing_at(alice)
    announce_sets(alice, chain, 2)
    assert alice.rpc.finalised() == last
    # Whoever upgrades one node after the other sees it, too.
    readiness = readiness_of(alice)
    assert readiness.returncode == 1, readiness
    assert "✗ Finality stands" in readiness.stdout, readiness
    assert [set_id_of(network[name]) for name in LEFT] == [0, 0]

    reader = tmp_path / "reader"
    reader.mkdir()
    accounts = {f"LOST_{i}": key_of(name).ss58_address for i, name in enumerate(LOST, 1)}
    environment = {
        "PATH": f"{find_cli().parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(reader),
        "OURLEDGER_CONFIG": str(tmp_path / "config"),
        "OURLEDGER_URL": alice.ws_url,
        "NODE_HTTP": alice.rpc.url,
        "NO_COLOR": "1",
        **{f"MEMBER_{i}": f"//{name.capitalize()}" for i, name in enumerate(MEMBERS, 1)},
        **accounts,
    }
    cli = Cli(alice.ws_url, tmp_path / "config")
    status = cli.json("chain", "status")
    assert status["finality"]["stands"]
    assert "STANDS since 20" in cli.text("chain", "status")
    # Who reads without --best is told that it is old, and who pays that it will wait.
    reading = cli.start("account", "show", "//Alice")
    assert f"Finality stands since block {last.number}:" in reading.communicate()[1]
    paying = cli.signing_with("//Alice").start("account", "transfer", "//Bob", "1")
    told = "".join(paying.communicate())
    assert paying.returncode != 0, "nobody was asked"
    assert f"finality stands since block {last.number}" in told
    seen = cli.json("--best", "chain", "finality")
    assert (seen["set"], seen["announcedSet"]) == (0, 2)
    silent = {voter["account"] for voter in seen["voters"] if voter["silent"]}
    assert silent == set(accounts.values())

    began = time.monotonic()
    commands = guide.run(RUNBOOK, reader, environment, lines=section(1))
    commands += guide.run(RUNBOOK, reader, environment, lines=section(3))
    commands += guide.run(RUNBOOK, reader, environment, lines=section(4))
    # A restart within the delay must not keep a validator from voting after it.
    network["bob"].kill()
    network["bob"].start()
    commands += guide.run(RUNBOOK, reader, environment, lines=section(5), seconds=RESTORE_SECONDS)
    for name in LEFT:
        network[name].wait_for_finalised(last.number + 1)
    measured("finality restored after", f"{time.monotonic() - began:.0f} s of the runbook")
    assert time.monotonic() - lost_at < HOUR

    # The chain's set is the nodes' set, also after the next change, by which the lost leave.
    left = [key_of(name).ss58_address for name in LEFT]
    wait_until(lambda: chain.query("Session", "Validators") == left, "the lost left")
    agree_on_set(network, chain, at_least=2)
    sessions_served(chain)

    # A new node sees all of it happen.
    newcomer = network.add("newcomer", ["--sync", "full"])
    newcomer.start()
    newcomer.wait_for_rpc()
    newcomer.wait_for_finalised(alice.rpc.finalised().number)
    assert newcomer.rpc.block_hash(last.number) == last.hash

    # A light client starts after it.
    commands += guide.run(RUNBOOK, reader, environment, lines=first_commands(section(7)))
    checkpoint = json.loads((reader / "checkpoint.json").read_text())
    checkpoint["bootNodes"] = [network[name].address for name in LEFT]
    (reader / "checkpoint.json").write_text(json.dumps(checkpoint))
    commands += guide.run(RUNBOOK, reader, environment, lines=last_commands(section(7)))
    measured("commands of the runbook", str(commands))

    check_honest(network)
    bob = key_of("bob").ss58_address
    report_double_vote(alice, chain, chain.query("Grandpa", "CurrentSetId"))
    assert chain.query("Validators", "Candidacies", bob)["slashed"] > 0


def agree_on_set(network, chain: Chain, at_least: int) -> None:
    """Insist that chain and nodes count the same authority set."""

    def agree() -> bool:
        known = {set_id_of(network[name]) for name in LEFT}
        known.add(chain.query("Grandpa", "CurrentSetId"))
        return len(known) == 1 and known.pop() >= at_least

    # Nodes follow when the block that announces a set is final.
    wait_until(agree, "one set id")


def sessions_served(chain: Chain) -> None:
    """Insist that each set's last session is known, in order, as reports need it."""
    session = chain.query("Session", "CurrentIndex")
    current = chain.query("Grandpa", "CurrentSetId")
    sessions = [chain.query("Grandpa", "SetIdSession", set_id) for set_id in range(current + 1)]
    assert sessions == sorted(sessions), sessions
    assert sessions[-1] >= session


def first_commands(lines: range) -> range:
    """Those before the text between two blocks of commands."""
    return range(lines.start, _middle(lines))


def last_commands(lines: range) -> range:
    """Those after it."""
    return range(_middle(lines), lines.stop)


def _middle(lines: range) -> int:
    text = RUNBOOK.read_text().splitlines()
    return next(at for at in lines if text[at - 1].startswith("Look that its `bootNodes`"))
