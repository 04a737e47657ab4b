"""What waiting costs: credit that is used late, notes, claims, and disputes that nobody decides."""

import pytest

from bills import Refused
from commerce import DISPUTE_DAYS
from ledgers import Account, period_of
from money import pot_of
from test_examples import (
    GUEST,
    REDUCED,
    REVERSE,
    TODAY,
    VAT,
    ZERO,
    A,
    B,
    C,
    credit,
    less,
    net,
    town,
    trade,
)

# 1 March 2026: credit of February begins to wait.
MARCH = 20_513
# One percent a day; of what is lost, a fraction of a unit isn't charged.
FAST = 10_000
FEBRUARY = period_of(TODAY)


def late(day=MARCH + 1, **settings):
    """B has a credit of 1,500 from February; nobody's purse owes any demurrage."""
    world = town(correction_days=400, **settings)
    world.currency(0, demurrage=FAST)
    trade(world, A, B, "b", (VAT, 10_000))
    world.day(day)
    settle_purses(world)
    return world


def settle_purses(world):
    """Nobody's purse owes any demurrage."""
    for account in ("a", "b", "c", "guest"):
        world.taxes.books.money.charge(0, account)


def stored(world, account):
    return world.taxes.books.money.stored[0, account]


def moved(world, do, *accounts):
    """By how much balances and the pot change; nothing else loses anything on this day."""
    places = [*accounts, pot_of(0)]
    before = [stored(world, it) for it in places]
    do()
    world.check()
    return [stored(world, it) - was for it, was in zip(places, before)]


def test_credit_is_charged_when_it_is_used():
    for day, charge in ((MARCH - 1, 0), (MARCH, 0), (MARCH + 1, 15), (MARCH + 11, 156)):
        world = late(day)
        pay = lambda: trade(world, B, C, "c", (VAT, 20_000))  # noqa: E731, B023
        # Of 3,000 the credit covers 1,500, of which 1,484.99… or 1,343.00… are worth anything.
        found = moved(world, pay, "b", "c", "treasury/0")
        assert found == [23_000 - 1_500 - charge, -23_000, 1_500, charge]
        assert credit(world, B) == 0


def test_only_what_is_used_is_charged():
    world = late()
    pay = lambda: trade(world, B, C, "c", (VAT, 1_000))  # noqa: E731
    assert moved(world, pay, "b") == [1_150 - 1, 1]
    assert credit(world, B) == 1_350


def test_credits_of_several_months_are_charged_as_one():
    world = late()
    world.day(MARCH + 32)
    books = world.taxes.books
    # Of 100, a day in April leaves 98.99…, and 32 in all leave 72.49…: together 171.49….
    both = Account([[FEBRUARY, 100], [FEBRUARY + 1, 100]])
    assert [books.charge(0, both, amount) for amount in (100, 200)] == [27, 28]
    one = Account([[FEBRUARY + 1, 100]])
    # Each for itself costs no more.
    assert books.charge(0, one, 100) == 1
    assert both.credit == 200


def test_small_payments_are_charged_no_more_than_a_large_one():
    charges = []
    for parts in ([1_200], [1] * 1_200):
        world = late()
        world.commerce.issue(B, C, 0, 0, net((VAT, 1_000), (ZERO, 50)))
        pay = lambda: [world.commerce.pay(B, 1, "c", it) for it in parts]  # noqa: E731, B023
        *_, charge = moved(world, pay)
        charges.append(charge)
        assert credit(world, B) == 1_350
    # Of one unit, the hundredth that is lost is no whole unit.
    assert charges == [1, 0]


def test_what_goes_against_arrears_isnt_charged():
    world = late()
    account = world.taxes.books.accounts[0, B, 0]
    account.arrears = 1_000
    assert moved(world, lambda: world.taxes.set_against((0, B, 0)), "b") == [0, 0]
    account.arrears = 0


def test_escrow_pays_the_charge_before_the_rest():
    world = late()
    world.commerce.issue(B, C, 0, 0, net((VAT, 10_000)), escrow=[9, 30])
    world.commerce.pay(B, 1, "c")
    confirm = lambda: world.commerce.confirm(B, 1)  # noqa: E731
    assert moved(world, confirm, "b", "escrow") == [11_500 - 15, -11_500, 15]

    world = late()
    world.commerce.issue(B, C, 0, 0, net((VAT, 10_000)), escrow=[9, 30])
    world.commerce.pay(B, 1, "c")
    world.day(MARCH + 11)
    world.taxes.books.money.charge(0, "b")
    confirm = lambda: world.commerce.confirm(B, 1)  # noqa: E731
    # Of 11,500 there are 10,400.39… left; of these, 156 were the credit's.
    assert moved(world, confirm, "b", "escrow") == [10_244, -11_500, 11_500 - 10_244]


def test_unpaid_tax_costs_its_charge_besides():
    world = late(MARCH, unpaid_days=0)
    world.commerce.issue(B, C, 0, 0, net((VAT, 20_000)))
    world.commerce.accept(B, 1, "c")
    world.day(MARCH + 1)
    world.taxes.books.money.charge(0, "b")
    collect = lambda: world.commerce.collect_unpaid(B, 1)  # noqa: E731
    assert moved(world, collect, "b", "treasury/0") == [-1_500 - 15, 1_500, 15]


@pytest.mark.parametrize(
    "net_, left, paid, charge",
    [
        # All of its tax is set against its credit.
        (10_000, 0, 0, 0),
        (10_000, 14, 0, 0),
        (10_000, 15, 0, 15),
        # It has its tax, but not all of the charge.
        (20_000, 1_500, 1_500, 0),
        (20_000, 1_514, 1_500, 0),
        (20_000, 1_515, 1_500, 15),
    ],
)
def test_whoever_has_no_money_still_has_its_unpaid_tax_taken(net_, left, paid, charge):
    world = late(MARCH, unpaid_days=0)
    world.commerce.issue(B, C, 0, 0, net((VAT, net_)))
    world.commerce.accept(B, 1, "c")
    world.day(MARCH + 1)
    money = world.taxes.books.money
    money.charge(0, "b")
    money.transfer(0, "b", "a", money.balance(0, "b") - left)
    collect = lambda: world.commerce.collect_unpaid(B, 1)  # noqa: E731
    assert moved(world, collect, "b", "treasury/0") == [-paid - charge, paid, charge]
    assert credit(world, B) == 0
    assert [it.taken for it in world.commerce.invoices[B, 1].bill.charges] == [net_ * 15 // 100]


def test_unpaid_tax_that_can_be_paid_neither_way_waits():
    world = late(MARCH, unpaid_days=0)
    world.commerce.issue(B, C, 0, 0, net((VAT, 20_000)))
    world.commerce.accept(B, 1, "c")
    world.day(MARCH + 1)
    money = world.taxes.books.money
    money.charge(0, "b")
    money.transfer(0, "b", "a", money.balance(0, "b") - 1_499)
    with pytest.raises(Refused, match="BalanceTooLow"):
        world.commerce.collect_unpaid(B, 1)


@pytest.mark.parametrize(
    "gone, back, charge, left",
    [
        # 250 come back and are used first; of 500 from February, 494.99… are worth anything.
        (REDUCED, 9_500, 5, 1_000),
        # 750 come back, of which 250 are used.
        (VAT, 10_500, 0, 2_000),
    ],
)
def test_note_charges_the_seller_for_more_than_it_returned(gone, back, charge, left):
    world = town(correction_days=400)
    world.currency(0, demurrage=FAST)
    sale = net((VAT, 10_000), (REDUCED, 10_000), (ZERO, 20_000))
    world.commerce.issue(B, GUEST, 0, 0, sale)
    # Half of it, with 750 and 250 of tax, while B has no credit.
    world.commerce.pay(B, 1, "guest", 21_000)
    trade(world, A, B, "b", (VAT, 10_000))
    world.day(MARCH + 1)
    settle_purses(world)
    note = less((gone, 10_000), (ZERO, 20_000))
    give = lambda: world.commerce.credit_note(B, 1, note)  # noqa: E731
    assert moved(world, give, "b", "guest", "treasury/0") == [-back - charge, back, 0, charge]
    assert credit(world, B) == left


# ---- the buyer's own tax ---------------------------------------------------------------------


def reverse(world, **more):
    world.register(0, B, deductible={REVERSE: 0})
    return world.commerce.issue(A, B, 0, 0, net((REVERSE, 10_000)), **more)


def test_buyer_is_charged_for_credit_that_its_own_tax_uses():
    world = late()
    invoice = reverse(world)
    pay = lambda: world.commerce.pay(A, invoice.trade.number, "b")  # noqa: E731
    assert moved(world, pay, "a", "b", "treasury/0") == [10_000, -10_000 - 15, 0, 15]
    assert credit(world, B) == 0


def test_without_the_charge_there_is_no_direct_payment():
    for left, fits in ((10_014, False), (10_015, True)):
        world = late()
        invoice = reverse(world)
        money = world.taxes.books.money
        money.transfer(0, "b", "c", money.balance(0, "b") - left)
        if fits:
            world.commerce.pay(A, invoice.trade.number, "b")
            assert money.balance(0, "b") == 0
        else:
            with pytest.raises(Refused, match="BalanceTooLow"):
                world.commerce.pay(A, invoice.trade.number, "b")


def test_release_charges_whoever_can_pay_all_and_nobody_else():
    # Of 1,500, 1,000 are set against credit, for which 10 are due besides the 500 that are left.
    # Whoever can pay the tax alone owes nothing.
    for left, paid, pot in ((510, 510, 10), (509, 500, 0), (500, 500, 0), (499, 0, 0)):
        world = late()
        trade(world, B, C, "c", (VAT, 3_333))
        invoice = reverse(world, escrow=[9, 5])
        key = (A, invoice.trade.number)
        world.commerce.pay(*key, "b")
        money = world.taxes.books.money
        money.transfer(0, "b", "c", money.balance(0, "b") - left)
        confirm = lambda: world.commerce.confirm(*key)  # noqa: E731, B023
        assert moved(world, confirm, "a", "b") == [10_000, -paid, pot]
        account = world.taxes.books.accounts[0, B, 0]
        assert (account.credit, account.arrears) == (0, 0 if paid else 500)


def test_release_drops_a_charge_that_cant_be_paid_though_nothing_is_owed():
    for left, paid in ((15, 15), (14, 0)):
        world = late()
        invoice = reverse(world, escrow=[9, 5])
        key = (A, invoice.trade.number)
        world.commerce.pay(*key, "b")
        money = world.taxes.books.money
        money.transfer(0, "b", "c", money.balance(0, "b") - left)
        confirm = lambda: world.commerce.confirm(*key)  # noqa: E731, B023
        assert moved(world, confirm, "b") == [-paid, paid]
        assert world.taxes.books.accounts[0, B, 0].arrears == 0


def test_note_charges_the_buyer_nothing():
    world = town(correction_days=400)
    world.currency(0, demurrage=FAST)
    world.register(0, B, deductible={REVERSE: 0})
    sale = net((VAT, 10_000), (REVERSE, 20_000), (ZERO, 20_000))
    world.commerce.issue(A, B, 0, 0, sale)
    # A tenth of it: 150, and 300 of the buyer's own.
    world.commerce.pay(A, 1, "b", 5_150)
    trade(world, B, GUEST, "guest", (VAT, 1_000))
    trade(world, C, B, "b", (VAT, 10_000))
    assert credit(world, B) == 1_500
    world.day(MARCH + 1)
    settle_purses(world)
    taken = [charge.taken for charge in world.commerce.invoices[A, 1].bill.charges]
    assert taken == [150, 300, 0]
    give = lambda: world.commerce.credit_note(A, 1, less((ZERO, 20_000)))  # noqa: E731
    # By 5,150 / 31,500: 245 and 490. So the buyer gets 95 and uses 190, of which 95 are older.
    assert moved(world, give, "a", "b") == [-95, 0, 0]
    taken = [charge.taken for charge in world.commerce.invoices[A, 1].bill.charges]
    assert taken == [245, 490, 0] and credit(world, B) == 1_405


# ---- of which month credit is ----------------------------------------------------------------


def months(world, twin):
    return world.taxes.books.accounts[0, twin, 0].credits


def test_what_a_note_returns_is_of_the_day_of_supply():
    world = town(correction_days=400, supply_bound=30)
    # 31 January and 1 February.
    for supply, period in ((TODAY - 16, FEBRUARY - 1), (TODAY - 15, FEBRUARY)):
        invoice = world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)), supply)
        world.commerce.pay(A, invoice.trade.number, "b")
        world.day(MARCH)
        world.commerce.credit_note(A, invoice.trade.number, less((VAT, 10_000)))
        assert [period, 1_500] in months(world, A)
    assert world.taxes.books.statements[0, A, 0, FEBRUARY + 1]["returned"] == 3_000
    assert (0, A, 0, FEBRUARY - 1) not in world.taxes.books.statements


def test_what_a_note_gives_the_buyer_is_of_the_day_of_supply():
    world = town(correction_days=400)
    world.register(0, B, deductible={REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000), (ZERO, 10_000)))
    trade(world, A, B, "b", (REVERSE, 10_000))
    world.day(MARCH)
    world.commerce.pay(A, 1, "b", 10_750)
    assert months(world, B) == [[FEBRUARY + 1, 750]]
    world.commerce.credit_note(A, 1, less((ZERO, 10_000)))
    # 10,750 of 11,500 are paid: 1,402 in all.
    assert months(world, B) == [[FEBRUARY, 652], [FEBRUARY + 1, 750]]
    world.commerce.credit_note(A, 2, less((REVERSE, 10_000)))
    world.check()
    assert months(world, B) == [[FEBRUARY, 652 + 1_500], [FEBRUARY + 1, 750]]
    statement = world.taxes.books.statements[0, B, 0, FEBRUARY + 1]
    assert (statement["input"], statement["returned"]) == (1_402, 1_500)


# 1 December 2026.
DECEMBER = MARCH + 275


def test_note_on_a_sale_to_a_sister_leaves_old_credit_old():
    world = late(DECEMBER)
    assert months(world, B) == [[FEBRUARY, 1_500]]
    invoice = trade(world, A, B, "b", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY, 1_500], [FEBRUARY + 10, 1_500]]
    world.commerce.credit_note(A, invoice.trade.number, less((VAT, 10_000)))
    world.check()
    assert months(world, A) == [[FEBRUARY + 10, 1_500]]
    assert months(world, B) == [[FEBRUARY, 1_500]]


def test_note_takes_older_credit_once_there_is_none_since_its_supply():
    world = late()
    trade(world, A, B, "b", (VAT, 10_000))
    world.day(MARCH + 31)
    noted = world.commerce.issue(A, B, 0, 0, net((VAT, 20_000)))
    world.commerce.pay(A, noted.trade.number, "b", 11_500)
    world.day(MARCH + 61)
    world.commerce.pay(A, noted.trade.number, "b")
    assert months(world, B) == [[FEBRUARY + it, 1_500] for it in range(4)]
    world.claims.claim(0, 0, B, 0, 1_600)
    trade(world, B, C, "c", (VAT, 20_000))
    world.claims.deny(0, 0)
    assert months(world, B) == [[FEBRUARY, 1_500], [FEBRUARY + 1, 100], [FEBRUARY + 3, 1_400]]
    # The supply was in April: what is of May goes before what is of February.
    world.commerce.credit_note(A, noted.trade.number, less((VAT, 10_000)))
    world.check()
    assert months(world, B) == [[FEBRUARY, 1_400], [FEBRUARY + 1, 100]]


def test_credit_is_taken_from_a_month_on_and_then_oldest_first():
    account = Account([[1, 10], [2, 20], [3, 30], [4, 40]])
    assert account.copy().take(75) == [(1, 10), (2, 20), (3, 30), (4, 15)]
    assert account.take(75, 3) == [(3, 30), (4, 40), (1, 5)]
    assert account.credits == [[1, 5], [2, 20]]


def test_note_uses_credit_of_its_supply_first():
    world = late()
    sale = net((VAT, 10_000), (REDUCED, 10_000), (ZERO, 20_000))
    # By B in March, half of it paid; its tax of 1,000 uses credit of February.
    world.commerce.issue(B, GUEST, 0, 0, sale)
    world.commerce.pay(B, 1, "guest", 21_000)
    trade(world, A, B, "b", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY, 500], [FEBRUARY + 1, 1_500]]
    world.day(MARCH + 41)
    settle_purses(world)
    give = lambda: world.commerce.credit_note(B, 1, less((REDUCED, 10_000), (ZERO, 20_000)))  # noqa: E731
    # Of 750, 250 come back. 500 are of March: of these, 47.81… are lost in ten days of April.
    assert moved(world, give, "b", "guest") == [-9_500 - 47, 9_500, 47]
    assert months(world, B) == [[FEBRUARY, 500], [FEBRUARY + 1, 1_000]]


def test_reverse_charge_of_a_note_uses_credit_of_its_supply_first():
    world = late()
    world.register(0, B, deductible={REVERSE: 0})
    sale = net((VAT, 10_000), (REVERSE, 20_000), (ZERO, 20_000))
    world.commerce.issue(A, B, 0, 0, sale)
    # A tenth of it: 150, and 300 of the buyer's own, set against credit of February.
    world.commerce.pay(A, 2, "b", 5_150)
    trade(world, A, B, "b", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY, 1_200], [FEBRUARY + 1, 1_650]]
    world.day(MARCH + 41)
    settle_purses(world)
    world.commerce.credit_note(A, 2, less((ZERO, 20_000)))
    world.check()
    # It gets 95 and uses 190.
    assert months(world, B) == [[FEBRUARY, 1_200], [FEBRUARY + 1, 1_555]]


def test_claims_that_become_credit_again_are_as_old_as_they_were():
    world = late(MARCH + 40)
    claims = world.claims
    trade(world, A, B, "b", (VAT, 10_000))
    before = [[FEBRUARY, 1_500], [FEBRUARY + 2, 1_500]]
    assert months(world, B) == before
    claims.claim(0, 0, B, 0, 1_501)
    assert months(world, B) == [[FEBRUARY + 2, 1_499]]
    claims.deny(0, 0)
    assert months(world, B) == before
    # Denied after an appeal, too.
    claims.appeal(0, 0)
    assert months(world, B) == [[FEBRUARY + 2, 1_499]]
    claims.decide(0, 0, deny=True)
    world.check()
    assert months(world, B) == before and not claims.claims


def test_claim_appealed_is_of_what_it_was_taken_from_again():
    world = late(MARCH + 40)
    claims = world.claims
    trade(world, A, B, "b", (VAT, 10_000))
    claims.claim(0, 0, B, 0, 1_501)
    claims.deny(0, 0)
    # What it is taken from again counts, not what it was.
    trade(world, B, C, "c", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY + 2, 1_500]]
    trade(world, A, B, "b", (VAT, 20_000))
    world.day(MARCH + 53)
    claims.appeal(0, 0)
    assert world.taxes.books.accounts[0, B, 0].pending == 1_501
    claims.decide(0, 0, deny=True)
    world.check()
    assert months(world, B) == [[FEBRUARY + 2, 4_500]]


def test_denied_claim_goes_against_arrears_oldest_first():
    world = late(MARCH + 40)
    trade(world, A, B, "b", (VAT, 10_000))
    world.claims.claim(0, 0, B, 0, 3_000)
    invoice = reverse(world, escrow=[9, 5])
    key = (A, invoice.trade.number)
    world.commerce.pay(*key, "b")
    money = world.taxes.books.money
    money.transfer(0, "b", "c", money.balance(0, "b"))
    world.commerce.confirm(*key)
    account = world.taxes.books.accounts[0, B, 0]
    assert (account.credits, account.arrears) == ([], 1_500)
    world.claims.deny(0, 0)
    world.check()
    assert (account.credits, account.arrears) == ([[FEBRUARY + 2, 1_500]], 0)


# ---- disputes --------------------------------------------------------------------------------


def disputed(**terms):
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)), escrow=[9, 5], **terms)
    world.commerce.accept(A, 1, "b")
    world.commerce.pay(A, 1, "b", 11_000)
    world.commerce.pay(A, 1, "c")
    world.commerce.dispute(A, 1)
    return world


def test_dispute_that_nobody_decides_gives_all_back():
    world = disputed()
    commerce, invoice = world.commerce, world.commerce.invoices[A, 1]
    assert DISPUTE_DAYS == 365 and invoice.release == TODAY + 366
    world.day(TODAY + 365, 1_439)
    with pytest.raises(Refused, match="NotDue"):
        commerce.release(A, 1)
    world.day(TODAY + 366, 0)
    before = [world.taxes.books.money.balance(0, it) for it in "bc"]
    commerce.release(A, 1)
    world.check()
    assert [world.taxes.books.money.balance(0, it) for it in "bc"] == [
        before[0] + 11_000,
        before[1] + 500,
    ]
    assert (invoice.state, invoice.escrowed, invoice.release) == ("issued", 0, None)
    assert credit(world, B) == world.taxes.books.treasury(0, 0) == 0
    with pytest.raises(Refused, match="NothingEscrowed"):
        commerce.release(A, 1)
    # It isn't owed any more, but may still be paid.
    with pytest.raises(Refused, match="NotOpen"):
        commerce.collect_unpaid(A, 1)
    commerce.pay(A, 1, "b")
    assert invoice.release == TODAY + 366 + 6
    commerce.confirm(A, 1)
    world.check()
    assert credit(world, B) == 1_500


def test_dispute_lasts_as_long_though_the_deadline_of_its_money_ran():
    world = disputed()
    world.day(TODAY + 6)
    with pytest.raises(Refused, match="NotDue"):
        world.commerce.release(A, 1)
    world.commerce.resolve(A, 1, 0)
    world.check()
    invoice = world.commerce.invoices[A, 1]
    assert (invoice.state, invoice.release) == ("closed", None)


def test_confirmed_dispute_never_lapses():
    world = disputed()
    world.commerce.confirm(A, 1)
    world.day(TODAY + 366)
    with pytest.raises(Refused, match="NothingEscrowed"):
        world.commerce.release(A, 1)
