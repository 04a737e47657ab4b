#!/usr/bin/env python3
"""Recomputes every figure of tax.json by its own means: decimal numbers, no code of the crate.

    tax.py           checks every vector, prints what differs, fails if anything does
    tax.py --write   also writes the expected figures of the computed vectors anew

Published figures are never written: they are what their sources print.
"""

import json
import sys
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction
from math import floor
from pathlib import Path

getcontext().prec = 80
PATH = Path(__file__).resolve().parents[2] / "primitives/math/vectors/tax.json"


class Money:
    """A currency: so many decimals."""

    def __init__(self, decimals):
        self.unit = Decimal(1).scaleb(-decimals)

    def near(self, value):
        """To the nearest unit, a half away from zero."""
        return Decimal(value).quantize(self.unit, ROUND_HALF_UP)

    def near_fraction(self, value):
        """The same for an exact fraction, which no decimal number may hold."""
        units = Fraction(value) / Fraction(self.unit)
        size = floor(abs(units) + Fraction(1, 2))
        return (size if units >= 0 else -size) * self.unit

    def down(self, value):
        return Decimal(value).quantize(self.unit, ROUND_DOWN)

    def down_fraction(self, value):
        return floor(Fraction(value) / Fraction(self.unit)) * self.unit

    def text(self, value):
        # Plus zero turns -0.00 into 0.00.
        return str(Decimal(value).quantize(self.unit) + 0)


class Refused(Exception):
    """The document isn't an invoice."""


def share_out(money, amount, exact):
    """Splits amount over exact amounts: floors of proportional shares, then largest fractions."""
    total = sum(exact)
    if total == 0:
        return [Decimal(0)] * len(exact)
    units = Fraction(amount) / Fraction(money.unit)
    shares = [units * part / total for part in exact]
    whole = [floor(share) for share in shares]
    by_fraction = sorted(range(len(exact)), key=lambda at: (whole[at] - shares[at], at))
    for at in by_fraction[: int(units - sum(whole))]:
        whole[at] += 1
    return [units * money.unit for units in whole]


def percent(value):
    return Decimal(value) / 100


def category_of(vector, money, index):
    """Net, VAT and {levy: amount} of one category."""
    rate = percent(vector["categories"][index][1])
    entries = vector["lines"] + vector.get("adjustments", [])
    amounts = [Decimal(amount) for at, amount in entries if at == index]
    levies = {
        at: levy for at, levy in enumerate(vector.get("levies", [])) if levy["category"] == index
    }
    per_line = vector["rounding"] == "line"
    fixed = {
        at: money.near(Decimal(levy["each"]) * Decimal(levy["quantity"]))
        for at, levy in levies.items()
        if "each" in levy
    }

    if levies and sum(amounts, Decimal(0)) < 0:
        raise Refused("LevyOnReturns")

    if vector["prices"] == "net":
        net = sum(amounts, Decimal(0))
        charged = dict(fixed)
        for at, levy in levies.items():
            if at not in fixed:
                charged[at] = money.near(net * percent(levy["rate"]))
        taxed = amounts + [charged[at] for at, levy in levies.items() if levy["in_base"]]
        if per_line:
            vat = sum((money.near(amount * rate) for amount in taxed), Decimal(0))
        else:
            vat = money.near(sum(taxed, Decimal(0)) * rate)
        return net, vat, charged

    def net_within(gross):
        return money.near_fraction(Fraction(gross) / (1 + Fraction(rate)))

    gross = sum(amounts, Decimal(0))
    if not levies:
        nets = [net_within(amount) for amount in (amounts if per_line else [gross])]
        net = sum(nets, Decimal(0))
        return net, gross - net, {}

    # Solve gross = net + levies + VAT on (net + levies of the base) for the net.
    vat_rate = Fraction(rate)
    slope, fixed_part = Fraction(1), Fraction(0)
    for at, levy in levies.items():
        factor = 1 + vat_rate if levy["in_base"] else 1
        if at in fixed:
            fixed_part += Fraction(fixed[at]) * factor
        else:
            slope += Fraction(percent(levy["rate"])) * factor
    slope += vat_rate
    net = money.near_fraction((Fraction(gross) - fixed_part) / slope)
    floating = [at for at in levies if at not in fixed]
    exact = [Fraction(percent(levies[at]["rate"])) * Fraction(net) for at in floating]
    base = Fraction(net) + sum(
        (part for at, part in zip(floating, exact) if levies[at]["in_base"]), Fraction(0)
    )
    base += sum((Fraction(fixed[at]) for at in fixed if levies[at]["in_base"]), Fraction(0))
    left = gross - net - sum(fixed.values(), Decimal(0))
    *parts, vat = share_out(money, left, exact + [base * vat_rate])
    return net, vat, {**fixed, **dict(zip(floating, parts))}


def invoice(vector):
    money = Money(vector["decimals"])
    categories = [category_of(vector, money, index) for index in range(len(vector["categories"]))]
    levies = {at: amount for _, _, own in categories for at, amount in own.items()}
    net = sum((net for net, _, _ in categories), Decimal(0))
    withheld = []
    for kept in vector.get("withholding", []):
        base = categories[kept["category"]][0] if "category" in kept else net
        withheld.append(money.near(base * percent(kept["rate"])))
    if net < 0:
        raise Refused("NegativeNet")
    vat = sum((vat for _, vat, _ in categories), Decimal(0))
    if min([vat, *levies.values(), *withheld]) < 0:
        raise Refused("NegativeTax")
    tax = vat + sum(levies.values(), Decimal(0))
    gross = net + tax + Decimal(vector.get("untaxed", 0))
    found = {
        "subtotals": [[money.text(net), money.text(vat)] for net, vat, _ in categories],
        "net": money.text(net),
        "tax": money.text(tax),
        "gross": money.text(gross),
    }
    if levies:
        found["levies"] = [money.text(levies[at]) for at in sorted(levies)]
    if withheld:
        found["withheld"] = [money.text(amount) for amount in withheld]
        found["payable"] = money.text(gross - sum(withheld))
    return found


def refused(vector):
    try:
        invoice(vector)
    except Refused as why:
        # One that has several faults names all that may be told.
        return vector["error"] if str(why) in vector["error"].split(" or ") else str(why)
    return "accepted"


def due(money, gross, tax, paid):
    return money.near_fraction(Fraction(tax) * Fraction(paid) / Fraction(gross))


def take(money, gross, taxes, paid, taken):
    """What every code gives, given what it gave, once paid was paid."""
    left = due(money, gross, sum(taxes), paid) - sum(taken)
    given = []
    for tax, before in zip(taxes, taken):
        target = money.down_fraction(Fraction(tax) * Fraction(paid) / Fraction(gross))
        part = min(left, max(target - before, Decimal(0)))
        given.append(part)
        left -= part
    for at, (tax, before) in enumerate(zip(taxes, taken)):
        part = min(left, tax - before - given[at])
        given[at] += part
        left -= part
    assert left == 0
    return given


def payment(vector):
    money = Money(vector["decimals"])
    gross, taxes = Decimal(vector["gross"]), [Decimal(tax) for tax in vector["taxes"]]
    paid, taken, found = Decimal(0), [Decimal(0)] * len(taxes), []
    for amount in vector["payments"]:
        paid += Decimal(amount)
        parts = take(money, gross, taxes, paid, taken)
        assert sum(parts) <= Decimal(amount)
        taken = [before + part for before, part in zip(taken, parts)]
        found.append([money.text(part) for part in parts])
    assert paid != gross or taken == taxes
    return found


def as_one(vector):
    """Tax of codes of both signs, taken as one code: what is taken, shown and credited in all."""
    money = Money(vector["decimals"])
    gross, taxes = Decimal(vector["gross"]), [Decimal(tax) for tax in vector["taxes"]]
    tax, paid, found = sum(taxes), Decimal(0), []
    # Python finds the first of equal ones.
    largest = max(range(len(taxes)), key=lambda at: abs(taxes[at]))
    for amount in vector["payments"]:
        paid += Decimal(amount)
        taken = due(money, gross, tax, paid)
        whole = paid == gross or (taken == tax and tax > 0)
        shown = taxes if whole else [due(money, gross, tax, paid) for tax in taxes]
        shown = [
            part + (taken - sum(shown) if at == largest else 0) for at, part in enumerate(shown)
        ]
        assert sum(shown) == taken
        found.append(
            {
                "taken": money.text(taken),
                "shown": [money.text(part) for part in shown],
                "credited": money.text(money.down(taken * percent(vector["share"]))),
            }
        )
    return found


def lines(vector):
    """What a note leaves of a code's lines: amount and tax."""
    money, rate = Money(vector["decimals"]), percent(vector["rate"])
    was, remain = ([Decimal(line) for line in vector[side]] for side in ("was", "remain"))
    for before, after in [*zip(was, remain), (sum(was), sum(remain))]:
        if not (0 <= after <= before or before <= after <= 0):
            return "NoteRaisesInvoice"
    if vector["prices"] == "net":
        taxes = [money.near(line * rate) for line in remain]
    else:
        taxes = [
            line - money.near_fraction(Fraction(line) / (1 + Fraction(rate))) for line in remain
        ]
    return {"amount": money.text(sum(remain)), "tax": money.text(sum(taxes))}


def note(vector):
    money = Money(vector["decimals"])
    old, new = vector["invoice"], vector["note"]
    gross, taxes = Decimal(new["gross"]), [Decimal(tax) for tax in new["taxes"]]
    paid = min(Decimal(old["paid"]), gross)
    back = Decimal(old["paid"]) - paid
    nothing = [Decimal(0)] * len(taxes)
    taken = take(money, gross, taxes, paid, nothing) if gross else nothing
    excess, shortfall, codes, change = [], [], [], Decimal(0)
    for code, now in zip(old["codes"], taken):
        before, credited, left = Decimal(code["taken"]), Decimal(code["credited"]), None
        if now < before:
            left = money.down_fraction(Fraction(credited) * Fraction(now) / Fraction(before))
        else:
            part = percent(code["share"])
            left = credited + money.down(now * part) - money.down(before * part)
        change += left - credited
        excess.append(money.text(max(before - now, Decimal(0))))
        shortfall.append(money.text(max(now - before, Decimal(0))))
        codes.append([money.text(now), money.text(left)])
    fall = max(-change, Decimal(0))
    reversed_ = min(fall, Decimal(vector["buyer"]["credit"]))
    made_good = min(fall - reversed_, back)
    covered = fall - reversed_ - made_good
    if covered > Decimal(vector["buyer"]["cover"]):
        return {"waits": money.text(covered - Decimal(vector["buyer"]["cover"]))}
    return {
        "excess": excess,
        "shortfall": shortfall,
        "credited": money.text(max(change, Decimal(0))),
        "reversed": money.text(reversed_),
        "made_good": money.text(made_good),
        "covered": money.text(covered),
        "refund": money.text(back - made_good),
        "paid": money.text(paid),
        "codes": codes,
    }


def demurrage(vector):
    """All but one unit shrinks by the rate of each day, exactly; read at the end only."""
    money = Money(vector["decimals"])
    moves = {day: Decimal(amount) for day, amount in vector["moves"]}
    rates = dict(vector["rates"])
    rate, charged = 0, None
    power = Decimal(1)
    for day in range(vector["day"] + 1):
        # A rate that begins on a day is charged from the next day on.
        if charged is not None:
            power *= 1 - Decimal(rate) / 1_000_000
        rate = rates.get(day, rate)
        if day in moves:
            now = Decimal(0) if charged is None else charged * power
            charged = now + moves[day] - (money.unit if charged is None else 0)
            power = Decimal(1)
    return money.text(money.down(charged * power) + money.unit)


def render(value, depth=0):
    """JSON with one vector's field, or one short value, per line."""
    pad = "\t" * (depth + 1)
    if depth < 3 and isinstance(value, dict):
        rows = [f"{pad}{json.dumps(key)}: {render(part, depth + 1)}" for key, part in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + "\t" * depth + "}"
    if depth < 2 and isinstance(value, list):
        rows = [pad + render(part, depth + 1) for part in value]
        return "[\n" + ",\n".join(rows) + "\n" + "\t" * depth + "]"
    return json.dumps(value, ensure_ascii=False)


def check(path, kinds):
    """Recompute the vectors of a file, each kind by its function, whose figure is in a field."""
    write = "--write" in sys.argv[1:]
    vectors = json.loads(path.read_text())
    wrong = count = 0
    for kind, (compute, field) in kinds.items():
        for vector in vectors[kind]:
            count += 1
            found = compute(vector)
            if write and vector.get("kind") == "computed":
                vector[field] = found
            elif found != vector[field]:
                wrong += 1
                print(f"{kind} {vector['name']}: expected {vector[field]}, found {found}")
    if write:
        path.write_text(render(vectors) + "\n")
    print(f"{count} vectors, {wrong} differ")
    return 1 if wrong else 0


def main():
    kinds = {
        "invoices": (invoice, "expected"),
        "refused": (refused, "error"),
        "payments": (payment, "expected"),
        "as_one": (as_one, "expected"),
        "lines": (lines, "expected"),
        "notes": (note, "expected"),
        "demurrage": (demurrage, "expected"),
    }
    return check(PATH, kinds)


if __name__ == "__main__":
    sys.exit(main())
