//! A seller's receipts, held against the last one, which the chain keeps; and what they prove.

use super::{room::Book, Invoice, InvoiceId};
use crate::receipt::{self, Claimed, Sums};
use ourledger_client::{
	error::{Error, Result},
	hash,
	money::{self, Currency},
	State,
};
use ourledger_primitives::{
	money::Day,
	receipt::{Link, NoteCore, Proof, ReceiptCore, Totals},
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};

/// A seller's receipts, in their order and without gaps.
#[derive(Debug)]
pub struct Series {
	links: Vec<Claimed>,
	/// The receipt before the first, and that of each.
	heads: Vec<[u8; 32]>,
	start: InvoiceId,
	end: InvoiceId,
}

impl Series {
	/// Checks that each hashes the one before it. `previous` is the one before the first; needed
	/// unless they begin with number 1.
	pub fn new(links: Vec<Claimed>, previous: Option<[u8; 32]>) -> Result<Self> {
		let heads = receipt::verify(&links, previous)?;
		let ends = links.first().zip(links.last());
		let (start, end) = ends.expect("none would not have been verified; qed");
		Ok(Self { start: name_of(&start.link), end: name_of(&end.link), links, heads })
	}

	/// Whose they are.
	pub fn seller(&self) -> TwinNumber {
		self.end.seller
	}

	/// The last one's hash.
	pub fn head(&self) -> [u8; 32] {
		self.heads.last().copied().unwrap_or_default()
	}

	/// Insists that the last one is this.
	pub fn ensure_ends_with(&self, wanted: [u8; 32]) -> Result<()> {
		if self.head() == wanted {
			return Ok(());
		}
		Err(Error::verification(format!(
			"the receipts lead to {}, not to {}: one of them is not what was issued",
			hash::text(&self.head()),
			hash::text(&wanted)
		)))
	}

	/// Insists that the last one was the seller's last in this state.
	pub async fn ensure_ends_as_in(&self, state: &State) -> Result<()> {
		let InvoiceId { seller, number } = self.end;
		let book = Book::read(state, seller).await?;
		if book.next != number.saturating_add(1) {
			return Err(Error::verification(format!(
				"the receipts end with {seller}/{number}, but the chain's last is {seller}/{}: all up to \
				 that are needed",
				book.next.saturating_sub(1)
			)));
		}
		self.ensure_ends_with(book.receipt)
	}

	/// Those of invoices.
	pub fn invoices(&self) -> impl Iterator<Item = &ReceiptCore> {
		self.links.iter().filter_map(|it| match &it.link {
			Link::Invoice(invoice) => Some(invoice),
			Link::Note(_) => None,
		})
	}

	/// Those of credit notes.
	pub fn notes(&self) -> impl Iterator<Item = &NoteCore> {
		self.links.iter().filter_map(|it| match &it.link {
			Link::Note(note) => Some(note),
			Link::Invoice(_) => None,
		})
	}

	/// What they prove of an invoice among them.
	pub fn prove(&self, at: InvoiceId) -> Result<(&ReceiptCore, Proof)> {
		if self.seller() != at.seller {
			return Err(Error::input(format!("the receipts aren't those of twin {}", at.seller)));
		}
		let proof = receipt::proof_of(&self.links, at.number, &self.heads)?;
		let invoice = self.invoices().find(|invoice| invoice.number == at.number);
		let invoice = invoice.ok_or_else(|| Error::input(format!("{at} is no invoice")))?;
		Ok((invoice, proof))
	}

	/// As they stand in results.
	pub fn json(&self) -> Json {
		json!({
			"seller": self.seller(),
			"first": self.start.number,
			"last": self.end.number,
			"invoices": self.invoices().map(invoice_json).collect::<Json>(),
			"notes": self.notes().map(note_json).collect::<Json>(),
			"receipt": hash::text(&self.head()),
			"verified": true,
		})
	}

	/// From which to which they are, for people.
	pub fn span(&self) -> String {
		format!("{} to {}", self.start, self.end)
	}
}

/// A credit note has a number of the same series.
fn name_of(link: &Link) -> InvoiceId {
	InvoiceId { seller: link.seller(), number: link.number() }
}

/// What an invoice's receipt says of it: whoever reads that it is verified has to see of what.
pub fn invoice_text(invoice: &ReceiptCore) -> String {
	let ReceiptCore { seller, number, currency, net, tax, tip, gross, .. } = invoice;
	let buyer = match invoice.buyer {
		Some(buyer) => format!(" to twin {buyer}"),
		None => String::new(),
	};
	let supply = money::date(invoice.supply);
	format!(
		"{seller}/{number}{buyer} of {supply}: {gross} minor units of currency {currency}: net {net}, \
		 tax {tax}, tip {tip}"
	)
}

/// What a credit note's receipt says of it.
pub fn note_text(note: &NoteCore) -> String {
	let NoteCore { seller, number, invoice, .. } = note;
	format!(
		"{seller}/{number} on {seller}/{invoice}: it took {} minor units, and left {}",
		note.taken.gross, note.left.gross
	)
}

/// An invoice's receipt as it stands in results.
fn invoice_json(invoice: &ReceiptCore) -> Json {
	json!({
		"number": invoice.number,
		"buyer": invoice.buyer,
		"jurisdiction": invoice.jurisdiction,
		"currency": invoice.currency,
		"supply": money::date(invoice.supply),
		"issued": Sums::from(invoice.totals()),
		"document": hash::text(&invoice.document),
	})
}

/// A credit note's receipt as it stands in results.
pub fn note_json(note: &NoteCore) -> Json {
	json!({
		"number": note.number,
		"invoice": note.invoice,
		"day": money::date(note.day),
		"taken": Sums::from(note.taken),
		"left": Sums::from(note.left),
		"document": hash::text(&note.document),
	})
}

/// A sum with its tax, in minor units unless the currency is known.
pub fn totals_text(totals: Totals, currency: Option<&Currency>) -> String {
	let show = |units: u128| match currency {
		Some(currency) => currency.show(units),
		None => format!("{units} minor units"),
	};
	format!("{}, of which {} are tax", show(totals.gross), show(totals.tax))
}

/// Until when notes can take effect on an invoice, and today, by its jurisdiction's clock.
#[derive(Clone, Copy, Debug)]
pub struct Window {
	/// The last day on which they can, in days since 1970.
	pub until: Day,
	/// Days since 1970, as the jurisdiction's clock has it now.
	pub today: Day,
	/// Whether the chain's state still has the invoice, so that longer days of correction count for
	/// it.
	pub in_state: bool,
}

impl Window {
	/// Reads it; nothing if the chain doesn't know the jurisdiction.
	pub async fn read(state: &State, invoice: &ReceiptCore) -> Result<Option<Self>> {
		let key = (invoice.jurisdiction, invoice.supply);
		let until: Option<Day> = state.view("Commerce", "correctable_until", key).await?;
		let today: Option<Day> = state.view("Tax", "today", (invoice.jurisdiction,)).await?;
		let at = InvoiceId { seller: invoice.seller, number: invoice.number };
		let found = Invoice::find(state, at).await?;
		let in_state = found.is_some();
		Ok(until.zip(today).map(|(until, today)| Self { until, today, in_state }))
	}

	/// Whether nothing can change any more.
	pub fn is_final(&self) -> bool {
		// What has left the state can't come back, however long the days of correction get.
		!self.in_state
	}

	/// Whether nothing can change any more, for people.
	pub fn text(&self) -> String {
		let until = money::date(self.until);
		match (self.is_final(), self.today > self.until) {
			(true, _) => {
				"yes: the invoice has left the chain's state, so no credit note can take effect"
					.into()
			},
			(false, true) => format!(
				"unless the jurisdiction lengthens its days of correction while the invoice is in the \
				 chain's state: after {until} no credit note could take effect"
			),
			(false, false) => format!(
				"not yet: until {until} a credit note can take more; ask for the seller's receipts again \
				 after that day"
			),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::receipt::read_all;

	fn receipt(number: u64) -> Json {
		json!({
			"seller": 2,
			"number": number,
			"jurisdiction": 0,
			"currency": 1,
			"supply": 20_778,
			"net": "300",
			"tax": "45",
			"tip": "0",
			"gross": "345",
			"document": hash::text(&[7; 32]),
			"receipt": null,
		})
	}

	fn series() -> Series {
		let text = format!("{}{}", receipt(1), receipt(2));
		Series::new(read_all(&text).expect("are some"), None).expect("is one")
	}

	#[test]
	fn window_says_whether_what_is_left_can_change() {
		let window = |today, in_state| Window { until: 20_778, today, in_state };
		let open = window(20_778, true);
		assert!(!open.is_final());
		assert!(open.text().starts_with("not yet: until 2026-11-21"), "{}", open.text());
		// The jurisdiction can lengthen its days of correction, for what is still there.
		let over = window(20_779, true);
		assert!(!over.is_final());
		assert!(over.text().starts_with("unless the jurisdiction lengthens"), "{}", over.text());
		assert!(over.text().contains("after 2026-11-21"), "{}", over.text());
		// What was removed can't be credited, even if they were lengthened since.
		for today in [20_778, 20_779] {
			let gone = window(today, false);
			assert!(gone.is_final() && gone.text().starts_with("yes"), "{}", gone.text());
		}
	}

	#[test]
	fn verified_receipt_says_its_amounts() {
		let series = series();
		let (core, proof) = series.prove(InvoiceId { seller: 2, number: 1 }).expect("is one");
		let text = invoice_text(core);
		for part in ["2/1", "345 minor units of currency 1", "net 300", "tax 45", "tip 0"] {
			assert!(text.contains(part), "{part} in {text}");
		}
		assert_eq!(invoice_json(core)["issued"]["gross"], "345");
		assert_eq!(
			totals_text(proof.left, None),
			"345 minor units, of which 45 minor units are tax"
		);
		assert_eq!((series.span(), series.json()["last"].as_u64()), ("2/1 to 2/2".into(), Some(2)));
	}

	#[test]
	fn other_head_is_a_failed_verification() {
		let series = series();
		assert_eq!(series.ensure_ends_with(series.head()), Ok(()));
		assert_eq!(series.ensure_ends_with([2; 32]).map_err(|error| error.code()), Err(6));
	}

	#[test]
	fn receipts_of_another_seller_prove_nothing() {
		let error = series().prove(InvoiceId { seller: 3, number: 1 }).expect_err("is another");
		assert!(error.to_string().contains("aren't those of twin 3"), "{error}");
	}
}
