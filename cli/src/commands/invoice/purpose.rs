//! What a buyer buys as: a business, which is credited with its VAT, or a private person.

use crate::{ask, commands::Context};
use ourledger_client::error::{Error, Result};
use ourledger_documents::on_chain::Invoice;
pub use ourledger_documents::on_chain::place::registration;
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
	pub fn of_payment(
		self,
		ctx: &Context,
		invoice: &Invoice,
		is_buyers: bool,
		is_registered: bool,
	) -> Result<bool> {
		match fixed(invoice, is_buyers, self.said())? {
			Some(business) => Ok(business),
			None => self.decide(ctx, invoice.buyer, is_registered, true),
		}
	}
}

/// What an invoice is bought as, if this payment can't say so any more; refuses what contradicts it.
fn fixed(invoice: &Invoice, is_buyers: bool, said: Option<bool>) -> Result<Option<bool>> {
	if !is_buyers {
		return match said {
			Some(_) => Err(Error::usage(
				"only the buyer says whether it buys as a business: leave --business and --private out",
			)),
			None => Ok(Some(invoice.business)),
		};
	}
	if invoice.has_reverse_charge() {
		return match said {
			Some(false) => Err(Error::refused(
				"the invoice is under reverse charge, which only a business books: it can't be a \
				 private purchase",
			)),
			_ => Ok(Some(true)),
		};
	}
	if invoice.payers.is_empty() {
		return Ok(said);
	}
	match said {
		Some(said) if said != invoice.business => Err(Error::refused(format!(
			"an earlier payment says that this is {}, and that stays so",
			if invoice.business { "a business' purchase" } else { "a private purchase" }
		))),
		_ => Ok(Some(invoice.business)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::invoice::reads::{tests::invoice, Kept, Payer};
	use ourledger_documents::assess::{
		assess,
		tests::{rules, sale, REVERSE, STANDARD},
	};
	use subxt::utils::AccountId32;

	#[test]
	fn buyers_first_payment_says_what_it_buys_as() {
		let (_, bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		let mut open = invoice(bill);
		assert_eq!(fixed(&open, true, None), Ok(None));
		assert_eq!(fixed(&open, true, Some(false)), Ok(Some(false)));
		let payer = Payer { account: AccountId32([1; 32]), paid: 1, kept: Kept { nominal: 0 } };
		open.payers.push(payer);
		assert_eq!(fixed(&open, true, None), Ok(Some(true)));
		let error = fixed(&open, true, Some(false)).expect_err("is fixed").to_string();
		assert!(error.contains("a business' purchase"), "{error}");
		// Others have no say.
		assert_eq!(fixed(&open, false, None), Ok(Some(true)));
		assert_eq!(fixed(&open, false, Some(true)).map_err(|error| error.code()), Err(2));
	}

	#[test]
	fn reverse_charge_is_a_business_matter() {
		let (_, bill) = assess(&sale(&[(REVERSE, 10_000)]), &rules()).expect("is fine");
		let open = invoice(bill);
		assert_eq!(fixed(&open, true, None), Ok(Some(true)));
		assert!(fixed(&open, true, Some(false)).is_err());
	}

	#[test]
	fn what_is_said_is_said() {
		let said = |business, private| PurposeArguments { business, private }.said();
		assert_eq!(said(false, false), None);
		assert_eq!(said(true, false), Some(true));
		assert_eq!(said(false, true), Some(false));
	}
}
