//! Worst cases. Every benchmark fills the approved set itself, whatever the genesis.

use crate::*;
use alloc::{vec, vec::Vec};
use frame::{
	benchmarking::prelude::*,
	traits::{fungible::Balanced as _, fungible::Inspect as _, TrailingZeroInput},
};
use pallet_grandpa::AuthorityId;
use pallet_session::Pallet as Session;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

const SEED: u32 = 0;

/// An account that can pay the bond, twice over.
fn funded<T: Config>(index: u32) -> T::AccountId {
	let who: T::AccountId = account("candidate", index, SEED);
	let amount = (T::Bond::get().max(CurrencyOf::<T>::minimum_balance()))
		.saturating_mul(2u32.into())
		.saturating_add(CurrencyOf::<T>::minimum_balance());
	assert!(CurrencyOf::<T>::resolve(&who, CurrencyOf::<T>::issue(amount)).is_ok());
	who
}

/// A funded account that has applied and has session keys.
fn applicant<T: Config>(index: u32) -> T::AccountId {
	let who = funded::<T>(index);
	Pallet::<T>::do_apply(who.clone()).expect("a funded account can bond");
	// Put there directly: the runtime's keys can't be signed with in here, and all applicants may
	// share theirs, which `set_keys` would refuse.
	let keys = T::Keys::decode(&mut TrailingZeroInput::zeroes()).expect("zeroes decode as keys");
	pallet_session::NextKeys::<T>::insert(&who, keys);
	who
}

/// An approved set of `count` members, all of whom serve in the current session.
fn validators<T: Config>(count: u32) -> Vec<T::AccountId> {
	Approved::<T>::kill();
	let validators: Vec<_> = (0..count).map(applicant::<T>).collect();
	for validator in &validators {
		Pallet::<T>::do_approve(validator.clone()).expect("an applicant with keys can join");
	}
	pallet_session::Validators::<T>::put(&validators);
	validators
}

/// As [`validators`], all of them with a key that GRANDPA counts.
fn voters<T: Config>(count: u32) -> Vec<T::AccountId> {
	let validators = validators::<T>(count);
	let key = |who: &T::AccountId| {
		let bytes = who.encode();
		let mut padded = TrailingZeroInput::new(&bytes);
		AuthorityId::decode(&mut padded).expect("any bytes are a key")
	};
	let voters: Vec<_> = validators.iter().map(|who| (who.clone(), key(who))).collect();
	Voters::<T>::put(BoundedVec::truncate_from(voters));
	validators
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn apply() {
		let candidate = funded::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(candidate.clone()));

		assert!(Candidacies::<T>::contains_key(candidate));
	}

	#[benchmark]
	fn withdraw_application() {
		let candidate = applicant::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(candidate.clone()));

		assert!(!Candidacies::<T>::contains_key(candidate));
	}

	#[benchmark]
	fn approve() -> Result<(), BenchmarkError> {
		// Worst case: the last seat.
		let others = T::MaxValidators::get() - 1;
		validators::<T>(others);
		let candidate = applicant::<T>(others);
		let origin =
			T::ApproveOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, candidate.clone());

		assert_eq!(Approved::<T>::get().last(), Some(&candidate));
		Ok(())
	}

	#[benchmark]
	fn remove_applicant() -> Result<(), BenchmarkError> {
		let candidate = applicant::<T>(0);
		let origin =
			T::RemoveOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		remove(origin as T::RuntimeOrigin, candidate.clone());

		assert!(!Candidacies::<T>::contains_key(candidate));
		Ok(())
	}

	#[benchmark]
	fn remove_validator() -> Result<(), BenchmarkError> {
		// Worst case: a full set.
		let validators = validators::<T>(T::MaxValidators::get());
		let validator = validators[0].clone();
		let origin =
			T::RemoveOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		remove(origin as T::RuntimeOrigin, validator.clone());

		assert!(!Approved::<T>::get().contains(&validator));
		Ok(())
	}

	#[benchmark]
	fn leave() {
		// Worst case: a full set.
		let validators = validators::<T>(T::MaxValidators::get());
		let validator = validators[0].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(validator.clone()));

		assert!(!Approved::<T>::get().contains(&validator));
	}

	#[benchmark]
	fn withdraw_bond() {
		let validator = validators::<T>(2)[0].clone();
		let until = Pallet::<T>::depart(&validator).expect("another validator stays");
		pallet_session::CurrentIndex::<T>::put(until);

		#[extrinsic_call]
		_(RawOrigin::Signed(validator.clone()));

		assert!(!Candidacies::<T>::contains_key(validator));
	}

	/// `l` of a full set are lost.
	#[benchmark]
	fn restore_finality(
		l: Linear<0, { T::MaxValidators::get() - 1 }>,
	) -> Result<(), BenchmarkError> {
		let mut lost = voters::<T>(T::MaxValidators::get());
		// Worst case: the last are looked for longest.
		lost.reverse();
		lost.truncate(l as usize);
		pallet_grandpa::PendingChange::<T>::kill();
		frame_system::Pallet::<T>::set_block_number(2u32.into());
		let set_id = pallet_grandpa::CurrentSetId::<T>::get();
		SetBlocks::<T>::insert(set_id, BlockNumberFor::<T>::from(1u32));
		let origin =
			T::RestoreOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let lost = BoundedVec::truncate_from(lost);

		#[extrinsic_call]
		_(
			origin as T::RuntimeOrigin,
			lost,
			BlockNumberFor::<T>::from(1u32),
			set_id,
			BlockNumberFor::<T>::from(MIN_RESTORE_DELAY),
		);

		assert_eq!(Voters::<T>::get().len() as u32, T::MaxValidators::get() - l);
		Ok(())
	}

	/// `o` offenders out of a full set, all new to their session: each is slashed and, up to the
	/// limit, disabled; all but the last are dropped.
	#[benchmark]
	fn on_offence(o: Linear<1, { T::MaxValidators::get() }>) {
		let validators = validators::<T>(T::MaxValidators::get());
		let offenders: Vec<_> = validators
			.iter()
			.take(o as usize)
			.map(|validator| OffenceDetails {
				offender: (validator.clone(), Identification { bond: T::Bond::get() }),
				reporters: Vec::new(),
			})
			.collect();
		let fractions = vec![Perbill::from_percent(50); offenders.len()];
		let session = Session::<T>::current_index();

		#[block]
		{
			Pallet::<T>::on_offence(&offenders, &fractions, session);
		}

		assert_eq!(SlashedFractions::<T>::get(session).len(), o as usize);
		assert_eq!(Approved::<T>::get().len() as u32, (T::MaxValidators::get() - o).max(1));
	}

	impl_benchmark_test_suite!(Pallet, mock::benchmark_state(), mock::Test);
}
