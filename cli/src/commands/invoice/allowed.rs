//! What the chain refuses of a sale for where and when it is, who sells and who buys.

use super::reads::Place;
use ourledger_client::{
	error::{Error, Result},
	money,
	tax::TaxpayerInfo,
};
use ourledger_documents::bill::Credits;
use ourledger_primitives::{invoice::Bill, twin::TwinNumber};
use ourledger_trade::{
	rules::{self, Standing},
	Refusal,
};

/// Refuses a sale in money that the place doesn't accept, or on a day of supply that it doesn't take:
/// one to come, or one that is too long ago.
pub fn ensure_place(place: &Place) -> Result<()> {
	let Place { name, today, supply, currency, .. } = place;
	if !place.accepts_currency {
		return Err(Error::refused(format!(
			"{name} doesn't accept {currency}: its settings name the currencies that it does \
			 (\"ourledger tax jurisdiction show {}\")",
			place.id
		)));
	}
	rules::ensure_supply(*supply, *today, place.supply_bound_days).map_err(|refusal| {
		let day = money::date(*supply);
		Error::refused(match refusal {
			Refusal::SupplyInFuture => format!(
				"the day of supply, {day}, is in the future: by the clock of {name} it is {}",
				money::date(*today)
			),
			Refusal::SupplyOutsideBound { first } => format!(
				"the day of supply, {day}, is too long ago: an invoice that is issued today in {name} \
				 names one from {} on",
				money::date(first)
			),
			other => other.to_string(),
		})
	})
}

/// Refuses a sale to oneself.
pub fn ensure_parties(seller: TwinNumber, buyer: Option<TwinNumber>) -> Result<()> {
	let allowed = rules::ensure_parties(seller, buyer);
	allowed.map_err(|_| Error::refused(format!("twin {seller} can't sell to itself")))
}

/// Refuses an arbiter that the chain would: a party, or one that was deactivated; and an escrow
/// without a buyer who is named.
pub fn ensure_arbiter(
	arbiter: TwinNumber,
	is_active: bool,
	seller: TwinNumber,
	buyer: Option<TwinNumber>,
) -> Result<()> {
	let Some(buyer) = buyer else {
		return Err(Error::refused("money in escrow needs a buyer who is named"));
	};
	if [seller, buyer].contains(&arbiter) {
		return Err(Error::refused(format!(
			"twin {arbiter} is a party of the invoice, and can't decide about it"
		)));
	}
	match is_active {
		true => Ok(()),
		false => Err(Error::refused(format!(
			"twin {arbiter} was deactivated, and that is for ever: it decides nothing"
		))),
	}
}

/// Refuses an export to a buyer that isn't known, or is a taxpayer of the place: `is_registered`.
pub fn ensure_export(
	bill: &Bill,
	place: &Place,
	buyer: Option<TwinNumber>,
	is_registered: bool,
) -> Result<()> {
	// That there is evidence has been seen to with the document.
	let allowed = rules::ensure_export(&bill.subtotals, true, || buyer.map(|_| is_registered));
	let name = |code| place.rules.name(code);
	allowed.map_err(|refusal| {
		Error::refused(match refusal {
			Refusal::BuyerUnknown(code) => format!(
				"the tax code {} is one of exports, which need a buyer who is named",
				name(code)
			),
			Refusal::ExportToTaxpayer(code) => format!(
				"the tax code {} is one of exports, and twin {} is a registered taxpayer of {}: nothing \
				 is exported to it",
				name(code),
				buyer.unwrap_or_default(),
				place.name
			),
			other => other.to_string(),
		})
	})
}

/// Refuses a sale under reverse charge to a buyer that can't book it: one that isn't known, isn't
/// registered, doesn't buy as a business, or owes tax of an earlier one.
pub fn ensure_reverse(
	bill: &Bill,
	place: &Place,
	buyer: Option<TwinNumber>,
	credits: &Credits,
) -> Result<()> {
	let standing =
		Standing { registered: credits.deductible.is_some(), arrears: credits.buyer_arrears };
	let allowed = rules::ensure_reverse(&bill.subtotals, || buyer.map(|_| standing));
	let name = |code| place.rules.name(code);
	let buyer = buyer.unwrap_or_default();
	allowed.map_err(|refusal| {
		Error::refused(match refusal {
			Refusal::BuyerUnknown(code) => format!(
				"the tax code {} is one of reverse charge, which needs a buyer who is named",
				name(code)
			),
			Refusal::BuyerNotRegistered(code) => format!(
				"the tax code {} is one of reverse charge, which only a registered taxpayer books who \
				 buys as a business: twin {buyer} doesn't",
				name(code)
			),
			Refusal::BuyerInArrears { code, arrears } => format!(
				"twin {buyer} still owes {} of earlier reverse charge: nothing is sold to it under {} \
				 before it has paid that (\"ourledger tax pay-arrears {} {buyer} {} all\")",
				place.currency.show(arrears),
				name(code),
				place.id,
				place.currency.symbol
			),
			other => other.to_string(),
		})
	})
}

/// Refuses tax codes that the seller may not use: who is registered needs a permission for those
/// without tax, out of scope included, and who isn't sells only what is out of scope.
pub fn ensure_allowed(
	bill: &Bill,
	place: &Place,
	seller: TwinNumber,
	registered: Option<&TaxpayerInfo>,
) -> Result<()> {
	let codes = registered.map(|it| &it.zero_codes[..]);
	let allowed = rules::ensure_scope(&bill.subtotals)
		.and_then(|()| rules::ensure_seller(&bill.subtotals, codes));
	let name = |code| place.rules.name(code);
	allowed.map_err(|refusal| {
		Error::refused(match refusal {
			Refusal::OutOfScopeAlone(code) => format!(
				"what is out of scope of VAT, as {} is, needs an invoice of its own",
				name(code)
			),
			Refusal::SellerNotRegistered(code) => format!(
				"twin {seller} isn't registered in {} today, so it sells only what is out of scope of \
				 VAT, and not under {}",
				place.name,
				name(code)
			),
			Refusal::CodeNotAllowed(code) => format!(
				"twin {seller} may not use the tax code {}: the authority of {} allows it by \"ourledger \
				 tax taxpayer amend {} {seller} --zero-codes {}\"",
				name(code),
				place.name,
				place.id,
				codes
					.unwrap_or_default()
					.iter()
					.chain([&code])
					.map(ToString::to_string)
					.collect::<Vec<_>>()
					.join(",")
			),
			other => other.to_string(),
		})
	})
}

/// Refuses an escrow for an invoice that is mostly tax.
pub fn ensure_can_wait(bill: &Bill, is_escrow: bool) -> Result<()> {
	match is_escrow && bill.is_mostly_tax() {
		true => Err(Error::refused(
			"more than half of it is tax, so it can't wait in escrow: leave out --arbiter",
		)),
		false => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::reads::tests::place, *};
	use ourledger_client::tax::TaxpayerState;
	use ourledger_documents::assess::{
		assess,
		tests::{rules, sale, OUTSIDE, REVERSE, STANDARD},
	};
	use ourledger_primitives::tax::{TaxCode, VatCategory};

	fn bill(items: &[(TaxCode, i128)]) -> Bill {
		assess(&sale(items), &rules()).expect("is fine").1
	}

	#[test]
	fn place_accepts_the_currency_and_the_day() {
		let check = |place: Place| ensure_place(&place).map_err(|error| error.to_string());
		let on = |supply| check(Place { supply, ..place() });
		assert_eq!(on(20_778), Ok(()));
		assert_eq!(on(20_718), Ok(()));
		for (supply, said) in [(20_717, "is too long ago"), (20_779, "is in the future")] {
			let error = on(supply).expect_err(said);
			assert!(error.contains(said), "{error}");
			assert!(error.contains(&money::date(supply)), "{error}");
		}
		let error = check(Place { accepts_currency: false, ..place() }).expect_err("isn't");
		assert!(error.contains("OurTown doesn't accept"), "{error}");
	}

	#[test]
	fn nobody_sells_to_itself() {
		assert_eq!(ensure_parties(2, Some(3)), Ok(()));
		assert_eq!(ensure_parties(2, None), Ok(()));
		assert_eq!(ensure_parties(2, Some(2)).map_err(|error| error.code()), Err(1));
	}

	#[test]
	fn arbiter_is_another_twin_that_acts() {
		let check = |arbiter, is_active, buyer| ensure_arbiter(arbiter, is_active, 2, buyer);
		assert_eq!(check(4, true, Some(3)), Ok(()));
		for (arbiter, is_active, buyer, said) in [
			(4, true, None, "a buyer who is named"),
			(2, true, Some(3), "is a party"),
			(3, true, Some(3), "is a party"),
			(4, false, Some(3), "was deactivated"),
		] {
			let error = check(arbiter, is_active, buyer).expect_err(said);
			assert!(error.to_string().contains(said), "{error}");
		}
	}

	#[test]
	fn exports_go_to_somebody_from_elsewhere() {
		let mut export = bill(&[(STANDARD, 10_000)]);
		assert_eq!(ensure_export(&export, &place(), None, false), Ok(()));
		assert_eq!(ensure_export(&export, &place(), Some(3), true), Ok(()));
		export.subtotals[0].category = VatCategory::Export;
		assert_eq!(ensure_export(&export, &place(), Some(3), false), Ok(()));
		for (buyer, is_registered, said) in
			[(None, false, "a buyer who is named"), (Some(3), true, "taxpayer of OurTown")]
		{
			let error = ensure_export(&export, &place(), buyer, is_registered).expect_err(said);
			assert!(error.to_string().contains(said), "{error}");
		}
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

	#[test]
	fn what_is_mostly_tax_does_not_wait() {
		let mut bill = bill(&[(STANDARD, 10_000)]);
		assert_eq!(ensure_can_wait(&bill, true), Ok(()));
		bill.gross = 2 * bill.tax() - 1;
		assert!(ensure_can_wait(&bill, true).is_err());
		assert_eq!(ensure_can_wait(&bill, false), Ok(()));
	}
}
