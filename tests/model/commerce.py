"""Invoices: issued, accepted, paid, kept in escrow, credited, cancelled."""

from dataclasses import dataclass, field
from typing import Any, Optional

from bills import UNTAXED, Bill, Refused, draft_of, work_out
from money import ESCROW
from taxes import Taxes, Trade

MAX_PAYERS = 4


@dataclass
class Invoice:
    """An invoice and what became of it."""

    trade: Trade
    bill: Bill
    due: int
    # Twin that decides a dispute, and days until the money is released.
    escrow: Optional[tuple[int, int]] = None
    state: str = "issued"
    # Account → paid, less what went back; the newest payment last. And the day of that, by UTC.
    payers: dict[str, int] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    escrowed: int = 0
    release: Optional[int] = None
    waiting: Optional[dict[str, Any]] = None
    cancel_by: Optional[str] = None

    @property
    def open(self) -> int:
        return self.bill.gross - self.bill.paid - self.escrowed


class Commerce:
    """All invoices."""

    def __init__(self, taxes: Taxes):
        self.taxes = taxes
        self.invoices: dict[tuple[int, int], Invoice] = {}
        self.next: dict[int, int] = {}

    def issue(
        self,
        seller: int,
        buyer: Optional[int],
        jurisdiction: int,
        currency: int,
        sale: dict[str, Any],
        supply: Optional[int] = None,
        due_days: int = 0,
        escrow: Optional[list[int]] = None,
    ) -> Invoice:
        """A new invoice, whose number follows on the seller's last."""
        if jurisdiction not in self.taxes.jurisdictions:
            raise Refused("JurisdictionNotFound")
        day = self.taxes.today(jurisdiction)
        supply = day if supply is None else supply
        self._check_sale(seller, buyer, jurisdiction, currency, supply, sale)
        where = self.taxes.jurisdictions[jurisdiction]
        bill = draft_of(sale, lambda code: where.rate(code, supply))
        self._check_codes(seller, buyer, jurisdiction, bill, sale)
        work_out(bill)
        number = self.next.get(seller, 1)
        self.next[seller] = number + 1
        trade = Trade(seller, number, buyer, jurisdiction, currency, supply)
        invoice = Invoice(trade, bill, day + due_days, tuple(escrow) if escrow else None)
        self.invoices[seller, number] = invoice
        self._close_if_done(invoice)
        return invoice

    def sell(self, payer: str, **terms: Any) -> Invoice:
        """A sale at a till: issued and paid at once."""
        invoice = self.issue(**terms)
        if invoice.bill.gross:
            self.pay(invoice.trade.seller, invoice.trade.number, payer)
        return invoice

    def accept(self, seller: int, number: int) -> None:
        invoice = self._get(seller, number)
        self._want_unaccepted(invoice)
        invoice.state = "accepted"

    def reject(self, seller: int, number: int) -> None:
        invoice = self._get(seller, number)
        self._want_unaccepted(invoice)
        self._annul(invoice, "rejected")

    def pay(self, seller: int, number: int, payer: str, amount: Optional[int] = None) -> None:
        invoice = self._get(seller, number)
        if invoice.state == "closed":
            raise Refused("AlreadyPaid")
        self._want(invoice, "issued", "accepted", otherwise="NotOpen")
        if invoice.open == 0:
            raise Refused("AlreadyPaid")
        amount = invoice.open if amount is None else amount
        if amount == 0:
            raise Refused("AmountZero")
        if amount > invoice.open:
            raise Refused("PaymentTooLarge")
        # It makes the buyer owe tax: nobody else starts that before the buyer has accepted.
        own = payer == self.taxes.controllers.get(invoice.trade.buyer)
        if invoice.bill.reverse and invoice.state == "issued" and not own:
            raise Refused("NotAccepted")
        if payer not in invoice.payers and len(invoice.payers) == MAX_PAYERS:
            raise Refused("TooManyPayers")
        if invoice.escrow:
            currency = invoice.trade.currency
            self.taxes.books.money.move(currency, payer, ESCROW, amount)
            invoice.escrowed += amount
            if invoice.open == 0:
                invoice.release = self.taxes.books.money.day + invoice.escrow[1]
        else:
            self.taxes.collect(invoice.trade, invoice.bill, payer, amount)
        invoice.payers[payer] = invoice.payers.pop(payer, 0) + amount
        invoice.since[payer] = self.taxes.books.money.day
        self._close_if_done(invoice)

    # ---- escrow ------------------------------------------------------------------------------

    def confirm(self, seller: int, number: int) -> None:
        """The buyer says that all is well: the seller is paid, and so tax is due."""
        invoice = self._get(seller, number)
        self._want_valid(invoice)
        if invoice.state == "disputed":
            invoice.state = "accepted"
        if invoice.escrowed:
            self._release(invoice)

    def release(self, seller: int, number: int) -> None:
        """The same by the deadline."""
        invoice = self._get(seller, number)
        self._want_escrow(invoice)
        self._want(invoice, "issued", "accepted", otherwise="NotOpen")
        if invoice.release is None or self.taxes.books.money.day < invoice.release:
            raise Refused("NotDue")
        self._release(invoice)

    def dispute(self, seller: int, number: int) -> None:
        """From now on only the arbiter, or the buyer, releases."""
        invoice = self._get(seller, number)
        self._want(invoice, "issued", "accepted", otherwise="NotOpen")
        self._want_escrow(invoice)
        invoice.state, invoice.release = "disputed", None

    def resolve(self, seller: int, number: int, to_buyer: int) -> None:
        """The arbiter gives so much back to whoever paid, and the rest to the seller."""
        invoice = self._get(seller, number)
        self._want_escrow(invoice)
        if to_buyer > invoice.escrowed:
            raise Refused("PaymentTooLarge")
        # What was given back isn't owed by having accepted.
        invoice.state, invoice.cancel_by, invoice.release = "issued", None, None
        self._give_back(invoice, to_buyer, ESCROW)
        invoice.escrowed -= to_buyer
        if invoice.escrowed:
            self._release(invoice)

    def _release(self, invoice: Invoice) -> None:
        amount, invoice.escrowed, invoice.release = invoice.escrowed, 0, None
        self.taxes.collect(invoice.trade, invoice.bill, ESCROW, amount)
        self._close_if_done(invoice)

    # ---- corrections -------------------------------------------------------------------------

    def credit_note(self, seller: int, number: int, note: dict[str, Any]) -> None:
        """Take something back; waits if the buyer lacks the credit for it."""
        invoice = self._get(seller, number)
        self._want_correctable(invoice)
        if invoice.waiting:
            raise Refused("NoteWaiting")
        if not self._apply(invoice, note, 0):
            invoice.waiting = note

    def cover_note(self, seller: int, number: int, most: int) -> None:
        """The buyer adds what it lacks, up to so much."""
        invoice = self._get(seller, number)
        if not invoice.waiting:
            raise Refused("NoNoteWaiting")
        # Else the treasury may have been swept of what the note needs.
        self._want_correctable(invoice)
        if not self._apply(invoice, invoice.waiting, most):
            raise Refused("NoteWaiting")

    def withdraw_note(self, seller: int, number: int) -> None:
        invoice = self._get(seller, number)
        if not invoice.waiting:
            raise Refused("NoNoteWaiting")
        invoice.waiting = None

    def _apply(self, invoice: Invoice, note: dict[str, Any], cover: int) -> bool:
        """Whether the note took effect."""
        outcome, amount = self.taxes.credit(invoice.trade, invoice.bill, note, cover)
        if outcome == "waits":
            return False
        invoice.waiting = None
        seller = self.taxes.controllers[invoice.trade.seller]
        self._give_back(invoice, amount, seller)
        # What the buyer lacked was taken from the money that would have gone to the newest payer.
        kept_back = sum(invoice.payers.values()) - invoice.bill.paid
        for payer, part in self._newest_first(invoice, kept_back):
            self._forget(invoice, payer, part)
        self._close_if_done(invoice)
        return True

    def cancel(self, seller: int, number: int, by: str) -> None:
        """`by` is "seller" or "buyer": once accepted, it takes both."""
        invoice = self._get(seller, number)
        shared = invoice.state in ("accepted", "disputed")
        if by != "seller" and not shared:
            raise Refused("NotSeller")
        self._want(invoice, "issued", "accepted", "disputed", otherwise="NotOpen")
        self._want_unpaid(invoice)
        if shared and invoice.cancel_by in (None, by):
            invoice.cancel_by = by
            return
        self._annul(invoice, "cancelled")

    def collect_unpaid(self, seller: int, number: int) -> None:
        """Tax of a business invoice that was accepted and not paid in time."""
        invoice = self._get(seller, number)
        self._want(invoice, "accepted", otherwise="NotOpen")
        if invoice.open == 0:
            raise Refused("AlreadyPaid")
        where = self.taxes.jurisdictions[invoice.trade.jurisdiction]
        if self.taxes.today(invoice.trade.jurisdiction) < invoice.due + where.unpaid_days:
            raise Refused("NotDue")
        if self.taxes.collect_unpaid(invoice.trade, invoice.bill) == 0:
            raise Refused("AlreadyPaid")

    # ---- internal ----------------------------------------------------------------------------

    def _check_sale(
        self,
        seller: int,
        buyer: Optional[int],
        jurisdiction: int,
        currency: int,
        supply: int,
        sale: dict,
    ) -> None:
        where, day = self.taxes.jurisdictions[jurisdiction], self.taxes.today(jurisdiction)
        if where.currencies is not None and currency not in where.currencies:
            raise Refused("CurrencyNotAccepted")
        if seller == buyer:
            raise Refused("SameParty")
        if supply > day:
            raise Refused("SupplyInFuture")
        if day - supply > where.supply_bound:
            raise Refused("SupplyOutsideBound")
        if not sale["items"]:
            raise Refused("NothingSold")

    def _check_codes(
        self, seller: int, buyer: Optional[int], jurisdiction: int, bill: Bill, sale: dict
    ) -> None:
        where, day = self.taxes.jurisdictions[jurisdiction], self.taxes.today(jurisdiction)
        kinds = [charge.kind for charge in bill.charges if charge.is_vat]
        if "O" in kinds and len(kinds) > 1:
            raise Refused("OutOfScopeAlone")
        if not where.is_registered(seller, day):
            if kinds != ["O"]:
                raise Refused("SellerNotRegistered")
            return
        allowed = where.taxpayers[seller].zero_codes
        for charge in bill.charges:
            if charge.kind in (*UNTAXED, "AE") and charge.kind != "O":
                if charge.code not in allowed:
                    raise Refused("CodeNotAllowed")
        if "AE" in kinds and buyer is None:
            raise Refused("BuyerUnknown")
        if "AE" in kinds and not where.is_registered(buyer, day):
            raise Refused("BuyerNotRegistered")
        if "G" in kinds and buyer is None:
            raise Refused("BuyerUnknown")
        if "G" in kinds and not sale.get("evidence"):
            raise Refused("ExportNeedsEvidence")
        if "G" in kinds and where.is_registered(buyer, day):
            raise Refused("ExportToTaxpayer")

    def _get(self, seller: int, number: int) -> Invoice:
        if (seller, number) not in self.invoices:
            raise Refused("InvoiceNotFound")
        return self.invoices[seller, number]

    def _want(self, invoice: Invoice, *states: str, otherwise: str) -> None:
        if invoice.state not in states:
            raise Refused(otherwise)

    def _annul(self, invoice: Invoice, state: str) -> None:
        """End it unpaid; what is in escrow goes back."""
        self._want_unpaid(invoice)
        self._give_back(invoice, invoice.escrowed, ESCROW)
        invoice.escrowed = 0
        invoice.state, invoice.waiting = state, None

    def _want_unaccepted(self, invoice: Invoice) -> None:
        if invoice.state == "accepted":
            raise Refused("AlreadyAccepted")
        self._want(invoice, "issued", otherwise="NotOpen")

    def _want_unpaid(self, invoice: Invoice) -> None:
        """Tax that was taken before payment comes back by a credit note only."""
        if invoice.bill.paid or any(charge.taken for charge in invoice.bill.charges):
            raise Refused("AlreadyPaid")

    def _want_valid(self, invoice: Invoice) -> None:
        if invoice.state in ("rejected", "cancelled"):
            raise Refused("NotOpen")

    def _want_correctable(self, invoice: Invoice) -> None:
        self._want_valid(invoice)
        if invoice.escrowed:
            raise Refused("InEscrow")
        window = self.taxes.jurisdictions[invoice.trade.jurisdiction].correction_days
        if self.taxes.today(invoice.trade.jurisdiction) > invoice.trade.supply + window:
            raise Refused("CorrectionOver")

    def _want_escrow(self, invoice: Invoice) -> None:
        if not invoice.escrowed:
            raise Refused("NothingEscrowed")

    def _give_back(self, invoice: Invoice, amount: int, source: str) -> None:
        """Money goes back only to whoever paid, to the newest payment first."""
        money, currency = self.taxes.books.money, invoice.trade.currency
        for payer, part in self._newest_first(invoice, amount):
            if source == ESCROW:
                money.give_back(currency, ESCROW, payer, part, invoice.since[payer])
            else:
                money.move(currency, source, payer, part)
            self._forget(invoice, payer, part)

    def _newest_first(self, invoice: Invoice, amount: int) -> list[tuple[str, int]]:
        parts = []
        for payer, paid in reversed(invoice.payers.items()):
            part = min(paid, amount)
            amount -= part
            if part:
                parts.append((payer, part))
        assert amount == 0, "no more goes back than was paid"
        return parts

    def _forget(self, invoice: Invoice, payer: str, amount: int) -> None:
        invoice.payers[payer] -= amount
        if invoice.payers[payer] == 0:
            del invoice.payers[payer]

    def _close_if_done(self, invoice: Invoice) -> None:
        is_open = invoice.state in ("issued", "accepted")
        if is_open and invoice.open == 0 and not invoice.escrowed:
            invoice.state = "closed"
