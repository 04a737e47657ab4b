use crate::model::{exact, near, ppm, Exact};
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use ourledger_math::{
	tax::{
		levy_per_unit, tax_of_lines, tax_on, totals, within, Amount, Document, Levy, Line, Prices,
		Rounding, Totals, Withholding,
	},
	MathError,
};
use proptest::prelude::*;

const EMPTY: Document<'static> = Document {
	prices: Prices::Net,
	rounding: Rounding::Category,
	rates: &[],
	lines: &[],
	levies: &[],
	withholdings: &[],
	untaxed: 0,
};

fn line(category: usize, amount: i128) -> Line {
	Line { category, amount }
}

#[test]
fn tax_is_rounded_half_away_from_zero() {
	assert_eq!(tax_on(10_10, 50_000), Ok(51));
	assert_eq!(tax_on(-10_10, 50_000), Ok(-51));
	assert_eq!(tax_on(10_09, 50_000), Ok(50));
	assert_eq!(tax_on(i128::MAX, 2_000_000), Err(MathError::Overflow));
}

#[test]
fn net_and_tax_within_a_gross_sum_to_it() {
	assert_eq!(within(115_00, 150_000), Ok((100_00, 15_00)));
	assert_eq!(within(2_99, 40_000), Ok((2_88, 11)));
	assert_eq!(within(-2_99, 40_000), Ok((-2_88, -11)));
	assert_eq!(within(1, 2_000_000), Ok((0, 1)));
}

#[test]
fn levy_per_unit_counts_thousandths() {
	assert_eq!(levy_per_unit(5_00, 3_000), Ok(15_00));
	assert_eq!(levy_per_unit(12_34, 750), Ok(9_26));
	assert_eq!(levy_per_unit(u128::MAX, 1_001), Err(MathError::Overflow));
}

#[test]
fn empty_document_is_worth_nothing() {
	let nothing = Totals {
		subtotals: vec![],
		levies: vec![],
		withheld: vec![],
		net: 0,
		tax: 0,
		gross: 0,
		payable: 0,
	};
	assert_eq!(totals(&EMPTY), Ok(nothing));
}

#[test]
fn negative_totals_and_taxes_are_refused() {
	let document = Document { rates: &[0, 250_000], ..EMPTY };
	let with = |lines: &[Line]| totals(&Document { lines, ..document }).map(|found| found.gross);
	assert_eq!(with(&[line(0, 10), line(0, -11)]), Err(MathError::NegativeNet));
	assert_eq!(with(&[line(0, 100), line(1, -2)]), Err(MathError::NegativeTax));
	// A quarter of −1 rounds to nothing: there is no tax to be negative.
	assert_eq!(with(&[line(0, 100), line(1, -1)]), Ok(99));
	assert_eq!(with(&[line(0, -100), line(1, 100)]), Ok(25));
}

#[test]
fn a_category_may_be_negative_if_the_whole_is_not() {
	for (prices, vats) in [(Prices::Net, [77_00, -12_50]), (Prices::Gross, [71_49, -12_20])] {
		let lines = [line(0, 1_000_00), line(1, -500_00)];
		let document = Document { prices, rates: &[77_000, 25_000], lines: &lines, ..EMPTY };
		let found = totals(&document).expect("it can be sold");
		assert_eq!(found.subtotals.iter().map(|it| it.vat).collect::<Vec<_>>(), vats);
		assert_eq!(found.tax as i128, vats[0] + vats[1]);
		// It bears no levy.
		for amount in [Amount::OnNet(1), Amount::PerUnit { each: 1, thousandths: 1 }] {
			let levies = [Levy { category: 1, amount, in_vat_base: false }];
			let levied = Document { levies: &levies, ..document };
			assert_eq!(totals(&levied), Err(MathError::LevyOnReturns));
			let levies = [Levy { category: 0, amount, in_vat_base: false }];
			assert!(totals(&Document { levies: &levies, ..document }).is_ok());
		}
	}
}

#[test]
fn all_may_come_to_nothing() {
	let lines = [line(0, 100_00), line(1, -100_00)];
	let found = totals(&Document { rates: &[150_000; 2], lines: &lines, ..EMPTY });
	let found = found.expect("it is an invoice of nothing");
	assert_eq!((found.net, found.tax, found.gross), (0, 0, 0));
	assert_eq!(found.subtotals.iter().map(|it| it.vat).collect::<Vec<_>>(), [15_00, -15_00]);
}

#[test]
fn lines_are_taxed_one_by_one() {
	assert_eq!(tax_of_lines(Prices::Net, [33, 33, 33], 150_000), Ok(15));
	assert_eq!(tax_of_lines(Prices::Net, [4; 100], 150_000), Ok(100));
	assert_eq!(tax_of_lines(Prices::Gross, [115, -115, 23], 150_000), Ok(3));
	assert_eq!(tax_of_lines(Prices::Net, [], 150_000), Ok(0));
	assert_eq!(tax_of_lines(Prices::Net, [i128::MAX; 2], 1_000_000), Err(MathError::Overflow));
}

#[test]
fn unknown_categories_are_refused() {
	let document = Document { rates: &[0], ..EMPTY };
	let found = totals(&Document { lines: &[line(1, 1)], ..document });
	assert_eq!(found, Err(MathError::UnknownCategory));
	let levies = [Levy { category: 1, amount: Amount::OnNet(1), in_vat_base: false }];
	assert_eq!(totals(&Document { levies: &levies, ..document }), Err(MathError::UnknownCategory),);
	let withholdings = [Withholding { category: Some(1), rate: 1 }];
	assert_eq!(
		totals(&Document { withholdings: &withholdings, ..document }),
		Err(MathError::UnknownCategory),
	);
}

#[test]
fn levies_within_line_prices_are_refused() {
	let levies = [Levy { category: 0, amount: Amount::OnNet(1), in_vat_base: false }];
	let found = totals(&Document {
		prices: Prices::Gross,
		rounding: Rounding::Line,
		rates: &[0],
		levies: &levies,
		..EMPTY
	});
	assert_eq!(found, Err(MathError::LevyWithinLinePrices));
}

#[test]
fn levies_dearer_than_the_price_are_refused() {
	let amount = Amount::PerUnit { each: 11, thousandths: 1_000 };
	let levies = [Levy { category: 0, amount, in_vat_base: true }];
	for price in [10, 12] {
		let lines = [line(0, price)];
		let document = Document { prices: Prices::Gross, rates: &[150_000], ..EMPTY };
		let found = totals(&Document { lines: &lines, levies: &levies, ..document });
		assert_eq!(found, Err(MathError::NegativeNet));
	}
}

#[test]
fn price_of_one_unit_may_be_all_tax() {
	let lines = [line(0, 1)];
	let levies = [Levy { category: 0, amount: Amount::OnNet(10_000), in_vat_base: true }];
	let document = Document { prices: Prices::Gross, rates: &[3_000_000], ..EMPTY };
	let found = totals(&Document { lines: &lines, levies: &levies, ..document });
	let found = found.expect("an invoice");
	assert_eq!((found.net, found.levies, found.subtotals[0].vat), (0, vec![0], 1));
}

#[test]
fn more_than_the_gross_is_never_withheld() {
	let withholdings = [Withholding { category: None, rate: 1_500_000 }];
	let lines = [line(0, 100)];
	let document = Document { rates: &[0], lines: &lines, withholdings: &withholdings, ..EMPTY };
	assert_eq!(totals(&document), Err(MathError::WithheldBeyondGross));
}

#[derive(Clone, Debug)]
struct Case {
	rates: Vec<u32>,
	lines: Vec<Line>,
	levies: Vec<Levy>,
	withholdings: Vec<Withholding>,
	untaxed: u128,
}

fn rate() -> impl Strategy<Value = u32> {
	prop_oneof![
		2 => Just(0),
		3 => prop::sample::select(vec![50_000, 70_000, 99_750, 150_000, 190_000, 250_000]),
		1 => 0..3_000_000u32,
	]
}

fn case() -> impl Strategy<Value = Case> {
	prop::collection::vec(rate(), 1..6).prop_flat_map(|rates| {
		let count = rates.len();
		let amount = (any::<u64>(), 0..64u32, 0..8u8).prop_map(|(number, shift, sign)| {
			i128::from(number >> shift) * if sign == 0 { -1 } else { 1 }
		});
		let lines = (0..count, amount).prop_map(|(category, amount)| Line { category, amount });
		let levy = prop_oneof![
			(0..400_000u32).prop_map(Amount::OnNet),
			(0..5_000u128, 0..20_000u128)
				.prop_map(|(each, thousandths)| Amount::PerUnit { each, thousandths }),
		];
		let levy = (0..count, levy, any::<bool>())
			.prop_map(|(category, amount, in_vat_base)| Levy { category, amount, in_vat_base });
		let kept = (prop::option::of(0..count), 0..300_000u32)
			.prop_map(|(category, rate)| Withholding { category, rate });
		(
			Just(rates),
			prop::collection::vec(lines, 0..12),
			prop::collection::vec(levy, 0..4),
			prop::collection::vec(kept, 0..3),
			0..10_000u128,
		)
			.prop_map(|(rates, lines, levies, withholdings, untaxed)| Case {
				rates,
				lines,
				levies,
				withholdings,
				untaxed,
			})
	})
}

impl Case {
	fn document(&self, prices: Prices, rounding: Rounding) -> Document<'_> {
		Document {
			prices,
			rounding,
			rates: &self.rates,
			lines: &self.lines,
			levies: &self.levies,
			withholdings: &self.withholdings,
			untaxed: self.untaxed,
		}
	}

	fn amounts(&self, category: usize) -> impl Iterator<Item = i128> + '_ {
		let lines = self.lines.iter().filter(move |line| line.category == category);
		lines.map(|line| line.amount)
	}
}

/// Whether a sum of the totals holds, and nothing that may not be is negative.
fn check(case: &Case, found: &Totals) -> Result<(), TestCaseError> {
	let net = found.subtotals.iter().map(|subtotal| subtotal.net).sum::<i128>();
	let vat = found.subtotals.iter().map(|subtotal| subtotal.vat).sum::<i128>();
	prop_assert_eq!(net, found.net as i128);
	prop_assert!(vat >= 0);
	prop_assert_eq!(vat as u128 + found.levies.iter().sum::<u128>(), found.tax);
	prop_assert_eq!(found.net + found.tax + case.untaxed, found.gross);
	prop_assert_eq!(found.gross - found.withheld.iter().sum::<u128>(), found.payable);
	Ok(())
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn net_prices_are_taxed_as_exact_fractions(case in case(), per_line: bool) {
		let rounding = if per_line { Rounding::Line } else { Rounding::Category };
		let mut bad = false;
		let mut levied = vec![BigInt::zero(); case.levies.len()];
		let mut subtotals = Vec::new();
		for (category, rate) in case.rates.iter().enumerate() {
			let net = case.amounts(category).map(exact).sum::<Exact>();
			let mut taxed = case.amounts(category).map(exact).collect::<Vec<_>>();
			for (place, levy) in case.levies.iter().enumerate() {
				if levy.category != category {
					continue;
				}
				levied[place] = near(&match levy.amount {
					Amount::OnNet(rate) => &net * ppm(rate),
					Amount::PerUnit { each, thousandths } =>
						exact(each) * exact(thousandths) / exact(1_000),
				});
				if levy.in_vat_base {
					taxed.push(exact(levied[place].clone()));
				}
			}
			let vat = if per_line {
				taxed.iter().map(|amount| near(&(amount * ppm(*rate)))).sum::<BigInt>()
			} else {
				near(&(taxed.iter().sum::<Exact>() * ppm(*rate)))
			};
			bad |= net.is_negative() && case.levies.iter().any(|it| it.category == category);
			subtotals.push((net, vat));
		}
		bad |= subtotals.iter().map(|(_, vat)| vat).sum::<BigInt>().is_negative();
		let net = subtotals.iter().map(|(net, _)| net).sum::<Exact>();
		let withheld = case.withholdings.iter().map(|kept| {
			let base = kept.category.map_or(&net, |category| &subtotals[category].0);
			near(&(base * ppm(kept.rate)))
		});
		let withheld = withheld.collect::<Vec<_>>();
		bad |= net.is_negative();
		bad |= levied.iter().chain(&withheld).any(Signed::is_negative);
		let gross = net.to_integer() + subtotals.iter().map(|(_, vat)| vat).sum::<BigInt>()
			+ levied.iter().sum::<BigInt>() + BigInt::from(case.untaxed);
		bad |= gross < withheld.iter().sum::<BigInt>();

		let found = totals(&case.document(Prices::Net, rounding));
		prop_assert_eq!(found.is_err(), bad, "{:?}", found);
		if let Ok(found) = found {
			check(&case, &found)?;
			let nets = found.subtotals.iter().map(|it| (exact(it.net), BigInt::from(it.vat)));
			prop_assert_eq!(nets.collect::<Vec<_>>(), subtotals);
			let found_levies = found.levies.iter().map(|levy| BigInt::from(*levy));
			prop_assert_eq!(found_levies.collect::<Vec<_>>(), levied);
			let found_withheld = found.withheld.iter().map(|kept| BigInt::from(*kept));
			prop_assert_eq!(found_withheld.collect::<Vec<_>>(), withheld);
			prop_assert_eq!(BigInt::from(found.gross), gross);
		}
	}

	#[test]
	fn prices_with_tax_are_taken_apart_to_the_unit(case in case()) {
		let Ok(found) = totals(&case.document(Prices::Gross, Rounding::Category)) else {
			return Ok(());
		};
		check(&case, &found)?;
		for (category, rate) in case.rates.iter().enumerate() {
			let gross = case.amounts(category).map(exact).sum::<Exact>();
			let part = found.subtotals[category];
			let levies = case.levies.iter().zip(&found.levies);
			let levies = levies.filter(|(levy, _)| levy.category == category).collect::<Vec<_>>();
			// The parts sum to the price.
			let taxes = levies.iter().map(|(_, amount)| **amount as i128).sum::<i128>() + part.vat;
			prop_assert_eq!(exact(part.net) + exact(taxes), gross.clone());

			// The net is the nearest to that of which taxes and price follow exactly.
			let vat = ppm(*rate);
			let (mut factor, mut fixed) = (Exact::one() + &vat, Exact::zero());
			let mut base = exact(part.net);
			for (levy, amount) in &levies {
				let of = if levy.in_vat_base { Exact::one() + &vat } else { Exact::one() };
				match levy.amount {
					Amount::OnNet(rate) => factor += ppm(rate) * of,
					Amount::PerUnit { each, thousandths } => {
						let exactly = exact(each) * exact(thousandths) / exact(1_000);
						prop_assert_eq!(near(&exactly), BigInt::from(**amount));
						fixed += exact(**amount) * of;
					},
				}
				if levy.in_vat_base {
					base += exact(**amount);
				}
			}
			prop_assert_eq!(exact(part.base), base.clone());
			let net = (&gross - fixed) / &factor;
			prop_assert_eq!(BigInt::from(part.net), near(&net));

			// Each tax is less than two units, and half a unit for each levy, from exact. (The
			// rounding of the net alone may be worth more, under rates above the whole.)
			let worth = &factor + exact(2 + levies.len());
			prop_assert!((exact(part.vat) - &base * &vat).abs() < worth);
			for (levy, amount) in &levies {
				if let Amount::OnNet(rate) = levy.amount {
					let exactly = exact(part.net) * ppm(rate);
					prop_assert!((exact(**amount) - exactly).abs() < worth);
				}
			}
			if levies.is_empty() {
				let (net, vat) = within(gross.to_integer().to_i128().expect("small"), *rate)
					.expect("small");
				prop_assert_eq!((part.net, part.vat), (net, vat));
			}
		}
	}

	#[test]
	fn prices_with_tax_per_line_sum_to_the_unit(case in case()) {
		let case = Case { levies: vec![], ..case };
		let Ok(found) = totals(&case.document(Prices::Gross, Rounding::Line)) else {
			return Ok(());
		};
		check(&case, &found)?;
		for (category, rate) in case.rates.iter().enumerate() {
			let factor = Exact::one() + ppm(*rate);
			let nets = case.amounts(category).map(|amount| near(&(exact(amount) / &factor)));
			prop_assert_eq!(BigInt::from(found.subtotals[category].net), nets.sum::<BigInt>());
		}
	}

	#[test]
	fn splitting_an_invoice_gains_at_most_half_a_unit_per_part(
		nets in prop::collection::vec(0..1_000_000i128, 1..10),
		rate in rate(),
	) {
		let whole = tax_on(nets.iter().sum(), rate).expect("small");
		let parts = nets.iter().map(|net| tax_on(*net, rate).expect("small")).sum::<i128>();
		prop_assert!(2 * (whole - parts).abs() <= nets.len() as i128 + 1);
	}
}
