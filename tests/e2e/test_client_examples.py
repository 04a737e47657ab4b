"""The examples of the client crates, as programs of others: each by its crate alone."""

import json
import os
import queue
import subprocess
import threading

import pytest
from ourledger_net import PATIENCE_SECONDS
from ourledger_net.binary import built

from chain import key_of
from cli import Cli

NAMES = ("Alice", "Bob", "Charlie")


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("examples", "dev", validators=1) as network:
        yield network


@pytest.fixture(scope="module")
def node(network):
    return network["alice"]


@pytest.fixture(scope="module")
def town(node, tmp_path_factory):
    """A town with a tax, and a bakery that sells to a cafe: twins 1, 2 and 3."""
    folder = tmp_path_factory.mktemp("town")
    alice, bob, charlie = (Cli(node.ws_url, folder, f"//{name}") for name in NAMES)
    alice.json("twin", "register", "community", "Riverton", "--country", "BE", "--fund", "100")
    for cli, name in ((bob, "Modern Bakery"), (charlie, "Corner Cafe")):
        cli.json("twin", "register", "company", name, "--country", "BE", "--fund", "100")
    alice.json("--twin", "1", "currency", "create", "Riverton shilling", "TSH", "--cap", "100000")
    settings = folder / "town.json"
    settings.write_text(alice.text("tax", "jurisdiction", "example"))
    alice.json("tax", "jurisdiction", "create", "Riverton", "--settings", str(settings))
    tax = ("--twin", "1", "tax")
    alice.json(*tax, "code", "add", "0", "1", "vat-standard", "--kind", "vat-s", "--rate", "15%")
    for twin in ("2", "3"):
        number = ("--tax-number", f"BE-{twin}")
        alice.json(*tax, "taxpayer", "register", "0", twin, *number)
    bob.json("--twin", "2", "invoice", "room", "add", "5")
    return bob


def example(name, *arguments):
    """What an example prints."""
    done = subprocess.run(
        [program(name), *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def program(name):
    path = built("examples") / name
    assert os.access(path, os.X_OK), f"there is no {path}; run scripts/build examples"
    return path


def test_balance_is_watched(node, town):
    watched = key_of("watched").ss58_address
    command = [program("watch_balance"), node.ws_url, watched, "1"]
    lines: queue.Queue = queue.Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watcher:
        reader = threading.Thread(target=lambda: [lines.put(line) for line in watcher.stdout])
        reader.start()
        before = amount(lines.get(timeout=PATIENCE_SECONDS))
        town.json("account", "transfer", watched, "2.5")
        after = amount(lines.get(timeout=PATIENCE_SECONDS))
        assert watcher.wait(timeout=PATIENCE_SECONDS) == 0
        reader.join()
    assert after - before == 2.5


def amount(line):
    number, unit = line.split(": ")[1].split()
    assert unit == "OUR"
    return float(number)


def test_invoice_is_sent_and_told_by_a_statement(node, town, tmp_path):
    first = tmp_path / "first.json"
    issue = ("--twin", "2", "invoice", "issue", "--to", "3", "--currency", "TSH")
    line = ("--line", "Bread;20;1.50;vat-standard", "--out", str(first))
    town.json(*issue, "--jurisdiction", "0", *line)
    told = json.loads(first.read_text())
    document = {key: told[key] for key in ("buyer", "invoiceLines")}
    given, folder = tmp_path / "given.json", tmp_path / "shop"
    folder.mkdir()
    given.write_text(json.dumps(document))
    seller = (node.ws_url, "//Bob", "2", "0", "TSH")
    receipt = json.loads(example("send_invoice", *seller, str(given), str(folder)))
    assert (receipt["number"], receipt["buyer"], receipt["gross"]) == (2, 3, "3450")
    # Whoever has the document can show that it is the invoice's.
    assert (folder / "invoice.json").exists()
    shown = town.json("invoice", "show", "2/2")
    assert (shown["gross"], shown["state"]) == ("3450", "issued")
    # What is sent is final, so nothing is kept of it.
    assert list((folder / "sent").iterdir()) == []

    payer = Cli(node.ws_url, tmp_path / "cafe", "//Charlie")
    alice = Cli(node.ws_url, tmp_path / "alice", "//Alice")
    alice.json("--twin", "1", "currency", "issue", "TSH", "3", "100")
    payer.json("--twin", "3", "invoice", "pay", "2/2")
    refusal = payer.refusal("--twin", "3", "invoice", "accept", "2/2")
    assert refusal.message.startswith("2/2 is closed: "), refusal
    statement = json.loads(example("export_statement", node.ws_url, "0", "2"))
    assert (statement["twin"], statement["output"], statement["remitted"]) == (2, "450", "450")


def test_record_is_verified_by_the_specification(network, node, town, tmp_path):
    letter, proof = tmp_path / "letter.txt", tmp_path / "proof.json"
    letter.write_text("Dear all")
    done = town.json("--twin", "2", "record", "append", str(letter))
    record = f"2:{done['records'][0]['number']}"
    town.json("record", "prove", record, "--out", str(proof))
    spec = str(network.chain_spec)
    told = example("verify_record", spec, record, str(proof), node.address)
    assert told.startswith(f"{record} is one of") and told.endswith("its content has 8 bytes\n")
