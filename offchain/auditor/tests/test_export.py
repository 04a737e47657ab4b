"""Exports of the command line: their files agree with each other and with the manifest."""

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from blake3 import blake3
from log import PERIOD, state, town

from audit_check import events as log_files
from audit_check import export, ledgers
from audit_check.__main__ import AGREES, DIFFERS, INCOMPLETE, UNREADABLE, main
from audit_check.audit import audit
from audit_check.findings import Findings
from audit_check.spreadsheet import FORMULA, SEPARATORS, marked, within

# The second one came with block 2.
RUNTIMES = [
    {"from": 1, "specVersion": 104, "code": "0x0c", "metadata": "0x0d"},
    {"from": 3, "specVersion": 105, "code": "0x1c", "metadata": "0x1d"},
]
MONTH = f"{PERIOD // 12}-{PERIOD % 12 + 1:02}"


def wrote(folder, **head):
    """The town's events as the command line exports them, in both formats and with a manifest."""
    log_files.write(folder, town())
    for file in folder.glob("*.jsonl"):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        write_csv(file.with_suffix(".csv"), rows)
    (folder / "state.json").write_text(json.dumps(state(town())))
    lines = "".join(f"{json.dumps(line)}\n" for line in state_lines())
    (folder / "state.jsonl").write_text(lines)
    seal(folder, **head)
    return folder


def write_csv(file, rows):
    def cell(value):
        if value is None:
            return value
        if isinstance(value, str):
            return marked(value)
        return json.dumps(within(value), separators=(",", ":"))

    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)


def state_lines():
    """What state.jsonl has of the town."""
    told = state(town())
    (book,) = told["treasuries"].values()
    book = {ledgers.TITLES.get(name, name): str(it) for name, it in book.items()}
    money = next(it for key, it in told["balances"].items() if b"treasury".hex() in key)
    owed = list(told["credits"].values())
    sums = {
        "balance": str(money),
        "credits": str(sum(amount for it in owed for _, amount in it["credits"])),
        "pending": str(sum(it["pending"] for it in owed)),
    }
    zeros = dict.fromkeys((ledgers.TITLES.get(it, it) for it in ledgers.BOOK), "0")
    place = {"jurisdiction": 0, "currency": 0}
    yield {"kind": "treasury", **place, **zeros, **book, **sums}
    for key, it in told["credits"].items():
        parts = [{"period": MONTH, "amount": str(amount)} for _, amount in it["credits"]]
        credit = str(sum(amount for _, amount in it["credits"]))
        figures = {"credit": credit, "pending": str(it["pending"]), "credits": parts}
        figures["arrears"] = "0"
        yield {"kind": "account", **place, "twin": int(key.split("/")[1]), **figures}
    for key, it in told["statements"].items():
        figures = dict.fromkeys((ledgers.TITLES.get(it, it) for it in ledgers.STATEMENT), "0")
        figures |= {name: str(value) for name, value in it.items() if isinstance(value, int)}
        codes = {name: it[name] for name in ("sales", "purchases")}
        twin = int(key.split("/")[1])
        yield {"kind": "statement", **place, "twin": twin, "period": MONTH, **figures, **codes}


def seal(folder, **head):
    """A manifest of the files that are there."""
    files = {}
    for file in sorted(folder.iterdir()):
        if file.name != export.MANIFEST:
            data = file.read_bytes()
            rows = len(export.rows_of(file)) if file.suffix[1:] != "json" else 1
            files[file.name] = {"rows": rows, "blake3": blake3(data).hexdigest(), "totals": {}}
    for suffix in (".csv", ".jsonl"):
        name = f"Tax.RefundPaid{suffix}"
        files[name]["totals"]["amount"] = "5000"
    block = {"number": 1, "hash": "0x01"}
    last = {"number": town()[-1].block, "hash": "0x09"}
    said = {
        "form": export.FORM,
        "first": block,
        "last": last,
        "runtimes": RUNTIMES,
        "files": files,
        **head,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    said["blake3"] = blake3(text.encode()).hexdigest()
    (folder / export.MANIFEST).write_text(json.dumps(said, indent=2))


def lines_of(file):
    return file.read_text().splitlines(keepends=True)


def edit(file, change):
    """Other lines instead."""
    file.write_text("".join(change(lines_of(file))))


@pytest.fixture
def folder(tmp_path):
    return wrote(tmp_path)


@pytest.fixture
def run(monkeypatch, capsys):
    """The command's exit status and what it prints."""

    def run(folder, *arguments):
        monkeypatch.setattr("sys.argv", ["audit-check", "--export", str(folder), *arguments])
        status = main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_export_agrees_with_its_manifest_and_state(folder, run):
    status, printed = run(folder)
    assert status == AGREES, printed
    assert "Everything agrees, to the last minor unit." in printed
    assert "Compared with state.jsonl: treasuries" in printed


def test_what_is_not_compared_is_said(folder, run):
    (folder / "state.json").unlink()
    seal(folder)
    status, printed = run(folder)
    assert status == INCOMPLETE
    assert "Everything agrees" not in printed
    assert "the chain's state (supplies, balances, debts," in printed
    assert "No differences in what was checked, but not everything was compared." in printed
    status, printed = run(folder, "--json")
    assert status == INCOMPLETE and "Not compared: the chain's state" in printed


def test_differences_count_more_than_what_is_not_compared(folder, run):
    (folder / "state.json").unlink()
    assert run(folder)[0] == DIFFERS


def test_topics_that_the_state_lacks_are_said(folder, run):
    told = state(town())
    del told["balances"]
    (folder / "state.json").write_text(json.dumps(told))
    seal(folder)
    status, printed = run(folder)
    assert status == INCOMPLETE
    assert "the chain's balances: its state lacks them" in printed


def test_state_of_another_block_is_not_compared(folder, run):
    status, printed = run(folder, "--block", "2")
    assert status == INCOMPLETE, printed
    assert f"state.json is of block {town()[-1].block}, and no --url names a node" in printed
    (folder / "state.json").write_text(json.dumps({**state(town()), "block": 2}))
    seal(folder)
    status, printed = run(folder)
    assert status == INCOMPLETE and "but the events go on until" in printed


def test_export_of_one_jurisdiction_says_so(tmp_path, run):
    status, printed = run(wrote(tmp_path, jurisdiction=0))
    assert status == INCOMPLETE
    assert "all but jurisdiction 0: the export has nothing else" in printed


def test_export_that_begins_later_is_refused(tmp_path, run):
    status, printed = run(wrote(tmp_path, first={"number": 5, "hash": "0x05"}))
    assert status == UNREADABLE
    assert "begins with block 5: ledgers need all events from block 1 on" in printed


def test_missing_manifest_is_said(folder, run):
    (folder / export.MANIFEST).unlink()
    status, printed = run(folder)
    assert status == AGREES
    assert "There is no manifest.json: that files are whole, no hash says." in printed


@pytest.mark.parametrize("sealed", (False, True))
def test_row_removed_from_csv_alone_is_found_and_named(folder, run, sealed):
    removed = json.loads(lines_of(folder / "Tax.TaxCollected.jsonl")[1])
    edit(folder / "Tax.TaxCollected.csv", lambda lines: lines[:2] + lines[3:])
    if sealed:
        seal(folder)
    status, printed = run(folder)
    assert status == DIFFERS
    where = f"Tax.TaxCollected.csv, block {removed['block']}, event {removed['event']}"
    assert f"{where}: the row, by Tax.TaxCollected.jsonl: expected there, found none" in printed
    assert ("Tax.TaxCollected.csv: rows: expected 3, found 2" in printed) is not sealed


def test_cell_changed_in_csv_alone_is_found_and_named(folder, run):
    edit(folder / "Tax.RefundPaid.csv", lambda lines: [it.replace("5000", "4000") for it in lines])
    status, printed = run(folder)
    assert status == DIFFERS
    assert "amount, by Tax.RefundPaid.jsonl: expected 5000, found 4000" in printed
    assert "Tax.RefundPaid.csv: total of amount: expected 5000, found 4000" in printed


def test_row_added_to_csv_is_found(folder, run):
    def add(lines):
        return [*lines, lines[-1].replace(lines[-1].split(",")[0], "99", 1), lines[-1]]

    edit(folder / "Tax.RateSet.csv", add)
    seal(folder)
    status, printed = run(folder)
    assert status == DIFFERS
    assert "Tax.RateSet.csv, block 99, event" in printed and "expected none, found there" in printed
    assert "block and event: expected new" in printed


@pytest.mark.parametrize("name", ("Tax.RateSet.csv", "Tax.RateSet.jsonl", "state.jsonl"))
def test_missing_file_is_found_and_named(folder, run, name):
    (folder / name).unlink()
    status, printed = run(folder)
    assert status == DIFFERS
    assert f"{name}: the file: expected there, found none" in printed
    if name != "state.jsonl":
        seal(folder)
        assert f"{name}: the file: expected as Tax.RateSet." in run(folder)[1]


def test_added_file_is_found_and_named(folder, run):
    (folder / "notes.txt").write_text("")
    status, printed = run(folder)
    assert status == DIFFERS
    assert "notes.txt: the file: expected in manifest.json, found added" in printed


def test_changed_byte_is_found_though_no_row_differs(folder, run):
    edit(folder / "Tax.RateSet.jsonl", lambda lines: [*lines, "\n"])
    status, printed = run(folder)
    assert status == DIFFERS
    assert "Tax.RateSet.jsonl: blake3: expected" in printed


def test_changed_manifest_is_found(folder, run):
    file = folder / export.MANIFEST
    file.write_text(file.read_text().replace('"0x09"', '"0x08"'))
    status, printed = run(folder)
    assert status == DIFFERS
    assert "manifest.json: its own blake3: expected" in printed


@pytest.mark.parametrize(
    "text", ("[]", "{}", "no JSON", '{"form": "other", "first": {"number": 1}, "files": {}}')
)
def test_manifest_that_is_none_can_not_be_read(folder, run, text):
    (folder / export.MANIFEST).write_text(text)
    status, printed = run(folder)
    assert status == UNREADABLE and "manifest.json is" in printed


@pytest.mark.parametrize(
    "path, value",
    [
        (("first", "number"), None),
        (("last", "number"), None),
        (("last",), []),
        (("files", "state.json", "rows"), None),
        (("files", "state.json", "blake3"), 5),
        (("files", "state.json", "totals"), []),
    ],
)
@pytest.mark.parametrize("is_there", (False, True))
def test_malformed_manifest_can_not_be_read(folder, run, path, value, is_there):
    file = folder / export.MANIFEST
    said = json.loads(file.read_text())
    *parents, last = path
    place = said
    for name in parents:
        place = place[name]
    if is_there:
        place[last] = value
    else:
        del place[last]
    file.write_text(json.dumps(said))
    status, printed = run(folder)
    assert status == UNREADABLE and "manifest.json is none" in printed


def test_manifest_does_not_lead_out_of_its_folder(folder, run):
    file = folder / export.MANIFEST
    file.write_text(file.read_text().replace('"state.json"', '"../state.json"'))
    status, printed = run(folder)
    assert status == UNREADABLE and "isn't in its folder" in printed


@pytest.mark.parametrize("sealed", (False, True))
def test_changed_state_is_found(folder, run, sealed):
    told = state(town())
    told["supplies"]["0"] += 1
    (folder / "state.json").write_text(json.dumps(told, indent=1))
    if sealed:
        seal(folder)
    status, printed = run(folder)
    assert status == DIFFERS
    assert "supply of currency 0: by events: expected 345000, found 345001" in printed
    assert ("state.json: blake3" in printed) is not sealed


def test_manifest_without_runtimes_says_what_to_do(folder, run):
    seal(folder, form=export.FORM_WITHOUT_RUNTIMES)
    status, printed = run(folder)
    assert status == UNREADABLE and "export the books anew" in printed


@pytest.mark.parametrize("begins", ([], [2], [1, 1], [3, 1], [1, 99]))
def test_runtimes_that_leave_blocks_out_are_found(folder, run, begins):
    seal(folder, runtimes=[{**RUNTIMES[0], "from": begin} for begin in begins])
    status, printed = run(folder)
    assert status == DIFFERS
    assert "manifest.json: runtimes: expected one for each block from 1 to" in printed
    assert f"found {begins}" in printed


class Upgraded:
    """A node whose block 2 brought the second runtime, and which reads it by the first one."""

    runtimes = RUNTIMES

    def __init__(self, url):
        self.log = town()

    def writer(self, block):
        return next(it for it in reversed(self.runtimes) if it["from"] <= block)

    def events(self, first, last):
        return [event for event in self.log if first <= event.block <= last]

    def state(self, block):
        return state(self.log)


@pytest.fixture
def asked(run, monkeypatch):
    """As `run`, with a node to ask."""
    monkeypatch.setattr("audit_check.__main__.Node", Upgraded)
    return lambda folder: run(folder, "--url", "ws://node")


def test_blocks_read_by_the_runtimes_that_wrote_them_agree(folder, asked):
    status, printed = asked(folder)
    assert status == AGREES, printed
    assert "runtimes" in printed and "no node was asked" not in printed


def test_whoever_names_no_node_is_told_what_that_leaves_open(folder, run):
    assert "no node was asked: --url names one" in run(folder)[1]


@pytest.mark.parametrize("field, value", [("specVersion", 9), ("code", "0x9c"), ("metadata", "0x")])
def test_other_runtime_than_wrote_a_block_is_found_and_named(folder, asked, field, value):
    seal(folder, runtimes=[{**RUNTIMES[0], field: value}, RUNTIMES[1]])
    status, printed = asked(folder)
    assert status == DIFFERS
    assert f"manifest.json: {field} of the runtime that wrote block 1: expected" in printed


def test_upgrade_in_another_block_is_found(folder, asked):
    seal(folder, runtimes=[RUNTIMES[0], {**RUNTIMES[1], "from": 2}])
    status, printed = asked(folder)
    assert status == DIFFERS
    assert "specVersion of the runtime that wrote block 2: expected 104, found 105" in printed


def misread(row):
    """A payment, read with the fields in another order: amount, currency, from, to."""
    wide = [(row["currency"], 4), *((int(row[name], 16), 32) for name in ("from", "to"))]
    raw = wide[0][0].to_bytes(4, "little")
    raw += b"".join(value.to_bytes(size, "big") for value, size in wide[1:])
    raw += int(row["amount"]).to_bytes(16, "little")
    amount, currency, source, target = raw[:16], raw[16:20], raw[20:52], raw[52:84]
    return {
        **row,
        "amount": str(int.from_bytes(amount, "little")),
        "currency": int.from_bytes(currency, "little"),
        "from": "0x" + source.hex(),
        "to": "0x" + target.hex(),
    }


@pytest.mark.parametrize("with_node", (False, True))
def test_payment_read_by_the_runtime_that_its_block_brought_is_found(
    tmp_path, run, asked, monkeypatch, with_node
):
    folder = wrote(tmp_path)
    name = "Currencies.Transferred"
    rows = [json.loads(line) for line in lines_of(folder / f"{name}.jsonl")]
    planted = rows[0]
    rows[0] = misread(planted)
    assert rows[0]["amount"] != str(planted["amount"])
    (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    write_csv(folder / f"{name}.csv", rows)
    block = planted["block"]
    monkeypatch.setattr(Upgraded, "runtimes", [RUNTIMES[0], {**RUNTIMES[1], "from": block + 1}])
    seal(folder, runtimes=[RUNTIMES[0], {**RUNTIMES[1], "from": block}])
    status, printed = (asked if with_node else run)(folder)
    assert status == DIFFERS
    where = f"block {block}, event {planted['event']}, {name}"
    # By the ledgers alone: another pallet tells of the same payment.
    assert f"{where}: Assets.Transferred of {rows[0]['amount']}" in printed
    assert ("of the runtime that wrote block" in printed) is with_node
    assert (f"{where}: amount: expected" in printed) is with_node


@pytest.mark.parametrize("kind", ("treasury", "account", "statement"))
@pytest.mark.parametrize("sealed", (False, True))
def test_changed_or_missing_line_of_the_ledgers_is_found_and_named(folder, run, kind, sealed):
    file = folder / ledgers.FILE
    lines = [json.loads(line) for line in lines_of(file)]
    place = next(at for at, line in enumerate(lines) if line["kind"] == kind)
    name = {"treasury": "remitted", "account": "pending", "statement": "output"}[kind]
    lines[place][name] = str(int(lines[place][name]) + 1)
    told = [f"{json.dumps(line)}\n" for line in lines]
    file.write_text("".join(told))
    if sealed:
        seal(folder)
    status, printed = run(folder)
    assert status == DIFFERS
    assert f"state.jsonl, {kind} 0/" in printed and f": {name}: expected" in printed
    assert ("state.jsonl: blake3" in printed) is not sealed

    file.write_text("".join(told[:place] + told[place + 1 :]))
    assert "its line: expected there, found none" in run(folder)[1]


def test_invoice_that_is_not_there_is_found(folder, run):
    line = {"kind": "invoice", "seller": 7, "number": 1, "gross": "9", "paid": "0", "escrowed": "0"}
    edit(folder / ledgers.FILE, lambda lines: [*lines, json.dumps(line) + "\n"])
    seal(folder)
    status, printed = run(folder)
    assert status == DIFFERS
    assert "state.jsonl, invoice 7/1: the invoice: expected pruned or never, found there" in printed


def test_line_that_is_no_ledger_can_not_be_read(folder, run):
    edit(folder / ledgers.FILE, lambda lines: [*lines, '{"kind": "other"}\n'])
    seal(folder)
    status, printed = run(folder)
    assert status == UNREADABLE and "state.jsonl:" in printed


@pytest.mark.parametrize(
    "value, cell, same",
    [
        (None, "", True),
        (None, "0", False),
        ("", "", True),
        ("=1+1", "'=1+1", True),
        ("=1+1", "=1+1", False),
        ("Town;=1+1;x", "Town;'=1+1;x", True),
        ("Town;=1+1;x", "Town;=1+1;x", False),
        ("＝1+1", "'＝1+1", True),
        ("-7", "-7", True),
        ("-7x", "'-7x", True),
        ([{"name": "a;=1"}], '[{"name":"a;\'=1"}]', True),
        ([{"name": "a;=1"}], '[{"name":"a;=1"}]', False),
        ("x", "'x", False),
        (True, "true", True),
        (True, "1", False),
        (1, "1", True),
        (["a", {"b": 1}], '["a",{"b":1}]', True),
        ([], "{}", False),
        ({}, "no JSON", False),
        ("x", None, False),
    ],
)
def test_cells_are_read_as_they_are_written(value, cell, same):
    assert export.is_same(value, cell) is same


def test_formula_signs_are_those_of_unicode():
    signs = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    same = {sign for sign in signs if unicodedata.normalize("NFKC", sign) in tuple("=+-@")}
    assert set(FORMULA) == same


@pytest.mark.parametrize(
    "text, cell",
    [
        ("=1+1", "'=1+1"),
        ("Town;=1+1;x", "Town;'=1+1;x"),
        ("Town\t@x|+1", "Town\t'@x|'+1"),
        (" =1", "' =1"),
        ('a;"=1";b', 'a;\'"=1";b'),
        ("a; －1", "a;' －1"),
        ("Bakery - Town", "Bakery - Town"),
        ("", ""),
    ],
)
def test_formula_is_marked_wherever_a_cell_could_begin(text, cell):
    assert marked(text) == cell
    for separator in SEPARATORS:
        parts = [part.strip(' "') for part in cell.split(separator)]
        assert not any(part.startswith(tuple(FORMULA)) for part in parts)


def test_tables_of_the_command_line_without_csv_are_whole():
    # The tests of the command line write the very same files.
    folder = Path(__file__).with_name("export")
    findings = Findings()
    assert export.manifest(folder) is None
    export.check(findings, folder, None)
    done = audit(log_files.read(folder), None, findings)
    assert done.findings.list == []
