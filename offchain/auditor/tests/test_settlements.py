"""What is set aside, arrears, tips, returns: right logs agree, planted errors are found."""

import pytest
from log import (
    DAY,
    DOCUMENT,
    PERIOD,
    POT,
    SET_ASIDE,
    TRADE,
    TREASURY,
    VAT,
    A,
    B,
    C,
    Log,
    account,
    state,
    town,
)

from audit_check.audit import audit

ESCROW = account("escrow")
REVERSE = {"Vat": "ReverseCharge"}


def added(build, told=None):
    """The log with more events at its end, and what the audit finds."""
    log = Log()
    log.events, log.block = town(), 8
    receipts = state(town())["books"]
    log.receipts = {int(it): bytes.fromhex(receipts[it]["receipt"][2:]) for it in receipts}
    build(log)
    return [str(finding) for finding in audit(log.events, told).findings.list]


def within(found, text):
    return any(text in one for one in found)


# ---- set aside -------------------------------------------------------------------------------


def put_aside(log, said=700, units=7):
    """A note's refund that C can't hold, told by the note's own events."""
    place = {"seller": 2, "number": 1}
    log.set_aside(B, C, 700, units)
    figures = dict.fromkeys("used remitted credited made_good covered".split(), 0)
    item = {"code": 1, "kind": VAT, "net": -609, "tax": -91}
    who = {"period": PERIOD, "buyer": 3, "business": True, "tip": 0}
    rest = {"items": [item], "returned": 91, "reversed": 91}
    log.add("Tax.TaxReversed", **TRADE, **place, **who, **figures, **rest)
    log.note(2, 1, (609, 91, 0, 700), (99_391, 14_909, 0, 114_300), 700)
    log.add("Commerce.Refunded", **place, payer=C, amount=700, set_aside=said)


def take(log, charge, nominal=700):
    log.block += 1
    log.move(SET_ASIDE, C, nominal - charge)
    if charge:
        log.move(SET_ASIDE, POT, charge)
        log.add("Currencies.DemurrageCharged", currency=0, account=C, amount=charge)
    log.add("Currencies.Taken", currency=0, owner=C, nominal=nominal, charge=charge)


def test_what_is_set_aside_waits_and_is_taken():
    assert added(put_aside) == []
    for charge in (0, 30, 700):
        assert added(lambda log, it=charge: (put_aside(log), take(log, it))) == []


def test_pot_of_what_is_set_aside_is_the_sum_of_what_waits():
    found = added(lambda log: (put_aside(log), log.move(A, SET_ASIDE, 1)))
    assert within(found, "pot of what is set aside: expected 700, found 701")

    def planted(log):
        put_aside(log)
        event = next(it for it in log.events if it.name == "SetAside")
        event.fields["nominal"] = 699

    found = added(planted)
    assert within(found, "pot of what is set aside: expected 699, found 700")
    assert within(found, "Assets.Transferred of 699 in 0 from anybody to")
    assert within(found, "set aside, as settlements say: expected 700, found 699")


def test_settlement_that_tells_another_amount_is_found():
    found = added(lambda log: put_aside(log, said=699))
    assert within(found, "set aside, as settlements say: expected 699, found 700")
    assert within(added(lambda log: put_aside(log, said=701)), "set aside: expected at most 700")


def test_taking_what_isnt_there_is_found():
    def twice(log):
        put_aside(log)
        take(log, 0)
        take(log, 0)

    assert within(added(twice), f"set aside for {C}: expected 0, found 700")
    found = added(lambda log: (put_aside(log), take(log, 0, 699)))
    assert within(found, f"set aside for {C}: expected 700, found 699")

    def stolen(log):
        put_aside(log)
        log.move(SET_ASIDE, A, 700)
        log.add("Currencies.Taken", currency=0, owner=C, nominal=700, charge=0)

    assert within(added(stolen), f"Assets.Transferred of 700 in 0 from {SET_ASIDE} to {C}")


def test_units_of_the_state_are_compared():
    told = {"block": 8, "set aside": {f"0/{C}": {"nominal": "700", "units": [4_900, 0, 0, 0]}}}
    assert added(put_aside, told) == []
    told["set aside"][f"0/{C}"]["units"] = 4_901
    assert within(added(put_aside, told), "units: expected 4900, found 4901")
    assert within(added(put_aside, {"set aside": {}}), "nominal: expected 700, found 0")


def test_discarded_money_goes_to_the_pot():
    def discard(log, target):
        log.move(A, target, 99_000)
        log.add("Currencies.Discarded", currency=0, source=A, amount=99_000)

    assert added(lambda log: discard(log, POT)) == []
    assert within(added(lambda log: discard(log, C)), "Assets.Transferred of 99000 in 0 from")


# ---- arrears ---------------------------------------------------------------------------------


def defer(log, twin=1, output=1_000, deferred=1_000, input_=0, remitted=0):
    """B sells to A under reverse charge; A can't pay, the sale having come out of escrow."""
    log.issue(2, twin, 10_000, 0)
    number = log.next(2) - 1
    place = {"seller": 2, "number": number}
    log.move(C, ESCROW, 10_000)
    payment = {"payer": C, "amount": 10_000, "used": 0, "credited": 0}
    nothing = {"to_seller": 0, "to_treasury": 0}
    total = {"escrowed": True, "paid": 10_000, "gross": 10_000}
    log.add("Commerce.PaymentReceived", **place, **payment, **nothing, **total)
    log.block += 1
    log.move(ESCROW, B, 10_000)
    item = {"code": 4, "kind": REVERSE, "net": 10_000, "tax": output, "credited": 0}
    who = {"buyer": twin, "business": True, "payer": ESCROW, "period": PERIOD, "amount": 10_000}
    figures = dict.fromkeys("tip used remitted credited charged set_aside".split(), 0)
    log.add("Tax.TaxCollected", **TRADE, **place, **who, **figures, items=[item])
    figures = {"output": output, "input": input_, "used": 0}
    figures |= {"remitted": remitted, "deferred": deferred, "code": 4, "period": PERIOD}
    log.add("Tax.ReverseCharged", **TRADE, **place, buyer=twin, **figures)
    figures = {"amount": 10_000, "to_seller": 10_000, "by": "Deadline"}
    figures |= dict.fromkeys("to_treasury used credited charged set_aside".split(), 0)
    log.add("Commerce.EscrowReleased", **place, **figures)
    log.add("Commerce.InvoiceClosed", **place)


def code(log):
    """The code of reverse charge, before it is used."""
    log.add("Tax.CodeSet", jurisdiction=0, code=4, name="reverse", kind=REVERSE)
    log.add("Tax.RateSet", jurisdiction=0, code=4, source=0, rate=100_000)


def settle(log, used=0, remitted=0, left=0, payer=None):
    if remitted:
        log.move(payer, TREASURY, remitted)
    place = {**TRADE, "period": PERIOD, "twin": 1, "payer": payer}
    log.add("Tax.ArrearsSettled", **place, used=used, remitted=remitted, left=left)


def found_with(*steps):
    return added(lambda log: [step(log) for step in (code, *steps)])


def test_arrears_are_deferred_whole_and_paid():
    assert found_with(defer) == []
    pay = [lambda log: settle(log, remitted=400, left=600, payer=C)]
    assert found_with(defer, *pay) == []
    pay.append(lambda log: settle(log, remitted=600, left=0, payer=A))
    assert found_with(defer, *pay) == []


@pytest.mark.parametrize(
    "step, named",
    [
        (lambda log: defer(log, deferred=999), "input + used + remitted + deferred"),
        (lambda log: defer(log, deferred=999, remitted=1), "deferred: expected all or nothing"),
        (lambda log: defer(log, input_=1), "input + used + remitted + deferred"),
    ],
)
def test_arrears_of_another_amount_are_found(step, named):
    assert within(found_with(step), named)


@pytest.mark.parametrize(
    "fields, named",
    [
        ({"remitted": 400, "left": 601, "payer": C}, "arrears left: expected 600, found 601"),
        ({"remitted": 400, "used": 1, "left": 599, "payer": C}, "used, where somebody pays"),
        ({"used": 1_000, "left": 0}, "used of the credit: expected 0, found 1000"),
    ],
)
def test_other_settlements_of_arrears_are_found(fields, named):
    assert within(found_with(defer, lambda log: settle(log, **fields)), named)


def test_payment_of_arrears_that_moved_no_money_is_found():
    def pay(log):
        settle(log, remitted=400, left=600, payer=C)
        log.events = [it for it in log.events if it.fields.get("amount") != 400]

    assert within(found_with(defer, pay), "money by its book: expected 25400, found 25000")


def test_credit_goes_against_arrears_first():
    def bought(log, used):
        # C sells to A, which is credited.
        log.issue(3, 1, 2_000, 300)
        log.pay((3, C), (1, A), 2_000, 300, 300, (2_300, 2_300))
        if used:
            settle(log, used=used, left=1_000 - used)

    assert found_with(defer, lambda log: bought(log, 300)) == []
    found = found_with(defer, lambda log: bought(log, 0))
    assert within(found, "twin 1, jurisdiction 0, currency 0: credit beside arrears")
    found = found_with(defer, lambda log: bought(log, 299))
    assert within(found, "used of the credit: expected 300, found 299")


def test_claims_go_against_arrears_before_they_are_paid():
    def claim(log):
        # A claims its credit; then it owes more than that; then the claim is due.
        log.issue(3, 1, 2_000, 300)
        log.pay((3, C), (1, A), 2_000, 300, 300, (2_300, 2_300))
        made = {"twin": 1, "currency": 0, "amount": 300, "state": {"Held": {"until": DAY}}}
        place = {"jurisdiction": 0, "claim": 5}
        log.add("Tax.RefundClaimed", **place, **made, source=[[PERIOD, 300]])

    def paid(log, used, amount):
        log.move(TREASURY, A, amount)
        parts = {"amount": amount, "forfeited": 0, "used": used, "set_aside": 0}
        log.add("Tax.RefundPaid", jurisdiction=0, claim=5, twin=1, currency=0, **parts)

    assert found_with(claim, defer, lambda log: paid(log, 300, 0)) == []
    found = found_with(claim, defer, lambda log: paid(log, 0, 300))
    assert within(found, "used against arrears: expected 300, found 0")


def test_appealed_denial_is_claimed_again():
    def deny(log, then):
        place = {"jurisdiction": 0, "claim": 1}
        periods = {"source": [[PERIOD, 400]], "state": "Ready"}
        log.add("Tax.RefundClaimed", **place, twin=2, currency=0, amount=400, **periods)
        log.add("Tax.RefundDenied", **place, period=PERIOD, final_on=DAY, reason=DOCUMENT)
        then(log, place)

    def appeal(log, place, periods=((PERIOD, 400),)):
        log.add("Tax.RefundAppealed", **place, reason=DOCUMENT, source=[list(it) for it in periods])

    def decide(log, place, decision):
        appeal(log, place)
        log.add("Tax.AppealDecided", **place, decision=decision, period=PERIOD)

    def told(pending, claims):
        credits = {"0/2/0": {"credits": [[PERIOD, 10_000 - pending]], "pending": pending}}
        credits["0/3/0"] = state(town())["credits"]["0/3/0"]
        return {"credits": credits, "claims": claims}

    denied = {"amount": 400, "state": {"Denied": {"final_on": DAY}}}
    nothing = lambda log, place: None  # noqa: E731
    assert added(lambda log: deny(log, nothing), told(0, {"0/1": denied})) == []
    assert added(lambda log: deny(log, nothing), told(0, {})) == []
    open_claim = {"amount": 400, "state": "DenialAppealed"}
    assert added(lambda log: deny(log, appeal), told(400, {"0/1": open_claim})) == []
    denied_again = lambda log, place: decide(log, place, "Deny")  # noqa: E731
    assert added(lambda log: deny(log, denied_again), told(0, {})) == []
    found = added(lambda log: deny(log, lambda log, it: appeal(log, it, [(PERIOD, 399)])))
    assert within(found, "periods: expected")
    alone = {"jurisdiction": 0, "claim": 9, "decision": "Deny", "period": PERIOD}
    assert within(added(lambda log: log.add("Tax.AppealDecided", **alone)), "claim 9: expected")


# ---- tips, returns, lines, turnover ----------------------------------------------------------


def issue(log, net, tax, tip):
    log.issue(1, 2, net, tax, tip)


def test_tip_beyond_its_share_is_found():
    # A fifth of 1,150.
    assert added(lambda log: issue(log, 1_000, 150, 230)) == []
    found = added(lambda log: issue(log, 1_000, 150, 231))
    assert within(found, "tip: expected at most 230, found 231")


def returned(log, credited=None, bottles=-250, taken=None):
    """A crate of beer, and bottles given back: VAT is taken and credited as one."""
    tax = 150 + round(bottles * 0.1)
    log.add("Tax.CodeSet", jurisdiction=0, code=5, name="deposit", kind=VAT)
    log.add("Tax.RateSet", jurisdiction=0, code=5, source=0, rate=100_000)
    log.issue(1, 2, 1_000 + bottles, tax)
    place = {"seller": 1, "number": log.next(1) - 1}
    gross = 1_000 + bottles + tax
    remitted = tax if taken is None else taken
    log.move(B, TREASURY, remitted)
    log.move(B, A, gross - remitted)
    items = [
        {"code": 1, "kind": VAT, "net": 1_000, "tax": 150, "credited": 0},
        {"code": 5, "kind": VAT, "net": bottles, "tax": tax - 150, "credited": 0},
    ]
    credited = tax if credited is None else credited
    who = {"buyer": 2, "business": True, "payer": B, "period": PERIOD, "amount": gross}
    figures = {"used": 0, "remitted": remitted, "credited": credited}
    nothing = {"tip": 0, "charged": 0, "set_aside": 0}
    log.add("Tax.TaxCollected", **TRADE, **place, **who, **figures, **nothing, items=items)
    told = {"payer": B, "amount": gross, "to_seller": gross - remitted, "to_treasury": remitted}
    more = {"used": 0, "credited": credited, "escrowed": False, "paid": gross, "gross": gross}
    log.add("Commerce.PaymentReceived", **place, **told, **more)
    log.add("Commerce.InvoiceClosed", **place)


def test_returns_within_an_invoice_are_taken_as_one():
    assert added(returned) == []
    assert within(added(lambda log: returned(log, 150)), "credit for the whole: expected 125")
    assert within(added(lambda log: returned(log, taken=150)), "used + remitted: expected 125")


def test_taxes_per_line_have_bounds():
    def per_line(log, tax):
        settings = {"rounding": "Line", "authority": 9, "tip_limit": 0}
        log.add("Tax.JurisdictionAmended", jurisdiction=0, settings=settings)
        log.issue(1, 3, 200_000, tax)
        place = {"seller": 1, "number": log.next(1) - 1}
        log.pay((1, A), (3, C), 200_000, tax, 0, (200_000 + tax, 200_000 + tax))
        for event in log.events[-3:]:
            event.fields.update({k: v for k, v in place.items() if k in event.fields})

    # 128 lines, and half a unit each.
    assert not within(added(lambda log: per_line(log, 30_064)), "tax on 200000")
    assert within(added(lambda log: per_line(log, 0)), "invoice 1/2, code 1: tax on 200000")


def test_turnover_moves_whole():
    def move(log, amount, turnover):
        sold = {"jurisdiction": 0, "owner": 1, "currency": 0, "year": 2026}
        log.add("Tax.TurnoverCounted", **sold, amount=500, turnover=500)
        moved = {"jurisdiction": 0, "to": 2, "currency": 0, "year": 2026}
        log.add("Tax.TurnoverMoved", source=1, **moved, amount=amount, turnover=turnover)

    told = {"turnovers": {"2/2026/0/0": 500}}
    assert added(lambda log: move(log, 500, 500), told) == []
    assert within(added(lambda log: move(log, 499, 499)), "turnover that moves: expected 500")
    assert within(added(lambda log: move(log, 500, 501)), "turnover: expected 500, found 501")


def test_links_of_notes_follow_each_other():
    def note(log, taken):
        rest = tuple(was - it for was, it in zip((100_000, 15_000, 0, 115_000), taken))
        log.note(1, 1, taken, rest, 0)

    found = added(lambda log: note(log, (0, 0, 0, 0)))
    assert found == []

    def planted(log, **fields):
        note(log, (0, 0, 0, 0))
        log.events[-1].fields.update(fields)

    for fields in (
        {"note": 3},
        {"number": 2},
        {"day": DAY + 1},
        {"document": "0x" + "ac" * 32},
        {"taken": {"net": 1, "tax": 0, "tip": 0, "gross": 1}},
    ):
        assert within(added(lambda log, it=fields: planted(log, **it)), "receipt: expected")
    found = added(lambda log: planted(log, left={"net": 1, "tax": 0, "tip": 0, "gross": 1}))
    assert within(found, "taken + left")


# ---- before the upgrade that brought all this --------------------------------------------------

NEW = {"business", "tip", "charged", "set_aside", "deferred", "used"}


def test_events_of_before_are_read_as_they_were():
    events = []
    for event in town():
        fields = dict(event.fields)
        if event.name == "CreditNoteIssued":
            for name in ("note", "day", "taken", "receipt"):
                del fields[name]
            fields["gross"] = fields.pop("left")["gross"]
        new = NEW if event.name == "RefundPaid" else NEW - {"used"}
        if event.name != "InvoiceIssued":
            fields = {name: it for name, it in fields.items() if name not in new}
        if "settings" in fields:
            fields["settings"] = {"rounding": "Category", "authority": 9}
        events.append(event._replace(fields=fields))
    told = state(town())
    # Notes stood outside the series.
    told["books"]["2"] |= {"next": 2, "receipt": told["books"]["2"]["receipt"]}
    issued = [it for it in town() if it.name == "InvoiceIssued" and it.fields["seller"] == 2]
    told["books"]["2"]["receipt"] = issued[0].fields["receipt"]
    assert [str(it) for it in audit(events, told).findings.list] == []
