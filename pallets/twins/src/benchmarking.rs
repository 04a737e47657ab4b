//! Worst cases. Every benchmark registers its own twins, whatever the genesis.

use crate::*;
use alloc::{vec, vec::Vec};
use frame::{benchmarking::prelude::*, traits::Consideration};
use ourledger_primitives::{
	name::{skeleton, Name, MAX_NAME},
	twin::{
		Endpoint, KeyId, KeyPurpose, Profile, PublicKey, TwinKind, TwinNumber, MAX_DISPLAY_NAME,
		MAX_ENDPOINT, MAX_ENDPOINTS, MAX_KEYS,
	},
};

/// The longest profile.
fn profile() -> Profile {
	Profile {
		// Each letter is looked up in Unicode's data, unless it is ASCII; of two bytes there are most.
		display_name: "é"
			.repeat(MAX_DISPLAY_NAME as usize / 2)
			.into_bytes()
			.try_into()
			.expect("it fits; qed"),
		logo: Some([1; 32]),
		country: Some(*b"BE"),
	}
}

/// Let `account` pay for a twin.
fn fund<T: Config>(account: &T::AccountId) {
	T::TwinDeposit::ensure_successful(account, Pallet::<T>::tombstone_footprint());
	T::TwinDeposit::ensure_successful(account, Pallet::<T>::active_footprint());
}

/// Make `account` the controller of a new twin that it paid for.
pub(crate) fn registered<T: Config>(account: T::AccountId) -> TwinNumber {
	fund::<T>(&account);
	Pallet::<T>::enter(TwinKind::Person, profile(), account.clone(), account)
		.expect("an account without a twin that can pay can be registered")
}

/// The controller of a new twin that a sponsor paid for, and its number.
fn sponsored<T: Config>() -> (T::AccountId, TwinNumber) {
	sponsored_at::<T>(0)
}

/// The same, other for each `index`.
fn sponsored_at<T: Config>(index: u32) -> (T::AccountId, TwinNumber) {
	let sponsor: T::AccountId = account("sponsor", index, 0);
	let controller: T::AccountId = account("controller", index, 0);
	fund::<T>(&sponsor);
	let number = Pallet::<T>::enter(TwinKind::Person, profile(), controller.clone(), sponsor)
		.expect("an account without a twin can be sponsored");
	(controller, number)
}

/// A key of the longest kind, other for each `index`, all of which differ at the end.
fn key(index: u32) -> PublicKey {
	let mut key = [2; 33];
	key[32] = index as u8;
	PublicKey::P256(key)
}

/// Give the twin of `controller` its next key.
fn add_key_to<T: Config>(controller: &T::AccountId, index: u32) {
	let count = Pallet::<T>::twin_of(controller.clone()).map_or(0, |twin| twin.keys.len());
	T::KeyDeposit::ensure_successful(controller, Pallet::<T>::keys_footprint(count + 1));
	Pallet::<T>::do_add_key(controller.clone(), KeyPurpose::Authentication, key(index))
		.expect("a controller that can pay can add a new key");
}

/// `count` of the longest endpoints, all of which differ at the end.
fn endpoints(count: u32) -> EndpointList {
	let endpoint = |index: u32| -> Endpoint {
		let mut endpoint = vec![b'x'; MAX_ENDPOINT as usize];
		endpoint[64] = b':';
		endpoint[MAX_ENDPOINT as usize - 1] = b'0' + index as u8;
		endpoint.try_into().expect("it fits; qed")
	};
	(0..count).map(endpoint).collect::<Vec<_>>().try_into().expect("they fit; qed")
}

/// The longest name, which gives the most work.
fn name() -> Name {
	vec![b'w'; MAX_NAME as usize].try_into().expect("it fits; qed")
}

/// Give the twin of `controller` the longest name.
fn name_twin_of<T: Config>(controller: &T::AccountId) {
	T::NameDeposit::ensure_successful(controller, Pallet::<T>::name_footprint());
	Pallet::<T>::do_claim_name(controller.clone(), &name())
		.expect("a controller that can pay can claim a free name");
}

/// Let another twin give up the longest name, and its rest be over.
fn rest_a_name<T: Config>() {
	let (last, _) = sponsored_at::<T>(1);
	name_twin_of::<T>(&last);
	Pallet::<T>::do_release_name(last).expect("a controller can give its name up");
	Names::<T>::mutate(skeleton(&name()), |entry| {
		entry.as_mut().expect("the name rests").rests_until = Some(0);
	});
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn register_keyless() {
		let caller: T::AccountId = account("caller", 0, 0);
		T::KeylessAccounts::ensure_successful(&caller);
		fund::<T>(&caller);
		let number = NextTwin::<T>::get();

		#[extrinsic_call]
		register(
			RawOrigin::Signed(caller.clone()),
			TwinKind::Person,
			profile(),
			ControllerChoice::Keyless,
		);

		let twin = Pallet::<T>::twin(number).expect("the twin was registered");
		assert_eq!(twin.depositor, caller);
		assert!(twin.controller != caller);
	}

	#[benchmark]
	fn register_caller() {
		let caller: T::AccountId = account("caller", 0, 0);
		fund::<T>(&caller);

		#[extrinsic_call]
		register(
			RawOrigin::Signed(caller.clone()),
			TwinKind::Person,
			profile(),
			ControllerChoice::Caller,
		);

		assert!(Numbers::<T>::contains_key(caller));
	}

	#[benchmark]
	fn register_for() {
		let sponsor: T::AccountId = account("sponsor", 0, 0);
		fund::<T>(&sponsor);
		let permit = Permit {
			nonce: T::Nonce::zero(),
			expires: T::BlockNumberProvider::current_block_number() + T::MaxSponsorshipTicks::get(),
		};
		let payload = Pallet::<T>::payload(&sponsor, TwinKind::Person, &profile(), &permit);
		// Worst case: wrapped, so that the first check fails and there is a second one.
		let wrapped = ourledger_primitives::signing::wrapped(&payload);
		let (controller, signature) = T::BenchmarkHelper::sign(&wrapped);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(sponsor),
			TwinKind::Person,
			profile(),
			controller.clone(),
			permit,
			signature,
		);

		assert!(Numbers::<T>::contains_key(controller));
	}

	#[benchmark]
	fn set_profile() {
		let (controller, number) = sponsored::<T>();
		let changed = Profile { country: Some(*b"CD"), ..profile() };

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), changed.clone());

		assert_eq!(Twins::<T>::get(number).map(|twin| twin.profile), Some(changed));
	}

	/// `n` endpoints instead of the most there can be.
	#[benchmark]
	fn set_endpoints(n: Linear<0, MAX_ENDPOINTS>) {
		let (controller, number) = sponsored::<T>();
		Pallet::<T>::do_set_endpoints(controller.clone(), endpoints(MAX_ENDPOINTS))
			.expect("a controller can set endpoints");

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), endpoints(n));

		assert_eq!(Endpoints::<T>::get(number).len() as u32, n);
	}

	#[benchmark]
	fn add_key() {
		let (controller, number) = sponsored::<T>();
		// Worst case: the last one.
		for index in 1..MAX_KEYS {
			add_key_to::<T>(&controller, index);
		}
		let footprint = Pallet::<T>::keys_footprint(MAX_KEYS as usize);
		T::KeyDeposit::ensure_successful(&controller, footprint);

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), KeyPurpose::Authentication, key(0));

		assert_eq!(Keys::<T>::get(number).map(|entry| entry.keys.len() as u32), Some(MAX_KEYS));
	}

	#[benchmark]
	fn remove_key() {
		let (controller, number) = sponsored::<T>();
		// Worst case: as many keys as there can be, and the last one, which is found last.
		for index in 0..MAX_KEYS {
			add_key_to::<T>(&controller, index);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), MAX_KEYS as KeyId - 1);

		assert_eq!(Keys::<T>::get(number).map(|entry| entry.keys.len() as u32), Some(MAX_KEYS - 1));
	}

	#[benchmark]
	fn claim_name() {
		// Worst case: a name that was another's, who gets the deposit back.
		rest_a_name::<T>();
		let (controller, number) = sponsored::<T>();
		T::NameDeposit::ensure_successful(&controller, Pallet::<T>::name_footprint());

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), name());

		assert_eq!(Names::<T>::get(skeleton(&name())).map(|entry| entry.twin), Some(number));
	}

	#[benchmark]
	fn release_name() {
		let (controller, _) = sponsored::<T>();
		name_twin_of::<T>(&controller);

		#[extrinsic_call]
		_(RawOrigin::Signed(controller));

		let entry = Names::<T>::get(skeleton(&name())).expect("the name rests");
		assert!(entry.rests_until.is_some());
	}

	#[benchmark]
	fn clear_name() {
		// Worst case: by somebody else.
		rest_a_name::<T>();
		let caller: T::AccountId = account("caller", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), name());

		assert!(!Names::<T>::contains_key(skeleton(&name())));
	}

	#[benchmark]
	fn deactivate() {
		// Worst case: everything there can be, and two accounts to give back to.
		let (controller, number) = sponsored::<T>();
		for index in 0..MAX_KEYS {
			add_key_to::<T>(&controller, index);
		}
		name_twin_of::<T>(&controller);
		Pallet::<T>::do_set_endpoints(controller.clone(), endpoints(MAX_ENDPOINTS))
			.expect("a controller can set endpoints");

		#[extrinsic_call]
		_(RawOrigin::Signed(controller));

		let twin = Pallet::<T>::twin(number).expect("a twin remains for ever");
		assert!(twin.state != TwinState::Active && twin.keys.is_empty() && twin.name.is_none());
	}

	impl_benchmark_test_suite!(Pallet, mock::benchmark_state(), mock::Test);
}
