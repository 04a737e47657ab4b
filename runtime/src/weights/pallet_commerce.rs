//! Weights of `pallet_commerce`, measured by `scripts/bench-weights pallet_commerce`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Figures are picoseconds as measured; `measured` scales them to the reference hardware.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 95;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

/// Weights of `pallet_commerce`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_commerce::WeightInfo for WeightInfo<T> {
	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn issue(n: u32, l: u32, ) -> Weight {
		// Fastest run: 121_274 ns.
		measured(128_957_279)
			.saturating_add(measured(6_779_800).saturating_mul(n.into()))
			.saturating_add(measured(91_082).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn nothing() -> Weight {
		// Fastest run: 110_826 ns.
		measured(127_180_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn accept() -> Weight {
		// Fastest run: 46_600 ns.
		measured(52_194_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn reject() -> Weight {
		// Fastest run: 575_524 ns.
		measured(617_694_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn pay() -> Weight {
		// Fastest run: 566_085 ns.
		measured(623_907_000)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn sell(n: u32, l: u32, ) -> Weight {
		// Fastest run: 442_072 ns.
		measured(506_671_388)
			.saturating_add(measured(9_725_857).saturating_mul(n.into()))
			.saturating_add(measured(46_174).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(24))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn sell_dear(n: u32, l: u32, ) -> Weight {
		// Fastest run: 642_935 ns.
		measured(802_778_152)
			.saturating_add(measured(16_788_400).saturating_mul(n.into()))
			.saturating_add(measured(46_523).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn deliver() -> Weight {
		// Fastest run: 50_181 ns.
		measured(57_577_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm() -> Weight {
		// Fastest run: 614_753 ns.
		measured(659_015_000)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn dispute() -> Weight {
		// Fastest run: 59_557 ns.
		measured(70_691_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn resolve() -> Weight {
		// Fastest run: 1_144_360 ns.
		measured(1_304_037_000)
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().writes(23))
	}

	/// `l` was measured from 0 to 256.
	fn credit_note(l: u32, ) -> Weight {
		// Fastest run: 724_933 ns.
		measured(803_126_574)
			.saturating_add(measured(43_021).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn cover_note() -> Weight {
		// Fastest run: 717_099 ns.
		measured(824_592_000)
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn withdraw_note() -> Weight {
		// Fastest run: 56_011 ns.
		measured(91_480_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn self_bill(n: u32, l: u32, ) -> Weight {
		// Fastest run: 126_404 ns.
		measured(130_881_378)
			.saturating_add(measured(9_049_400).saturating_mul(n.into()))
			.saturating_add(measured(68_065).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn allow_self_billing() -> Weight {
		// Fastest run: 154_701 ns.
		measured(174_882_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn end_self_billing() -> Weight {
		// Fastest run: 95_957 ns.
		measured(107_598_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn withdraw_cancel() -> Weight {
		// Fastest run: 49_699 ns.
		measured(57_976_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn cancel() -> Weight {
		// Fastest run: 608_858 ns.
		measured(677_594_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn release() -> Weight {
		// Fastest run: 647_036 ns.
		measured(723_957_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn lapse() -> Weight {
		// Fastest run: 578_494 ns.
		measured(660_018_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	fn charge() -> Weight {
		// Fastest run: 183_762 ns.
		measured(204_151_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn collect_unpaid() -> Weight {
		// Fastest run: 384_825 ns.
		measured(432_194_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn set_till() -> Weight {
		// Fastest run: 54_088 ns.
		measured(64_297_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_till() -> Weight {
		// Fastest run: 45_967 ns.
		measured(54_966_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn add_room() -> Weight {
		// Fastest run: 110_588 ns.
		measured(135_136_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_room() -> Weight {
		// Fastest run: 83_555 ns.
		measured(99_611_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn prune() -> Weight {
		// Fastest run: 46_403 ns.
		measured(56_606_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 0 to 100.
	fn prune_quotes(n: u32, ) -> Weight {
		// Fastest run: 33_877 ns.
		measured(62_249_000)
			.saturating_add(measured(25_261_000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn idle() -> Weight {
		// Fastest run: 16_481 ns.
		measured(26_534_000)
			.saturating_add(T::DbWeight::get().reads(5))
	}

	fn idle_step() -> Weight {
		// Fastest run: 13_295 ns.
		measured(19_162_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_invoice() -> Weight {
		// Fastest run: 665_031 ns.
		measured(795_232_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn idle_quote() -> Weight {
		// Fastest run: 47_393 ns.
		measured(55_518_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn migrate_consent() -> Weight {
		// Fastest run: 74_362 ns.
		measured(94_124_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn migrate_invoice() -> Weight {
		// Fastest run: 61_424 ns.
		measured(110_890_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

}
