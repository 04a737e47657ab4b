"""Dividends: what is withheld of them, worked out from all that a twin has paid."""

from collections import defaultdict

from .events import Event
from .findings import Findings
from .registry import Registry
from .rounding import WHOLE, half
from .values import kind, number

TOPIC = "dividends"


class Dividends:
    """What is due of each twin's dividends, by what events say."""

    def __init__(self, findings: Findings, registry: Registry) -> None:
        self.findings = findings
        self.registry = registry
        # (jurisdiction, twin, currency): dividends times their rates, and what was withheld.
        self._sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])

    def check(self, event: Event) -> None:
        """All that was withheld is what is due of all dividends together, to the nearest unit."""
        fields = event.fields
        where, twin, currency = (number(fields[it]) for it in "jurisdiction twin currency".split())
        rate, amount = number(fields["rate"]), number(fields["amount"])
        self._code(event, where, rate)
        sums = self._sums[where, twin, currency]
        sums[0] += amount * rate
        # A half is withheld.
        due = half(sums[0], 1, WHOLE)
        self._same(event, "withheld", due - sums[1], number(fields["tax"]))
        sums[1] = due
        # It is told from half a unit below on, with which the first dividend began.
        rest = sums[0] + WHOLE // 2 - due * WHOLE
        self._same(event, "rest", rest, number(fields["rest"]))

    def _code(self, event: Event, where: int, rate: int) -> None:
        """The code is the one that was chosen, and has this rate."""
        code, period = number(event.fields["code"]), number(event.fields["period"])
        self._same(event, "code", self.registry.dividend_codes.get(where), code)
        laid_down = self.registry.kinds.get((where, code))
        self._same(event, f"kind of code {code}", laid_down, kind("Withholding"))
        # Events don't tell the day.
        rates = self.registry.rates_in(where, code, period)
        known = " or ".join(map(str, sorted(rates))) or "one"
        self.findings.insist(TOPIC, rate in rates, event.where, "rate", known, rate)

    def _same(self, event: Event, what: str, expected: object, found: object) -> None:
        self.findings.compare(TOPIC, event.where, what, expected, found)
