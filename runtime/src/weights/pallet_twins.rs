//! Weights of `pallet_twins`, measured by `scripts/bench-weights pallet_twins`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 75;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_twins`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_twins::WeightInfo for WeightInfo<T> {
	fn register_keyless() -> Weight {
		// Fastest run: 220_503 ns.
		measured(372_067_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn register_caller() -> Weight {
		// Fastest run: 142_885 ns.
		measured(267_243_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn register_for() -> Weight {
		// Fastest run: 310_378 ns.
		measured(530_833_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn set_profile() -> Weight {
		// Fastest run: 29_478 ns.
		measured(59_174_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 0 to 8.
	fn set_endpoints(n: u32, ) -> Weight {
		// Fastest run: 30_807 ns.
		measured(57_487_993)
			.saturating_add(measured(2_414_054).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn add_key() -> Weight {
		// Fastest run: 116_335 ns.
		measured(196_136_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_key() -> Weight {
		// Fastest run: 101_702 ns.
		measured(198_055_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn claim_name() -> Weight {
		// Fastest run: 183_304 ns.
		measured(295_965_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn release_name() -> Weight {
		// Fastest run: 43_034 ns.
		measured(58_806_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn clear_name() -> Weight {
		// Fastest run: 100_497 ns.
		measured(120_685_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn deactivate() -> Weight {
		// Fastest run: 170_652 ns.
		measured(299_575_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(8))
	}

}
