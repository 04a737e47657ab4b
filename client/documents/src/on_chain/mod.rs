//! Invoices on the chain: what it says of them and of the places where things are sold, the calls
//! that their parties make, and what these come to.
//!
//! Of this crate only this module asks a chain. A function that drafts a call reads what it needs to
//! tell what the call does. It refuses early only where it can say more than the chain's own error:
//! by how much, until when, or what to do instead.

pub mod acts;
pub mod allowed;
mod bill;
pub mod calls;
pub mod consent;
pub mod credit;
pub mod events;
#[cfg(test)]
pub(crate) mod example;
pub mod exchange_rate;
pub mod identity;
mod invoice;
pub mod issue;
pub mod known;
pub mod known_keys;
pub mod papers;
pub mod parties;
pub mod payment;
pub mod place;
pub mod room;
pub mod sale;
pub mod series;
pub mod till;

pub use invoice::{
	Delivery, Invoice, InvoiceState, Kept, Payer, Reported, Settlement, Waiting, Writer,
};
pub use place::Place;

use ourledger_primitives::twin::TwinNumber;
use serde::Serialize;
use std::{fmt, str::FromStr};
use subxt::ext::scale_decode::DecodeAsType;

/// Which invoice: `seller/number`.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct InvoiceId {
	/// Who sold.
	pub seller: TwinNumber,
	/// The number in its series.
	pub number: u64,
}

impl FromStr for InvoiceId {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let parsed = || {
			let (seller, number) = text.split_once('/')?;
			Some(Self { seller: seller.parse().ok()?, number: number.parse().ok()? })
		};
		parsed().ok_or_else(|| "an invoice is written as seller/number, such as 2/7".into())
	}
}

impl fmt::Display for InvoiceId {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{}/{}", self.seller, self.number)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn invoice_is_named_by_seller_and_number() {
		assert_eq!("2/7".parse(), Ok(InvoiceId { seller: 2, number: 7 }));
		assert_eq!(InvoiceId { seller: 2, number: 7 }.to_string(), "2/7");
		for text in ["", "2", "2/", "/7", "2:7", "2/7/1", "a/7", "-2/7"] {
			assert!(text.parse::<InvoiceId>().is_err(), "{text}");
		}
	}
}
