//! Weights of `pallet_twins`, measured by `scripts/bench-weights pallet_twins`.
//!
//! Date: 2026-11-20. Processor: AMD EPYC. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use super::measured;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_twins`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_twins::WeightInfo for WeightInfo<T> {
	fn register_keyless() -> Weight {
		// Fastest run: 129_983 ns.
		measured(134_349_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn register_caller() -> Weight {
		// Fastest run: 100_069 ns.
		measured(103_393_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn register_for() -> Weight {
		// Fastest run: 199_206 ns.
		measured(209_941_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn set_profile() -> Weight {
		// Fastest run: 16_314 ns.
		measured(17_586_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 0 to 8.
	fn set_endpoints(n: u32, ) -> Weight {
		// Fastest run: 15_763 ns.
		measured(17_350_564)
			.saturating_add(measured(930_027).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn add_key() -> Weight {
		// Fastest run: 73_669 ns.
		measured(77_945_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_key() -> Weight {
		// Fastest run: 65_728 ns.
		measured(70_965_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn claim_name() -> Weight {
		// Fastest run: 76_784 ns.
		measured(80_219_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn release_name() -> Weight {
		// Fastest run: 59_318 ns.
		measured(62_603_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn deactivate() -> Weight {
		// Fastest run: 145_075 ns.
		measured(151_385_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}

}
