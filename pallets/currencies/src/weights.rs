//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them:
//! `runtime/src/weights/pallet_currencies.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `create`.
	fn create() -> Weight;
	/// Weight of `amend`.
	fn amend() -> Weight;
	/// Weight of `admit`.
	fn admit() -> Weight;
	/// Weight of `expel`.
	fn expel() -> Weight;
	/// Weight of `issue`.
	fn issue() -> Weight;
	/// Weight of `redeem`.
	fn redeem() -> Weight;
	/// Weight of `transfer`.
	fn transfer() -> Weight;
	/// Weight of `set_credit_line`.
	fn set_credit_line() -> Weight;
	/// Weight of `repay`.
	fn repay() -> Weight;
	/// Weight of `write_off`.
	fn write_off() -> Weight;
	/// Weight of `freeze`.
	fn freeze() -> Weight;
	/// Weight of `unfreeze`.
	fn unfreeze() -> Weight;
	/// Weight of `swap` along `n` currencies.
	fn swap(n: u32) -> Weight;
	/// Weight of `swap_for` along `n` currencies.
	fn swap_for(n: u32) -> Weight;
	/// Weight of `create_pool`.
	fn create_pool() -> Weight;
	/// Weight of `add_liquidity`.
	fn add_liquidity() -> Weight;
	/// Weight of `remove_liquidity`.
	fn remove_liquidity() -> Weight;
	/// Weight of `charge`.
	fn charge() -> Weight;
	/// Weight of `spend_pot`.
	fn spend_pot() -> Weight;
	/// Weight of `take`.
	fn take() -> Weight;
	/// Weight of `discard`.
	fn discard() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn create() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn amend() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn admit() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
	fn expel() -> Weight {
		Weight::from_parts(4_000_000_000, 0)
	}
	fn issue() -> Weight {
		Weight::from_parts(5_000_000_000, 0)
	}
	fn redeem() -> Weight {
		Weight::from_parts(6_000_000_000, 0)
	}
	fn transfer() -> Weight {
		Weight::from_parts(7_000_000_000, 0)
	}
	fn set_credit_line() -> Weight {
		Weight::from_parts(8_000_000_000, 0)
	}
	fn repay() -> Weight {
		Weight::from_parts(9_000_000_000, 0)
	}
	fn write_off() -> Weight {
		Weight::from_parts(10_000_000_000, 0)
	}
	fn freeze() -> Weight {
		Weight::from_parts(11_000_000_000, 0)
	}
	fn unfreeze() -> Weight {
		Weight::from_parts(12_000_000_000, 0)
	}
	fn swap(n: u32) -> Weight {
		Weight::from_parts(13_000_000_000, 0).saturating_mul(100 + u64::from(n))
	}
	fn swap_for(n: u32) -> Weight {
		Weight::from_parts(14_000_000_000, 0).saturating_mul(100 + u64::from(n))
	}
	fn create_pool() -> Weight {
		Weight::from_parts(15_000_000_000, 0)
	}
	fn add_liquidity() -> Weight {
		Weight::from_parts(16_000_000_000, 0)
	}
	fn remove_liquidity() -> Weight {
		Weight::from_parts(17_000_000_000, 0)
	}
	fn charge() -> Weight {
		Weight::from_parts(18_000_000_000, 0)
	}
	fn spend_pot() -> Weight {
		Weight::from_parts(19_000_000_000, 0)
	}
	fn take() -> Weight {
		Weight::from_parts(20_000_000_000, 0)
	}
	fn discard() -> Weight {
		Weight::from_parts(21_000_000_000, 0)
	}
}
