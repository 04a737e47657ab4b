//! Weights of `pallet_twins`.
#![cfg_attr(rustfmt, rustfmt_skip)]
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
/// Weights of `pallet_twins`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> ::pallet_twins::WeightInfo for WeightInfo<T> {
	fn register_keyless() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn register_caller() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn register_for() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn set_profile() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn set_endpoints(_n: u32) -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn add_key() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn remove_key() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn claim_name() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn release_name() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn deactivate() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
}
