//! Weights of `frame_system_extensions`, measured by `scripts/bench-weights frame_system_extensions`.
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

/// Weights of `frame_system_extensions`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// Fastest run: 1_883 ns.
		measured(2_193_000)
	}

	fn check_mortality_mortal_transaction() -> Weight {
		// Fastest run: 4_086 ns.
		measured(4_497_000)
	}

	fn check_mortality_immortal_transaction() -> Weight {
		// Fastest run: 4_076 ns.
		measured(4_497_000)
	}

	fn check_non_zero_sender() -> Weight {
		// Fastest run: 580 ns.
		measured(721_000)
	}

	fn check_nonce() -> Weight {
		// Fastest run: 7_872 ns.
		measured(8_413_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn check_spec_version() -> Weight {
		// Fastest run: 461 ns.
		measured(571_000)
	}

	fn check_tx_version() -> Weight {
		// Fastest run: 441 ns.
		measured(551_000)
	}

	fn check_weight() -> Weight {
		// Fastest run: 3_885 ns.
		measured(4_257_000)
	}

	fn weight_reclaim() -> Weight {
		// Fastest run: 2_213 ns.
		measured(2_484_000)
	}

}
