"""Refunds of credit: claimed, held, denied, assessed, appealed, paid."""

from dataclasses import dataclass

from bills import Refused
from ledgers import period_of
from money import treasury_of
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
        today = taxes.today(jurisdiction)
        claim = Claim(jurisdiction, twin, currency, amount, today, "ready")
        if not self._is_automatic(claim):
            claim.state = "held"
            claim.until = today + taxes.jurisdictions[jurisdiction].hold_days
        account.take(amount)
        account.pending += amount
        self.claims[jurisdiction, number] = claim
        if claim.state == "ready":
            self.pay(jurisdiction, number)

    def hold(self, jurisdiction: int, number: int, days: int) -> None:
        claim = self._open(jurisdiction, number)
        until = self.taxes.today(jurisdiction) + days
        if until > claim.day + self.taxes.jurisdictions[jurisdiction].hold_days:
            raise Refused("HoldTooLong")
        claim.state, claim.until = "held", until

    def deny(self, jurisdiction: int, number: int) -> None:
        claim = self._open(jurisdiction, number)
        account = self._account(claim)
        account.pending -= claim.amount
        account.add(period_of(claim.day), claim.amount)
        del self.claims[jurisdiction, number]

    def assess(self, jurisdiction: int, number: int, forfeited: int) -> None:
        claim = self._open(jurisdiction, number)
        if forfeited > claim.amount:
            raise Refused("ForfeitTooHigh")
        days = self.taxes.jurisdictions[jurisdiction].appeal_days
        until = self.taxes.today(jurisdiction) + days
        claim.state, claim.until, claim.forfeited = "assessed", until, forfeited

    def appeal(self, jurisdiction: int, number: int) -> None:
        claim = self._get(jurisdiction, number)
        if claim.state != "assessed":
            raise Refused("NothingToAppeal")
        if self.taxes.today(jurisdiction) >= claim.until:
            raise Refused("AppealTooLate")
        claim.state = "appealed"

    def decide(self, jurisdiction: int, number: int, forfeited: int) -> None:
        claim = self._get(jurisdiction, number)
        if claim.state != "appealed":
            raise Refused("NotAppealed")
        if forfeited > claim.amount:
            raise Refused("ForfeitTooHigh")
        until = self.taxes.today(jurisdiction)
        claim.state, claim.until, claim.forfeited = "assessed", until, forfeited
        self.pay(jurisdiction, number)

    def pay(self, jurisdiction: int, number: int) -> bool:
        """Pay what is due; a claim for which the treasury lacks money stays."""
        claim = self._get(jurisdiction, number)
        due = claim.state == "ready"
        today = self.taxes.today(jurisdiction)
        due |= claim.state in ("held", "assessed") and today >= claim.until
        if not due:
            raise Refused("ClaimNotReady")
        books = self.taxes.books
        money = claim.amount - claim.forfeited
        if books.treasury(jurisdiction, claim.currency) < money:
            return False
        to = self.taxes.controllers[claim.twin]
        # To its owner, whatever became of it.
        kept = books.money.keep(claim.currency, money)
        books.money.settle(claim.currency, treasury_of(jurisdiction), to, kept)
        self._account(claim).pending -= claim.amount
        key = (jurisdiction, claim.twin, claim.currency, period_of(today))
        figures = {"refunds": money, "refunded": money, "forfeited": claim.forfeited}
        books.book(figures, (jurisdiction, claim.currency), key)
        del self.claims[jurisdiction, number]
        return True

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
        returned = sum(it["returned"] for it in statements)
        output = sum(it["output"] for it in statements)
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
