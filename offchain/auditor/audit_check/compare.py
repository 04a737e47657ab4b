"""Compares the rebuilt ledgers with the chain's state, to the last minor unit.

The state is a dictionary of plain values, as `node.py` reads it and `--save` writes it: by topic,
then by key (numbers with slashes between them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import account, digest, number, variant, wide

if TYPE_CHECKING:
    from .audit import Audit

TOPIC = "state"


def compare(audit: Audit, state: dict[str, Any]) -> None:
    """Check every topic that the state has."""
    for topic, check in TOPICS.items():
        if topic in state:
            check(audit, state[topic])


def _both(audit: Audit, topic: str, rebuilt: dict[str, Any], state: dict[str, Any]) -> None:
    """The same keys with the same values; what is absent counts as nothing."""
    for key in sorted(rebuilt.keys() | state.keys()):
        expected, found = rebuilt.get(key), state.get(key)
        nothing = _nothing(found if expected is None else expected)
        expected = nothing if expected is None else expected
        found = nothing if found is None else found
        if isinstance(expected, dict):
            for name in sorted(expected.keys() | found.keys()):
                one, other = expected.get(name), found.get(name)
                one = _nothing(other) if one is None else one
                other = _nothing(one) if other is None else other
                audit.findings.compare(TOPIC, f"{topic} {key}", name, one, other)
        else:
            audit.findings.compare(TOPIC, f"{topic} {key}", "by events", expected, found)


def _nothing(value: Any) -> Any:
    """What stands for a value that is absent."""
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        # The net and tax of a code; or no entries.
        return [0, 0] if len(value) == 2 and all(isinstance(it, int) for it in value) else []
    return "nothing" if isinstance(value, str) else 0


def _supplies(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt = {str(currency): amount for currency, amount in audit.money.supply.items()}
    _both(audit, "supply of currency", rebuilt, _numbers(state))


def _balances(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt = {f"{what}/{who}": it for (what, who), it in audit.money.balances.items()}
    _both(audit, "balance", rebuilt, _by_account(state))


def _debts(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt = {f"{what}/{who}": it for (what, who), it in audit.money.debts.items()}
    _both(audit, "debt", rebuilt, _by_account(state))


def _credits(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt = {
        _key(key): {"credits": it.credits, "pending": it.pending, "arrears": it.arrears}
        for key, it in audit.tax.accounts.items()
    }
    found = {
        key: {
            "credits": [[number(period), number(amount)] for period, amount in it["credits"]],
            "pending": number(it["pending"]),
            "arrears": number(it.get("arrears", 0)),
        }
        for key, it in state.items()
    }
    for key in rebuilt.keys() | found.keys():
        for it in (rebuilt, found):
            it.setdefault(key, {"credits": [], "pending": 0, "arrears": 0})
    _both(audit, "tax account", rebuilt, found)


def _treasuries(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt: dict[str, dict[str, int]] = {}
    for (jurisdiction, currency), book in audit.tax.books.items():
        accounts = [
            it
            for (where, _, what), it in audit.tax.accounts.items()
            if (where, what) == (jurisdiction, currency)
        ]
        rebuilt[f"{jurisdiction}/{currency}"] = {
            **book,
            "credits": sum(it.credit for it in accounts),
            "pending": sum(it.pending for it in accounts),
            "uncredited": audit.tax.reserve(jurisdiction, currency),
        }
    names = {name for book in rebuilt.values() for name in book}
    found = {
        key: {name: _figures(book[name]) for name in names if name in book}
        for key, book in state.items()
    }
    # Where claims went against arrears, no event says in which period that is kept.
    undated: dict[str, int] = {}
    for (jurisdiction, _, currency), amount in audit.tax.undated.items():
        key = f"{jurisdiction}/{currency}"
        undated[key] = undated.get(key, 0) + amount
    for key, amount in undated.items():
        for it, more in ((rebuilt.get(key), amount), (found.get(key), 0)):
            if it is not None and "uncredited" in it:
                it["uncredited"] = sum(part for _, part in it["uncredited"]) + more
    _both(audit, "treasury", rebuilt, found)


def _figures(value: Any) -> Any:
    """A number, or the amounts of periods."""
    if isinstance(value, (list, tuple)):
        return [[number(period), number(amount)] for period, amount in value]
    return number(value)


def _statements(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt: dict[str, dict[str, Any]] = {}
    for key, it in audit.tax.statements.items():
        row: dict[str, Any] = {name: value for name, value in it.items() if name != "refunded"}
        rebuilt[_key(key)] = row
    for name, table in (("sales", audit.tax.sales), ("purchases", audit.tax.purchases)):
        for key, totals in table.items():
            row = rebuilt.setdefault(_key(key), {})
            row |= {f"{name} {code}": total for code, total in totals.items()}
    found, refunded, charged = {}, 0, 0
    for key, it in state.items():
        row = {name: number(value) for name, value in it.items() if not isinstance(value, list)}
        # Booked in a period that events don't name: so their sum is compared.
        refunded += row.pop("refunded", 0)
        charged += row.pop("charged", 0)
        for name in ("sales", "purchases"):
            for total in it.get(name, []):
                sums = [number(total["net"]), number(total["tax"])]
                row[f"{name} {number(total['code'])}"] = sums
        found[key] = row
    _undated(audit, rebuilt, found)
    _both(audit, "statement", rebuilt, found)
    book = sum(it["refunds"] for it in audit.tax.books.values())
    audit.findings.compare(TOPIC, "statements", "sum of refunds", book, refunded)
    told = audit.tax.charged
    audit.findings.compare(TOPIC, "statements", "sum of demurrage of refunds", told, charged)


def _undated(audit: Audit, rebuilt: dict[str, Any], found: dict[str, Any]) -> None:
    """Where claims went against arrears, no event says in which period: so sums are compared."""
    for key, amount in audit.tax.undated.items():
        prefix = _key(key) + "/"
        for name in ("used", "settled"):
            sums = []
            for rows in (rebuilt, found):
                own = [row for place, row in rows.items() if place.startswith(prefix)]
                sums.append(sum(row.pop(name, 0) for row in own))
            audit.findings.compare(
                TOPIC, f"statements {prefix}", f"sum of {name}", sums[0] + amount, sums[1]
            )


def _turnovers(audit: Audit, state: dict[str, Any]) -> None:
    # As the chain keeps them: by owner and year first.
    rebuilt = {
        _key((owner, year, jurisdiction, currency)): amount
        for (jurisdiction, owner, currency, year), amount in audit.tax.turnovers.items()
    }
    _both(audit, "turnover", rebuilt, _numbers(state))


def _claims(audit: Audit, state: dict[str, Any]) -> None:
    rebuilt = {_key(key): it.amount for key, it in audit.tax.claims.items()}
    denied = {_key(key): it.amount for key, it in audit.tax.denied.items()}
    found = {}
    for key, it in state.items():
        amount = number(it["amount"])
        if "state" in it and variant(it["state"])[0] == "Denied":
            # It is forgotten some day, of which no event tells.
            where = f"denied claim {key}"
            audit.findings.compare(TOPIC, where, "by events", denied.get(key), amount)
        else:
            found[key] = amount
    _both(audit, "claim", rebuilt, found)


def _set_aside(audit: Audit, state: dict[str, Any]) -> None:
    names = ("nominal", "units")
    rebuilt = {
        f"{what}/{who}": dict(zip(names, kept)) for (what, who), kept in audit.money.aside.items()
    }
    found = {}
    for key, it in state.items():
        currency, who = key.split("/")
        kept = number(it["nominal"]), wide(it["units"])
        found[f"{currency}/{account(who)}"] = dict(zip(names, kept))
    _both(audit, "set aside", rebuilt, found)


def _books(audit: Audit, state: dict[str, Any]) -> None:
    trade = audit.trade
    sellers = {*trade.last, *trade.rooms, *(seller for seller, _ in trade.tills), *map(int, state)}
    rebuilt = {}
    for seller in sellers:
        kept = sum(who == seller and not it.pruned for (who, _), it in trade.invoices.items())
        tills = sum(who == seller for who, _ in trade.tills)
        rebuilt[str(seller)] = {
            "next": trade.last[seller] + 1,
            "receipt": trade.receipts[seller],
            "open": kept + tills,
            "room": trade.rooms[seller],
        }
    found = {
        seller: {name: number(book[name]) for name in ("next", "open", "room")}
        | {"receipt": digest(book["receipt"])}
        for seller, book in state.items()
    }
    _both(audit, "book of seller", rebuilt, found)


def _invoices(audit: Audit, state: dict[str, Any]) -> None:
    names = ("gross", "paid", "escrowed")
    rebuilt = {
        _key(key): {"gross": it.remaining, "paid": it.paid, "escrowed": it.escrowed}
        for key, it in audit.trade.invoices.items()
        if not it.pruned
    }
    found = {key: {name: number(it[name]) for name in names} for key, it in state.items()}
    for key in found.keys() - rebuilt.keys():
        audit.findings.compare(TOPIC, f"invoice {key}", "in state", "pruned or never", "there")
        del found[key]
    _both(audit, "invoice", rebuilt, found)


def _key(key: tuple) -> str:
    return "/".join(str(part) for part in key)


def _numbers(values: dict[str, Any]) -> dict[str, int]:
    return {key: number(value) for key, value in values.items()}


def _by_account(values: dict[str, Any]) -> dict[str, int]:
    """Keys of a currency and an account."""
    found = {}
    for key, value in values.items():
        currency, who = key.split("/")
        found[f"{currency}/{account(who)}"] = number(value)
    return found


TOPICS = {
    "supplies": _supplies,
    "balances": _balances,
    "debts": _debts,
    "set aside": _set_aside,
    "credits": _credits,
    "treasuries": _treasuries,
    "statements": _statements,
    "turnovers": _turnovers,
    "claims": _claims,
    "books": _books,
    "invoices": _invoices,
}
