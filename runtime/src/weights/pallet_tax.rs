//! Weights of `pallet_tax`, measured by `scripts/bench-weights pallet_tax`.
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

/// Weights of `pallet_tax`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> ::pallet_tax::WeightInfo for WeightInfo<T> {
	fn create_jurisdiction() -> Weight {
		// Not measured yet: as measured before, and the next one's treasury.
		measured(45_000_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn amend_jurisdiction() -> Weight {
		// Fastest run: 21_662 ns.
		measured(24_296_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_code() -> Weight {
		// Fastest run: 34_381 ns.
		measured(38_968_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn set_rate() -> Weight {
		// Fastest run: 26_560 ns.
		measured(30_175_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn apply() -> Weight {
		// Fastest run: 61_782 ns.
		measured(66_559_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn register() -> Weight {
		// Fastest run: 115_422 ns.
		measured(124_956_000)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn amend_taxpayer() -> Weight {
		// Fastest run: 73_319 ns.
		measured(79_739_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn deregister() -> Weight {
		// Fastest run: 57_576 ns.
		measured(64_066_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn publish_rate() -> Weight {
		// Fastest run: 19_279 ns.
		measured(21_472_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn declare_owner() -> Weight {
		// Not measured yet: an estimate.
		measured(50_000_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn confirm_owner() -> Weight {
		// Not measured yet: as measured before, and 16 places, each as `publish_rate` and twice the turnover.
		measured(400_000_000)
			.saturating_add(T::DbWeight::get().reads(72))
			.saturating_add(T::DbWeight::get().writes(35))
	}

	fn claim_refund() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, what is set aside.
		measured(200_000_000)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	fn hold_refund() -> Weight {
		// Fastest run: 33_631 ns.
		measured(36_755_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn deny_refund() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, the agenda and arrears.
		measured(65_000_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn assess_refund() -> Weight {
		// Fastest run: 34_251 ns.
		measured(39_328_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn appeal() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, the account and book of a denied claim.
		measured(50_000_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn decide_appeal() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, what is set aside.
		measured(190_000_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn pay_refund() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, what is set aside.
		measured(140_000_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn sweep() -> Weight {
		// Fastest run: 126_119 ns.
		measured(140_079_000)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn give() -> Weight {
		// Fastest run: 149_603 ns.
		measured(161_241_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	fn pay_arrears() -> Weight {
		// Not measured yet: as `give`, and a statement and an account.
		measured(180_000_000)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	fn idle_day() -> Weight {
		// Fastest run: 6_780 ns, without the read of the storage version.
		measured(7_711_000)
			.saturating_add(T::DbWeight::get().reads(4))
	}

	fn idle_claim() -> Weight {
		// Not measured yet: as measured before, and what it is kept as, what is set aside.
		measured(160_000_000)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	fn migrate_jurisdiction() -> Weight {
		// Not measured yet: an estimate. Of each currency that it accepts, the decimals.
		measured(40_000_000)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn migrate_entry() -> Weight {
		// Not measured yet: an estimate.
		measured(25_000_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn migrate_owner() -> Weight {
		// Not measured yet: an estimate. Of each of 17 places, the jurisdiction, what was and what is.
		measured(400_000_000)
			.saturating_add(T::DbWeight::get().reads(70))
			.saturating_add(T::DbWeight::get().writes(34))
	}

}
