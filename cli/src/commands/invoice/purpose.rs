//! What a buyer buys as: a business, which is credited with its VAT, or a private person.

use crate::{ask, commands::Context};
use ourledger_client::error::{Error, Result};
use ourledger_documents::on_chain::payment::Payment;
use ourledger_primitives::twin::TwinNumber;

/// What the buyer says of a purchase.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct PurposeArguments {
	/// Buy as a business: whoever is registered is credited with its VAT.
	#[arg(long, conflicts_with = "private")]
	business: bool,
	/// Buy for oneself: nobody is credited.
	#[arg(long)]
	private: bool,
}

impl PurposeArguments {
	/// What is said, if something is.
	fn said(self) -> Option<bool> {
		(self.business || self.private).then_some(self.business)
	}

	/// Whether somebody who isn't known to have said it yet buys as a business. Who is registered is
	/// asked unless it has said so; where nobody can be asked, `default` counts.
	pub fn decide(
		self,
		ctx: &Context,
		twin: Option<TwinNumber>,
		is_registered: bool,
		default: bool,
	) -> Result<bool> {
		if let Some(business) = self.said() {
			return Ok(business);
		}
		let Some(twin) = twin.filter(|_| is_registered) else { return Ok(default) };
		let question =
			format!("Does twin {twin} buy this as a business, to be credited with its VAT?");
		// What is decided stands among the effects.
		let answer = if ctx.yes() { None } else { ask::choose(&question, default)? };
		Ok(answer.unwrap_or(default))
	}

	/// Whether an invoice is paid as a business' purchase. The buyer says so with its first payment;
	/// others have no say.
	pub fn of_payment(self, ctx: &Context, payment: &Payment<'_>) -> Result<bool> {
		let (invoice, is_buyers) = (&payment.case().invoice, payment.is_buyers());
		if !is_buyers && self.said().is_some() {
			return Err(Error::usage(
				"only the buyer says whether it buys as a business: leave --business and --private out",
			));
		}
		match invoice.bought_as(is_buyers, self.said()) {
			Some(business) => Ok(business),
			None => self.decide(ctx, invoice.buyer, payment.is_registered, true),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_said_is_said() {
		let said = |business, private| PurposeArguments { business, private }.said();
		assert_eq!(said(false, false), None);
		assert_eq!(said(true, false), Some(true));
		assert_eq!(said(false, true), Some(false));
	}
}
