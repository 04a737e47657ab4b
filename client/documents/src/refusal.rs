//! What the arithmetic of trade refuses, in words for whoever gave the amounts.

use super::{document::CodeRef, rules::Rules};
use ourledger_client::{error::Error, money::percent};
use ourledger_math::MathError;
use ourledger_primitives::{invoice::MAX_LINES, tax::TaxCode};
use ourledger_trade::Refusal;

/// Why a sale is refused.
pub fn said(refusal: Refusal, rules: &Rules) -> Error {
	let name = |code: TaxCode| rules.name(code);
	Error::input(match refusal {
		Refusal::Math(error) => return error.into(),
		Refusal::CodeNotFound(code) => match rules.code(&CodeRef::Number(code)) {
			Err(error) => return error,
			Ok(code) => format!("nothing is sold under the tax code {}", code.name),
		},
		Refusal::TooManyLines { lines } => format!(
			"where VAT is rounded per line, a sale has at most {MAX_LINES} lines, allowances and \
			 charges, not {lines}: make several invoices of it"
		),
		Refusal::NoRateYet(code) => {
			format!("the tax code {} has no rate on the day of supply", name(code))
		},
		Refusal::RateInvalid(code) => {
			format!("the tax code {} has a rate beyond 100 %", name(code))
		},
		Refusal::NotVat(code) => format!("the tax code {} is not one of VAT", name(code)),
		Refusal::NotLevy(code) => format!("the tax code {} is no levy", name(code)),
		Refusal::NotWithholding(code) => format!("the tax code {} withholds nothing", name(code)),
		Refusal::LevyOnUnknownItem { levy, .. } => {
			format!("the levy {} is on a tax code that isn't sold", name(levy))
		},
		Refusal::LevyInOtherCurrency { levy, currency } => format!(
			"the levy {} is in currency {currency}, the sale in {}",
			name(levy),
			rules.currency
		),
		Refusal::QuantityMissing(levy) => {
			format!("the levy {} is one per unit, and needs a quantity", name(levy))
		},
		Refusal::LinesMissing(code) => format!(
			"the jurisdiction rounds VAT per line, but the sale has only the sum under {}",
			name(code)
		),
		Refusal::LinesUnexpected(code) => {
			format!("the sale has lines under {}, where VAT isn't rounded per line", name(code))
		},
		Refusal::TipTooHigh { tip, limit, most } => {
			let show = |units: u128| rules.amount(units.try_into().unwrap_or(i128::MAX));
			format!(
				"the tip of {} is too high: tips are at most {} of net and tax here, which is {}",
				show(tip),
				percent(limit),
				show(most)
			)
		},
		Refusal::NothingToPay(code) => format!(
			"nothing is left to pay, but what is sold under {} is under reverse charge, which the \
			 buyer books as it pays: give it an invoice of its own",
			name(code)
		),
		Refusal::ReturnsOfReverse(code) => format!(
			"returns outweigh under {}, a tax code of reverse charge: take them back by a credit note \
			 on their own invoice",
			name(code)
		),
		Refusal::ReturnsTaxedHigher(code) => format!(
			"the returns under {} are taxed higher than what is sold beside them, and take off more than two \
			 thirds of its VAT: take them back by a credit note on their own invoice",
			name(code)
		),
		Refusal::SharesDiffer(one, other) => format!(
			"returns outweigh under one of the tax codes, and the buyer may deduct another share of {} \
			 than of {}: take the returns back by a credit note on their own invoice",
			name(one),
			name(other)
		),
		Refusal::NoteTooLarge => return MathError::NoteRaisesInvoice.into(),
		other => other.to_string(),
	})
}

/// Why a credit note is refused.
pub fn of_note(refusal: Refusal, rules: &Rules) -> Error {
	let name = |code: TaxCode| rules.name(code);
	Error::input(match refusal {
		Refusal::NothingSold => "the credit note takes nothing back".into(),
		Refusal::CodeNotFound(code) => {
			format!("the invoice has nothing under the tax code {}", name(code))
		},
		Refusal::LevyOnUnknownItem { levy, on } | Refusal::LevyNotFound { levy, on } => {
			format!("the invoice has no levy {} on the tax code {}", name(levy), name(on))
		},
		Refusal::LinesMissing(code) => format!(
			"VAT of the invoice is rounded per line, but the credit note has only the sum under {}",
			name(code)
		),
		Refusal::LinesUnexpected(code) => {
			format!("the credit note has lines under {}, where the invoice has none", name(code))
		},
		Refusal::ReturnsTaxedHigher(code) => format!(
			"it would leave too little beside the returns under {}, which are taxed higher than what is \
			 left: take some of these returns back with it",
			name(code)
		),
		Refusal::LinesDiffer => {
			"the invoice has other lines than the credit note says that it has now".into()
		},
		other => return said(other, rules),
	})
}
