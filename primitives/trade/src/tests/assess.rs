//! What a sale is charged.

use super::*;
use crate::{
	charges::base_of,
	invoice::{AsOne, MAX_AMOUNT},
};
use ourledger_math::MathError;

#[test]
fn sale_is_charged_with_every_kind_of_tax() {
	let mut sale = sale(&[(STANDARD, 10_000), (REVERSE, 2_000)]);
	sale = levied(levied(sale, TOURISM, STANDARD, 0), DEPOSIT, STANDARD, 6_000);
	sale.withholdings = BoundedVec::truncate_from([WITHHOLDING].to_vec());
	sale.tip = 500;
	let bill = assessed(&sale, terms()).expect("is fine");
	// VAT on 100.00 and the deposit of 0.60; tourism 1.50; nothing on the tip.
	assert_eq!(base_of(&bill, 0), Ok(10_060));
	assert_eq!(base_of(&bill, 1), Ok(2_000));
	assert_eq!((bill.subtotals[0].vat, bill.subtotals[1].vat), (1_509, 300));
	assert_eq!(bill.levies.iter().map(|levy| levy.tax).collect::<Vec<_>>(), [150, 60]);
	assert_eq!(bill.withheld[0].tax, 240);
	assert_eq!(bill.tax(), 1_509 + 150 + 60);
	assert_eq!(bill.gross, bill.net() + bill.tax() + 500);
	assert_eq!((bill.as_one, bill.lines, bill.tip_limit), (None, None, 200_000));
}

#[test]
fn base_within_prices_is_the_net_and_the_levies_that_enter() {
	let mut sale = levied(sale(&[(STANDARD, 11_500)]), DEPOSIT, STANDARD, 6_000);
	sale.prices = Prices::Gross;
	let bill = assessed(&sale, terms()).expect("is fine");
	assert_eq!(bill.gross, 11_500);
	assert_eq!(base_of(&bill, 0), Ok(bill.subtotals[0].net + 60));
}

#[test]
fn vat_per_line_is_that_of_its_lines() {
	let bill = assessed(&lined(&[(STANDARD, &[3, 3])]), per_line()).expect("is fine");
	assert_eq!((bill.subtotals[0].vat, bill.gross), (0, 6));
	assert_eq!(bill.lines, Some(hash_lines([(STANDARD, &lines(&[3, 3]))], blake2)));
	let bill = assessed(&lined(&[(STANDARD, &[4; 100])]), per_line()).expect("is fine");
	assert_eq!((bill.subtotals[0].vat, bill.gross), (100, 500));
}

#[test]
fn sale_is_refused_for_what_is_wrong_with_it() {
	let base = || sale(&[(STANDARD, 100)]);
	let with = |change: &dyn Fn(&mut Sale)| {
		let mut sale = base();
		change(&mut sale);
		sale
	};
	let withholding = |codes: &[TaxCode]| {
		with(&|sale| sale.withholdings = BoundedVec::truncate_from(codes.to_vec()))
	};
	let huge = (MAX_AMOUNT + 1) as i128;
	for (sale, terms, refusal) in [
		(sale(&[]), terms(), Refusal::NothingSold),
		(sale(&[(STANDARD, 1), (STANDARD, 2)]), terms(), Refusal::DuplicateCode),
		(
			levied(levied(base(), TOURISM, STANDARD, 0), TOURISM, STANDARD, 0),
			terms(),
			Refusal::DuplicateCode,
		),
		(withholding(&[WITHHOLDING, WITHHOLDING]), terms(), Refusal::DuplicateCode),
		(with(&|sale| sale.tip = MAX_AMOUNT + 1), terms(), Refusal::TooLarge),
		(sale(&[(OUTSIDE, huge)]), terms(), Refusal::TooLarge),
		(sale(&[(STANDARD, -huge)]), terms(), Refusal::TooLarge),
		(lined(&[(STANDARD, &[huge, -huge])]), per_line(), Refusal::TooLarge),
		// Each is small; the gross isn't.
		(sale(&[(STANDARD, MAX_AMOUNT as i128)]), terms(), Refusal::TooLarge),
		(sale(&[(99, 1)]), terms(), Refusal::CodeNotFound(99)),
		(sale(&[(TO_COME, 1)]), terms(), Refusal::NoRateYet(TO_COME)),
		(sale(&[(TOURISM, 1)]), terms(), Refusal::NotVat(TOURISM)),
		(levied(base(), REDUCED, STANDARD, 0), terms(), Refusal::NotLevy(REDUCED)),
		(withholding(&[TOURISM]), terms(), Refusal::NotWithholding(TOURISM)),
		(
			levied(base(), TOURISM, REDUCED, 0),
			terms(),
			Refusal::LevyOnUnknownItem { levy: TOURISM, on: REDUCED },
		),
		(
			levied(base(), FOREIGN, STANDARD, 1),
			terms(),
			Refusal::LevyInOtherCurrency { levy: FOREIGN, currency: MONEY + 1 },
		),
		(levied(base(), DEPOSIT, STANDARD, 0), terms(), Refusal::QuantityMissing(DEPOSIT)),
		(base(), per_line(), Refusal::LinesMissing(STANDARD)),
		(lined(&[(STANDARD, &[])]), per_line(), Refusal::LinesMissing(STANDARD)),
		(lined(&[(STANDARD, &[1])]), terms(), Refusal::LinesUnexpected(STANDARD)),
		(lined(&[(REVERSE, &[1])]), per_line(), Refusal::LinesUnexpected(REVERSE)),
		(sale(&[(REVERSE, 100), (OUTSIDE, -100)]), terms(), Refusal::NothingToPay(REVERSE)),
		(sale(&[(STANDARD, 100), (REVERSE, -1)]), terms(), Refusal::ReturnsOfReverse(REVERSE)),
		(sale(&[(STANDARD, 99), (REDUCED, -100)]), terms(), MathError::NegativeNet.into()),
		(sale(&[(STANDARD, -100), (REDUCED, 200)]), terms(), MathError::NegativeTax.into()),
		(
			levied(sale(&[(STANDARD, 100), (REDUCED, -1)]), TOURISM, REDUCED, 0),
			terms(),
			MathError::LevyOnReturns.into(),
		),
	] {
		assert_eq!(assessed(&sale, terms), Err(refusal), "{sale:?}");
	}
	let mut within = levied(lined(&[(STANDARD, &[100])]), TOURISM, STANDARD, 0);
	within.prices = Prices::Gross;
	let refusal = MathError::LevyWithinLinePrices.into();
	assert_eq!(assessed(&within, per_line()), Err(refusal));
}

#[test]
fn sale_is_as_large_as_it_can_be() {
	let most = MAX_AMOUNT as i128;
	assert!(assessed(&sale(&[(OUTSIDE, most)]), terms()).is_ok());
	let mut lines_of = lined(&[(STANDARD, &[100; 64]), (REDUCED, &[100; 64])]);
	assert!(assessed(&lines_of, per_line()).is_ok());
	let Amounts::Lines(last) = &mut lines_of.items[1].amounts else { panic!("has lines") };
	last.try_push(Zigzag::from(100)).expect("has room");
	assert_eq!(assessed(&lines_of, per_line()), Err(Refusal::TooManyLines { lines: 129 }));
}

#[test]
fn rate_that_is_no_share_is_refused() {
	let wild = |code| Ok((rate_of(code)?.0, 1 << 40));
	let sale = sale(&[(STANDARD, 1)]);
	let refusal = Rated::of(&sale, terms(), wild).err();
	assert_eq!(refusal, Some(Refusal::RateInvalid(STANDARD)));
}

#[test]
fn tip_is_within_its_share_of_net_and_tax() {
	let mut sale = sale(&[(STANDARD, 10_000)]);
	// 20 % of 115.00.
	sale.tip = 2_300;
	assert!(assessed(&sale, terms()).is_ok());
	sale.tip = 2_301;
	let refusal = Refusal::TipTooHigh { tip: 2_301, limit: 200_000, most: 2_300 };
	assert_eq!(assessed(&sale, terms()), Err(refusal));
}

#[test]
fn vat_of_both_signs_has_one_share() {
	let sale = sale(&[(STANDARD, 1_000), (REDUCED, -250)]);
	let mut bill = assessed(&sale, terms()).expect("is fine");
	let kept = |bill: &Bill| bill.as_one.map(|it| it.share);
	assert_eq!(bill.as_one, Some(AsOne { share: 0, taken: 0, credited: 0 }));
	assert_eq!(keep_share(&mut bill, None), Ok(()));
	assert_eq!(kept(&bill), Some(0));
	let unequal: &[_] = &[(REDUCED, HALF)];
	let refusal = Refusal::SharesDiffer(STANDARD, REDUCED);
	assert_eq!(keep_share(&mut bill, Some(unequal)), Err(refusal));
	assert_eq!(kept(&bill), Some(0));
	let equal: &[_] = &[(STANDARD, HALF), (REDUCED, HALF)];
	assert_eq!(keep_share(&mut bill, Some(equal)), Ok(()));
	assert_eq!(kept(&bill), Some(HALF));
	// Of any other bill nothing is kept.
	let mut plain = super::bill(&[(STANDARD, 1), (REDUCED, 1)], None);
	assert_eq!(keep_share(&mut plain, Some(unequal)), Ok(()));
	assert_eq!(plain.as_one, None);
}
