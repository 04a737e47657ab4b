//! Weights of `pallet_tax`, measured by `scripts/bench-weights pallet_tax`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 70;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_tax`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_tax::WeightInfo for WeightInfo<T> {
	fn create_jurisdiction() -> Weight {
		// Fastest run: 74_820 ns.
		measured(123_303_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn amend_jurisdiction() -> Weight {
		// Fastest run: 56_166 ns.
		measured(105_579_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_code() -> Weight {
		// Fastest run: 77_127 ns.
		measured(93_409_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn set_rate() -> Weight {
		// Fastest run: 59_462 ns.
		measured(71_074_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn apply() -> Weight {
		// Fastest run: 123_738 ns.
		measured(141_283_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn register() -> Weight {
		// Fastest run: 218_947 ns.
		measured(239_718_000)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn amend_taxpayer() -> Weight {
		// Fastest run: 143_141 ns.
		measured(161_528_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn deregister() -> Weight {
		// Fastest run: 112_426 ns.
		measured(126_420_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn publish_rate() -> Weight {
		// Fastest run: 46_375 ns.
		measured(80_255_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn declare_owner() -> Weight {
		// Fastest run: 49_082 ns.
		measured(57_619_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm_owner() -> Weight {
		// Fastest run: 691_488 ns.
		measured(1_095_786_000)
			.saturating_add(T::DbWeight::get().reads(57))
			.saturating_add(T::DbWeight::get().writes(35))
	}

	fn claim_refund() -> Weight {
		// Fastest run: 340_110 ns.
		measured(544_401_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn hold_refund() -> Weight {
		// Fastest run: 70_939 ns.
		measured(83_672_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn deny_refund() -> Weight {
		// Fastest run: 116_397 ns.
		measured(132_150_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn assess_refund() -> Weight {
		// Fastest run: 72_528 ns.
		measured(93_272_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn appeal() -> Weight {
		// Fastest run: 108_615 ns.
		measured(129_196_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn decide_appeal() -> Weight {
		// Fastest run: 257_037 ns.
		measured(288_330_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn pay_refund() -> Weight {
		// Fastest run: 241_001 ns.
		measured(275_524_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn sweep() -> Weight {
		// Fastest run: 237_400 ns.
		measured(268_202_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn give() -> Weight {
		// Fastest run: 262_545 ns.
		measured(296_993_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn pay_arrears() -> Weight {
		// Fastest run: 251_860 ns.
		measured(306_710_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn idle_day() -> Weight {
		// Fastest run: 12_952 ns.
		measured(15_713_000)
			.saturating_add(T::DbWeight::get().reads(4))
	}

	fn idle_claim() -> Weight {
		// Fastest run: 252_553 ns.
		measured(289_247_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn migrate_jurisdiction() -> Weight {
		// Fastest run: 92_786 ns.
		measured(102_363_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn migrate_entry() -> Weight {
		// Fastest run: 12_526 ns.
		measured(14_628_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn migrate_owner() -> Weight {
		// Fastest run: 573_850 ns.
		measured(644_062_000)
			.saturating_add(T::DbWeight::get().reads(54))
			.saturating_add(T::DbWeight::get().writes(34))
	}

}
