"""The figures of all runs, and what must hold of them."""

import statistics
from collections import Counter
from typing import Any, Callable, Optional

from load.chains import BASELINE, OURS
from load.kinds import Transfers
from load.plan import Load
from load.run import Run
from load.sales import Sales
from machine import Speeds
from rule import Rule

# What reference hardware takes to check an sr25519 signature over 32 bytes, by which weights are
# scaled (design note 0006).
REFERENCE_SECONDS = 49.0e-6
PICOSECONDS = 10**12
MICRO = 10**6

# What issue and design promise, beside the baseline in the same run.
MIN_BY_WEIGHT = 6.0
MIN_MEASURED = 4.0
MAX_IMPORT = 1.1
# Of the base weight to the check of a signature.
MAX_BASE = 2.6
# Of a sale's weight to a transfer's, each whole.
MAX_SALE = 8.0
# What importing a transaction takes, of what it is charged with.
LEAST_USED, MOST_USED = 0.4, 1.0


class Result:
    """All runs of one load."""

    def __init__(self, load: Load):
        self.load = load
        self.runs: list[Run] = []

    def median(self, figure: Callable[[Run], float]) -> float:
        """The median of a figure over the runs."""
        return statistics.median(map(figure, self.runs))

    @property
    def charged(self) -> float:
        """Picoseconds that a transaction is charged with."""
        return self.median(lambda run: run.charged)

    @property
    def per_block(self) -> int:
        """How many fit in a block by their weight. The last one has to fit as it declares itself;
        of those before it, what they didn't need has come back."""
        free = self.load.limits.normal - self.load.declared
        return int(free / self.charged) + 1

    @property
    def by_weight(self) -> float:
        """How many fit in a second by their weight."""
        return self.per_block / self.load.slot_seconds

    @property
    def per_second(self) -> float:
        """How many became final in a second."""
        return self.median(lambda run: run.per_second)

    @property
    def import_seconds(self) -> float:
        """Processor time of importing one."""
        return self.median(lambda run: run.import_seconds)

    @property
    def used(self) -> float:
        """What importing one would take on reference hardware, as a share of what it is charged
        with."""
        checks = self.median(lambda run: run.import_seconds / run.check_seconds)
        return checks * REFERENCE_SECONDS * PICOSECONDS / self.charged

    @property
    def fullness(self) -> float:
        """How much of what a block may hold, by weight, the measured ones held."""
        weight = self.median(lambda run: run.charged * run.transactions / run.blocks)
        return weight / self.load.limits.normal

    @property
    def reasons(self) -> Counter:
        """How many blocks ended for which reason."""
        return sum((run.reasons for run in self.runs), Counter())


class LoadFigures:
    """What was measured under load."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.results: dict[tuple[str, str], Result] = {}
        self.speeds: list[Speeds] = []

    def add(self, load: Load, run: Run) -> None:
        """Note a run."""
        key = (load.subject.name, load.kind.name)
        self.results.setdefault(key, Result(load)).runs.append(run)

    @property
    def speed(self) -> Speeds:
        """The machine's, in the middle of what was measured between the runs."""
        return Speeds(*(statistics.median(figure) for figure in zip(*self.speeds)))

    def of(self, subject: str, kind: str) -> Optional[Result]:
        """The runs of a kind on a chain, if there were any."""
        return self.results.get((subject, kind))

    def ratio(self, figure: Callable[[Result], float]) -> Optional[float]:
        """A figure of our transfers to the baseline's, if both were measured."""
        ours, stock = (self.of(name, Transfers.name) for name in (OURS, BASELINE))
        return figure(ours) / figure(stock) if ours and stock else None

    def rules(self) -> list[Rule]:
        """What must hold, and whether it does, as far as it was measured."""
        rules = []
        ours, sales = self.of(OURS, Transfers.name), self.of(OURS, Sales.name)
        if self.of(BASELINE, Transfers.name):
            by_weight, measured, imported = (
                self.ratio(lambda it: it.by_weight),
                self.ratio(lambda it: it.per_second),
                self.ratio(lambda it: it.import_seconds),
            )
            to = "to the baseline's"
            rules += [
                Rule.at_least(f"transfers per second by weight, {to}", by_weight, MIN_BY_WEIGHT),
                Rule.at_least(f"final transfers per second, {to}", measured, MIN_MEASURED),
                Rule.at_most(f"import of a transfer, {to}", imported, MAX_IMPORT),
            ]
        if ours:
            base = ours.load.limits.base / PICOSECONDS / REFERENCE_SECONDS
            name = "base weight of a transaction, to a signature's check on reference hardware"
            rules.append(Rule.at_most(name, base, MAX_BASE))
        if ours and sales:
            name = "weight of a sale with VAT, to a transfer's"
            rules.append(Rule.at_most(name, sales.charged / ours.charged, MAX_SALE))
        for (subject, kind), result in self.results.items():
            if subject == OURS:
                name = f"{kind}: import on reference hardware, to the weight charged"
                is_least = result.used < LEAST_USED
                rule = Rule.at_least if is_least else Rule.at_most
                rules.append(rule(name, result.used, LEAST_USED if is_least else MOST_USED))
        return rules

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return {
            "seconds": self.seconds,
            "speeds": [speed._asdict() for speed in self.speeds],
            "results": [
                {
                    "chain": subject,
                    "kind": kind,
                    "slot_seconds": result.load.slot_seconds,
                    "weights_ps": {
                        **result.load.limits._asdict(),
                        "declared": result.load.declared,
                        "charged": result.charged,
                    },
                    "per_second_by_weight": result.by_weight,
                    "per_second": result.per_second,
                    "import_seconds": result.import_seconds,
                    "runs": [
                        {**run._asdict(), "usage": run.usage._asdict()} for run in result.runs
                    ],
                }
                for (subject, kind), result in self.results.items()
            ],
            "rules": [rule._asdict() for rule in self.rules()],
        }
