//! What the chain refuses of a sale for who sells and who buys.

use super::reads::Place;
use crate::{
	commands::tax::types::TaxpayerInfo,
	error::{Error, Result},
	invoices::bill::Credits,
};
use ourledger_primitives::{
	invoice::{Bill, Subtotal},
	tax,
	twin::TwinNumber,
};

/// Refuses a sale under reverse charge to a buyer that can't book it: one that isn't known, isn't
/// registered, doesn't buy as a business, or owes tax of an earlier one.
pub fn ensure_reverse(
	bill: &Bill,
	place: &Place,
	buyer: Option<TwinNumber>,
	credits: &Credits,
) -> Result<()> {
	let mut parts = bill.subtotals.iter();
	let Some(part) = parts.find(|part| part.is_reverse()) else { return Ok(()) };
	let code = place.rules.name(part.code);
	let Some(buyer) = buyer else {
		return Err(Error::refused(format!(
			"the tax code {code} is one of reverse charge, which needs a buyer who is named"
		)));
	};
	if credits.deductible.is_none() {
		return Err(Error::refused(format!(
			"the tax code {code} is one of reverse charge, which only a registered taxpayer books who \
			 buys as a business: twin {buyer} doesn't"
		)));
	}
	match credits.buyer_arrears {
		0 => Ok(()),
		arrears => Err(Error::refused(format!(
			"twin {buyer} still owes {} of earlier reverse charge: nothing is sold to it under {code} \
			 before it has paid that (\"ourledger tax pay-arrears {} {buyer} {} all\")",
			place.currency.show(arrears),
			place.id,
			place.currency.symbol
		))),
	}
}

/// Refuses tax codes that the seller may not use: who is registered needs a permission for those
/// without tax, out of scope included, and who isn't sells only what is out of scope.
pub fn ensure_allowed(
	bill: &Bill,
	place: &Place,
	seller: TwinNumber,
	registered: Option<&TaxpayerInfo>,
) -> Result<()> {
	let name = |code| place.rules.name(code);
	let is_outside = |part: &&Subtotal| part.category == tax::VatCategory::OutOfScope;
	if bill.subtotals.len() > 1 {
		if let Some(part) = bill.subtotals.iter().find(is_outside) {
			return Err(Error::refused(format!(
				"what is out of scope of VAT, as {} is, needs an invoice of its own",
				name(part.code)
			)));
		}
	}
	let mut parts = bill.subtotals.iter();
	let Some(registered) = registered else {
		return match parts.find(|part| !is_outside(part)) {
			Some(part) => Err(Error::refused(format!(
				"twin {seller} isn't registered in {} today, so it sells only what is out of scope of \
				 VAT, and not under {}",
				place.name,
				name(part.code)
			))),
			None => Ok(()),
		};
	};
	let denied = parts.find(|part| {
		part.category.needs_permission() && !registered.zero_codes.contains(&part.code)
	});
	match denied {
		Some(part) => Err(Error::refused(format!(
			"twin {seller} may not use the tax code {}: the authority of {} allows it by \"ourledger tax \
			 taxpayer amend {} {seller} --zero-codes {}\"",
			name(part.code),
			place.name,
			place.id,
			registered
				.zero_codes
				.iter()
				.chain([&part.code])
				.map(ToString::to_string)
				.collect::<Vec<_>>()
				.join(",")
		))),
		None => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::reads::tests::place, *};
	use crate::commands::tax::types::TaxpayerState;
	use crate::invoices::assess::{
		assess,
		tests::{rules, sale, OUTSIDE, REVERSE, STANDARD},
	};
	use ourledger_primitives::tax::TaxCode;

	fn bill(items: &[(TaxCode, i128)]) -> Bill {
		assess(&sale(items), &rules()).expect("is fine").1
	}

	#[test]
	fn reverse_charge_needs_a_business_without_arrears() {
		let bill = bill(&[(REVERSE, 10_000)]);
		let fine = Credits { deductible: Some(vec![]), ..Credits::default() };
		assert_eq!(ensure_reverse(&bill, &place(), Some(3), &fine), Ok(()));
		let owing = Credits { buyer_arrears: 760, ..fine.clone() };
		for (buyer, credits, said) in [
			(None, &fine, "a buyer who is named"),
			(Some(3), &Credits::default(), "twin 3 doesn't"),
			(Some(3), &owing, "tax pay-arrears 0 3 TSH all"),
		] {
			let error = ensure_reverse(&bill, &place(), buyer, credits).expect_err(said);
			assert!(error.to_string().contains(said), "{error}");
		}
		let plain = super::tests::bill(&[(STANDARD, 10_000)]);
		assert_eq!(ensure_reverse(&plain, &place(), None, &owing), Ok(()));
	}

	#[test]
	fn codes_without_tax_need_a_permission() {
		let terms = |zero_codes: &[TaxCode]| TaxpayerInfo {
			tax_number: b"BE1".to_vec(),
			state: TaxpayerState::Registered,
			effective: 5,
			registered: 4,
			zero_codes: zero_codes.to_vec(),
			deductible: vec![],
		};
		let check = |bill: &Bill, registered: Option<&TaxpayerInfo>| {
			let allowed = ensure_allowed(bill, &place(), 2, registered);
			allowed.map_err(|error| error.to_string()).err().unwrap_or_default()
		};
		let (standard, outside) = (bill(&[(STANDARD, 100)]), bill(&[(OUTSIDE, 100)]));
		assert_eq!(check(&standard, Some(&terms(&[]))), "");
		assert_eq!(check(&outside, None), "");
		assert_eq!(check(&outside, Some(&terms(&[OUTSIDE]))), "");
		// A registered seller could hide its turnover under it.
		let said = check(&outside, Some(&terms(&[REVERSE])));
		assert!(said.contains("may not use the tax code no-vat"), "{said}");
		assert!(said.contains("--zero-codes 3,4"), "{said}");
		assert!(check(&standard, None).contains("isn't registered in OurTown"));
		let both = bill(&[(OUTSIDE, 100), (REVERSE, 100)]);
		assert!(check(&both, Some(&terms(&[OUTSIDE]))).contains("invoice of its own"));
	}
}
