"""Demurrage, members, freezes, and what accounts can't hold: examples worked out by hand."""

import pytest

from bills import Refused
from ledgers import period_of
from money import ASIDE, ESCROW, Kept, Money, pot_of
from test_examples import REVERSE, TODAY, VAT, ZERO, A, B, C, book, credit, less, net, town

DAY = 20_500
# One percent a day.
FAST = 10_000
# Of reverse charge, too.
OTHER_REVERSE = 20


def purse(day=DAY, **terms) -> Money:
    money = Money()
    money.day = day
    money.create(0, "issued", None, 7, **terms)
    money.mint(0, "a", 1_001)
    return money


def test_demurrage_is_charged_by_the_day_and_goes_to_the_pot():
    money = purse(demurrage=FAST)
    money.day += 1
    # Of 1,000 above the first unit 989.99… are left, since the index is rounded up.
    assert money.balance(0, "a") == 990
    money.charge(0, "a")
    assert money.stored[0, "a"] + money.stored[0, pot_of(0)] == 1_001
    assert money.stored[0, "a"] == money.balance(0, "a")


def test_touching_every_day_or_never_is_the_same():
    often, never = purse(demurrage=200), purse(demurrage=200)
    for _ in range(500):
        often.day += 1
        often.charge(0, "a")
    never.day += 500
    assert often.balance(0, "a") == never.balance(0, "a") == 905


def test_terms_hold_when_the_notice_is_over():
    money = purse()
    money.amend(0, access="members", demurrage=FAST)
    # Seven days of 24 hours, however late in the day it was announced.
    money.day = DAY + 7
    money.transfer(0, "a", "b", 1)
    money.day = DAY + 8
    with pytest.raises(Refused, match="NotAdmitted"):
        money.transfer(0, "a", "b", 1)
    money.members[0, "b"] = True
    with pytest.raises(Refused, match="NotMember"):
        money.transfer(0, "a", "b", 1)
    money.day = DAY + 9
    assert money.balance(0, "a") == 990


def test_frozen_accounts_are_paid_and_pay_nothing():
    money = purse()
    money.frozen[0, "a"] = True
    for refused in (lambda: money.transfer(0, "a", "b", 1), lambda: money.discard(0, "a")):
        with pytest.raises(Refused, match="AccountFrozen"):
            refused()
    money.mint(0, "a", 5)
    assert money.balance(0, "a") == 1_006


def test_mutual_credit_is_worth_its_debts():
    money = Money()
    money.create(0, "mutual", None, 7)
    money.limits[0, "a"] = 100
    money.transfer(0, "a", "b", 100)
    assert (money.debts[0, "a"], money.supply(0)) == (100, 100)
    with pytest.raises(Refused, match="BalanceTooLow"):
        money.transfer(0, "a", "b", 1)
    with pytest.raises(Refused, match="InDebt"):
        money.discard(0, "a")
    money.transfer(0, "b", "a", 40)
    money.repay(0, "a", 40)
    assert (money.debts[0, "a"], money.supply(0)) == (60, 60)


def test_dust_can_be_given_up():
    money = purse()
    money.transfer(0, "a", "b", 1)
    money.discard(0, "b")
    assert (money.balance(0, "b"), money.stored[0, pot_of(0)]) == (0, 1)
    with pytest.raises(Refused, match="AmountZero"):
        money.discard(0, "b")


def test_parts_of_what_waits_take_their_share_of_its_units():
    kept = Kept(3, 100)
    assert (kept.part(1), kept.part(3)) == (Kept(1, 33), Kept(3, 100))
    assert Kept(100, 1_000).without(Kept(20, 220)) == Kept(80, 780)
    assert Kept(100, 1_000).without(Kept(95, 1_045)) == Kept(5, 0)


def test_what_an_account_cant_hold_is_set_aside_and_charged_when_taken():
    money = purse(demurrage=FAST)
    money.move(0, "a", ESCROW, 1_000)
    kept = money.keep(0, 1_000)
    money.gone["b"] = True
    money.settle(0, ESCROW, "b", kept)
    assert (money.aside[0, "b"].nominal, money.stored[0, ASIDE]) == (1_000, 1_000)
    with pytest.raises(Refused, match="NoSuchAccount"):
        money.take(0, "b")
    money.day += 1
    money.gone["b"] = False
    money.take(0, "b")
    money.check()
    assert (money.stored[0, "b"], money.stored[0, ASIDE]) == (989, 0)
    with pytest.raises(Refused, match="NothingSetAside"):
        money.take(0, "b")


def test_waiting_in_escrow_saves_nobody_demurrage():
    world = town()
    world.currency(0, demurrage=FAST)
    world.commerce.issue(A, B, 0, 0, net((ZERO, 100_000)), escrow=[9, 30])
    world.commerce.pay(A, 1, "b", 60_000)
    world.day(TODAY + 365)
    world.commerce.pay(A, 1, "b", 1)
    before = world.taxes.books.money.balance(0, "b")
    world.commerce.cancel(A, 1, "seller")
    world.check()
    # Of 60,000 remain 60,000 × 0.99³⁶⁵, and of what came today all.
    assert world.taxes.books.money.balance(0, "b") - before == 1_531 + 1


def test_tax_of_what_has_waited_is_on_all_of_it():
    world = town()
    world.currency(0, demurrage=FAST)
    world.commerce.issue(A, C, 0, 0, net((VAT, 10_000)), escrow=[9, 5])
    world.commerce.pay(A, 1, "c")
    world.day(TODAY + 6)
    before = world.taxes.books.money.balance(0, "a")
    world.commerce.release(A, 1)
    world.check()
    # 11,500 × 0.99⁶ are 10,827: the seller bears what is lost, the treasury nothing.
    assert world.taxes.books.treasury(0, 0) == credit(world, C) == 1_500
    assert world.taxes.books.money.balance(0, "a") - before == 10_827 - 1_500
    assert world.commerce.invoices[A, 1].state == "closed"


def test_buyer_that_cant_pay_its_own_tax_owes_it_and_doesnt_stop_the_seller():
    world = town()
    world.register(0, B, deductible={REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 10_000)), escrow=[9, 5])
    world.commerce.pay(A, 1, "b")
    world.taxes.books.money.frozen[0, "b"] = True
    world.commerce.confirm(A, 1)
    world.check()
    account = world.taxes.books.accounts[0, B, 0]
    assert (account.arrears, book(world)["arrears"], book(world)["remitted"]) == (1_500, 1_500, 0)
    with pytest.raises(Refused, match="BuyerInArrears"):
        world.commerce.issue(A, B, 0, 0, net((REVERSE, 1)))
    world.commerce.issue(A, B, 0, 0, net((VAT, 6_000)))
    # Its credit goes against them first; anybody pays the rest.
    world.commerce.pay(A, 2, "c")
    world.check()
    assert (account.arrears, account.credit) == (600, 0)
    with pytest.raises(Refused, match="ArrearsLower"):
        world.taxes.pay_arrears(0, B, 0, "c", 601)
    world.taxes.pay_arrears(0, B, 0, "c", 600)
    world.check()
    assert (account.arrears, book(world)["used"], book(world)["remitted"]) == (0, 900, 1_500)


def leave_owing(world, amount=12_000):
    """B owes the tax of a reverse charge of so much: it can't pay as the escrow is released."""
    number = world.commerce.issue(A, B, 0, 0, net((REVERSE, amount)), escrow=[9, 5]).trade.number
    world.commerce.pay(A, number, "b")
    confirm_frozen(world, number)


def confirm_frozen(world, number):
    """An escrow is released while its buyer's account is frozen."""
    frozen = world.taxes.books.money.frozen
    frozen[0, "b"] = True
    world.commerce.confirm(A, number)
    frozen[0, "b"] = False
    world.check()


def test_reverse_charge_that_was_never_paid_is_no_credit():
    world = town(refund_caps=[[0, 10_000]])
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 10_000), (VAT, 10_000)), escrow=[9, 5])
    world.commerce.pay(A, 1, "b", 10_750)
    world.commerce.confirm(A, 1)
    # Of the first half B is credited, and has it paid out; of the other half it deducts nothing.
    world.claims.claim(0, 0, B, 0, 750)
    world.register(0, B, deductible={REVERSE: 0, VAT: 0})
    world.commerce.pay(A, 1, "b")
    confirm_frozen(world, 1)
    account = world.taxes.books.accounts[0, B, 0]
    assert (account.arrears, account.credit, world.taxes.books.treasury(0, 0)) == (750, 0, 750)
    world.commerce.credit_note(A, 1, less((REVERSE, 10_000), (VAT, 10_000)))
    world.check()
    # What comes back is what B owes, so that the 750 which were paid out are made good.
    assert (account.arrears, account.credit) == (0, 0)
    assert (credit(world, A), book(world)["made_good"]) == (1_500, 750)
    assert world.taxes.books.treasury(0, 0) == 1_500


def test_what_comes_back_goes_against_arrears_before_a_note_takes_credit():
    world = town()
    world.register(0, B, deductible={REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 10_000), (VAT, 2_000)))
    world.commerce.pay(A, 1, "b")
    # Its credit of 300 is spent, and it owes 1,500 of another reverse charge.
    leave_owing(world)
    account = world.taxes.books.accounts[0, B, 0]
    assert (account.arrears, account.credit) == (1_500, 0)
    world.commerce.credit_note(A, 1, less((REVERSE, 10_000), (VAT, 2_000)))
    world.check()
    # What comes back settles what it owes; the seller makes good the 300 of credit that are gone.
    assert (account.arrears, account.credit) == (0, 0)
    assert (credit(world, A), book(world)["made_good"]) == (300, 300)


def test_what_comes_back_goes_against_arrears_before_a_note_makes_more_due():
    world = town()
    world.rate(0, OTHER_REVERSE, 0, 200_000, "AE")
    world.register(0, A, zero_codes=[REVERSE, OTHER_REVERSE])
    world.register(0, B, deductible={REVERSE: 0, OTHER_REVERSE: 0})
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 10_000), (OTHER_REVERSE, 10_000)))
    world.commerce.pay(A, 1, "b", 10_000)
    leave_owing(world, 10_000)
    # 750 of the one come back, and 1,000 more of the other fall due: owed whole, not 250 of them.
    world.commerce.credit_note(A, 1, less((REVERSE, 10_000)))
    world.check()
    of_b = world.taxes.books.statements[0, B, 0, period_of(TODAY)]
    assert (of_b["deferred"], of_b["settled"], of_b["returned"]) == (1_500 + 1_000, 750, 750)
    assert world.taxes.books.accounts[0, B, 0].arrears == 1_500 - 750 + 1_000


def test_note_reaches_a_payer_that_is_gone():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((ZERO, 100)))
    world.commerce.pay(A, 1, "guest")
    money = world.taxes.books.money
    money.transfer(0, "guest", "a", money.balance(0, "guest"))
    money.gone["guest"] = True
    world.commerce.credit_note(A, 1, less((ZERO, 100)))
    world.check()
    assert money.aside[0, "guest"].nominal == 100
