use crate::model::amount;
use ourledger_math::{
	netting::{buyer_credit, offset, reverse_charge, Offset, ReverseCharge},
	rounding::MILLION,
	MathError,
};
use proptest::prelude::*;

#[test]
fn chain_of_the_issue_remits_150_then_150() {
	let first = offset(150, 0);
	assert_eq!(first, Offset { used: 0, remitted: 150, credit: 0 });
	let credit = buyer_credit(0, 150, MILLION).expect("a share of the whole");
	assert_eq!(offset(300, credit), Offset { used: 150, remitted: 150, credit: 0 });
}

#[test]
fn credit_that_is_not_used_stays() {
	assert_eq!(offset(10, 25), Offset { used: 10, remitted: 0, credit: 15 });
}

#[test]
fn reverse_charge_leaves_what_is_not_deductible() {
	let booked = ReverseCharge { output: 150, input: 150, due: 0 };
	assert_eq!(reverse_charge(0, 150, MILLION), Ok(booked));
	let booked = ReverseCharge { output: 150, input: 91, due: 59 };
	assert_eq!(reverse_charge(0, 150, 610_000), Ok(booked));
}

#[test]
fn credit_needs_a_share_and_rising_tax() {
	assert_eq!(buyer_credit(0, 1, MILLION + 1), Err(MathError::ShareAboveWhole));
	assert_eq!(buyer_credit(2, 1, MILLION), Err(MathError::NotCumulative));
}

proptest! {
	#[test]
	fn parts_credit_what_the_whole_does(
		mut steps in prop::collection::vec(amount(), 1..20),
		share in 0..=MILLION,
	) {
		steps.push(0);
		steps.sort_unstable();
		let mut total = 0;
		for step in steps.windows(2) {
			let credit = buyer_credit(step[0], step[1], share).expect("rising");
			// Credit arises only from tax split off.
			prop_assert!(credit <= step[1] - step[0]);
			let booked = reverse_charge(step[0], step[1], share).expect("rising");
			prop_assert_eq!(booked.input, credit);
			prop_assert_eq!(booked.input + booked.due, booked.output);
			total += credit;
		}
		let last = steps[steps.len() - 1];
		prop_assert_eq!(buyer_credit(0, last, share), Ok(total));
	}

	#[test]
	fn offset_loses_nothing(vat in amount(), credit in amount()) {
		let offset = offset(vat, credit);
		prop_assert_eq!(offset.used + offset.remitted, vat);
		prop_assert_eq!(offset.used + offset.credit, credit);
		prop_assert!(offset.remitted == 0 || offset.credit == 0);
	}
}
