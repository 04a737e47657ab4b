//! Each call is charged by its own measurement.

use crate::{mock::*, *};
use frame::{deps::frame_support::dispatch::GetDispatchInfo, traits::GetCallName};

/// Each call once, in order of its index.
pub(super) fn every_call() -> [Call<Test>; 21] {
	let (id, to, amount, reference) = (0, ALICE, 1, REFERENCE);
	let (a, b) = (OUR, OUR);
	let path = || bounded(vec![OUR; 3]);
	[
		Call::create {
			name: bounded(vec![]),
			symbol: bounded(vec![]),
			decimals: 0,
			jurisdiction: None,
			terms: PLAIN,
			notice_days: 0,
		},
		Call::amend { currency: id, terms: PLAIN },
		Call::admit { currency: id, twin: 1 },
		Call::expel { currency: id, twin: 1 },
		Call::issue { currency: id, to, amount },
		Call::redeem { currency: id, amount, reference },
		Call::transfer { currency: id, to, amount, reference },
		Call::set_credit_line { currency: id, twin: 1, limit: 1 },
		Call::repay { currency: id, amount },
		Call::write_off { currency: id, twin: 1, amount },
		Call::freeze { currency: id, account: to, reason: reference, until: 1 },
		Call::unfreeze { currency: id, account: to },
		Call::swap { path: path(), amount_in: 1, min_out: 1 },
		Call::swap_for { path: path(), amount_out: 1, max_in: 1 },
		Call::create_pool { a: a.clone(), b: b.clone() },
		Call::add_liquidity {
			a: a.clone(),
			b: b.clone(),
			amount_a: 1,
			amount_b: 1,
			min_a: 1,
			min_b: 1,
		},
		Call::remove_liquidity { a, b, shares: 1, min_a: 1, min_b: 1 },
		Call::charge { currency: id, account: to },
		Call::spend_pot { currency: id, to, amount, reference },
		Call::take { currency: id, owner: to },
		Call::discard { currency: id },
	]
}

#[test]
fn every_call_is_there() {
	let names = every_call().map(|call| call.get_call_name());
	assert_eq!(names.as_slice(), Call::<Test>::get_call_names());
}

#[test]
fn every_call_has_its_own_weight() {
	for (index, call) in every_call().iter().enumerate() {
		let steps = if matches!(index, 12 | 13) { 103 } else { 1 };
		let expected = (index as u64 + 1) * 1_000_000_000 * steps;
		assert_eq!(call.get_dispatch_info().call_weight.ref_time(), expected, "call {index}");
		assert_eq!(usize::from(codec::Encode::encode(call)[0]), index);
	}
}
