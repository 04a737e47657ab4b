//! What calls may cost at most.

use crate::{weights, Runtime};
use codec::Encode;
use frame_support::weights::constants::WEIGHT_REF_TIME_PER_MILLIS;
use pallet_records::{Index, WeightInfo as _};

type Records = weights::pallet_records::WeightInfo<Runtime>;

#[test]
fn appending_512_records_costs_at_most_four_times_32_and_a_millisecond() {
	let (few, many) = (Records::append(32).ref_time(), Records::append(512).ref_time());
	assert!(many <= 4 * few, "{many} for 512, {few} for 32");
	assert!(many <= WEIGHT_REF_TIME_PER_MILLIS, "{many} ps");
}

#[test]
fn the_index_of_a_million_records_takes_less_than_a_kilobyte() {
	// The most peaks that any count up to a million has: one for each of 19 bits.
	let count = (1 << 19) - 1;
	let peaks = vec![[7; 32]; 19].try_into().expect("fewer than the most");
	assert!(Index { count, peaks }.encoded_size() < 1_000);
}
