"""A whole town: its week on a new development chain, and the audit of all that happened there."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ourledger_net import PATIENCE_SECONDS

from cli import find_cli

ROOT = Path(__file__).resolve().parents[2]
# Twins, taxes, a week of trade: less would not be a town.
TRANSACTIONS = 200
AGREES, DIFFERS, INCOMPLETE = 0, 1, 3


@pytest.fixture(scope="module")
def node(new_network):
    with new_network("town", "dev", validators=1) as network:
        yield network["alice"]


@pytest.fixture(scope="module")
def town(node):
    """What the demo prints, and the seconds that it took."""
    began = time.monotonic()
    done = run("demo-town", "--url", node.ws_url)
    assert done.returncode == 0, done.stdout + done.stderr
    # What the audit reads is what is final.
    node.wait_for_finalised(node.rpc.best_number())
    return done.stdout, time.monotonic() - began


@pytest.fixture(scope="module")
def books(node, town, tmp_path_factory):
    """Events and state of the town's chain, in which the audit found nothing."""
    folder = tmp_path_factory.mktemp("audit") / "books"
    done = audit("--url", node.ws_url, "--save", str(folder))
    assert done.returncode == AGREES, done.stdout + done.stderr
    assert "Everything agrees, to the last minor unit." in done.stdout
    return folder


@pytest.fixture
def copy(books, tmp_path):
    """The books, for an error to be planted in them."""
    return shutil.copytree(books, tmp_path / "books")


@pytest.fixture(scope="module")
def exported(node, town, tmp_path_factory):
    """The town's chain as the command line exports it: tables in both formats, state, manifest."""
    folder = tmp_path_factory.mktemp("export") / "export"
    command = [find_cli(), "--url", node.ws_url, "audit", "export", "--out", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def planted(exported, tmp_path):
    """The export, for an error to be planted in it."""
    return shutil.copytree(exported, tmp_path / "export")


def test_week_goes_by(town, measured):
    printed, seconds = town
    transactions = int(re.search(r"(\d+) transactions, up to block", printed)[1])
    measured("transactions of the town", str(transactions))
    measured("the town's week", f"{seconds:.0f} s")
    assert transactions > TRANSACTIONS


def test_audit_agrees_with_the_state(books, measured):
    rows = sum(len(file.read_text().splitlines()) for file in books.glob("*.jsonl"))
    measured("audited events", str(rows))
    assert audit("--export", str(books)).returncode == AGREES
    # Of all that a town does there is something to check.
    kinds = {file.stem for file in books.glob("*.jsonl")}
    assert kinds >= {
        "Commerce.CancelWithdrawn",
        "Commerce.CreditNoteIssued",
        "Commerce.EscrowReleased",
        "Commerce.EscrowReturned",
        "Commerce.InvoiceIssued",
        "Commerce.SelfBillingAllowed",
        "Currencies.CreditDrawn",
        "Currencies.Discarded",
        "Currencies.SetAside",
        "Currencies.Taken",
        "Currencies.Transferred",
        "Tax.ArrearsSettled",
        "Tax.GiftReceived",
        "Tax.RefundPaid",
        "Tax.ReverseCharged",
        "Tax.TaxCollected",
        "Tax.TaxReversed",
        "Tax.TurnoverMoved",
    }


def test_audit_reads_what_the_command_line_exports(node, books, tmp_path):
    folder = tmp_path / "export"
    # Up to the same block, since the chain goes on.
    last = json.loads((books / "state.json").read_text())["block"]
    command = [find_cli(), "--url", node.ws_url, "audit", "export", "--out", folder]
    exported = subprocess.run(
        [*command, "--format", "jsonl", "--to", str(last)], capture_output=True, text=True
    )
    assert exported.returncode == 0, exported.stderr
    done = audit("--export", str(folder), "--url", node.ws_url, "--block", str(last))
    assert done.returncode == AGREES, done.stdout + done.stderr


def test_export_agrees_without_a_node(exported):
    done = audit("--export", str(exported))
    assert done.returncode == AGREES, done.stdout + done.stderr
    assert "Everything agrees, to the last minor unit." in done.stdout


def test_export_without_a_state_is_not_said_to_agree(planted):
    for name in ("state.json", "manifest.json"):
        (planted / name).unlink()
    done = audit("--export", str(planted))
    assert done.returncode == INCOMPLETE, done.stdout + done.stderr
    assert "Everything agrees" not in done.stdout
    assert "the chain's state (supplies, balances, debts," in done.stdout


def test_changed_amount_in_an_export_is_found_and_named(planted):
    rows = read(planted, "Commerce.PaymentReceived")
    row = rows[len(rows) // 2]
    right = row["amount"]
    row["amount"] = str(int(right) + 1)
    write(planted, "Commerce.PaymentReceived", rows)

    found = differences(planted)
    place = f"block {row['block']}, event {row['event']}"
    # By the manifest, by the other format, and by the ledgers.
    assert "Commerce.PaymentReceived.jsonl: total of amount: expected" in found
    assert f"Commerce.PaymentReceived.csv, {place}: amount, by" in found
    assert f"{place}, Commerce.PaymentReceived: paid so far: expected" in found


def is_remitted_to_the_town(row: dict) -> bool:
    return str(row["jurisdiction"]) == "0" and int(row["remitted"]) > 0


@pytest.mark.parametrize("suffix", ("csv", "jsonl"))
def test_row_removed_from_an_export_is_found_and_named(planted, suffix):
    rows = read(planted, "Tax.TaxCollected")
    last = max(at for at, row in enumerate(rows) if is_remitted_to_the_town(row))
    removed = rows[last]
    place = f"block {removed['block']}, event {removed['event']}"
    file = planted / f"Tax.TaxCollected.{suffix}"
    lines = file.read_text().splitlines(keepends=True)
    # A CSV file has a head.
    del lines[last + (suffix == "csv")]
    file.write_text("".join(lines))

    found = differences(planted)
    assert f"{file.name}: rows: expected" in found
    other = ("there", "none") if suffix == "csv" else ("none", "there")
    assert (
        f"Tax.TaxCollected.csv, {place}: the row, by Tax.TaxCollected.jsonl: "
        "expected {}, found {}".format(*other)
    ) in found
    # What the ledgers are rebuilt from is JSON Lines.
    assert ("treasury 0/0" in found) is (suffix == "jsonl")


def test_changed_payment_is_found_and_named(copy):
    rows = read(copy, "Tax.TaxCollected")
    row = next(row for row in rows if int(row["remitted"]) > 0)
    # A unit of tax less than was taken, where the sums of the row still agree.
    item = next(item for item in row["items"] if int(item["tax"]) > 0)
    item["tax"] = int(item["tax"]) - 1
    row["remitted"] = int(row["remitted"]) - 1
    write(copy, "Tax.TaxCollected", rows)

    found = differences(copy)
    assert f"block {row['block']}, event {row['event']}, Tax.TaxCollected" in found
    assert f"invoice {row['seller']}/{row['number']}" in found
    assert "treasury 0/0" in found


def test_removed_invoice_is_found_and_named(copy):
    rows = read(copy, "Commerce.InvoiceIssued")
    sellers = [row["seller"] for row in rows]
    removed = next(row for row in rows if sellers.count(row["seller"]) > 1)
    write(copy, "Commerce.InvoiceIssued", [row for row in rows if row is not removed])

    found = differences(copy)
    assert f"number in the series of {removed['seller']}" in found
    assert f"invoice {removed['seller']}/{removed['number']}: expected issued" in found


def test_removed_transfer_is_found_and_named(copy):
    *rows, removed = read(copy, "Currencies.Transferred")
    write(copy, "Currencies.Transferred", rows)

    found = differences(copy)
    assert re.search(
        rf"block {removed['block']}, event \d+, Assets.Transferred: an event that says why", found
    )


def test_changed_balance_in_the_state_is_found_and_named(copy):
    file = copy / "state.json"
    state = json.loads(file.read_text())
    key, balance = next((key, it) for key, it in state["balances"].items() if int(it) > 0)
    state["balances"][key] = int(balance) + 1
    file.write_text(json.dumps(state))

    found = differences(copy)
    assert f"balance {key}: by events: expected {balance}, found {int(balance) + 1}" in found


def test_commands_that_the_town_advises_work(node, town, tmp_path):
    printed, _ = town
    advice = printed.split("What to look at\n")[1]
    commands = re.findall(r"^  ourledger (.+?)   ", advice, re.MULTILINE)
    assert len(commands) > 4
    environment = {**os.environ, "OURLEDGER_URL": node.ws_url, "OURLEDGER_CONFIG": str(tmp_path)}
    for command in commands:
        words = [find_cli(), *shlex.split(command)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout.strip(), f"{command} prints nothing"


# ---- running and changing --------------------------------------------------------------------


def run(script: str, *arguments: str) -> subprocess.CompletedProcess:
    """What a script does as somebody else runs it."""
    command = [str(ROOT / "scripts" / script), *arguments]
    variables = {name: it for name, it in os.environ.items() if name != "OURLEDGER_URL"}
    return subprocess.run(
        command,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def audit(*arguments: str) -> subprocess.CompletedProcess:
    """The audit's words and verdict."""
    return run("audit-check", *arguments)


def differences(folder: Path) -> str:
    """What the audit names in books that have an error."""
    done = audit("--export", str(folder), "--json")
    assert done.returncode == DIFFERS, done.stdout + done.stderr
    found = json.loads(done.stdout)
    return "\n".join(
        "{where}: {what}: expected {expected}, found {found}".format(**it) for it in found
    )


def read(folder: Path, kind: str) -> list:
    """The rows of a kind of event."""
    lines = (folder / f"{kind}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def write(folder: Path, kind: str, rows: list) -> None:
    """Other rows instead."""
    (folder / f"{kind}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
