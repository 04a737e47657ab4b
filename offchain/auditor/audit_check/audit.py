"""The whole audit: all ledgers from all events, their invariants, and the state beside them."""

from collections.abc import Iterable
from typing import Any, Callable, Optional

from .compare import compare
from .events import Event
from .findings import Findings
from .money import Money
from .rates import recompute
from .registry import Registry, Terms
from .rounding import share
from .tax import Tax
from .trade import Trade
from .values import Malformed, number, optional_number


class Audit:
    """Rebuilds everything, event by event."""

    def __init__(self, findings: Optional[Findings] = None) -> None:
        self.findings = Findings() if findings is None else findings
        self.registry = Registry()
        self.money = Money(self.findings)
        self.trade = Trade(self.findings)
        self.tax = Tax(self.findings, self.registry, self.trade)
        self.events = 0
        # Terms of the buyer at each TaxCollected, and when the invoice was issued.
        self._terms: dict[tuple[int, int], Terms] = {}
        self._first_terms: dict[tuple[int, int], Terms] = {}
        # Of each invoice, which share its tip can be.
        self._tip_limits: dict[tuple[int, int], int] = {}

    def issue(self, events: Iterable[Event]) -> None:
        """All invoices first: a sale at a till may speak of its tax before it has a receipt."""
        for event in events:
            self._guard(event, lambda event=event: self.trade.foresee(event))

    def apply(self, event: Event) -> None:
        """One event more."""
        self.events += 1

        def all_ledgers() -> None:
            self._note_terms(event)
            for ledger in (self.registry, self.money, self.trade, self.tax):
                ledger.apply(event)

        self._guard(event, all_ledgers)

    def _guard(self, event: Event, do: Callable[[], None]) -> None:
        try:
            do()
        except (Malformed, KeyError, TypeError, ValueError, IndexError) as error:
            what = f"fields ({type(error).__name__}: {error})"
            self.findings.insist("events", False, event.where, what, "readable", "malformed")

    def _note_terms(self, event: Event) -> None:
        if event.kind == "Tax.TaxCollected":
            buyer = optional_number(event.fields["buyer"])
            where = number(event.fields["jurisdiction"])
            terms = self.registry.terms.get((where, buyer)) if buyer is not None else None
            private = not event.fields.get("business", True)
            if terms is not None and buyer != number(event.fields["seller"]) and not private:
                self._terms[event.block, event.index] = terms
        elif event.kind == "Commerce.InvoiceIssued":
            buyer = optional_number(event.fields["buyer"])
            where = number(event.fields["jurisdiction"])
            place = number(event.fields["seller"]), number(event.fields["number"])
            terms = self.registry.terms.get((where, buyer)) if buyer is not None else None
            if terms is not None:
                self._first_terms[place] = terms
            self._check_tip(event, where, event.fields)
        elif event.kind == "Commerce.CreditNoteIssued" and "left" in event.fields:
            place = number(event.fields["seller"]), number(event.fields["number"])
            invoice = self.trade.invoices.get(place)
            if invoice is not None and place in self._tip_limits:
                self._check_tip(event, invoice.jurisdiction, event.fields["left"])

    def _check_tip(self, event: Event, jurisdiction: int, of: dict[str, Any]) -> None:
        """A tip is at most a share of net and tax: that of the day of issue, also after notes."""
        place = number(event.fields["seller"]), number(event.fields["number"])
        if event.name == "InvoiceIssued":
            limit = self.registry.tip_limits.get(jurisdiction)
            if limit is not None:
                self._tip_limits[place] = limit
        if place in self._tip_limits:
            most = share(number(of["net"]) + number(of["tax"]), self._tip_limits[place])
            tip = number(of["tip"])
            holds = tip <= most
            self.findings.insist("trade", holds, event.where, "tip", f"at most {most}", tip)

    def finish(self, state: Optional[dict[str, Any]] = None) -> Findings:
        """Check what must hold at the end, and compare with the state if it is there."""
        self.money.finish()
        self.tax.finish()
        self.trade.finish()
        recompute(self.findings, self.registry, self.trade, self._terms, self._first_terms)
        self._across()
        if state is not None:
            compare(self, state)
        return self.findings

    def _across(self) -> None:
        """Money in treasuries is what their books say."""
        for (jurisdiction, currency), _ in sorted(self.tax.books.items()):
            account = self.registry.treasuries.get(jurisdiction)
            if account is None:
                continue
            where = f"treasury of jurisdiction {jurisdiction}, currency {currency}"
            money = self.money.balances[currency, account]
            book = self.tax.treasury(jurisdiction, currency)
            self.findings.compare("treasuries", where, "money by its book", book, money)


def audit(
    events: Iterable[Event],
    state: Optional[dict[str, Any]] = None,
    findings: Optional[Findings] = None,
) -> Audit:
    """Audit a chain by its events, in order, and by its last state.

    `findings` are those that were made before, of the files.
    """
    whole, events = Audit(findings), list(events)
    whole.issue(events)
    for event in events:
        whole.apply(event)
    whole.finish(state)
    return whole
