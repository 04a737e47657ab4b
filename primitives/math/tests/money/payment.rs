use crate::model::{exact, fits, near};
use ourledger_math::{
	payment::{due, share, shown, split, Bill, Split},
	MathError,
};
use proptest::prelude::*;

/// An invoice and the shares of its gross that are paid one after another.
fn invoice() -> impl Strategy<Value = (u128, Vec<u128>)> {
	let taxes = prop::collection::vec((0..50u128, any::<u64>()), 0..8);
	(0..40u32, taxes, any::<u64>()).prop_map(|(shift, taxes, net)| {
		let taxes =
			taxes.into_iter().map(|(rate, net)| u128::from(net >> (shift + 20)) * rate / 50);
		let taxes = taxes.collect::<Vec<_>>();
		(u128::from(net >> shift) + taxes.iter().sum::<u128>(), taxes)
	})
}

/// Pays `parts` one after another; the splits and what was paid in all after each.
fn pay(gross: u128, taxes: &[u128], parts: &[u128]) -> Vec<(u128, Vec<u128>, Split)> {
	let mut taken = vec![0; taxes.len()];
	let mut paid = 0;
	let mut all = Vec::new();
	for part in parts {
		let bill = Bill { gross, taxes, paid, taken: &taken };
		let split = split(&bill, *part).expect("within the gross");
		paid += part;
		taken.iter_mut().zip(&split.taxes).for_each(|(taken, tax)| *taken += tax);
		all.push((paid, taken.clone(), split));
	}
	all
}

/// Cuts `gross` at the given places.
fn parts(gross: u128, mut cuts: Vec<u128>) -> Vec<u128> {
	cuts.iter_mut().for_each(|cut| *cut %= gross + 1);
	cuts.push(gross);
	cuts.sort_unstable();
	let before = [0].into_iter().chain(cuts.clone());
	cuts.iter().zip(before).map(|(cut, before)| cut - before).collect()
}

#[test]
fn part_payments_of_the_issue_are_split_as_stated() {
	let splits = pay(115_00, &[15_00], &[33_33, 33_33, 48_34]);
	let taxes = splits.iter().map(|(_, _, split)| split.tax).collect::<Vec<_>>();
	assert_eq!(taxes, [4_35, 4_34, 6_31]);
	let sellers = splits.iter().map(|(_, _, split)| split.seller).collect::<Vec<_>>();
	assert_eq!(sellers, [28_98, 28_99, 42_03]);
}

#[test]
fn codes_get_their_floor_share_and_the_rest_in_order() {
	// 3 + 3 + 3 of 100, of which 50 are paid: 4.5 is 5 in all; floors are 1 each; 2 go to the first.
	assert_eq!(share(100, &[3, 3, 3], 50), Ok(vec![3, 1, 1]));
	// 5.5 is 6 in all; floors are 0, 1, 1, 1; the first has room for one only.
	assert_eq!(share(100, &[1, 3, 3, 3], 55), Ok(vec![1, 3, 1, 1]));
}

#[test]
fn tax_taken_as_one_is_shown_by_code() {
	// 77.00 and −12.50 within 564.50.
	let shown = |paid, taken| shown(564_50, &[77_00, -12_50], paid, taken);
	assert_eq!(shown(0, 0), Ok(vec![0, 0]));
	// A third: 25.67 − 4.17 = 21.50.
	assert_eq!(shown(188_17, 21_50), Ok(vec![25_67, -4_17]));
	// What is left is at the largest.
	assert_eq!(shown(188_17, 21_51), Ok(vec![25_68, -4_17]));
	assert_eq!(shown(564_50, 64_50), Ok(vec![77_00, -12_50]));
	// All was taken ahead.
	assert_eq!(shown(1, 64_50), Ok(vec![77_00, -12_50]));
	assert_eq!(shown(0, u128::MAX), Err(MathError::Overflow));
}

#[test]
fn tax_that_comes_to_nothing_is_shown_as_it_is_paid() {
	assert_eq!(shown(10, &[5, -5], 0, 0), Ok(vec![0, 0]));
	// 2.5 is rounded away from zero, either way.
	assert_eq!(shown(10, &[5, -5], 5, 0), Ok(vec![3, -3]));
	assert_eq!(shown(10, &[5, -5], 10, 0), Ok(vec![5, -5]));
	// Of what costs nothing, all is shown; of equal ones, the first has the rest.
	assert_eq!(shown(0, &[5, -5], 0, 0), Ok(vec![5, -5]));
	assert_eq!(shown(10, &[5, -5], 3, 1), Ok(vec![3, -2]));
}

#[test]
fn payments_that_do_not_fit_are_refused() {
	let bill = Bill { gross: 100, taxes: &[10], paid: 60, taken: &[6] };
	assert_eq!(split(&bill, 41), Err(MathError::Overpaid));
	assert_eq!(split(&bill, u128::MAX), Err(MathError::Overflow));
	assert_eq!(split(&Bill { taken: &[11], ..bill }, 1), Err(MathError::TakenBeyondTax));
	assert_eq!(split(&Bill { taken: &[], ..bill }, 1), Err(MathError::LengthMismatch));
	assert_eq!(split(&Bill { taxes: &[101], ..bill }, 1), Err(MathError::TaxBeyondGross),);
	assert_eq!(due(0, 0, 0), Ok(0));
	assert_eq!(due(0, 0, 1), Err(MathError::Overpaid));
	assert_eq!(share(0, &[0], 0), Ok(vec![0]));
}

#[test]
fn odd_states_never_take_more_than_the_payment() {
	// Tax was left behind: the payment gives all it has.
	let bill = Bill { gross: 100, taxes: &[50], paid: 90, taken: &[0] };
	assert_eq!(split(&bill, 7), Ok(Split { taxes: vec![7], tax: 7, seller: 0 }));
	// Tax was taken early: the payment gives none.
	let bill = Bill { gross: 100, taxes: &[50], paid: 10, taken: &[40] };
	assert_eq!(split(&bill, 7), Ok(Split { taxes: vec![0], tax: 0, seller: 7 }));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn payments_are_exact_cumulative_and_within_bounds(
		(gross, taxes) in invoice(),
		cuts in prop::collection::vec(any::<u128>(), 0..12),
	) {
		let tax = taxes.iter().sum::<u128>();
		let codes = taxes.len() as u128;
		let mut before = vec![0; taxes.len()];
		let parts = parts(gross, cuts);
		let splits = pay(gross, &taxes, &parts);
		for ((paid, taken, split), part) in splits.into_iter().zip(&parts) {
			prop_assert_eq!(split.tax, split.taxes.iter().sum::<u128>());
			prop_assert_eq!(split.tax + split.seller, *part);
			// However it was split before, the total is that of the exact fraction.
			let exactly = exact(tax) * exact(paid) / exact(gross.max(1));
			prop_assert_eq!(Some(taken.iter().sum::<u128>()), fits(&near(&exactly)));
			for (place, tax) in taxes.iter().enumerate() {
				prop_assert!(taken[place] >= before[place]);
				prop_assert!(taken[place] <= *tax);
				let fair = exact(*tax) * exact(paid) / exact(gross.max(1));
				prop_assert!(exact(taken[place]) - &fair <= exact(codes));
				prop_assert!(fair - exact(taken[place]) <= exact(codes));
			}
			before = taken;
		}
		prop_assert_eq!(before, taxes);
	}

	#[test]
	fn splitting_a_payment_never_changes_the_tax(
		gross in 0..2_000u128,
		rate in 0..1_000u128,
		ones in 0..2_000u128,
	) {
		let taxes = [gross * rate / 2_000, gross * rate / 3_000];
		let ones = ones.min(gross);
		let by_one = pay(gross, &taxes, &vec![1; ones as usize]);
		let total = by_one.last().map_or(0, |(_, taken, _)| taken.iter().sum());
		prop_assert_eq!(share(gross, &taxes, ones).map(|all| all.iter().sum()), Ok(total));
	}
}
