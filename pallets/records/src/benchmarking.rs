//! Worst cases. Each benchmark registers its own twin.

use crate::*;
use alloc::{vec, vec::Vec};
use codec::Encode;
use frame::{
	benchmarking::prelude::*,
	traits::{Consideration, ConstU32},
};
use ourledger_math::mmr::{leaf_hash, node_hash, Hash, MAX_HEIGHT, MAX_PEAKS};
use ourledger_primitives::{
	record::{
		Descriptor, Dispersal, Encryption, Envelope, RecordNumber, MAX_ENVELOPES, MAX_LEAVES,
		MAX_MEDIA_TYPE_BYTES, MAX_SEALED_BYTES, MAX_SHARDS,
	},
	twin::{TwinNumber, Twins},
};

/// A twin with its controller.
fn twin<T: Config>() -> (T::AccountId, TwinNumber) {
	let controller: T::AccountId = account("controller", 0, 0);
	let twin = T::Twins::register(controller.clone());
	(controller, twin)
}

/// Give `twin` an index with this many records, any peaks, and the deposit for it.
fn put_index<T: Config>(controller: &T::AccountId, twin: TwinNumber, count: u64) {
	let footprint = Pallet::<T>::index_footprint(count);
	T::IndexDeposit::ensure_successful(controller, footprint);
	let ticket = T::IndexDeposit::new(controller, footprint).expect("it can pay");
	IndexTickets::<T>::insert(twin, ticket);
	let peaks = bounded(vec![[7; 32]; count.count_ones() as usize]);
	Indexes::<T>::insert(twin, Index { count, peaks });
}

fn bounded<I, const N: u32>(items: Vec<I>) -> BoundedVec<I, ConstU32<N>> {
	BoundedVec::truncate_from(items)
}

fn largest_descriptor() -> Descriptor {
	let sealed = bounded(vec![0xff; MAX_SEALED_BYTES as usize]);
	let envelope = Envelope { reader: TwinNumber::MAX, key: u16::MAX, sealed };
	let mut media_type = vec![b'a'; MAX_MEDIA_TYPE_BYTES as usize];
	media_type[1] = b'/';
	Descriptor {
		content: [0xff; 32],
		size: u64::MAX,
		media_type: bounded(media_type),
		encryption: Encryption::Envelopes(bounded(vec![envelope; MAX_ENVELOPES as usize])),
		dispersal: Some(Dispersal {
			needed: MAX_SHARDS as u8,
			shards: bounded(vec![u64::MAX; MAX_SHARDS as usize]),
		}),
		supersedes: Some(RecordNumber::MAX),
		expires: Some(u64::MAX),
	}
}

/// Give `twin` as many peaks as there can be, and as record 0, in the highest mountain, the largest
/// descriptor; returns it with its proof.
fn put_largest<T: Config>(
	controller: &T::AccountId,
	twin: TwinNumber,
) -> (Descriptor, BoundedVec<Hash, ConstU32<MAX_PROOF>>) {
	let descriptor = largest_descriptor();
	put_index::<T>(controller, twin, u64::MAX);
	let siblings: Vec<Hash> = (0..MAX_HEIGHT as u8).map(|height| [height; 32]).collect();
	let leaf = leaf_hash::<HostBlake2b256>(&descriptor.encode());
	let peak = siblings.iter().fold(leaf, |node, right| node_hash::<HostBlake2b256>(&node, right));
	Indexes::<T>::mutate(twin, |index| index.peaks[0] = peak);

	let footprint = Pallet::<T>::pin_footprint(descriptor.encoded_size());
	T::PinDeposit::ensure_successful(controller, footprint);
	(descriptor, bounded(siblings))
}

#[benchmarks]
mod benches {
	use super::*;

	/// `n` leaves, the first of which merges with 63 peaks, the most there can be; that also makes
	/// the count longer by a bit, so the deposit grows.
	#[benchmark]
	fn append(n: Linear<1, MAX_LEAVES>) {
		let (controller, twin) = twin::<T>();
		let count = (1u64 << MAX_HEIGHT) - 1;
		put_index::<T>(&controller, twin, count);
		let total = count + u64::from(n);
		T::IndexDeposit::ensure_successful(&controller, Pallet::<T>::index_footprint(total));
		let leaves = bounded(vec![[1; 32]; n as usize]);

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), leaves);

		assert_eq!(Indexes::<T>::get(twin).count, total);
	}

	/// The largest descriptor, as many peaks as there can be, and the longest proof.
	#[benchmark]
	fn pin() {
		let (controller, twin) = twin::<T>();
		let (descriptor, proof) = put_largest::<T>(&controller, twin);

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), 0, descriptor, proof);

		assert_eq!(Indexes::<T>::get(twin).peaks.len() as u32, MAX_PEAKS);
		assert!(Pinned::<T>::contains_key(twin, 0));
	}

	/// The largest descriptor, by the controller: for anybody else there is less to read.
	#[benchmark]
	fn unpin() {
		let (controller, twin) = twin::<T>();
		let (descriptor, proof) = put_largest::<T>(&controller, twin);
		Pallet::<T>::do_pin(controller.clone(), 0, descriptor, &proof).expect("the proof holds");

		#[extrinsic_call]
		_(RawOrigin::Signed(controller), twin, 0);

		assert!(!Pinned::<T>::contains_key(twin, 0));
	}

	impl_benchmark_test_suite!(Pallet, mock::state(), mock::Test);
}
