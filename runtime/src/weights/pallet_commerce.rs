//! Weights of `pallet_commerce`, measured by `scripts/bench-weights pallet_commerce`.
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

/// Weights of `pallet_commerce`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_commerce::WeightInfo for WeightInfo<T> {
	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn issue(n: u32, l: u32, ) -> Weight {
		// Fastest run: 132_629 ns.
		measured(114_289_375)
			.saturating_add(measured(8_081_088).saturating_mul(n.into()))
			.saturating_add(measured(384_182).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn nothing() -> Weight {
		// Fastest run: 116_267 ns.
		measured(132_840_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn accept() -> Weight {
		// Fastest run: 52_479 ns.
		measured(60_532_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn reject() -> Weight {
		// Fastest run: 547_002 ns.
		measured(590_770_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn pay() -> Weight {
		// Fastest run: 587_947 ns.
		measured(638_939_000)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn sell(n: u32, l: u32, ) -> Weight {
		// Fastest run: 519_023 ns.
		measured(575_701_573)
			.saturating_add(measured(14_623_523).saturating_mul(n.into()))
			.saturating_add(measured(625_564).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(24))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn sell_dear(n: u32, l: u32, ) -> Weight {
		// Fastest run: 683_999 ns.
		measured(812_537_795)
			.saturating_add(measured(10_814_893).saturating_mul(n.into()))
			.saturating_add(measured(441_983).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	fn deliver() -> Weight {
		// Fastest run: 55_454 ns.
		measured(65_584_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm() -> Weight {
		// Fastest run: 655_237 ns.
		measured(755_235_000)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn dispute() -> Weight {
		// Fastest run: 57_954 ns.
		measured(69_210_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn resolve() -> Weight {
		// Fastest run: 929_302 ns.
		measured(1_026_028_000)
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().writes(23))
	}

	/// `l` was measured from 0 to 256.
	fn credit_note(l: u32, ) -> Weight {
		// Fastest run: 748_295 ns.
		measured(819_245_394)
			.saturating_add(measured(11_598).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn cover_note() -> Weight {
		// Fastest run: 722_057 ns.
		measured(798_283_000)
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn withdraw_note() -> Weight {
		// Fastest run: 57_033 ns.
		measured(63_807_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `n` was measured from 1 to 14.
	/// `l` was measured from 0 to 128.
	fn self_bill(n: u32, l: u32, ) -> Weight {
		// Fastest run: 135_178 ns.
		measured(145_667_293)
			.saturating_add(measured(6_930_410).saturating_mul(n.into()))
			.saturating_add(measured(103_539).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn allow_self_billing() -> Weight {
		// Fastest run: 170_700 ns.
		measured(191_987_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn end_self_billing() -> Weight {
		// Fastest run: 103_112 ns.
		measured(121_241_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn withdraw_cancel() -> Weight {
		// Fastest run: 53_847 ns.
		measured(74_350_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn cancel() -> Weight {
		// Fastest run: 505_616 ns.
		measured(850_369_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn release() -> Weight {
		// Fastest run: 611_798 ns.
		measured(694_126_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn lapse() -> Weight {
		Self::cancel()
	}

	fn charge() -> Weight {
		Self::cancel()
	}

	fn collect_unpaid() -> Weight {
		// Fastest run: 358_142 ns.
		measured(404_283_000)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn set_till() -> Weight {
		// Fastest run: 54_234 ns.
		measured(100_733_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn remove_till() -> Weight {
		// Fastest run: 46_156 ns.
		measured(54_796_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn add_room() -> Weight {
		// Fastest run: 106_564 ns.
		measured(125_402_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn remove_room() -> Weight {
		// Fastest run: 88_265 ns.
		measured(106_680_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn prune() -> Weight {
		// Fastest run: 49_038 ns.
		measured(60_627_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `n` was measured from 0 to 100.
	fn prune_quotes(n: u32, ) -> Weight {
		// Fastest run: 38_795 ns.
		measured(222_611_688)
			.saturating_add(measured(29_547_853).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}

	fn idle() -> Weight {
		// Fastest run: 16_452 ns.
		measured(19_347_000)
			.saturating_add(T::DbWeight::get().reads(5))
	}

	fn idle_step() -> Weight {
		// Fastest run: 13_901 ns.
		measured(17_782_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn idle_invoice() -> Weight {
		// Fastest run: 656_753 ns.
		measured(802_551_000)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn idle_quote() -> Weight {
		// Fastest run: 48_735 ns.
		measured(57_585_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn migrate_consent() -> Weight {
		// Fastest run: 79_090 ns.
		measured(89_930_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn migrate_invoice() -> Weight {
		// Fastest run: 58_744 ns.
		measured(75_893_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

}
