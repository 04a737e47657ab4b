"""Taxes as trade happens: netting at payment, credit notes, refunds, sweeps."""

from dataclasses import dataclass, field
from typing import Any, Optional

from bills import Bill, Charge, Refused, at_once, split, take_off
from ledgers import Ledgers, period_of
from money import treasury_of
from rounding import WHOLE, down, half, share_down


@dataclass
class Taxpayer:
    """A twin's registration."""

    since: int
    effective: int
    zero_codes: list[int] = field(default_factory=list)
    # Deductible share by code; all of the others.
    deductible: dict[int, int] = field(default_factory=dict)
    until: Optional[int] = None


@dataclass
class Jurisdiction:
    """Its settings, rates and taxpayers."""

    authority: int
    # Distance of its clock from UTC, in minutes.
    utc_offset: int = 0
    # What can be paid in; anything, if nothing is said.
    currencies: Optional[list[int]] = None
    # For how many days before its issue an invoice may say that the supply took place.
    supply_bound: int = 0
    correction_days: int = 90
    unpaid_days: int = 30
    # [age in days, cap], ascending.
    refund_caps: list[list[int]] = field(default_factory=list)
    hold_days: int = 30
    appeal_days: int = 14
    returns_alert: int = WHOLE
    # code → (kind, [(day, rate)])
    codes: dict[int, tuple[str, list[tuple[int, int]]]] = field(default_factory=dict)
    taxpayers: dict[int, Taxpayer] = field(default_factory=dict)

    def is_registered(self, twin: Optional[int], day: int) -> bool:
        payer = self.taxpayers.get(twin) if twin is not None else None
        return payer is not None and payer.effective <= day and payer.until is None

    def rate(self, code: int, day: int) -> tuple[str, int]:
        """Kind of a code, and its rate on a day."""
        if code not in self.codes:
            raise Refused("CodeNotFound")
        kind, rates = self.codes[code]
        known = [rate for since, rate in sorted(rates) if since <= day]
        if not known:
            raise Refused("NoRateYet")
        return kind, known[-1]

    def share(self, twin: int, code: int) -> int:
        return self.taxpayers[twin].deductible.get(code, WHOLE)


@dataclass
class Trade:
    """Who trades with whom, where, in what, and when."""

    seller: int
    number: int
    buyer: Optional[int]
    jurisdiction: int
    currency: int
    supply: int


class Taxes:
    """All that a tax authority's ledgers do."""

    def __init__(self) -> None:
        # Minutes since the beginning of 1970.
        self.now = 0
        self.jurisdictions: dict[int, Jurisdiction] = {}
        self.books = Ledgers()
        # Accounts of twins, and twins that can't act any more.
        self.controllers: dict[int, str] = {}
        self.inactive: set[int] = set()
        # Jurisdiction → its day on which it was swept last.
        self.swept: dict[int, int] = {}
        self.books.money.is_business = self._is_business

    # ---- payments ----------------------------------------------------------------------------

    def collect(self, trade: Trade, bill: Bill, payer: str, amount: int) -> None:
        """Split a payment between seller and treasury, and credit the buyer."""
        before = [charge.taken for charge in bill.charges]
        kept = split(
            bill.gross,
            [charge.tax for charge in bill.kept],
            [charge.taken for charge in bill.kept],
            bill.paid,
            amount,
        )
        to_treasury = self._take(trade, bill.kept, kept)
        parts = [(treasury_of(trade.jurisdiction), to_treasury)]
        parts.append((self.controllers[trade.seller], amount - to_treasury))
        self.books.money.pay(trade.currency, payer, parts)
        paid = bill.paid + amount
        self._sell(bill, paid)
        self._book_reverse(trade, bill, amount)
        self._credit_buyer(trade, bill, before, paid)
        bill.paid = paid
        self._note_uncredited(trade, bill)

    def collect_unpaid(self, trade: Trade, bill: Bill) -> int:
        """Take from the seller all tax that an unpaid bill still owes."""
        rest = [charge.tax - charge.taken for charge in bill.kept]
        if sum(rest) == 0:
            return 0
        due = self._take(trade, bill.kept, rest)
        self._pay_treasury(trade, self.controllers[trade.seller], due)
        self._note_uncredited(trade, bill)
        return sum(rest)

    def _take(self, trade: Trade, kept: list[Charge], parts: list[int]) -> int:
        """Book taxes that are taken; VAT is set against the seller's credit first.

        Returns what goes to the treasury.
        """
        vat = sum(part for charge, part in zip(kept, parts) if charge.is_vat)
        levies = sum(part for charge, part in zip(kept, parts) if charge.is_levy)
        withheld = sum(parts) - vat - levies
        used = self._use_credit(trade, trade.seller, vat)
        for charge, part in zip(kept, parts):
            charge.taken += part
        figures = {
            "output": vat,
            "used": used,
            "remitted": vat - used,
            "levies": levies,
            "withheld": withheld,
        }
        self._book(trade, trade.seller, figures)
        return vat - used + levies + withheld

    def _pay_treasury(self, trade: Trade, source: str, amount: int) -> None:
        treasury = treasury_of(trade.jurisdiction)
        self.books.money.move(trade.currency, source, treasury, amount)

    def _sell(self, bill: Bill, paid: int) -> None:
        # Booked as sold in proportion to what was paid in all.
        for charge in bill.charges:
            if charge.is_vat and bill.gross:
                charge.sold = half(charge.net * paid, bill.gross)

    def _book_reverse(self, trade: Trade, bill: Bill, amount: int) -> None:
        """The buyer books the tax of reverse charge: output less what it may deduct of it."""
        taxes = [charge.tax for charge in bill.reverse]
        taken = [charge.taken for charge in bill.reverse]
        due = 0
        for charge, output in zip(
            bill.reverse, split_of_own(bill.gross, taxes, taken, bill.paid + amount)
        ):
            share = self._buyer_share(trade, charge.code)
            input_ = share_down(charge.taken + output, share) - share_down(charge.taken, share)
            charge.taken += output
            charge.credited += input_
            due += self._reverse(trade, output, input_)
        if due:
            self._pay_treasury(trade, self.controllers[trade.buyer], due)

    def _reverse(self, trade: Trade, output: int, input_: int) -> int:
        """The buyer's output, which its input cancels at once; the rest is set against its credit,
        and what is left then, it has to pay: returns that."""
        used = self._use_credit(trade, trade.buyer, output - input_)
        remitted = output - input_ - used
        figures = {
            "output": output,
            "input": input_,
            "used": used + input_,
            "credited": input_,
            "remitted": remitted,
        }
        self._book(trade, trade.buyer, figures)
        return remitted

    def _credit_buyer(self, trade: Trade, bill: Bill, before: list[int], paid: int) -> None:
        if not self._is_credited(trade):
            return
        after = [charge.taken for charge in bill.charges]
        if is_ahead(bill, before):
            # The tax was there before the payment: the credit follows what is paid all the same.
            before = [min(it) for it in zip(before, due_at_once(bill, bill.paid))]
            after = [min(it) for it in zip(after, due_at_once(bill, paid))]
        total = 0
        for charge, old, new in zip(bill.charges, before, after):
            if charge.is_vat and not charge.is_reverse:
                share = self._buyer_share(trade, charge.code)
                credit = max(0, share_down(new, share) - share_down(old, share))
                credit = min(credit, charge.taken - charge.credited)
                charge.credited += credit
                total += credit
        self._account(trade, trade.buyer).add(self._period(trade), total)
        self._book(trade, trade.buyer, {"input": total, "credited": total})

    # ---- credit notes ------------------------------------------------------------------------

    def credit(self, trade: Trade, bill: Bill, note: dict, cover: int) -> tuple[str, int]:
        """Take a note off a bill.

        Says ("refund", amount) that the seller still owes to whoever paid, or ("waits", missing).
        """
        rest = take_off(bill, note)
        rest.paid = min(bill.paid, rest.gross)
        back = bill.paid - rest.paid
        self._reckon_anew(trade, bill, rest)
        falls = rises = 0
        for old, new in zip(bill.charges, rest.charges):
            if not old.is_reverse:
                falls += max(0, old.credited - new.credited)
                rises += max(0, new.credited - old.credited)
        fall, rise = max(0, falls - rises), max(0, rises - falls)
        account = self._account(trade, trade.buyer) if trade.buyer is not None else None
        # All that the note gives the buyer counts before anything that it asks of it.
        changes = [_owes(new) - _owes(old) for old, new in zip(bill.reverse, rest.reverse)]
        undone = sum(max(0, -change) for change in changes)
        credit = account.credit + undone if account else 0
        from_credit = min(fall, credit)
        from_back = min(fall - from_credit, back)
        covered = fall - from_credit - from_back
        # Reverse charge that the buyer has to book in addition is its own to pay.
        own = sum(max(0, change) for change in changes)
        own -= min(own, credit - from_credit + rise)
        if covered + own > cover:
            return "waits", covered + own - cover

        self._return_excess(trade, bill, rest)
        shortfall = [max(0, new.taken - old.taken) for old, new in zip(bill.kept, rest.kept)]
        for charge, part in zip(rest.kept, shortfall):
            charge.taken -= part
        due = self._take(trade, rest.kept, shortfall)
        self._pay_treasury(trade, self.controllers[trade.seller], due + from_back)
        if account:
            account.take(from_credit)
            account.add(self._period(trade), rise)
            self._pay_treasury(trade, self.controllers[trade.buyer], covered)
            figures = {
                "input": rise,
                "credited": rise,
                "reversed": fall,
                "made_good": from_back + covered,
            }
            self._book(trade, trade.buyer, figures)
            self._book_more_reverse(trade, bill, rest)
        bill.__dict__.update(rest.__dict__)
        self._note_uncredited(trade, bill)
        return "refund", back - from_back

    def _book_more_reverse(self, trade: Trade, bill: Bill, rest: Bill) -> None:
        """A note on other codes can leave more of a reverse charge within what stays paid."""
        due = 0
        for old, new in zip(bill.reverse, rest.reverse):
            if new.taken > old.taken:
                due += self._reverse(trade, new.taken - old.taken, new.credited - old.credited)
        if due:
            self._pay_treasury(trade, self.controllers[trade.buyer], due)

    def _reckon_anew(self, trade: Trade, bill: Bill, rest: Bill) -> None:
        """Taxes and credits of what remains, had it been paid at once."""
        credited = self._is_credited(trade)
        if is_ahead(bill, [charge.taken for charge in bill.charges]):
            # Tax taken ahead of payment is no part of what was paid: it goes back first.
            for old, new, due in zip(bill.charges, rest.charges, due_at_once(bill, bill.paid)):
                if not new.is_reverse:
                    new.taken = max(due, old.credited)
        for charges, share in ((rest.kept, at_once), (rest.reverse, own_at_once)):
            taken = share(rest.gross, [charge.tax for charge in charges], rest.paid)
            for charge, now in zip(charges, taken):
                if now < charge.taken:
                    charge.credited = down(charge.credited * now, charge.taken)
                elif charge.is_vat and (credited or charge.is_reverse):
                    share = self._buyer_share(trade, charge.code)
                    charge.credited += share_down(now, share) - share_down(charge.taken, share)
                charge.taken = now
        self._sell(rest, rest.paid)

    def _return_excess(self, trade: Trade, bill: Bill, rest: Bill) -> None:
        """What was taken too much becomes credit: the seller's, or under reverse charge the
        buyer's, who had paid what it couldn't deduct."""
        period = self._period(trade)
        excess = sum(max(0, old.taken - new.taken) for old, new in zip(bill.kept, rest.kept))
        self._account(trade, trade.seller).add(period, excess)
        self._book(trade, trade.seller, {"returned": excess})
        for old, new in zip(bill.reverse, rest.reverse):
            back = max(0, _owes(old) - _owes(new))
            self._account(trade, trade.buyer).add(period, back)
            self._book(trade, trade.buyer, {"returned": back})

    # ---- sweeps ------------------------------------------------------------------------------

    def free(self, jurisdiction: int, currency: int) -> int:
        """What the authority may sweep: nothing that a credit, claim or correction can need."""
        window, day = self.jurisdictions[jurisdiction].correction_days, self.today(jurisdiction)
        reserve = sum(
            rest if day <= supply + window else ahead
            for key, (supply, rest, ahead) in self.books.uncredited.items()
            if key[:2] == (jurisdiction, currency)
        )
        owed = self.books.owed(jurisdiction, currency)
        return max(0, self.books.treasury(jurisdiction, currency) - owed - reserve)

    def sweep(self, jurisdiction: int, currency: int, amount: int, to: str) -> None:
        if amount == 0:
            raise Refused("AmountZero")
        if amount > self.free(jurisdiction, currency):
            raise Refused("TreasuryReserved")
        self.books.money.move(currency, treasury_of(jurisdiction), to, amount)
        self.swept[jurisdiction] = self.today(jurisdiction)
        self.books.book({"sweeps": amount}, (jurisdiction, currency))

    def give(self, jurisdiction: int, currency: int, amount: int, source: str) -> None:
        if amount == 0:
            raise Refused("AmountZero")
        self.books.money.move(currency, source, treasury_of(jurisdiction), amount)
        self.books.book({"gifts": amount}, (jurisdiction, currency))

    # ---- clocks and settings -----------------------------------------------------------------

    def today(self, jurisdiction: int) -> int:
        """The day by a jurisdiction's clock."""
        return (self.now + self.jurisdictions[jurisdiction].utc_offset) // 1_440

    def amend(self, jurisdiction: int, **settings: Any) -> None:
        """Other settings; those that aren't named stay."""
        where = self.jurisdictions[jurisdiction]
        window = where.correction_days
        vars(where).update(settings)
        # What was free when it was swept may be needed again.
        back = self.swept.get(jurisdiction, 0) > self.today(jurisdiction)
        if where.correction_days > window or back:
            self.books.short.add(jurisdiction)

    # ---- internal ----------------------------------------------------------------------------

    def _period(self, trade: Trade) -> int:
        return period_of(self.today(trade.jurisdiction))

    def _is_business(self, jurisdiction: int, account: str) -> bool:
        where = self.jurisdictions[jurisdiction]
        twins = [twin for twin, owner in self.controllers.items() if owner == account]
        return any(
            where.is_registered(twin, self.today(jurisdiction))
            for twin in twins
            if twin not in self.inactive
        )

    def _account(self, trade: Trade, twin: int):
        return self.books.accounts[trade.jurisdiction, twin, trade.currency]

    def _use_credit(self, trade: Trade, twin: int, vat: int) -> int:
        account = self._account(trade, twin)
        used = min(vat, account.credit)
        account.take(used)
        return used

    def _is_credited(self, trade: Trade) -> bool:
        where = self.jurisdictions[trade.jurisdiction]
        registered = where.is_registered(trade.buyer, self.today(trade.jurisdiction))
        return registered and trade.buyer != trade.seller

    def _buyer_share(self, trade: Trade, code: int) -> int:
        where = self.jurisdictions[trade.jurisdiction]
        if not where.is_registered(trade.buyer, self.today(trade.jurisdiction)):
            return 0
        return where.share(trade.buyer, code)

    def _book(self, trade: Trade, twin: int, figures: dict[str, int]) -> None:
        treasury = (trade.jurisdiction, trade.currency)
        statement = (trade.jurisdiction, twin, trade.currency, self._period(trade))
        self.books.book(figures, treasury, statement)

    def _note_uncredited(self, trade: Trade, bill: Bill) -> None:
        rest = sum(charge.taken - charge.credited for charge in bill.charges)
        # VAT taken ahead of payment gives the buyer credit when it pays, however late that is.
        ahead = 0
        if is_ahead(bill, [charge.taken for charge in bill.charges]):
            for charge, due in zip(bill.charges, due_at_once(bill, bill.paid)):
                ahead += max(0, charge.taken - due) if charge.is_vat else 0
        key = (trade.jurisdiction, trade.currency, trade.seller, trade.number)
        self.books.uncredited[key] = [trade.supply, rest, ahead]


def split_of_own(gross: int, taxes: list[int], taken: list[int], paid: int) -> list[int]:
    """Reverse-charged tax that is due once `paid` was paid: it is no part of the payment, so that
    nothing but its own amount limits it."""
    if gross == 0:
        return [0] * len(taxes)
    return [half(tax * paid, gross) - before for tax, before in zip(taxes, taken)]


def own_at_once(gross: int, taxes: list[int], paid: int) -> list[int]:
    """What each reverse-charged tax has, had `paid` been paid at once."""
    return split_of_own(gross, taxes, [0] * len(taxes), paid)


def _owes(charge: Charge) -> int:
    """What the buyer owes of a reverse charge: what it can't deduct."""
    return charge.taken - charge.credited


def due_at_once(bill: Bill, paid: int) -> list[int]:
    """What each charge has, had `paid` been paid at once; of reverse charges what they have."""
    due = iter(at_once(bill.gross, [charge.tax for charge in bill.kept], paid))
    return [charge.taken if charge.is_reverse else next(due) for charge in bill.charges]


def is_ahead(bill: Bill, taken: list[int]) -> bool:
    """Whether more tax was taken than is due for what was paid."""
    kept = [(it.tax, now) for it, now in zip(bill.charges, taken) if not it.is_reverse]
    due = half(sum(tax for tax, _ in kept) * bill.paid, bill.gross) if bill.gross else 0
    return sum(now for _, now in kept) > due
