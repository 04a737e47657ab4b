//! What the events of tax say of payments and of reverse charge.

use crate::{
	ledgers::{Item, Kind},
	row::amount,
};
use serde::Deserialize;

/// What a payment's event says. Amounts are minor units.
#[derive(Deserialize)]
pub struct Payment {
	/// What was paid in.
	pub currency: u32,
	/// The twin that was paid.
	pub seller: u64,
	/// The number of its invoice.
	pub number: u64,
	/// The twin that bought, if the invoice names one.
	pub buyer: Option<u64>,
	/// The account that paid.
	pub payer: String,
	/// What was paid, all in all.
	#[serde(with = "amount")]
	pub amount: u128,
	/// The tax in it, by code.
	pub items: Vec<Item>,
	/// What of its VAT was set against the seller's credit.
	#[serde(with = "amount")]
	pub used: u128,
	/// What of its VAT went to the treasury.
	#[serde(with = "amount")]
	pub remitted: u128,
	/// With what the buyer was credited.
	#[serde(with = "amount")]
	pub credited: u128,
	/// Whether the buyer buys as a business, if that is told.
	pub business: Option<bool>,
	/// What of it is untaxed.
	#[serde(default, with = "amount")]
	pub tip: i128,
	/// Demurrage of the time that it waited.
	#[serde(default, with = "amount")]
	pub charged: u128,
	/// What the seller's account couldn't hold.
	#[serde(default, with = "amount")]
	pub set_aside: u128,
}

impl Payment {
	/// What went to the treasury: VAT that no credit was set against, levies, what was withheld.
	pub fn to_treasury(&self) -> u128 {
		let others = self.items.iter().filter(|item| !item.kind.is_vat());
		others.map(|item| item.tax.unsigned_abs()).fold(self.remitted, u128::saturating_add)
	}

	/// What went to the seller: all but tax and demurrage.
	pub fn to_seller(&self) -> u128 {
		self.amount.saturating_sub(self.to_treasury()).saturating_sub(self.charged)
	}
}

/// What an event says of reverse charge that a credit note undid. Amounts are minor units.
#[derive(Deserialize)]
pub struct Undone {
	/// The twin that had booked it.
	pub buyer: u64,
	/// The code.
	pub code: u16,
	/// What falls away of its output.
	#[serde(with = "amount")]
	pub output: u128,
	/// What of that comes back as credit.
	#[serde(with = "amount")]
	pub returned: u128,
}

impl Kind {
	/// What the tax is, in words.
	pub fn words(&self) -> String {
		match self {
			Self::Vat(category) => format!("VAT ({category})"),
			Self::LevyOnNet(_) | Self::LevyPerUnit(_) => "levy".into(),
			Self::Withholding => "withholding".into(),
		}
	}
}
