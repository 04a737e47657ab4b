//! What the chain refuses of a sale for where and when it is, who sells and who buys, as far as more can
//! be said of it than the chain says: how much, until when, and what to do instead.

use super::Place;
use crate::{bill::Credits, document::Document};
use ourledger_client::{
	error::{Error, Result},
	money::{self, Currency},
	tax::TaxpayerInfo,
	State,
};
use ourledger_primitives::{
	invoice::Bill,
	tax::{JurisdictionId, VatCategory},
	twin::TwinNumber,
};
use ourledger_trade::{rules, Refusal};

impl Place {
	/// Where and in what a document's sale takes place, with `currency` and `jurisdiction` going before
	/// what the document says. Puts it into the document.
	pub async fn of_sale(
		state: &State,
		document: &mut Document,
		currency: Option<&str>,
		jurisdiction: Option<JurisdictionId>,
	) -> Result<Self> {
		let currency = match (currency, document.ourledger.currency) {
			(Some(text), _) => Currency::find(state, text).await?,
			(None, Some(id)) => Currency::read(state, id).await?,
			(None, None) => return Err(Error::usage("no currency is given: use --currency")),
		};
		let jurisdiction =
			jurisdiction.or(document.ourledger.jurisdiction).or(currency.jurisdiction);
		let jurisdiction = jurisdiction.ok_or_else(|| {
			Error::usage(format!(
				"{currency} belongs to no jurisdiction: name the place of supply by --jurisdiction"
			))
		})?;
		let supply = document.actual_delivery_date.as_deref().map(money::parse_date).transpose()?;
		let place = Self::read(state, jurisdiction, currency, supply).await?;
		document.ourledger.jurisdiction = Some(jurisdiction);
		document.ourledger.currency_symbol = Some(place.currency.symbol.clone());
		document.actual_delivery_date = Some(money::date(place.supply));
		document.invoice_issue_date = Some(money::date(place.today));
		Ok(place)
	}
}

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

/// Refuses tax codes that the seller may not use: who is registered needs a permission for those
/// without tax, out of scope included, and who isn't sells only what is out of scope. No preview by the
/// chain tells that of a quote.
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

/// Refuses a sale under reverse charge to a buyer that still owes tax of an earlier one.
pub fn ensure_reverse(
	bill: &Bill,
	place: &Place,
	buyer: Option<TwinNumber>,
	credits: &Credits,
) -> Result<()> {
	let reverse = bill.subtotals.iter().find(|it| it.category == VatCategory::ReverseCharge);
	match reverse.zip(buyer).filter(|_| credits.buyer_arrears > 0) {
		None => Ok(()),
		Some((part, buyer)) => Err(Error::refused(format!(
			"twin {buyer} still owes {} of earlier reverse charge: nothing is sold to it under {} \
			 before it has paid that (\"ourledger tax pay-arrears {} {buyer} {} all\")",
			place.currency.show(credits.buyer_arrears),
			place.rules.name(part.code),
			place.id,
			place.currency.symbol
		))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		assess::{
			assess,
			tests::{rules, sale, OUTSIDE, REVERSE, STANDARD},
		},
		on_chain::example::place,
	};
	use ourledger_client::tax::TaxpayerState;
	use ourledger_primitives::tax::TaxCode;

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
	fn reverse_charge_needs_a_buyer_without_arrears() {
		let owing = Credits { buyer_arrears: 760, ..Credits::default() };
		let check = |code, credits: &Credits| {
			ensure_reverse(&bill(&[(code, 10_000)]), &place(), Some(3), credits)
		};
		assert_eq!(check(REVERSE, &Credits::default()), Ok(()));
		assert_eq!(check(STANDARD, &owing), Ok(()));
		let error = check(REVERSE, &owing).expect_err("owes").to_string();
		assert!(error.contains("tax pay-arrears 0 3 TSH all"), "{error}");
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
