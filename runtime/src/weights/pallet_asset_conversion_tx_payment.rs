//! Weights of `pallet_asset_conversion_tx_payment`, measured by `scripts/bench-weights pallet_asset_conversion_tx_payment`.
//!
//! Date: 2026-11-21. Processor: AMD EPYC. Steps: 14, repeat: 10.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 125;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_asset_conversion_tx_payment`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_asset_conversion_tx_payment::WeightInfo for WeightInfo<T> {
	fn charge_asset_tx_payment_zero() -> Weight {
		// Fastest run: 651 ns.
		measured(771_000)
	}

	fn charge_asset_tx_payment_native() -> Weight {
		// Fastest run: 67_300 ns.
		measured(73_569_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn charge_asset_tx_payment_asset() -> Weight {
		// Fastest run: 420_557 ns.
		measured(454_638_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(8))
	}

}
