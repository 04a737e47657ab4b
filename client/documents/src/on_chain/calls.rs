//! The calls with which invoices and credit notes come to be.

use crate::quote::Signed;
use codec::Encode;
use ourledger_client::{
	call::{Call, Encoded},
	error::Result,
	State,
};
use ourledger_primitives::{
	invoice::{Conditions, Note, Sale},
	twin::TwinNumber,
};

/// The caller's twin issues an invoice.
pub fn issue(
	state: &State,
	buyer: Option<TwinNumber>,
	conditions: &Conditions,
	sale: &Sale,
) -> Result<Call> {
	let (conditions, sale) = (Encoded(conditions.encode()), Encoded(sale.encode()));
	state.call("Commerce", "issue", (buyer, conditions, sale))
}

/// The caller's twin issues an invoice as the buyer, in the name of a seller that has consented.
pub fn self_bill(
	state: &State,
	seller: TwinNumber,
	conditions: &Conditions,
	sale: &Sale,
) -> Result<Call> {
	let (conditions, sale) = (Encoded(conditions.encode()), Encoded(sale.encode()));
	state.call("Commerce", "self_bill", (seller, conditions, sale))
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
