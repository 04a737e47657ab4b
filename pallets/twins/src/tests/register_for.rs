//! `register_for`.

use crate::{mock::*, *};
use frame::{
	deps::{
		sp_core::{ecdsa, ed25519, Pair},
		sp_runtime::{MultiSignature, MultiSigner, TokenError},
	},
	testing_prelude::*,
};
use ourledger_primitives::twin::{Profile, TwinKind};

fn wrapped(payload: &[u8]) -> Vec<u8> {
	[b"<Bytes>", payload, b"</Bytes>"].concat()
}

#[test]
fn register_for_enters_a_newcomer_without_money() {
	build_and_execute(|| {
		assert!(!System::account_exists(&id(Eve)));
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		assert_ok!(sponsor(Alice, Eve, permit, signature));

		assert_eq!(
			events(),
			[Event::TwinRegistered {
				twin: 1,
				kind: TwinKind::Person,
				controller: id(Eve),
				depositor: id(Alice),
				profile: full_profile(),
			}]
		);
		assert_eq!(Numbers::<Test>::get(id(Eve)), Some(1));
		assert_eq!(Numbers::<Test>::get(id(Alice)), None);
		assert_eq!(twin(1).controller, id(Eve));
		assert_eq!(twin(1).depositor, id(Alice));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT);
		assert_eq!((free(Eve), held(Eve)), (0, (0, 0, 0)));
		assert_eq!(System::account_nonce(id(Eve)), 1);
		assert_eq!(System::providers(&id(Eve)), 1);
		assert_eq!(Made::get(), []);
	});
}

#[test]
fn register_for_accepts_a_wrapped_payload() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&wrapped(&payload_for(Alice, &permit)));
		assert_ok!(sponsor(Alice, Eve, permit, signature));
	});
}

#[test]
fn register_for_accepts_every_kind_of_signature() {
	build_and_execute(|| {
		let permit = Permit { nonce: 0, expires: START };
		let payload = payload_for(Alice, &permit);
		let ed = ed25519::Pair::from_seed(&[1; 32]);
		let ec = ecdsa::Pair::from_seed(&[2; 32]);
		let signers: [(MultiSigner, MultiSignature); 2] = [
			(ed.public().into(), ed.sign(&payload).into()),
			(ec.public().into(), ec.sign(&payload).into()),
		];
		for (signer, signature) in signers {
			assert_ok!(TwinsPallet::register_for(
				signed(Alice),
				TwinKind::Person,
				full_profile(),
				signer.into_account(),
				permit,
				signature
			));
		}
	});
}

#[test]
fn register_for_signs_what_the_design_says() {
	build_and_execute(|| {
		let permit = Permit { nonce: 7, expires: 9 };
		let profile = full_profile();
		let payload = TwinsPallet::payload(&id(Alice), TwinKind::Device, &profile, &permit);
		let mut expected = b"ourledger/register-for/v1".to_vec();
		expected.extend(System::block_hash(0).0);
		expected.extend(<[u8; 32]>::from(id(Alice)));
		expected.push(3);
		expected.extend([4 << 2, b'Z', b'o', 0xc3, 0xab, 1]);
		expected.extend([7; 32]);
		expected.extend([1, b'B', b'E']);
		// The mock's nonce has four bytes, its block number eight.
		expected.extend(7u32.to_le_bytes());
		expected.extend(9u64.to_le_bytes());
		assert_eq!(payload, expected);
		assert_ne!(System::block_hash(0), Default::default());
	});
}

#[test]
fn register_for_lets_the_newcomer_act_for_the_twin() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		assert_ok!(TwinsPallet::set_profile(signed(Eve), named("eve")));
		assert_ok!(TwinsPallet::set_endpoints(signed(Eve), endpoint_list(&["mailto:eve@x.org"])));
		assert_noop!(
			TwinsPallet::set_profile(signed(Alice), named("alice's")),
			Error::<Test>::NotController
		);
		assert_eq!((free(Eve), held(Eve)), (0, (0, 0, 0)));
	});
}

#[test]
fn register_for_takes_a_newcomer_that_has_sent_transactions() {
	build_and_execute(|| {
		for _ in 0..3 {
			System::inc_account_nonce(id(Bob));
		}
		register_for(Alice, Bob);
		assert_eq!(System::account_nonce(id(Bob)), 4);
		assert_eq!(free(Bob), ENDOWMENT);
	});
}

#[test]
fn register_for_needs_no_twin_of_the_sponsor_and_minds_none() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		register(Alice);
		register_for(Alice, Ferdie);
		assert_eq!(held(Alice), (3 * TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn register_for_is_valid_in_the_last_block_of_the_permit() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		System::set_block_number(permit.expires);
		assert_ok!(sponsor(Alice, Eve, permit, signature));
	});
}

#[test]
fn register_for_fails_when_the_permit_has_expired() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		System::set_block_number(permit.expires + 1);
		assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipExpired);
	});
}

#[test]
fn register_for_fails_when_the_time_is_over_that_took_few_blocks() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		Blockless::set(11);
		assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipExpired);
		Blockless::set(10);
		assert_ok!(sponsor(Alice, Eve, permit, signature));
	});
}

#[test]
fn register_for_limits_how_far_ahead_a_permit_expires() {
	build_and_execute(|| {
		let latest = Permit { nonce: 0, expires: START + MAX_SPONSORSHIP_TICKS };
		let later = Permit { expires: latest.expires + 1, ..latest };
		let never = Permit { expires: u64::MAX, ..latest };
		for permit in [later, never] {
			let signature = Eve.sign(&payload_for(Alice, &permit));
			assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipTooLong);
		}
		let signature = Eve.sign(&payload_for(Alice, &latest));
		assert_ok!(sponsor(Alice, Eve, latest, signature));
	});
}

#[test]
fn register_for_fails_when_replayed() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		assert_ok!(sponsor(Alice, Eve, permit, signature));
		assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipReplayed);
		deactivate(Eve);
		assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipReplayed);
	});
}

#[test]
fn register_for_fails_when_the_newcomer_has_sent_a_transaction_since() {
	build_and_execute(|| {
		let permit = permit_of(Bob);
		let signature = Bob.sign(&payload_for(Alice, &permit));
		System::inc_account_nonce(id(Bob));
		assert_noop!(sponsor(Alice, Bob, permit, signature), Error::<Test>::SponsorshipReplayed);
	});
}

#[test]
fn register_for_fails_when_the_nonce_is_ahead() {
	build_and_execute(|| {
		let permit = Permit { nonce: 1, ..permit_of(Eve) };
		let signature = Eve.sign(&payload_for(Alice, &permit));
		assert_noop!(sponsor(Alice, Eve, permit, signature), Error::<Test>::SponsorshipNonceAhead);
	});
}

#[test]
fn register_for_fails_when_another_signed() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let payload = payload_for(Alice, &permit);
		for signature in [Alice.sign(&payload), Bob.sign(&payload), Ferdie.sign(&wrapped(&payload))]
		{
			assert_noop!(
				sponsor(Alice, Eve, permit, signature),
				Error::<Test>::BadSponsorshipSignature
			);
		}
	});
}

#[test]
fn register_for_fails_when_another_sponsor_submits() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		assert_noop!(sponsor(Bob, Eve, permit, signature), Error::<Test>::BadSponsorshipSignature);
		assert_ok!(sponsor(Alice, Eve, permit, signature));
	});
}

#[test]
fn register_for_fails_when_signed_for_another_chain() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let genesis = System::block_hash(0);
		frame_system::BlockHash::<Test>::insert(0, frame::hashing::H256::repeat_byte(1));
		let foreign = Eve.sign(&payload_for(Alice, &permit));
		frame_system::BlockHash::<Test>::insert(0, genesis);
		assert_noop!(sponsor(Alice, Eve, permit, foreign), Error::<Test>::BadSponsorshipSignature);
	});
}

#[test]
fn register_for_fails_when_anything_differs_from_what_was_signed() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = MultiSignature::from(Eve.sign(&payload_for(Alice, &permit)));
		let submit = |kind, profile, permit| {
			TwinsPallet::register_for(
				signed(Alice),
				kind,
				profile,
				id(Eve),
				permit,
				signature.clone(),
			)
		};
		let bad = DispatchError::from(Error::<Test>::BadSponsorshipSignature);
		assert_noop!(submit(TwinKind::Company, full_profile(), permit), bad);
		assert_noop!(submit(TwinKind::Person, named("Zoë"), permit), bad);
		let logo = Profile { logo: Some([8; 32]), ..full_profile() };
		assert_noop!(submit(TwinKind::Person, logo, permit), bad);
		let later = Permit { expires: permit.expires + 1, ..permit };
		assert_noop!(submit(TwinKind::Person, full_profile(), later), bad);
		assert_ok!(submit(TwinKind::Person, full_profile(), permit));
	});
}

#[test]
fn register_for_fails_when_signed_for_another_nonce() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &Permit { nonce: 1, ..permit }));
		assert_noop!(
			sponsor(Alice, Eve, permit, signature),
			Error::<Test>::BadSponsorshipSignature
		);
	});
}

#[test]
fn register_for_fails_when_wrapped_otherwise() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let payload = payload_for(Alice, &permit);
		let twice = wrapped(&wrapped(&payload));
		let open = [&b"<Bytes>"[..], &payload].concat();
		let hashed = frame::hashing::blake2_256(&payload).to_vec();
		for message in [twice, open, hashed] {
			assert_noop!(
				sponsor(Alice, Eve, permit, Eve.sign(&message)),
				Error::<Test>::BadSponsorshipSignature
			);
		}
	});
}

#[test]
fn register_for_fails_when_the_newcomer_has_or_had_a_twin() {
	build_and_execute(|| {
		register(Bob);
		register(Charlie);
		deactivate(Charlie);
		for newcomer in [Bob, Charlie] {
			let permit = permit_of(newcomer);
			let signature = newcomer.sign(&payload_for(Alice, &permit));
			assert_noop!(
				sponsor(Alice, newcomer, permit, signature),
				Error::<Test>::ControllerTaken
			);
			assert_eq!(System::account_nonce(id(newcomer)), 0);
		}
	});
}

#[test]
fn register_for_fails_when_sponsor_and_newcomer_are_one() {
	build_and_execute(|| {
		let permit = permit_of(Alice);
		let signature = Alice.sign(&payload_for(Alice, &permit));
		assert_noop!(sponsor(Alice, Alice, permit, signature), Error::<Test>::SelfSponsored);
	});
}

#[test]
fn register_for_fails_when_the_profile_is_invalid() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let country = Profile { country: Some(*b"b1"), ..named("a") };
		for (profile, error) in [
			(named("\t"), Error::<Test>::InvalidDisplayName),
			(country, Error::<Test>::InvalidCountry),
		] {
			let payload = TwinsPallet::payload(&id(Alice), TwinKind::Person, &profile, &permit);
			assert_noop!(
				TwinsPallet::register_for(
					signed(Alice),
					TwinKind::Person,
					profile,
					id(Eve),
					permit,
					Eve.sign(&payload).into()
				),
				error
			);
		}
	});
}

#[test]
fn register_for_fails_when_the_sponsor_cannot_pay() {
	build_and_execute(|| {
		set_free(Alice, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT - 1);
		let permit = permit_of(Eve);
		let signature = Eve.sign(&payload_for(Alice, &permit));
		assert_noop!(sponsor(Alice, Eve, permit, signature), TokenError::FundsUnavailable);

		set_free(Alice, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT);
		assert_ok!(sponsor(Alice, Eve, permit, signature));
		assert_eq!(free(Alice), EXISTENTIAL_DEPOSIT);
	});
}

/// Each fault, in the order of checks: with a fault and all later ones, its error wins.
#[test]
fn register_for_checks_in_the_order_of_the_design() {
	build_and_execute(|| {
		register(Bob);
		let submit = |permit, signer: Sr25519Keyring| {
			let signature = signer.sign(&payload_for(Alice, &permit));
			sponsor(Alice, Bob, permit, signature)
		};
		System::inc_account_nonce(id(Bob));
		let late = START + MAX_SPONSORSHIP_TICKS + 1;
		let faults = [
			(START - 1, 0, Eve, Error::<Test>::SponsorshipExpired),
			(START - 1, 2, Eve, Error::<Test>::SponsorshipExpired),
			(late, 0, Eve, Error::<Test>::SponsorshipTooLong),
			(late, 2, Eve, Error::<Test>::SponsorshipTooLong),
			(START, 0, Eve, Error::<Test>::SponsorshipReplayed),
			(START, 2, Eve, Error::<Test>::SponsorshipNonceAhead),
			(START, 1, Eve, Error::<Test>::BadSponsorshipSignature),
			(START, 1, Bob, Error::<Test>::ControllerTaken),
		];
		for (expires, nonce, signer, error) in faults {
			assert_noop!(submit(Permit { nonce, expires }, signer), error);
		}
	});
}

#[test]
fn register_for_fails_unless_signed() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let signature = MultiSignature::from(Eve.sign(&payload_for(Alice, &permit)));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				TwinsPallet::register_for(
					origin,
					TwinKind::Person,
					full_profile(),
					id(Eve),
					permit,
					signature.clone()
				),
				BadOrigin
			);
		}
	});
}
