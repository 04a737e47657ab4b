//! Weights of `pallet_validators`, measured by `scripts/bench-weights pallet_validators`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 75;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_validators`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_validators::WeightInfo for WeightInfo<T> {
	fn apply() -> Weight {
		// Fastest run: 89_758 ns.
		measured(127_100_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn withdraw_application() -> Weight {
		// Fastest run: 81_590 ns.
		measured(143_431_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn approve() -> Weight {
		// Fastest run: 88_028 ns.
		measured(133_581_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn remove_applicant() -> Weight {
		// Fastest run: 83_462 ns.
		measured(148_630_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_validator() -> Weight {
		// Fastest run: 82_314 ns.
		measured(145_309_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn leave() -> Weight {
		// Fastest run: 86_842 ns.
		measured(145_832_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn withdraw_bond() -> Weight {
		// Fastest run: 92_950 ns.
		measured(163_320_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `l` was measured from 0 to 99.
	fn restore_finality(l: u32, ) -> Weight {
		// Fastest run: 136_944 ns.
		measured(308_596_023)
			.saturating_add(measured(26_112_198).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes(11))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(l.into())))
	}

	/// `o` was measured from 1 to 100.
	fn on_offence(o: u32, ) -> Weight {
		// Fastest run: 212_652 ns.
		measured(279_522_000)
			.saturating_add(measured(125_461_325).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(o.into())))
	}

}
