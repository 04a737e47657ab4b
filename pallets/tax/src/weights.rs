//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_tax.rs`. What
//! other pallets ask of this one weighs within their own calls.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `create_jurisdiction`.
	fn create_jurisdiction() -> Weight;
	/// Weight of `amend_jurisdiction`.
	fn amend_jurisdiction() -> Weight;
	/// Weight of `set_code`.
	fn set_code() -> Weight;
	/// Weight of `set_rate`.
	fn set_rate() -> Weight;
	/// Weight of `set_dividend_code`.
	fn set_dividend_code() -> Weight;
	/// Weight of `apply`.
	fn apply() -> Weight;
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `amend_taxpayer`.
	fn amend_taxpayer() -> Weight;
	/// Weight of `deregister`.
	fn deregister() -> Weight;
	/// Weight of `publish_rate`.
	fn publish_rate() -> Weight;
	/// Weight of `declare_owner`.
	fn declare_owner() -> Weight;
	/// Weight of `confirm_owner`.
	fn confirm_owner() -> Weight;
	/// Weight of `claim_refund`.
	fn claim_refund() -> Weight;
	/// Weight of `hold_refund`.
	fn hold_refund() -> Weight;
	/// Weight of `deny_refund`.
	fn deny_refund() -> Weight;
	/// Weight of `assess_refund`.
	fn assess_refund() -> Weight;
	/// Weight of `appeal`.
	fn appeal() -> Weight;
	/// Weight of `decide_appeal`.
	fn decide_appeal() -> Weight;
	/// Weight of `pay_refund`.
	fn pay_refund() -> Weight;
	/// Weight of `sweep`.
	fn sweep() -> Weight;
	/// Weight of `give`.
	fn give() -> Weight;
	/// Weight of `pay_arrears`.
	fn pay_arrears() -> Weight;
	/// Weight of looking at one day of the agenda in `on_idle`.
	fn idle_day() -> Weight;
	/// Weight of paying one claim in `on_idle`.
	fn idle_claim() -> Weight;
	/// Weight of migrating a jurisdiction.
	fn migrate_jurisdiction() -> Weight;
	/// Weight of migrating an account, a statement or a book.
	fn migrate_entry() -> Weight;
	/// Weight of moving the turnover of a twin to its owner.
	fn migrate_owner() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn create_jurisdiction() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn amend_jurisdiction() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn set_code() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
	fn set_rate() -> Weight {
		Weight::from_parts(4_000_000_000, 0)
	}
	fn set_dividend_code() -> Weight {
		Weight::from_parts(24_000_000_000, 0)
	}
	fn apply() -> Weight {
		Weight::from_parts(5_000_000_000, 0)
	}
	fn register() -> Weight {
		Weight::from_parts(6_000_000_000, 0)
	}
	fn amend_taxpayer() -> Weight {
		Weight::from_parts(7_000_000_000, 0)
	}
	fn deregister() -> Weight {
		Weight::from_parts(8_000_000_000, 0)
	}
	fn publish_rate() -> Weight {
		Weight::from_parts(9_000_000_000, 0)
	}
	fn confirm_owner() -> Weight {
		Weight::from_parts(23_000_000_000, 0)
	}
	fn declare_owner() -> Weight {
		Weight::from_parts(10_000_000_000, 0)
	}
	fn claim_refund() -> Weight {
		Weight::from_parts(11_000_000_000, 0)
	}
	fn hold_refund() -> Weight {
		Weight::from_parts(12_000_000_000, 0)
	}
	fn deny_refund() -> Weight {
		Weight::from_parts(13_000_000_000, 0)
	}
	fn assess_refund() -> Weight {
		Weight::from_parts(14_000_000_000, 0)
	}
	fn appeal() -> Weight {
		Weight::from_parts(15_000_000_000, 0)
	}
	fn decide_appeal() -> Weight {
		Weight::from_parts(16_000_000_000, 0)
	}
	fn pay_refund() -> Weight {
		Weight::from_parts(17_000_000_000, 0)
	}
	fn sweep() -> Weight {
		Weight::from_parts(18_000_000_000, 0)
	}
	fn give() -> Weight {
		Weight::from_parts(19_000_000_000, 0)
	}
	fn pay_arrears() -> Weight {
		Weight::from_parts(22_000_000_000, 0)
	}
	fn idle_day() -> Weight {
		Weight::from_parts(20_000_000_000, 0)
	}
	fn idle_claim() -> Weight {
		Weight::from_parts(21_000_000_000, 0)
	}
	fn migrate_jurisdiction() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn migrate_entry() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn migrate_owner() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
}
