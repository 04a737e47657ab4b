//! Weights of `pallet_currencies`, measured by `scripts/bench-weights pallet_currencies`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 70;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_currencies`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_currencies::WeightInfo for WeightInfo<T> {
	fn create() -> Weight {
		// Fastest run: 157_525 ns.
		measured(183_019_000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn amend() -> Weight {
		// Fastest run: 47_683 ns.
		measured(94_914_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn admit() -> Weight {
		// Fastest run: 122_816 ns.
		measured(211_515_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn expel() -> Weight {
		// Fastest run: 119_150 ns.
		measured(138_558_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn issue() -> Weight {
		// Fastest run: 157_184 ns.
		measured(208_417_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn redeem() -> Weight {
		// Fastest run: 245_939 ns.
		measured(412_833_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	fn transfer() -> Weight {
		// Fastest run: 326_152 ns.
		measured(546_817_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn set_credit_line() -> Weight {
		// Fastest run: 129_713 ns.
		measured(149_438_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn repay() -> Weight {
		// Fastest run: 288_726 ns.
		measured(347_974_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn write_off() -> Weight {
		// Fastest run: 188_657 ns.
		measured(220_210_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn freeze() -> Weight {
		// Fastest run: 191_101 ns.
		measured(217_096_000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn unfreeze() -> Weight {
		// Fastest run: 122_023 ns.
		measured(142_525_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 2 to 4.
	fn swap(n: u32, ) -> Weight {
		// Fastest run: 307_541 ns.
		measured(327_497_000)
			.saturating_add(measured(48_015_208).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	/// `n` was measured from 2 to 4.
	fn swap_for(n: u32, ) -> Weight {
		// Fastest run: 308_662 ns.
		measured(339_608_000)
			.saturating_add(measured(104_272_679).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn create_pool() -> Weight {
		// Fastest run: 381_683 ns.
		measured(425_124_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn add_liquidity() -> Weight {
		// Fastest run: 514_869 ns.
		measured(568_951_000)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn remove_liquidity() -> Weight {
		// Fastest run: 442_863 ns.
		measured(488_658_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	fn charge() -> Weight {
		// Fastest run: 99_457 ns.
		measured(113_181_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn spend_pot() -> Weight {
		// Fastest run: 210_331 ns.
		measured(235_763_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn take() -> Weight {
		// Fastest run: 193_729 ns.
		measured(228_300_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn discard() -> Weight {
		// Fastest run: 242_229 ns.
		measured(279_805_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(9))
	}

}
