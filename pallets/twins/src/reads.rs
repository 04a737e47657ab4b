//! What the view functions answer. None iterates over a map.

use crate::*;
use alloc::vec::Vec;
use frame::traits::Time;
use ourledger_primitives::{
	name::{normalise, reserved, skeleton, Name},
	twin::TwinNumber,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn last_number() -> TwinNumber {
		// Saturating: the next number is 1 at least.
		NextTwin::<T>::get().saturating_sub(1)
	}

	pub(crate) fn info(number: TwinNumber) -> Option<TwinInfoOf<T>> {
		let twin = Twins::<T>::get(number)?;
		Some(TwinInfo {
			number,
			kind: twin.kind,
			controller: twin.controller,
			state: twin.state,
			profile: twin.profile,
			name: twin.name,
			endpoints: Endpoints::<T>::get(number),
			keys: Keys::<T>::get(number).map(|entry| entry.keys).unwrap_or_default(),
			registered: twin.registered,
			depositor: twin.depositor,
		})
	}

	pub(crate) fn number_named(raw: &[u8]) -> Option<TwinNumber> {
		match Self::status_of(raw) {
			NameStatus::Taken(number) => Some(number),
			_ => None,
		}
	}

	pub(crate) fn page(from: TwinNumber, limit: u32) -> Vec<TwinInfoOf<T>> {
		let limit = TwinNumber::from(limit.min(MAX_PAGE));
		let first = from.max(1);
		// Saturating: numbers end before that.
		let end = first.saturating_add(limit).min(NextTwin::<T>::get());
		(first..end).filter_map(Self::info).collect()
	}

	pub(crate) fn status_of(raw: &[u8]) -> NameStatus {
		let name = match normalise(raw) {
			Ok(name) => name,
			Err(error) => return NameStatus::Invalid(error),
		};
		// Who has a name is told even if its word was reserved since.
		let Some(entry) = Names::<T>::get(skeleton(&name)) else {
			return Self::status_of_free(&name);
		};
		match entry.rests_until {
			None if entry.name == name => NameStatus::Taken(entry.twin),
			None => NameStatus::LooksAlike { twin: entry.twin, name: entry.name },
			Some(until) if T::Time::now() < until => {
				NameStatus::Resting { twin: entry.twin, name: entry.name, until }
			},
			Some(_) => Self::status_of_free(&name),
		}
	}

	/// What claiming a name would meet with that no twin has a hold on.
	fn status_of_free(name: &Name) -> NameStatus {
		match reserved(name) {
			Some(word) => NameStatus::Reserved(Name::truncate_from(word.as_bytes().to_vec())),
			None => NameStatus::Free,
		}
	}
}
