//! Weights of `pallet_governance`, measured by `scripts/bench-weights pallet_governance`.
//!
//! Date: 2026-11-20. Processor: AMD EPYC. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 120;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_governance`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_governance::WeightInfo for WeightInfo<T> {
	fn queue() -> Weight {
		// Fastest run: 328_508 ns.
		measured(345_452_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn enact() -> Weight {
		// Fastest run: 159_366 ns.
		measured(177_944_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn veto() -> Weight {
		// Fastest run: 101_190 ns.
		measured(105_978_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn withdraw_veto() -> Weight {
		// Fastest run: 25_798 ns.
		measured(28_442_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_timelock() -> Weight {
		// Fastest run: 4_847 ns.
		measured(5_428_000)
			.saturating_add(T::DbWeight::get().writes(1))
	}

}
