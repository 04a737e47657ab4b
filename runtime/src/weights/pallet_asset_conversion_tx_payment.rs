//! Weights of `pallet_asset_conversion_tx_payment`, measured by `scripts/bench-weights pallet_asset_conversion_tx_payment`.
//!
//! Date: 2026-11-20. Processor: AMD EPYC. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use super::measured;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_asset_conversion_tx_payment`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_asset_conversion_tx_payment::WeightInfo for WeightInfo<T> {
	fn charge_asset_tx_payment_zero() -> Weight {
		// Fastest run: 761 ns.
		measured(901_000)
	}

	fn charge_asset_tx_payment_native() -> Weight {
		// Fastest run: 84_926 ns.
		measured(87_780_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn charge_asset_tx_payment_asset() -> Weight {
		// Fastest run: 311_392 ns.
		measured(318_973_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}

}
