"""Measures loads: ours and the baseline's transfers in turn, then what only our chain has."""

import shutil
from pathlib import Path

import baseline
from load.chains import BASELINE, OURS, Subject
from load.figures import LoadFigures
from load.kinds import Appends, Kind, Transfers
from load.plan import Load, plan
from load.run import run
from load.sales import Sales
from machine import Speeds
from progress import Progress

# As the command line names them.
KINDS: dict[str, type[Kind]] = {"transfers": Transfers, "appends": Appends, "sales": Sales}


def measure(
    binary: Path,
    folder: Path,
    kinds: list[str],
    seconds: float,
    beside: bool,
    keep: bool,
    progress: Progress,
) -> LoadFigures:
    """Load chains with these kinds; transfers beside the baseline, if that is wanted. `keep` the
    databases."""
    beside = beside and "transfers" in kinds
    if beside:
        # Before anything that takes time.
        baseline.find_wasm()
    progress.step("Making the chains")
    chosen = [KINDS[name] for name in kinds]
    ours = {type(load.kind): load for load in plan(Subject(OURS, binary, folder), chosen, seconds)}
    order = [ours[kind] for kind in chosen]
    if beside:
        (stock,) = plan(Subject(BASELINE, binary, folder), [Transfers], seconds)
        # Forth and back, so that neither gains by being measured earlier or later.
        order.remove(ours[Transfers])
        order = [ours[Transfers], stock, stock, ours[Transfers], *order]

    figures = LoadFigures(seconds)
    for number, load in enumerate(order, 1):
        name = f"run-{number}"
        progress.step(
            f"Run {number} of {len(order)}: {load.kind.name} on {load.subject.name}, {seconds:g} s"
        )
        _one(load, name, figures, progress)
        for rest in (f"import-{name}", *([] if keep else [name])):
            shutil.rmtree(load.subject.folder / rest)
    return figures


def _one(load: Load, name: str, figures: LoadFigures, progress: Progress) -> None:
    before = Speeds.now()
    result = run(load, name, figures.seconds, progress)
    after = Speeds.now()
    figures.speeds += [before, after]
    check = (before.signature_seconds + after.signature_seconds) / 2
    figures.add(load, result._replace(check_seconds=check))
    progress.say(f"{result.per_second:,.0f} {load.kind.name} became final per second")
