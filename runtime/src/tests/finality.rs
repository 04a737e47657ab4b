//! Finality is lost with too many validators: the council hands it to the rest, and nothing holds
//! that up.

use super::{chain, check_state, Call};
use crate::{
	configs::governance::CouncilInstance, AccountId, Brakes, Grandpa, Runtime, RuntimeOrigin,
	Session, SessionKeys, System, Validators,
};
use codec::{Decode, Encode};
use frame_support::{
	assert_err_ignore_postinfo, assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{Hooks, KeyOwnerProofSystem},
};
use pallet_brakes::{Brake, CallName};
use pallet_grandpa::{CurrentSetId, PendingChange};
use sp_consensus_grandpa::{ConsensusLog, GRANDPA_ENGINE_ID};
use sp_core::{crypto::key_types::GRANDPA, ed25519, Pair};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::{
	traits::{Dispatchable, Hash},
	DigestItem, DispatchError,
};

const DELAY: u32 = pallet_validators::MIN_RESTORE_DELAY;

type GrandpaError = pallet_grandpa::Error<Runtime>;

fn account(of: Sr25519Keyring) -> AccountId {
	of.to_account_id()
}

fn restore(lost: &[Sr25519Keyring], last_finalized: u32, set_id: u64) -> Call {
	let lost: Vec<_> = lost.iter().map(|who| account(*who)).collect();
	Call::Validators(pallet_validators::Call::restore_finality {
		lost: lost.try_into().expect("no more than can validate"),
		last_finalized,
		set_id,
		delay: DELAY,
	})
}

/// Makes a call as a transaction of `by` would: through every filter.
fn make(by: Sr25519Keyring, call: impl Into<Call>) {
	assert_ok!(call.into().dispatch(RuntimeOrigin::signed(account(by))));
}

/// Has Alice and Bob, two of a council of three, pass a motion; what its call came to.
fn pass(call: &Call) -> Result<(), DispatchError> {
	type Motion = pallet_collective::Call<Runtime, CouncilInstance>;
	let length_bound = call.encoded_size() as u32;
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(call);
	make(Alice, Motion::propose { threshold: 2, proposal: Box::new(call.clone()), length_bound });
	for member in [Alice, Bob] {
		make(member, Motion::vote { proposal: hash, index, approve: true });
	}
	System::reset_events();
	let proposal_weight_bound = call.get_dispatch_info().call_weight;
	make(Dave, Motion::close { proposal_hash: hash, index, proposal_weight_bound, length_bound });
	let executed = System::read_events_for_pallet::<pallet_collective::Event<_, CouncilInstance>>();
	executed
		.into_iter()
		.find_map(|event| match event {
			pallet_collective::Event::Executed { result, .. } => Some(result),
			_ => None,
		})
		.expect("the motion passed")
}

/// A session whose validators have changed: Alice's witness key is another.
fn next_session_with_other_keys() {
	// BABE insists on having begun the block.
	pallet_babe::Initialized::<Runtime>::put(Option::<sp_consensus_babe::digests::PreDigest>::None);
	System::set_block_number(System::block_number() + 1);
	let mut keys: SessionKeys =
		pallet_session::NextKeys::<Runtime>::get(account(Alice)).expect("Alice has keys");
	let number = System::block_number().to_le_bytes();
	let witness = [&number[..], &[7; 28]].concat();
	keys.witness = Decode::decode(&mut &witness[..]).expect("any 32 bytes are a key");
	pallet_session::NextKeys::<Runtime>::insert(account(Alice), keys);
	Session::rotate_session();
	Grandpa::on_finalize(System::block_number());
	System::set_block_number(System::block_number() + 1);
}

/// Two votes of Bob in one round of authority set `set_id`, and the proof that the key is his.
fn double_vote(set_id: u64) -> pallet_grandpa::Call<Runtime> {
	let bob = ed25519::Pair::from_string("//Bob//grandpa", None).expect("is a path");
	let vote = |block: u8| {
		let vote = ([block; 32], 1u32);
		let payload = (0u8, vote, 1u64, set_id).encode();
		(vote, bob.sign(&payload))
	};
	let proof = (set_id, 0u8, 1u64, bob.public(), vote(1), vote(2)).encode();
	let equivocation_proof = Decode::decode(&mut &proof[..]).expect("is a proof");
	let key_owner_proof = Validators::prove((GRANDPA, bob.public().to_vec())).expect("validates");
	pallet_grandpa::Call::report_equivocation {
		equivocation_proof: Box::new(equivocation_proof),
		key_owner_proof,
	}
}

#[test]
fn council_restores_finality_under_every_brake() {
	chain("local_testnet").execute_with(|| {
		let named = CallName::new("Validators", "restore_finality").expect("short names");
		assert_noop!(
			Brakes::apply(RuntimeOrigin::root(), Brake::Call(named), 100),
			pallet_brakes::Error::<Runtime>::Unstoppable
		);
		assert_ok!(Brakes::apply(RuntimeOrigin::root(), Brake::SafeMode, 100));

		assert_ok!(pass(&restore(&[Charlie, Dave], 0, 0)));
		let left = [account(Alice), account(Bob)];
		assert_eq!(pallet_validators::Approved::<Runtime>::get()[..], left);
		Grandpa::on_finalize(System::block_number());
		let forced = System::digest().logs().iter().any(|item| match item {
			DigestItem::Consensus(GRANDPA_ENGINE_ID, log) => matches!(
				ConsensusLog::<u32>::decode(&mut &log[..]),
				Ok(ConsensusLog::ForcedChange(0, change)) if change.next_authorities.len() == 2
			),
			_ => false,
		});
		assert!(forced, "nodes are told of the change");
		for _ in 0..DELAY {
			assert_eq!(Grandpa::grandpa_authorities().len(), 4);
			System::set_block_number(System::block_number() + 1);
			Grandpa::on_finalize(System::block_number());
		}
		assert_eq!(Grandpa::grandpa_authorities().len(), 2);
		check_state();
	});
}

#[test]
fn less_than_two_thirds_of_the_council_restores_nothing() {
	use pallet_collective::RawOrigin;
	chain("local_testnet").execute_with(|| {
		let origins: [RuntimeOrigin; 3] = [
			RuntimeOrigin::signed(account(Alice)),
			RawOrigin::<AccountId, CouncilInstance>::Member(account(Alice)).into(),
			RawOrigin::<AccountId, CouncilInstance>::Members(1, 3).into(),
		];
		for origin in origins {
			let done = restore(&[Charlie], 0, 0).dispatch(origin);
			assert_err_ignore_postinfo!(done, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn sets_that_nodes_never_followed_are_not_counted_and_offences_are_proved_again() {
	chain("local_testnet").execute_with(|| {
		// Final up to block 1. Each of these announces a set that nodes don't come to follow.
		for _ in 0..4 {
			next_session_with_other_keys();
		}
		let announced = CurrentSetId::<Runtime>::get();
		assert!(announced > 1, "{announced}");
		let wrong = pallet_validators::Error::<Runtime>::OtherAuthoritySet;
		assert_eq!(pass(&restore(&[Charlie, Dave], 1, announced)), Err(wrong.into()));
		assert_ok!(pass(&restore(&[Charlie, Dave], 1, 0)));
		// Nodes will be at set 1.
		assert_eq!(CurrentSetId::<Runtime>::get(), 1);
		for _ in 0..=DELAY {
			Grandpa::on_finalize(System::block_number());
			System::set_block_number(System::block_number() + 1);
		}
		assert!(!PendingChange::<Runtime>::exists());

		for never in [2, announced] {
			let reported =
				Call::from(double_vote(never)).dispatch(RuntimeOrigin::signed(account(Alice)));
			assert_err_ignore_postinfo!(reported, GrandpaError::InvalidEquivocationProof);
		}
		make(Alice, double_vote(1));
		let left = pallet_validators::Candidacies::<Runtime>::get(account(Bob)).expect("has one");
		assert!(left.slashed > 0, "the offence cost something");
		check_state();
	});
}
