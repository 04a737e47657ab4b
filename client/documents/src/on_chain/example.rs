//! Values for tests.

use super::{Delivery, Invoice, InvoiceState, Place, Settlement, Writer};
use crate::assess::tests::rules;
use ourledger_client::money;
use ourledger_primitives::invoice::Bill;

/// A jurisdiction in which VAT is rounded per code.
pub fn place() -> Place {
	Place {
		id: 0,
		name: "OurTown".into(),
		officials: vec![],
		reporting: "EUR".into(),
		rate: None,
		accepts_currency: true,
		supply_bound_days: 60,
		unpaid_days: 30,
		today: 20_778,
		supply: 20_778,
		currency: money::example(1, "TSH"),
		rules: rules(),
	}
}

/// An invoice of twin 2 to twin 3 with this bill, issued and unpaid.
pub fn invoice(bill: Bill) -> Invoice {
	Invoice {
		buyer: Some(3),
		jurisdiction: 0,
		currency: 1,
		supply: 20_778,
		issued: 20_778,
		due: 20_808,
		document: [7; 32],
		settlement: Settlement::Direct,
		delivery: Delivery::None,
		till: None,
		bill,
		writer: Writer::Seller,
		business: true,
		payers: vec![],
		escrowed: 0,
		release: None,
		state: InvoiceState::Issued,
		note: None,
		cancel: None,
		reporting: None,
		removal: None,
	}
}
