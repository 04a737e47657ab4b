"""Prints what was rebuilt and what differs."""

from collections.abc import Sequence

from .audit import Audit

# Differences that are printed; the rest is counted.
SHOWN = 20


def table(rows: list[tuple], titles: tuple) -> list[str]:
    """Lines of a table; numbers stand to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *texts)]
    lines = ["  ".join(title.ljust(width) for title, width in zip(titles, widths)).rstrip()]
    for row, cells in zip(rows, texts):
        parts = [
            cell.rjust(width) if isinstance(value, int) else cell.ljust(width)
            for value, cell, width in zip(row, cells, widths)
        ]
        lines.append("  ".join(parts).rstrip())
    return lines


def _text(value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def report(audit: Audit, missing: Sequence[str] = (), notes: Sequence[str] = ()) -> list[str]:
    """The whole report; `missing` is what couldn't be compared."""
    lines = [f"{audit.events:,} events of money, tax and trade"]
    supplies = [
        (
            currency,
            "mutual credit" if currency in audit.money.mutual else "issued",
            supply,
            sum(held > 0 for (what, _), held in audit.money.balances.items() if what == currency),
        )
        for currency, supply in sorted(audit.money.supply.items())
    ]
    if supplies:
        lines += ["", *table(supplies, ("currency", "kind", "supply", "holders"))]
    columns = "output used remitted arrears levies withheld refunds sweeps".split()
    treasuries = [
        (
            f"{jurisdiction}/{currency}",
            *(book[name] for name in columns),
            audit.tax.owed(jurisdiction, currency),
            audit.tax.treasury(jurisdiction, currency),
        )
        for (jurisdiction, currency), book in sorted(audit.tax.books.items())
    ]
    if treasuries:
        titles = ("treasury", *columns, "owed", "money")
        lines += ["", *table(treasuries, titles)]
    sellers = [
        (
            seller,
            last,
            sum(it.paid for (who, _), it in audit.trade.invoices.items() if who == seller),
        )
        for seller, last in sorted(audit.trade.last.items())
    ]
    if sellers:
        lines += ["", *table(sellers, ("seller", "invoices", "paid"))]
    lines += ["", *table(audit.findings.topics(), ("checked", "checks", "differences"))]
    if notes:
        lines += ["", *notes]
    if missing:
        lines += ["", "Not compared:"]
        lines += [f"  {what}" for what in missing]
    found = audit.findings.list
    if found:
        lines += ["", f"{len(found):,} differences:"]
        lines += [f"  [{finding.topic}] {finding}" for finding in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"  ... and {len(found) - SHOWN:,} more")
    elif missing:
        lines += ["", "No differences in what was checked, but not everything was compared."]
    else:
        lines += ["", "Everything agrees, to the last minor unit."]
    return lines
