//! Of a meta-transaction, the preview doesn't need the signature.

use super::*;
use crate::tests::phonebook::{MetaCall, Signed};
use codec::DecodeAll;
use pallet_meta_tx::Event::Dispatched;
use sp_keyring::Sr25519Keyring::{Bob, Dave, Eve, One};

const SIGNER: Sr25519Keyring = Eve;
const SPONSOR: Sr25519Keyring = Dave;

/// The call that submits it, and the same call with a signature that doesn't fit.
fn both(inner: Call, signed: Signed) -> (Call, Vec<u8>) {
	let call = signed.call();
	let mut bytes = call.encode();
	// Behind pallet, call and the call within; the version, and what kind of signature it is.
	let at = 2 + inner.encoded_size() + 3;
	bytes[at..at + 64].fill(0);
	assert_ne!(bytes, call.encode());
	(call, bytes)
}

fn transfer(amount: Balance) -> Call {
	let (currency, to, reference) = (COIN, account(Bob), [1; 32]);
	pallet_currencies::Call::transfer { currency, to, amount, reference }.into()
}

/// What was told of the call within.
fn within(events: &[RuntimeEvent]) -> Option<DispatchResult> {
	events.iter().find_map(|event| match event {
		RuntimeEvent::MetaTx(Dispatched { result }) => {
			Some(result.map(|_| ()).map_err(|failed| failed.error))
		},
		_ => None,
	})
}

#[test]
fn what_it_does_is_told_before_it_is_signed() {
	market(|_| {
		for (amount, asset) in [(100, None), (Balance::MAX, None), (100, Some(local(COIN)))] {
			let inner = transfer(amount);
			let (call, unsigned) = both(inner.clone(), MetaCall::new(inner).sign(SIGNER));
			let (told, _) = check_against(SPONSOR, unsigned.clone(), call, asset, OUR);
			assert_eq!(told.outcome, Outcome::Done);
			let result = within(&told.events).expect("it is told");
			assert_eq!(result.is_ok(), amount == 100);

			// Without somebody to pay, the call alone is told.
			let nobody = RawOrigin::<AccountId>::None.into();
			let alone = preview(nobody, unsigned, None, 0, 0).expect("is one call");
			assert_eq!(within(&alone.events), Some(result));
			assert_eq!((alone.outcome, alone.fee, alone.paid), (Outcome::Done, 0, None));
			assert!(alone.weight.ref_time() < told.weight.ref_time());
			let start = alone.events.len();
			assert!(told.events.windows(start).any(|events| events == alone.events));
		}
	});
}

#[test]
fn what_its_signer_did_not_agree_to_is_refused() {
	let nonce = || System::account_nonce(account(SIGNER));
	market(|_| {
		let inner = transfer(1);
		let signed = |meta: MetaCall| both(transfer(1), meta.sign(SIGNER));
		for (meta, error) in [
			(MetaCall::new(inner.clone()).nonce(nonce() + 1), "Future"),
			(MetaCall::new(inner.clone()).era(Era::mortal(4, 0)), ""),
		] {
			let (call, unsigned) = signed(meta);
			let (told, _) = check_against(SPONSOR, unsigned, call, None, 0);
			match told.outcome {
				Outcome::Failed { name: Some(name), .. } => assert_eq!(name.error, error),
				outcome => assert_eq!((outcome, error), (Outcome::Done, "")),
			}
		}
		// Nobody has signed, who signs has no account, and the length is wrong.
		let meta = MetaCall::new(inner.clone()).sign(SIGNER).call();
		let mut nobody = meta.encode();
		let at = 2 + inner.encoded_size() + 1;
		nobody.splice(at..at + 1 + 1 + 64 + 32, [0]);
		let meta_nobody = Call::decode_all(&mut &nobody[..]).expect("is a call");
		let (told, _) = check(SPONSOR, meta_nobody, None, 0);
		assert!(matches!(told.outcome, Outcome::Failed { .. }), "{:?}", told.outcome);
		let (call, unsigned) = both(inner.clone(), MetaCall::new(inner).sign(One));
		let (told, _) = check_against(SPONSOR, unsigned, call, None, 0);
		assert!(matches!(told.outcome, Outcome::Failed { .. }), "{:?}", told.outcome);
		let mut short = meta.encode();
		let end = short.len() - 4;
		short[end..].fill(0);
		let short = Call::decode_all(&mut &short[..]).expect("is a call");
		let (told, _) = check(SPONSOR, short, None, 0);
		let Outcome::Failed { name: Some(name), .. } = told.outcome else {
			panic!("{:?}", told.outcome);
		};
		assert_eq!(name.error, "InvalidLength");
	});
}

#[test]
fn a_brake_on_it_holds_in_the_preview() {
	use pallet_brakes::{Brake, CallName};
	market(|_| {
		let inner = transfer(1);
		let (call, unsigned) = both(inner.clone(), MetaCall::new(inner).sign(SIGNER));
		for (pallet, name) in [("Currencies", "transfer"), ("MetaTx", "dispatch")] {
			let pause = Brake::Call(CallName::new(pallet, name).expect("short names"));
			let council = Origin::from(Council::Members(2, 3));
			assert_ok!(crate::Brakes::apply(council, pause, 100));
			let (told, _) = check_against(SPONSOR, unsigned.clone(), call.clone(), None, 0);
			let held = within(&told.events).map_or(told.outcome != Outcome::Done, |it| it.is_err());
			assert!(held, "{pallet}.{name}");
		}
	});
}

/// Within another call it is as it will be: its signature has to fit.
#[test]
fn a_signature_within_another_call_has_to_fit() {
	market(|_| {
		let inner = transfer(1);
		let (_, unsigned) = both(inner.clone(), MetaCall::new(inner).sign(SIGNER));
		let forged = Call::decode_all(&mut &unsigned[..]).expect("is a call");
		let batch = pallet_utility::Call::batch_all { calls: vec![forged] };
		let (told, _) = check(SPONSOR, batch.into(), None, 0);
		let Outcome::Failed { name: Some(name), .. } = told.outcome else {
			panic!("{:?}", told.outcome);
		};
		assert_eq!(name.error, "BadProof");
	});
}
