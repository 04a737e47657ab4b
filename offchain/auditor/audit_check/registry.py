"""What jurisdictions laid down: codes, rates by day, terms of taxpayers."""

from datetime import date, timedelta
from typing import NamedTuple, Optional

from .events import Event
from .values import Kind, account, kind, number, optional_number, variant


def period_of(day: int) -> int:
    """The month of a day, in months since January of year 0."""
    that_day = date(1970, 1, 1) + timedelta(days=day)
    return that_day.year * 12 + that_day.month - 1


class Terms(NamedTuple):
    """A taxpayer's terms, from an event on."""

    effective: int
    deductible: dict[int, int]


class Registry:
    """All jurisdictions."""

    def __init__(self) -> None:
        self.treasuries: dict[int, str] = {}
        self.per_line: dict[int, bool] = {}
        # Which share of net and tax a tip can be; none before there was such a rule.
        self.tip_limits: dict[int, Optional[int]] = {}
        self.kinds: dict[tuple[int, int], Kind] = {}
        self.rates: dict[tuple[int, int], dict[int, int]] = {}
        self.terms: dict[tuple[int, int], Terms] = {}
        # All that were registered once.
        self.taxpayers: set[tuple[int, int]] = set()
        # By which code tax is withheld of dividends, where it is.
        self.dividend_codes: dict[int, int] = {}

    def apply(self, event: Event) -> None:
        """One event more."""
        fields = event.fields
        if event.pallet != "Tax" or "jurisdiction" not in fields:
            return
        where = number(fields["jurisdiction"])
        if event.name in ("JurisdictionCreated", "JurisdictionAmended"):
            if "treasury" in fields:
                self.treasuries[where] = account(fields["treasury"])
            self.per_line[where] = variant(fields["settings"]["rounding"])[0] == "Line"
            limit = fields["settings"].get("tip_limit")
            self.tip_limits[where] = None if limit is None else number(limit)
        elif event.name == "CodeSet":
            self.kinds[where, number(fields["code"])] = kind(fields["kind"])
        elif event.name == "RateSet":
            rates = self.rates.setdefault((where, number(fields["code"])), {})
            rates[number(fields["from"])] = number(fields["rate"])
        elif event.name == "DividendCodeSet":
            self.dividend_codes.pop(where, None)
            code = optional_number(fields["code"])
            if code is not None:
                self.dividend_codes[where] = code
        elif event.name in ("TaxpayerRegistered", "TaxpayerAmended"):
            terms = fields["terms"]
            deductible = {number(code): number(share) for code, share in terms["deductible"]}
            key = where, number(fields["twin"])
            self.terms[key] = Terms(number(terms["effective"]), deductible)
            self.taxpayers.add(key)
        elif event.name == "TaxpayerDeregistered":
            self.terms.pop((where, number(fields["twin"])), None)

    def rate(self, jurisdiction: int, code: int, day: int) -> Optional[int]:
        """The rate of a code on a day, if there is one."""
        rates = self.rates.get((jurisdiction, code), {})
        known = [since for since in rates if since <= day]
        return rates[max(known)] if known else None

    def rates_in(self, jurisdiction: int, code: int, period: int) -> set[int]:
        """The rates that a code had on days of a period."""
        rates = self.rates.get((jurisdiction, code), {})
        days = {since for since in rates if period_of(since) == period}
        # That of its first day is one of before, perhaps.
        before = [since for since in rates if period_of(since) < period]
        return {rates[since] for since in days | set(before and [max(before)])}

    def is_registered(
        self, jurisdiction: int, twin: Optional[int], supply: int, period: int
    ) -> Optional[bool]:
        """Whether a twin was registered when an invoice with this day of supply was paid in this
        period; None if events don't tell, since it became so between the two."""
        terms = self.terms.get((jurisdiction, twin)) if twin is not None else None
        if terms is None:
            return False
        if terms.effective <= supply:
            return True
        return None if period_of(terms.effective) <= period else False
