//! Issuing an invoice: from what a seller, or a buyer with its consent, says of a sale to the call.

use super::{
	allowed::{ensure_allowed, ensure_place, ensure_reverse},
	calls,
	consent::Consent,
	events::InvoiceIssued,
	papers::{Papers, Wanted},
	parties,
	place::{credits, registration},
	room::Book,
	InvoiceId, Place,
};
use crate::{
	bill,
	complete::{complete, Completed, Of},
	document::{Document, INVOICE, SELF_BILLED},
	export, number,
};
use ourledger_client::{
	error::{Error, Result},
	money,
	submit::Draft,
	twin::TwinInfo,
	State,
};
use ourledger_primitives::{
	invoice::{Bill, Conditions, Settlement},
	twin::TwinNumber,
};

/// What is to be issued.
pub struct Order {
	/// Who sells.
	pub seller: TwinInfo,
	/// Who buys, if it is known.
	pub buyer: Option<TwinInfo>,
	/// Whether the buyer writes it, with the seller's consent. Then it has to be known.
	pub is_self_billed: bool,
	/// What is sold; what can be worked out is filled in.
	pub document: Document,
	/// Whether the day of supply is named. Else the chain takes its own today: midnight may come in
	/// between.
	pub names_supply: bool,
	/// Days until it is due.
	pub due: u16,
	/// How the money reaches the seller.
	pub settlement: Settlement,
	/// Whether something is to be delivered.
	pub delivery: bool,
}

/// An invoice that is ready to be issued.
pub struct Issue {
	/// The call, and what it does, but for its papers.
	pub draft: Draft,
	/// Its document, and the copy for its readers.
	pub papers: Papers,
	/// What it charges.
	pub bill: Bill,
	/// The twin that issues it.
	pub writer: TwinNumber,
}

impl Order {
	/// Completes its document, checks it, and drafts the call. Refuses what nobody could be given as UBL.
	pub async fn prepare(self, state: &State, place: &Place, wanted: &Wanted) -> Result<Issue> {
		let seller = self.seller.number;
		let book = Book::read(state, seller).await?;
		book.ensure_room(seller)?;
		let consent = self.consent(state).await?;
		ensure_place(place)?;
		let document = self.headed(state, place, wanted).await?;
		let writing = wanted.writing(place)?;
		let completed = complete(document, &place.rules, Of::Invoice, &writing)?;
		completed.ensure_issuable(&place.rules)?;
		let number = InvoiceId { seller, number: book.next }.to_string();
		let number = number::of_invoice(&completed.document, Some(&number))?;
		export::ensure_exportable(&completed.document, &number)?;
		let Completed { document, sale, mut bill, .. } = completed;
		self.ensure_sellable(state, place, &mut bill).await?;
		let reservations = export::reservations(&document);
		let parties: Vec<_> = [Some(seller), self.buyer()].into_iter().flatten().collect();
		let papers = Papers::new(state, document, wanted, &parties, place).await?;
		let is_named = self.names_supply || place.supply != place.today;
		let conditions = Conditions {
			jurisdiction: place.id,
			currency: place.currency.id,
			supply: is_named.then_some(place.supply),
			due_days: self.due,
			settlement: self.settlement,
			delivery: self.delivery,
			document: papers.hash,
		};
		let call = match self.is_self_billed {
			false => calls::issue(state, self.buyer(), &conditions, &sale)?,
			true => calls::self_bill(state, seller, &conditions, &sale)?,
		};
		let writer = self.buyer().filter(|_| self.is_self_billed).unwrap_or(seller);
		let mut draft = Draft::new(call).for_twin(writer).effects(self.effects(place, &bill));
		if let Some(consent) = consent {
			draft = draft.effect(consent.effect(state, seller).await?);
		}
		Ok(Issue { draft: draft.effects(reservations), papers, bill, writer })
	}

	fn buyer(&self) -> Option<TwinNumber> {
		self.buyer.as_ref().map(|buyer| buyer.number)
	}

	/// The seller's consent, of an invoice that the buyer writes.
	async fn consent(&self, state: &State) -> Result<Option<Consent>> {
		if !self.is_self_billed {
			return Ok(None);
		}
		let buyer =
			self.buyer().ok_or_else(|| Error::input("a buyer that bills itself is known"))?;
		let seller = self.seller.number;
		let consent = Consent::find(state, seller, buyer).await?;
		let today = money::today(state).await?;
		match consent {
			Some(consent) if consent.until >= today => Ok(Some(consent)),
			_ => Err(Error::refused(format!(
				"twin {seller} has given twin {buyer} no consent to bill itself, or it has ended: \
				 it is given by \"ourledger invoice consent {buyer} --until DATE\""
			))),
		}
	}

	/// The document with what it says besides what is sold.
	async fn headed(&self, state: &State, place: &Place, wanted: &Wanted) -> Result<Document> {
		let mut document = self.document.clone();
		let code = if self.is_self_billed { SELF_BILLED } else { INVOICE };
		document.invoice_type_code = Some(code.into());
		document.payment_due_date = Some(money::date(place.today.saturating_add(self.due.into())));
		wanted.put_into(&mut document);
		parties::fill(state, place, &mut document, &self.seller, self.buyer.as_ref()).await?;
		Ok(document)
	}

	/// Refuses tax codes that the parties can't use; keeps what the buyer may deduct.
	async fn ensure_sellable(&self, state: &State, place: &Place, bill: &mut Bill) -> Result<()> {
		let (seller, buyer) = (self.seller.number, self.buyer());
		let registered = registration(state, place, Some(seller)).await?;
		ensure_allowed(bill, place, seller, registered.as_ref())?;
		let credits = credits(state, place, seller, buyer, true).await?;
		ensure_reverse(bill, place, buyer, &credits)?;
		bill::keep_share(bill, &credits, &place.rules)
	}

	fn effects(&self, place: &Place, bill: &Bill) -> Vec<String> {
		let to = self.buyer().map_or("nobody by name".into(), |buyer| format!("twin {buyer}"));
		let (seller, due) = (self.seller.number, self.due);
		let gross = place.currency.show(bill.gross);
		let mut effects = vec![format!("twin {seller} charges {to} {gross}, due in {due} days")];
		let lines = bill::lines(bill, &place.rules, &place.currency);
		effects.extend(lines.into_iter().map(|(label, amount)| format!("{label}: {amount}")));
		if bill.gross == 0 {
			effects.push("nothing is to be paid: all of it is booked at once".into());
		}
		if let Settlement::Escrow { arbiter, days } = self.settlement {
			effects.push(format!(
				"the money waits in escrow for up to {days} whole days after full payment; twin {arbiter} \
				 decides a dispute"
			));
		}
		effects
	}
}

/// Why the chain charges something else than the document, if it does: a rate can have changed at
/// midnight.
pub fn difference(bill: &Bill, issued: &InvoiceIssued) -> Option<String> {
	let is_same = (bill.net(), bill.tax(), bill.gross) == (issued.net, issued.tax, issued.gross);
	(!is_same).then(|| {
		format!(
			"The chain charges a gross of {} minor units, the document {}: a rate has changed in \
			 between. Take it back by a credit note, and issue it anew.",
			issued.gross, bill.gross
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::assess::{
		assess,
		tests::{rules, sale, STANDARD},
	};

	#[test]
	fn other_charges_of_the_chain_are_told() {
		let (_, bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		let mut issued = InvoiceIssued {
			invoice: InvoiceId { seller: 2, number: 7 },
			buyer: None,
			jurisdiction: 0,
			currency: 1,
			supply: 20_778,
			net: 10_000,
			tax: 1_500,
			tip: 0,
			gross: 11_500,
			document: [0; 32],
			receipt: [0; 32],
		};
		assert_eq!(difference(&bill, &issued), None);
		(issued.tax, issued.gross) = (1_600, 11_600);
		let told = difference(&bill, &issued).expect("differs");
		assert!(told.contains("a gross of 11600 minor units, the document 11500"), "{told}");
	}
}
