"""Taxes as trade happens: netting at payment, credit notes, refunds, sweeps."""

from dataclasses import dataclass, field
from typing import Any, Optional

from bills import Bill, Charge, Refused, at_once, split
from ledgers import Ledgers, period_of
from money import ESCROW, Kept, is_pot, pot_of, treasury_of
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
    # Its clock: from which of its days on, how many minutes it is ahead of UTC. The first counts
    # for all days before it, too.
    clock: list[list[int]] = field(default_factory=lambda: [[0, 0]])
    # What can be paid in; anything, if nothing is said.
    currencies: Optional[list[int]] = None
    # For how many days before its issue an invoice may say that the supply took place.
    supply_bound: int = 0
    correction_days: int = 90
    unpaid_days: int = 30
    # Whether VAT is rounded per line.
    per_line: bool = False
    # Which share of net and tax a tip can be.
    tip_limit: int = WHOLE
    # [age in days, cap], ascending.
    refund_caps: list[list[int]] = field(default_factory=list)
    # The least that is claimed, in minor units; less, by who isn't registered any more.
    least_claim: int = 0
    hold_days: int = 30
    appeal_days: int = 14
    returns_alert: int = WHOLE
    # By which code tax is withheld of dividends, if it is.
    dividend_code: Optional[int] = None
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
    # Whether the buyer buys as a business; else it is credited with nothing.
    business: bool = True


@dataclass
class Due:
    """What somebody has to pay besides prices: tax, and demurrage of credit that it used."""

    treasury: int = 0
    pot: int = 0


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
        self.books.money.is_business = self._is_business

    # ---- payments ----------------------------------------------------------------------------

    def book_issue(self, trade: Trade, bill: Bill) -> None:
        """Book what is due though nothing is to be paid: of a bill of nothing, all."""
        if bill.gross == 0:
            bill.show()
            self._sell(trade, None, bill)

    def collect(self, trade: Trade, bill: Bill, payer: str, amount: int) -> None:
        """Split a payment between seller and treasury, and credit the buyer."""
        seller, buyer = self._book_payment(trade, bill, amount)
        rest = amount - seller.treasury - seller.pot
        parts = [*self._parts(trade, seller), (self.controllers[trade.seller], rest)]
        self.books.money.pay(trade.currency, payer, parts)
        # Without the buyer's own tax there is no payment.
        self._pay_due(trade, trade.buyer, buyer)

    def release(self, trade: Trade, bill: Bill, kept: Kept) -> None:
        """The same of money that has waited: tax is on all of it, and the seller bears the
        demurrage of the wait. What the buyer can't pay becomes arrears, whole."""
        seller, buyer = self._book_payment(trade, bill, kept.nominal)
        money, currency = self.books.money, trade.currency
        for target, part in self._parts(trade, seller):
            money.settle(currency, ESCROW, target, money.keep(currency, part))
        own = kept.without(money.keep(currency, seller.treasury + seller.pot))
        money.settle(currency, ESCROW, self.controllers[trade.seller], own)
        # Nobody is charged who can't pay, nor owes tax that it can pay without.
        for due in (buyer, Due(buyer.treasury)):
            whole = due.treasury + due.pot
            if whole and money.can_pay(currency, self.controllers[trade.buyer], whole):
                self._pay_due(trade, trade.buyer, due)
                return
        if buyer.treasury:
            self._defer(trade, buyer.treasury)

    def _book_payment(self, trade: Trade, bill: Bill, amount: int) -> tuple[Due, Due]:
        """Take the taxes of a payment. Returns what is due of it, and what the buyer owes of its
        own."""
        before = [charge.taken for charge in bill.kept]
        was = bill.copy()
        parts = split(bill.gross, [it.tax for it in bill.kept], before, bill.paid, amount)
        seller = self._take(trade, bill.kept, parts)
        bill.paid += amount
        buyer = self._book_reverse(trade, bill)
        self._credit_buyer(trade, was, bill)
        bill.show()
        self._sell(trade, was, bill)
        self._note_uncredited(trade, bill)
        return seller, buyer

    def collect_unpaid(self, trade: Trade, bill: Bill) -> int:
        """Take from the seller all tax that an unpaid bill still owes."""
        rest = [charge.tax - charge.taken for charge in bill.kept]
        if sum(rest) == 0:
            return 0
        was = bill.copy()
        due = self._take(trade, bill.kept, rest)
        self._pay_due(trade, trade.seller, Due(due.treasury))
        # Whoever has no money still has its tax taken.
        if due.pot and self.books.money.can_pay(
            trade.currency, self.controllers[trade.seller], due.pot
        ):
            self._pay_due(trade, trade.seller, Due(0, due.pot))
        bill.show()
        self._sell(trade, was, bill)
        self._note_uncredited(trade, bill)
        return sum(rest)

    def _take(self, trade: Trade, kept: list[Charge], parts: list[int], since: int = 0) -> Due:
        """Book taxes that are taken; VAT is set against the seller's credit first.

        Returns what goes to the treasury and, for the wait of the credit, to the pot.
        """
        vat = sum(part for charge, part in zip(kept, parts) if charge.is_vat)
        levies = sum(part for charge, part in zip(kept, parts) if charge.is_levy)
        withheld = sum(parts) - vat - levies
        account = self._account(trade, trade.seller)
        used = min(vat, account.credit)
        charge_of_credit = self.books.charge(trade.currency, account, used, since)
        account.take(used, since)
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
        return Due(vat - used + levies + withheld, charge_of_credit)

    def _parts(self, trade: Trade, due: Due) -> list[tuple[str, int]]:
        targets = treasury_of(trade.jurisdiction), pot_of(trade.currency)
        return list(zip(targets, (due.treasury, due.pot)))

    def _pay_due(self, trade: Trade, twin: Optional[int], due: Due) -> None:
        """A twin pays tax, and what the wait of its credit costs."""
        if due.treasury or due.pot:
            self.books.money.pay(trade.currency, self.controllers[twin], self._parts(trade, due))

    def _pay_treasury(self, trade: Trade, source: str, amount: int) -> None:
        treasury = treasury_of(trade.jurisdiction)
        self.books.money.move(trade.currency, source, treasury, amount)

    def _sell(self, trade: Trade, was: Optional[Bill], bill: Bill, noted: bool = False) -> None:
        """Tips, and what returns within an invoice took off its tax, in the seller's statement.

        A note's own returns are told elsewhere.
        """
        tips = tip_so_far(bill) - (tip_so_far(was) if was else 0)
        before = [charge.taken for charge in was.charges] if was else [0] * len(bill.charges)
        falls = sum(max(0, old - new.taken) for old, new in zip(before, bill.charges))
        self._book(trade, trade.seller, {"tips": tips, "taken_off": 0 if noted else falls})

    # ---- reverse charge ----------------------------------------------------------------------

    def _book_reverse(self, trade: Trade, bill: Bill) -> Due:
        """The buyer books the tax of reverse charge that is due for what is paid: output less what
        it may deduct of it. Returns what it still has to pay."""
        if not bill.reverse:
            return Due()
        had, due, used = self._account(trade, trade.buyer).copy(), 0, 0
        for charge, now in zip(bill.reverse, reverse_due(bill)):
            owed, from_credit = self._reverse(trade, charge, now)
            due, used = due + owed, used + from_credit
        return Due(due, self.books.charge(trade.currency, had, used))

    def _reverse(self, trade: Trade, charge: Charge, now: int, since: int = 0) -> tuple[int, int]:
        """The buyer's output, which its input cancels at once; the rest is set against its credit,
        and what is left then, it has to pay. Returns that, and what was set against credit."""
        share, now = self._buyer_share(trade, charge.code), max(now, charge.taken)
        output = now - charge.taken
        input_ = share_down(now, share) - share_down(charge.taken, share)
        charge.taken += output
        charge.credited += input_
        account = self._account(trade, trade.buyer)
        used = min(output - input_, account.credit)
        account.take(used, since)
        figures = {
            "output": output,
            "input": input_,
            "used": used + input_,
            "credited": input_,
            "remitted": output - input_ - used,
        }
        self._book(trade, trade.buyer, figures)
        return output - input_ - used, used

    def _defer(self, trade: Trade, due: int) -> None:
        """The buyer owes what it was booked as having paid."""
        self._account(trade, trade.buyer).arrears += due
        self._book(trade, trade.buyer, {"remitted": -due, "deferred": due, "arrears": due})
        key = (trade.jurisdiction, trade.currency, trade.seller, trade.number)
        supply, rest, ahead, deferred = self.books.uncredited.get(key, [trade.supply, 0, 0, 0])
        self.books.uncredited[key] = [supply, rest, ahead, deferred + due]
        self.set_against(self._key(trade, trade.buyer))

    def arrears(self, trade: Trade, twin: Optional[int]) -> int:
        """What a twin owes of reverse charge."""
        return self._account(trade, twin).arrears if twin is not None else 0

    def pay_arrears(
        self, jurisdiction: int, twin: int, currency: int, source: str, amount: int
    ) -> None:
        """Anybody pays what a twin owes, or a part of it."""
        account = self.books.accounts[jurisdiction, twin, currency]
        if amount == 0:
            raise Refused("AmountZero")
        if amount > account.arrears:
            raise Refused("ArrearsLower")
        self.books.money.move(currency, source, treasury_of(jurisdiction), amount)
        account.arrears -= amount
        self._book_arrears((jurisdiction, twin, currency), "remitted", amount)

    def gain(self, key: tuple[int, int, int], period: int, amount: int) -> None:
        """Credit for a twin, of a period: its arrears are set against it first."""
        self.books.accounts[key].add(period, amount)
        self.set_against(key)

    def set_against(self, key: tuple[int, int, int]) -> None:
        """Credit of a twin goes against its arrears."""
        account = self.books.accounts[key]
        used = min(account.arrears, account.credit)
        account.take(used)
        account.arrears -= used
        self._book_arrears(key, "used", used)

    def _book_arrears(self, key: tuple[int, int, int], how: str, amount: int) -> None:
        jurisdiction, twin, currency = key
        period = period_of(self.today(jurisdiction))
        figures = {how: amount, "settled": amount, "arrears": -amount}
        self.books.book(figures, (jurisdiction, currency), (jurisdiction, twin, currency, period))

    # ---- credit for the buyer ----------------------------------------------------------------

    def _credit_buyer(self, trade: Trade, was: Bill, bill: Bill) -> None:
        if not self._is_credited(trade):
            return
        before, after = [it.taken for it in was.kept], [it.taken for it in bill.kept]
        if is_ahead(was):
            # The tax was there before the payment: the credit follows what is paid all the same.
            before = [min(it) for it in zip(before, due_at_once(was))]
            after = [min(it) for it in zip(after, due_at_once(bill))]
        total = 0
        for charge, old, new in zip(bill.kept, before, after):
            if charge.is_vat:
                share = self._share(trade, bill, charge)
                credit = max(0, share_down(new, share) - share_down(old, share))
                credit = min(credit, charge.taken - charge.credited)
                charge.credited += credit
                total += credit
        self._book(trade, trade.buyer, {"input": total, "credited": total})
        self.gain(self._key(trade, trade.buyer), self._period(trade), total)

    def _share(self, trade: Trade, bill: Bill, charge: Charge) -> int:
        """Which part of a VAT the buyer may deduct."""
        return bill.share if charge is bill.one else self._buyer_share(trade, charge.code)

    # ---- credit notes ------------------------------------------------------------------------

    def credit(self, trade: Trade, bill: Bill, rest: Bill, cover: int) -> tuple[str, int]:
        """Take a note off a bill: `rest` remains of it.

        Says ("refund", amount) that the seller still owes to whoever paid, or ("waits", missing).
        """
        rest.paid = min(bill.paid, rest.gross)
        back = bill.paid - rest.paid
        self._reckon_anew(trade, bill, rest)
        falls = rises = 0
        for old, new in zip(bill.kept, rest.kept):
            falls += max(0, old.credited - new.credited)
            rises += max(0, new.credited - old.credited)
        fall, rise = max(0, falls - rises), max(0, rises - falls)
        # What comes back to the buyer counts before anything that the note asks of it, but for what
        # it owes: it may never have paid that.
        now = reverse_due(rest)
        undone = 0
        for charge, due in zip(rest.reverse, now):
            if due < charge.taken:
                credited = down(charge.credited * due, charge.taken)
                undone += charge.taken - due - (charge.credited - credited)
                charge.taken, charge.credited = due, credited
        account = self._account(trade, trade.buyer) if trade.buyer is not None else None
        credit = account.credit + max(0, undone - account.arrears) if account else 0
        from_credit = min(fall, credit)
        from_back = min(fall - from_credit, back)
        covered = fall - from_credit - from_back
        if covered > cover:
            return "waits", covered - cover

        self._note_of_seller(trade, bill, rest, from_back)
        if account:
            # What comes back has been in the treasury since the supply: it is no younger for it.
            period = period_of(trade.supply)
            account.add(period, undone)
            self.set_against(self._key(trade, trade.buyer))
            account.take(from_credit, period)
            account.add(period, rise)
            figures = {
                "returned": undone,
                "input": rise,
                "credited": rise,
                "reversed": fall,
                "made_good": from_back + covered,
            }
            self._book(trade, trade.buyer, figures)
            self._pay_treasury(trade, self.controllers[trade.buyer], covered)
            # Demurrage of the credit that it uses isn't charged: a note takes nothing from its
            # buyer which that doesn't cover itself.
            own = 0
            for charge, due in zip(rest.reverse, now):
                if due > charge.taken:
                    own += self._reverse(trade, charge, due, period)[0]
            # Reverse charge that falls due never holds up a note.
            if own > cover - covered:
                self._defer(trade, own)
                own = 0
            self._pay_due(trade, trade.buyer, Due(own))
            # What is left when all is reckoned is credit.
            self.set_against(self._key(trade, trade.buyer))
        rest.show()
        self._sell(trade, bill, rest, noted=True)
        vars(bill).update(vars(rest))
        self._note_uncredited(trade, bill)
        return "refund", back - from_back

    def _note_of_seller(self, trade: Trade, bill: Bill, rest: Bill, from_back: int) -> None:
        """What was taken too much becomes the seller's credit; what is missing, it pays, and what
        the buyer lacks out of the money going back."""
        key = self._key(trade, trade.seller)
        had = self.books.accounts[key].copy()
        excess = sum(max(0, old.taken - new.taken) for old, new in zip(bill.kept, rest.kept))
        supply = period_of(trade.supply)
        self.books.accounts[key].add(supply, excess)
        self._book(trade, trade.seller, {"returned": excess})
        shortfall = [max(0, new.taken - old.taken) for old, new in zip(bill.kept, rest.kept)]
        for charge, part in zip(rest.kept, shortfall):
            charge.taken -= part
        credit = self.books.accounts[key].credit
        due = self._take(trade, rest.kept, shortfall, supply)
        used = credit - self.books.accounts[key].credit
        # What the note itself gives is used first, and hasn't waited.
        charged = self.books.charge(trade.currency, had, used - min(used, excess), supply)
        self._pay_due(trade, trade.seller, Due(due.treasury + from_back, charged))
        self.set_against(key)

    def _reckon_anew(self, trade: Trade, bill: Bill, rest: Bill) -> None:
        """What is kept, and credits for it, of what remains, had it been paid at once."""
        credited = self._is_credited(trade)
        if is_ahead(bill):
            # Tax taken ahead of payment is no part of what was paid: it goes back first.
            for old, new, due in zip(bill.kept, rest.kept, due_at_once(bill)):
                new.taken = max(due, old.credited)
        taken = at_once(rest.gross, [charge.tax for charge in rest.kept], rest.paid)
        for charge, now in zip(rest.kept, taken):
            if now < charge.taken:
                charge.credited = down(charge.credited * now, charge.taken)
            elif charge.is_vat and credited:
                share = self._share(trade, rest, charge)
                charge.credited += share_down(now, share) - share_down(charge.taken, share)
            charge.taken = now

    # ---- sweeps ------------------------------------------------------------------------------

    def free(self, jurisdiction: int, currency: int) -> int:
        """What the authority may sweep: nothing that a credit, claim or correction can need."""
        window, day = self.jurisdictions[jurisdiction].correction_days, self.today(jurisdiction)
        reserve = deferred = 0
        for key, (supply, rest, ahead, owed) in self.books.uncredited.items():
            if key[:2] == (jurisdiction, currency):
                correctable = day <= supply + window
                reserve += rest if correctable else ahead
                deferred += min(rest, owed) if correctable else 0
        # Of what is still owed to it, nothing has to be there.
        reserve -= min(deferred, self.books.treasuries[jurisdiction, currency]["arrears"])
        owed = self.books.owed(jurisdiction, currency)
        return max(0, self.books.treasury(jurisdiction, currency) - owed - reserve)

    def sweep(self, jurisdiction: int, currency: int, amount: int, to: str) -> None:
        if amount == 0:
            raise Refused("AmountZero")
        if is_pot(to):
            raise Refused("ToPot")
        if amount > self.free(jurisdiction, currency):
            raise Refused("TreasuryReserved")
        self.books.money.move(currency, treasury_of(jurisdiction), to, amount)
        self.books.book({"sweeps": amount}, (jurisdiction, currency))

    def give(self, jurisdiction: int, currency: int, amount: int, source: str) -> None:
        accepted = self.jurisdictions[jurisdiction].currencies
        if accepted is not None and currency not in accepted:
            raise Refused("CurrencyNotAccepted")
        if amount == 0:
            raise Refused("AmountZero")
        self.books.money.move(currency, source, treasury_of(jurisdiction), amount)
        self.books.book({"gifts": amount}, (jurisdiction, currency))

    # ---- dividends ---------------------------------------------------------------------------

    def withhold(
        self, jurisdiction: int, twin: int, currency: int, source: str, amount: int
    ) -> None:
        """A twin pays a dividend, and its tax: what is due of all of them together, to the nearest
        unit, less what was withheld before."""
        where = self.jurisdictions[jurisdiction]
        if where.dividend_code is None:
            return
        _, rate = where.rate(where.dividend_code, self.today(jurisdiction))
        key = (jurisdiction, twin, currency)
        owed, withheld = self.books.dividends.get(key, (0, 0))
        owed += amount * rate
        tax = half(owed, WHOLE) - withheld
        self.books.money.collect(currency, source, treasury_of(jurisdiction), tax)
        self.books.dividends[key] = (owed, withheld + tax)
        period = period_of(self.today(jurisdiction))
        self.books.book({"withheld": tax}, (jurisdiction, currency), (*key, period))

    # ---- clocks and settings -----------------------------------------------------------------

    def today(self, jurisdiction: int) -> int:
        """The day by a jurisdiction's clock. One before a change lasts until the change begins."""
        clock = self.jurisdictions[jurisdiction].clock
        begun = [it for it in clock[1:] if it[0] * 1_440 - it[1] <= self.now]
        place = len(begun)
        day = (self.now + clock[place][1]) // 1_440
        return min(day, clock[place + 1][0] - 1) if place + 1 < len(clock) else day

    def amend(self, jurisdiction: int, **settings: Any) -> None:
        """Other settings; those that aren't named stay."""
        where = self.jurisdictions[jurisdiction]
        window = where.correction_days
        vars(where).update(settings)
        # What was free when it was swept may be needed again.
        if where.correction_days > window:
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

    def _key(self, trade: Trade, twin: int) -> tuple[int, int, int]:
        return trade.jurisdiction, twin, trade.currency

    def _is_credited(self, trade: Trade) -> bool:
        where = self.jurisdictions[trade.jurisdiction]
        registered = where.is_registered(trade.buyer, self.today(trade.jurisdiction))
        return trade.business and registered and trade.buyer != trade.seller

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
        rest = sum(charge.taken - charge.credited for charge in bill.taxed)
        # VAT taken ahead of payment gives the buyer credit when it pays, however late that is.
        ahead = 0
        if is_ahead(bill):
            for charge, due in zip(bill.kept, due_at_once(bill)):
                ahead += max(0, charge.taken - due) if charge.is_vat else 0
        key = (trade.jurisdiction, trade.currency, trade.seller, trade.number)
        deferred = self.books.uncredited.get(key, [0, 0, 0, 0])[3]
        self.books.uncredited[key] = [trade.supply, rest, ahead, deferred]


def reverse_due(bill: Bill) -> list[int]:
    """Reverse-charged tax that is due for what is paid: it is no part of the payment, so that
    nothing but its own amount limits it. What was booked stays booked until a note."""
    if bill.gross == 0:
        return [0] * len(bill.reverse)
    return [half(charge.tax * bill.paid, bill.gross) for charge in bill.reverse]


def tip_so_far(bill: Bill) -> int:
    """How much of the tip was paid."""
    return half(bill.tip * bill.paid, bill.gross) if bill.gross else bill.tip


def due_at_once(bill: Bill) -> list[int]:
    """What each charge that is kept has, had all that is paid been paid at once."""
    return at_once(bill.gross, [charge.tax for charge in bill.kept], bill.paid)


def is_ahead(bill: Bill) -> bool:
    """Whether more tax was taken than is due for what was paid."""
    tax = sum(charge.tax for charge in bill.kept)
    due = half(tax * bill.paid, bill.gross) if bill.gross else 0
    return sum(charge.taken for charge in bill.kept) > due
