"""Random trade: whatever happens, what must hold does, and no money comes or goes."""

import copy
import random

import pytest

from bills import Refused
from test_examples import (
    GUEST,
    HELD,
    LEVY,
    OUT,
    REDUCED,
    REVERSE,
    VAT,
    ZERO,
    A,
    B,
    C,
    less,
    net,
    town,
)

FIRMS = (A, B, C)
ACCOUNTS = {A: "a", B: "b", C: "c", GUEST: "guest"}
STEPS = 120


def random_sale(dice, seller):
    """Something to sell; of negative lines now and then."""
    if seller == GUEST:
        return net((OUT, dice.randrange(1, 20_000)))
    codes = dice.sample([VAT, REDUCED, ZERO, REVERSE], dice.randint(1, 3))
    items = [(code, dice.randrange(1, 30_000)) for code in codes]
    if dice.random() < 0.2:
        items[0] = (items[0][0], -items[0][1] // 10)
    more = {"prices": dice.choice(["net", "gross"]), "tip": dice.choice([0, 0, 50])}
    if dice.random() < 0.3:
        more["levies"] = [{"code": LEVY, "on": dice.choice(codes)}]
    if dice.random() < 0.2:
        more["withholdings"] = [HELD]
    return net(*items, **more)


def step(world, dice):
    """One random operation."""
    commerce, taxes, claims = world.commerce, world.taxes, world.claims
    keys = list(commerce.invoices)
    act = dice.choice("issue issue pay pay pay note note more claim settle day".split())
    if act == "issue" or not keys:
        seller = dice.choice([*FIRMS, GUEST])
        buyer = dice.choice([None, *(twin for twin in ACCOUNTS if twin != seller)])
        escrow = [9, 3] if dice.random() < 0.2 else None
        commerce.issue(seller, buyer, 0, 0, random_sale(dice, seller), escrow=escrow)
        return
    seller, number = dice.choice(keys)
    invoice = commerce.invoices[seller, number]
    if act == "pay":
        payer = ACCOUNTS[invoice.trade.buyer or dice.choice(list(ACCOUNTS))]
        amount = dice.choice([None, dice.randint(1, max(1, invoice.open))])
        commerce.pay(seller, number, payer, amount)
    elif act == "note":
        item = dice.choice([charge for charge in invoice.bill.charges if charge.is_vat])
        amount = dice.choice([item.amount, item.amount // dice.randint(2, 5)])
        note = less((item.code, amount))
        commerce.credit_note(seller, number, note)
    elif act == "more" and invoice.waiting:
        commerce.cover_note(seller, number, dice.choice([1, 10**9]))
    elif act == "more" and invoice.state == "issued":
        commerce.accept(seller, number, ACCOUNTS.get(invoice.trade.buyer, ""))
    elif act == "more":
        commerce.collect_unpaid(seller, number)
    elif act == "settle" and invoice.escrowed:
        if dice.random() < 0.5:
            commerce.confirm(seller, number)
        else:
            commerce.dispute(seller, number)
            commerce.resolve(seller, number, dice.randint(0, invoice.escrowed))
    elif act == "settle":
        commerce.cancel(seller, number, dice.choice(["seller", "buyer"]))
    elif act == "claim":
        twin = dice.choice(FIRMS)
        credit = taxes.books.accounts[0, twin, 0].credit
        claims.claim(0, 1 + len(world.numbers), twin, 0, dice.randint(0, credit))
        world.numbers.append(twin)
    elif act == "day":
        world.day(taxes.today(0) + dice.randint(1, 40))
        free = taxes.free(0, 0)
        if free and dice.random() < 0.5:
            taxes.sweep(0, 0, free, "town")
        world.register(0, dice.choice(FIRMS), deductible={VAT: dice.choice([0, 333_333])})


@pytest.mark.parametrize("seed", range(100))
def test_random_trade_keeps_every_rule(seed):
    dice = random.Random(seed)
    world = town(correction_days=60, unpaid_days=5, refund_caps=[[0, 3_000], [20, 9_000]])
    for twin in FIRMS:
        world.register(0, twin, zero_codes=[ZERO, REVERSE])
    world.numbers = []
    total = world.taxes.books.money.supply(0)
    done = 0
    for _ in range(STEPS):
        before = copy.deepcopy(world)
        try:
            step(world, dice)
            done += 1
        except Refused:
            world = before
        world.check()
        assert world.taxes.books.money.supply(0) == total, "no money comes or goes"
    assert done > STEPS / 8
