//! The calls with which invoices and credit notes come to be.

use crate::quote::Signed;
use codec::Encode;
use ourledger_client::{
	call::{Call, Encoded},
	error::Result,
	State,
};
use ourledger_primitives::{
	invoice::{Note, Sale, Settlement},
	money::{CurrencyId, Day},
	tax::JurisdictionId,
	twin::TwinNumber,
};

/// What an invoice says besides of whom it is, and which document it has.
#[derive(Clone, Debug)]
pub struct Conditions {
	/// The place of supply.
	pub jurisdiction: JurisdictionId,
	/// What it is paid in.
	pub currency: CurrencyId,
	/// The day of supply; the chain's today unless given.
	pub supply: Option<Day>,
	/// Days until it is due.
	pub due: u16,
	/// What is sold.
	pub sale: Sale,
	/// How the money reaches the seller.
	pub settlement: Settlement,
	/// Whether something is to be delivered.
	pub delivery: bool,
}

/// The caller's twin issues an invoice. `document` is the hash of its document.
pub fn issue(
	state: &State,
	buyer: Option<TwinNumber>,
	conditions: &Conditions,
	document: [u8; 32],
) -> Result<Call> {
	let Conditions { jurisdiction, currency, supply, due, delivery, .. } = *conditions;
	let (sale, settlement) = encoded(conditions);
	let of = (buyer, jurisdiction, currency, supply, due, sale, settlement, delivery, document);
	state.call("Commerce", "issue", of)
}

/// The caller's twin issues an invoice as the buyer, in the name of a seller that has consented.
pub fn self_bill(
	state: &State,
	seller: TwinNumber,
	conditions: &Conditions,
	document: [u8; 32],
) -> Result<Call> {
	let Conditions { jurisdiction, currency, supply, due, delivery, .. } = *conditions;
	let (sale, settlement) = encoded(conditions);
	let of = (seller, jurisdiction, currency, supply, due, sale, settlement, delivery, document);
	state.call("Commerce", "self_bill", of)
}

fn encoded(conditions: &Conditions) -> (Encoded, Encoded) {
	(Encoded(conditions.sale.encode()), Encoded(conditions.settlement.encode()))
}

/// The caller's twin takes back some of its invoice `number`. `document` is the hash of the note's
/// document.
pub fn credit_note(state: &State, number: u64, note: &Note, document: [u8; 32]) -> Result<Call> {
	state.call("Commerce", "credit_note", (number, Encoded(note.encode()), document))
}

/// The caller buys what a till has signed; as a business, to be credited with its VAT, or not.
pub fn sell(state: &State, signed: &Signed, business: bool) -> Result<Call> {
	let Signed { quote, signature } = signed;
	let of = (Encoded(quote.encode()), Encoded(signature.encode()), business);
	state.call("Commerce", "sell", of)
}
