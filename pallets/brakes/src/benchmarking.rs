//! Worst cases: a pause that is given a later end, in a round that goes on.

use crate::{Pallet as Brakes, *};
use frame::{benchmarking::prelude::*, deps::frame_support::traits::PalletInfoAccess, traits::One};

/// A call that every runtime has, and that can wait.
fn remark<T: Config>() -> Brake {
	let pallet = <frame_system::Pallet<T> as PalletInfoAccess>::name();
	Brake::Call(CallName::new(pallet, "remark").expect("a short name"))
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn apply() -> Result<(), BenchmarkError> {
		let origin = T::BrakeOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("no origin may apply brakes"))?;
		let longest = T::LongestRound::get();
		Brakes::<T>::do_apply(remark::<T>(), One::one(), Power::Bounded)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, remark::<T>(), longest);

		assert!(Brakes::<T>::is_on(&remark::<T>()));
		Ok(())
	}

	#[benchmark]
	fn release() -> Result<(), BenchmarkError> {
		let origin = T::BrakeOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("no origin may release brakes"))?;
		Brakes::<T>::do_apply(remark::<T>(), T::LongestRound::get(), Power::Bounded)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, remark::<T>());

		assert!(!Brakes::<T>::is_on(&remark::<T>()));
		Ok(())
	}

	impl_benchmark_test_suite!(Brakes, mock::new_state(), mock::Test);
}
