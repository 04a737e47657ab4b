//! Weights of `pallet_parameters`.
//!
//! NOT MEASURED yet: the accesses of one change, the parameter read and written, over a generous
//! figure for everything else. `scripts/bench-weights pallet_parameters` replaces this file.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_parameters`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> ::pallet_parameters::WeightInfo for WeightInfo<T> {
	fn set_parameter() -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
}
