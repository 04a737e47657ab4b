"""What is rarer than a week of trade: the corners of town, one after the other.

Each is a small story of its own, so that whoever reads the chain from outside has seen all of it:
returns within an invoice, taxes rounded per line, demurrage, money that is set aside, arrears.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Optional

from substrateinterface import Keypair

from cast import BOTTLES, BY_ROLE, OUR, OUTSIDE, REVERSE, SEEDS, TSH, VAT, Twin
from client import ChainError, Client, Event, key_of
from founding import JURISDICTION, LAKESIDE, TOWN
from week import SaleOf, sale

# Somebody from elsewhere, who is in no phonebook.
TRAVELLER = key_of("//Town//Traveller")
PURSE_OF_TRAVELLER = 2 * OUR
DAYS = 14


@dataclass
class Invoice:
    """One of ours, once it is in a block."""

    seller: Twin
    buyer: Optional[Twin]
    number: int
    gross: int

    @property
    def place(self) -> dict[str, int]:
        return {"seller": self.seller.number, "number": self.number}


class Corners:
    """All of them, in order."""

    def __init__(self, chain: Client, fees_in_our: bool):
        self.chain = chain
        self.fee = None if fees_in_our else TSH
        self.steps = [
            ("bottles given back", self.give_bottles_back),
            ("a neighbour that rounds per line", self.sell_per_line),
            ("escrow in money that melts", self.escrow_seeds),
            ("money that can't be held", self.set_aside),
            ("tax that a buyer can't pay", self.owe_tax),
            ("bills that buyers write", self.bill_oneself),
            ("sales out of scope of VAT", self.sell_outside),
        ]

    def give_bottles_back(self) -> None:
        """The brewer takes bottles back with what it delivers: their amount is negative. No more
        come back than it has sold."""
        full = sale("Net", [(VAT, 20_000), (BOTTLES, 5_000)])
        self._pay(self._issue("Brewer", "Innkeeper", full))
        beer = sale("Net", [(VAT, 20_000), (BOTTLES, -4_000)])
        bill = self._issue("Brewer", "Innkeeper", beer)
        self._pay(bill, part=bill.gross // 3)
        self._pay(bill)
        note = [{"code": BOTTLES, "change": {"Less": -1_000}}]
        # The bottles were too many: the brewer takes beer back for them.
        note.append({"code": VAT, "change": {"Less": 5_000}})
        self._note(bill, note)
        # And everything for nothing: an empty crate against a full bottle.
        nothing = sale("Net", [(VAT, 1_000), (BOTTLES, -1_000)])
        self._issue("Brewer", "Innkeeper", nothing)

    def sell_per_line(self) -> None:
        """Each line's tax is rounded by itself, so the chain knows the lines."""
        lines = [1_003, 1_003, 1_003, 2_507]
        bill = self._issue("Smith", "Host", per_line(lines), jurisdiction=LAKESIDE)
        self._pay(bill)
        remain = [1_003, 0, 501, 2_507]
        change = {"Lines": {"was": zigzags(lines), "remain": zigzags(remain)}}
        self._note(bill, [{"code": VAT, "change": change}])

    def escrow_seeds(self) -> None:
        """Seeds lose value while they wait, too; what is left of them is the seller's."""
        goods = sale("Net", [(VAT, 10_000)])
        bill = self._issue("Smith", "Grocer", goods, currency=SEEDS, escrow=True)
        self._pay(bill)
        self._send("Grocer", "confirm", **bill.place)
        self._note(bill, [{"code": VAT, "change": {"Less": 4_000}}])

    def set_aside(self) -> None:
        """Somebody pays for a friend and is gone when the money comes back."""
        traveller = TRAVELLER.ss58_address
        purse = [
            self._call("Balances", "transfer_keep_alive", dest=traveller, value=PURSE_OF_TRAVELLER),
            self._call("Currencies", "issue", currency=TSH, to=traveller, amount=11_500),
        ]
        self._settle(self.chain.batch(purse), TOWN, "a purse for a traveller")
        bill = self._issue("Smith", "Host", sale("Net", [(VAT, 10_000)]), escrow=True)
        self._pay(bill, key=TRAVELLER)
        leave = self._call("Balances", "transfer_all", dest=TOWN.ss58_address, keep_alive=False)
        self._settle(leave, TRAVELLER, "the traveller leaves")
        self.chain.forget(TRAVELLER)
        self._send("Smith", "cancel", **bill.place)
        if not self.chain.query("Currencies", "SetAside", TSH, traveller):
            raise ChainError("nothing was set aside for the traveller")
        back = self._call(
            "Balances", "transfer_keep_alive", dest=traveller, value=PURSE_OF_TRAVELLER
        )
        self._settle(back, TOWN, "the traveller is back")
        take = self._call("Currencies", "take", currency=TSH, owner=traveller)
        self._settle(take, TOWN, "the traveller gets what was set aside")
        discard = self._call("Currencies", "discard", currency=TSH)
        self._settle(discard, TRAVELLER, "the traveller gives all to the pot")

    def owe_tax(self) -> None:
        """A school books its own tax on a new roof, and has spent all that it had on it."""
        school = BY_ROLE["School"]
        terms = {
            "tax_number": f"MB{school.number:06}",
            "effective": self.chain.today(),
            "zero_codes": [],
            "deductible": [(REVERSE, 0)],
        }
        register = self._call(
            "Tax", "register", jurisdiction=JURISDICTION, twin=school.number, terms=terms
        )
        self._settle(register, TOWN, "the school becomes a taxpayer")
        roof = self._issue("Smith", "School", sale("Net", [(REVERSE, 20_000)]), escrow=True)
        self._pay(roof)
        entry = self.chain.query("Assets", "Account", TSH, key_of(school.path).ss58_address)
        self._transfer("School", "Guild", entry["balance"])
        # The smith gets its money all the same.
        self._send("School", "confirm", **roof.place)
        owed = self._arrears(school)
        if not owed:
            raise ChainError("the school owes no tax")
        # What it can deduct of books goes against it; the guild pays the rest.
        self._transfer("Guild", "School", 50_000)
        books = self._issue("Bookseller", "School", sale("Net", [(VAT, 1_000)]))
        self._pay(books)
        arrears = {"twin": school.number, "currency": TSH, "amount": self._arrears(school)}
        pay = self._call("Tax", "pay_arrears", jurisdiction=JURISDICTION, **arrears)
        self._settle(pay, key_of(BY_ROLE["Guild"].path), "the guild pays the school's tax")

    def bill_oneself(self) -> None:
        """The miller writes what it owes the farmer, and the farmer agrees to it."""
        farmer, miller = BY_ROLE["Farmer"], BY_ROLE["Miller"]
        until = self.chain.today() + DAYS
        consent = {"buyer": miller.number, "until": until, "objection": 3}
        self._send("Farmer", "allow_self_billing", **consent)
        arguments = self._terms(sale("Net", [(VAT, 3_000)]), JURISDICTION, TSH, False)
        events = self._send("Miller", "self_bill", seller=farmer.number, **arguments)
        bill = _issued(events, farmer, miller)
        self._send("Farmer", "accept", **bill.place)
        # Both would have to cancel it now; the farmer asks, and thinks better of it.
        self._send("Farmer", "cancel", **bill.place)
        self._send("Farmer", "withdraw_cancel", **bill.place)
        self._pay(bill)
        ended = {"seller": farmer.number, "buyer": miller.number}
        self._send("Farmer", "end_self_billing", **ended)

    def sell_outside(self) -> None:
        """Ada sells what she paints; then she says whose shop it is: what she sold counts there."""
        ada = BY_ROLE["Ada"]
        room = self._call("Commerce", "add_room", seller=ada.number, invoices=3)
        self._settle(room, TOWN, "room for Ada")
        painting = self._issue("Ada", "Bram", sale("Net", [(OUTSIDE, 8_000)]))
        self._pay(painting)
        declare = self._call("Tax", "declare_owner", owner=BY_ROLE["Guild"].number)
        self._settle(declare, key_of(ada.path), "Ada says whose shop it is", self.fee)
        confirm = self._call("Tax", "confirm_owner", twin=ada.number)
        guild = key_of(BY_ROLE["Guild"].path)
        self._settle(confirm, guild, "the guild agrees", self.fee)

    # ---- internal ----------------------------------------------------------------------------

    def _call(self, pallet: str, function: str, **arguments: Any):
        return self.chain.call(pallet, function, **arguments)

    def _settle(self, call: Any, key: Keypair, what: str, fee: Optional[int] = None) -> list[Event]:
        self.chain.send(call, key, what, fee=fee)
        return self.chain.settle()

    def _send(self, role: str, function: str, **arguments: Any) -> list[Event]:
        """A call of commerce by somebody of the town."""
        call = self._call("Commerce", function, **arguments)
        key = key_of(BY_ROLE[role].path)
        return self._settle(call, key, f"{function} by {role}", self._fee(role))

    def _fee(self, role: str) -> Optional[int]:
        """People have no OUR."""
        return self.fee if BY_ROLE[role].kind == "Person" else None

    def _terms(
        self, sold: SaleOf, jurisdiction: int, currency: int, escrow: bool
    ) -> dict[str, Any]:
        """What is agreed on, as arguments of a call."""
        arbiter = BY_ROLE["Guild"].number
        settlement = {"Escrow": {"arbiter": arbiter, "days": DAYS}} if escrow else "Direct"
        conditions = {
            "jurisdiction": jurisdiction,
            "currency": currency,
            "supply": None,
            "due_days": DAYS,
            "settlement": settlement,
            "delivery": False,
            "document": self._document(),
        }
        return {"conditions": conditions, "sale": sold}

    def _issue(
        self,
        seller: str,
        buyer: str,
        sold: SaleOf,
        jurisdiction: int = JURISDICTION,
        currency: int = TSH,
        escrow: bool = False,
    ) -> Invoice:
        arguments = self._terms(sold, jurisdiction, currency, escrow)
        events = self._send(seller, "issue", buyer=BY_ROLE[buyer].number, **arguments)
        return _issued(events, BY_ROLE[seller], BY_ROLE[buyer])

    def _pay(
        self, bill: Invoice, key: Optional[Keypair] = None, part: Optional[int] = None
    ) -> None:
        assert bill.buyer is not None
        # Whoever isn't the buyer says nothing of what the buyer is.
        business = key is None and bill.buyer.kind != "Person"
        arguments = {**bill.place, "amount": part, "business": business}
        call = self._call("Commerce", "pay", **arguments)
        fee = None if key else self._fee(bill.buyer.role)
        key = key or key_of(bill.buyer.path)
        self._settle(call, key, f"a payment for {bill.buyer.name}", fee)

    def _note(self, bill: Invoice, parts: list[dict[str, Any]]) -> None:
        note = {"parts": parts, "levies": [], "tip": 0}
        arguments = {"number": bill.number, "note": note, "document": self._document()}
        self._send(bill.seller.role, "credit_note", **arguments)

    def _transfer(self, giver: str, taker: str, amount: int) -> None:
        to = key_of(BY_ROLE[taker].path).ss58_address
        arguments = {"currency": TSH, "to": to, "amount": amount, "reference": self._document()}
        call = self._call("Currencies", "transfer", **arguments)
        self._settle(call, key_of(BY_ROLE[giver].path), f"shillings of {giver} for {taker}")

    def _arrears(self, twin: Twin) -> int:
        account = self.chain.query("Tax", "Accounts", JURISDICTION, twin.number, TSH)
        return account["arrears"]

    def _document(self) -> str:
        """The hash of a document that this town doesn't really write."""
        return "0x" + blake2b(f"corner {self.chain.sent}".encode(), digest_size=32).hexdigest()


def per_line(lines: list[int]) -> SaleOf:
    """A sale of standard VAT, line by line."""
    whole = sale("Net", [])
    whole["items"] = [{"code": VAT, "amounts": {"Lines": zigzags(lines)}}]
    return whole


def zigzags(amounts: list[int]) -> list[int]:
    """Signed amounts as the chain writes them: 0, -1, 1, -2, 2 … are 0, 1, 2, 3, 4 …"""
    return [2 * it if it >= 0 else -2 * it - 1 for it in amounts]


def _issued(events: list[Event], seller: Twin, buyer: Twin) -> Invoice:
    for event in events:
        if (event.pallet, event.name) == ("Commerce", "InvoiceIssued"):
            number = event.fields["invoice"]["number"]
            return Invoice(seller, buyer, number, event.fields["gross"])
    raise ChainError(f"there is no invoice of {seller.name}")
