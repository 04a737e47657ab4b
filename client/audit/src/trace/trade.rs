//! What the events of trade say of an invoice's money: who paid into escrow and what became of it,
//! and what credit notes gave back.

use crate::row::{amount, Row};
use ourledger_client::error::Result;
use ourledger_documents::on_chain::InvoiceId;
use serde::Deserialize;
use serde_json::{json, Value as Json};
use std::collections::BTreeMap;

/// Block and event.
pub type Place = (u64, u32);

/// Money of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Share {
	/// Whose it is.
	pub payer: String,
	/// Minor units.
	pub amount: u128,
}

/// Money that came into escrow or left it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Move {
	/// Block and event.
	pub at: Place,
	/// Minor units.
	pub amount: u128,
	/// What it was.
	pub way: Way,
}

/// Which way money in escrow went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Way {
	/// An account paid it in.
	PaidIn {
		/// Which one.
		payer: String,
	},
	/// It went back, less demurrage.
	Returned {
		/// To which account.
		payer: String,
		/// Demurrage of its wait, in minor units.
		charged: u128,
		/// What the account couldn't hold, so that it waits for it.
		set_aside: u128,
	},
	/// It went to the seller and the treasury.
	Released {
		/// Minor units.
		to_seller: u128,
		/// Minor units.
		to_treasury: u128,
		/// Demurrage of its wait, which the seller bears.
		charged: u128,
		/// Of the seller's part, what its account couldn't hold.
		set_aside: u128,
		/// What released it.
		by: String,
		/// Whose it had been.
		payers: Vec<Share>,
		/// The event of its tax.
		tax: Option<Place>,
	},
}

/// An invoice's escrow.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Escrow {
	/// What went in and out, in order.
	pub moves: Vec<Move>,
	/// What is still there, by payer, in the order in which they first paid.
	pub held: Vec<Share>,
}

/// A credit note.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
	/// Block and event.
	pub at: Place,
	/// Its own number in the seller's series, since notes have some.
	pub number: Option<u64>,
	/// Its link in the seller's chain of receipts.
	pub receipt: Option<String>,
	/// What is left to pay in all.
	pub gross: u128,
	/// What went back to payers.
	pub refund: u128,
	/// To which payers.
	pub refunded: Vec<Share>,
	/// What of that couldn't be held, and waits for them.
	pub set_aside: u128,
	/// The event that says what became of the tax.
	pub tax: Option<Row>,
	/// Events that say what a buyer gets back of reverse charge.
	pub undone: Vec<Row>,
}

/// What trade says of the invoices of a range.
#[derive(Default)]
pub struct Trade {
	/// What invoices are paid in.
	pub currencies: BTreeMap<InvoiceId, u32>,
	/// Of invoices that were paid through escrow.
	pub escrows: BTreeMap<InvoiceId, Escrow>,
	/// Of invoices that have some.
	pub notes: BTreeMap<InvoiceId, Vec<Note>>,
	/// The last event of tax of each invoice in a block: those of trade come after it.
	taxes: BTreeMap<InvoiceId, Taxes>,
}

/// Events of tax whose event of trade is still to come.
#[derive(Default)]
struct Taxes {
	collected: Option<Place>,
	reversed: Option<Row>,
	undone: Vec<Row>,
}

#[derive(Deserialize)]
struct Issued {
	currency: u32,
}

#[derive(Deserialize)]
struct Received {
	payer: String,
	#[serde(with = "amount")]
	amount: u128,
	escrowed: bool,
}

#[derive(Deserialize)]
struct PaidBack {
	payer: String,
	#[serde(with = "amount")]
	amount: u128,
	#[serde(default, with = "amount")]
	charged: u128,
	#[serde(default, with = "amount")]
	set_aside: u128,
}

#[derive(Deserialize)]
struct Released {
	#[serde(with = "amount")]
	amount: u128,
	#[serde(with = "amount")]
	to_seller: u128,
	#[serde(with = "amount")]
	to_treasury: u128,
	#[serde(default, with = "amount")]
	charged: u128,
	#[serde(default, with = "amount")]
	set_aside: u128,
	by: String,
}

/// A note; before they had numbers it said what is to pay and nothing else.
#[derive(Deserialize)]
struct Issue {
	#[serde(default, with = "amount")]
	gross: u128,
	left: Option<Left>,
	note: Option<u64>,
	receipt: Option<String>,
	#[serde(with = "amount")]
	refund: u128,
}

#[derive(Deserialize)]
struct Left {
	#[serde(with = "amount")]
	gross: u128,
}

impl Trade {
	/// Takes the events of the next block.
	pub fn apply<'row>(&mut self, rows: impl IntoIterator<Item = &'row Row>) -> Result<()> {
		self.taxes.clear();
		for row in rows {
			let Some(invoice) = row.invoice() else { continue };
			self.row(invoice, row)?;
		}
		Ok(())
	}

	fn row(&mut self, invoice: InvoiceId, row: &Row) -> Result<()> {
		let at = (row.block, row.event);
		match (row.pallet.as_str(), row.name.as_str()) {
			("Tax", "TaxCollected") => self.taxes.entry(invoice).or_default().collected = Some(at),
			("Tax", "TaxReversed") => {
				self.taxes.entry(invoice).or_default().reversed = Some(row.clone());
			},
			("Tax", "ReverseUndone") => {
				self.taxes.entry(invoice).or_default().undone.push(row.clone());
			},
			("Commerce", "InvoiceIssued") => {
				let Issued { currency } = row.read()?;
				self.currencies.insert(invoice, currency);
			},
			("Commerce", "PaymentReceived") => {
				let Received { payer, amount, escrowed } = row.read()?;
				if escrowed {
					let escrow = self.escrows.entry(invoice).or_default();
					escrow.pay_in(at, payer, amount);
				}
			},
			("Commerce", "EscrowReturned") => {
				self.escrows.entry(invoice).or_default().give_back(at, row.read()?);
			},
			("Commerce", "EscrowReleased") => {
				let tax = self.taxes.remove(&invoice).and_then(|taxes| taxes.collected);
				let released = row.read()?;
				self.escrows.entry(invoice).or_default().release(at, released, tax);
			},
			("Commerce", "CreditNoteIssued") => {
				let Issue { gross, left, note: number, receipt, refund } = row.read()?;
				let gross = left.map_or(gross, |left| left.gross);
				let Taxes { reversed, undone, .. } =
					self.taxes.remove(&invoice).unwrap_or_default();
				let note = Note {
					at,
					number,
					receipt,
					gross,
					refund,
					refunded: vec![],
					set_aside: 0,
					tax: reversed,
					undone,
				};
				self.notes.entry(invoice).or_default().push(note);
			},
			("Commerce", "Refunded") => {
				let PaidBack { payer, amount, set_aside, .. } = row.read()?;
				if let Some(note) = self.notes.entry(invoice).or_default().last_mut() {
					note.set_aside = note.set_aside.saturating_add(set_aside);
					note.refunded.push(Share { payer, amount });
				}
			},
			_ => {},
		}
		Ok(())
	}

	/// The release that a payment's tax was taken for, if it was in escrow before: then the event
	/// of the tax has the escrow's account as its payer.
	pub fn release_of(&self, tax: &Row) -> Option<&Move> {
		let escrow = self.escrows.get(&tax.invoice()?)?;
		let at = Some((tax.block, tax.event));
		let is_its = |way: &Way| matches!(way, Way::Released { tax, .. } if *tax == at);
		escrow.moves.iter().find(|it| is_its(&it.way))
	}
}

impl Escrow {
	/// What is still there.
	pub fn left(&self) -> u128 {
		self.held.iter().fold(0, |sum, share| sum.saturating_add(share.amount))
	}

	fn pay_in(&mut self, at: Place, payer: String, amount: u128) {
		match self.held.iter_mut().find(|share| share.payer == payer) {
			Some(share) => share.amount = share.amount.saturating_add(amount),
			None => self.held.push(Share { payer: payer.clone(), amount }),
		}
		self.moves.push(Move { at, amount, way: Way::PaidIn { payer } });
	}

	fn give_back(&mut self, at: Place, back: PaidBack) {
		let PaidBack { payer, amount, charged, set_aside } = back;
		if let Some(share) = self.held.iter_mut().find(|share| share.payer == payer) {
			// The chain gives back no more than was paid.
			share.amount = share.amount.saturating_sub(amount);
		}
		self.held.retain(|share| share.amount > 0);
		let way = Way::Returned { payer, charged, set_aside };
		self.moves.push(Move { at, amount, way });
	}

	/// All that is there is released at once.
	fn release(&mut self, at: Place, released: Released, tax: Option<Place>) {
		let Released { amount, to_seller, to_treasury, charged, set_aside, by } = released;
		let payers = std::mem::take(&mut self.held);
		let way = Way::Released { to_seller, to_treasury, charged, set_aside, by, payers, tax };
		self.moves.push(Move { at, amount, way });
	}

	/// As JSON.
	pub fn json(&self, invoice: InvoiceId, currency: Option<u32>) -> Json {
		let moves = self.moves.iter().map(|it| {
			let mut json = json!({
				"is": it.way.name(),
				"amount": it.amount.to_string(),
				"block": it.at.0,
				"event": it.at.1,
			});
			match &it.way {
				Way::PaidIn { payer } => json["payer"] = payer.as_str().into(),
				Way::Returned { payer, charged, set_aside } => {
					json["payer"] = payer.as_str().into();
					json["charged"] = charged.to_string().into();
					json["setAside"] = set_aside.to_string().into();
				},
				Way::Released {
					to_seller, to_treasury, charged, set_aside, by, payers, ..
				} => {
					json["charged"] = charged.to_string().into();
					json["setAside"] = set_aside.to_string().into();
					json["toSeller"] = to_seller.to_string().into();
					json["toTreasury"] = to_treasury.to_string().into();
					json["by"] = by.as_str().into();
					json["payers"] = shares_json(payers);
				},
			}
			json
		});
		json!({
			"invoice": invoice.to_string(),
			"currency": currency,
			"moves": moves.collect::<Json>(),
			"held": self.left().to_string(),
			"holders": shares_json(&self.held),
		})
	}
}

impl Way {
	/// As text and JSON have it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::PaidIn { .. } => "paid in",
			Self::Returned { .. } => "returned",
			Self::Released { .. } => "released",
		}
	}
}

impl Note {
	/// As JSON. What became of the tax is as the event has it.
	pub fn json(&self, invoice: InvoiceId, currency: Option<u32>) -> Json {
		json!({
			"invoice": invoice.to_string(),
			"currency": currency,
			"block": self.at.0,
			"event": self.at.1,
			"number": self.number,
			"receipt": self.receipt,
			"gross": self.gross.to_string(),
			"setAside": self.set_aside.to_string(),
			"refund": self.refund.to_string(),
			"refunded": shares_json(&self.refunded),
			"tax": self.tax.as_ref().map(Row::object),
			"reverseUndone": self.undone.iter().map(Row::object).collect::<Json>(),
		})
	}
}

fn shares_json(shares: &[Share]) -> Json {
	let share = |it: &Share| json!({ "payer": it.payer, "amount": it.amount.to_string() });
	shares.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::row::example::row;

	const INVOICE: InvoiceId = InvoiceId { seller: 8, number: 15 };

	fn applied(blocks: &[Vec<(&str, Json)>]) -> Trade {
		let mut trade = Trade::default();
		for (number, block) in (1..).zip(blocks) {
			let rows = block.iter().zip(0..).map(|((kind, fields), event)| {
				let mut fields = fields.clone();
				(fields["seller"], fields["number"]) =
					(INVOICE.seller.into(), INVOICE.number.into());
				row(number, event, kind, fields)
			});
			trade.apply(&rows.collect::<Vec<_>>()).expect("can be read");
		}
		trade
	}

	fn paid(payer: &str, amount: &str, escrowed: bool) -> (&'static str, Json) {
		let fields = json!({ "payer": payer, "amount": amount, "escrowed": escrowed });
		("Commerce.PaymentReceived", fields)
	}

	fn released(amount: &str) -> (&'static str, Json) {
		let fields = json!({
			"amount": amount, "to_seller": "0", "to_treasury": amount, "by": "Arbiter",
		});
		("Commerce.EscrowReleased", fields)
	}

	fn returned(payer: &str, amount: &str) -> (&'static str, Json) {
		("Commerce.EscrowReturned", json!({ "payer": payer, "amount": amount }))
	}

	fn share(payer: &str, amount: u128) -> Share {
		Share { payer: payer.into(), amount }
	}

	#[test]
	fn released_money_is_of_whoever_paid_it_in() {
		let tax = ("Tax.TaxCollected", json!({ "payer": "pot", "amount": "90" }));
		let trade = applied(&[
			vec![paid("5A", "60", true), paid("5B", "40", true), paid("5A", "20", true)],
			vec![returned("5B", "30"), tax, released("90")],
			vec![paid("5B", "5", true)],
		]);
		let escrow = &trade.escrows[&INVOICE];
		let tax = row(2, 1, "Tax.TaxCollected", json!({ "seller": 8, "number": 15 }));
		let release = trade.release_of(&tax).expect("is one");
		let Way::Released { payers, by, .. } = &release.way else { panic!("is a release") };
		assert_eq!(
			(by.as_str(), &payers[..]),
			("Arbiter", &[share("5A", 80), share("5B", 10)][..])
		);
		assert_eq!((escrow.left(), &escrow.held[..]), (5, &[share("5B", 5)][..]));
		let names: Vec<_> = escrow.moves.iter().map(|it| it.way.name()).collect();
		assert_eq!(names, ["paid in", "paid in", "paid in", "returned", "released", "paid in"]);
		let json = escrow.json(INVOICE, Some(3));
		assert_eq!(json["held"], "5");
		assert_eq!(json["moves"][4]["payers"][0]["payer"], "5A");
	}

	#[test]
	fn direct_payment_is_no_escrow() {
		let tax = ("Tax.TaxCollected", json!({ "payer": "5A", "amount": "9" }));
		let trade = applied(&[vec![tax, paid("5A", "9", false)]]);
		assert!(trade.escrows.is_empty());
		let tax = row(1, 0, "Tax.TaxCollected", json!({ "seller": 8, "number": 15 }));
		assert_eq!(trade.release_of(&tax), None);
	}

	#[test]
	fn each_note_has_its_own_tax_and_refunds() {
		let tax = |made_good: &str| ("Tax.TaxReversed", json!({ "made_good": made_good }));
		let issued = |refund: &str| {
			("Commerce.CreditNoteIssued", json!({ "gross": "100", "refund": refund }))
		};
		let refunded = |payer: &str, amount: &str| {
			("Commerce.Refunded", json!({ "payer": payer, "amount": amount }))
		};
		let undone = ("Tax.ReverseUndone", json!({ "returned": "2" }));
		// A batch of two, and another.
		let trade = applied(&[
			vec![
				undone,
				tax("1"),
				issued("30"),
				refunded("5A", "20"),
				refunded("5B", "10"),
				tax("0"),
				issued("4"),
				refunded("5B", "4"),
			],
			vec![issued("0")],
		]);
		let notes = &trade.notes[&INVOICE];
		let refunds: Vec<_> = notes.iter().map(|it| (it.refund, it.refunded.len())).collect();
		assert_eq!(refunds, [(30, 2), (4, 1), (0, 0)]);
		let undone: Vec<_> = notes.iter().map(|it| it.undone.len()).collect();
		assert_eq!(undone, [1, 0, 0]);
		assert_eq!(notes[2].tax, None);
		let json = notes[0].json(INVOICE, None);
		assert_eq!(json["tax"]["made_good"], "1");
		assert_eq!(json["refunded"][1], json!({ "payer": "5B", "amount": "10" }));
	}
}
