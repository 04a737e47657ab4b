use num_bigint::BigUint;
use ourledger_math::{
	shares::{split, PerShare, MAX_DECLARED, MAX_DISTRIBUTED, MAX_RAISED, MAX_SHARES, UNIT},
	MathError,
};
use proptest::prelude::*;

/// What was distributed over so many shares, from the beginning.
fn distributed(steps: &[(u128, u64)]) -> PerShare {
	let mut per_share = PerShare::default();
	for (amount, shares) in steps {
		per_share.distribute(*amount, *shares).expect("within the bounds");
	}
	per_share
}

#[test]
fn first_step_is_that_of_the_issue() {
	let per_share = distributed(&[(111_111, 316)]);
	assert_eq!(per_share, PerShare { sum: 6_486_190_445_487_158_194_953, rest: 228 });
}

#[test]
fn what_a_division_leaves_is_carried() {
	assert_eq!(distributed(&[(1, 3)]).rest, 1);
	assert_eq!(distributed(&[(1, 3); 2]).rest, 2);
	assert_eq!(distributed(&[(1, 3); 3]), PerShare { sum: UNIT, rest: 0 });
}

#[test]
fn fraction_of_a_leaver_goes_to_all_others() {
	let mut per_share = distributed(&[(1, 3)]);
	let fraction = per_share.accrued(0, 1).expect("fits");
	per_share.add_rest(fraction).expect("fits");
	assert_eq!(per_share.rest, fraction + 1);
	let before = per_share.sum;
	per_share.distribute(0, 2).expect("within the bounds");
	assert_eq!(per_share.accrued(before, 2), Ok(fraction + 1));
	assert_eq!(per_share.rest, 0);
	// All is there: two shares have the unit that three were given.
	assert_eq!(per_share.accrued(0, 2), Ok(UNIT));
}

#[test]
fn accruals_split_into_units_and_a_fraction() {
	assert_eq!(split(0), (0, 0));
	assert_eq!(split(UNIT - 1), (0, UNIT - 1));
	assert_eq!(split(UNIT), (1, 0));
	assert_eq!(split(u128::MAX), (UNIT - 1, UNIT - 1));
}

#[test]
fn storage_keeps_sum_and_rest() {
	let per_share = PerShare { sum: 7, rest: 5 };
	assert_eq!(per_share.to_bits(), (7, 5));
	assert_eq!(PerShare::from_bits(per_share.to_bits()), per_share);
}

#[test]
fn bounds_belong_together() {
	assert_eq!(MAX_RAISED + MAX_DECLARED, MAX_DISTRIBUTED);
	assert_eq!(distributed(&[(MAX_DISTRIBUTED, 1)]).sum, 1 << 127);
	let most = distributed(&[(MAX_RAISED, MAX_SHARES), (MAX_DECLARED, MAX_SHARES)]);
	assert_eq!(most, PerShare { sum: 1 << 87, rest: 0 });
	assert_eq!(most.accrued(0, MAX_SHARES), Ok(1 << 127));
	// The smallest amount reaches each of the most shares, and none is lost of what is odd.
	assert_eq!(distributed(&[(1, MAX_SHARES)]), PerShare { sum: 1 << 24, rest: 0 });
	assert_eq!(distributed(&[(1, MAX_SHARES - 1)]), PerShare { sum: 1 << 24, rest: 1 << 24 });
}

#[test]
fn number_of_shares_has_bounds() {
	let before = PerShare { sum: 3, rest: 2 };
	let mut per_share = before;
	assert_eq!(per_share.distribute(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(per_share.distribute(1, MAX_SHARES + 1), Err(MathError::TooManyShares));
	assert_eq!(per_share, before);
	assert_eq!(per_share.distribute(1, MAX_SHARES), Ok(()));
	assert_eq!(per_share, PerShare { sum: 3 + (1 << 24), rest: 2 });
	assert_eq!(per_share.distribute(0, 1), Ok(()));
	assert_eq!(per_share, PerShare { sum: 5 + (1 << 24), rest: 0 });
}

#[test]
fn what_does_not_fit_changes_nothing() {
	let refused = |before: PerShare, amount| {
		let mut per_share = before;
		assert_eq!(per_share.distribute(amount, 1), Err(MathError::Overflow));
		assert_eq!(per_share, before);
	};
	refused(PerShare::default(), UNIT);
	refused(PerShare { sum: 0, rest: UNIT }, UNIT - 1);
	refused(PerShare { sum: UNIT, rest: 0 }, UNIT - 1);
	// Just what fits.
	assert_eq!(distributed(&[(UNIT - 1, 1)]).sum, u128::MAX - (UNIT - 1));
	let mut most = PerShare { sum: 0, rest: UNIT - 1 };
	assert_eq!(most.distribute(UNIT - 1, 1), Ok(()));
	assert_eq!(most, PerShare { sum: u128::MAX, rest: 0 });

	let mut per_share = PerShare { sum: 0, rest: u128::MAX - 1 };
	assert_eq!(per_share.add_rest(2), Err(MathError::Overflow));
	assert_eq!(per_share.rest, u128::MAX - 1);
	assert_eq!(per_share.add_rest(1), Ok(()));
	assert_eq!(per_share.rest, u128::MAX);
}

#[test]
fn accruals_are_since_a_sum_that_was() {
	let per_share = PerShare { sum: 1 << 88, rest: 0 };
	assert_eq!(per_share.accrued(1 << 88, u64::MAX), Ok(0));
	assert_eq!(per_share.accrued((1 << 88) + 1, 1), Err(MathError::NotCumulative));
	assert_eq!(per_share.accrued(0, MAX_SHARES), Err(MathError::Overflow));
	assert_eq!(per_share.accrued(1, MAX_SHARES), Ok(u128::MAX - (u128::from(MAX_SHARES) - 1)));
	assert_eq!(per_share.accrued(0, 0), Ok(0));
}

proptest! {
	#[test]
	fn parts_give_what_the_whole_does(
		amounts in prop::collection::vec(0..=MAX_DISTRIBUTED / 16, 1..=16),
		shares in prop_oneof![1..100u64, 1..=MAX_SHARES],
	) {
		let steps = amounts.iter().map(|amount| (*amount, shares)).collect::<Vec<_>>();
		let whole = amounts.iter().sum::<u128>();
		let found = distributed(&steps);
		prop_assert_eq!(found, distributed(&[(whole, shares)]));
		prop_assert!(found.rest < u128::from(shares));
		let given = BigUint::from(found.sum) * shares + found.rest;
		prop_assert_eq!(given, BigUint::from(whole) << 64u32);
	}

	#[test]
	fn sums_never_fall_and_any_two_holdings_accrue_as_one(
		earlier in 0..=MAX_DISTRIBUTED / 2,
		later in 0..=MAX_DISTRIBUTED / 2,
		shares in 1..=MAX_SHARES,
		part in any::<u64>(),
	) {
		let before = distributed(&[(earlier, shares)]);
		let after = distributed(&[(earlier, shares), (later, shares)]);
		prop_assert!(after.sum >= before.sum);
		let part = part % (shares + 1);
		let of = |shares| after.accrued(before.sum, shares).expect("it was distributed");
		prop_assert_eq!(of(part) + of(shares - part), of(shares));
	}
}
