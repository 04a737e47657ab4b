//! Weights of `pallet_commerce`, measured by `scripts/bench-weights pallet_commerce`.
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

/// Weights of `pallet_commerce`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_commerce::WeightInfo for WeightInfo<T> {
	fn issue() -> Weight {
		// Fastest run: 47_000 ns.
		measured(50_375_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn accept() -> Weight {
		// Fastest run: 19_730 ns.
		measured(21_452_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn reject() -> Weight {
		// Fastest run: 229_523 ns.
		measured(248_430_000)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn pay() -> Weight {
		// Fastest run: 223_574 ns.
		measured(237_604_000)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn sell() -> Weight {
		// Fastest run: 351_264 ns.
		measured(379_616_000)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn deliver() -> Weight {
		// Fastest run: 21_021 ns.
		measured(23_015_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm() -> Weight {
		// Fastest run: 248_861 ns.
		measured(258_315_000)
			.saturating_add(T::DbWeight::get().reads(30))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn dispute() -> Weight {
		// Fastest run: 22_975 ns.
		measured(25_047_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn resolve() -> Weight {
		// Fastest run: 398_114 ns.
		measured(422_220_000)
			.saturating_add(T::DbWeight::get().reads(42))
			.saturating_add(T::DbWeight::get().writes(26))
	}

	fn credit_note() -> Weight {
		// Fastest run: 315_701 ns.
		measured(333_437_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn cover_note() -> Weight {
		// Fastest run: 319_607 ns.
		measured(338_235_000)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	fn withdraw_note() -> Weight {
		// Fastest run: 22_484 ns.
		measured(24_697_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn self_bill() -> Weight {
		// Fastest run: 50_776 ns.
		measured(53_830_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn consent_to_self_billing() -> Weight {
		// Fastest run: 18_197 ns.
		measured(19_760_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn cancel() -> Weight {
		// Fastest run: 232_827 ns.
		measured(245_396_000)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn release() -> Weight {
		// Fastest run: 229_663 ns.
		measured(243_733_000)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn collect_unpaid() -> Weight {
		// Fastest run: 148_972 ns.
		measured(161_151_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn set_till() -> Weight {
		// Fastest run: 20_390 ns.
		measured(22_003_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_till() -> Weight {
		// Fastest run: 20_080 ns.
		measured(21_592_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn add_room() -> Weight {
		// Fastest run: 55_413 ns.
		measured(58_777_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_room() -> Weight {
		// Fastest run: 43_475 ns.
		measured(46_489_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn prune() -> Weight {
		// Fastest run: 19_719 ns.
		measured(21_873_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 0 to 1000.
	fn prune_quotes(n: u32, ) -> Weight {
		// Fastest run: 2_674 ns.
		measured(2_874_000)
			.saturating_add(measured(2_621_433).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}

	fn idle() -> Weight {
		// Fastest run: 8_462 ns.
		measured(9_073_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_step() -> Weight {
		// Fastest run: 7_091 ns.
		measured(7_662_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_invoice() -> Weight {
		// Fastest run: 237_564 ns.
		measured(253_418_000)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn idle_quote() -> Weight {
		// Fastest run: 4_156 ns.
		measured(4_577_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

}
