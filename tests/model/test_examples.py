"""The named examples, from the rules alone. Amounts in minor units of two decimals."""

import pytest

from bills import Refused, at_once, bill_of, split
from traces import World, replay

VAT, REDUCED, ZERO, REVERSE, OUT, LEVY, HELD, UNIT, METAL = range(1, 10)
CODES = {
    VAT: ("S", 150_000),
    REDUCED: ("S", 50_000),
    ZERO: ("Z", 0),
    REVERSE: ("AE", 150_000),
    OUT: ("O", 0),
    LEVY: ("levy_in_base", 20_000),
    HELD: ("withholding", 100_000),
    UNIT: ("unit", 25),
}
A, B, C, GUEST = 1, 2, 3, 4
TODAY = 20_500


def town(**settings) -> World:
    """Three firms, a guest, and a jurisdiction."""
    world = World()
    world.day(TODAY)
    world.jurisdiction(0, authority=9, **settings)
    for code, (kind, rate) in CODES.items():
        world.rate(0, code, 0, rate, kind)
    for twin, account in ((A, "a"), (B, "b"), (C, "c"), (GUEST, "guest"), (9, "town")):
        world.twin(twin, account)
        world.taxes.books.money.mint(0, account, 1_000_000)
    for twin in (A, B, C):
        world.register(0, twin, zero_codes=[ZERO, REVERSE])
    return world


def net(*items, **more):
    return {"items": [{"code": code, "amount": amount} for code, amount in items], **more}


def less(*parts, **more):
    return {"parts": [{"code": code, "less": amount} for code, amount in parts], **more}


def trade(world, seller, buyer, payer, *items, **more):
    invoice = world.commerce.issue(seller, buyer, 0, 0, net(*items, **more))
    world.commerce.pay(seller, invoice.trade.number, payer)
    world.check()
    return invoice


def credit(world, twin):
    return world.taxes.books.accounts[0, twin, 0].credit


def book(world):
    return world.taxes.books.treasuries[0, 0]


def money(world, account):
    return world.taxes.books.money.balance(0, account) - 1_000_000


def test_chain_nets_so_that_only_added_value_is_remitted():
    world = town()
    trade(world, A, B, "b", (VAT, 100_000))
    assert (world.taxes.books.treasury(0, 0), credit(world, B)) == (15_000, 15_000)
    trade(world, B, C, "c", (VAT, 200_000))
    assert (book(world)["used"], book(world)["remitted"]) == (15_000, 30_000)
    assert (credit(world, B), credit(world, C)) == (0, 30_000)
    # B kept what it had set against its credit, so tax cost it nothing.
    assert (money(world, "a"), money(world, "b")) == (100_000, 230_000 - 15_000 - 115_000)


def test_part_payments_take_tax_cumulatively():
    taken, paid, parts = [0], 0, []
    for payment in (3_333, 3_333, 4_834):
        part = split(11_500, [1_500], taken, paid, payment)
        taken, paid = [taken[0] + part[0]], paid + payment
        parts.append(part[0])
    assert parts == [435, 434, 631]


def test_part_payments_of_an_invoice_end_with_its_tax():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    credits = []
    for payment in (3_333, 3_333, 4_834):
        world.commerce.pay(A, 1, "b", payment)
        world.check()
        credits.append(credit(world, B))
    assert credits == [435, 869, 1_500]
    assert world.commerce.invoices[A, 1].state == "closed"


def test_mixed_rates_are_rounded_by_code_and_shared_in_order():
    bill = bill_of(net((VAT, 333), (REDUCED, 333), tip=50), lambda code: CODES[code])
    assert [charge.tax for charge in bill.charges] == [50, 17]
    assert (bill.net, bill.tax, bill.gross) == (666, 67, 783)
    # Of 391: 33.46 is due in all; the floors are 24 and 8, and the first code gets the unit.
    assert at_once(783, [50, 17], 391) == [25, 8]
    assert at_once(783, [50, 17], 783) == [50, 17]


def test_levy_enters_the_base_and_gross_prices_hold_both():
    bill = bill_of(net((VAT, 10_000), levies=[{"code": LEVY, "on": VAT}]), lambda code: CODES[code])
    assert [charge.tax for charge in bill.charges] == [1_530, 200]
    prices = net((VAT, 11_730), levies=[{"code": LEVY, "on": VAT}], prices="gross")
    bill = bill_of(prices, lambda code: CODES[code])
    assert (bill.net, bill.gross) == (10_000, 11_730)
    assert [charge.tax for charge in bill.charges] == [1_530, 200]


def test_levy_per_unit_and_gross_price_sum_to_the_price():
    sale = net(
        (VAT, 11_500), levies=[{"code": UNIT, "on": VAT, "thousandths": 2_500}], prices="gross"
    )
    bill = bill_of(sale, lambda code: CODES[code])
    assert bill.charges[1].tax == 63
    assert (bill.gross, bill.net + bill.tax) == (11_500, 11_500)


def test_levy_and_withholding_never_net():
    world = town()
    trade(world, B, A, "a", (VAT, 10_000))
    levies = [{"code": LEVY, "on": VAT}]
    trade(world, A, C, "c", (VAT, 10_000), levies=levies, withholdings=[HELD])
    found = book(world)
    assert (found["levies"], found["withheld"], found["used"]) == (200, 1_000, 1_500)
    assert credit(world, C) == 1_530
    assert money(world, "a") == -11_500 + 11_730 - 200 - 1_000 - 30


def test_reverse_charge_cancels_and_partial_exemption_pays_the_rest():
    world = town()
    trade(world, A, B, "b", (REVERSE, 10_000))
    assert (money(world, "b"), credit(world, B), book(world)["remitted"]) == (-10_000, 0, 0)
    world.register(0, B, deductible={REVERSE: 333_333}, zero_codes=[])
    trade(world, A, B, "b", (REVERSE, 10_000))
    # Of 1,500 only 499 may be deducted.
    assert (money(world, "b"), book(world)["remitted"]) == (-20_000 - 1_001, 1_001)


def test_partial_exemption_rounds_down_over_all_payments():
    world = town()
    world.register(0, B, deductible={VAT: 333_333})
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    for payment in (3_333, 3_333, 4_834):
        world.commerce.pay(A, 1, "b", payment)
    assert credit(world, B) == 499


def test_rate_of_the_day_of_supply_counts_and_notes_use_the_originals():
    world = town(correction_days=30)
    world.rate(0, VAT, TODAY + 1, 200_000)
    trade(world, A, B, "b", (VAT, 10_000))
    world.day(TODAY + 1)
    trade(world, A, B, "b", (VAT, 10_000))
    assert credit(world, B) == 1_500 + 2_000
    world.commerce.credit_note(A, 1, less((VAT, 10_000)))
    world.check()
    assert (credit(world, A), credit(world, B)) == (1_500, 2_000)


def test_registration_counts_at_payment():
    world = town()
    world.commerce.issue(A, GUEST, 0, 0, net((VAT, 10_000)))
    world.commerce.pay(A, 1, "guest", 5_750)
    world.register(0, GUEST)
    world.commerce.pay(A, 1, "guest")
    assert credit(world, GUEST) == 750
    world.deregister(0, GUEST)
    trade(world, A, GUEST, "guest", (VAT, 10_000))
    assert credit(world, GUEST) == 750


def test_ring_gains_nobody_anything():
    world = town(refund_caps=[[0, 10_000_000]])
    first = trade(world, A, B, "b", (VAT, 100_000))
    trade(world, B, C, "c", (VAT, 100_000))
    # B has spent its credit on the resale when A takes the first sale back.
    world.commerce.credit_note(A, first.trade.number, less((VAT, 100_000)))
    world.check()
    assert credit(world, B) == 0
    assert book(world)["made_good"] == 15_000
    for number, twin in enumerate((A, C)):
        world.claims.claim(0, number, twin, 0, credit(world, twin))
        world.check()
    gains = [money(world, account) for account in "abc"]
    # C paid B the net, and tax came back to whoever had it: all gains sum to nothing.
    assert gains == [0, 100_000, -100_000]
    assert world.taxes.books.treasury(0, 0) == 0


def test_note_waits_until_the_buyer_covers_what_it_lacks():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 100_000)))
    # Tax was taken before payment only in part: B pays half, is credited and spends it.
    world.commerce.pay(A, 1, "b", 57_500)
    trade(world, B, C, "c", (VAT, 50_000))
    assert credit(world, B) == 0
    # The note takes off what is unpaid and more of the taxed part, and no money goes back.
    note = {"parts": [{"code": VAT, "less": 100_000}], "tip": 0}
    world.commerce.credit_note(A, 1, note)
    world.check()
    assert book(world)["made_good"] == 7_500


def test_note_without_money_going_back_waits():
    world = town()
    sale = net((VAT, 100_000), (ZERO, 100_000))
    world.commerce.issue(A, B, 0, 0, sale)
    world.commerce.pay(A, 1, "b", 100_000)
    taken = world.commerce.invoices[A, 1].bill.charges[0].taken
    trade(world, B, C, "c", (VAT, 100_000))
    # All that was taxed goes; what was paid is less than what remains, so nothing goes back.
    world.commerce.credit_note(A, 1, less((VAT, 100_000)))
    invoice = world.commerce.invoices[A, 1]
    assert invoice.waiting and invoice.bill.gross == 215_000
    with pytest.raises(Refused, match="NoteWaiting"):
        world.commerce.cover_note(A, 1, taken - 1)
    assert invoice.waiting
    before = money(world, "b")
    world.commerce.cover_note(A, 1, 1_000_000)
    world.check()
    assert not invoice.waiting and invoice.bill.gross == 100_000
    assert (before - money(world, "b"), credit(world, A)) == (taken, taken)


def test_unpaid_business_invoice_gives_its_tax_and_the_buyer_its_credit_later():
    world = town(unpaid_days=10)
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    world.commerce.accept(A, 1, "b")
    world.day(TODAY + 11)
    world.commerce.collect_unpaid(A, 1)
    world.check()
    assert (money(world, "a"), credit(world, B)) == (-1_500, 0)
    world.commerce.pay(A, 1, "b")
    world.check()
    assert (money(world, "a"), credit(world, B)) == (10_000, 1_500)


def test_note_on_unpaid_invoice_gives_back_what_was_taken_before():
    world = town(unpaid_days=10)
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    world.commerce.accept(A, 1, "b")
    world.day(TODAY + 11)
    world.commerce.collect_unpaid(A, 1)
    with pytest.raises(Refused, match="AlreadyPaid"):
        world.commerce.cancel(A, 1, "seller")
    world.commerce.credit_note(A, 1, less((VAT, 10_000)))
    world.check()
    assert (credit(world, A), world.commerce.invoices[A, 1].bill.gross) == (1_500, 0)


def test_note_takes_reverse_charge_back():
    world = town()
    world.register(0, B, deductible={REVERSE: 333_333})
    trade(world, A, B, "b", (REVERSE, 10_000))
    assert book(world)["remitted"] == 1_001
    world.commerce.credit_note(A, 1, less((REVERSE, 5_000)))
    world.check()
    # It had paid 1,001 of 1,500; of 750 it may deduct 249, and so pays 501.
    assert (credit(world, B), credit(world, A)) == (500, 0)


def test_reverse_charges_of_a_note_are_rounded_each_by_itself():
    world = town()
    world.rate(0, METAL, 0, 150_000, "AE")
    world.register(0, A, zero_codes=[ZERO, REVERSE, METAL])
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 100), (METAL, 100), (ZERO, 100)))
    world.commerce.pay(A, 1, "b", 50)
    world.commerce.credit_note(A, 1, less((ZERO, 100)))
    world.check()
    # 15 × 50 / 200 is 3.75 of each: together 7.5.
    taken = [charge.taken for charge in world.commerce.invoices[A, 1].bill.charges]
    assert taken == [4, 4, 0]


def test_what_a_note_credits_is_set_against_reverse_charge():
    world = town()
    world.register(0, B, deductible={REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((VAT, 100_000), (REVERSE, 100_000), (ZERO, 100_000)))
    world.commerce.pay(A, 1, "b", 100_000)
    # Of each, 15,000 × 100,000 / 315,000.
    assert credit(world, B) == book(world)["remitted"] - 4_762 == 4_762
    trade(world, B, C, "c", (VAT, 31_747))
    assert credit(world, B) == 0
    before = money(world, "b")
    world.commerce.credit_note(A, 1, less((ZERO, 100_000)))
    world.check()
    # 15,000 × 100,000 / 215,000 is 2,215 more of each: neither waits nor costs the buyer anything.
    assert not world.commerce.invoices[A, 1].waiting
    assert (money(world, "b"), credit(world, B)) == (before, 0)


def test_undone_reverse_charge_makes_good_what_the_same_note_takes():
    world = town()
    world.register(0, B, deductible={REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((VAT, 100_000), (REVERSE, 100_000), (ZERO, 100_000)))
    world.commerce.pay(A, 1, "b", 100_000)
    trade(world, B, C, "c", (VAT, 31_747))
    assert credit(world, B) == 0
    before = money(world, "b")
    world.commerce.credit_note(A, 1, less((VAT, 100_000), (REVERSE, 100_000)))
    world.check()
    assert not world.commerce.invoices[A, 1].waiting
    assert (money(world, "b"), credit(world, B), credit(world, A)) == (before, 0, 4_762)
    assert book(world)["made_good"] == 0


def test_splitting_a_claim_gains_nothing():
    world = town(refund_caps=[[0, 200]])
    trade(world, A, B, "b", (VAT, 10_000))

    def claim(number, amount):
        world.claims.claim(0, number, B, 0, amount)
        world.check()
        return (0, number) not in world.claims.claims

    assert claim(0, 150)
    assert not claim(1, 51)
    world.claims.deny(0, 1)
    assert claim(2, 50)
    assert not claim(3, 1)
    world.claims.deny(0, 3)
    # Till the end of the next month.
    world.day(TODAY + 31)
    assert not claim(4, 1)
    world.claims.deny(0, 4)
    world.day(TODAY + 62)
    assert claim(5, 200)


def test_tax_taken_ahead_is_never_swept():
    world = town(unpaid_days=10, correction_days=30)
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    world.commerce.accept(A, 1, "b")
    world.day(TODAY + 40)
    world.commerce.collect_unpaid(A, 1)
    # The window is over, but the buyer is credited whenever it pays.
    assert world.taxes.free(0, 0) == 0
    world.commerce.pay(A, 1, "b")
    world.check()
    assert credit(world, B) == 1_500


def test_escrow_takes_tax_at_release():
    world = town()
    invoice = world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)), escrow=[9, 5])
    world.commerce.pay(A, 1, "b")
    world.check()
    assert (invoice.escrowed, world.taxes.books.treasury(0, 0)) == (11_500, 0)
    world.commerce.dispute(A, 1)
    world.commerce.resolve(A, 1, 5_750)
    world.check()
    assert (money(world, "b"), money(world, "a"), credit(world, B)) == (-5_750, 5_000, 750)


def test_sweep_leaves_what_credits_and_corrections_need():
    world = town(correction_days=30)
    trade(world, A, GUEST, "guest", (VAT, 10_000))
    trade(world, A, B, "b", (VAT, 10_000))
    assert world.taxes.free(0, 0) == 0
    world.day(TODAY + 31)
    assert world.taxes.free(0, 0) == 1_500
    world.taxes.sweep(0, 0, 1_500, "town")
    world.check()


def test_small_dividends_are_taxed_as_a_large_one():
    world = town()
    world.dividend_code(0, HELD)
    taxes = []
    for _ in range(1_000):
        before = book(world)["withheld"]
        world.taxes.withhold(0, A, 0, "a", 4)
        taxes.append(book(world)["withheld"] - before)
    world.check()
    assert (taxes[:4], sum(taxes)) == ([0, 1, 0, 1], 400)
    world.taxes.withhold(0, B, 0, "b", 4_000)
    world.check()
    assert (money(world, "a"), money(world, "b"), book(world)["withheld"]) == (-400, -400, 800)
    # No note can give it back.
    assert world.taxes.free(0, 0) == 800


def test_dividends_have_the_rate_of_their_day_and_a_code():
    world = town()
    world.taxes.withhold(0, A, 0, "a", 1_000)
    assert book(world)["withheld"] == 0
    world.dividend_code(0, HELD)
    world.rate(0, HELD, TODAY + 1, 250_001)
    world.taxes.withhold(0, A, 0, "a", 1_004)
    assert book(world)["withheld"] == 100
    world.day(TODAY + 1)
    # 100.4 and 1.000004 are due.
    world.taxes.withhold(0, A, 0, "a", 4)
    world.check()
    assert book(world)["withheld"] == 101
    world.dividend_code(0, None)
    world.taxes.withhold(0, A, 0, "a", 1_000)
    assert book(world)["withheld"] == 101


def test_dividends_of_the_expelled_are_taxed_and_those_of_the_frozen_refused():
    world = town()
    world.dividend_code(0, HELD)
    world.currency(0, access="members")
    world.expel(0, "a")
    world.taxes.withhold(0, A, 0, "a", 1_000)
    assert book(world)["withheld"] == 100
    world.freeze(0, "a")
    with pytest.raises(Refused, match="AccountFrozen"):
        world.taxes.withhold(0, A, 0, "a", 1_000)
    world.thaw(0, "a")
    with pytest.raises(Refused, match="BalanceTooLow"):
        world.taxes.withhold(0, A, 0, "a", 10_000_000)
    world.check()
    assert book(world)["withheld"] == 100


def test_out_of_scope_is_for_the_unregistered():
    world = town()
    trade(world, GUEST, A, "a", (OUT, 10_000))
    with pytest.raises(Refused, match="SellerNotRegistered"):
        world.commerce.issue(GUEST, A, 0, 0, net((VAT, 10_000)))
    assert world.taxes.books.treasury(0, 0) == 0


TRACE = [
    {"trace": 2},
    {"op": "day", "day": TODAY},
    {"op": "jurisdiction", "id": 0, "authority": 9},
    {"op": "rate", "jurisdiction": 0, "code": 1, "kind": "S", "since": 0, "rate": 150_000},
    {"op": "twin", "twin": 1, "account": "a"},
    {"op": "twin", "twin": 2, "account": "b"},
    {"op": "register", "jurisdiction": 0, "twin": 1},
    {"op": "register", "jurisdiction": 0, "twin": 2},
    {"op": "mint", "currency": 0, "account": "b", "amount": 11_500},
    {
        "op": "issue",
        "seller": 1,
        "buyer": 2,
        "jurisdiction": 0,
        "currency": 0,
        "sale": {"items": [{"code": 1, "amount": 10_000}]},
    },
    {"op": "pay", "seller": 1, "number": 1, "payer": "a", "error": "BalanceTooLow"},
    {
        "op": "pay",
        "seller": 1,
        "number": 1,
        "payer": "b",
        "then": {
            "balances": {"0/a": 10_000, "0/b": 0, "0/treasury/0": 1_500},
            "credits": {"0/2/0": [1_500, 0, 0]},
            "treasuries": {"0/0": {"output": 1_500, "remitted": 1_500}},
            "invoices": {"1/1": {"paid": 11_500, "taken": [1_500]}},
        },
    },
]


def test_trace_that_agrees_has_no_differences():
    assert list(replay(TRACE)) == []


@pytest.mark.parametrize(
    "path, value",
    [
        (("balances", "0/a"), 10_001),
        (("credits", "0/2/0"), [1_499, 0, 0]),
        (("treasuries", "0/0"), {"used": 1}),
        (("invoices", "1/1"), {"taken": [1_501]}),
    ],
)
def test_trace_with_a_wrong_figure_is_found_out(path, value):
    last = {**TRACE[-1], "then": {path[0]: {path[1]: value}}}
    (difference,) = replay([*TRACE[:-1], last])
    assert difference.startswith(f"row 12 (pay): {path[0]} {path[1]}")


def test_trace_with_a_refused_dividend_goes_on_without_it():
    dividend = {"op": "withhold", "jurisdiction": 0, "twin": 1, "currency": 0, "source": "a"}
    code = {"op": "rate", "jurisdiction": 0, "code": 2, "kind": "withholding"}
    rows = [
        {**code, "since": 0, "rate": 100_000},
        {"op": "dividend_code", "jurisdiction": 0, "code": 2},
        {**dividend, "amount": 6},
        {**dividend, "amount": 1_000_000, "error": "BalanceTooLow"},
        {**dividend, "amount": 9, "then": {"balances": {"0/a": 9_998}}},
        {**dividend, "amount": 9, "then": {"treasuries": {"0/0": {"withheld": 2}}}},
    ]
    # 0.6, 1.5 and 2.4 are due.
    assert list(replay([*TRACE, *rows])) == []


def test_refused_registration_registers_nobody():
    # The model doesn't know why; the chain does.
    again = {"op": "register", "jurisdiction": 0, "twin": 2, "error": "TwinNotFound"}
    gone = {"op": "deregister", "jurisdiction": 0, "twin": 2}
    paid = {**TRACE[-1], "then": {"credits": {"0/2/0": [0, 0, 0]}}}
    assert list(replay([*TRACE[:-1], gone, again, paid])) == []
    kept = {**gone, "error": "NotAuthority"}
    assert list(replay([*TRACE[:-1], kept, TRACE[-1]])) == []


def test_trace_with_a_wrong_end_is_found_out():
    (difference,) = replay([*TRACE[:-1], {**TRACE[-1], "error": "NotOpen", "then": {}}])
    assert "fails with NotOpen on the chain, succeeds in the model" in difference
