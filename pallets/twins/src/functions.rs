//! What the calls do: decide first, then write.

use crate::*;
use frame::{
	deps::frame_support::storage::with_storage_layer,
	prelude::*,
	traits::{Consideration, Time},
};
use frame_system::Pallet as System;
use ourledger_primitives::{
	name::{normalise, reserved, skeleton, NameError},
	twin::{
		is_endpoint, KeyId, KeyPurpose, Profile, ProfileError, PublicKey, TwinKind, TwinNumber,
	},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		caller: T::AccountId,
		kind: TwinKind,
		profile: Profile,
		choice: ControllerChoice,
	) -> DispatchResult {
		Self::ensure_profile(&profile)?;
		let controller = match choice {
			ControllerChoice::Keyless => T::KeylessAccounts::create(&caller, NextTwin::<T>::get())?,
			ControllerChoice::Caller => caller.clone(),
		};
		Self::enter(kind, profile, controller, caller)?;
		Ok(())
	}

	pub(crate) fn do_register_for(
		sponsor: T::AccountId,
		kind: TwinKind,
		profile: Profile,
		controller: T::AccountId,
		permit: PermitOf<T>,
		signature: T::Signature,
	) -> DispatchResult {
		ensure!(sponsor != controller, Error::<T>::SelfSponsored);
		Self::ensure_profile(&profile)?;
		Self::ensure_timely(&permit)?;
		Self::ensure_next(&permit, &controller)?;
		let payload = Self::payload(&sponsor, kind, &profile, &permit);
		Self::ensure_signature(&signature, &payload, &controller)?;

		Self::enter(kind, profile, controller.clone(), sponsor)?;
		// Spends the permit. The account exists by now and never vanishes, so neither does its nonce.
		System::<T>::inc_account_nonce(controller);
		Ok(())
	}

	/// Enter a twin into the phonebook, under the next number, which is returned.
	pub(crate) fn enter(
		kind: TwinKind,
		profile: Profile,
		controller: T::AccountId,
		depositor: T::AccountId,
	) -> Result<TwinNumber, DispatchError> {
		ensure!(!Numbers::<T>::contains_key(&controller), Error::<T>::ControllerTaken);
		let number = NextTwin::<T>::get();
		let next = number.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		// Before the provider: an account that has one besides its balance could hold all of it,
		// and a caller should keep what it lives on.
		let ticket = T::TwinDeposit::new(&depositor, Self::tombstone_footprint())?;
		let active_ticket = Some(T::TwinDeposit::new(&depositor, Self::active_footprint())?);
		System::<T>::inc_providers(&controller);
		let twin = Twin {
			kind,
			controller: controller.clone(),
			state: TwinState::Active,
			profile: profile.clone(),
			name: None,
			next_key: 0,
			registered: System::<T>::block_number(),
			depositor: depositor.clone(),
			ticket,
			active_ticket,
		};
		NextTwin::<T>::put(next);
		Twins::<T>::insert(number, twin);
		Numbers::<T>::insert(&controller, number);
		Self::deposit_event(Event::TwinRegistered {
			twin: number,
			kind,
			controller,
			depositor,
			profile,
		});
		Ok(number)
	}

	pub(crate) fn do_set_profile(controller: T::AccountId, profile: Profile) -> DispatchResult {
		let (number, twin) = Self::ensure_controller(&controller)?;
		Self::ensure_profile(&profile)?;

		Twins::<T>::insert(number, Twin { profile: profile.clone(), ..twin });
		Self::deposit_event(Event::ProfileSet { twin: number, profile });
		Ok(())
	}

	pub(crate) fn do_set_endpoints(
		controller: T::AccountId,
		endpoints: EndpointList,
	) -> DispatchResult {
		let (number, _) = Self::ensure_controller(&controller)?;
		// At most eight, each compared to those before it.
		for (index, endpoint) in endpoints.iter().enumerate() {
			ensure!(is_endpoint(endpoint), Error::<T>::InvalidEndpoint);
			ensure!(!endpoints[..index].contains(endpoint), Error::<T>::EndpointTwice);
		}

		if endpoints.is_empty() {
			Endpoints::<T>::remove(number);
		} else {
			Endpoints::<T>::insert(number, &endpoints);
		}
		Self::deposit_event(Event::EndpointsSet { twin: number, endpoints });
		Ok(())
	}

	pub(crate) fn do_add_key(
		controller: T::AccountId,
		purpose: KeyPurpose,
		key: PublicKey,
	) -> DispatchResult {
		let (number, mut twin) = Self::ensure_controller(&controller)?;
		ensure!(key.is_well_formed(), Error::<T>::KeyMalformed);
		ensure!(key.serves(purpose), Error::<T>::KeyPurposeMismatch);
		let (mut keys, ticket) = match Keys::<T>::get(number) {
			Some(entry) => (entry.keys, Some(entry.ticket)),
			None => (KeyList::new(), None),
		};
		ensure!(
			!keys.iter().any(|other| other.purpose == purpose && other.key == key),
			Error::<T>::KeyExists
		);
		let id = twin.next_key;
		let next_key = id.checked_add(1).ok_or(Error::<T>::TooManyKeys)?;
		keys.try_push(TwinKey { id, purpose, key }).map_err(|_| Error::<T>::TooManyKeys)?;

		let footprint = Self::keys_footprint(keys.len());
		let ticket = match ticket {
			Some(ticket) => ticket.update(&controller, footprint)?,
			None => T::KeyDeposit::new(&controller, footprint)?,
		};
		twin.next_key = next_key;
		Twins::<T>::insert(number, twin);
		Keys::<T>::insert(number, TwinKeys { keys, ticket });
		Self::deposit_event(Event::KeyAdded { twin: number, id, purpose, key });
		Ok(())
	}

	pub(crate) fn do_remove_key(controller: T::AccountId, id: KeyId) -> DispatchResult {
		let (number, _) = Self::ensure_controller(&controller)?;
		let TwinKeys { mut keys, ticket } =
			Keys::<T>::get(number).ok_or(Error::<T>::KeyNotFound)?;
		let place = keys.iter().position(|key| key.id == id).ok_or(Error::<T>::KeyNotFound)?;
		keys.remove(place);

		if keys.is_empty() {
			ticket.drop(&controller)?;
			Keys::<T>::remove(number);
		} else {
			let footprint = Self::keys_footprint(keys.len());
			// An error is swallowed: if the price has risen, the keys that remain may cost more
			// than is held and than the controller has. A key that was stolen must be removable
			// all the same, so the deposit stays as it is; it comes back with the last key.
			let ticket = with_storage_layer(|| ticket.clone().update(&controller, footprint))
				.unwrap_or(ticket);
			Keys::<T>::insert(number, TwinKeys { keys, ticket });
		}
		Self::deposit_event(Event::KeyRemoved { twin: number, id });
		Ok(())
	}

	pub(crate) fn do_claim_name(controller: T::AccountId, raw: &[u8]) -> DispatchResult {
		let (number, mut twin) = Self::ensure_controller(&controller)?;
		ensure!(twin.name.is_none(), Error::<T>::NameAlreadyClaimed);
		let name = normalise(raw).map_err(Error::<T>::from)?;
		ensure!(reserved(&name).is_none(), Error::<T>::NameReserved);
		let skeleton = skeleton(&name);
		let ticket = match Names::<T>::get(&skeleton) {
			None => T::NameDeposit::new(&controller, Self::name_footprint())?,
			Some(entry) => match entry.rests_until {
				None if entry.name == name => return Err(Error::<T>::NameTaken.into()),
				None => return Err(Error::<T>::NameLooksAlike.into()),
				// Its own: what it paid is still held.
				Some(_) if entry.twin == number => entry.ticket,
				Some(until) => {
					ensure!(T::Time::now() >= until, Error::<T>::NameRests);
					let ticket = T::NameDeposit::new(&controller, Self::name_footprint())?;
					Self::end_rest(entry)?;
					ticket
				},
			},
		};

		let entry = NameEntry { name: name.clone(), twin: number, ticket, rests_until: None };
		Names::<T>::insert(&skeleton, entry);
		twin.name = Some(name.clone());
		Twins::<T>::insert(number, twin);
		Self::deposit_event(Event::NameClaimed { twin: number, name });
		Ok(())
	}

	pub(crate) fn do_release_name(controller: T::AccountId) -> DispatchResult {
		let (number, mut twin) = Self::ensure_controller(&controller)?;
		ensure!(twin.name.is_some(), Error::<T>::NoName);

		Self::lay_to_rest(number, &mut twin);
		Twins::<T>::insert(number, twin);
		Ok(())
	}

	pub(crate) fn do_clear_name(raw: &[u8]) -> DispatchResult {
		let name = normalise(raw).map_err(Error::<T>::from)?;
		let skeleton = skeleton(&name);
		let entry = Names::<T>::get(&skeleton)
			.filter(|entry| entry.name == name)
			.ok_or(Error::<T>::NameNotFound)?;
		let until = entry.rests_until.ok_or(Error::<T>::NameTaken)?;
		ensure!(T::Time::now() >= until, Error::<T>::NameRests);

		Names::<T>::remove(&skeleton);
		Self::end_rest(entry)
	}

	pub(crate) fn do_deactivate(controller: T::AccountId) -> DispatchResult {
		let (number, mut twin) = Self::ensure_controller(&controller)?;

		Self::lay_to_rest(number, &mut twin);
		if let Some(entry) = Keys::<T>::take(number) {
			entry.ticket.drop(&controller)?;
		}
		Endpoints::<T>::remove(number);
		if let Some(ticket) = twin.active_ticket.take() {
			ticket.drop(&twin.depositor)?;
		}
		twin.profile = Profile::default();
		twin.state = TwinState::Deactivated(System::<T>::block_number());
		Twins::<T>::insert(number, twin);
		Self::deposit_event(Event::TwinDeactivated { twin: number });
		Ok(())
	}

	/// Take the name, if any, out of the twin, and let it rest. The deposit stays for as long as the
	/// name is kept.
	fn lay_to_rest(number: TwinNumber, twin: &mut TwinOf<T>) {
		let Some(name) = twin.name.take() else { return };
		// Saturating: no clock goes that far.
		let rests_until = T::Time::now().saturating_add(T::NameRestMillis::get());
		Names::<T>::mutate(skeleton(&name), |entry| match entry {
			Some(entry) => entry.rests_until = Some(rests_until),
			None => {
				defensive!("every twin's name is in the register of names");
			},
		});
		Self::deposit_event(Event::NameReleased { twin: number, name, rests_until });
	}

	/// Give back what was held for a name whose rest is over and whose entry goes.
	fn end_rest(entry: NameEntryOf<T>) -> DispatchResult {
		// There is one: twins are for ever.
		let owner = Twins::<T>::get(entry.twin).ok_or(DispatchError::Corruption)?.controller;
		entry.ticket.drop(&owner)?;
		Self::deposit_event(Event::NameCleared { twin: entry.twin, name: entry.name });
		Ok(())
	}

	/// The active twin that `account` controls.
	pub(crate) fn ensure_controller(
		account: &T::AccountId,
	) -> Result<(TwinNumber, TwinOf<T>), Error<T>> {
		let number = Numbers::<T>::get(account).ok_or(Error::<T>::NotController)?;
		let twin = Twins::<T>::get(number).ok_or(Error::<T>::NotController)?;
		ensure!(twin.state == TwinState::Active, Error::<T>::TwinDeactivated);
		Ok((number, twin))
	}

	pub(crate) fn ensure_profile(profile: &Profile) -> Result<(), Error<T>> {
		profile.check().map_err(|error| match error {
			ProfileError::DisplayName => Error::<T>::InvalidDisplayName,
			ProfileError::Country => Error::<T>::InvalidCountry,
		})
	}
}

impl<T> From<NameError> for Error<T> {
	fn from(error: NameError) -> Self {
		match error {
			NameError::TooShort => Self::NameTooShort,
			NameError::BadCharacter => Self::NameBadCharacter,
			// A call's argument is never too long.
			NameError::TooLong | NameError::Malformed => Self::NameMalformed,
		}
	}
}
