"""The node's own commands, without a network: what they write, and how they refuse."""

import fcntl
import json
import os
import subprocess
from pathlib import Path

import pytest
from ourledger_net import find_node

# Any account.
ACCOUNT = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


@pytest.fixture(scope="module")
def specification(tmp_path_factory) -> Path:
    """A chain of a type that doesn't start anew."""
    done = run("export-chain-spec", "--chain", "local", "--raw")
    spec = json.loads(done.stdout)
    spec["chainType"] = "Live"
    path = tmp_path_factory.mktemp("spec") / "spec.json"
    path.write_text(json.dumps(spec))
    return path


def run(*arguments, **options) -> subprocess.CompletedProcess:
    command = [str(find_node()), *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, text=True, **options)


def sentence(done) -> str:
    """The one sentence by which a command failed."""
    assert done.returncode == 1, done
    assert "panicked" not in done.stderr
    # The log goes to standard error too.
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("Error: "))
    return line


def opened(specification: Path, base_path: Path, *arguments) -> subprocess.CompletedProcess:
    """Has the node open its database, and make it if there is none."""
    place = ["--chain", specification, "--base-path", base_path]
    return run("export-blocks", "--to", 0, *place, *arguments)


def database_in(base_path: Path, specification: Path) -> Path:
    chain = json.loads(specification.read_text())["id"]
    return base_path / "chains" / chain / "paritydb" / "full"


def test_completions_survive_a_reader_that_leaves():
    command = f"'{find_node()}' completions bash | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("completions", "bash"),
        ("validator", "keys", "--account", ACCOUNT),
        ("validator", "check", "--account", ACCOUNT, "--url", "ws://127.0.0.1:1"),
        ("purge-chain", "-y"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_what_cannot_be_printed_is_an_error(command, specification, tmp_path):
    place = ["--chain", specification, "--base-path", tmp_path]
    place = [] if command[0] == "completions" else place
    with open("/dev/full", "w") as full:
        done = run(*command, *place, stdout=full)
    assert "Can't write to standard output" in sentence(done)


def test_keys_are_readable_by_their_owner_alone(specification, tmp_path):
    place = ["--chain", specification, "--base-path", tmp_path / "base"]
    old = os.umask(0o022)
    try:
        assert run("key", "generate-node-key", *place).returncode == 0
        assert run("validator", "keys", "--account", ACCOUNT, *place).returncode == 0
    finally:
        os.umask(old)
    paths = list((tmp_path / "base").rglob("*"))
    assert any(path.name == "secret_ed25519" for path in paths)
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_locked_database_is_not_purged(specification, tmp_path):
    assert opened(specification, tmp_path).returncode == 0
    database = database_in(tmp_path, specification)
    place = ["--chain", specification, "--base-path", tmp_path]
    with open(database / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = sentence(run("purge-chain", "-y", *place))
        assert refused == "Error: A node runs on this base path: stop it first."
        assert database.exists()
    assert run("purge-chain", *place, input="n\n").returncode == 0
    assert database.exists()
    assert run("purge-chain", *place, input="y\n").returncode == 0
    assert not database.exists()


def test_database_of_another_chain_is_refused(specification, tmp_path):
    base_path = tmp_path / "base"
    assert opened(specification, base_path).returncode == 0
    assert opened(specification, base_path).returncode == 0
    spec = json.loads(specification.read_text())
    spec["genesis"]["raw"]["top"]["0x6f757273"] = "0x01"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(spec))

    refused = sentence(opened(other, base_path))
    assert "holds another chain of the same name" in refused and str(base_path) in refused
    assert opened(specification, base_path).returncode == 0
    # A local chain goes on after its runtime was built anew.
    spec["chainType"] = "Local"
    other.write_text(json.dumps(spec))
    assert opened(other, base_path).returncode == 0


def test_database_is_not_called_damaged_for_other_flags(specification, tmp_path):
    assert opened(specification, tmp_path, "--state-pruning", "archive").returncode == 0
    refused = sentence(opened(specification, tmp_path, "--state-pruning", "256"))
    assert "was made with --state-pruning archive" in refused
    assert "damaged" not in refused and "purge-chain" not in refused
    assert opened(specification, tmp_path).returncode == 0


def test_damaged_network_key_is_named_and_stays(specification, tmp_path):
    place = ["--chain", specification, "--base-path", tmp_path]
    assert run("key", "generate-node-key", *place).returncode == 0
    (key,) = tmp_path.rglob("secret_ed25519")
    cut = key.read_text()[:40]
    key.write_text(cut)
    ports = ["--port", 0, "--rpc-port", 0, "--no-prometheus", "--no-mdns"]
    refused = sentence(run("--validator", *place, *ports))
    assert str(key) in refused and "damaged" in refused
    assert key.read_text() == cut


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_keys_that_the_node_cannot_read_are_told(specification, tmp_path):
    base_path = tmp_path / "base"
    base_path.mkdir()
    os.chown(base_path, 65534, 65534)
    place = ["--chain", specification, "--base-path", base_path]
    assert run("validator", "keys", "--account", ACCOUNT, *place).returncode == 0
    # Also where no node answers.
    done = run("validator", "check", "--account", ACCOUNT, "--url", "ws://127.0.0.1:1", *place)
    assert done.returncode == 1
    assert "belongs to another user" in done.stdout
