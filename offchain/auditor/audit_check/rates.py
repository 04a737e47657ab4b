"""Recomputes taxes from nets and rates, and how payments share them.

Events say of each payment what net and tax of each code it carried. So once an invoice is paid, the
sums by code are its nets and taxes, and have to agree with the rate of the day of supply. What each
payment took has to be the cumulative share of the total.
"""

from dataclasses import dataclass, field
from typing import Optional

from .findings import Findings
from .registry import Registry, Terms, period_of
from .rounding import WHOLE, half, net_within, share, tax_on
from .trade import Invoice, Trade
from .values import Kind, kind, number

TOPIC = "taxes recomputed"
PER_LINE = "taxes per line"
# A sale has at most so many lines: each rounds its tax by half a unit, and so does the whole.
MOST_LINES = 128


@dataclass
class Code:
    """What payments carried of a code, so far."""

    kind: Kind
    net: int = 0
    tax: int = 0
    credited: int = 0


@dataclass
class Carried:
    """What payments and notes carried of an invoice, so far."""

    codes: dict[int, Code] = field(default_factory=dict)
    paid: int = 0
    tip: int = 0
    notes: int = 0

    def add(self, items: list, sign_credit: bool) -> None:
        """One event's items more."""
        for item in items:
            code = self.codes.setdefault(number(item["code"]), Code(kind(item["kind"])))
            code.net += number(item["net"])
            code.tax += number(item["tax"])
            if sign_credit:
                code.credited += number(item["credited"])

    def of(self, name: str) -> dict[int, Code]:
        """The codes of a kind."""
        return {code: it for code, it in self.codes.items() if it.kind.name == name}


def recompute(
    findings: Findings, registry: Registry, trade: Trade, terms: dict, first_terms: dict
) -> None:
    """Check the taxes of every invoice of which something was paid.

    `terms` gives the terms of the buyer at each TaxCollected, by the event's place; `first_terms`
    those at issue, by the invoice.
    """
    for place, invoice in trade.invoices.items():
        if invoice.taxes:
            first = first_terms.get(place) if place in trade.as_one else None
            check = _Check(findings, registry, invoice, terms, first, place in trade.as_one)
            since = trade.charging_since
            check.bounds_returns = since is not None and since[0] < invoice.issued[0]
            check.run()


class _Check:
    """The taxes of one invoice."""

    def __init__(
        self,
        findings: Findings,
        registry: Registry,
        invoice: Invoice,
        terms: dict,
        first: Optional[Terms],
        as_one: bool,
    ):
        self.findings = findings
        # Whether VAT is taken, and credited, for all codes together; by which terms.
        self.as_one, self.first = as_one, first
        self.registry = registry
        self.invoice = invoice
        self.terms = terms
        self.carried = Carried()
        # Whether returns had to be at no higher rate than what is sold against them.
        self.bounds_returns = False

    def run(self) -> None:
        """All events, then the whole."""
        codes = self._all_codes()
        for event in self.invoice.taxes:
            if event.name == "TaxReversed":
                self.carried.add(event.fields["items"], False)
                self.carried.tip += number(event.fields.get("tip", 0))
                self.carried.notes += 1
                continue
            before = {code: it.tax for code, it in self.carried.codes.items()}
            self.carried.add(event.fields["items"], True)
            self.carried.tip += number(event.fields.get("tip", 0))
            self.carried.paid += number(event.fields["amount"])
            if self.carried.notes == 0 and not self.invoice.ahead:
                self._cumulative(event.where, codes)
                self._credit(event, before)
        for code, it in self.carried.codes.items():
            where = f"{self.invoice.name}, code {code}"
            holds = it.tax >= 0 or self.as_one
            self.findings.insist(TOPIC, holds, where, "tax in all", "0 or more", it.tax)
        vat = sum(it.tax for it in self.carried.of("Vat").values())
        self.findings.insist(TOPIC, vat >= 0, self.invoice.name, "VAT in all", "0 or more", vat)
        if self.invoice.paid == self.invoice.remaining and not self.invoice.escrowed:
            self._whole()

    def _all_codes(self) -> dict[int, Kind]:
        items = [item for event in self.invoice.taxes for item in event.fields["items"]]
        return {number(item["code"]): kind(item["kind"]) for item in items}

    def _cumulative(self, where: str, codes: dict[int, Kind]) -> None:
        """All that was taken is the share of all that is due, by what was paid."""
        total = self.invoice.tax
        for code, of in codes.items():
            if of.name == "Withholding":
                total += tax_on(self.invoice.net, self._rate(code) or 0)
        taken = sum(
            it.tax for it in self.carried.codes.values() if it.kind.category != "ReverseCharge"
        )
        due = half(total, self.carried.paid, self.invoice.gross) if self.invoice.gross else 0
        what = f"tax taken of {self.invoice.name} after {self.carried.paid}"
        self.findings.compare(TOPIC, where, what, due, taken)
        tip = half(self.invoice.tip, self.carried.paid, self.invoice.gross or 1)
        if self._tells_tips():
            what = f"tip of {self.invoice.name} after {self.carried.paid}"
            self.findings.compare(TOPIC, where, what, tip, self.carried.tip)
        vat = self.carried.of("Vat").values()
        if self.invoice.gross:
            net = sum(it.net for it in vat)
            sold = half(self.invoice.net, self.carried.paid, self.invoice.gross)
            what = f"net of {self.invoice.name} after {self.carried.paid}"
            # Each code's net is rounded by itself.
            near = abs(net - sold) < max(1, len(vat))
            self.findings.insist(TOPIC, near, where, what, sold, net)

    def _credit(self, event, before: dict[int, int]) -> None:
        """The buyer's credit is its share of each code's tax, cumulatively."""
        terms: Optional[Terms] = self.terms.get((event.block, event.index))
        period = number(event.fields["period"])
        invoice = self.invoice
        registered: Optional[bool] = terms is not None
        if terms is not None and terms.effective > invoice.supply:
            registered = None if period_of(terms.effective) <= period else False
        if self.as_one:
            self._credit_as_one(event, before, registered)
            return
        for item in event.fields["items"]:
            code = number(item["code"])
            expected = 0
            if terms is not None and registered is not False and kind(item["kind"]).is_vat:
                ppm = terms.deductible.get(code, WHOLE)
                old = before.get(code, 0)
                expected = share(old + number(item["tax"]), ppm) - share(old, ppm)
            # Events don't tell on which day of the month it was paid.
            if registered is None and number(item["credited"]) == 0:
                continue
            what = f"credit of code {code}"
            self.findings.compare(TOPIC, event.where, what, expected, number(item["credited"]))

    def _credit_as_one(self, event, before: dict[int, int], registered: Optional[bool]) -> None:
        """The share that held for all codes at issue, of the VAT that was taken for all."""
        kinds = {number(it["code"]): kind(it["kind"]) for it in event.fields["items"]}
        vat = [code for code, of in kinds.items() if of.is_vat]
        ppm = 0
        if self.first is not None and self.first.effective <= self.invoice.supply:
            ppm = self.first.deductible.get(vat[0], WHOLE) if vat else 0
        elif self.first is not None:
            # Events don't tell whether it was registered on the day of issue.
            return
        old = sum(before.get(code, 0) for code in vat)
        new = sum(it.tax for code, it in self.carried.codes.items() if code in vat)
        expected = share(new, ppm) - share(old, ppm) if registered else 0
        credited = number(event.fields["credited"])
        if registered is not None or credited:
            self.findings.compare(TOPIC, event.where, "credit for the whole", expected, credited)

    def _tells_tips(self) -> bool:
        """Whether its events were written by a runtime that tells tips."""
        return all("tip" in event.fields for event in self.invoice.taxes)

    def _whole(self) -> None:
        """Nets and taxes of a paid invoice."""
        if self._tells_tips():
            name, tip = self.invoice.name, self.carried.tip
            self.findings.compare(TOPIC, name, "tip", self.invoice.remaining_tip, tip)
        net = sum(it.net for it in self.carried.of("Vat").values())
        if self.carried.notes == 0:
            self.findings.compare(TOPIC, self.invoice.name, "net", self.invoice.net, net)
        for code, it in self.carried.of("Vat").items():
            rate = self._rate(code)
            where = f"{self.invoice.name}, code {code}"
            if self.findings.insist(TOPIC, rate is not None, where, "rate", "one", rate):
                self._vat(where, code, it, rate or 0)
        for code, it in self.carried.of("Withholding").items():
            where = f"{self.invoice.name}, code {code}"
            expected = tax_on(net, self._rate(code) or 0)
            self.findings.compare(TOPIC, where, "withheld", expected, it.tax)
        self._levies()
        if self.bounds_returns:
            self._returns()

    def _returns(self) -> None:
        """Returns that are taxed higher than what is sold against them leave a third of its VAT."""
        taxes = [
            it.tax for it in self.carried.of("Vat").values() if it.kind.category != "ReverseCharge"
        ]
        if 3 * sum(taxes) >= sum(tax for tax in taxes if tax > 0):
            return
        vat = self.carried.of("Vat").items()
        rates = [
            (self._rate(code) or 0, it.net)
            for code, it in vat
            if it.kind.category != "ReverseCharge"
        ]
        for rate in sorted({rate for rate, _ in rates if rate > 0}, reverse=True):
            net = sum(net for other, net in rates if other >= rate)
            what = f"net at {rate} ppm or more"
            self.findings.insist(TOPIC, net >= 0, self.invoice.name, what, "0 or more", net)

    def _vat(self, where: str, code: int, it: Code, rate: int) -> None:
        charged = rate if it.kind.category in ("Standard", "ReverseCharge") else 0
        base, only = it.net, len(self.carried.of("Vat")) == 1
        in_base = [levy for levy in self._levy_codes() if levy.kind.in_base]
        if only:
            base += sum(levy.tax for levy in in_base)
        elif in_base:
            # Events don't say which code a levy is on.
            return
        if self.registry.per_line.get(self.invoice.jurisdiction):
            # Events don't tell the lines: what they do to the tax has its bounds.
            on_net = tax_on(base, charged)
            lines = MOST_LINES if it.kind.category == "Standard" else 0
            bound = (lines + len(in_base) + 1) // 2 + 1 if lines else 0
            fits = abs(it.tax - on_net) <= bound
            what = f"tax on {base} at {charged} ppm, {bound} more or less"
            self.findings.insist(PER_LINE, fits, where, what, on_net, it.tax)
            return
        on_net = tax_on(base, charged)
        levied = bool(self._levy_codes())
        gross = it.net + it.tax
        # From prices with tax it is the net that was rounded; with levies, the price is shared out.
        fits = it.tax == on_net or (not levied and it.net == net_within(gross, charged))
        fits = fits or (levied and abs(it.tax - on_net) <= 1)
        what = f"tax on {base} at {charged} ppm"
        self.findings.insist(TOPIC, fits, where, what, on_net, it.tax)

    def _levies(self) -> None:
        vat = self.carried.of("Vat")
        for code, it in self.carried.of("LevyOnNet").items():
            nets = [one.net for one in vat.values()]
            rate = self._rate(code) or 0
            expected = [tax_on(net, rate) for net in nets]
            if len(nets) == 1:
                near = abs(it.tax - expected[0]) <= 1
                where = f"{self.invoice.name}, code {code}"
                self.findings.insist(TOPIC, near, where, "levy", expected[0], it.tax)

    def _levy_codes(self) -> list[Code]:
        return [it for it in self.carried.codes.values() if it.kind.is_levy]

    def _rate(self, code: int) -> Optional[int]:
        return self.registry.rate(self.invoice.jurisdiction, code, self.invoice.supply)
