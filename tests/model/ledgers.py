"""The books: money, credits of taxpayers, treasuries, statements."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from money import Kept, Money, treasury_of

# Credits are kept for so many periods; older ones merge into the oldest.
PERIODS = 12


def period_of(day: int) -> int:
    """Months since January of year 0."""
    that_day = date(1970, 1, 1) + timedelta(days=day)
    return that_day.year * 12 + that_day.month - 1


def first_day_of(period: int) -> int:
    """The day on which a month begins."""
    return (date(period // 12, period % 12 + 1, 1) - date(1970, 1, 1)).days


@dataclass
class Account:
    """Credit of a taxpayer, by period, oldest first; and what is claimed of it."""

    credits: list[list[int]] = field(default_factory=list)
    pending: int = 0
    # What it owes of reverse charge: while it does, it has no credit.
    arrears: int = 0

    @property
    def credit(self) -> int:
        return sum(amount for _, amount in self.credits)

    def copy(self) -> "Account":
        """Another of the same."""
        return Account([list(entry) for entry in self.credits], self.pending, self.arrears)

    def add(self, period: int, amount: int) -> None:
        """More credit, of this period."""
        if amount == 0:
            return
        for entry in self.credits:
            if entry[0] == period:
                entry[1] += amount
                return
        self.credits.append([period, amount])
        self.credits.sort()
        if len(self.credits) > PERIODS:
            oldest = self.credits.pop(0)
            self.credits[0] = [oldest[0], oldest[1] + self.credits[0][1]]

    def take(self, amount: int, since: int = 0) -> list[tuple[int, int]]:
        """Less credit, oldest period first, but what is from `since` on before all else; returns
        which."""
        assert amount <= self.credit, "no credit is ever negative"
        taken = []
        for entry in sorted(self.credits, key=lambda entry: (entry[0] < since, entry[0])):
            part = min(amount, entry[1])
            if part:
                taken.append((entry[0], part))
            entry[1] -= part
            amount -= part
        self.credits = [entry for entry in self.credits if entry[1]]
        return taken


BOOK = (
    "output used remitted levies withheld made_good gifts refunds sweeps credited returned "
    "reversed forfeited arrears"
).split()
STATEMENT = (
    "output input remitted used deferred settled tips taken_off returned reversed refunded charged "
    "levies withheld"
).split()


@dataclass
class Ledgers:
    """All books of all jurisdictions."""

    money: Money = field(default_factory=Money)
    # (jurisdiction, twin, currency)
    accounts: dict[tuple, Account] = field(default_factory=lambda: defaultdict(Account))
    # (jurisdiction, currency)
    treasuries: dict[tuple, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(BOOK, 0))
    )
    # (jurisdiction, twin, currency, period)
    statements: dict[tuple, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(STATEMENT, 0))
    )
    # (jurisdiction, currency, seller, number) → day of supply, tax taken less credit given, as much
    # of it as was taken ahead of payment, and what of it became arrears
    uncredited: dict[tuple, list[int]] = field(default_factory=dict)
    # (jurisdiction, twin, currency) → all its dividends times their rates, and what was withheld
    dividends: dict[tuple, tuple[int, int]] = field(default_factory=dict)

    # Jurisdictions whose treasuries may lack money, since notes are possible again that weren't
    # when they were swept.
    short: set[int] = field(default_factory=set)

    def tables(self) -> list[dict]:
        """All that is kept by key, accounts apart; entries are replaced, never changed."""
        books = [self.treasuries, self.statements, self.uncredited, self.dividends]
        return [*self.money.tables(), *books]

    def book(self, figures: dict[str, int], treasury: tuple, statement: tuple = ()) -> None:
        """Add figures to a treasury's book and to a twin's statement, as far as each has them."""
        for table, key in ((self.treasuries, treasury), (self.statements, statement)):
            if key:
                entry = dict(table[key])
                for name in figures.keys() & entry.keys():
                    entry[name] += figures[name]
                table[key] = entry

    def kept(self, currency: int, credits: list[tuple[int, int]]) -> Kept:
        """Credit of some periods, as if it had waited in a purse since they ended."""
        kept = Kept()
        for period, amount in credits:
            since = first_day_of(period + 1)
            kept = kept.plus(self.money.keep_since(currency, amount, since))
        return kept

    def charge(self, currency: int, account: Account, amount: int, since: int = 0) -> int:
        """Demurrage of so much of an account's credit; takes nothing of it."""
        taken = account.copy().take(amount, since)
        return self.money.demurrage(currency, self.kept(currency, taken))

    def treasury(self, jurisdiction: int, currency: int) -> int:
        """Money in a treasury."""
        return self.money.stored[currency, treasury_of(jurisdiction)]

    def owed(self, jurisdiction: int, currency: int) -> int:
        """Credits and pending claims of all taxpayers."""
        return sum(
            account.credit + account.pending
            for (where, _, what), account in self.accounts.items()
            if (where, what) == (jurisdiction, currency)
        )

    def check_statements(self) -> None:
        """What must hold of every statement."""
        for it in self.statements.values():
            paid = it["used"] + it["remitted"] + it["deferred"]
            assert it["output"] + it["settled"] == paid, "what a statement says adds up"

    def check(self) -> None:
        """What must hold after every operation."""
        for account in self.accounts.values():
            assert account.credit == 0 or account.arrears == 0, "no credit while there are arrears"
        self.money.check()
        for (jurisdiction, currency), book in self.treasuries.items():
            money = self.treasury(jurisdiction, currency)
            owed = self.owed(jurisdiction, currency)
            paid = book["used"] + book["arrears"] + book["remitted"]
            assert book["output"] == paid, "output = used + arrears + remitted"
            came = sum(book[it] for it in "remitted levies withheld made_good gifts".split())
            assert money == came - book["refunds"] - book["sweeps"], "treasury"
            rose = book["credited"] + book["returned"] + book["made_good"]
            fell = book["reversed"] + book["used"] + book["refunds"] + book["forfeited"]
            assert owed == rose - fell, "credits + pending"
            covers = money >= owed or jurisdiction in self.short
            assert covers, "treasury covers credits and claims"
