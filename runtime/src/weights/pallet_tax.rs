//! Weights of `pallet_tax`, measured by `scripts/bench-weights pallet_tax`.
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

/// Weights of `pallet_tax`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_tax::WeightInfo for WeightInfo<T> {
	fn create_jurisdiction() -> Weight {
		// Fastest run: 69_568 ns.
		measured(81_183_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn amend_jurisdiction() -> Weight {
		// Fastest run: 51_367 ns.
		measured(96_866_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_code() -> Weight {
		// Fastest run: 71_932 ns.
		measured(81_881_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn set_rate() -> Weight {
		// Fastest run: 56_827 ns.
		measured(64_889_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_dividend_code() -> Weight {
		// Not measured yet: as `set_rate`, which reads as much and writes more.
		measured(64_889_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn apply() -> Weight {
		// Fastest run: 110_282 ns.
		measured(142_123_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn register() -> Weight {
		// Fastest run: 208_923 ns.
		measured(233_261_000)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn amend_taxpayer() -> Weight {
		// Fastest run: 139_302 ns.
		measured(155_335_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn deregister() -> Weight {
		// Fastest run: 107_685 ns.
		measured(131_904_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn publish_rate() -> Weight {
		// Fastest run: 42_195 ns.
		measured(50_479_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn declare_owner() -> Weight {
		// Fastest run: 44_610 ns.
		measured(54_458_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm_owner() -> Weight {
		// Fastest run: 624_629 ns.
		measured(711_625_000)
			.saturating_add(T::DbWeight::get().reads(57))
			.saturating_add(T::DbWeight::get().writes(35))
	}

	fn claim_refund() -> Weight {
		// Fastest run: 315_821 ns.
		measured(382_292_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn hold_refund() -> Weight {
		// Fastest run: 71_352 ns.
		measured(84_671_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn deny_refund() -> Weight {
		// Fastest run: 129_303 ns.
		measured(223_063_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn assess_refund() -> Weight {
		// Fastest run: 65_716 ns.
		measured(81_760_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn appeal() -> Weight {
		// Fastest run: 100_207 ns.
		measured(121_506_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn decide_appeal() -> Weight {
		// Fastest run: 230_360 ns.
		measured(273_599_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn pay_refund() -> Weight {
		// Fastest run: 222_737 ns.
		measured(265_441_000)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	fn sweep() -> Weight {
		// Fastest run: 222_632 ns.
		measured(269_087_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn give() -> Weight {
		// Fastest run: 262_820 ns.
		measured(307_410_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn pay_arrears() -> Weight {
		// Fastest run: 238_840 ns.
		measured(286_052_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn idle_day() -> Weight {
		// Fastest run: 12_596 ns.
		measured(15_275_000)
			.saturating_add(T::DbWeight::get().reads(4))
	}

	fn idle_claim() -> Weight {
		// Fastest run: 243_425 ns.
		measured(279_798_000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn migrate_jurisdiction() -> Weight {
		// Fastest run: 86_513 ns.
		measured(97_925_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn migrate_entry() -> Weight {
		// Fastest run: 11_452 ns.
		measured(14_126_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn migrate_owner() -> Weight {
		// Fastest run: 571_712 ns.
		measured(636_168_000)
			.saturating_add(T::DbWeight::get().reads(54))
			.saturating_add(T::DbWeight::get().writes(34))
	}

}
