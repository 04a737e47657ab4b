use core::marker::PhantomData;
use frame_support::weights::Weight;
pub struct WeightInfo<T>(PhantomData<T>);
impl<T> ::pallet_parameters::WeightInfo for WeightInfo<T> {
	fn set_parameter() -> Weight {
		<() as ::pallet_parameters::WeightInfo>::set_parameter()
	}
}
