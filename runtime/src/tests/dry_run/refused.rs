//! What is not tried out at all, and what no block would hold.

use super::*;
use crate::configs::{
	limits::MAX_BLOCK_BYTES,
	system::{transaction_extension, RuntimeBlockWeights},
};
use frame_support::weights::Weight;
use ourledger_runtime_api::ErrorName;
use sp_keyring::Sr25519Keyring::{Dave, One};
use sp_runtime::{
	traits::TransactionExtension,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

fn told(origin: OriginCaller, call: Vec<u8>) -> Result<Outcome, NotRun> {
	preview(origin, call, None, 0, 200).map(|told| told.outcome)
}

fn invalid(why: InvalidTransaction) -> Outcome {
	Outcome::Invalid(TransactionValidityError::Invalid(why))
}

/// So many batches around a remark.
fn nested(batches: usize) -> Vec<u8> {
	let remark: Call = frame_system::Call::remark { remark: vec![] }.into();
	let batch: Call = pallet_utility::Call::batch { calls: vec![] }.into();
	let head = batch.encode();
	// One call instead of none.
	let head = [&head[..head.len() - 1], &[4]].concat();
	[head.repeat(batches), remark.encode()].concat()
}

#[test]
fn what_is_not_one_call_is_an_error_whoever_asks() {
	market(|_| {
		let call = remark().encode();
		let mut trailing = call.clone();
		trailing.push(0);
		for origin in [signer(Dave), root(), RawOrigin::<AccountId>::None.into()] {
			for bytes in [vec![], vec![0xff], call[..call.len() - 1].to_vec(), trailing.clone()] {
				assert_eq!(told(origin.clone(), bytes), Err(NotRun::NotACall));
			}
			assert_eq!(told(origin.clone(), nested(1_000)), Err(NotRun::NotACall));
			let is_nobody = origin == RawOrigin::<AccountId>::None.into();
			let done = matches!(told(origin.clone(), nested(10)), Ok(Outcome::Done));
			assert_eq!(done, !is_nobody, "nobody can batch");
			let long = vec![0xff; MAX_BLOCK_BYTES as usize + 1];
			assert_eq!(told(origin, long), Err(NotRun::TooLong));
		}
		let long = vec![0xff; MAX_BLOCK_BYTES as usize];
		assert_eq!(told(signer(Dave), long), Err(NotRun::NotACall));
	});
}

/// A call that declares whatever weight its caller says, and fails.
fn heavy(proposal_weight_bound: Weight) -> Call {
	let (proposal_hash, index, length_bound) = (Default::default(), 0, 0);
	let close = pallet_collective::Call::close {
		proposal_hash,
		index,
		proposal_weight_bound,
		length_bound,
	};
	Call::Council(close)
}

#[test]
fn what_no_block_has_room_for_is_not_run() {
	market(|_| {
		let base = heavy(Weight::zero());
		let info = base.get_dispatch_info();
		let extension = transaction_extension(Era::mortal(64, 1), 0, 0, None).weight(&base);
		let most = RuntimeBlockWeights::get().get(info.class).max_extrinsic.expect("is set");
		let rest = most - info.call_weight - extension;
		let (bounded, _) = check(Dave, heavy(Weight::from_parts(rest.ref_time(), 0)), None, 0);
		assert!(matches!(bounded.outcome, Outcome::Failed { .. }), "{bounded:?}");
		let heavier = heavy(Weight::from_parts(rest.ref_time() + 1, 0));
		assert_eq!(told(signer(Dave), heavier.encode()), Err(NotRun::TooHeavy));
		assert_eq!(told(signer(Dave), heavy(Weight::MAX).encode()), Err(NotRun::TooHeavy));
		// As a block says, too.
		let real = Real::of(Dave, heavier, None, 0).result;
		assert_eq!(real, Err(InvalidTransaction::ExhaustsResources.into()));
	});
}

#[test]
fn root_can_do_in_a_preview_what_may_be_queued() {
	market(|_| {
		let prefix = vec![1];
		let call = frame_system::Call::kill_prefix { prefix, subkeys: u32::MAX };
		let heavy: Call = call.into();
		assert_eq!(told(root(), heavy.encode()), Err(NotRun::TooHeavy));
		let (call, weight) = (Box::new(heavy), Weight::zero());
		let light: Call = pallet_utility::Call::with_weight { call, weight }.into();
		assert_eq!(told(root(), light.encode()), Err(NotRun::NotWeighed));
		// Nobody else may.
		let (told, _) = check(Dave, light, None, 0);
		assert_eq!(told.outcome, Outcome::Failed { error: DispatchError::BadOrigin, name: None });
		let long: Call = frame_system::Call::remark { remark: vec![0; 64 * 1024] }.into();
		assert_eq!(preview(root(), long.encode(), None, 0, 0), Err(NotRun::TooLong));
		check(Dave, long, None, 0);
	});
}

#[test]
fn an_inherent_is_no_transaction() {
	market(|_| {
		let time: Call = pallet_timestamp::Call::set { now: 1 }.into();
		let why = invalid(InvalidTransaction::MandatoryValidation);
		assert_eq!(told(signer(Dave), time.encode()), Ok(why));
	});
}

#[test]
fn who_cannot_pay_is_told_so_and_what_it_would_be() {
	market(|_| {
		let why = invalid(InvalidTransaction::Payment);
		// It has no account.
		let (told, _) = check(One, remark(), None, 0);
		assert_eq!(told.outcome, why);
		assert!(told.fee > 0);
		// Nobody has so much, nor is there such a currency.
		let (told, _) = check(Dave, remark(), None, Balance::MAX);
		assert_eq!((told.outcome, told.fee), (why.clone(), Balance::MAX));
		for currency in [7, u32::MAX] {
			assert_eq!(check(Dave, remark(), Some(local(currency)), 0).0.outcome, why);
		}
		// Nor has who has no account any local money.
		assert_eq!(check(One, remark(), Some(local(HOURS)), 0).0.outcome, why);
	});
}

#[test]
fn a_length_that_no_block_has_is_refused() {
	market(|_| {
		let why = invalid(InvalidTransaction::ExhaustsResources);
		let told = preview(signer(Dave), remark().encode(), None, 0, u32::MAX);
		assert_eq!(told.map(|it| it.outcome), Ok(why));
	});
}

#[test]
fn a_pallets_error_has_its_name() {
	market(|market| {
		let twin = market.twin(Person::Buyer);
		let admit = pallet_currencies::Call::<Runtime>::admit { currency: COIN, twin };
		let (told, _) = check(Dave, admit.into(), None, 0);
		let Outcome::Failed { name: Some(ErrorName { pallet, error }), .. } = told.outcome else {
			panic!("{:?}", told.outcome);
		};
		assert_eq!((pallet.as_str(), error.as_str()), ("Currencies", "NotIssuer"));
	});
}

#[test]
fn a_paused_call_fails_in_the_preview_as_in_a_block() {
	use pallet_brakes::{Brake, CallName};
	market(|_| {
		let pause = Brake::Call(CallName::new("System", "remark").expect("short names"));
		let council = Origin::from(Council::Members(2, 3));
		assert_ok!(crate::Brakes::apply(council, pause, 100));
		let (told, _) = check(Dave, remark(), None, 0);
		assert!(matches!(told.outcome, Outcome::Failed { .. }), "{:?}", told.outcome);
	});
}
