//! Weights of `pallet_validators`, measured by `scripts/bench-weights pallet_validators`.
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

/// Weights of `pallet_validators`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_validators::WeightInfo for WeightInfo<T> {
	fn apply() -> Weight {
		// Fastest run: 61_631 ns.
		measured(64_215_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn withdraw_application() -> Weight {
		// Fastest run: 53_830 ns.
		measured(56_554_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn approve() -> Weight {
		// Fastest run: 40_049 ns.
		measured(51_346_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn remove_applicant() -> Weight {
		// Fastest run: 53_880 ns.
		measured(56_423_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_validator() -> Weight {
		// Fastest run: 37_215 ns.
		measured(46_830_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn leave() -> Weight {
		// Fastest run: 37_486 ns.
		measured(42_503_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn withdraw_bond() -> Weight {
		// Fastest run: 58_998 ns.
		measured(61_962_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `l` is from 0 to 99.
	fn restore_finality(l: u32, ) -> Weight {
		// Not measured yet: an estimate from the calls around it.
		measured(98_000_000)
			.saturating_add(measured(16_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes(11))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(l.into())))
	}

	/// `o` was measured from 1 to 100.
	fn on_offence(o: u32, ) -> Weight {
		// Fastest run: 107_359 ns.
		measured(16_105_394)
			.saturating_add(measured(67_298_940).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(o.into())))
	}

}
