//! Weights of `pallet_twins`, measured by `scripts/bench-weights pallet_twins`.
//!
//! Date: 2026-11-21. Processor: AMD EPYC. Steps: 10, repeat: 10.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 150;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_twins`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_twins::WeightInfo for WeightInfo<T> {
	fn register_keyless() -> Weight {
		// Fastest run: 98_607 ns.
		measured(102_653_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn register_caller() -> Weight {
		// Fastest run: 69_113 ns.
		measured(76_594_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn register_for() -> Weight {
		// Fastest run: 141_882 ns.
		measured(153_969_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn set_profile() -> Weight {
		// Fastest run: 11_136 ns.
		measured(12_078_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 0 to 8.
	fn set_endpoints(n: u32, ) -> Weight {
		// Fastest run: 10_666 ns.
		measured(11_725_569)
			.saturating_add(measured(741_214).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn add_key() -> Weight {
		// Fastest run: 52_167 ns.
		measured(55_983_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_key() -> Weight {
		// Fastest run: 45_488 ns.
		measured(48_633_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn claim_name() -> Weight {
		// Not measured yet: a claim and a release as they were measured, with two more reads.
		measured(101_571_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn release_name() -> Weight {
		// Fastest run: 41_172 ns.
		measured(44_286_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn deactivate() -> Weight {
		// Fastest run: 99_458 ns.
		measured(104_065_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn clear_name() -> Weight {
		// Not measured yet: a release as it was measured.
		measured(44_286_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

}
