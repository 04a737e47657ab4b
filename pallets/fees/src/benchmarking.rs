//! Worst case: fees and tips, of which treasury and author both get something, and by which the
//! author's account is made.

use crate::{Pallet as Fees, *};
use frame::{
	benchmarking::prelude::*,
	traits::fungible::{Balanced, Inspect},
};

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn share() {
		let author: T::AccountId = account("author", 0, 0);
		T::BenchmarkHelper::set_author(&author);
		// Half of it makes an account.
		let fee = T::Currency::minimum_balance() * 2u32.into();
		let tip = T::Currency::minimum_balance();
		let paid = [T::Currency::issue(fee), T::Currency::issue(tip)];
		Fees::<T>::on_unbalanceds(paid.into_iter());
		let now = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Fees::<T>::on_finalize(now);
		}

		assert_eq!(T::Currency::balance(&author), fee);
	}

	impl_benchmark_test_suite!(Fees, mock::new_state(), mock::Test);
}
