//! `pin`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};
use ourledger_math::mmr::{leaf_hash, node_hash, Blake2b256};
use ourledger_primitives::record::{Descriptor, Dispersal, Encryption};

/// Append what `descriptor` describes as the twin's only record, and pin it.
fn pin_alone(descriptor: Descriptor) -> DispatchResult {
	assert_ok!(append(ALICE, &[leaf(&descriptor)]));
	Records::pin(signed(ALICE), 0, descriptor, bounded(vec![]))
}

#[test]
fn pin_stores_the_descriptor_and_holds_its_deposit() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		assert_ok!(pin(ALICE, 6, 11));

		let stored = Pinned::<Test>::get(1, 6).expect("it was pinned");
		assert_eq!(stored.descriptor, descriptor(6));
		let event = Event::RecordPinned { twin: 1, number: 6, descriptor: descriptor(6) };
		assert_eq!(last_event(), Some(event));
		assert_eq!(held_for_pins(ALICE), pin_deposit(&descriptor(6)));
		assert_eq!(held_for_index(ALICE), index_deposit(4));
		assert_eq!(free(ALICE), ENDOWMENT - held_for_pins(ALICE) - held_for_index(ALICE));
	});
}

#[test]
fn pin_takes_every_record_of_a_list() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		for number in 0..11 {
			assert_ok!(pin(ALICE, number, 11));
		}
		assert_eq!(held_for_pins(ALICE), 11 * pin_deposit(&descriptor(0)));
	});
}

#[test]
fn pin_keeps_twins_apart() {
	build_and_execute(|| {
		for twin in [ALICE, BOB] {
			assert_ok!(append(twin, &leaves(0..2)));
			assert_ok!(pin(twin, 1, 2));
		}
		assert_eq!(held_for_pins(ALICE), held_for_pins(BOB));
		assert!(Pinned::<Test>::contains_key(1, 1) && Pinned::<Test>::contains_key(2, 1));
	});
}

#[test]
fn pin_takes_the_largest_descriptor() {
	build_and_execute(|| {
		let largest = largest_descriptor();
		assert_eq!(largest.encoded_size(), 1_505);
		assert_ok!(pin_alone(largest.clone()));
		assert_eq!(held_for_pins(ALICE), pin_deposit(&largest));
	});
}

#[test]
fn pin_takes_the_longest_proof() {
	build_and_execute(|| {
		let siblings: Vec<_> = (0..63).map(|height| [height; 32]).collect();
		let top = siblings
			.iter()
			.fold(leaf(&descriptor(0)), |node, right| node_hash::<Blake2b256>(&node, right));
		let mut peaks = vec![[0; 32]; 64];
		peaks[0] = top;
		set_index(u64::MAX, peaks);

		let longer = bounded([&siblings[..], &[[63; 32]]].concat());
		let result = Records::pin(signed(ALICE), 0, descriptor(0), longer);
		assert_noop!(result, Error::<Test>::ProofRejected);
		assert_ok!(Records::pin(signed(ALICE), 0, descriptor(0), bounded(siblings)));
	});
}

#[test]
fn pin_leaves_exactly_the_existential_deposit() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		let bytes = pin_deposit(&descriptor(0)) - PER_ITEM;
		ItemPrice::set(free(ALICE) - EXISTENTIAL_DEPOSIT - bytes);
		assert_ok!(pin(ALICE, 0, 1));
		assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn pin_fails_when_the_existential_deposit_would_be_touched() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		let bytes = pin_deposit(&descriptor(0)) - PER_ITEM;
		ItemPrice::set(free(ALICE) - EXISTENTIAL_DEPOSIT - bytes + 1);
		assert_noop!(pin(ALICE, 0, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn pin_fails_when_the_record_does_not_exist() {
	build_and_execute(|| {
		let none = || bounded(vec![]);
		let result = Records::pin(signed(ALICE), 0, descriptor(0), none());
		assert_noop!(result, Error::<Test>::RecordNotFound);
		assert_ok!(append(ALICE, &leaves(0..11)));
		for number in [11, u64::MAX] {
			let result = Records::pin(signed(ALICE), number, descriptor(10), none());
			assert_noop!(result, Error::<Test>::RecordNotFound);
		}
		assert_ok!(Records::pin(signed(ALICE), 10, descriptor(10), none()));
	});
}

#[test]
fn pin_fails_when_already_pinned() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..2)));
		assert_ok!(pin(ALICE, 0, 2));
		assert_noop!(pin(ALICE, 0, 2), Error::<Test>::AlreadyPinned);
	});
}

#[test]
fn pin_fails_when_the_descriptor_is_another() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		let result = Records::pin(signed(ALICE), 6, descriptor(7), proof(6, 11));
		assert_noop!(result, Error::<Test>::ProofRejected);
		let changed = Descriptor { size: 1_001, ..descriptor(6) };
		let result = Records::pin(signed(ALICE), 6, changed, proof(6, 11));
		assert_noop!(result, Error::<Test>::ProofRejected);
	});
}

#[test]
fn pin_fails_when_the_number_is_another() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		for number in [5, 7] {
			let result = Records::pin(signed(ALICE), number, descriptor(6), proof(6, 11));
			assert_noop!(result, Error::<Test>::ProofRejected);
		}
	});
}

#[test]
fn pin_fails_when_a_hash_is_changed_missing_or_added() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		let right = proof(6, 11).into_inner();
		let mut changed = right.clone();
		changed[2][31] ^= 0x80;
		let shorter = right[..2].to_vec();
		let longer = [&right[..], &[[0; 32]]].concat();
		for wrong in [changed, shorter, longer, vec![]] {
			let result = Records::pin(signed(ALICE), 6, descriptor(6), bounded(wrong));
			assert_noop!(result, Error::<Test>::ProofRejected);
		}
		assert_ok!(Records::pin(signed(ALICE), 6, descriptor(6), bounded(right)));
	});
}

#[test]
fn pin_fails_when_the_proof_is_of_another_twin() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..4)));
		assert_ok!(append(BOB, &leaves(1..5)));
		assert_noop!(pin(BOB, 1, 4), Error::<Test>::ProofRejected);
		assert_ok!(pin(ALICE, 1, 4));
	});
}

#[test]
fn pin_needs_a_new_proof_when_a_mountain_is_complete() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		let early = proof(2, 3);
		assert_ok!(append(ALICE, &leaves(3..4)));
		let result = Records::pin(signed(ALICE), 2, descriptor(2), early);
		assert_noop!(result, Error::<Test>::ProofRejected);
		assert_ok!(pin(ALICE, 2, 4));
	});
}

#[test]
fn pin_takes_an_earlier_proof_of_a_complete_mountain() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..4)));
		let early = proof(2, 4);
		assert_ok!(append(ALICE, &leaves(4..7)));
		assert_ok!(Records::pin(signed(ALICE), 2, descriptor(2), early));
	});
}

#[test]
fn pin_fails_when_a_leaf_is_no_hash_of_a_descriptor() {
	build_and_execute(|| {
		// Anybody may append anything; nothing can be shown for it.
		let unhashed = leaf_hash::<Blake2b256>(&leaf(&descriptor(0)));
		assert_ok!(append(ALICE, &[unhashed]));
		assert_noop!(pin(ALICE, 0, 1), Error::<Test>::ProofRejected);
	});
}

#[test]
fn pin_fails_when_the_media_type_is_malformed() {
	build_and_execute(|| {
		let media_type = bounded(b"Text/plain".to_vec());
		assert_ok!(append(ALICE, &leaves(0..1)));
		let wrong = Descriptor { media_type, ..descriptor(0) };
		let result = Records::pin(signed(ALICE), 0, wrong, bounded(vec![]));
		assert_noop!(result, Error::<Test>::MediaTypeMalformed);
	});
}

#[test]
fn pin_fails_when_nobody_can_open_it() {
	build_and_execute(|| {
		let encryption = Encryption::Envelopes(bounded(vec![]));
		assert_ok!(append(ALICE, &leaves(0..1)));
		let wrong = Descriptor { encryption, ..descriptor(0) };
		let result = Records::pin(signed(ALICE), 0, wrong, bounded(vec![]));
		assert_noop!(result, Error::<Test>::NoEnvelope);
	});
}

#[test]
fn pin_fails_when_the_dispersal_is_malformed() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		for needed in [0, 3] {
			let dispersal = Some(Dispersal { needed, shards: bounded(vec![1, 2]) });
			let wrong = Descriptor { dispersal, ..descriptor(0) };
			let result = Records::pin(signed(ALICE), 0, wrong, bounded(vec![]));
			assert_noop!(result, Error::<Test>::DispersalMalformed);
		}
	});
}

#[test]
fn pin_fails_when_not_a_controller() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		assert_noop!(pin(CAROL, 0, 1), NOT_ACTING);
		// Bob's twin is another, which has no record.
		assert_noop!(pin(BOB, 0, 1), Error::<Test>::RecordNotFound);
	});
}

#[test]
fn pin_fails_when_the_twin_is_deactivated() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		deactivate(1);
		assert_noop!(pin(ALICE, 0, 1), NOT_ACTING);
	});
}

#[test]
fn pin_fails_unless_signed() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let result = Records::pin(origin, 0, descriptor(0), bounded(vec![]));
			assert_noop!(result, BadOrigin);
		}
	});
}
