//! Weights of `pallet_records`.
#![cfg_attr(rustfmt, rustfmt_skip)]
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
/// Weights of `pallet_records`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> ::pallet_records::WeightInfo for WeightInfo<T> {
	fn append(_n: u32) -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn pin() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
	fn unpin() -> Weight { Weight::from_parts(100_000_000,0).saturating_add(T::DbWeight::get().reads_writes(6,6)) }
}
