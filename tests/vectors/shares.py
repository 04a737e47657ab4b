#!/usr/bin/env python3
"""Recomputes every figure of shares.json by its own means: exact fractions, no code of the crate.

    shares.py           checks every vector, prints what differs, fails if anything does
    shares.py --write   also writes the expected figures of the computed vectors anew

Nothing is carried from step to step here. What one share was given follows from all that came in
for so many shares, a tax from all that was declared before, and a claim from the history of what
its holder had. Published figures are never written: they are what their source prints.
"""

import sys
from fractions import Fraction
from math import floor
from pathlib import Path

from tax import check

PATH = Path(__file__).resolve().parents[2] / "primitives/math/vectors/shares.json"
UNIT = 2**64
MOST_SHARES = 2**40
TOO_LARGE = 2**128
MILLION = 1_000_000


def only(step):
    """Name and arguments of `{"name": arguments}`."""
    ((name, arguments),) = step.items()
    return name, arguments


def distribution(vector):
    """Sum and rest after each step: the rest is what came in and isn't given to any share."""
    came = given = total = 0
    over, given_before, total_before = None, 0, 0
    found = []
    for step in vector["steps"]:
        name, arguments = only(step)
        if name == "add_rest":
            came += int(arguments)
        else:
            amount, shares = map(int, arguments)
            came += amount * UNIT
            if shares != over:
                over, given_before, total_before = shares, given, total
            # All that came in since there are so many shares, divided at once.
            each = floor(Fraction(came - given_before, over))
            given, total = given_before + each * over, total_before + each
        found.append([str(total), str(came - given)])
    return found


def accrual(vector):
    each = Fraction(int(vector["sum"]) - int(vector["since"]), UNIT)
    accrued = each * int(vector["shares"])
    whole = floor(accrued)
    return [str(accrued * UNIT), str(whole), str((accrued - whole) * UNIT)]


class Withholding:
    """Of all that is ever declared, the tax rounded down, beginning with a rest."""

    def __init__(self, rest):
        self.owed = Fraction(rest, MILLION)

    def of(self, amount, rate, times):
        before = floor(self.owed)
        self.owed += Fraction(amount * rate * times, MILLION)
        return floor(self.owed) - before


def withheld(vector):
    tax = Withholding(vector["rest"])
    taxes = [str(tax.of(int(amount), rate, times)) for amount, rate, times in vector["dividends"]]
    return {"taxes": taxes, "rest": int(tax.owed % 1 * MILLION)}


def part(vector):
    of_whole = Fraction(int(vector["part"]), int(vector["whole"]))
    return str(floor(int(vector["amount"]) * of_whole))


def refused(vector):
    """Why a call is refused; nothing if it isn't."""
    name, arguments = only(vector["call"])
    numbers = [int(argument) for argument in arguments]
    results = []
    if name == "distribute":
        total, rest, amount, shares = numbers
        if shares == 0:
            return "DivisionByZero"
        if shares > MOST_SHARES:
            return "TooManyShares"
        came = amount * UNIT + rest
        results = [came, total + floor(Fraction(came, shares))]
    elif name == "add_rest":
        _, rest, fraction = numbers
        results = [rest + fraction]
    elif name == "accrued":
        total, since, shares = numbers
        if since > total:
            return "NotCumulative"
        results = [(total - since) * shares]
    elif name == "withheld":
        _, rate, rest = numbers
        if rate > MILLION or rest >= MILLION:
            return "ShareAboveWhole"
    elif name == "part_of":
        _, some, whole = numbers
        if some > whole:
            return "ShareAboveWhole"
        if whole == 0:
            return "DivisionByZero"
    return "Overflow" if any(result >= TOO_LARGE for result in results) else None


def story(vector):
    """Each is paid its exact part of every distribution, by what it had then, rounded down."""
    held = {number: int(shares) for number, shares in vector["holders"]}
    due = dict.fromkeys(held, Fraction(0))
    paid = dict.fromkeys(held, 0)
    tax = Withholding(vector["rest"])
    taxes, claims = [], []

    def distribute(amount):
        shares = sum(held.values())
        for number in held:
            due[number] += Fraction(amount * held[number], shares)

    for step in vector["steps"]:
        name, arguments = only(step)
        if name == "dividend":
            amount, times = int(arguments[0]), arguments[1]
            kept = tax.of(amount, vector["rate"], times)
            taxes.append(str(kept))
            distribute(amount * times - kept)
        elif name == "capital":
            distribute(int(arguments))
        elif name == "transfer":
            giver, receiver, shares = arguments
            held[giver] -= int(shares)
            held[receiver] += int(shares)
        elif name == "claim":
            claim = floor(due[arguments]) - paid[arguments]
            paid[arguments] += claim
            claims.append(str(claim))
    return {"withheld": taxes, "claims": claims}


def main():
    kinds = {
        "distributions": distribution,
        "accruals": accrual,
        "withheld": withheld,
        "parts": part,
        "refused": refused,
        "stories": story,
    }
    return check(PATH, {kind: (compute, "expected") for kind, compute in kinds.items()})


if __name__ == "__main__":
    sys.exit(main())
