//! Who gets what of a payment.

use super::assess::Rules;
use crate::{error::Result, money::Currency};
use ourledger_math::payment;
use ourledger_primitives::{
	invoice::Bill,
	tax::{TaxCode, VatCategory},
};
use serde_json::{json, Value as Json};

/// What a code takes of a payment, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Taken {
	/// The code.
	pub code: TaxCode,
	/// Its name.
	pub name: String,
	/// How much.
	pub amount: u128,
}

/// A payment, and who gets what of it, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shares {
	/// The payment.
	pub amount: u128,
	/// The seller's part.
	pub seller: u128,
	/// What goes to the treasury or, of VAT, is set against the seller's credit.
	pub taxes: Vec<Taken>,
	/// VAT that the buyer books, and pays as far as it can't deduct it.
	pub booked: u128,
}

impl Shares {
	/// Splits a payment of a bill as the chain does.
	pub fn of(bill: &Bill, amount: u128, rules: &Rules) -> Result<Self> {
		let charged = bill.subtotals.iter().filter(|part| !part.is_reverse());
		let charged = charged.map(|part| (part.code, part.vat, part.taken));
		let levies = bill.levies.iter().map(|levy| (levy.code, levy.tax, levy.taken));
		let withheld = bill.withheld.iter().map(|kept| (kept.code, kept.tax, kept.taken));
		let codes: Vec<_> = charged.chain(levies).chain(withheld).collect();
		let taxes: Vec<_> = codes.iter().map(|(_, tax, _)| *tax).collect();
		let taken: Vec<_> = codes.iter().map(|(_, _, taken)| *taken).collect();
		let bill_of =
			payment::Bill { gross: bill.gross, taxes: &taxes, paid: bill.paid, taken: &taken };
		let split = payment::split(&bill_of, amount)?;
		let parts = codes.iter().zip(split.taxes);
		let parts = parts.map(|((code, ..), amount)| Taken {
			code: *code,
			name: rules.name(*code),
			amount,
		});
		let mut booked = 0;
		for part in bill.subtotals.iter().filter(|part| part.is_reverse()) {
			let due = payment::due(bill.gross, part.vat.min(bill.gross), bill.paid + amount)?;
			booked += due.saturating_sub(part.taken);
		}
		Ok(Self {
			amount,
			seller: split.seller,
			taxes: parts.filter(|part| part.amount > 0).collect(),
			booked,
		})
	}

	/// What goes to the treasury, or is netted.
	pub fn tax(&self) -> u128 {
		self.taxes.iter().map(|taken| taken.amount).sum()
	}

	/// As it stands in results: decimal strings of minor units.
	pub fn json(&self) -> Json {
		let taxes = self.taxes.iter();
		json!({
			"amount": self.amount.to_string(),
			"seller": self.seller.to_string(),
			"tax": self.tax().to_string(),
			"taxes": taxes
				.map(|taken| json!({
					"code": taken.code,
					"name": taken.name,
					"amount": taken.amount.to_string(),
				}))
				.collect::<Json>(),
			"booked": self.booked.to_string(),
		})
	}

	/// Sentences for the payer.
	pub fn effects(&self, seller: u64, currency: &Currency) -> Vec<String> {
		let mut effects = vec![format!("twin {seller} gets {}", currency.show(self.seller))];
		for taken in &self.taxes {
			effects.push(format!(
				"{} is tax for the treasury ({})",
				currency.show(taken.amount),
				taken.name
			));
		}
		if self.booked > 0 {
			effects.push(format!(
				"the buyer books {} of VAT under reverse charge, and pays what it can't deduct on top",
				currency.show(self.booked)
			));
		}
		effects
	}
}

/// What a bill charges, line by line: net, each tax, tip, gross.
pub fn lines(bill: &Bill, rules: &Rules, currency: &Currency) -> Vec<(String, String)> {
	let mut lines = Vec::new();
	for part in &bill.subtotals {
		let rate = crate::money::percent(part.rate);
		let name = rules.name(part.code);
		lines.push((format!("net, {name}"), currency.show_signed(part.net)));
		let label = match part.category {
			VatCategory::Standard => format!("VAT {rate}"),
			VatCategory::ReverseCharge => format!("VAT {rate}, booked by the buyer"),
			_ => continue,
		};
		lines.push((label, currency.show(part.vat)));
	}
	for levy in &bill.levies {
		lines.push((format!("levy {}", rules.name(levy.code)), currency.show(levy.tax)));
	}
	if bill.tip > 0 {
		lines.push(("tip".into(), currency.show(bill.tip)));
	}
	lines.push(("gross".into(), currency.show(bill.gross)));
	for kept in &bill.withheld {
		lines
			.push((format!("kept back of it, {}", rules.name(kept.code)), currency.show(kept.tax)));
	}
	lines
}

/// What a bill charges as JSON: decimal strings of minor units.
pub fn json(bill: &Bill, rules: &Rules) -> Json {
	let subtotals = bill.subtotals.iter().map(|part| {
		json!({
			"code": part.code,
			"name": rules.name(part.code),
			"category": part.category.letter(),
			"ratePpm": part.rate,
			"net": part.net.to_string(),
			"vat": part.vat.to_string(),
			"taken": part.taken.to_string(),
			"credited": part.credited.to_string(),
		})
	});
	let levies = bill.levies.iter().map(|levy| {
		json!({
			"code": levy.code,
			"name": rules.name(levy.code),
			"tax": levy.tax.to_string(),
			"taken": levy.taken.to_string(),
		})
	});
	let withheld = bill.withheld.iter().map(|kept| {
		json!({
			"code": kept.code,
			"name": rules.name(kept.code),
			"tax": kept.tax.to_string(),
			"taken": kept.taken.to_string(),
		})
	});
	json!({
		"subtotals": subtotals.collect::<Json>(),
		"levies": levies.collect::<Json>(),
		"withheld": withheld.collect::<Json>(),
		"net": bill.net().to_string(),
		"tax": bill.tax().to_string(),
		"tip": bill.tip.to_string(),
		"gross": bill.gross.to_string(),
		"paid": bill.paid.to_string(),
		"open": bill.open().to_string(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		invoices::assess::{
			assess,
			tests::{rules, sale, REVERSE, STANDARD, WITHHOLDING},
		},
		money,
	};

	#[test]
	fn payments_are_split_as_on_the_chain() {
		let (_, mut bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		// The example of issue 4: 4.35, 4.34, 6.31.
		for (payment, tax) in [(3_333, 435), (3_333, 434), (4_834, 631)] {
			let shares = Shares::of(&bill, payment, &rules()).expect("is fine");
			assert_eq!((shares.tax(), shares.seller), (tax, payment - tax));
			assert_eq!(shares.taxes[0].name, "vat-standard");
			bill.paid += payment;
			bill.subtotals[0].taken += tax;
		}
		assert!(Shares::of(&bill, 1, &rules()).is_err());
	}

	#[test]
	fn what_is_kept_back_and_booked_is_told() {
		let mut sale = sale(&[(REVERSE, 10_000)]);
		sale.withholdings = vec![WITHHOLDING].try_into().expect("is one");
		let (_, bill) = assess(&sale, &rules()).expect("is fine");
		let shares = Shares::of(&bill, 10_000, &rules()).expect("is fine");
		assert_eq!((shares.seller, shares.tax(), shares.booked), (9_800, 200, 1_500));
		let effects = shares.effects(2, &money::example(1, "TSH")).join("\n");
		assert!(effects.contains("twin 2 gets 98.00 TSH"), "{effects}");
		assert!(effects.contains("2.00 TSH is tax for the treasury (withholding)"), "{effects}");
		assert!(effects.contains("books 15.00 TSH"), "{effects}");
		assert_eq!(shares.json()["tax"], "200");
		let lines = lines(&bill, &rules(), &money::example(1, "TSH"));
		assert!(lines.contains(&("gross".into(), "100.00 TSH".into())), "{lines:?}");
		assert_eq!(json(&bill, &rules())["gross"], "10000");
	}
}
