"""Refunds of credit: claimed, held, denied, assessed, appealed, paid."""

from dataclasses import dataclass
from typing import Any

from bills import Refused
from ledgers import period_of
from money import Kept, treasury_of
from rounding import WHOLE
from taxes import Taxes


@dataclass
class Claim:
    """Credit that is to be paid out."""

    jurisdiction: int
    twin: int
    currency: int
    amount: int
    day: int
    state: str
    # Held until, or final on, this day.
    until: int = 0
    forfeited: int = 0
    # What it is kept as: it has waited since the ends of the months that its credit is from.
    kept: Kept = Kept()
    # That credit, by month.
    credits: tuple = ()

    def state_of(self) -> dict[str, Any]:
        """All that can change of it, as it is."""
        return dict(vars(self))


class Claims:
    """All claims, by jurisdiction and number."""

    def __init__(self, taxes: Taxes):
        self.taxes = taxes
        self.claims: dict[tuple[int, int], Claim] = {}

    def claim(self, jurisdiction: int, number: int, twin: int, currency: int, amount: int) -> None:
        """Credit becomes pending, oldest period first; small and unsuspicious claims are paid."""
        taxes = self.taxes
        account = taxes.books.accounts[jurisdiction, twin, currency]
        if amount == 0:
            raise Refused("AmountZero")
        if twin not in taxes.jurisdictions[jurisdiction].taxpayers and account.credit == 0:
            raise Refused("NotTaxpayer")
        if amount > account.credit:
            raise Refused("CreditTooLow")
        taxpayer = taxes.jurisdictions[jurisdiction].taxpayers.get(twin)
        # Whoever isn't registered any more gets what it has left.
        last = amount == account.credit and (taxpayer is None or taxpayer.until is not None)
        if amount < taxes.jurisdictions[jurisdiction].least_claim and not last:
            raise Refused("ClaimTooSmall")
        today = taxes.today(jurisdiction)
        claim = Claim(jurisdiction, twin, currency, amount, today, "ready")
        if not self._is_automatic(claim):
            claim.state = "held"
            claim.until = today + taxes.jurisdictions[jurisdiction].hold_days + 1
        self._fill(claim)
        self.claims[jurisdiction, number] = claim
        if claim.state == "ready":
            self.pay(jurisdiction, number)

    def hold(self, jurisdiction: int, number: int, days: int) -> None:
        claim = self._open(jurisdiction, number)
        until = self.taxes.today(jurisdiction) + days + 1
        if until > claim.day + self.taxes.jurisdictions[jurisdiction].hold_days + 1:
            raise Refused("HoldTooLong")
        claim.state, claim.until = "held", until

    def deny(self, jurisdiction: int, number: int) -> None:
        claim = self._open(jurisdiction, number)
        days = self.taxes.jurisdictions[jurisdiction].appeal_days
        claim.state, claim.until = "denied", self.taxes.today(jurisdiction) + days + 1
        self._give_back(claim)

    def assess(self, jurisdiction: int, number: int, forfeited: int) -> None:
        claim = self._open(jurisdiction, number)
        if forfeited > claim.amount:
            raise Refused("ForfeitTooHigh")
        days = self.taxes.jurisdictions[jurisdiction].appeal_days
        until = self.taxes.today(jurisdiction) + days + 1
        claim.state, claim.until, claim.forfeited = "assessed", until, forfeited

    def appeal(self, jurisdiction: int, number: int) -> None:
        claim = self._get(jurisdiction, number)
        if claim.state not in ("assessed", "denied"):
            raise Refused("NothingToAppeal")
        if self.taxes.today(jurisdiction) >= claim.until:
            raise Refused("AppealTooLate")
        if claim.state == "assessed":
            claim.state = "appealed"
            return
        # It became credit, which may have been used meanwhile.
        account = self._account(claim)
        if account.credit < claim.amount:
            raise Refused("CreditTooLow")
        self._fill(claim)
        claim.state = "denial appealed"

    def decide(
        self, jurisdiction: int, number: int, forfeited: int = 0, deny: bool = False
    ) -> None:
        """Governance decides: the claim is paid, but for a part of it, or is credit again."""
        claim = self._get(jurisdiction, number)
        if claim.state not in ("appealed", "denial appealed"):
            raise Refused("NotAppealed")
        if deny:
            self._give_back(claim)
            del self.claims[jurisdiction, number]
            return
        if forfeited > claim.amount:
            raise Refused("ForfeitTooHigh")
        until = self.taxes.today(jurisdiction)
        claim.state, claim.until, claim.forfeited = "assessed", until, forfeited
        self.pay(jurisdiction, number)

    def pay(self, jurisdiction: int, number: int) -> bool:
        """Pay what is due; arrears are set against it first. A claim for which the treasury lacks
        money stays."""
        claim = self._get(jurisdiction, number)
        if claim.state == "denied":
            raise Refused("ClaimClosed")
        due = claim.state == "ready"
        today = self.taxes.today(jurisdiction)
        due |= claim.state in ("held", "assessed") and today >= claim.until
        if not due:
            raise Refused("ClaimNotReady")
        books, account = self.taxes.books, self._account(claim)
        money = claim.amount - claim.forfeited
        used = min(money, account.arrears)
        money -= used
        if books.treasury(jurisdiction, claim.currency) < money:
            if claim.state == "held":
                claim.state = "ready"
            return False
        # To its owner, whatever became of it.
        to = self.taxes.controllers[claim.twin]
        kept = claim.kept.part(money) if money else Kept()
        charged = books.money.settle(claim.currency, treasury_of(jurisdiction), to, kept)
        account.pending -= claim.amount
        account.arrears -= used
        key = (jurisdiction, claim.twin, claim.currency, period_of(today))
        figures = {
            "refunds": money,
            "refunded": money,
            "charged": charged,
            "forfeited": claim.forfeited,
            "used": used,
            "settled": used,
            "arrears": -used,
        }
        books.book(figures, (jurisdiction, claim.currency), key)
        del self.claims[jurisdiction, number]
        return True

    def _fill(self, claim: Claim) -> None:
        """Take what is claimed off the credit."""
        account = self._account(claim)
        credits = account.take(claim.amount)
        claim.kept, claim.credits = self.taxes.books.kept(claim.currency, credits), tuple(credits)
        account.pending += claim.amount

    def _give_back(self, claim: Claim) -> None:
        """It is credit again, of the periods that it was taken from: so claiming never makes credit
        younger."""
        key = (claim.jurisdiction, claim.twin, claim.currency)
        self._account(claim).pending -= claim.amount
        for period, amount in claim.credits:
            self._account(claim).add(period, amount)
        self.taxes.set_against(key)

    def _is_automatic(self, claim: Claim) -> bool:
        where = self.taxes.jurisdictions[claim.jurisdiction]
        taxpayer = where.taxpayers.get(claim.twin)
        if taxpayer is None or taxpayer.until is not None:
            return False
        age = claim.day - taxpayer.since
        caps = [cap for days, cap in where.refund_caps if days <= age]
        now = period_of(claim.day)
        books = self.taxes.books.statements
        keys = [(claim.jurisdiction, claim.twin, claim.currency, it) for it in (now - 1, now)]
        statements = [books[key] for key in keys if key in books]
        # All claims count, but for those that were denied: splitting one gains nothing.
        claimed = self._account(claim).pending + claim.amount
        claimed += sum(it["refunded"] for it in statements)
        if not caps or claimed > caps[-1]:
            return False
        # Returns within invoices are looked at as those by notes are.
        taken_off = sum(it["taken_off"] for it in statements)
        returned = sum(it["returned"] for it in statements) + taken_off
        output = sum(it["output"] for it in statements) + taken_off
        return returned * WHOLE <= where.returns_alert * output

    def _get(self, jurisdiction: int, number: int) -> Claim:
        if (jurisdiction, number) not in self.claims:
            raise Refused("ClaimNotFound")
        return self.claims[jurisdiction, number]

    def _open(self, jurisdiction: int, number: int) -> Claim:
        """A claim about which nothing was decided yet."""
        claim = self._get(jurisdiction, number)
        if claim.state not in ("ready", "held"):
            raise Refused("ClaimClosed")
        return claim

    def _account(self, claim: Claim):
        return self.taxes.books.accounts[claim.jurisdiction, claim.twin, claim.currency]
