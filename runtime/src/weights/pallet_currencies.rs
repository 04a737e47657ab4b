//! Weights of `pallet_currencies`, measured by `scripts/bench-weights pallet_currencies`.
//!
//! Date: 2026-11-21. Processor: AMD EPYC. Steps: 14, repeat: 10.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 130;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_currencies`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_currencies::WeightInfo for WeightInfo<T> {
	fn create() -> Weight {
		// Fastest run: 81_161 ns.
		measured(87_130_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn amend() -> Weight {
		// Fastest run: 20_922 ns.
		measured(24_978_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn admit() -> Weight {
		// Fastest run: 67_450 ns.
		measured(74_631_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn expel() -> Weight {
		// Fastest run: 63_434 ns.
		measured(69_093_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn issue() -> Weight {
		// Fastest run: 83_745 ns.
		measured(91_256_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn redeem() -> Weight {
		// Fastest run: 118_827 ns.
		measured(137_636_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	fn transfer() -> Weight {
		// Fastest run: 171_606 ns.
		measured(197_615_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn set_credit_line() -> Weight {
		// Fastest run: 68_833 ns.
		measured(77_966_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn repay() -> Weight {
		// Fastest run: 161_701 ns.
		measured(183_334_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn write_off() -> Weight {
		// Fastest run: 106_649 ns.
		measured(120_229_000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn freeze() -> Weight {
		// Fastest run: 97_475 ns.
		measured(108_091_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn unfreeze() -> Weight {
		// Fastest run: 52_237 ns.
		measured(57_706_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 2 to 4.
	fn swap(n: u32, ) -> Weight {
		// Fastest run: 185_116 ns.
		measured(194_800_000)
			.saturating_add(measured(37_484_343).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	/// `n` was measured from 2 to 4.
	fn swap_for(n: u32, ) -> Weight {
		// Fastest run: 179_017 ns.
		measured(196_032_000)
			.saturating_add(measured(35_655_452).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn create_pool() -> Weight {
		// Fastest run: 103_535 ns.
		measured(154_991_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	fn add_liquidity() -> Weight {
		// Fastest run: 313_978 ns.
		measured(458_915_000)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn remove_liquidity() -> Weight {
		// Fastest run: 272_857 ns.
		measured(404_604_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	fn charge() -> Weight {
		// Fastest run: 55_323 ns.
		measured(88_282_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn spend_pot() -> Weight {
		// Fastest run: 114_220 ns.
		measured(183_975_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn take() -> Weight {
		// Not measured yet: as `spend_pot`, and the entry and the sum of what is set aside, and an
		// account that is new to the currency at either end.
		measured(200_000_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn discard() -> Weight {
		// Not measured yet: as `redeem`, and the pot's balance.
		measured(150_000_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(10))
	}

}
