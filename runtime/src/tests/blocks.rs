//! Blocks as nodes make them, after a state that was made without.

use crate::{Babe, BlockNumber, Executive, Header, Runtime, System, Timestamp, UncheckedExtrinsic};
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	Slot,
};
use sp_runtime::{traits::Header as _, Digest, DigestItem};

fn digest(slot: Slot, authority_index: u32) -> Digest {
	let claim = SecondaryPlainPreDigest { slot, authority_index };
	Digest { logs: vec![DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(claim))] }
}

/// Ends the block that the state was made in, as one of the first authority's whose slot is that of
/// its time. Nothing else changes: ticks stay what they are.
pub fn end_first_block() {
	let slot = Slot::from(Timestamp::get() / Babe::slot_duration());
	let passed = *Babe::current_slot() - *pallet_babe::GenesisSlot::<Runtime>::get();
	pallet_babe::GenesisSlot::<Runtime>::put(Slot::from(*slot - passed));
	pallet_babe::CurrentSlot::<Runtime>::put(slot);
	System::initialize(&(System::block_number() + 1), &Default::default(), &digest(slot, 0));
	System::finalize();
}

/// Makes the next block as far as its inherent, one slot later. Its author is the authority at this
/// place, or unknown if there is none.
pub fn begin_block(authority_index: u32) {
	let slot = Babe::current_slot() + 1;
	let (root, number): (_, BlockNumber) = (Default::default(), System::block_number() + 1);
	let digest = digest(slot, authority_index);
	Executive::initialize_block(&Header::new(number, root, root, root, digest));
	let now = *slot * Babe::slot_duration();
	let time = UncheckedExtrinsic::new_bare(pallet_timestamp::Call::set { now }.into());
	assert_eq!(Executive::apply_extrinsic(time), Ok(Ok(())));
}
