//! Weights of `frame_system_extensions`, measured by `scripts/bench-weights frame_system_extensions`.
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

/// Weights of `frame_system_extensions`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// Fastest run: 2_386 ns.
		measured(2_879_000)
	}

	fn check_mortality_mortal_transaction() -> Weight {
		// Fastest run: 5_227 ns.
		measured(5_982_000)
	}

	fn check_mortality_immortal_transaction() -> Weight {
		// Fastest run: 5_131 ns.
		measured(5_961_000)
	}

	fn check_non_zero_sender() -> Weight {
		// Fastest run: 672 ns.
		measured(868_000)
	}

	fn check_nonce() -> Weight {
		// Fastest run: 10_564 ns.
		measured(11_842_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn check_spec_version() -> Weight {
		// Fastest run: 533 ns.
		measured(718_000)
	}

	fn check_tx_version() -> Weight {
		// Fastest run: 552 ns.
		measured(712_000)
	}

	fn check_weight() -> Weight {
		// Fastest run: 5_548 ns.
		measured(6_367_000)
	}

	fn weight_reclaim() -> Weight {
		// Fastest run: 3_408 ns.
		measured(4_143_000)
	}

}
