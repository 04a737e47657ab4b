"""Books of a chain that was upgraded between two payments, and in the block of a third one.

The later runtime has the fields of Currencies.Transferred in another order. Whoever reads the block
that brought it by that runtime finds other amounts, without an error.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from chain import Chain, enact, key_of
from cli import VERIFICATION, Cli
from upgrade import compressed
from watch import wait_until

ROOT = Path(__file__).resolve().parents[2]
WASM = os.environ.get("OURLEDGER_UPGRADE_WASM")
AGREES, DIFFERS = 0, 1
PAID = "Currencies.Transferred"
# Minor units: before the upgrade, in its block, after it.
AMOUNTS = [300, 700, 1100]

pytestmark = pytest.mark.skipif(not WASM, reason="there is no next runtime")


@pytest.fixture(scope="module")
def node(new_network):
    with new_network("upgrade-books", "dev", validators=1) as network:
        yield network["alice"]


@pytest.fixture(scope="module")
def cli(node, tmp_path_factory):
    return Cli(node.ws_url, tmp_path_factory.mktemp("books") / "config", "//Alice")


@pytest.fixture(scope="module")
def upgraded(node, cli):
    """The block that brought the later runtime, and in which somebody pays."""
    cli.json("twin", "register", "community", "Riverton", "--fund", "100")
    issuer = ["--twin", "1", "currency"]
    cli.json(*issuer, "create", "Riverton shilling", "TSH", "--cap", "10000")
    cli.json(*issuer, "issue", "TSH", "//Eve", "100")
    eve = cli.signing_with("//Eve")
    eve.json("currency", "pay", "TSH", "//Dave", "3.00")

    chain = Chain(node)
    code = compressed(Path(WASM))
    code_hash = "0x" + hashlib.blake2b(code, digest_size=32).hexdigest()
    enact(chain, chain.call("System", "authorize_upgrade", code_hash=code_hash), ["alice"])
    since = chain.rpc.finalised().number
    # One transaction brings the runtime and pays.
    pay = chain.call(
        "Currencies",
        "transfer",
        currency=0,
        to=key_of("dave").ss58_address,
        amount=AMOUNTS[1],
        reference="0x" + "00" * 32,
    )
    apply = chain.call("System", "apply_authorized_upgrade", code="0x" + code.hex())
    chain.send(chain.call("Utility", "batch_all", calls=[apply, pay]), key_of("eve"))
    block = chain.wait_for_event("System", "CodeUpdated", since).block
    wait_until(lambda: node.rpc.finalised().number > block, "final blocks of the later runtime")
    eve.json("currency", "pay", "TSH", "//Dave", "11.00")
    return block


@pytest.fixture(scope="module")
def books(cli, upgraded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("books") / "export"
    cli.json("audit", "export", "--out", str(folder))
    return folder


@pytest.fixture
def copy(books, tmp_path):
    """The books, for an error to be planted in them."""
    return shutil.copytree(books, tmp_path / "books")


def rows(folder: Path) -> list:
    """All payments. Another order of fields makes another table."""
    files = sorted(folder.glob(f"{PAID}*.jsonl"), key=lambda file: file.name, reverse=True)
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return sorted(lines, key=lambda row: row["block"])


def audit(*arguments: str) -> subprocess.CompletedProcess:
    """The auditor's words and verdict."""
    variables = {name: it for name, it in os.environ.items() if name != "OURLEDGER_URL"}
    command = [str(ROOT / "scripts" / "audit-check"), *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True)


def test_payments_around_an_upgrade_are_what_was_paid(books, upgraded):
    paid = rows(books)
    assert [int(row["amount"]) for row in paid] == AMOUNTS
    names = {name: key_of(name).ss58_address for name in ("eve", "dave")}
    assert {(row["from"], row["to"]) for row in paid} == {(names["eve"], names["dave"])}
    assert paid[1]["block"] == upgraded
    assert {file.name for file in books.glob(f"{PAID}*.jsonl")} == {
        f"{PAID}.jsonl",
        f"{PAID}-2.jsonl",
    }
    runtimes = json.loads((books / "manifest.json").read_text())["runtimes"]
    assert [runtime["from"] for runtime in runtimes] == [0, upgraded + 1]
    assert runtimes[1]["specVersion"] == runtimes[0]["specVersion"] + 1


def test_books_of_an_upgraded_chain_verify(cli, node, books):
    assert cli.json("audit", "verify", str(books))["verified"]
    for arguments in ([], ["--url", node.ws_url]):
        done = audit("--export", str(books), *arguments)
        assert done.returncode == AGREES, done.stdout + done.stderr


def test_block_read_by_the_runtime_that_it_brought_is_found(cli, node, copy, upgraded):
    """Planted: the mistaken payment, under the table that says so."""
    file = copy / f"{PAID}.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    planted = next(row for row in lines if row["block"] == upgraded)
    planted["amount"] = "228189351935217557851910030866009271211"
    file.write_text("".join(f"{json.dumps(row, separators=(',', ':'))}\n" for row in lines))

    failure = cli.failure("audit", "verify", str(copy))
    assert failure.code == VERIFICATION
    assert f"{PAID}.jsonl, row 2, field amount" in failure.message
    for arguments in ([], ["--url", node.ws_url]):
        done = audit("--export", str(copy), *arguments)
        assert done.returncode == DIFFERS, done.stdout + done.stderr
        assert f"block {upgraded}, event " in done.stdout
