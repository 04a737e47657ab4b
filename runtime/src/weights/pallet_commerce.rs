//! Weights of `pallet_commerce`, measured by `scripts/bench-weights pallet_commerce`.
//!
//! Date: 2026-11-30. Processor: Intel(R) Xeon(R) Processor. Steps: 50, repeat: 20.
//! Calls that charge or give back were measured again since: see design note 0006.
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
		// Fastest run: 626_518 ns.
		measured(676_648_420)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn pay() -> Weight {
		// Fastest run: 730_494 ns.
		measured(793_848_946)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(16))
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
		// Fastest run: 733_208 ns.
		measured(870_994_273)
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
		// Fastest run: 800_844 ns.
		measured(923_063_592)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn dispute() -> Weight {
		// Fastest run: 79_493 ns.
		measured(94_932_370)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn resolve() -> Weight {
		// Fastest run: 1_359_591 ns.
		measured(1_501_103_446)
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().writes(23))
	}

	/// `l` was measured from 0 to 256.
	fn credit_note(l: u32, ) -> Weight {
		// Fastest run: 919_094 ns.
		measured(1_006_238_885)
			.saturating_add(measured(11_598).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn cover_note() -> Weight {
		// Fastest run: 838_123 ns.
		measured(926_601_838)
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
		// Fastest run: 693_181 ns.
		measured(1_165_824_725)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	fn release() -> Weight {
		// Fastest run: 834_254 ns.
		measured(946_517_302)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(20))
	}

	fn lapse() -> Weight {
		// Fastest run: 631_676 ns.
		measured(726_427_400)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	fn charge() -> Weight {
		// Fastest run: 242_787 ns.
		measured(279_205_050)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn collect_unpaid() -> Weight {
		// Fastest run: 456_666 ns.
		measured(515_500_278)
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
		// Fastest run: 764_157 ns.
		measured(933_798_498)
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
		// Fastest run: 62_927 ns.
		measured(81_297_134)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

}
