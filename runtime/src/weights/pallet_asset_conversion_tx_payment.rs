//! Weights of `pallet_asset_conversion_tx_payment`, measured by `scripts/bench-weights pallet_asset_conversion_tx_payment`.
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

/// Weights of `pallet_asset_conversion_tx_payment`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_asset_conversion_tx_payment::WeightInfo for WeightInfo<T> {
	fn charge_asset_tx_payment_zero() -> Weight {
		// Fastest run: 727 ns.
		measured(922_000)
	}

	fn charge_asset_tx_payment_native() -> Weight {
		// Fastest run: 63_934 ns.
		measured(67_582_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn charge_asset_tx_payment_asset() -> Weight {
		// Fastest run: 619_287 ns.
		measured(651_735_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(7))
	}

}
