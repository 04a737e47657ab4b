//! Weights of `pallet_commerce`, measured by `scripts/bench-weights pallet_commerce`.
//!
//! Date: 2026-11-21. Processor: AMD EPYC. Steps: 14, repeat: 10.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 135;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_commerce`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_commerce::WeightInfo for WeightInfo<T> {
	/// `n` was measured from 1 to 14.
	fn issue(n: u32, ) -> Weight {
		// Fastest run: 56_945 ns.
		measured(66_731_383)
			.saturating_add(measured(4_355_331).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn accept() -> Weight {
		// Fastest run: 22_774 ns.
		measured(28_813_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn reject() -> Weight {
		// Fastest run: 259_347 ns.
		measured(287_940_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn pay() -> Weight {
		// Fastest run: 351_284 ns.
		measured(393_657_000)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	/// `n` was measured from 1 to 14.
	fn sell(n: u32, ) -> Weight {
		// Fastest run: 253_878 ns.
		measured(318_763_360)
			.saturating_add(measured(9_211_735).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// `n` was measured from 1 to 14.
	fn sell_dear(n: u32, ) -> Weight {
		// Fastest run: 383_522 ns.
		measured(550_947_016)
			.saturating_add(measured(15_667_838).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn deliver() -> Weight {
		measured(35_555_555)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm() -> Weight {
		measured(434_814_814)
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn dispute() -> Weight {
		measured(40_740_740)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn resolve() -> Weight {
		measured(628_148_148)
			.saturating_add(T::DbWeight::get().reads(41))
			.saturating_add(T::DbWeight::get().writes(26))
	}

	fn credit_note() -> Weight {
		measured(488_148_148)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(21))
	}

	fn cover_note() -> Weight {
		measured(480_740_740)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(21))
	}

	fn withdraw_note() -> Weight {
		measured(52_592_592)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 1 to 14.
	fn self_bill(n: u32, ) -> Weight {
		// Fastest run: 63_725 ns.
		measured(119_050_565)
			.saturating_add(measured(5_949_868).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn consent_to_self_billing() -> Weight {
		measured(36_296_296)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn cancel() -> Weight {
		measured(314_814_814)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn release() -> Weight {
		measured(405_925_925)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn collect_unpaid() -> Weight {
		measured(233_333_333)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn set_till() -> Weight {
		measured(31_111_111)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_till() -> Weight {
		measured(34_074_074)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn add_room() -> Weight {
		// Fastest run: 59_669 ns.
		measured(75_002_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_room() -> Weight {
		// Fastest run: 47_931 ns.
		measured(52_658_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn prune() -> Weight {
		measured(31_111_111)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 0 to 100.
	fn prune_quotes(n: u32, ) -> Weight {
		// Fastest run: 4_707 ns.
		measured(17_506_740)
			.saturating_add(measured(12_084_593).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn idle() -> Weight {
		// Fastest run: 9_414 ns.
		measured(11_036_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_step() -> Weight {
		// Fastest run: 7_972 ns.
		measured(9_044_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_invoice() -> Weight {
		measured(365_925_925)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn idle_quote() -> Weight {
		// Fastest run: 20_451 ns.
		measured(24_917_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

}
