"""The audit agrees with a right log, and finds every error that is planted in it."""

import copy
import json
from pathlib import Path

import pytest
from log import DOCUMENT, PERIOD, POT, TRADE, TREASURY, VAT, A, C, Log, state, town

from audit_check import events as log_files
from audit_check.__main__ import main
from audit_check.audit import audit
from audit_check.report import report


def differences(events, with_state=True):
    """What the audit finds, as text."""
    found = audit(events, state(town()) if with_state else None).findings.list
    return [f"[{finding.topic}] {finding}" for finding in found]


def changed(kind, at=0, **fields):
    """The log with other fields in one event."""
    events = copy.deepcopy(town())
    places = [place for place, event in enumerate(events) if event.kind == kind]
    events[places[at]].fields.update(fields)
    return events


def without(place):
    """The log without one event."""
    events = town()
    return events[:place] + events[place + 1 :]


def test_right_log_has_no_differences():
    assert differences(town()) == []
    assert differences(town(), with_state=False) == []


@pytest.mark.parametrize("place", range(len(town())), ids=lambda at: town()[at].kind)
def test_missing_event_is_found(place):
    assert differences(without(place))


@pytest.mark.parametrize(
    "kind, at, fields, named",
    [
        ("Assets.Transferred", 1, {"amount": 99_999}, "balance 0/"),
        ("Assets.Issued", 0, {"amount": 115_001}, "supply as made and destroyed"),
        ("Currencies.Issued", 0, {"amount": 115_001}, "supply as made and destroyed"),
        ("Tax.TaxCollected", 0, {"used": 1, "remitted": 14_999}, "used of the seller's credit"),
        ("Tax.TaxCollected", 1, {"credited": 8_695}, "credited: expected 8696, found 8695"),
        ("Tax.TaxCollected", 2, {"period": 24_321}, "statement|tax account"),
        ("Tax.TaxReversed", 0, {"returned": 15_001}, "returned to the seller"),
        ("Tax.TaxReversed", 0, {"reversed": 14_999}, "tax account 0/3/0"),
        ("Tax.RateSet", 0, {"rate": 160_000}, "tax on 100000 at 160000 ppm"),
        ("Tax.RefundPaid", 0, {"amount": 4_999}, "amount + forfeited + used"),
        ("Tax.RefundPaid", 0, {"set_aside": 1}, "set aside, as settlements say"),
        ("Commerce.CreditNoteIssued", 0, {"note": 3}, "number in the series of 2"),
        ("Commerce.CreditNoteIssued", 0, {"day": 1}, "receipt"),
        ("Commerce.CreditNoteIssued", 0, {"number": 2}, "receipt"),
        ("Tax.TaxCollected", 0, {"tip": 1}, "tip of invoice 1/1 after 115000"),
        ("Tax.TaxCollected", 0, {"business": False}, "credited for a private purchase"),
        ("Tax.TaxCollected", 0, {"charged": 1}, "Tax.TaxCollected of invoice 1/1"),
        ("Commerce.InvoiceIssued", 1, {"gross": 230_001}, "net + tax + tip"),
        ("Commerce.InvoiceIssued", 0, {"document": "0x" + "ac" * 32}, "receipt"),
        ("Commerce.InvoiceIssued", 0, {"number": 2}, "number in the series of 1"),
        ("Commerce.PaymentReceived", 1, {"amount": 66_668}, "paid so far"),
        ("Commerce.PaymentReceived", 0, {"escrowed": True}, "to_seller, while in escrow"),
        ("Commerce.CreditNoteIssued", 0, {"refund": 114_999}, "refund"),
        ("Commerce.Refunded", 0, {"amount": 115_001}, "paid back to payers"),
        ("Currencies.Transferred", 0, {"amount": 999}, "Assets.Transferred of 999"),
    ],
)
def test_changed_row_is_found_and_named(kind, at, fields, named):
    found = differences(changed(kind, at, **fields))
    assert any(part in text for part in named.split("|") for text in found), found


def test_wrong_tax_is_found_without_any_other_difference():
    events = town()
    # One unit too little, in every event that speaks of it.
    for event in events:
        if event.kind == "Tax.TaxCollected" and event.block == 2:
            event.fields["items"][0] |= {"net": 100_001, "tax": 14_999, "credited": 14_999}
            event.fields.update(remitted=14_999, credited=14_999)
    found = differences(events, with_state=False)
    assert any("invoice 1/1, code 1: tax on 100001" in text for text in found)
    assert any("tax taken of invoice 1/1 after 115000: expected 15000" in text for text in found)


@pytest.mark.parametrize(
    "topic, key, value",
    [
        ("supplies", "0", 345_001),
        ("credits", "0/2/0", {"credits": [[24_322, 9_999]], "pending": 1}),
        ("treasuries", "0/0", {"remitted": 30_001}),
        ("books", "1", {"next": 3, "receipt": DOCUMENT, "open": 1, "room": 0}),
        ("invoices", "2/1", {"gross": 115_000, "paid": 114_999, "escrowed": 0}),
        ("invoices", "7/1", {"gross": 1, "paid": 0, "escrowed": 0}),
        ("claims", "0/5", {"amount": 5}),
    ],
)
def test_other_state_is_found(topic, key, value):
    told = state(town())
    told[topic][key] = value
    found = audit(town(), told).findings.list
    assert found and all(finding.topic == "state" for finding in found)


def test_wrong_balance_in_state_is_named_with_account_and_amount():
    told = state(town())
    key = next(iter(told["balances"]))
    told["balances"][key] += 1
    (finding,) = audit(town(), told).findings.list
    assert str(finding) == f"balance {key}: by events: expected 25000, found 25001"


def test_export_is_read_as_it_was_written(tmp_path):
    log_files.write(tmp_path, town())
    assert log_files.read(tmp_path) == town()


def test_export_of_the_command_line_is_read():
    # The tests of the command line write the very same files.
    folder = Path(__file__).with_name("export")
    events = log_files.read(folder)
    assert [(event.block, event.extrinsic, event.index, event.kind) for event in events] == [
        (0, None, 0, "Currencies.CurrencyCreated"),
        (1, 1, 0, "Assets.Issued"),
        (1, 1, 1, "Currencies.Issued"),
        (2, 1, 0, "Assets.Transferred"),
        (2, 1, 1, "Currencies.Transferred"),
        (3, 1, 0, "Assets.Transferred"),
        (3, 1, 1, "Currencies.Transferred"),
    ]
    told = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    done = audit(events, told)
    assert done.findings.list == []
    told["balances"][next(iter(told["balances"]))] = "151"
    (finding,) = audit(events, told).findings.list
    assert str(finding).endswith("by events: expected 150, found 151")
    assert sorted(done.money.balances.values()) == [150, 350]


def test_command_ends_with_its_verdict(tmp_path, monkeypatch, capsys):
    log_files.write(tmp_path, town())
    (tmp_path / "state.json").write_text(json.dumps(state(town())))
    monkeypatch.setattr("sys.argv", ["audit-check", "--export", str(tmp_path)])
    assert main() == 0
    assert "Everything agrees" in capsys.readouterr().out
    (tmp_path / "Tax.TaxReversed.jsonl").unlink()
    assert main() == 1
    assert "Tax.TaxReversed: expected one, found none" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["audit-check", "--export", str(tmp_path / "nowhere")])
    assert main() == 2


def test_malformed_event_is_named():
    (finding,) = audit(changed("Tax.RateSet", 0, rate="much")).findings.list[:1]
    assert finding.where == "block 1, event 7, Tax.RateSet"


def test_report_shows_what_was_rebuilt():
    text = "\n".join(report(audit(town(), state(town()))))
    assert "345,000" in text and "Everything agrees" in text


# ---- rarer things, each added to the right log -----------------------------------------------


def added(build):
    """The log with more events at its end, and what the audit finds without a state."""
    log = Log()
    log.events, log.block = town(), 8
    build(log)
    return [str(finding) for finding in audit(log.events).findings.list]


def test_payment_to_oneself_moves_nothing():
    transfer = {"currency": 0, "source": A, "to": A, "amount": 5, "reference": DOCUMENT}
    assert added(lambda log: log.add("Currencies.Transferred", **transfer)) == []


def test_demurrage_goes_to_the_pot():
    def charge(log, to):
        log.move(A, to, 7)
        log.add("Currencies.DemurrageCharged", currency=0, account=A, amount=7)

    assert added(lambda log: charge(log, POT)) == []
    assert any("Assets.Transferred of 7" in text for text in added(lambda log: charge(log, C)))


def test_pot_is_spent_as_said():
    def spend(log, told):
        log.move(A, POT, 9)
        log.add("Currencies.Transferred", currency=0, source=A, to=POT, amount=9)
        log.block += 1
        log.move(POT, C, 9)
        if told:
            log.add("Currencies.PotSpent", currency=0, to=C, amount=9, reference=DOCUMENT)

    assert added(lambda log: spend(log, True)) == []
    assert any("an event that says why" in text for text in added(lambda log: spend(log, False)))


def test_each_move_needs_its_own_reason():
    def pay(log, told):
        # One batch: two payments, one of them on credit.
        for amount in (3, 4):
            log.move(A, C, amount)
            if amount in told:
                payment = {"currency": 0, "source": A, "to": C, "amount": amount}
                log.add("Currencies.Transferred", **payment)

    assert added(lambda log: pay(log, (3, 4))) == []
    (found,) = added(lambda log: pay(log, (4,)))
    assert found.endswith("Assets.Transferred: an event that says why: expected one, found none")


def test_tills_take_places_of_the_room():
    log, told = Log(), state(town())
    log.events, log.block = town(), 8
    log.add("Commerce.RoomAdded", seller=1, payer=A, invoices=5)
    for till in (1, 2, 2):
        log.add("Commerce.TillSet", seller=1, till=till, key=A, expires=9)
    log.add("Commerce.TillRemoved", seller=1, till=1)
    told["books"]["1"] |= {"open": 2, "room": 5}
    assert audit(log.events, told).findings.list == []
    told["books"]["1"]["open"] = 1
    (finding,) = audit(log.events, told).findings.list
    assert str(finding) == "book of seller 1: open: expected 2, found 1"


def test_reverse_charge_cancels_but_for_what_is_paid():
    def charge(log, output, used):
        place = {"seller": 1, "number": 1, "buyer": 2, "period": PERIOD, **TRADE}
        figures = {"output": output, "input": 1_000, "used": used, "remitted": 0}
        log.add("Tax.ReverseCharged", **place, code=4, **figures)

    # B has a credit of 10,000, against which what it can't deduct is set.
    assert added(lambda log: charge(log, 1_500, 500)) == []
    found = added(lambda log: charge(log, 1_501, 500))
    assert any("input + used + remitted + deferred" in text for text in found)


def take_back(log, undone, reversed_, made_good, credited=0):
    """A note on A's invoice to B, of which so much of a reverse charge comes back to B."""
    place = {"seller": 1, "number": 1, "buyer": 2, "period": PERIOD, **TRADE}
    if undone:
        figures = {"output": undone, "input": 0, "returned": undone}
        log.add("Tax.ReverseUndone", **place, code=4, **figures)
    figures = dict.fromkeys(("returned", "used", "remitted", "covered"), 0)
    figures |= {"reversed": reversed_, "made_good": made_good, "credited": credited}
    log.add("Tax.TaxReversed", **place, items=[], **figures)


def test_what_a_note_gives_counts_before_what_it_takes():
    def wrong(undone, made_good):
        found = added(lambda log: take_back(log, undone, 10_600, made_good))
        return [text for text in found if "made good" in text or "below zero" in text]

    # B has a credit of 10,000.
    assert wrong(600, 0) == wrong(200, 400) == wrong(0, 600) == []
    assert all("made good + covered" in text for text in wrong(600, 600))
    assert len(wrong(600, 600)) == 1 and len(wrong(0, 0)) == 2


def test_arrears_are_settled_of_what_a_note_gives_before_it_takes_any():
    place = {"seller": 1, "number": 1, "buyer": 2, "code": 4, "period": PERIOD, **TRADE}

    def owe(log, output, used):
        """B owes what it can't set against its credit."""
        figures = {"input": 0, "used": used, "remitted": 0, "deferred": output - used}
        log.add("Tax.ReverseCharged", **place, output=output, **figures)

    def settle(log, used, left):
        twin = {"twin": 2, "payer": None, "period": PERIOD, **TRADE}
        log.add("Tax.ArrearsSettled", **twin, used=used, remitted=0, left=left)

    def wrong(*steps):
        def build(log):
            # Its credit of 10,000 is used, and it owes 2,000.
            for step, *figures in [(owe, 12_000, 10_000), *steps]:
                step(log, *figures)

        words = "made good", " used ", "left"
        return [text for text in added(build) if any(word in text for word in words)]

    def taken(undone, made_good, settled):
        return wrong((take_back, undone, 600, made_good), (settle, settled, 2_000 - settled))

    assert taken(2_000, 600, 2_000) == taken(2_400, 200, 2_000) == taken(500, 600, 500) == []
    assert taken(2_700, 0, 2_000) == []
    (found,) = taken(2_400, 0, 1_800)
    assert found.endswith("made good + covered: expected 200, found 0")
    (found,) = taken(500, 100, 0)
    assert found.endswith("made good + covered: expected 600, found 100")

    def due(undone, credited, used):
        """The note makes another reverse charge due, of 1,000."""
        settled = undone + credited - used
        left = 2_000 + 1_000 - used - settled
        note = take_back, undone, 0, 0, credited
        return wrong(note, (owe, 1_000, used), (settle, settled, left))

    assert due(1_500, 0, 0) == due(2_100, 0, 100) == due(0, 100, 100) == []
    assert due(1_500, 100, 100) == []
    (found,) = due(1_500, 0, 1_000)
    assert found.endswith("used of the buyer's credit: expected 0, found 1000")


def test_draw_beyond_a_line_is_found():
    def draw(log, amount):
        terms = {"supply": "MutualCredit", "access": "Open", "invoice_only": False}
        log.add("Currencies.CurrencyCreated", currency=1, issuer=9, pot=POT, terms=terms)
        member = {"currency": 1, "account": A}
        log.add("Currencies.CreditLineSet", **member, twin=1, limit=100, debt=0)
        log.add("Assets.Issued", asset_id=1, owner=A, amount=amount)
        log.add("Currencies.CreditDrawn", **member, amount=amount, debt=amount)

    assert added(lambda log: draw(log, 100)) == []
    assert any("at most the line of 100" in text for text in added(lambda log: draw(log, 101)))


def test_denied_claim_is_credit_again():
    def deny(log):
        claim = {"jurisdiction": 0, "claim": 1}
        periods = {"source": [[PERIOD, 400]], "state": "Ready"}
        log.add("Tax.RefundClaimed", **claim, twin=2, currency=0, amount=400, **periods)
        log.add("Tax.RefundDenied", **claim, period=PERIOD, reason=DOCUMENT)
        log.add("Tax.RefundDenied", **claim, period=PERIOD, reason=DOCUMENT)

    (found,) = added(deny)
    assert found.endswith("Tax.RefundDenied: claim 1: expected open, found none")


def test_unpaid_tax_is_no_payment():
    def collect(log):
        log.receipts[1] = bytes.fromhex(state(town())["books"]["1"]["receipt"][2:])
        log.issue(1, 3, 10_000, 1_500)
        log.move(A, TREASURY, 1_500)
        item = {"code": 1, "kind": VAT, "net": 0, "tax": 1_500, "credited": 0}
        place = {"seller": 1, "number": 2}
        figures = {"used": 0, "remitted": 1_500, "credited": 0, "amount": 1_500}
        who = {"buyer": 3, "payer": A, "period": PERIOD}
        log.add("Tax.TaxCollected", **TRADE, **place, **who, **figures, items=[item])
        log.add("Commerce.UnpaidTaxCollected", **place, amount=1_500)

    assert added(collect) == []


# What no ledger depends on, at least not on its last unit here.
FREE = {
    "issuer",
    "pot",
    "cap",
    "authority",
    "effective",
    "document",
    "reference",
    # There are no tips.
    "tip_limit",
    # Half a unit more or less of rate makes no difference to these nets.
    "rate",
}


def numbers_and_hashes(value, path=()):
    """Where numbers and hashes stand in an event."""
    if isinstance(value, (dict, list)):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from numbers_and_hashes(value[key], (*path, key))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value + 1
    elif isinstance(value, str) and value.startswith("0x"):
        yield path, "0x" + ("11" if value[2:4] == "00" else "00") + value[4:]


@pytest.mark.parametrize("place", range(len(town())), ids=lambda at: town()[at].kind)
def test_any_changed_figure_is_found(place):
    told = state(town())
    for path, value in list(numbers_and_hashes(town()[place].fields)):
        free = path[-1] in FREE and town()[place].name != "InvoiceIssued"
        if free or (town()[place].kind, path) == ("Tax.RateSet", ("from",)):
            continue
        events = copy.deepcopy(town())
        inner = events[place].fields
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        assert audit(events, told).findings.list, path
