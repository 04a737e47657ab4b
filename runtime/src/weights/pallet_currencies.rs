//! Weights of `pallet_currencies`, measured by `scripts/bench-weights pallet_currencies`.
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

/// Weights of `pallet_currencies`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_currencies::WeightInfo for WeightInfo<T> {
	fn create() -> Weight {
		// Fastest run: 73_830 ns.
		measured(79_428_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	fn amend() -> Weight {
		// Fastest run: 19_429 ns.
		measured(21_052_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn admit() -> Weight {
		// Fastest run: 59_709 ns.
		measured(63_885_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn expel() -> Weight {
		// Fastest run: 58_207 ns.
		measured(62_804_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn issue() -> Weight {
		// Fastest run: 88_182 ns.
		measured(93_169_000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn redeem() -> Weight {
		// Fastest run: 159_758 ns.
		measured(169_453_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn transfer() -> Weight {
		// Fastest run: 204_816 ns.
		measured(223_614_000)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	fn set_credit_line() -> Weight {
		// Fastest run: 63_454 ns.
		measured(68_001_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn repay() -> Weight {
		// Fastest run: 186_368 ns.
		measured(199_748_000)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	fn write_off() -> Weight {
		// Fastest run: 123_004 ns.
		measured(128_622_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn freeze() -> Weight {
		// Fastest run: 86_559 ns.
		measured(92_498_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn unfreeze() -> Weight {
		// Fastest run: 46_710 ns.
		measured(50_325_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 2 to 4.
	fn swap(n: u32, ) -> Weight {
		// Fastest run: 180_218 ns.
		measured(188_220_000)
			.saturating_add(measured(28_829_914).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	/// `n` was measured from 2 to 4.
	fn swap_for(n: u32, ) -> Weight {
		// Fastest run: 172_688 ns.
		measured(183_984_000)
			.saturating_add(measured(28_347_145).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn create_pool() -> Weight {
		// Fastest run: 88_362 ns.
		measured(92_748_000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	fn add_liquidity() -> Weight {
		// Fastest run: 298_285 ns.
		measured(317_704_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn remove_liquidity() -> Weight {
		// Fastest run: 248_731 ns.
		measured(265_366_000)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	fn charge() -> Weight {
		// Fastest run: 57_966 ns.
		measured(62_574_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn spend_pot() -> Weight {
		// Fastest run: 111_266 ns.
		measured(118_076_000)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(4))
	}

}
