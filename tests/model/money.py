"""Local money: balances that demurrage lowers, and the rules of who may pay whom.

A balance is kept as it was when it was touched last, and as units: what is above the first minor
unit, each part times the index of the day on which it came in. Divided by today's index, rounded
down, they are what is there today; what is kept beyond that goes to the currency's pot as soon as
somebody touches the account.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

from bills import Refused
from rounding import WHOLE

# The index of a currency's first day: a fixed point of 80 binary places.
ONE = 1 << 80
# It rises no further than this.
CEILING = (1 << 128) - 1

ESCROW = "escrow"
# What accounts couldn't hold waits there.
ASIDE = "set_aside"


def treasury_of(jurisdiction: int) -> str:
    """Name of a treasury's account in the trace."""
    return f"treasury/{jurisdiction}"


def pot_of(currency: int) -> str:
    """Name of the account that a currency's demurrage goes to."""
    return f"pot/{currency}"


def is_pot(account: str) -> bool:
    """Whether an account belongs to the chain: no demurrage, and any currency."""
    return account in (ESCROW, ASIDE) or account.startswith(("treasury/", "pot/", "pool/"))


@dataclass(frozen=True)
class Kept:
    """Money that waits in a pot for its owner: minor units, each times the index of its day."""

    nominal: int = 0
    units: int = 0

    def plus(self, other: "Kept") -> "Kept":
        """Both together."""
        return Kept(self.nominal + other.nominal, self.units + other.units)

    def part(self, nominal: int) -> "Kept":
        """A part, with its share of the units, rounded down; what is left has the rest."""
        whole = nominal == self.nominal
        return Kept(nominal, self.units if whole else self.units * nominal // self.nominal)

    def without(self, paid: "Kept") -> "Kept":
        """What is left; if the units don't suffice for what was paid, it is worth nothing."""
        return Kept(self.nominal - paid.nominal, max(0, self.units - paid.units))


@dataclass(frozen=True)
class Terms:
    """What the issuer may change, with notice."""

    access: str = "open"
    demurrage: int = 0
    invoice_only: bool = False


@dataclass(frozen=True)
class Currency:
    """A currency. Entries are replaced, never changed."""

    kind: str = "issued"
    jurisdiction: Optional[int] = None
    notice_days: int = 0
    terms: Terms = Terms()
    # The index on the day from which the terms' demurrage is charged.
    index: int = ONE
    since: int = 0
    pending: Optional[tuple[Terms, int]] = None

    def on(self, day: int) -> "Currency":
        """As it is on a day: what was announced and has come holds."""
        if self.pending is None or day < self.pending[1]:
            return self
        terms, start = self.pending
        if terms.demurrage == self.terms.demurrage:
            return replace(self, terms=terms, pending=None)
        index = self.index_on(start)
        return replace(self, terms=terms, index=index, since=start, pending=None)

    def index_on(self, day: int) -> int:
        """The index of a day, by the present rate; before that began, of the day it began."""
        rate = self.terms.demurrage
        if rate == 0:
            return self.index
        factor = -(-ONE * WHOLE // (WHOLE - rate))
        # A trifle more, so that no later index is lower than an earlier one times the rate.
        factor += (factor >> 62) + 1
        index, days = self.index, max(0, day - self.since)
        while days:
            if days & 1:
                index = _times(index, factor)
            days >>= 1
            if days:
                factor = _times(factor, factor)
        return index


def _times(a: int, b: int) -> int:
    return min(CEILING, -(-a * b // ONE))


class Money:
    """All balances, by currency and account."""

    def __init__(self) -> None:
        self.day = 0
        self.currencies: dict[int, Currency] = {}
        # As touched last; and what it is made of, if the account is no pot.
        self.stored: dict[tuple[int, str], int] = defaultdict(int)
        self.units: dict[tuple[int, str], int] = {}
        self.debts: dict[tuple[int, str], int] = defaultdict(int)
        self.limits: dict[tuple[int, str], int] = {}
        # Those who are admitted, and those who are frozen.
        self.members: dict[tuple[int, str], bool] = {}
        self.frozen: dict[tuple[int, str], bool] = {}
        # Accounts that hold nothing and can't: they don't exist.
        self.gone: dict[str, bool] = {}
        # What accounts couldn't hold, in the pot for that.
        self.aside: dict[tuple[int, str], Kept] = {}
        # Whether an account acts for a business of a jurisdiction.
        self.is_business: Callable[[int, str], bool] = lambda jurisdiction, account: False
        self._today: dict[int, tuple[int, Currency, Currency, int]] = {}

    def tables(self) -> list[dict]:
        """All that is kept by key; entries are replaced, never changed."""
        return [
            self.currencies,
            self.stored,
            self.units,
            self.debts,
            self.limits,
            self.members,
            self.frozen,
            self.gone,
            self.aside,
        ]

    # ---- currencies --------------------------------------------------------------------------

    def today(self, currency: int) -> tuple[Currency, int]:
        """A currency as it is today, and its index."""
        entry = self.currencies.get(currency, _PLAIN)
        known = self._today.get(currency)
        if known is None or known[0] != self.day or known[1] is not entry:
            now = entry.on(self.day)
            known = (self.day, entry, now, now.index_on(self.day))
            self._today[currency] = known
        return known[2], known[3]

    def create(self, currency: int, kind: str, jurisdiction: Optional[int], notice: int, **terms):
        """A new currency."""
        entry = Currency(kind, jurisdiction, notice, Terms(**terms), since=self.day)
        self.currencies[currency] = entry

    def amend(self, currency: int, **terms: Any) -> None:
        """Other terms, after the notice; they replace what was announced before."""
        now, _ = self.today(currency)
        # The day of the announcement may be over in a moment: it doesn't count.
        day = self.day + now.notice_days + 1
        self.currencies[currency] = replace(now, pending=(Terms(**terms), day))

    # ---- reads -------------------------------------------------------------------------------

    def balance(self, currency: int, account: str) -> int:
        """What an account has today."""
        stored = self.stored[currency, account]
        if stored == 0 or is_pot(account):
            return stored
        return self.units[currency, account] // self.today(currency)[1] + 1

    def credit(self, currency: int, account: str) -> int:
        """What an account can still draw."""
        if self.today(currency)[0].kind != "mutual" or not self._is_admitted(currency, account):
            return 0
        key = (currency, account)
        return max(0, self.limits.get(key, 0) - self.debts[key])

    def supply(self, currency: int) -> int:
        """All there is."""
        return sum(amount for (it, _), amount in self.stored.items() if it == currency)

    def check(self) -> None:
        """What must hold after every operation."""
        assert all(amount >= 0 for amount in self.stored.values()), "no balance is negative"
        aside: dict[int, int] = defaultdict(int)
        for (currency, _), kept in self.aside.items():
            aside[currency] += kept.nominal
        for currency in self.currencies:
            assert self.stored[currency, ASIDE] == aside[currency], "set aside = its pot"

    # ---- payments ----------------------------------------------------------------------------

    def move(self, currency: int, source: str, target: str, amount: int) -> None:
        """Pay one account."""
        self.pay(currency, source, [(target, amount)])

    def pay(self, currency: int, source: str, parts: list[tuple[str, int]]) -> None:
        """Pay several accounts, under every rule; what the payer lacks, it draws."""
        parts = [(target, amount) for target, amount in parts if amount]
        if not parts:
            return
        self._want_payer(currency, source)
        for target, _ in parts:
            self._want_payee(currency, target)
        total = sum(amount for _, amount in parts)
        others = [(target, amount) for target, amount in parts if target != source]
        moved = sum(amount for _, amount in others)
        funds = self.balance(currency, source) + self.credit(currency, source)
        if moved < total and funds < total:
            raise Refused("BalanceTooLow")
        if moved:
            self._withdraw(currency, source, moved)
            for target, amount in others:
                self._deposit(currency, target, amount)

    def can_pay(self, currency: int, source: str, amount: int) -> bool:
        """Whether somebody can pay so much to a pot."""
        try:
            self._want_payer(currency, source)
        except Refused:
            return False
        balance = self.balance(currency, source)
        if balance < amount and not self._has_place(currency, source):
            return False
        return balance + self.credit(currency, source) >= amount

    def transfer(self, currency: int, source: str, target: str, amount: int) -> None:
        """Somebody pays somebody, outside an invoice."""
        if amount == 0:
            raise Refused("AmountZero")
        self._want_payee(currency, target)
        self._want_no_invoice(currency, target)
        self.pay(currency, source, [(target, amount)])

    def exchange(self, moves: list[list], keep: int = 0) -> None:
        """What swaps and fees moved, at prices of which the model knows nothing; so much has to
        stay with whoever pays."""
        for currency, source, target, amount in moves:
            self._withdraw(currency, source, amount, keep)
            self._deposit(currency, target, amount)

    # ---- what a rule owes --------------------------------------------------------------------

    def keep(self, currency: int, amount: int) -> Kept:
        """What an amount that comes into a pot today is kept as."""
        return Kept(amount, amount * self.today(currency)[1])

    def keep_since(self, currency: int, amount: int, day: int) -> Kept:
        """The same of what came in earlier; before the present rate, no index is known."""
        now, index = self.today(currency)
        return Kept(amount, amount * min(index, now.index_on(day)))

    def worth(self, currency: int, owner: str, kept: Kept) -> int:
        """What is left today of what waits for somebody, in whole units; a pot is charged
        nothing."""
        if is_pot(owner):
            return kept.nominal
        return min(kept.nominal, kept.units // self.today(currency)[1])

    def demurrage(self, currency: int, kept: Kept) -> int:
        """What of what waits is lost by today, in whole units: parts lose no more than all."""
        worth = -(-kept.units // self.today(currency)[1])
        return max(0, kept.nominal - worth)

    def settle(self, currency: int, pot: str, owner: str, kept: Kept) -> int:
        """Pay what a rule owes out of a pot, whatever became of the owner; what it can't hold is
        set aside. Demurrage of the wait goes to the currency's pot; returns how much did."""
        if kept.nominal == 0:
            return 0
        assert self.stored[currency, pot] >= kept.nominal, "a pot has what it owes"
        if self._has_place(currency, owner) or self.worth(currency, owner, kept) == 0:
            self._pay_kept(currency, pot, owner, kept)
            return kept.nominal - self.worth(currency, owner, kept)
        self.stored[currency, pot] -= kept.nominal
        self._set_aside(currency, owner, kept)
        return 0

    def give_back(self, currency: int, source: str, owner: str, amount: int) -> None:
        """Pay what a rule owes from an account that is no pot: its own rules hold, the owner's
        don't."""
        if amount == 0:
            return
        self._want_payer(currency, source)
        if source == owner:
            if self.balance(currency, source) + self.credit(currency, source) < amount:
                raise Refused("BalanceTooLow")
        elif self._has_place(currency, owner):
            self._withdraw(currency, source, amount)
            self._deposit(currency, owner, amount)
        else:
            self._withdraw(currency, source, amount)
            self._set_aside(currency, owner, self.keep(currency, amount))

    def collect(self, currency: int, source: str, pot: str, amount: int) -> None:
        """Take money from an account that a part of the chain acts for, whether it is admitted or
        not; what it lacks isn't drawn."""
        if amount == 0:
            return
        self._want_thawed(currency, source)
        if self.balance(currency, source) < amount:
            raise Refused("BalanceTooLow")
        self._withdraw(currency, source, amount)
        self._deposit(currency, pot, amount)

    def take(self, currency: int, owner: str) -> None:
        """An account gets what was set aside for it, whoever asks for it."""
        kept = self.aside.get((currency, owner))
        if kept is None:
            raise Refused("NothingSetAside")
        if self.worth(currency, owner, kept) > 0:
            self._want_place(currency, owner)
        del self.aside[currency, owner]
        self._pay_kept(currency, ASIDE, owner, kept)

    def discard(self, currency: int, account: str) -> None:
        """A holder gives all it has to the pot."""
        self._want_thawed(currency, account)
        if self.debts[currency, account]:
            raise Refused("InDebt")
        amount = self.balance(currency, account)
        if amount == 0:
            raise Refused("AmountZero")
        self._withdraw(currency, account, amount)
        self._deposit(currency, pot_of(currency), amount)

    def _pay_kept(self, currency: int, pot: str, owner: str, kept: Kept) -> None:
        paid = self.worth(currency, owner, kept)
        if paid and pot != owner:
            self._withdraw(currency, pot, paid)
            self._deposit(currency, owner, paid)
        if pot != owner:
            self.stored[currency, pot] -= kept.nominal - paid
            self.stored[currency, pot_of(currency)] += kept.nominal - paid

    def _set_aside(self, currency: int, owner: str, kept: Kept) -> None:
        before = self.aside.get((currency, owner), Kept())
        self.aside[currency, owner] = before.plus(kept)
        self.stored[currency, ASIDE] += kept.nominal

    # ---- issuers and holders -----------------------------------------------------------------

    def mint(self, currency: int, account: str, amount: int) -> None:
        """The issuer makes money."""
        self._deposit(currency, account, amount)

    def redeem(self, currency: int, account: str, amount: int) -> None:
        """A holder gives money up."""
        if amount == 0:
            raise Refused("AmountZero")
        self._want_thawed(currency, account)
        self._burn(currency, account, amount)

    def repay(self, currency: int, account: str, amount: int) -> None:
        """A debtor gives up what it had drawn."""
        if amount == 0:
            raise Refused("AmountZero")
        self._lower_debt(currency, account, amount)
        self._burn(currency, account, amount)

    def write_off(self, currency: int, account: str, amount: int) -> None:
        """The pot gives up what somebody had drawn."""
        self._lower_debt(currency, account, amount)
        self._burn(currency, pot_of(currency), amount)

    def spend_pot(self, currency: int, account: str, amount: int) -> None:
        """The issuer pays from the pot."""
        self._want_payee(currency, account)
        self._want_no_invoice(currency, account)
        self._withdraw(currency, pot_of(currency), amount)
        self._deposit(currency, account, amount)

    def charge(self, currency: int, account: str) -> None:
        """Demurrage that is due goes to the pot."""
        self._settle(currency, account)

    # ---- rules -------------------------------------------------------------------------------

    def _is_admitted(self, currency: int, account: str) -> bool:
        is_open = self.today(currency)[0].terms.access == "open"
        return is_open or self.members.get((currency, account), False)

    def _want_thawed(self, currency: int, account: str) -> None:
        if self.frozen.get((currency, account)):
            raise Refused("AccountFrozen")

    def _want_payer(self, currency: int, account: str) -> None:
        if is_pot(account):
            return
        self._want_thawed(currency, account)
        # What is left of a mutual credit may be spent: nobody redeems it.
        mutual = self.today(currency)[0].kind == "mutual"
        if not self._is_admitted(currency, account):
            if not mutual or self.balance(currency, account) == 0:
                raise Refused("NotMember")

    def _want_payee(self, currency: int, account: str) -> None:
        if not is_pot(account) and not self._is_admitted(currency, account):
            raise Refused("NotAdmitted")

    def _want_no_invoice(self, currency: int, account: str) -> None:
        now, _ = self.today(currency)
        if now.terms.invoice_only and self.is_business(now.jurisdiction, account):
            raise Refused("InvoiceNeeded")

    def _has_place(self, currency: int, account: str) -> bool:
        return self.stored[currency, account] > 0 or not self.gone.get(account)

    def _want_place(self, currency: int, account: str) -> None:
        if not self._has_place(currency, account):
            raise Refused("NoSuchAccount")

    # ---- ledgers -----------------------------------------------------------------------------

    def _settle(self, currency: int, account: str) -> None:
        """Move what an account owes of demurrage to the pot."""
        key = (currency, account)
        now = self.balance(currency, account)
        owed = self.stored[key] - now
        if owed:
            self.stored[key] = now
            self.stored[currency, pot_of(currency)] += owed

    def _add(self, currency: int, account: str, amount: int, index: int) -> None:
        """Count in what came in on the day of an index; the first unit of all is never charged."""
        if is_pot(account) or amount == 0:
            return
        key = (currency, account)
        if self.stored[key] == 0:
            self.units[key] = (amount - 1) * index
        else:
            self.units[key] += amount * index

    def _deposit(self, currency: int, account: str, amount: int) -> None:
        self._settle(currency, account)
        self._want_place(currency, account)
        self._add(currency, account, amount, self.today(currency)[1])
        self.stored[currency, account] += amount

    def _withdraw(self, currency: int, account: str, amount: int, keep: int = 0) -> None:
        self._settle(currency, account)
        key = (currency, account)
        missing = amount + keep - self.stored[key]
        if missing > 0:
            if missing > self.credit(currency, account):
                raise Refused("BalanceTooLow")
            self._want_place(currency, account)
            self._add(currency, account, missing, self.today(currency)[1])
            self.debts[key] += missing
            self.stored[key] += missing
        self._take(currency, account, amount)

    def _burn(self, currency: int, account: str, amount: int) -> None:
        self._settle(currency, account)
        if self.stored[currency, account] < amount:
            raise Refused("BalanceTooLow")
        self._take(currency, account, amount)

    def _take(self, currency: int, account: str, amount: int) -> None:
        """Count out; of an account that gives all it has, not even a fraction of a unit stays."""
        key = (currency, account)
        self.stored[key] -= amount
        if is_pot(account):
            return
        if self.stored[key] == 0:
            self.units.pop(key, None)
        else:
            self.units[key] -= amount * self.today(currency)[1]

    def _lower_debt(self, currency: int, account: str, amount: int) -> None:
        key = (currency, account)
        if self.limits.get(key, 0) == 0 and self.debts[key] == 0:
            raise Refused("NoCreditLine")
        if self.debts[key] < amount:
            raise Refused("DebtTooLow")
        self.debts[key] -= amount


_PLAIN = Currency()
