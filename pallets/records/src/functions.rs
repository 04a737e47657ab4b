//! What the calls do: decide first, then write.

use crate::*;
use codec::{Encode, MaxEncodedLen};
use frame::{
	prelude::*,
	traits::{Consideration, Footprint},
};
use ourledger_math::mmr::{self, Hash, MmrError, MAX_PEAKS};
use ourledger_primitives::{
	record::{Descriptor, RecordNumber},
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_append(controller: T::AccountId, leaves: &[Hash]) -> DispatchResult {
		let twin = T::Twins::acting(&controller)?;
		ensure!(!leaves.is_empty(), Error::<T>::NoLeaves);
		let Index { count: first, peaks } = Indexes::<T>::get(twin);
		let mut peaks = peaks.into_inner();
		let total =
			mmr::append::<HostBlake2b256>(first, &mut peaks, leaves).map_err(
				|error| match error {
					MmrError::TooManyLeaves => Error::<T>::TooManyRecords.into(),
					// The rest can't happen to an index that this pallet wrote.
					_ => DispatchError::Corruption,
				},
			)?;
		let peaks = BoundedVec::try_from(peaks).map_err(|_| DispatchError::Corruption)?;

		if bit_length(total) > bit_length(first) {
			let footprint = Self::index_footprint(total);
			let ticket = match IndexTickets::<T>::get(twin) {
				Some(ticket) => ticket.update(&controller, footprint)?,
				None => T::IndexDeposit::new(&controller, footprint)?,
			};
			IndexTickets::<T>::insert(twin, ticket);
		}
		Indexes::<T>::insert(twin, Index { count: total, peaks });
		let count = leaves.len() as u32;
		Self::deposit_event(Event::RecordsAppended { twin, first, count, total });
		Ok(())
	}

	pub(crate) fn do_pin(
		controller: T::AccountId,
		number: RecordNumber,
		descriptor: Descriptor,
		proof: &[Hash],
	) -> DispatchResult {
		let twin = T::Twins::acting(&controller)?;
		let Index { count, peaks } = Indexes::<T>::get(twin);
		ensure!(number < count, Error::<T>::RecordNotFound);
		ensure!(!Pinned::<T>::contains_key(twin, number), Error::<T>::AlreadyPinned);
		descriptor.check().map_err(Error::<T>::from)?;
		let encoded = descriptor.encode();
		let leaf = mmr::leaf_hash::<HostBlake2b256>(&encoded);
		mmr::verify::<HostBlake2b256>(count, &peaks, number, &[leaf], proof)
			.map_err(|_| Error::<T>::ProofRejected)?;

		let ticket = T::PinDeposit::new(&controller, Self::pin_footprint(encoded.len()))?;
		Pinned::<T>::insert(twin, number, Pin { descriptor: descriptor.clone(), ticket });
		Self::deposit_event(Event::RecordPinned { twin, number, descriptor });
		Ok(())
	}

	pub(crate) fn do_unpin(
		caller: T::AccountId,
		twin: TwinNumber,
		number: RecordNumber,
	) -> DispatchResult {
		if T::Twins::is_active(twin) {
			let own = T::Twins::acting(&caller)?;
			ensure!(own == twin, Error::<T>::NotOwner);
		}
		let Pin { ticket, .. } = Pinned::<T>::take(twin, number).ok_or(Error::<T>::NotPinned)?;
		// Whoever has a pin was registered once, and the phonebook forgets no controller.
		let controller = T::Twins::controller_of(twin).ok_or(DispatchError::Corruption)?;

		ticket.drop(&controller)?;
		Self::deposit_event(Event::RecordUnpinned { twin, number });
		Ok(())
	}

	/// Room that an index of `count` records takes at most until the next doubling, with its ticket.
	// Counted as one item, as all deposits are: the SDK's linear price multiplies bytes by items.
	// With the keys of the maps, but not their hashes.
	pub(crate) fn index_footprint(count: u64) -> Footprint {
		let spared = (MAX_PEAKS - bit_length(count)) as usize * size_of::<Hash>();
		let index = TwinNumber::max_encoded_len() + Index::max_encoded_len() - spared;
		let ticket = TwinNumber::max_encoded_len() + T::IndexDeposit::max_encoded_len();
		Footprint::from_parts(1, index + ticket)
	}

	/// Room that a pin takes.
	pub(crate) fn pin_footprint(descriptor_bytes: usize) -> Footprint {
		let key = TwinNumber::max_encoded_len() + RecordNumber::max_encoded_len();
		Footprint::from_parts(1, key + descriptor_bytes + T::PinDeposit::max_encoded_len())
	}
}

/// Most peaks that a list of no more bits than `count` has.
fn bit_length(count: u64) -> u32 {
	u64::BITS - count.leading_zeros()
}
