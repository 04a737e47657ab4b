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


def random_sale(dice, seller, per_line):
    """Something to sell; returns that outweigh, now and then."""
    if seller == GUEST:
        return net((OUT, dice.randrange(1, 20_000)))
    codes = dice.sample([VAT, REDUCED, ZERO, REVERSE], dice.randint(1, 3))
    items = [(code, dice.randrange(1, 30_000)) for code in codes]
    if dice.random() < 0.2:
        items[0] = (items[0][0], -items[0][1] // dice.choice([1, 10]))
    more = {"prices": dice.choice(["net", "gross"]), "tip": dice.choice([0, 0, 50])}
    if dice.random() < 0.3:
        more["levies"] = [{"code": LEVY, "on": dice.choice(codes)}]
    if dice.random() < 0.2:
        more["withholdings"] = [HELD]
    sale = net(*items, **more)
    for item in sale["items"]:
        if per_line and item["code"] in (VAT, REDUCED):
            part = item.pop("amount") // dice.randint(1, 9)
            item["lines"] = [part] * dice.randint(1, 9)
    return sale


def random_note(dice, bill):
    """A part of an invoice, or all of it."""
    whole = dice.random() < 0.3
    lined = [charge for charge in bill.charges if charge.lines is not None]
    parts = []
    for charge in lined:
        remain = [0 if whole else line // dice.choice([1, 1, 2]) for line in charge.lines]
        parts.append({"code": charge.code, "was": charge.lines, "remain": remain})
    other = [charge for charge in bill.charges if charge.is_vat and charge.lines is None]
    for charge in other if whole else other[:1]:
        amount = charge.amount if whole else charge.amount // dice.randint(1, 5)
        parts += less((charge.code, amount))["parts"]
    return {"parts": parts, "tip": bill.tip if whole else 0}


def weather(world, dice):
    """What changes around the trade."""
    money, account = world.taxes.books.money, dice.choice(list(ACCOUNTS.values()))
    money.frozen[0, account] = dice.random() < 0.3
    money.members[0, dice.choice(list(ACCOUNTS.values()))] = dice.random() < 0.8
    if dice.random() < 0.3:
        money.amend(
            0,
            access=dice.choice(["open", "open", "members"]),
            demurrage=dice.choice([0, 300, 10_000]),
        )
    if money.balance(0, "guest") == 0 or money.gone.get("guest"):
        money.gone["guest"] = not money.gone.get("guest")
    shares = {VAT: dice.choice([0, 333_333]), REVERSE: dice.choice([0, 1_000_000])}
    world.register(0, dice.choice(FIRMS), zero_codes=[ZERO, REVERSE], deductible=shares)


def step(world, dice):
    """One random operation."""
    commerce, taxes, claims = world.commerce, world.taxes, world.claims
    keys = list(commerce.invoices)
    acts = "issue issue pay pay pay note note more claim settle dividend day around"
    act = dice.choice(acts.split())
    if act == "issue" or not keys:
        seller = dice.choice([*FIRMS, GUEST])
        buyer = dice.choice([None, *(twin for twin in ACCOUNTS if twin != seller)])
        escrow = [9, 3] if dice.random() < 0.3 else None
        sale = random_sale(dice, seller, taxes.jurisdictions[0].per_line)
        commerce.issue(seller, buyer, 0, 0, sale, escrow=escrow)
        return
    if act == "dividend":
        twin, code = dice.choice(FIRMS), dice.choice([HELD, HELD, None])
        world.dividend_code(0, code)
        taxes.withhold(0, twin, 0, ACCOUNTS[twin], dice.choice([1, 4, dice.randint(0, 30_000)]))
        return
    seller, number = dice.choice(keys)
    invoice = commerce.invoices[seller, number]
    if act == "pay":
        payer = ACCOUNTS[invoice.trade.buyer or dice.choice(list(ACCOUNTS))]
        amount = dice.choice([None, dice.randint(1, max(1, invoice.open))])
        commerce.pay(seller, number, payer, amount)
    elif act == "note":
        commerce.credit_note(seller, number, random_note(dice, invoice.bill))
    elif act == "more" and invoice.waiting:
        commerce.cover_note(seller, number, dice.choice([1, 10**9]))
    elif act == "more" and invoice.state == "issued":
        commerce.accept(seller, number, ACCOUNTS.get(invoice.trade.buyer, ""))
    elif act == "more":
        commerce.collect_unpaid(seller, number)
    elif act == "settle" and invoice.escrowed:
        ways = ["confirm", "dispute", "resolve", "release"]
        way = dice.choice(ways[2:] if invoice.state == "disputed" else ways)
        if way == "resolve":
            commerce.resolve(seller, number, dice.randint(0, invoice.escrowed))
        else:
            getattr(commerce, way)(seller, number)
    elif act == "settle":
        commerce.cancel(seller, number, dice.choice(["seller", "buyer"]))
    elif act == "claim":
        twin = dice.choice(FIRMS)
        account = taxes.books.accounts[0, twin, 0]
        if account.arrears:
            taxes.pay_arrears(0, twin, 0, "town", account.arrears)
        claims.claim(0, 1 + len(world.numbers), twin, 0, dice.randint(0, account.credit))
        world.numbers.append(twin)
    elif act == "around":
        weather(world, dice)
        for currency, owner in list(taxes.books.money.aside):
            taxes.books.money.take(currency, owner)
    elif act == "day":
        world.day(taxes.today(0) + dice.randint(1, 40))
        free = taxes.free(0, 0)
        if free and dice.random() < 0.5:
            taxes.sweep(0, 0, free, "town")


@pytest.mark.parametrize("seed", range(100))
def test_random_trade_keeps_every_rule(seed, monkeypatch):
    # So that some lapse.
    monkeypatch.setattr("commerce.DISPUTE_DAYS", 30)
    dice = random.Random(seed)
    settings = {"per_line": seed % 3 == 0, "tip_limit": 200_000}
    world = town(
        correction_days=60, unpaid_days=5, refund_caps=[[0, 3_000], [20, 9_000]], **settings
    )
    world.currency(0, "issued", 0, 7)
    for twin in FIRMS:
        world.register(0, twin, zero_codes=[ZERO, REVERSE])
    world.taxes.books.money.members.update({(0, account): True for account in ACCOUNTS.values()})
    world.taxes.books.money.members[0, "town"] = True
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
