"""The figures of the load, as tables."""

import statistics
from typing import Callable, Optional

from load.chains import BASELINE
from load.figures import MICRO, PICOSECONDS, REFERENCE_SECONDS, LoadFigures, Result
from load.run import Run
from tables import Fact, Table, facts_as_text, rules_as_text

# Processors that other programs use at most on a machine that does nothing else.
IDLE = 0.25


def tables(figures: LoadFigures) -> list[Table]:
    """All of them."""
    return [_speed(figures), _cost(figures), _blocks(figures), _processors(figures)]


def as_text(figures: LoadFigures) -> str:
    """All of them, for a terminal."""
    lines = ["Load", *facts_as_text(facts(figures))]
    for table in tables(figures):
        lines += ["", *table.as_text()]
    return "\n".join([*lines, "", *rules_as_text(figures.rules())])


def facts(figures: LoadFigures) -> list[Fact]:
    """How it was measured."""
    speed = figures.speed
    checks = [it.signature_seconds * MICRO for it in figures.speeds]
    runs = [run for result in figures.results.values() for run in result.runs]
    others = statistics.median(run.usage.others for run in runs)
    return [
        (
            "runs",
            f"{len(runs)}, each on a new chain with one validator, {figures.seconds:g} s of load, "
            "the generator beside the node",
        ),
        (
            "speed",
            f"one core checks {speed.signatures:,.0f} sr25519 signatures per second "
            f"({speed.signature_seconds * MICRO:.1f} µs each, from {min(checks):.1f} to "
            f"{max(checks):.1f}) and makes BLAKE2b-256 of {speed.hashed / 2**20:,.0f} MiB per "
            "second: medians of before, between and after the runs. Reference hardware takes "
            f"{REFERENCE_SECONDS * MICRO:.1f} µs for a signature",
        ),
        (
            "beside",
            f"other programs used {others:.2f} processors"
            + ("" if others <= IDLE else ", which is too much: measure again"),
        ),
    ]


# ---- internal --------------------------------------------------------------------------------


def _names(subject: str, kind: str) -> str:
    return f"{kind}, {subject}" if subject == BASELINE else kind


def _rows(figures: LoadFigures) -> list[tuple[str, Result]]:
    return [(_names(*key), result) for key, result in figures.results.items()]


def _times(ratio: Optional[float]) -> str:
    return "" if ratio is None else f"{ratio:.2f} ×"


def _speed(figures: LoadFigures) -> Table:
    rows = [
        [
            name,
            f"{result.by_weight:,.0f}",
            f"{result.per_second:,.0f}",
            " ".join(f"{run.per_second:,.0f}" for run in result.runs),
            ", ".join(f"{reason} {count}" for reason, count in result.reasons.most_common()),
        ]
        for name, result in _rows(figures)
    ]
    by_weight = figures.ratio(lambda it: it.by_weight)
    if by_weight is not None:
        measured = figures.ratio(lambda it: it.per_second)
        rows.append(["transfers to the baseline's", _times(by_weight), _times(measured), "", ""])
    heads = ["Per second", "by weight", "final", "each run", "what ended blocks"]
    return Table("Transactions per second", heads, rows)


def _cost(figures: LoadFigures) -> Table:
    rows = [
        [
            name,
            f"{result.load.declared / PICOSECONDS * MICRO:,.0f} µs",
            f"{result.charged / PICOSECONDS * MICRO:,.0f} µs",
            f"{result.import_seconds * MICRO:,.0f} µs",
            f"{result.used:.2f}",
            f"{1 / result.import_seconds:,.0f}",
            f"{_node_seconds(result) * MICRO:,.0f} µs",
        ]
        for name, result in _rows(figures)
    ]
    ratio = figures.ratio(lambda it: it.import_seconds)
    if ratio is not None:
        by_weight = figures.ratio(lambda it: it.charged)
        node = figures.ratio(_node_seconds)
        times = ["", _times(by_weight), _times(ratio), "", "", _times(node)]
        rows.append(["transfers to the baseline's", *times])
    heads = [
        *("One transaction", "declared", "charged", "import", "scaled, to charged"),
        *("imports per core and s", "author's node"),
    ]
    return Table("What a transaction costs", heads, rows)


def _node_seconds(result: Result) -> float:
    """Processor time of the whole node for each transaction: pool, making of blocks, the rest."""
    return result.median(lambda run: run.usage.node * run.seconds / run.transactions)


def _blocks(figures: LoadFigures) -> Table:
    rows = [
        [
            name,
            f"{result.load.slot_seconds:g} s",
            f"{result.load.limits.normal / PICOSECONDS:,.2f} s",
            f"{result.load.limits.base / PICOSECONDS * MICRO:,.0f} µs",
            f"{result.per_block:,}",
            f"{result.median(lambda run: run.transactions / run.blocks):,.0f}",
            f"{result.fullness:.0%}",
            f"{result.median(lambda run: run.proposing_millis):,.0f} ms",
            str(sum(run.blocks for run in result.runs)),
            str(sum(run.lost for run in result.runs)),
        ]
        for name, result in _rows(figures)
    ]
    heads = [
        *("Blocks", "slot", "normal weight", "base of each", "fit by weight", "held", "fullness"),
        *("made in", "measured", "slots lost"),
    ]
    return Table("Blocks", heads, rows)


def _processors(figures: LoadFigures) -> Table:
    rows = [
        [name, *(f"{result.median(_share(place)):.2f}" for place in range(4))]
        for name, result in _rows(figures)
    ]
    heads = ["Processors in use", "node", "generator", "others", "taken by the host"]
    return Table("Processors while it was measured", heads, rows)


def _share(place: int) -> Callable[[Run], float]:
    return lambda run: run.usage[place]
