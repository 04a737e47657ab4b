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
# One percent a day; of what is left, a fraction of a unit is lost.
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
    for day, charge in ((MARCH - 1, 0), (MARCH, 0), (MARCH + 1, 16), (MARCH + 11, 157)):
        world = late(day)
        pay = lambda: trade(world, B, C, "c", (VAT, 20_000))  # noqa: E731, B023
        # Of 3,000 the credit covers 1,500, of which 1,484.99… or 1,343.00… are worth anything.
        found = moved(world, pay, "b", "c", "treasury/0")
        assert found == [23_000 - 1_500 - charge, -23_000, 1_500, charge]
        assert credit(world, B) == 0


def test_only_what_is_used_is_charged():
    world = late()
    pay = lambda: trade(world, B, C, "c", (VAT, 1_000))  # noqa: E731
    assert moved(world, pay, "b") == [1_150 - 2, 2]
    assert credit(world, B) == 1_350


def test_credits_of_several_months_are_charged_as_one():
    world = late()
    world.day(MARCH + 32)
    books = world.taxes.books
    # Of 100, a day in April leaves 98.99…, and 32 in all leave 72.49…: together 171.49….
    both = Account([[FEBRUARY, 100], [FEBRUARY + 1, 100]])
    assert [books.charge(0, both, amount) for amount in (100, 200)] == [28, 29]
    one = Account([[FEBRUARY + 1, 100]])
    # Each for itself would cost one more.
    assert books.charge(0, one, 100) == 2
    assert both.credit == 200


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
    assert moved(world, confirm, "b", "escrow") == [11_500 - 16, -11_500, 16]

    world = late()
    world.commerce.issue(B, C, 0, 0, net((VAT, 10_000)), escrow=[9, 30])
    world.commerce.pay(B, 1, "c")
    world.day(MARCH + 11)
    world.taxes.books.money.charge(0, "b")
    confirm = lambda: world.commerce.confirm(B, 1)  # noqa: E731
    # Of 11,500 there are 10,400.39… left; of these, 157 were the credit's.
    assert moved(world, confirm, "b", "escrow") == [10_243, -11_500, 11_500 - 10_243]


def test_unpaid_tax_costs_its_charge_besides():
    world = late(MARCH, unpaid_days=0)
    world.commerce.issue(B, C, 0, 0, net((VAT, 20_000)))
    world.commerce.accept(B, 1, "c")
    world.day(MARCH + 1)
    world.taxes.books.money.charge(0, "b")
    collect = lambda: world.commerce.collect_unpaid(B, 1)  # noqa: E731
    assert moved(world, collect, "b", "treasury/0") == [-1_500 - 16, 1_500, 16]


@pytest.mark.parametrize(
    "gone, back, charge, left",
    [
        # 250 come back and are used first; of 500 from February, 494.99… are worth anything.
        (REDUCED, 9_500, 6, 1_000),
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
    assert moved(world, pay, "a", "b", "treasury/0") == [10_000, -10_000 - 16, 0, 16]
    assert credit(world, B) == 0


def test_without_the_charge_there_is_no_direct_payment():
    for left, fits in ((10_015, False), (10_016, True)):
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
    # Of 1,500, 1,000 are set against credit, for which 11 are due besides the 500 that are left.
    for left, paid, pot in ((511, 511, 11), (510, 0, 0)):
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
    for left, paid in ((16, 16), (15, 0)):
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


def test_claims_that_become_credit_again_are_as_old_as_their_oldest():
    world = late(MARCH + 40)
    claims = world.claims
    trade(world, A, B, "b", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY, 1_500], [FEBRUARY + 2, 1_500]]
    claims.claim(0, 0, B, 0, 1_501)
    assert months(world, B) == [[FEBRUARY + 2, 1_499]]
    claims.deny(0, 0)
    assert months(world, B) == [[FEBRUARY, 1_501], [FEBRUARY + 2, 1_499]]
    # What it is taken from again counts, not what it was.
    trade(world, B, C, "c", (VAT, 10_000))
    assert months(world, B) == [[FEBRUARY, 1], [FEBRUARY + 2, 1_499]]
    trade(world, B, GUEST, "guest", (VAT, 7))
    trade(world, A, B, "b", (VAT, 20_000))
    assert months(world, B) == [[FEBRUARY + 2, 4_499]]
    world.day(MARCH + 53)
    claims.appeal(0, 0)
    assert world.taxes.books.accounts[0, B, 0].pending == 1_501
    claims.decide(0, 0, deny=True)
    world.check()
    assert months(world, B) == [[FEBRUARY + 2, 4_499]]


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
