"""What was tried against the rules, by hand: figures that lie, consent that lapses, strangers."""

import pytest

import receipts
from bills import Refused, bill_of, shown
from ledgers import period_of
from test_examples import (
    CODES,
    HELD,
    LEVY,
    METAL,
    OUT,
    REDUCED,
    REVERSE,
    TODAY,
    VAT,
    ZERO,
    A,
    B,
    C,
    book,
    credit,
    less,
    net,
    town,
)


def lined(*lines, code=VAT):
    return {"items": [{"code": code, "lines": list(lines)}]}


def line_note(was, remain, code=VAT):
    return {"parts": [{"code": code, "was": list(was), "remain": list(remain)}]}


# ---- figures that can't be checked -----------------------------------------------------------


def test_tax_of_lines_is_worked_out_from_them():
    world = town(per_line=True)
    world.commerce.issue(A, B, 0, 0, lined(333, 333, 334))
    # 49.95, 49.95 and 50.10 each for itself; together it would be 150 as well.
    assert world.commerce.invoices[A, 1].bill.tax == 150
    world.commerce.issue(A, B, 0, 0, lined(*[4] * 100))
    # 0.60 is a whole unit for each: half a unit a line is what remains of the lie.
    assert world.commerce.invoices[A, 2].bill.tax == 100
    with pytest.raises(Refused, match="LinesMissing"):
        world.commerce.issue(A, B, 0, 0, net((VAT, 1_000)))
    with pytest.raises(Refused, match="LinesUnexpected"):
        world.commerce.issue(A, B, 0, 0, lined(10, code=ZERO))
    with pytest.raises(Refused, match="TooManyLines"):
        world.commerce.issue(A, B, 0, 0, lined(*[1] * 129))


def test_lines_of_gross_prices_are_each_rounded():
    world = town(per_line=True)
    world.commerce.issue(A, B, 0, 0, {**lined(100, 100, 100), "prices": "gross"})
    # 100 / 1.15 is 86.96: 87 and 13 of tax, three times.
    bill = world.commerce.invoices[A, 1].bill
    assert (bill.net, bill.tax) == (261, 39)


def test_note_taxes_what_remains_of_lines_and_invents_none():
    world = town(per_line=True)
    was = [1_000, 4, 4]
    world.commerce.issue(A, B, 0, 0, lined(*was))
    world.commerce.pay(A, 1, "b")
    for before, remain in (
        ([1_000, 4, 4, 4], [1_000, 4, 4, 0]),
        ([1_008], [8]),
        (was, [1_000, 4]),
        (was, [1_001, 4, 4]),
        (was, [1_000, -1, 4]),
    ):
        with pytest.raises(Refused, match=r"LinesDiffer|NoteTooLarge"):
            world.commerce.credit_note(A, 1, line_note(before, remain))
    world.commerce.credit_note(A, 1, line_note(was, [1_000, 0, 4]))
    world.check()
    assert world.commerce.invoices[A, 1].bill.tax == 151


def test_tip_is_a_share_of_what_it_is_for():
    world = town(tip_limit=200_000)
    for tip in (1, 500_000):
        with pytest.raises(Refused, match="TipTooHigh"):
            world.commerce.issue(A, B, 0, 0, net((ZERO, 4), tip=tip))
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000), tip=2_300))
    world.commerce.pay(A, 1, "b")
    statement = world.taxes.books.statements[0, A, 0, period_of(TODAY)]
    assert statement["tips"] == 2_300
    with pytest.raises(Refused, match="TipTooHigh"):
        world.commerce.credit_note(A, 1, less((VAT, 1)))
    world.commerce.credit_note(A, 1, less((VAT, 5_000), tip=1_150))
    world.check()


def test_parts_of_a_note_go_towards_zero_and_never_past_it():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000), (ZERO, 1)))
    world.commerce.pay(A, 1, "b")
    for parts in (((VAT, 10_000), (ZERO, -11_500)), ((VAT, -1),), ((ZERO, 2),), ((VAT, 10_001),)):
        with pytest.raises(Refused, match="NoteTooLarge"):
            world.commerce.credit_note(A, 1, less(*parts))
    assert credit(world, A) == 0


def test_registered_sellers_need_leave_for_what_is_out_of_scope():
    world = town()
    with pytest.raises(Refused, match="CodeNotAllowed"):
        world.commerce.issue(A, B, 0, 0, net((OUT, 500_000)))


# ---- returns that outweigh -------------------------------------------------------------------


def test_returns_beside_goods_are_taxed_as_one():
    sale = net((VAT, 1_000), (REDUCED, -500))
    bill = bill_of(sale, lambda code: CODES[code])
    assert [charge.tax for charge in bill.charges] == [150, -25]
    assert (bill.net, bill.tax, bill.gross) == (500, 125, 625)
    assert shown(625, [150, -25], 313, 63) == [76, -13]
    assert shown(625, [150, -25], 625, 125) == [150, -25]


def test_nobody_is_credited_with_tax_that_returns_took_off():
    world = town()
    world.register(0, B, deductible={REDUCED: 0})
    with pytest.raises(Refused, match="SharesDiffer"):
        world.commerce.issue(A, B, 0, 0, net((VAT, 1_000), (REDUCED, -500)))
    world.register(0, B, deductible={VAT: 500_001, REDUCED: 500_001})
    world.commerce.issue(A, B, 0, 0, net((VAT, 1_000), (REDUCED, -500)))
    for payment in (100, 200, None):
        world.commerce.pay(A, 1, "b", payment)
        world.check()
    assert (book(world)["remitted"], credit(world, B)) == (125, 62)
    world.commerce.credit_note(A, 1, less((VAT, 1_000), (REDUCED, -500)))
    world.check()
    assert (credit(world, A), credit(world, B)) == (125, 0)


def test_returns_that_are_taxed_higher_leave_a_third():
    rates = {1: 200_000, 2: 77_000, 3: 25_000, 4: 200_000, 5: 0}

    def bill(*items):
        return bill_of(net(*items), lambda code: ("S" if rates[code] else "Z", rates[code]))

    # No history is needed.
    assert bill((2, 1_000), (3, -500)).tax == 77 - 13
    assert bill((3, 80_000), (1, -6_667)).tax == 2_000 - 1_333
    with pytest.raises(Refused, match="ReturnsTaxedHigher"):
        bill((3, 80_000), (1, -6_670))
    # Against what is sold at their rate they take off all.
    assert bill((1, 1_000), (3, 800), (4, -1_000)).tax == 20
    with pytest.raises(Refused, match="ReturnsTaxedHigher"):
        bill((1, 1_000), (3, 800), (4, -1_010))
    assert bill((3, 100), (5, -100)).tax == 3


def test_reverse_charge_is_nothing_to_set_returns_against():
    kinds = {1: ("AE", 200_000), 2: ("S", 150_000), 3: ("S", 50_000)}
    with pytest.raises(Refused, match="ReturnsTaxedHigher"):
        bill_of(net((1, 10_000), (2, -1_200), (3, 5_000)), lambda code: kinds[code])
    assert bill_of(net((1, 1_000), (2, 100), (3, -100)), lambda code: kinds[code]).tax == 10


def test_notes_leave_nothing_that_couldnt_be_issued():
    world = town()
    sale = net((VAT, 10_000), (REDUCED, -5_000), (ZERO, 10_000))
    for number, part in ((1, 7_600), (2, 7_400)):
        world.commerce.issue(A, B, 0, 0, sale)
        if number == 1:
            with pytest.raises(Refused, match="ReturnsTaxedHigher"):
                world.commerce.credit_note(A, number, less((VAT, part)))
            world.commerce.cancel(A, number, "seller")
    world.commerce.credit_note(A, 2, less((VAT, 7_400)))
    world.check()


def test_final_invoice_after_prepayment_may_be_of_nothing():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 0)))
    world.check()
    assert world.commerce.invoices[A, 1].bill.gross == 0
    assert world.commerce.invoices[A, 1].state == "closed"
    with pytest.raises(Refused, match="NegativeNet"):
        world.commerce.issue(A, B, 0, 0, net((VAT, 1_000), (ZERO, -1_001)))


# ---- consent and strangers -------------------------------------------------------------------


def test_request_to_cancel_ends_with_whatever_is_done():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((ZERO, 500)), escrow=[9, 5])
    world.commerce.accept(A, 1, "b")
    world.commerce.cancel(A, 1, "seller")
    world.commerce.pay(A, 1, "b")
    world.commerce.cancel(A, 1, "buyer")
    assert world.commerce.invoices[A, 1].state == "accepted"
    world.commerce.withdraw_cancel(A, 1, "buyer")
    with pytest.raises(Refused, match="NoCancelRequest"):
        world.commerce.withdraw_cancel(A, 1, "buyer")
    world.commerce.cancel(A, 1, "buyer")
    world.commerce.cancel(A, 1, "seller")
    assert world.commerce.invoices[A, 1].state == "cancelled"


def test_own_bill_is_accepted_by_the_seller_or_by_its_silence():
    world = town()
    terms = {"seller": A, "buyer": B, "jurisdiction": 0, "currency": 0, "sale": net((ZERO, 5))}
    with pytest.raises(Refused, match="NoConsent"):
        world.commerce.self_bill(**terms)
    world.commerce.allow_self_billing(A, B, TODAY)
    world.commerce.self_bill(**terms)
    world.commerce.allow_self_billing(A, B, TODAY, 3)
    world.commerce.self_bill(**terms)
    world.day(TODAY + 3)
    for number in (1, 2):
        with pytest.raises(Refused, match="NotSeller"):
            world.commerce.accept(A, number, "b")
    world.day(TODAY + 4)
    with pytest.raises(Refused, match="NotSeller"):
        world.commerce.accept(A, 1, "b")
    world.commerce.accept(A, 1, "a")
    world.commerce.accept(A, 2, "c")


def test_strangers_pay_all_or_nothing_and_never_the_last_place():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((ZERO, 500)))
    with pytest.raises(Refused, match="PartByStranger"):
        world.commerce.pay(A, 1, "c", 499)
    world.commerce.pay(A, 1, "b", 499)
    world.commerce.pay(A, 1, "c", 1)
    world.check()


def test_private_purchases_give_no_credit():
    world = town()
    terms = {"seller": A, "buyer": B, "jurisdiction": 0, "currency": 0, "sale": net((VAT, 100))}
    world.commerce.sell("b", business=False, **terms)
    assert credit(world, B) == 0
    world.commerce.sell("b", business=True, **terms)
    assert credit(world, B) == 15
    world.commerce.issue(A, B, 0, 0, net((REVERSE, 100)))
    with pytest.raises(Refused, match="PurposeFixed"):
        world.commerce.pay(A, 3, "b", None, False)


def test_waits_of_days_are_of_24_hours():
    world = town()
    world.day(TODAY, 1_439)
    world.commerce.issue(A, B, 0, 0, net((ZERO, 500)), escrow=[9, 1])
    world.commerce.pay(A, 1, "b")
    world.day(TODAY + 1, 1_439)
    with pytest.raises(Refused, match="NotDue"):
        world.commerce.release(A, 1)
    world.day(TODAY + 2, 0)
    world.commerce.release(A, 1)


# ---- series and clocks -----------------------------------------------------------------------


def test_notes_are_links_of_their_sellers_series():
    world = town()
    world.commerce.issue(A, C, 0, 0, net((VAT, 1_000)), document="07" * 32)
    world.commerce.pay(A, 1, "c")
    before = world.commerce.series[A]
    world.commerce.credit_note(A, 1, less((VAT, 400)), "08" * 32)
    world.commerce.issue(A, C, 0, 0, net((VAT, 1_000)))
    invoice = world.commerce.invoices[A, 1]
    assert (A, 2) not in world.commerce.invoices and (A, 3) in world.commerce.invoices
    whole, left = (1_000, 150, 0, 1_150), (600, 90, 0, 690)
    link = receipts.of_note(before[1], invoice.trade, 2, TODAY, whole, left, "08" * 32)
    third = world.commerce.invoices[A, 3]
    last = receipts.of_invoice(link, third.trade, third.bill, receipts.NOTHING)
    assert (before[0], world.commerce.series[A]) == (2, (4, last))


def test_days_follow_a_clock_that_changes():
    world = town()
    # Vienna: 31 March and 27 October 2025 are the first days to begin by another clock.
    clock = [[0, 60], [20_178, 120], [20_388, 60]]
    world.taxes.jurisdictions[0].clock = clock
    for day, offset in ((20_177, 60), (20_178, 120), (20_387, 120), (20_388, 60)):
        for minutes, expected in ((-1, day - 1), (0, day)):
            world.taxes.now = day * 1_440 - offset + minutes
            assert world.taxes.today(0) == expected


def test_silence_says_nothing_once_the_buyer_acts():
    for act in ("pay", "confirm", "dispute"):
        world = town()
        commerce = world.commerce
        commerce.allow_self_billing(A, B, TODAY, 14)
        terms = {"seller": A, "buyer": B, "jurisdiction": 0, "currency": 0}
        commerce.self_bill(sale=net((VAT, 100_000)), escrow=[C, 10], **terms)
        commerce.pay(A, 1, "b", 1)
        if act != "pay":
            getattr(commerce, act)(A, 1)
        world.day(TODAY + 15)
        with pytest.raises(Refused, match=r"NotSeller|NotOpen"):
            commerce.accept(A, 1, "b")
        world.check()


def test_a_part_that_waits_goes_back_with_a_note():
    world = town()
    world.commerce.issue(A, B, 0, 0, net((VAT, 1_000)), escrow=[C, 10])
    world.commerce.accept(A, 1, "b")
    before = world.taxes.books.money.balance(0, "b")
    world.commerce.pay(A, 1, "b", 1)
    world.commerce.credit_note(A, 1, less((VAT, 1_000)))
    assert world.commerce.invoices[A, 1].state == "closed"
    assert world.taxes.books.money.balance(0, "b") == before
    world.check()


def test_credit_is_no_room_to_wait_in():
    world = town(refund_caps=[[0, 10**9]])
    world.currency(0, demurrage=1_000)
    world.commerce.issue(A, B, 0, 0, net((VAT, 10_000)))
    world.commerce.pay(A, 1, "b")
    money = world.taxes.books.money
    before = money.balance(0, "b")
    world.claims.claim(0, 0, B, 0, 500)
    assert money.balance(0, "b") == before + 500
    world.day(TODAY + 365)
    before = money.balance(0, "b")
    world.claims.claim(0, 1, B, 0, 1_000)
    # About 28 % in eleven months.
    assert 680 < money.balance(0, "b") - before < 740
    world.check()


def test_what_is_mostly_tax_never_waits():
    world = town()
    world.rate(0, METAL, 0, 1_000_000, "S")
    # Half of it may be tax, as it is of what costs 105 and returns beside it.
    for sale in (net((METAL, 100)), net((VAT, 1_000), (REDUCED, -895))):
        invoice = world.commerce.issue(A, B, 0, 0, sale, escrow=[C, 10])
        assert 2 * invoice.bill.tax == invoice.bill.gross
    tips = net((METAL, 100), withholdings=[HELD], tip=20)
    assert world.commerce.issue(A, B, 0, 0, tips, escrow=[C, 10]).bill.gross == 2 * 110
    for sale in (
        net((METAL, 100), withholdings=[HELD]),
        net((METAL, 100), levies=[{"code": LEVY, "on": METAL}]),
        {**tips, "tip": 19},
        net((VAT, 1_000), (REDUCED, -896)),
    ):
        with pytest.raises(Refused, match="EscrowMostlyTax"):
            world.commerce.issue(A, B, 0, 0, sale, escrow=[C, 10])
        world.commerce.issue(A, B, 0, 0, sale)
    # What the buyer books is no part of it.
    world.rate(0, METAL + 1, 0, 1_000_000, "AE")
    world.register(0, A, zero_codes=[ZERO, METAL + 1])
    world.commerce.issue(A, B, 0, 0, net((METAL + 1, 100)), escrow=[C, 10])


def test_what_a_note_made_mostly_tax_never_waits():
    for part, fits in ((1_000, False), (990, True)):
        world = town()
        sale = net((VAT, 1_000), (REDUCED, -900), (ZERO, 1_000))
        world.commerce.issue(A, B, 0, 0, sale, escrow=[C, 10])
        world.commerce.credit_note(A, 1, less((ZERO, part)))
        if fits:
            world.commerce.pay(A, 1, "b")
        else:
            with pytest.raises(Refused, match="EscrowMostlyTax"):
                world.commerce.pay(A, 1, "b")
        world.check()
