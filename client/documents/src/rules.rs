//! What is known of the place of supply: its tax codes, and how it rounds.

use super::{decimal::Decimal, document::CodeRef};
use ourledger_client::error::{Error, Result};
use ourledger_math::tax::Rounding;
use ourledger_primitives::{
	money::CurrencyId,
	tax::{Ppm, TaxCode, TaxKind, VatCategory},
};
use ourledger_trade::{
	assess::{Rate, Terms},
	Refusal,
};

/// A jurisdiction's tax code on one day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Code {
	/// Its number.
	pub number: TaxCode,
	/// Its name.
	pub name: String,
	/// What it charges.
	pub kind: TaxKind,
	/// Its rate on that day: parts per million, or minor units for one unit. None, if it had none
	/// yet.
	pub rate: Option<u128>,
}

impl Code {
	/// The category, of a VAT code.
	pub fn category(&self) -> Option<VatCategory> {
		match self.kind {
			TaxKind::Vat(category) => Some(category),
			_ => None,
		}
	}
}

/// What is known of the place of supply and of the money.
#[derive(Clone, Debug)]
pub struct Rules {
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// The currency of the sale.
	pub currency: CurrencyId,
	/// Its decimals.
	pub decimals: u8,
	/// Which share of net and tax a tip can be.
	pub tip_limit: Ppm,
	/// The tax codes.
	pub codes: Vec<Code>,
}

impl Rules {
	/// The tax code that a document means.
	pub fn code(&self, wanted: &CodeRef) -> Result<&Code> {
		let found = match wanted {
			CodeRef::Number(number) => self.codes.iter().find(|code| code.number == *number),
			CodeRef::Name(name) => {
				self.codes.iter().find(|code| code.name == *name).or_else(|| {
					let number = name.parse::<TaxCode>().ok()?;
					self.codes.iter().find(|code| code.number == number)
				})
			},
		};
		found.ok_or_else(|| {
			let wanted = match wanted {
				CodeRef::Number(number) => number.to_string(),
				CodeRef::Name(name) => format!("{name:?}"),
			};
			let codes: Vec<_> = self.codes.iter().map(|code| code.name.as_str()).collect();
			Error::not_found(format!(
				"the jurisdiction has no tax code {wanted}; it has {}",
				if codes.is_empty() { "none".into() } else { codes.join(", ") }
			))
		})
	}

	/// What they say of all sales.
	pub(super) fn terms(&self) -> Terms {
		Terms {
			per_line: self.rounding == Rounding::Line,
			tip_limit: self.tip_limit,
			currency: self.currency,
		}
	}

	/// What a tax code charges, and its rate on the day of supply.
	pub(super) fn rate_of(&self, number: TaxCode) -> Rate {
		let found = self.codes.iter().find(|code| code.number == number);
		let code = found.ok_or(Refusal::CodeNotFound(number))?;
		Ok((code.kind, code.rate.ok_or(Refusal::NoRateYet(number))?))
	}

	/// The name of a tax code, or its number if it isn't known.
	pub fn name(&self, number: TaxCode) -> String {
		let code = self.codes.iter().find(|code| code.number == number);
		code.map_or_else(|| number.to_string(), |code| code.name.clone())
	}

	/// An amount as documents have it.
	pub fn amount(&self, units: i128) -> Decimal {
		Decimal::of_units(units, self.decimals)
	}
}
