"""Replays a trace: applies every operation to the model and compares the figures.

README.md of this folder says what a trace is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Optional

import receipts
from bills import Bill, Charge, Refused
from claims import Claims
from commerce import Commerce, Invoice
from ledgers import Account
from money import ESCROW, Kept
from rounding import WHOLE
from taxes import Jurisdiction, Taxes, Taxpayer

VERSION = 2

# After so many rows all invoices are looked at, not just the one that an operation is about.
CHECK_ALL = 200

# Refusals of the chain that the model doesn't foresee, since they follow from more than trade and
# tax: who signs, phonebook, tills, room, delivery, rules of the currency. And the reserve of a
# treasury is kept per period by the chain and per invoice here, so the chain may refuse a sweep
# that the model allows. Where the model allows what the chain so refuses, it does nothing either;
# where it refuses, too, its reason may be another.
BEYOND_THE_MODEL = set(
    "TreasuryReserved NotController TwinDeactivated NotAuthority NotSeller NotBuyer NotArbiter "
    "ArbiterIsParty ArbiterNotFound TwinNotFound NoRoom BuyerNeeded NotDelivered NothingToDeliver "
    "CurrencyNotFound TooLarge "
    "QuantityMissing LevyInOtherCurrency ReceiverCantHold".split()
)

# Of several of these, which all say that a sale or a note doesn't work out, the design doesn't say
# which comes first.
ARITHMETIC = set(
    "NegativeNet NegativeTax TaxBeyondGross WithheldBeyondGross NoteTooLarge LevyOnReturns "
    "TipTooHigh ReturnsTaxedHigher NothingToPay LevyWithinLinePrices LinesDiffer".split()
)


class TraceError(Exception):
    """The trace isn't one."""


class World:
    """The model's whole state."""

    def __init__(self) -> None:
        self.taxes = Taxes()
        self.commerce = Commerce(self.taxes)
        self.claims = Claims(self.taxes)

    # ---- setting the stage -------------------------------------------------------------------

    def day(self, day: int, minute: int = 720) -> None:
        now = day * 1_440 + minute
        if now < self.taxes.now:
            raise TraceError(f"minute {now} is before minute {self.taxes.now}")
        self.taxes.now = now
        self.taxes.books.money.day = day

    def twin(self, twin: int, account: str) -> None:
        self.taxes.controllers[twin] = account

    def deactivate(self, twin: int) -> None:
        self.taxes.inactive.add(twin)

    def jurisdiction(self, id: int, **settings: Any) -> None:
        self.taxes.jurisdictions[id] = Jurisdiction(**settings)

    def amend_jurisdiction(self, id: int, **settings: Any) -> None:
        self.taxes.amend(id, **settings)

    def rate(
        self, jurisdiction: int, code: int, since: int, rate: int, kind: Optional[str] = None
    ) -> None:
        codes = self.taxes.jurisdictions[jurisdiction].codes
        if code not in codes:
            codes[code] = (kind, [])
        rates = codes[code][1]
        # A rate that was set for the same day is replaced.
        rates[:] = [entry for entry in rates if entry[0] != since] + [(since, rate)]

    def dividend_code(self, jurisdiction: int, code: Optional[int]) -> None:
        self.taxes.jurisdictions[jurisdiction].dividend_code = code

    def register(
        self,
        jurisdiction: int,
        twin: int,
        effective: Optional[int] = None,
        zero_codes: Iterable[int] = (),
        deductible: Optional[dict[str, int]] = None,
    ) -> None:
        """Register a taxpayer, or change its terms."""
        taxpayers = self.taxes.jurisdictions[jurisdiction].taxpayers
        day = self.taxes.today(jurisdiction)
        old = taxpayers.get(twin)
        since = old.since if old and old.until is None else day
        shares = {int(code): share for code, share in (deductible or {}).items()}
        first = day if effective is None else effective
        taxpayers[twin] = Taxpayer(since, first, list(zero_codes), shares)

    def deregister(self, jurisdiction: int, twin: int) -> None:
        taxpayer = self.taxes.jurisdictions[jurisdiction].taxpayers[twin]
        taxpayer.until = self.taxes.today(jurisdiction)

    def currency(
        self,
        currency: int,
        kind: str = "issued",
        jurisdiction: Optional[int] = None,
        notice_days: int = 0,
        **terms: Any,
    ) -> None:
        self.taxes.books.money.create(currency, kind, jurisdiction, notice_days, **terms)

    def admit(self, currency: int, account: str) -> None:
        self.taxes.books.money.members[currency, account] = True

    def expel(self, currency: int, account: str) -> None:
        self.taxes.books.money.members[currency, account] = False

    def freeze(self, currency: int, account: str) -> None:
        self.taxes.books.money.frozen[currency, account] = True

    def thaw(self, currency: int, account: str) -> None:
        self.taxes.books.money.frozen[currency, account] = False

    def credit_line(self, currency: int, account: str, limit: int) -> None:
        self.taxes.books.money.limits[currency, account] = limit

    def exists(self, account: str, exists: bool) -> None:
        self.taxes.books.money.gone[account] = not exists

    # ---- figures -----------------------------------------------------------------------------

    def figure(self, kind: str, key: str) -> Any:
        """What the model says of something that a trace gives."""
        books = self.taxes.books
        if kind in ("balances", "stored", "debts", "aside"):
            currency, account = key.split("/", 1)
            place = (int(currency), account)
            if kind == "aside":
                return books.money.aside.get(place, Kept()).nominal
            if kind == "balances":
                return books.money.balance(*place)
            return getattr(books.money, kind)[place]
        numbers = tuple(int(part) for part in key.split("/"))
        if kind == "credits":
            account = books.accounts[numbers]
            return [account.credit, account.pending, account.arrears]
        if kind == "series":
            number, receipt = self.commerce.series.get(numbers[0], (1, receipts.FIRST))
            return [number, receipt.hex()]
        if kind == "treasuries":
            return dict(books.treasuries[numbers])
        if kind == "statements":
            return dict(books.statements[numbers])
        if kind == "invoices":
            return self._invoice(numbers)
        raise TraceError(f"there are no figures called {kind}")

    def _invoice(self, key: tuple[int, ...]) -> dict[str, Any]:
        invoice = self.commerce.invoices[key]
        bill = invoice.bill
        return {
            "state": invoice.state,
            "net": bill.net,
            "tax": bill.tax,
            "gross": bill.gross,
            "paid": bill.paid,
            "escrowed": invoice.escrowed,
            "waits": invoice.waiting is not None,
            "taxes": [charge.tax for charge in bill.charges],
            "taken": [charge.taken for charge in bill.charges],
            "credited": [charge.credited for charge in bill.charges],
            "as_one": bill.one and [bill.one.taken, bill.one.credited, bill.share],
        }

    # ---- undoing -----------------------------------------------------------------------------

    def save(self, arguments: dict[str, Any], stage: bool = False) -> "Saved":
        """Whatever an operation with these arguments can change; of the `stage`, if it sets that.

        Entries of the larger tables are replaced, never changed, but for the invoice and the claim
        that the operation is about: so these and the tables themselves are all that is copied.
        """
        books, commerce, claims = self.taxes.books, self.commerce, self.claims.claims
        invoice = commerce.invoices.get(key_of(arguments))
        claim = claims.get((arguments.get("jurisdiction"), arguments.get("number")))
        return Saved(
            tables=[(table, dict(table)) for table in books.tables()],
            accounts={key: account.copy() for key, account in books.accounts.items()},
            invoices=(set(commerce.invoices), dict(commerce.series)),
            claims=dict(claims),
            entries=[(it, it.state_of()) for it in (invoice, claim) if it is not None],
            stage=deepcopy(self._stage()) if stage else None,
        )

    def _stage(self) -> tuple[dict, dict, set, set]:
        taxes = self.taxes
        return taxes.jurisdictions, taxes.controllers, taxes.inactive, taxes.books.short

    def restore(self, saved: "Saved") -> None:
        """Make all as it was."""
        for table, before in saved.tables:
            table.clear()
            table.update(before)
        self.taxes.books.accounts.clear()
        self.taxes.books.accounts.update(saved.accounts)
        known, self.commerce.series = saved.invoices
        for key in self.commerce.invoices.keys() - known:
            del self.commerce.invoices[key]
        self.claims.claims = saved.claims
        for entry, before in saved.entries:
            vars(entry).clear()
            vars(entry).update(before)
        if saved.stage is not None:
            for whole, before in zip(self._stage(), saved.stage):
                whole.clear()
                whole.update(before)

    # ---- rules -------------------------------------------------------------------------------

    def check(self, only: Optional[tuple[int, int]] = None) -> None:
        """What must hold after every operation; of invoices, for all or `only` one."""
        self.taxes.books.check()
        if only is not None:
            if only in self.commerce.invoices:
                self._check_invoice(self.commerce.invoices[only])
            return
        self.taxes.books.check_statements()
        escrowed: dict[int, int] = {}
        left: dict[tuple[int, int], int] = defaultdict(int)
        booked: dict[tuple[int, Optional[int], int], int] = defaultdict(int)
        for invoice in self.commerce.invoices.values():
            self._check_invoice(invoice)
            currency = invoice.trade.currency
            escrowed[currency] = escrowed.get(currency, 0) + invoice.escrowed
            reverse = sum(charge.taken - charge.credited for charge in invoice.bill.reverse)
            booked[invoice.trade.jurisdiction, invoice.trade.buyer, currency] += reverse
            taken = sum(charge.taken - charge.credited for charge in invoice.bill.taxed)
            left[invoice.trade.jurisdiction, currency] += taken
        # What everybody together has of the treasury is what trade gave it: no coalition has more.
        books = self.taxes.books
        for key, book in books.treasuries.items():
            own = books.treasury(*key) + book["arrears"] - books.owed(*key)
            dividends = sum(
                tax
                for (where, _, what), (_, tax) in books.dividends.items()
                if (where, what) == key
            )
            gave = left[key] + book["gifts"] + book["forfeited"] - book["sweeps"] + dividends
            assert own == gave, "the treasury has what standing invoices left in it"
        for key, account in books.accounts.items():
            assert account.arrears <= booked[key], "only booked reverse charge is owed"
        for currency, amount in escrowed.items():
            held = self.taxes.books.money.stored[currency, ESCROW]
            assert held == amount, "escrow held = open escrows"

    def _check_invoice(self, invoice: Invoice) -> None:
        bill = invoice.bill
        assert bill.net + bill.tax + bill.tip == bill.gross, "net + tax + tip = gross"
        assert 0 <= bill.paid <= bill.gross, "paid <= gross"
        assert bill.tip * WHOLE <= bill.tip_limit * (bill.net + bill.tax), "tips are a share"
        for charge in bill.charges:
            self._check_tax(bill, charge)
        assert sum(payer.paid for payer in invoice.payers.values()) == bill.paid, "payers"
        for charge in bill.taxed:
            assert 0 <= charge.credited <= charge.taken <= charge.tax, "credited <= taken"
        if bill.one is not None:
            shown = sum(charge.taken for charge in bill.own_vat)
            assert shown == bill.one.taken, "VAT is shown as it was taken"

    def _check_tax(self, bill: Bill, charge: Charge) -> None:
        """No figure is the declarer's: VAT is what the rate says, but for half a unit a line."""
        levied = any(it.is_levy and bill.charges[it.on] is charge for it in bill.charges)
        if charge.kind != "S" or levied:
            return
        whole = WHOLE if bill.prices == "net" else WHOLE + charge.rate
        lines = 1 if charge.lines is None else len(charge.lines)
        off = abs(charge.tax * whole - charge.amount * charge.rate)
        assert 2 * off <= lines * whole, "VAT is what the rate says"


@dataclass
class Saved:
    """Part of a world, as it was."""

    # (table, its entries)
    tables: list[tuple[dict, dict]]
    accounts: dict[tuple, Account]
    # Which there are, and everybody's series.
    invoices: tuple[set, dict[int, tuple[int, bytes]]]
    claims: dict[tuple[int, int], Any]
    # (entry, its fields)
    entries: list[tuple[Any, dict[str, Any]]]
    # Jurisdictions with their taxpayers, and twins; only where an operation can change these.
    stage: Optional[tuple[dict, dict, set, set]]


def key_of(arguments: dict[str, Any]) -> tuple:
    """The invoice that an operation is about, if it is about one."""
    return (arguments.get("seller"), arguments.get("number"))


# Operation → which part of the world does it.
STAGE = (
    "day twin deactivate jurisdiction amend_jurisdiction rate dividend_code register deregister "
    "currency admit expel freeze thaw credit_line exists"
).split()
MONEY = "amend mint redeem repay write_off spend_pot charge transfer exchange take discard".split()
TRADE = (
    "issue self_bill allow_self_billing sell accept reject pay deliver confirm release dispute "
    "resolve credit_note cover_note withdraw_note cancel withdraw_cancel collect_unpaid"
).split()
TAX = "sweep give pay_arrears withhold".split()
CLAIM = {
    "claim_refund": "claim",
    "hold_refund": "hold",
    "deny_refund": "deny",
    "assess_refund": "assess",
    "appeal": "appeal",
    "decide_appeal": "decide",
    "pay_refund": "pay",
}


def operate(world: World, op: str, arguments: dict[str, Any]) -> None:
    """Do one operation."""
    if op in STAGE:
        getattr(world, op)(**arguments)
    elif op in MONEY:
        getattr(world.taxes.books.money, op)(**arguments)
    elif op in TRADE:
        getattr(world.commerce, op)(**arguments)
    elif op in TAX:
        getattr(world.taxes, op)(**arguments)
    elif op in CLAIM:
        getattr(world.claims, CLAIM[op])(**arguments)
    else:
        raise TraceError(f"there is no operation called {op}")


def replay(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The differences between a trace and the model, in order; each names its row."""
    world = World()
    for number, row in enumerate(rows, 1):
        row = dict(row)
        if number == 1:
            if row.get("trace") != VERSION:
                raise TraceError(f"not a trace of version {VERSION}: {row}")
            continue
        op, then, error = row.pop("op"), row.pop("then", {}), row.pop("error", None)
        where = f"row {number} ({op})"
        before = world.save(row, op in STAGE)
        refused = None
        try:
            operate(world, op, row)
            world.check(None if number % CHECK_ALL == 0 else key_of(row))
        except Refused as reason:
            refused = str(reason)
        except AssertionError as reason:
            yield f"{where}: the model itself breaks a rule: {reason}"
            return
        except (KeyError, TypeError) as reason:
            raise TraceError(f"{where}: {type(reason).__name__}: {reason}") from reason
        if refused is not None or error is not None:
            world.restore(before)
        if not _agree(error, refused):
            yield f"{where}: {_ended(error)} on the chain, {_ended(refused)} in the model"
            continue
        for kind, figures in then.items():
            for key, found in figures.items():
                expected = world.figure(kind, key)
                yield from _compare(f"{where}: {kind} {key}", found, expected)


def _agree(error: Optional[str], refused: Optional[str]) -> bool:
    """Whether chain and model end an operation the same way."""
    return error == refused or error in BEYOND_THE_MODEL or {error, refused} <= ARITHMETIC


def _ended(error: Optional[str]) -> str:
    return "succeeds" if error is None else f"fails with {error}"


def _compare(where: str, found: Any, expected: Any) -> Iterator[str]:
    # A trace may leave out fields.
    if isinstance(found, dict):
        for name, value in found.items():
            if name not in expected:
                raise TraceError(f"{where}: there is no figure called {name}")
            yield from _compare(f"{where}: {name}", value, expected[name])
    elif found != expected:
        yield f"{where}: {found} on the chain, {expected} in the model"


def read(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a trace file."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as reason:
                    raise TraceError(f"line {number} isn't JSON: {reason}") from reason
