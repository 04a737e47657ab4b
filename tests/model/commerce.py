"""Invoices: issued, accepted, paid, kept in escrow, credited, cancelled."""

from dataclasses import dataclass, field, replace
from typing import Any, Optional

import receipts
from bills import UNTAXED, Bill, Refused, draft_of, take_off, work_out
from money import ESCROW, Kept
from taxes import Taxes, Trade

MAX_PAYERS = 4
# Longest span that an invoice can name, in days.
MAX_DAYS = 1_827
# For so long a dispute waits for the arbiter.
DISPUTE_DAYS = 365


@dataclass
class Payer:
    """What somebody paid: what of it arrived, less what went back, and what waits in escrow."""

    paid: int = 0
    kept: Kept = Kept()


@dataclass
class Invoice:
    """An invoice and what became of it."""

    trade: Trade
    bill: Bill
    due: int
    # Twin that decides a dispute, and days until the money is released.
    escrow: Optional[tuple[int, int]] = None
    # If the buyer wrote it: whether that is so, and from which day on the seller's silence counts
    # as its word.
    by_buyer: bool = False
    silence: Optional[int] = None
    delivery: bool = False
    state: str = "issued"
    # By account; the newest payment last.
    payers: dict[str, Payer] = field(default_factory=dict)
    release: Optional[int] = None
    # What a note that waits would leave, and its document.
    waiting: Optional[tuple[dict[str, Any], str]] = None
    cancel_by: Optional[str] = None

    def state_of(self) -> dict[str, Any]:
        """All that can change of it, as it is."""
        payers = {account: replace(payer) for account, payer in self.payers.items()}
        own = {"bill": self.bill.copy(), "trade": replace(self.trade), "payers": payers}
        return {**vars(self), **own}

    @property
    def escrowed(self) -> int:
        return sum(payer.kept.nominal for payer in self.payers.values())

    @property
    def open(self) -> int:
        return self.bill.gross - self.bill.paid - self.escrowed


class Commerce:
    """All invoices."""

    def __init__(self, taxes: Taxes):
        self.taxes = taxes
        self.invoices: dict[tuple[int, int], Invoice] = {}
        # Next number and last receipt, by seller. Entries are replaced, never changed.
        self.series: dict[int, tuple[int, bytes]] = {}
        # Seller and buyer → last day by UTC, and days for an objection if silence counts.
        self.consents: dict[tuple[int, int], tuple[int, Optional[int]]] = {}

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
        delivery: bool = False,
        document: str = receipts.NOTHING,
        business: bool = True,
    ) -> Invoice:
        """A new invoice, whose number follows on the seller's last."""
        if due_days > MAX_DAYS or (escrow and escrow[1] > MAX_DAYS):
            raise Refused("TooManyDays")
        if jurisdiction not in self.taxes.jurisdictions:
            raise Refused("JurisdictionNotFound")
        day = self.taxes.today(jurisdiction)
        supply = day if supply is None else supply
        number, receipt = self.series.get(seller, (1, receipts.FIRST))
        trade = Trade(seller, number, buyer, jurisdiction, currency, supply, business)
        bill = self._assess(trade, sale)
        # A wait takes nothing of tax, so that what is nearly all tax would wait for nothing.
        if escrow and bill.is_mostly_tax:
            raise Refused("EscrowMostlyTax")
        self.taxes.book_issue(trade, bill)
        self.series[seller] = (number + 1, receipts.of_invoice(receipt, trade, bill, document))
        invoice = Invoice(trade, bill, day + due_days, tuple(escrow) if escrow else None)
        invoice.delivery = delivery
        self.invoices[seller, number] = invoice
        self._close_if_done(invoice)
        return invoice

    def self_bill(self, **terms: Any) -> Invoice:
        """A buyer bills itself in the seller's name, with its consent."""
        until, objection = self.consents.get((terms["seller"], terms["buyer"]), (-1, None))
        if until < self._utc:
            raise Refused("NoConsent")
        invoice = self.issue(**terms)
        invoice.by_buyer = True
        invoice.silence = objection and self._after(objection)
        return invoice

    def allow_self_billing(
        self, seller: int, buyer: int, until: int, objection: Optional[int] = None
    ) -> None:
        """A seller consents that a buyer bills itself."""
        if until < self._utc:
            raise Refused("NoConsent")
        if objection == 0:
            raise Refused("AmountZero")
        if objection and objection > MAX_DAYS:
            raise Refused("TooManyDays")
        self.consents[seller, buyer] = (until, objection)

    def sell(self, payer: str, **terms: Any) -> Invoice:
        """A sale at a till: issued to the payer's twin, if it can act, and paid at once."""
        twins = [twin for twin in self.taxes.controllers if self._is(payer, twin)]
        invoice = self.issue(**{**terms, "buyer": twins[0] if twins else None})
        if invoice.bill.gross:
            self.pay(
                invoice.trade.seller, invoice.trade.number, payer, None, invoice.trade.business
            )
        invoice.state = "closed"
        return invoice

    def accept(self, seller: int, number: int, by: str) -> None:
        """Whoever didn't write it agrees; for a seller that is silent for long, anybody."""
        invoice = self._get(seller, number)
        if not invoice.by_buyer:
            if not self._is(by, invoice.trade.buyer):
                raise Refused("NotBuyer")
        elif invoice.silence is None or self._utc < invoice.silence:
            if not self._is(by, seller):
                raise Refused("NotSeller")
        self._want_unaccepted(invoice)
        invoice.state = "accepted"
        self._act(invoice)

    def reject(self, seller: int, number: int) -> None:
        invoice = self._get(seller, number)
        self._want_unaccepted(invoice)
        self._annul(invoice, "rejected")

    def pay(
        self,
        seller: int,
        number: int,
        payer: str,
        amount: Optional[int] = None,
        business: bool = True,
    ) -> None:
        invoice = self._get(seller, number)
        trade = invoice.trade
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
        own = self._is(payer, trade.buyer)
        if not own and amount < invoice.open:
            raise Refused("PartByStranger")
        # It makes the buyer owe tax: nobody else starts that before the buyer has accepted.
        if not own and invoice.bill.reverse and invoice.state == "issued":
            raise Refused("NotAccepted")
        if own and business != trade.business:
            if invoice.payers or (not business and invoice.bill.reverse):
                raise Refused("PurposeFixed")
            trade.business = business
        if invoice.escrow and self.taxes.arrears(trade, trade.buyer):
            raise Refused("BuyerInArrears")
        # A note may have left more tax of it than there was.
        if invoice.escrow and invoice.bill.is_mostly_tax:
            raise Refused("EscrowMostlyTax")
        # Nobody takes the last place from the buyer.
        full = len(invoice.payers) + 1 >= MAX_PAYERS and trade.buyer is not None and not own
        if payer not in invoice.payers and (full or len(invoice.payers) == MAX_PAYERS):
            raise Refused("TooManyPayers")
        entry = invoice.payers.pop(payer, Payer())
        invoice.payers[payer] = entry
        if invoice.escrow:
            money = self.taxes.books.money
            entry.kept = entry.kept.plus(money.keep(trade.currency, amount))
            money.move(trade.currency, payer, ESCROW, amount)
            if invoice.open == 0:
                invoice.release = self._after(invoice.escrow[1])
        else:
            entry.paid += amount
            self.taxes.collect(trade, invoice.bill, payer, amount)
        # Once something is paid, the seller can't object alone: its silence isn't its word.
        invoice.silence = None
        self._close_if_done(invoice)
        self._act(invoice)

    # ---- escrow ------------------------------------------------------------------------------

    def deliver(self, seller: int, number: int) -> None:
        """The seller says that it has delivered."""
        self._act(self._get(seller, number))

    def confirm(self, seller: int, number: int) -> None:
        """The buyer says that all is well: the seller is paid, and so tax is due."""
        invoice = self._get(seller, number)
        self._want_valid(invoice)
        if invoice.state == "disputed":
            # Its own bill, a buyer can't accept.
            invoice.state = "issued" if invoice.by_buyer else "accepted"
        invoice.silence = None
        self._release(invoice)
        self._act(invoice)

    def release(self, seller: int, number: int) -> None:
        """The same by the deadline."""
        invoice = self._get(seller, number)
        self._want_escrow(invoice)
        self._want(invoice, "issued", "accepted", "disputed", otherwise="NotOpen")
        if invoice.release is None or self._utc < invoice.release:
            raise Refused("NotDue")
        if invoice.state == "disputed":
            # Nobody has decided: whoever paid gets all of it.
            self._settle_dispute(invoice, invoice.escrowed)
        else:
            self._release(invoice)
        self._act(invoice)

    def dispute(self, seller: int, number: int) -> None:
        """From now on only the arbiter, or the buyer, releases; but not for ever."""
        invoice = self._get(seller, number)
        self._want(invoice, "issued", "accepted", otherwise="NotOpen")
        self._want_escrow(invoice)
        invoice.state, invoice.silence = "disputed", None
        invoice.release = self._after(DISPUTE_DAYS)
        self._act(invoice)

    def resolve(self, seller: int, number: int, to_buyer: int) -> None:
        """The arbiter gives so much back to whoever paid, and the rest to the seller."""
        invoice = self._get(seller, number)
        self._want_escrow(invoice)
        if to_buyer > invoice.escrowed:
            raise Refused("PaymentTooLarge")
        self._settle_dispute(invoice, to_buyer)
        self._act(invoice)

    def _settle_dispute(self, invoice: Invoice, to_buyer: int) -> None:
        # What was given back isn't owed by having accepted, nor by having been silent.
        invoice.state, invoice.silence, invoice.release = "issued", None, None
        self._return_escrow(invoice, to_buyer)
        self._release(invoice)

    def _release(self, invoice: Invoice) -> None:
        invoice.release = None
        kept = Kept()
        for payer in invoice.payers.values():
            kept = kept.plus(payer.kept)
            payer.paid, payer.kept = payer.paid + payer.kept.nominal, Kept()
        if kept.nominal:
            self.taxes.release(invoice.trade, invoice.bill, kept)
        self._close_if_done(invoice)

    # ---- corrections -------------------------------------------------------------------------

    def credit_note(
        self, seller: int, number: int, note: dict[str, Any], document: str = receipts.NOTHING
    ) -> None:
        """Take something back; waits if the buyer lacks the credit for it."""
        invoice = self._get(seller, number)
        self._want_correctable(invoice)
        if invoice.waiting:
            raise Refused("NoteWaiting")
        rest = take_off(invoice.bill, note)
        if not self._apply(invoice, rest, document, 0):
            invoice.waiting = (note, document)
        self._act(invoice)

    def cover_note(self, seller: int, number: int, most: int) -> None:
        """The buyer adds what it lacks, up to so much."""
        invoice = self._get(seller, number)
        if not invoice.waiting:
            raise Refused("NoNoteWaiting")
        # Else the treasury may have been swept of what the note needs.
        self._want_correctable(invoice)
        note, document = invoice.waiting
        invoice.silence = None
        if not self._apply(invoice, take_off(invoice.bill, note), document, most):
            raise Refused("NoteWaiting")
        self._act(invoice)

    def withdraw_note(self, seller: int, number: int) -> None:
        invoice = self._get(seller, number)
        if not invoice.waiting:
            raise Refused("NoNoteWaiting")
        invoice.waiting = None
        self._act(invoice)

    def _apply(self, invoice: Invoice, rest: Bill, document: str, cover: int) -> bool:
        """Whether the note that leaves `rest` took effect."""
        trade, bill = invoice.trade, invoice.bill
        before = receipts.totals(bill)
        outcome, amount = self.taxes.credit(trade, bill, rest, cover)
        if outcome == "waits":
            return False
        invoice.waiting = None
        self._return_escrow(invoice, invoice.escrowed)
        number, receipt = self.series[trade.seller]
        day = self.taxes.today(trade.jurisdiction)
        left = receipts.totals(bill)
        link = receipts.of_note(receipt, trade, number, day, before, left, document)
        self.series[trade.seller] = (number + 1, link)
        seller = self.taxes.controllers[trade.seller]
        for payer, part in self._newest_first(invoice, amount):
            self.taxes.books.money.give_back(trade.currency, seller, payer, part)
            self._forget(invoice, payer, part)
        # What the buyer lacked was taken from the money that would have gone to the newest payer.
        kept_back = sum(payer.paid for payer in invoice.payers.values()) - bill.paid
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

    def withdraw_cancel(self, seller: int, number: int, by: str) -> None:
        """Whoever asked to cancel no longer wants to."""
        invoice = self._get(seller, number)
        if invoice.cancel_by != by:
            raise Refused("NoCancelRequest")
        self._act(invoice)

    def collect_unpaid(self, seller: int, number: int) -> None:
        """Tax of a business invoice that was accepted and not paid in time."""
        invoice = self._get(seller, number)
        self._want(invoice, "accepted", otherwise="NotOpen")
        if invoice.open == 0:
            raise Refused("AlreadyPaid")
        where = self.taxes.jurisdictions[invoice.trade.jurisdiction]
        # From the end of the day on which it was due.
        if self.taxes.today(invoice.trade.jurisdiction) <= invoice.due + where.unpaid_days:
            raise Refused("NotDue")
        if self.taxes.collect_unpaid(invoice.trade, invoice.bill) == 0:
            raise Refused("AlreadyPaid")
        self._act(invoice)

    # ---- internal ----------------------------------------------------------------------------

    @property
    def _utc(self) -> int:
        return self.taxes.books.money.day

    def _after(self, days: int) -> int:
        """The day, by UTC, that begins when so many days of 24 hours are over."""
        return self._utc + days + 1

    def _is(self, account: str, twin: Optional[int]) -> bool:
        """Whether an account acts for a twin."""
        acts = twin is not None and twin not in self.taxes.inactive
        return acts and self.taxes.controllers[twin] == account

    def _act(self, invoice: Invoice) -> None:
        """Something was done: a request to cancel, made before, is over."""
        invoice.cancel_by = None

    def _assess(self, trade: Trade, sale: dict[str, Any]) -> Bill:
        """The bill of a sale that the rules allow."""
        where, day = (
            self.taxes.jurisdictions[trade.jurisdiction],
            self.taxes.today(trade.jurisdiction),
        )
        if where.currencies is not None and trade.currency not in where.currencies:
            raise Refused("CurrencyNotAccepted")
        if trade.seller == trade.buyer:
            raise Refused("SameParty")
        if trade.supply > day:
            raise Refused("SupplyInFuture")
        if day - trade.supply > where.supply_bound:
            raise Refused("SupplyOutsideBound")
        if not sale["items"]:
            raise Refused("NothingSold")
        bill = draft_of(sale, lambda code: where.rate(code, trade.supply), where.per_line)
        bill.tip_limit = where.tip_limit
        self._check_codes(trade, bill, sale)
        work_out(bill)
        if bill.one is not None and where.is_registered(trade.buyer, day) and trade.business:
            taxed = [charge.code for charge in bill.own_vat if charge.tax]
            shares = {where.share(trade.buyer, code) for code in taxed}
            if len(shares) > 1:
                raise Refused("SharesDiffer")
            bill.share = shares.pop()
        return bill

    def _check_codes(self, trade: Trade, bill: Bill, sale: dict) -> None:
        where, day = (
            self.taxes.jurisdictions[trade.jurisdiction],
            self.taxes.today(trade.jurisdiction),
        )
        kinds = [charge.kind for charge in bill.charges if charge.is_vat]
        if "O" in kinds and len(kinds) > 1:
            raise Refused("OutOfScopeAlone")
        if not where.is_registered(trade.seller, day):
            if kinds != ["O"]:
                raise Refused("SellerNotRegistered")
            return
        allowed = where.taxpayers[trade.seller].zero_codes
        for charge in bill.charges:
            if charge.kind in (*UNTAXED, "AE") and charge.code not in allowed:
                raise Refused("CodeNotAllowed")
        buyer_registered = trade.business and where.is_registered(trade.buyer, day)
        if "AE" in kinds and trade.buyer is None:
            raise Refused("BuyerUnknown")
        if "AE" in kinds and not buyer_registered:
            raise Refused("BuyerNotRegistered")
        if "AE" in kinds and self.taxes.arrears(trade, trade.buyer):
            raise Refused("BuyerInArrears")
        if "G" in kinds and trade.buyer is None:
            raise Refused("BuyerUnknown")
        if "G" in kinds and not sale.get("evidence"):
            raise Refused("ExportNeedsEvidence")
        if "G" in kinds and where.is_registered(trade.buyer, day):
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
        self._return_escrow(invoice, invoice.escrowed)
        invoice.state, invoice.waiting = state, None
        self._act(invoice)

    def _want_unaccepted(self, invoice: Invoice) -> None:
        if invoice.state == "accepted":
            raise Refused("AlreadyAccepted")
        self._want(invoice, "issued", otherwise="NotOpen")

    def _want_unpaid(self, invoice: Invoice) -> None:
        """Tax that was taken before payment comes back by a credit note only."""
        if invoice.bill.paid or any(charge.taken for charge in invoice.bill.taxed):
            raise Refused("AlreadyPaid")

    def _want_valid(self, invoice: Invoice) -> None:
        if invoice.state in ("rejected", "cancelled"):
            raise Refused("NotOpen")

    def _want_correctable(self, invoice: Invoice) -> None:
        self._want_valid(invoice)
        # A part for which no deadline runs goes back with the note.
        disputed = invoice.state == "disputed"
        if invoice.escrowed and (invoice.release is not None or disputed):
            raise Refused("InEscrow")
        window = self.taxes.jurisdictions[invoice.trade.jurisdiction].correction_days
        if self.taxes.today(invoice.trade.jurisdiction) > invoice.trade.supply + window:
            raise Refused("CorrectionOver")

    def _want_escrow(self, invoice: Invoice) -> None:
        if not invoice.escrowed:
            raise Refused("NothingEscrowed")

    def _return_escrow(self, invoice: Invoice, amount: int) -> None:
        """What waits goes back to whoever paid it, to the newest payment first."""
        money, currency = self.taxes.books.money, invoice.trade.currency
        for account, payer in reversed(list(invoice.payers.items())):
            part = payer.kept.part(min(payer.kept.nominal, amount))
            if part.nominal:
                amount -= part.nominal
                left = payer.kept.units - part.units
                payer.kept = Kept(payer.kept.nominal - part.nominal, left)
                money.settle(currency, ESCROW, account, part)
            self._forget(invoice, account, 0)
        assert amount == 0, "no more goes back than waits"

    def _newest_first(self, invoice: Invoice, amount: int) -> list[tuple[str, int]]:
        """Whose what has arrived was, as far as it goes back."""
        parts = []
        for account, payer in reversed(invoice.payers.items()):
            part = min(payer.paid, amount)
            amount -= part
            if part:
                parts.append((account, part))
        assert amount == 0, "no more goes back than was paid"
        return parts

    def _forget(self, invoice: Invoice, account: str, amount: int) -> None:
        payer = invoice.payers[account]
        payer.paid -= amount
        if payer.paid == 0 and payer.kept.nominal == 0:
            del invoice.payers[account]

    def _close_if_done(self, invoice: Invoice) -> None:
        is_open = invoice.state in ("issued", "accepted")
        if is_open and invoice.open == 0 and not invoice.escrowed:
            invoice.state = "closed"
