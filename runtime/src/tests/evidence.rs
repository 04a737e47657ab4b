//! Evidence: whoever signed twice in a session answers for it, whatever keys it has registered
//! since, in that session and as long as the offence window is open.

use super::{account, check_state, signed, Call};
use crate::{
	presets, AccountId, Babe, Block, Executive, Hash, Header, Runtime, RuntimeEvent, RuntimeOrigin,
	Session, SessionKeys, System, UncheckedExtrinsic, Validators,
};
use codec::{Decode, Encode};
use frame_support::{assert_ok, traits::Get};
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	runtime_decl_for_babe_api::BabeApi,
	EquivocationProof, Slot,
};
use sp_consensus_grandpa::{runtime_decl_for_grandpa_api::GrandpaApi, RoundNumber, SetId};
use sp_core::{ed25519, proof_of_possession::ProofOfPossessionGenerator, sr25519, Pair};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::{
	traits::Header as _, transaction_validity::TransactionValidityError, Digest, DigestItem,
	DispatchResult,
};
use sp_staking::SessionIndex;

/// The preset's.
const WINDOW: SessionIndex = 4;

/// The secret half of a validator's session keys.
#[derive(Clone)]
struct Secrets {
	babe: sr25519::Pair,
	grandpa: ed25519::Pair,
	witness: sr25519::Pair,
}

impl Secrets {
	/// Those that the preset gives to a validator.
	fn at_genesis(name: &str) -> Self {
		Self::below(&format!("//{name}"))
	}

	/// Others for each number.
	fn made(number: u32) -> Self {
		Self::below(&format!("//made//{number}"))
	}

	fn below(path: &str) -> Self {
		Self {
			babe: pair(&format!("{path}//babe")),
			grandpa: pair(&format!("{path}//grandpa")),
			witness: pair(&format!("{path}//witness")),
		}
	}

	fn public(&self) -> SessionKeys {
		SessionKeys {
			babe: self.babe.public().into(),
			grandpa: self.grandpa.public().into(),
			witness: self.witness.public().into(),
		}
	}

	/// Have `owner` register them.
	fn register(mut self, owner: &AccountId) {
		let bytes = owner.encode();
		let proof = [
			self.babe.generate_proof_of_possession(&bytes).encode(),
			self.grandpa.generate_proof_of_possession(&bytes).encode(),
			self.witness.generate_proof_of_possession(&bytes).encode(),
		];
		assert_ok!(Session::set_keys(signed(owner), self.public(), proof.concat()));
	}
}

fn pair<P: Pair>(path: &str) -> P {
	P::from_string(path, None).expect("is a path")
}

/// Which kind of message was signed twice.
#[derive(Clone, Copy, Debug)]
enum Kind {
	Block,
	Vote,
}

const KINDS: [Kind; 2] = [Kind::Block, Kind::Vote];

/// When something was signed.
#[derive(Clone, Copy)]
struct Moment {
	slot: Slot,
	set: SetId,
}

/// The moment of the newest block.
fn now() -> Moment {
	Moment { slot: Babe::current_slot(), set: pallet_grandpa::CurrentSetId::<Runtime>::get() }
}

/// The proof of whose key it was. What was signed differs each time: signatures take a random number.
fn proof_in(evidence: &Call) -> Vec<u8> {
	match evidence {
		Call::Babe(pallet_babe::Call::report_equivocation_unsigned { key_owner_proof, .. }) => {
			key_owner_proof.encode()
		},
		Call::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
			key_owner_proof,
			..
		}) => key_owner_proof.encode(),
		other => panic!("{other:?} is no evidence"),
	}
}

/// Both messages of one who signed twice, and whose key it was; none if the chain can't say.
fn evidence(kind: Kind, by: &Secrets, at: Moment) -> Option<Call> {
	Some(match kind {
		Kind::Block => {
			let offender = by.public().babe;
			let ownership = <Runtime as BabeApi<Block>>::generate_key_ownership_proof(
				at.slot,
				offender.clone(),
			)?;
			let equivocation_proof = Box::new(EquivocationProof {
				offender,
				slot: at.slot,
				first_header: sealed(at.slot, 1, by),
				second_header: sealed(at.slot, 2, by),
			});
			let key_owner_proof = ownership.decode()?;
			Call::Babe(pallet_babe::Call::report_equivocation_unsigned {
				equivocation_proof,
				key_owner_proof,
			})
		},
		Kind::Vote => {
			let offender = by.public().grandpa;
			let ownership = <Runtime as GrandpaApi<Block>>::generate_key_ownership_proof(
				at.set,
				offender.clone(),
			)?;
			let round: RoundNumber = 7;
			// As GRANDPA encodes a prevote, and what is signed of it.
			let vote = |state: u8| {
				let target = (Hash::repeat_byte(state), 1u32);
				let signature = by.grandpa.sign(&(0u8, target, round, at.set).encode());
				(target, signature)
			};
			let encoded = (at.set, 0u8, round, offender, vote(1), vote(2)).encode();
			let equivocation_proof = Box::new(Decode::decode(&mut &encoded[..]).expect("decodes"));
			let key_owner_proof = ownership.decode()?;
			Call::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
				equivocation_proof,
				key_owner_proof,
			})
		},
	})
}

/// A block for `slot`, as far as a report shows it.
fn sealed(slot: Slot, state: u8, by: &Secrets) -> Header {
	let mut header = header_for(slot, 1, 0, Hash::repeat_byte(state));
	let seal = by.babe.sign(header.hash().as_ref());
	header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
	header
}

fn header_for(slot: Slot, number: u32, authority_index: u32, parent: Hash) -> Header {
	let pre_digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { slot, authority_index });
	let logs = vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(pre_digest)];
	Header::new(number, Hash::zero(), Hash::zero(), parent, Digest { logs })
}

/// Make a block for `slot` with `calls` that need no signature.
fn make_block(
	slot: Slot,
	calls: impl IntoIterator<Item = Call>,
) -> Vec<Result<DispatchResult, TransactionValidityError>> {
	// Who is disabled makes no block, so somebody else does: who that is plays no part.
	let disabled = Session::disabled_validators();
	let author = (0..).find(|index| !disabled.contains(index)).expect("somebody isn't disabled");
	System::reset_events();
	let number = System::block_number() + 1;
	Executive::initialize_block(&header_for(slot, number, author, System::parent_hash()));
	let now = *slot * Babe::slot_duration();
	let time = Call::Timestamp(pallet_timestamp::Call::set { now });
	let results = [time]
		.into_iter()
		.chain(calls)
		.map(|call| Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(call)))
		.skip(1)
		.collect();
	Executive::finalize_block();
	results
}

fn next_slot() -> Slot {
	Babe::current_slot() + 1
}

/// Slots of a session.
fn session_slots() -> u64 {
	<<Runtime as pallet_babe::Config>::EpochDuration as Get<u64>>::get()
}

/// Make the block that opens the next session.
fn open_session() {
	let before = Session::current_index();
	make_block(Babe::current_epoch_start() + session_slots(), []);
	assert_eq!(Session::current_index(), before + 1);
	check_state();
}

/// Run `test` on the chain of four validators, in its first block.
fn on_chain(test: impl FnOnce()) {
	presets::tests::build("local_testnet").execute_with(|| {
		make_block(Slot::from(1_000), []);
		test();
		check_state();
	});
}

/// Report `call` in the next block, and insist that it costs `offender` for `session`.
fn assert_costs(call: Call, offender: &AccountId, session: SessionIndex, what: &str) {
	let results = make_block(next_slot(), [call]);
	assert_eq!(results, [Ok(Ok(()))], "{what}");
	let slashed = System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::Validators(pallet_validators::Event::BondSlashed {
			validator,
			session,
			..
		}) => Some((validator, session)),
		_ => None,
	});
	assert_eq!(slashed, Some((offender.clone(), session)), "{what}");
}

/// Report `call` in the next block, and insist that it is refused.
fn assert_refused(call: Call) {
	let results = make_block(next_slot(), [call]);
	assert!(results.iter().all(|result| !matches!(result, Ok(Ok(())))), "{results:?}");
}

/// The secrets that Dave uses in `session` if he registers new ones in each.
fn used_in(session: SessionIndex) -> Secrets {
	session.checked_sub(2).map_or(Secrets::at_genesis("Dave"), Secrets::made)
}

/// Run to `session`; in each, this one too, Dave registers new keys. Returns a moment of each.
fn rotate_until(session: SessionIndex) -> Vec<Moment> {
	let mut moments = Vec::new();
	loop {
		let current = Session::current_index();
		make_block(next_slot(), []);
		Secrets::made(current).register(&account(Dave));
		moments.push(now());
		if current == session {
			return moments;
		}
		open_session();
	}
}

#[test]
fn new_keys_in_every_session_are_no_immunity() {
	for kind in KINDS {
		for session in 0..=WINDOW + 2 {
			on_chain(|| {
				rotate_until(session);
				let what = format!("{kind:?} in session {session}");
				let call = evidence(kind, &used_in(session), now()).expect(&what);
				assert_costs(call, &account(Dave), session, &what);
			});
		}
	}
}

#[test]
fn an_honest_report_of_an_earlier_session_holds() {
	for kind in KINDS {
		for age in 0..=WINDOW {
			on_chain(|| {
				// The proof is from then, the report comes later.
				let session = 2;
				rotate_until(session);
				let call = evidence(kind, &used_in(session), now());
				for later in session..session + age {
					Secrets::made(100 + later).register(&account(Dave));
					open_session();
				}
				let what = format!("{kind:?}, {age} sessions ago");
				assert_costs(call.expect(&what), &account(Dave), session, &what);
			});
		}
	}
}

#[test]
fn an_offence_can_be_proven_until_the_window_closes() {
	for kind in KINDS {
		for age in 0..=WINDOW + 1 {
			on_chain(|| {
				let last = WINDOW + 3;
				let moments = rotate_until(last);
				let session = last - age;
				let call = evidence(kind, &used_in(session), moments[session as usize]);
				let what = format!("{kind:?}, {age} sessions ago");
				if age <= WINDOW {
					assert_costs(call.expect(&what), &account(Dave), session, &what);
				} else {
					assert!(call.is_none(), "{what}");
				}
			});
		}
	}
}

#[test]
fn a_key_answers_for_who_used_it_in_that_session() {
	for kind in KINDS {
		on_chain(|| {
			// Dave's first keys are in use in sessions 0 and 1, and Charlie's from session 4 on.
			let shared = Secrets::at_genesis("Dave");
			Secrets::made(0).register(&account(Dave));
			open_session();
			let (then, by_then) = (now(), evidence(kind, &shared, now()).expect("Dave's"));
			open_session();
			shared.clone().register(&account(Charlie));
			open_session();
			open_session();

			let today = evidence(kind, &shared, now()).expect("Charlie's");
			let of_then = evidence(kind, &shared, then).expect("Dave's");
			assert_eq!(proof_in(&by_then), proof_in(&of_then));
			assert_costs(of_then, &account(Dave), 1, "then");
			assert_costs(today, &account(Charlie), 4, "today");
		});
	}
}

#[test]
fn a_removed_validator_without_keys_answers_until_its_bond_is_free() {
	for kind in KINDS {
		for age in [0, WINDOW, WINDOW + 1] {
			on_chain(|| {
				let dave = Secrets::at_genesis("Dave");
				assert_ok!(Validators::remove(RuntimeOrigin::root(), account(Dave)));
				assert_ok!(Session::purge_keys(signed(&account(Dave))));
				open_session();
				// Session 1 is his last.
				let (then, call) = (now(), evidence(kind, &dave, now()).expect("he serves"));
				(0..age).for_each(|_| open_session());
				if age <= WINDOW {
					assert!(Validators::withdraw_bond(signed(&account(Dave))).is_err());
					assert_costs(call, &account(Dave), 1, "in the window");
				} else {
					assert_refused(call);
					assert!(evidence(kind, &dave, then).is_none());
					assert_ok!(Validators::withdraw_bond(signed(&account(Dave))));
				}
			});
		}
	}
}

#[test]
fn blocks_that_open_a_session_can_be_reported() {
	on_chain(|| {
		for _ in 0..3 {
			open_session();
		}
		let dave = Secrets::at_genesis("Dave");
		let opening = now();
		let call = evidence(Kind::Block, &dave, opening).expect("it is this session's");
		// The same from the state of a later block, and of a later session.
		make_block(next_slot(), []);
		let later = || evidence(Kind::Block, &dave, opening).as_ref().map(proof_in);
		assert_eq!(later(), Some(proof_in(&call)));
		open_session();
		assert_eq!(later(), Some(proof_in(&call)));
		assert_costs(call, &account(Dave), 3, "the opening block");
	});
}

#[test]
fn a_block_of_a_session_to_come_cannot_be_proven_yet() {
	on_chain(|| {
		open_session();
		let slot = Babe::current_epoch_start() + session_slots();
		let dave = Secrets::at_genesis("Dave");
		let opening = Moment { slot, set: 0 };
		assert!(evidence(Kind::Block, &dave, opening).is_none());
		open_session();
		assert_eq!(now().slot, slot);
		let call = evidence(Kind::Block, &dave, opening).expect("now it can");
		assert_costs(call, &account(Dave), 2, "the opening block");
	});
}

#[test]
fn sessions_are_told_although_epochs_were_skipped() {
	on_chain(|| {
		let mut moments = rotate_until(2);
		// Nobody makes a block in epochs 3 to 6; session 3 is in epoch 7.
		make_block(Babe::current_epoch_start() + 5 * session_slots(), []);
		assert_eq!(Session::current_index(), 3);
		moments.push(now());
		open_session();
		moments.push(now());
		for (session, moment) in (0..).zip(&moments) {
			let key = used_in(session.min(4));
			let call = evidence(Kind::Block, &key, *moment).expect("it can be proven");
			// Dave is charged once for each session.
			assert_costs(call, &account(Dave), session, &format!("session {session}"));
		}
	});
}

#[test]
fn who_else_is_in_the_set_is_not_charged() {
	for kind in KINDS {
		on_chain(|| {
			rotate_until(3);
			let bonds = |who| Validators::candidacy(account(who)).map(|it| it.slashed);
			let call = evidence(kind, &used_in(3), now()).expect("it is in use");
			assert_costs(call, &account(Dave), 3, "Dave");
			assert_eq!([Alice, Bob, Charlie].map(bonds), [Some(0); 3]);
			// Keys that he has registered and not used yet are nobody's.
			assert!(evidence(kind, &Secrets::made(3), now()).is_none());
			assert!(evidence(kind, &Secrets::made(77), now()).is_none());
		});
	}
}
