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
	/// Not measured yet with `l`, from 0 to 128: an estimate.
	fn issue(n: u32, l: u32, ) -> Weight {
		// Fastest run: 57_936 ns.
		measured(69_442_754)
			.saturating_add(measured(4_634_872).saturating_mul(n.into()))
			.saturating_add(measured(1_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn nothing() -> Weight {
		// Not measured yet: an estimate. The treasury's book, accounts and statements of both, the agenda.
		measured(120_000_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn accept() -> Weight {
		// Fastest run: 23_445 ns.
		measured(32_088_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn reject() -> Weight {
		// Fastest run: 242_252 ns.
		measured(283_393_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn pay() -> Weight {
		// Fastest run: 330_994 ns.
		measured(404_293_000)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	/// `n` was measured from 1 to 14.
	/// Not measured yet with `l`, from 0 to 128: an estimate.
	fn sell(n: u32, l: u32, ) -> Weight {
		// Fastest run: 231_555 ns.
		measured(290_259_063)
			.saturating_add(measured(6_731_548).saturating_mul(n.into()))
			.saturating_add(measured(1_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// `n` was measured from 1 to 14.
	/// Not measured yet with `l`, from 0 to 128: an estimate.
	fn sell_dear(n: u32, l: u32, ) -> Weight {
		// Fastest run: 346_397 ns.
		measured(462_672_967)
			.saturating_add(measured(9_276_140).saturating_mul(n.into()))
			.saturating_add(measured(1_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn deliver() -> Weight {
		// Fastest run: 27_201 ns.
		measured(33_100_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm() -> Weight {
		// Fastest run: 338_104 ns.
		measured(388_320_000)
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn dispute() -> Weight {
		// Fastest run: 28_232 ns.
		measured(46_770_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn resolve() -> Weight {
		// Fastest run: 489_861 ns.
		measured(595_899_000)
			.saturating_add(T::DbWeight::get().reads(41))
			.saturating_add(T::DbWeight::get().writes(26))
	}

	fn credit_note(l: u32, ) -> Weight {
		// Not measured yet with the link of the note and with lines: an estimate.
		measured(500_000_000)
			.saturating_add(measured(1_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(22))
	}

	fn cover_note() -> Weight {
		// Not measured yet with the link of the note: an estimate.
		measured(500_000_000)
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(22))
	}

	fn withdraw_note() -> Weight {
		// Fastest run: 34_501 ns.
		measured(69_534_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 1 to 14.
	/// Not measured yet with `l`, from 0 to 128: an estimate.
	fn self_bill(n: u32, l: u32, ) -> Weight {
		// Fastest run: 63_765 ns.
		measured(93_564_613)
			.saturating_add(measured(5_294_059).saturating_mul(n.into()))
			.saturating_add(measured(1_000_000).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn allow_self_billing() -> Weight {
		// Not measured yet: as `add_room`, with the deposit of another account that goes back.
		measured(110_000_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn end_self_billing() -> Weight {
		// Not measured yet: as `remove_room`.
		measured(60_000_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn cancel() -> Weight {
		// Fastest run: 263_423 ns.
		measured(411_003_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(18))
	}

	fn withdraw_cancel() -> Weight {
		// Not measured yet: as `withdraw_note`.
		measured(69_534_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn release() -> Weight {
		// Fastest run: 355_570 ns.
		measured(536_731_000)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn collect_unpaid() -> Weight {
		// Fastest run: 203_244 ns.
		measured(237_294_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn set_till() -> Weight {
		// Fastest run: 24_157 ns.
		measured(27_882_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_till() -> Weight {
		// Fastest run: 22_594 ns.
		measured(27_361_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn add_room() -> Weight {
		// Fastest run: 61_782 ns.
		measured(75_863_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_room() -> Weight {
		// Fastest run: 47_040 ns.
		measured(55_303_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn prune() -> Weight {
		// Fastest run: 24_657 ns.
		measured(41_102_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 0 to 100.
	fn prune_quotes(n: u32, ) -> Weight {
		// Not measured yet with its cursor: an estimate.
		measured(12_000_000)
			.saturating_add(measured(17_168_102).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn idle() -> Weight {
		// Fastest run: 9_314 ns, without the read of the storage version.
		measured(10_115_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_step() -> Weight {
		// Fastest run: 7_721 ns.
		measured(8_613_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_invoice() -> Weight {
		// Fastest run: 326_537 ns.
		measured(420_007_000)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn idle_quote() -> Weight {
		// Fastest run: 23_224 ns.
		measured(33_239_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn migrate_consent() -> Weight {
		// Not measured yet: an estimate.
		measured(40_000_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn migrate_invoice() -> Weight {
		// Not measured yet: an estimate. Of each payer's money, the currency and the day.
		measured(80_000_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

}
