//! What must always hold. Iterates over all twins, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::*;
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use frame_system::Pallet as System;
use ourledger_primitives::{
	name::skeleton,
	twin::{is_endpoint, Profile, TwinNumber},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_numbers()?;
		Self::try_state_states()?;
		Self::try_state_names()?;
		Self::try_state_keys()?;
		Self::try_state_endpoints()
	}

	/// Numbers and controllers are one to one, and no number is missing.
	fn try_state_numbers() -> Result<(), TryRuntimeError> {
		let mut count: TwinNumber = 0;
		for (number, twin) in Twins::<T>::iter() {
			count += 1;
			ensure!((1..NextTwin::<T>::get()).contains(&number), "a twin's number was never given");
			ensure!(
				Numbers::<T>::get(&twin.controller) == Some(number),
				"a twin isn't its controller's"
			);
			ensure!(
				System::<T>::providers(&twin.controller) > 0,
				"a controller's account may vanish"
			);
		}
		ensure!(Self::last_number() == count, "a number has no twin");
		for (account, number) in Numbers::<T>::iter() {
			let controller = Twins::<T>::get(number).map(|twin| twin.controller);
			ensure!(controller == Some(account), "an account isn't its twin's controller");
		}
		Ok(())
	}

	/// Active twins show themselves; nothing is left of others.
	fn try_state_states() -> Result<(), TryRuntimeError> {
		for (number, twin) in Twins::<T>::iter() {
			if twin.state == TwinState::Active {
				ensure!(twin.profile.check().is_ok(), "a profile is invalid");
				ensure!(twin.active_ticket.is_some(), "an active twin has no deposit");
				continue;
			}
			let bare = twin.profile == Profile::default()
				&& twin.name.is_none()
				&& twin.active_ticket.is_none()
				&& !Keys::<T>::contains_key(number)
				&& !Endpoints::<T>::contains_key(number);
			ensure!(bare, "a deactivated twin has something left");
		}
		Ok(())
	}

	/// The twins and the register of names agree; a name that rests is no twin's.
	fn try_state_names() -> Result<(), TryRuntimeError> {
		for (number, twin) in Twins::<T>::iter() {
			let Some(name) = twin.name else { continue };
			let entry = Names::<T>::get(skeleton(&name));
			let entry = entry.filter(|entry| entry.rests_until.is_none());
			let owner = entry.map(|entry| entry.twin);
			ensure!(owner == Some(number), "a twin's name isn't registered as its own");
		}
		for (bones, entry) in Names::<T>::iter() {
			ensure!(bones == skeleton(&entry.name), "a name is registered under another's look");
			let twin = Twins::<T>::get(entry.twin).ok_or("a name was never any twin's")?;
			if entry.rests_until.is_none() {
				ensure!(twin.name == Some(entry.name), "a registered name isn't its twin's");
			}
		}
		Ok(())
	}

	/// Keys are numbered in order, fit their purpose, and are there once.
	fn try_state_keys() -> Result<(), TryRuntimeError> {
		for (number, TwinKeys { keys, .. }) in Keys::<T>::iter() {
			let twin = Twins::<T>::get(number).ok_or("keys belong to no twin")?;
			let last = keys.last().ok_or("an entry of keys is empty")?;
			ensure!(last.id < twin.next_key, "a key's id was never given");
			ensure!(keys.windows(2).all(|pair| pair[0].id < pair[1].id), "key ids don't ascend");
			for (index, key) in keys.iter().enumerate() {
				ensure!(
					key.key.is_well_formed() && key.key.serves(key.purpose),
					"a key doesn't serve its purpose"
				);
				let earlier = &keys[..index];
				ensure!(
					!earlier.iter().any(|it| it.purpose == key.purpose && it.key == key.key),
					"a key is there twice"
				);
			}
		}
		Ok(())
	}

	/// Endpoints are well-formed, and there once.
	fn try_state_endpoints() -> Result<(), TryRuntimeError> {
		for (number, endpoints) in Endpoints::<T>::iter() {
			ensure!(Twins::<T>::contains_key(number), "endpoints belong to no twin");
			ensure!(!endpoints.is_empty(), "an entry of endpoints is empty");
			for (index, endpoint) in endpoints.iter().enumerate() {
				ensure!(is_endpoint(endpoint), "an endpoint is invalid");
				ensure!(!endpoints[..index].contains(endpoint), "an endpoint is there twice");
			}
		}
		Ok(())
	}
}
