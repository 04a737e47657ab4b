//! What the chain says a call would do is what it does: each call is previewed after a block, and
//! then really made in the next one.

mod meta;
mod refused;

use super::{
	account,
	blocks::{begin_block, end_first_block},
	chain, check_state,
	choke_point::{
		cases::cases,
		market::{Market, Person, COIN, CURRENCIES, HOURS},
		town::{local, NATIVE},
		undone,
	},
	share_fees, transaction, Call, Origin,
};
use crate::{
	configs::{currencies::CurrencyKind, monetary::TreasuryAccount, system::RuntimeBlockWeights},
	dry_run::dry_run,
	AccountId, Balance, Balances, BlockNumber, Executive, OriginCaller, Runtime, RuntimeEvent,
	System,
};
use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use frame_system::{DispatchEventInfo, Event as SystemEvent, Phase, RawOrigin};
use ourledger_primitives::currency::OUR;
use ourledger_runtime_api::{DryRun, NotRun, Outcome};
use pallet_asset_conversion_tx_payment::Event::AssetTxFeePaid;
use pallet_transaction_payment::Event::TransactionFeePaid;
use sp_core::storage::StateVersion;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era, traits::Dispatchable, transaction_validity::TransactionValidityError,
	DispatchError, DispatchResult,
};

type Council = pallet_collective::RawOrigin<AccountId, crate::configs::governance::CouncilInstance>;

/// Council of three.
const NETWORK: &str = "local_testnet";

fn storage_root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// Whoever has this key.
fn signer(key: Sr25519Keyring) -> OriginCaller {
	RawOrigin::Signed(account(key)).into()
}

fn root() -> OriginCaller {
	RawOrigin::<AccountId>::Root.into()
}

/// Previews, and checks that nothing comes of it.
fn preview(
	origin: OriginCaller,
	call: Vec<u8>,
	asset: Option<CurrencyKind>,
	tip: Balance,
	length: u32,
) -> Result<DryRun<RuntimeEvent>, NotRun> {
	let before = storage_root();
	let told = dry_run(origin, call, asset, tip, length);
	assert_eq!(storage_root(), before, "a preview changed the state");
	told
}

/// What becomes of a transaction.
struct Real {
	result: Result<DispatchResult, TransactionValidityError>,
	events: Vec<RuntimeEvent>,
	length: u32,
	/// What its fee brought the treasury and the author at the end of the block, if the call brings
	/// them nothing.
	shared: Balance,
}

impl Real {
	/// Makes the next block with it, and takes it back.
	fn of(key: Sr25519Keyring, call: Call, asset: Option<CurrencyKind>, tip: Balance) -> Self {
		let mut real = None;
		undone(|| {
			let parent: BlockNumber = System::block_number();
			begin_block(0);
			let transaction = transaction(key, call, Era::mortal(64, parent.into()), tip, asset);
			let length = transaction.encoded_size() as u32;
			let had = public_money();
			let result = Executive::apply_extrinsic(transaction);
			let events = System::events().into_iter();
			let events = events.filter(|it| it.phase == Phase::ApplyExtrinsic(1));
			let events = events.map(|it| it.event).collect();
			share_fees();
			let shared = public_money().saturating_sub(had);
			real = Some(Self { result, events, length, shared });
		});
		real.expect("it has run")
	}

	fn weight_and_fee(&self) -> (DispatchEventInfo, Balance) {
		let mut info = None;
		let mut fee = 0;
		for event in &self.events {
			match event {
				RuntimeEvent::System(
					SystemEvent::ExtrinsicSuccess { dispatch_info }
					| SystemEvent::ExtrinsicFailed { dispatch_info, .. },
				) => info = Some(*dispatch_info),
				RuntimeEvent::TransactionPayment(TransactionFeePaid { actual_fee, .. })
				| RuntimeEvent::AssetConversionTxPayment(AssetTxFeePaid { actual_fee, .. }) => {
					fee = *actual_fee
				},
				_ => {},
			}
		}
		(info.expect("it was applied"), fee)
	}
}

fn public_money() -> Balance {
	let author = crate::Authorship::author().expect("there is one");
	Balances::free_balance(TreasuryAccount::get()) + Balances::free_balance(author)
}

/// Previews a transaction, and checks it against what becomes of it if its call is `real`.
fn check_against(
	key: Sr25519Keyring,
	call: Vec<u8>,
	real: Call,
	asset: Option<CurrencyKind>,
	tip: Balance,
) -> (DryRun<RuntimeEvent>, Real) {
	let what = format!("{real:?}, by {key:?}");
	let real = Real::of(key, real, asset.clone(), tip);
	let told = preview(signer(key), call, asset.clone(), tip, real.length).expect("is one call");
	let result = match real.result {
		Err(invalid) => {
			assert_eq!(told.outcome, Outcome::Invalid(invalid), "{what}");
			assert_eq!((&told.events[..], told.paid), (&[][..], None), "{what}");
			return (told, real);
		},
		Ok(result) => result,
	};
	match (&told.outcome, result) {
		(Outcome::Done, Ok(())) => {},
		(Outcome::Failed { error, name }, Err(why)) => {
			assert_eq!(*error, why, "{what}");
			assert_eq!(name.is_some(), matches!(why, DispatchError::Module(_)), "{what}");
		},
		told => panic!("{told:?} of {what}"),
	}
	assert_eq!(told.events, real.events, "{what}");
	let (info, fee) = real.weight_and_fee();
	let base = RuntimeBlockWeights::get().get(info.class).base_extrinsic;
	assert_eq!(told.weight.saturating_add(base), info.weight, "{what}");
	match asset {
		Some(_) => assert_eq!(told.paid, Some(fee), "{what}"),
		None => assert_eq!((told.fee, told.paid), (fee, None), "{what}"),
	}
	(told, real)
}

/// Previews a call's transaction, and checks it against what becomes of it.
fn check(
	key: Sr25519Keyring,
	call: Call,
	asset: Option<CurrencyKind>,
	tip: Balance,
) -> (DryRun<RuntimeEvent>, Real) {
	check_against(key, call.encode(), call, asset, tip)
}

/// What Root does in the next block, and its events.
fn by_root(call: Call) -> (DispatchResult, Vec<RuntimeEvent>) {
	let mut done = None;
	undone(|| {
		begin_block(0);
		System::reset_events();
		let result = call.dispatch(Origin::root()).map(|_| ()).map_err(|failed| failed.error);
		let events = System::events().into_iter().map(|it| it.event).collect();
		done = Some((result, events));
	});
	done.expect("it has run")
}

fn market(look: impl FnOnce(&Market)) {
	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		end_first_block();
		look(&market);
		check_state();
	});
}

fn remark() -> Call {
	frame_system::Call::remark { remark: vec![0; 10_000] }.into()
}

#[test]
fn every_call_does_what_its_preview_says() {
	market(|market| {
		for case in cases(market, &CURRENCIES) {
			match case.by {
				Some(by) => {
					let (told, _) = check(by.key(), case.call.clone(), None, 0);
					assert_eq!(told.outcome, Outcome::Done, "{:?}", case.call);
				},
				None => {
					let told = preview(root(), case.call.encode(), None, 0, 0);
					let told = told.expect("is one call");
					let real = by_root(case.call.clone());
					assert_eq!(told.outcome, Outcome::Done, "{:?}", case.call);
					assert_eq!((Ok(()), told.events), real, "{:?}", case.call);
					assert_eq!((told.fee, told.paid), (0, None));
				},
			}
		}
	});
}

#[test]
fn a_call_that_is_refused_says_why_whoever_calls() {
	market(|market| {
		let mut refused = 0;
		for case in cases(market, &CURRENCIES) {
			for person in Person::ALL {
				let (told, _) = check(person.key(), case.call.clone(), None, 0);
				refused += u32::from(told.outcome != Outcome::Done);
			}
		}
		assert!(refused > 200, "{refused}");
	});
}

#[test]
fn a_fee_is_told_in_what_it_is_paid_in() {
	market(|_| {
		let friend = Person::Friend.key();
		let (our, _) = check(friend, remark(), None, 0);
		for asset in [local(COIN), local(HOURS), NATIVE] {
			for tip in [0, OUR / 100] {
				let (told, real) = check(friend, remark(), Some(asset.clone()), tip);
				assert_eq!(told.outcome, Outcome::Done);
				assert!(told.paid.is_some_and(|paid| paid > 0));
				assert_eq!(told.fee, real.shared, "{asset:?}");
				assert!(told.fee > our.fee + tip, "{asset:?}: the swap weighs something");
			}
		}
		let (tipped, real) = check(friend, remark(), None, OUR);
		// A tip makes the transaction longer, too.
		assert!((1..10_000_000).contains(&(tipped.fee - our.fee - OUR)));
		assert_eq!(real.shared, tipped.fee);
	});
}

/// Enacting by hand is free where it succeeds.
#[test]
fn a_fee_that_is_given_back_is_not_told() {
	market(|_| {
		let call: Call = frame_system::Call::remark { remark: vec![] }.into();
		let weight = call.get_dispatch_info().call_weight;
		let council = Origin::from(Council::Members(2, 3));
		assert_ok!(crate::Governance::queue(council, Box::new(call)));
		let enact: Call = pallet_governance::Call::enact { id: 0, weight_bound: weight }.into();
		let friend = Person::Friend.key();
		let (early, _) = check(friend, enact.clone(), None, 0);
		assert!(early.fee > 0);
		let ticks = pallet_babe::CurrentSlot::<Runtime>::get() + 100;
		undone(|| {
			pallet_babe::CurrentSlot::<Runtime>::put(ticks);
			let told = preview(signer(friend), enact.encode(), None, 7, 200).expect("is a call");
			assert_eq!((told.outcome, told.fee), (Outcome::Done, 7));
		});
	});
}

#[test]
fn events_of_the_last_block_are_not_told() {
	market(|_| {
		let (told, _) = check(Person::Friend.key(), remark(), None, 0);
		let told_before = told.events;
		let sender = account(Person::Friend.key());
		let event = SystemEvent::<Runtime>::NewAccount { account: sender };
		System::deposit_event(event);
		let (told, _) = check(Person::Friend.key(), remark(), None, 0);
		assert_eq!(told.events, told_before);
	});
}

#[test]
fn a_preview_begins_where_the_last_one_did() {
	market(|_| {
		// The name of the account that is made depends on the block, and on the place in it.
		let pure = pallet_proxy::Call::create_pure {
			proxy_type: crate::ProxyScope::Any,
			delay: 0,
			index: 0,
		};
		for _ in 0..2 {
			check(Person::Friend.key(), Call::Proxy(pure.clone()), None, 0);
		}
	});
}

#[test]
fn a_quote_is_what_a_swap_gives_and_takes() {
	use pallet_asset_conversion::runtime_decl_for_asset_conversion_api::AssetConversionApiV1;
	use pallet_currencies::Call as Money;
	let route = |from: &CurrencyKind, to: &CurrencyKind| {
		sp_runtime::BoundedVec::truncate_from(vec![from.clone(), to.clone()])
	};
	market(|_| {
		let does = |call: Money<Runtime>| {
			check(Person::Friend.key(), call.into(), None, 0).0.outcome == Outcome::Done
		};
		for (from, to, amount) in [(NATIVE, local(COIN), OUR), (local(COIN), NATIVE, 1_000)] {
			let (a, b) = (from.clone(), to.clone());
			let out = Runtime::quote_price_exact_tokens_for_tokens(a, b, amount, true);
			let out = out.expect("there is a pool");
			for (min_out, is_given) in [(out, true), (out + 1, false)] {
				let path = route(&from, &to);
				assert_eq!(does(Money::swap { path, amount_in: amount, min_out }), is_given);
			}
			let (a, b) = (to.clone(), from.clone());
			let needed = Runtime::quote_price_tokens_for_exact_tokens(a, b, amount, true);
			let needed = needed.expect("there is a pool");
			for (max_in, is_enough) in [(needed, true), (needed - 1, false)] {
				let path = route(&to, &from);
				assert_eq!(does(Money::swap_for { path, amount_out: amount, max_in }), is_enough);
			}
		}
		let reserves = Runtime::get_reserves(NATIVE, local(COIN));
		assert!(reserves.is_some_and(|(our, coin)| our > 0 && coin > 0));
		assert_eq!(Runtime::get_reserves(NATIVE, local(7)), None);
		let none = Runtime::quote_price_tokens_for_exact_tokens(NATIVE, local(7), 1, true);
		assert_eq!(none, None);
	});
}
