"""What is sold and what it is taxed: a sale becomes a bill.

A sale is as the trace gives it (README.md). A bill is a list of charges, in this order: VAT by
code, levies, withholding. `kept` is what a payment keeps from the seller of them; a reverse charge
isn't kept, since the buyer books it. Where the VAT of a code is negative, since returns outweigh,
that of all codes is kept as one, and only shown by code.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

from rounding import WHOLE, half, largest_remainder, net_within, share_down, tax_on

# Letters of EN 16931 under which the seller charges no tax.
UNTAXED = ("Z", "E", "G", "O")
VAT = ("S", "AE", *UNTAXED)
# Most lines of a sale.
MAX_LINES = 128
LEVIES = ("levy", "levy_in_base", "unit", "unit_in_base")


class Refused(Exception):
    """An operation that the rules don't allow; its word is the name of the chain's error."""


@dataclass
class Charge:
    """One tax of a bill."""

    code: int
    kind: str
    rate: int
    tax: int = 0
    # Taken from payments, or booked by the buyer; and what the buyer was credited of it.
    taken: int = 0
    credited: int = 0
    # Of VAT: what was sold, and without tax. Of a levy: the place of what it is on.
    amount: int = 0
    net: int = 0
    on: int = 0
    thousandths: int = 0
    # Each line, where VAT is rounded per line.
    lines: Optional[list[int]] = None

    @property
    def is_vat(self) -> bool:
        return self.kind in VAT

    @property
    def is_reverse(self) -> bool:
        return self.kind == "AE"

    @property
    def is_levy(self) -> bool:
        return self.kind in LEVIES

    @property
    def in_base(self) -> bool:
        return self.kind.endswith("in_base")


@dataclass
class Bill:
    """What is to be paid."""

    prices: str
    charges: list[Charge] = field(default_factory=list)
    # VAT of all codes, if that of one was negative at issue; and which part the buyer may deduct.
    one: Optional[Charge] = None
    share: int = 0
    per_line: bool = False
    tip: int = 0
    # Which share of net and tax the tip can be.
    tip_limit: int = WHOLE
    gross: int = 0
    paid: int = 0

    @property
    def kept(self) -> list[Charge]:
        """What payments give up, in their order."""
        if self.one is None:
            return [charge for charge in self.charges if not charge.is_reverse]
        return [self.one, *(charge for charge in self.charges if not charge.is_vat)]

    @property
    def taxed(self) -> list[Charge]:
        """All that is taken, of payments or by the buyer's booking it."""
        return [*self.kept, *self.reverse]

    @property
    def own_vat(self) -> list[Charge]:
        """VAT that the seller charges, by code."""
        return [charge for charge in self.charges if charge.is_vat and not charge.is_reverse]

    @property
    def reverse(self) -> list[Charge]:
        """What the buyer books."""
        return [charge for charge in self.charges if charge.is_reverse]

    def show(self) -> None:
        """Where VAT is taken as one, say what of it is which code's."""
        if self.one is not None:
            taxes = [charge.tax for charge in self.own_vat]
            parts = shown(self.gross, taxes, self.paid, self.one.taken)
            for charge, part in zip(self.own_vat, parts):
                charge.taken = part

    def copy(self) -> "Bill":
        """Another of the same."""
        other = Bill(**vars(self))
        other.charges = [Charge(**vars(charge)) for charge in self.charges]
        other.one = self.one and Charge(**vars(self.one))
        return other

    @property
    def is_mostly_tax(self) -> bool:
        """Whether more than half of what is to be paid is kept from the seller."""
        return 2 * sum(charge.tax for charge in self.kept) > self.gross

    @property
    def net(self) -> int:
        return sum(charge.net for charge in self.charges)

    @property
    def tax(self) -> int:
        """VAT that the seller charges, and levies."""
        return sum(charge.tax for charge in self.kept if charge.kind != "withholding")


Rates = Callable[[int], tuple[str, int]]


def bill_of(sale: dict[str, Any], rates: Rates) -> Bill:
    """The bill of a sale; `rates` gives kind and rate of a code."""
    bill = draft_of(sale, rates)
    work_out(bill)
    return bill


def draft_of(sale: dict[str, Any], rates: Rates, per_line: bool = False) -> Bill:
    """The bill of a sale, still to be worked out."""
    bill = Bill(sale.get("prices", "net"), tip=sale.get("tip", 0), per_line=per_line)
    if sum(len(item.get("lines", [])) for item in sale["items"]) > MAX_LINES:
        raise Refused("TooManyLines")
    levies = [(levy["code"], levy["on"]) for levy in sale.get("levies", [])]
    for codes in ([item["code"] for item in sale["items"]], levies, sale.get("withholdings", [])):
        if len(set(codes)) < len(codes):
            raise Refused("DuplicateCode")
    places: dict[int, int] = {}
    for item in sale["items"]:
        kind, rate = rates(item["code"])
        if kind not in VAT:
            raise Refused("WrongCodeKind")
        places[item["code"]] = len(bill.charges)
        lines = item.get("lines")
        by_line = per_line and kind == "S"
        if by_line and not lines:
            raise Refused("LinesMissing")
        if lines is not None and not by_line:
            raise Refused("LinesUnexpected")
        amount = item["amount"] if lines is None else sum(lines)
        charge = Charge(item["code"], kind, rate, amount=amount, lines=lines)
        bill.charges.append(charge)
    if not bill.charges:
        raise Refused("NothingSold")
    for levy in sale.get("levies", []):
        kind, rate = rates(levy["code"])
        if kind not in LEVIES:
            raise Refused("WrongCodeKind")
        if levy["on"] not in places:
            raise Refused("LevyOnUnknownItem")
        quantity = levy.get("thousandths", 0)
        charge = Charge(levy["code"], kind, rate, on=places[levy["on"]], thousandths=quantity)
        bill.charges.append(charge)
    for code in sale.get("withholdings", []):
        kind, rate = rates(code)
        if kind != "withholding":
            raise Refused("WrongCodeKind")
        bill.charges.append(Charge(code, kind, rate))
    return bill


def work_out(bill: Bill) -> None:
    """Work out nets, taxes and gross from amounts, rates and quantities."""
    if bill.per_line and bill.prices == "gross" and any(it.is_levy for it in bill.charges):
        raise Refused("LevyWithinLinePrices")
    for place, charge in enumerate(bill.charges):
        if charge.is_vat:
            levies = [other for other in bill.charges if other.is_levy and other.on == place]
            if levies and charge.amount < 0:
                raise Refused("LevyOnReturns")
            # Who books its seller's tax gives back by a note.
            if charge.is_reverse and charge.amount < 0:
                raise Refused("NegativeTax")
            if bill.prices == "net":
                _on_net(charge, levies)
            elif levies:
                _within_gross_and_levies(charge, levies)
            else:
                _within_gross(charge)
    if bill.net < 0:
        raise Refused("NegativeNet")
    for charge in bill.charges:
        if charge.kind == "withholding":
            charge.tax = tax_on(bill.net, charge.rate)
    vat = sum(charge.tax for charge in bill.own_vat)
    others = [charge for charge in bill.charges if charge not in bill.own_vat]
    if vat < 0 or any(charge.tax < 0 for charge in others):
        raise Refused("NegativeTax")
    if bill.one is None and any(charge.tax < 0 for charge in bill.own_vat):
        bill.one = Charge(0, "S", 0)
    if bill.one is not None:
        bill.one.tax = vat
    bill.gross = bill.net + bill.tax + bill.tip
    if sum(charge.tax for charge in bill.kept) > bill.gross:
        raise Refused("TaxBeyondGross")
    if bill.tip > share_down(bill.net + bill.tax, bill.tip_limit):
        raise Refused("TipTooHigh")
    _want_returns_covered(bill)
    if bill.gross == 0 and any(charge.tax for charge in bill.reverse):
        raise Refused("NothingToPay")


def _want_returns_covered(bill: Bill) -> None:
    """Returns that are taxed higher than what is sold against them leave a third of the VAT on what
    is sold. They are, where nets, counted from the highest rate down, fall below nothing."""
    taxes = [charge.tax for charge in bill.own_vat]
    if 3 * sum(taxes) >= sum(tax for tax in taxes if tax > 0):
        return
    for rate in {charge.rate for charge in bill.own_vat if charge.rate > 0}:
        if sum(charge.net for charge in bill.own_vat if charge.rate >= rate) < 0:
            raise Refused("ReturnsTaxedHigher")


def _unit_levy(levy: Charge) -> int:
    return half(levy.rate * levy.thousandths, 1_000)


def _on_net(charge: Charge, levies: list[Charge]) -> None:
    charge.net = charge.amount
    for levy in levies:
        unit = levy.kind.startswith("unit")
        levy.tax = _unit_levy(levy) if unit else tax_on(charge.net, levy.rate)
    entering = [levy.tax for levy in levies if levy.in_base]
    if charge.lines is None:
        charge.tax = tax_on(charge.net + sum(entering), charge.rate)
    else:
        # A levy that VAT is charged on is a line of its own.
        charge.tax = sum(tax_on(line, charge.rate) for line in [*charge.lines, *entering])


def _within_gross(charge: Charge) -> None:
    rate = 0 if charge.is_reverse else charge.rate
    lines = [charge.amount] if charge.lines is None else charge.lines
    charge.net = sum(net_within(line, rate) for line in lines)
    charge.tax = charge.amount - charge.net
    if charge.is_reverse:
        charge.tax = tax_on(charge.net, charge.rate)


def _within_gross_and_levies(charge: Charge, levies: list[Charge]) -> None:
    """gross = net + levies + VAT on the net and the levies of its base, solved for the net."""
    rate = 0 if charge.is_reverse else charge.rate
    per_unit = [levy for levy in levies if levy.kind.startswith("unit")]
    on_net = [levy for levy in levies if levy not in per_unit]
    for levy in per_unit:
        levy.tax = _unit_levy(levy)
    units_in = sum(levy.tax for levy in per_unit if levy.in_base)
    rates_in = sum(levy.rate for levy in on_net if levy.in_base)
    rates_out = sum(levy.rate for levy in on_net if not levy.in_base)
    left = charge.amount - sum(levy.tax for levy in per_unit)
    # All in millionths of millionths.
    slope = (WHOLE + rates_in) * (WHOLE + rate) + rates_out * WHOLE
    above = left * WHOLE - units_in * rate
    if left < 0 or above < 0:
        raise Refused("NegativeNet")
    charge.net = half(above * WHOLE, slope)
    basis = max(charge.net, 1)
    weights = [levy.rate * WHOLE * basis for levy in on_net]
    weights.append(rate * ((WHOLE + rates_in) * basis + WHOLE * units_in))
    *shares, charge.tax = largest_remainder(left - charge.net, weights)
    for levy, share in zip(on_net, shares):
        levy.tax = share
    if charge.is_reverse:
        base = charge.net + sum(levy.tax for levy in levies if levy.in_base)
        charge.tax = tax_on(base, charge.rate)


def is_less(before: int, after: int) -> bool:
    """Whether an amount is what is left of another: of its sign, or nothing, and no larger."""
    return 0 <= after <= before or before <= after <= 0


def take_off(bill: Bill, note: dict[str, Any]) -> Bill:
    """What a credit note leaves of a bill: the same codes at the same rates, on less.

    Each part of a note says what it takes of a code, or which lines there are and what remains of
    them; it moves its code towards zero and never past it. Tax is worked out from what remains.
    """
    if not note.get("parts") and not note.get("levies") and not note.get("tip"):
        raise Refused("NothingSold")
    rest = bill.copy()
    places = {charge.code: charge for charge in rest.charges if charge.is_vat}
    parts = note.get("parts", [])
    if any("was" in part for part in parts):
        # One hash covers all lines.
        lined = {charge.code for charge in places.values() if charge.lines is not None}
        if lined - {part["code"] for part in parts}:
            raise Refused("LinesDiffer")
    for part in parts:
        if part["code"] not in places:
            raise Refused("CodeNotFound")
        charge = places[part["code"]]
        before = charge.amount
        if charge.lines is None:
            if "was" in part:
                raise Refused("LinesUnexpected")
            charge.amount -= part["less"]
        elif "was" not in part:
            raise Refused("LinesMissing")
        elif part["was"] != charge.lines:
            raise Refused("LinesDiffer")
        else:
            if len(part["remain"]) != len(charge.lines):
                raise Refused("NoteTooLarge")
            if not all(is_less(was, now) for was, now in zip(charge.lines, part["remain"])):
                raise Refused("NoteTooLarge")
            charge.lines = list(part["remain"])
            charge.amount = sum(charge.lines)
        if not is_less(before, charge.amount):
            raise Refused("NoteTooLarge")
    for levy in note.get("levies", []):
        if levy["on"] not in places:
            raise Refused("LevyOnUnknownItem")
        on = rest.charges.index(places[levy["on"]])
        found = [it for it in rest.charges if (it.code, it.on) == (levy["code"], on) and it.is_levy]
        if not found:
            raise Refused("CodeNotFound")
        if found[0].thousandths < levy.get("thousandths", 0):
            raise Refused("NoteTooLarge")
        found[0].thousandths -= levy.get("thousandths", 0)
    rest.tip -= note.get("tip", 0)
    if rest.tip < 0:
        raise Refused("NoteTooLarge")
    work_out(rest)
    rises = any(not is_less(old.tax, new.tax) for old, new in zip(bill.charges, rest.charges))
    vat = sum(it.tax for it in rest.own_vat) > sum(it.tax for it in bill.own_vat)
    totals = [(bill.gross, rest.gross), (bill.net, rest.net), (bill.tax, rest.tax)]
    if rises or vat or any(new > old for old, new in totals):
        raise Refused("NoteTooLarge")
    return rest


def split(gross: int, taxes: list[int], taken: list[int], paid: int, payment: int) -> list[int]:
    """What a payment gives to each tax, when `paid` was paid before it.

    The total tax is due in proportion to all that is paid, so that the number of payments makes no
    difference. Each tax gets up to the whole part of its share; the rest goes by order.
    """
    if gross == 0:
        return [0] * len(taxes)
    paid += payment
    left = max(0, min(half(sum(taxes) * paid, gross) - sum(taken), payment))
    parts = []
    for tax, before in zip(taxes, taken):
        part = max(0, min(tax * paid // gross - before, left))
        parts.append(part)
        left -= part
    for place, (tax, before) in enumerate(zip(taxes, taken)):
        more = max(0, min(tax - before - parts[place], left))
        parts[place] += more
        left -= more
    return parts


def at_once(gross: int, taxes: list[int], paid: int) -> list[int]:
    """What each tax has, had `paid` been paid at once."""
    return split(gross, taxes, [0] * len(taxes), 0, paid)


def shown(gross: int, taxes: list[int], paid: int, taken: int) -> list[int]:
    """How VAT that is taken for all codes as one is shown by code: in proportion to what was paid,
    and what is lacking at the largest."""
    if gross == 0 or 0 < sum(taxes) == taken:
        return list(taxes)
    parts = [half(tax * paid, gross) for tax in taxes]
    sizes = [abs(tax) for tax in taxes]
    parts[sizes.index(max(sizes))] += taken - sum(parts)
    return parts
