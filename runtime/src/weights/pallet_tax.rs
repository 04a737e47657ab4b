//! Weights of `pallet_tax`, measured by `scripts/bench-weights pallet_tax`.
//!
//! Date: 2026-11-21. Processor: AMD EPYC. Steps: 10, repeat: 10.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 150;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_tax`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_tax::WeightInfo for WeightInfo<T> {
	fn create_jurisdiction() -> Weight {
		// Fastest run: 26_360 ns.
		measured(28_823_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn amend_jurisdiction() -> Weight {
		// Fastest run: 19_229 ns.
		measured(21_533_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_code() -> Weight {
		// Fastest run: 31_717 ns.
		measured(34_442_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn set_rate() -> Weight {
		// Fastest run: 24_576 ns.
		measured(26_951_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn apply() -> Weight {
		// Fastest run: 57_907 ns.
		measured(62_283_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn register() -> Weight {
		// Fastest run: 109_023 ns.
		measured(116_234_000)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn amend_taxpayer() -> Weight {
		// Fastest run: 70_556 ns.
		measured(75_453_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn deregister() -> Weight {
		// Fastest run: 55_142 ns.
		measured(58_767_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn publish_rate() -> Weight {
		// Fastest run: 17_736 ns.
		measured(19_419_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn declare_owner() -> Weight {
		// Fastest run: 22_544 ns.
		measured(24_657_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn claim_refund() -> Weight {
		// Fastest run: 136_073 ns.
		measured(146_559_000)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	fn hold_refund() -> Weight {
		// Fastest run: 31_317 ns.
		measured(34_291_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn deny_refund() -> Weight {
		// Fastest run: 40_811 ns.
		measured(44_066_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn assess_refund() -> Weight {
		// Fastest run: 30_576 ns.
		measured(33_930_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn appeal() -> Weight {
		// Fastest run: 26_860 ns.
		measured(29_313_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn decide_appeal() -> Weight {
		// Fastest run: 110_645 ns.
		measured(117_795_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn pay_refund() -> Weight {
		// Fastest run: 104_886 ns.
		measured(112_608_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn sweep() -> Weight {
		// Fastest run: 136_583 ns.
		measured(146_748_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn give() -> Weight {
		// Fastest run: 124_166 ns.
		measured(132_047_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn idle_day() -> Weight {
		// Fastest run: 6_239 ns.
		measured(6_740_000)
			.saturating_add(T::DbWeight::get().reads(3))
	}

	fn idle_claim() -> Weight {
		// Fastest run: 116_363 ns.
		measured(122_232_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(9))
	}

}
