//! Weights of `pallet_governance`, measured by `scripts/bench-weights pallet_governance`.
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

/// Weights of `pallet_governance`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_governance::WeightInfo for WeightInfo<T> {
	fn queue() -> Weight {
		// Fastest run: 372_244 ns.
		measured(531_918_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn enact() -> Weight {
		// Fastest run: 251_154 ns.
		measured(288_710_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn veto() -> Weight {
		// Fastest run: 147_857 ns.
		measured(228_526_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn withdraw_veto() -> Weight {
		// Fastest run: 61_925 ns.
		measured(85_414_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_timelock() -> Weight {
		// Fastest run: 8_688 ns.
		measured(16_513_000)
			.saturating_add(T::DbWeight::get().writes(1))
	}

}
