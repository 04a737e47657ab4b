//! Weights of `pallet_fees`, measured by `scripts/bench-weights pallet_fees`.
//!
//! Date: 2026-12-01. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 95;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_fees`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_fees::WeightInfo for WeightInfo<T> {
	fn share() -> Weight {
		// Fastest run: 54_655 ns.
		measured(58_743_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

}
