//! Controllers: keyless accounts, rotation of their keys, recovery, and acting without owning OUR.

use super::{account, by_proxy, chain, check_state, run_to, signed, Call};
use crate::{
	configs::accounts::MetaTxExtension, AccountId, Balances, MetaTx, ProxyScope, Recovery, Runtime,
	RuntimeEvent, Signature, System, Twins, Utility,
};
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchResultWithPostInfo,
	traits::fungible::{Inspect, InspectHold},
};
use ourledger_primitives::{
	currency::OUR,
	twin::{Endpoint, Profile, TwinKind, TwinNumber},
};
use pallet_twins::{ControllerChoice, Permit};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::{
	generic::Era,
	traits::{Dispatchable, TransactionExtension},
	DispatchError,
};

/// The version of the only set of extensions a meta-transaction may carry.
const EXTENSION_VERSION: u8 = 0;

/// What stands after the signature in a meta-transaction, and is signed.
type Agreed = (
	pallet_meta_tx::MetaTxMarker<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
);

/// A call to be signed by one and submitted by another.
pub struct MetaCall {
	call: Call,
	nonce: Option<u32>,
	era: Era,
	genesis: Option<H256>,
}

impl MetaCall {
	pub fn new(call: Call) -> Self {
		Self { call, nonce: None, era: Era::immortal(), genesis: None }
	}

	pub fn nonce(self, nonce: u32) -> Self {
		Self { nonce: Some(nonce), ..self }
	}

	pub fn era(self, era: Era) -> Self {
		Self { era, ..self }
	}

	/// Signed for another chain.
	fn genesis(self, genesis: H256) -> Self {
		Self { genesis: Some(genesis), ..self }
	}

	pub fn sign(self, signer: Sr25519Keyring) -> Signed {
		let account = signer.to_account_id();
		let nonce = self.nonce.unwrap_or_else(|| System::account_nonce(&account));
		let agreed: Agreed = (
			pallet_meta_tx::MetaTxMarker::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckEra::from(self.era),
			frame_system::CheckNonce::from(nonce),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
		);
		let mut implied = agreed.implicit().expect("the era has begun");
		if let Some(genesis) = self.genesis {
			implied.4 = genesis;
		}
		let message = (EXTENSION_VERSION, &self.call, &agreed, &implied).encode();
		let signature = Signature::Sr25519(signer.sign(&blake2_256(&message)));
		let verify =
			pallet_verify_signature::VerifySignature::new_with_signature(signature, account);
		let (a, b, c, d, e, f, g, h) = agreed;
		let extension: MetaTxExtension = (verify, a, b, c, d, e, f, g, h);
		Signed(pallet_meta_tx::MetaTx::new(self.call, EXTENSION_VERSION, extension))
	}
}

/// A signed meta-transaction.
#[derive(Clone)]
pub struct Signed(pallet_meta_tx::MetaTxFor<Runtime>);

impl Signed {
	/// The call that submits it.
	pub fn call(self) -> Call {
		let meta_tx_encoded_len = self.0.encoded_size() as u32;
		let meta_tx = Box::new(self.0);
		Call::MetaTx(pallet_meta_tx::Call::dispatch { meta_tx, meta_tx_encoded_len })
	}

	/// Submits it; `sponsor` pays. Fails if what was signed fails.
	pub fn submit(self, sponsor: Sr25519Keyring) -> DispatchResultWithPostInfo {
		let length = self.0.encoded_size() as u32;
		MetaTx::dispatch(signed(&sponsor.to_account_id()), Box::new(self.0), length)?;
		System::events()
			.into_iter()
			.rev()
			.find_map(|record| match record.event {
				RuntimeEvent::MetaTx(pallet_meta_tx::Event::Dispatched { result }) => Some(result),
				_ => None,
			})
			.expect("every meta-transaction that is accepted says what came of it")
	}
}

/// Makes `heir` the inheritor of `lost`, by the approval of two friends.
pub fn recover(lost: &AccountId, heir: &AccountId) {
	let (dave, eve) = (account(Dave), account(Eve));
	let mut friends = [dave.clone(), eve.clone()];
	friends.sort();
	let group = pallet_recovery::FriendGroup {
		friends: friends.to_vec().try_into().expect("two are few"),
		friends_needed: 2,
		inheritor: heir.clone(),
		inheritance_delay: 10,
		inheritance_priority: 0,
		cancel_delay: 10,
	};
	assert_ok!(Recovery::set_friend_groups(signed(lost), vec![group]));
	assert_ok!(Recovery::initiate_attempt(signed(&dave), lost.clone().into(), 0));
	assert_ok!(Recovery::approve_attempt(signed(&eve), lost.clone().into(), 0));
	let early = Recovery::finish_attempt(signed(&dave), lost.clone().into(), 0);
	assert_eq!(early, Err(pallet_recovery::Error::<Runtime>::NotYetInheritable.into()));
	run_to(System::block_number() + 10);
	assert_ok!(Recovery::finish_attempt(signed(&dave), lost.clone().into(), 0));
}

fn profile(name: &str) -> Profile {
	Profile {
		display_name: name.as_bytes().to_vec().try_into().expect("a short name"),
		logo: None,
		country: Some(*b"BE"),
	}
}

fn endpoints() -> Vec<Endpoint> {
	vec![b"https://one.example".to_vec().try_into().expect("a short endpoint")]
}

fn set_endpoints() -> Call {
	Call::Twins(pallet_twins::Call::set_endpoints {
		endpoints: endpoints().try_into().expect("one is few"),
	})
}

/// What came of the last call that a proxy made.
fn outcome() -> Result<(), DispatchError> {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
			_ => None,
		})
		.expect("a proxy made a call")
}

/// Registers a twin with a keyless controller, whose one key is Alice's; gives it 10 OUR.
pub fn alices_twin() -> (TwinNumber, AccountId) {
	let alice = account(Alice);
	assert_ok!(Twins::register(
		signed(&alice),
		TwinKind::Person,
		profile("Alice"),
		ControllerChoice::Keyless,
	));
	let twin = Twins::count();
	let controller = Twins::twin(twin).expect("registered a line above").controller;
	let ten = 10 * OUR;
	assert_ok!(Balances::transfer_keep_alive(signed(&alice), controller.clone().into(), ten));
	(twin, controller)
}

/// The call that puts `new` in the place of `old` among the keys of the account that runs it.
fn rotate(old: &AccountId, new: &AccountId) -> Call {
	Call::Utility(pallet_utility::Call::batch_all {
		calls: vec![
			Call::Proxy(pallet_proxy::Call::add_proxy {
				delegate: new.clone().into(),
				proxy_type: ProxyScope::Any,
				delay: 0,
			}),
			Call::Proxy(pallet_proxy::Call::remove_proxy {
				delegate: old.clone().into(),
				proxy_type: ProxyScope::Any,
				delay: 0,
			}),
		],
	})
}

#[test]
fn registration_makes_a_keyless_controller() {
	chain("development").execute_with(|| {
		let (twin, controller) = alices_twin();
		assert_ne!(controller, account(Alice));
		let (proxies, _) = pallet_proxy::Proxies::<Runtime>::get(&controller);
		let all: Vec<_> = proxies.iter().map(|p| (p.delegate.clone(), p.proxy_type)).collect();
		assert_eq!(all, [(account(Alice), ProxyScope::Any)]);

		assert_ok!(by_proxy(&controller, set_endpoints()).dispatch(signed(&account(Alice))));
		assert_ok!(outcome());
		assert_eq!(Twins::twin(twin).expect("registered").endpoints, endpoints());
		check_state();
	});
}

/// Blocks become rare while finality stands, and then 90 days of blocks last years.
#[test]
fn a_name_rests_by_the_clock_and_not_by_blocks() {
	const DAY: u64 = 86_400_000;
	chain("development").execute_with(|| {
		for who in [Alice, Bob] {
			assert_ok!(Twins::register(
				signed(&account(who)),
				TwinKind::Company,
				profile("Bakery"),
				ControllerChoice::Caller,
			));
		}
		let claim = |who| {
			let name = b"bakery".to_vec().try_into().expect("it is short");
			Twins::claim_name(signed(&account(who)), name)
		};
		let noon = 20_000 * DAY;
		pallet_timestamp::Now::<Runtime>::put(noon);
		assert_ok!(claim(Alice));
		assert_ok!(Twins::release_name(signed(&account(Alice))));
		let rests = || pallet_twins::Error::<Runtime>::NameRests;

		System::set_block_number(100_000_000);
		assert_noop!(claim(Bob), rests());
		pallet_timestamp::Now::<Runtime>::put(noon + 90 * DAY - 1);
		assert_noop!(claim(Bob), rests());
		System::set_block_number(2);
		pallet_timestamp::Now::<Runtime>::put(noon + 90 * DAY);
		assert_ok!(claim(Bob));
		check_state();
	});
}

#[test]
fn two_keyless_controllers_made_in_one_transaction_differ() {
	chain("development").execute_with(|| {
		let register = Call::Twins(pallet_twins::Call::register {
			kind: TwinKind::Device,
			profile: profile("Meter"),
			controller: ControllerChoice::Keyless,
		});
		let both = vec![register.clone(), register];
		assert_ok!(Utility::batch_all(signed(&account(Alice)), both));
		let of = |twin| Twins::twin(twin).expect("registered").controller;
		assert_ne!(of(1), of(2));
		check_state();
	});
}

#[test]
fn a_rotated_key_can_do_nothing_and_the_new_one_everything() {
	chain("development").execute_with(|| {
		let (alice, bob) = (account(Alice), account(Bob));
		let (twin, controller) = alices_twin();
		let held = Balances::total_balance_on_hold(&alice);
		assert_ok!(by_proxy(&controller, rotate(&alice, &bob)).dispatch(signed(&alice)));
		assert_ok!(outcome());

		let not_proxy = pallet_proxy::Error::<Runtime>::NotProxy;
		let by_old = by_proxy(&controller, set_endpoints()).dispatch(signed(&alice));
		assert_eq!(by_old.map_err(|e| e.error), Err(not_proxy.into()));
		assert_ok!(by_proxy(&controller, set_endpoints()).dispatch(signed(&bob)));
		assert_ok!(outcome());

		// Number, money and holds did not move.
		assert_eq!(Twins::number_of(controller.clone()), Some(twin));
		assert!(Balances::free_balance(&controller) >= 9 * OUR);
		assert_eq!(Balances::total_balance_on_hold(&alice), held);
		check_state();
	});
}

#[test]
fn friends_recover_a_controller_and_the_lost_key_can_do_nothing() {
	chain("development").execute_with(|| {
		let (alice, heir) = (account(Alice), account(Charlie));
		let (twin, controller) = alices_twin();
		let before = Balances::free_balance(&controller);
		recover(&controller, &heir);
		let rotated = Box::new(rotate(&alice, &heir));
		assert_ok!(Recovery::control_inherited_account(
			signed(&heir),
			controller.clone().into(),
			rotated,
		));

		let by_lost = by_proxy(&controller, set_endpoints()).dispatch(signed(&alice));
		let not_proxy = pallet_proxy::Error::<Runtime>::NotProxy;
		assert_eq!(by_lost.map_err(|e| e.error), Err(not_proxy.into()));
		assert_ok!(by_proxy(&controller, set_endpoints()).dispatch(signed(&heir)));
		assert_ok!(outcome());
		assert_eq!(Twins::number_of(controller.clone()), Some(twin));
		// Only the deposits of friends and of a second proxy are set aside.
		assert!(before - Balances::free_balance(&controller) < OUR / 10);
		check_state();
	});
}

#[test]
fn a_stranger_recovers_nothing() {
	chain("development").execute_with(|| {
		let (_, controller) = alices_twin();
		let by_stranger =
			Recovery::initiate_attempt(signed(&account(Eve)), controller.clone().into(), 0);
		assert_eq!(by_stranger, Err(pallet_recovery::Error::<Runtime>::NoFriendGroups.into()));
		let taken = Recovery::control_inherited_account(
			signed(&account(Eve)),
			controller.into(),
			Box::new(set_endpoints()),
		);
		assert!(taken.is_err());
	});
}

/// An account that genesis does not know.
const NEWCOMER: Sr25519Keyring = Sr25519Keyring::One;

/// Registers a newcomer who owns nothing; Bob pays.
fn sponsored_twin() -> TwinNumber {
	let (sponsor, newcomer) = (account(Bob), account(NEWCOMER));
	assert!(!System::account_exists(&newcomer));
	let permit = Permit { nonce: 0, expires: System::block_number() + 100 };
	let payload =
		Twins::sponsorship_payload(sponsor.clone(), TwinKind::Person, profile("Newcomer"), permit);
	let signature = Signature::Sr25519(NEWCOMER.sign(&payload));
	assert_ok!(Twins::register_for(
		signed(&sponsor),
		TwinKind::Person,
		profile("Newcomer"),
		newcomer.clone(),
		permit,
		signature,
	));
	assert!(System::account_exists(&newcomer));
	Twins::number_of(newcomer).expect("registered")
}

#[test]
fn a_sponsored_twin_that_owns_no_our_acts_through_a_sponsor() {
	chain("development").execute_with(|| {
		let twin = sponsored_twin();
		assert_ok!(MetaCall::new(set_endpoints()).sign(NEWCOMER).submit(Bob));
		assert_eq!(Twins::twin(twin).expect("registered").endpoints, endpoints());
		assert_eq!(Balances::total_balance(&account(NEWCOMER)), 0);
		check_state();
	});
}

#[test]
fn a_replayed_meta_transaction_is_refused() {
	chain("development").execute_with(|| {
		sponsored_twin();
		let once = MetaCall::new(set_endpoints()).sign(NEWCOMER);
		assert_ok!(once.clone().submit(Bob));
		let stale = pallet_meta_tx::Error::<Runtime>::Stale;
		assert_noop!(once.submit(Bob), stale);
		assert_eq!(Balances::total_balance(&account(NEWCOMER)), 0);
	});
}

#[test]
fn a_meta_transaction_ahead_of_its_turn_is_refused() {
	chain("development").execute_with(|| {
		sponsored_twin();
		let ahead = System::account_nonce(account(NEWCOMER)) + 1;
		let early = MetaCall::new(set_endpoints()).nonce(ahead).sign(NEWCOMER);
		assert_noop!(early.submit(Bob), pallet_meta_tx::Error::<Runtime>::Future);
	});
}

#[test]
fn an_expired_meta_transaction_is_refused() {
	chain("development").execute_with(|| {
		sponsored_twin();
		// Blocks have hashes, as they do on a chain that makes them.
		frame_system::BlockHash::<Runtime>::insert(1, H256::repeat_byte(1));
		let mortal = MetaCall::new(set_endpoints()).era(Era::mortal(4, 1)).sign(NEWCOMER);
		run_to(8);
		frame_system::BlockHash::<Runtime>::insert(5, H256::repeat_byte(5));
		assert_noop!(mortal.submit(Bob), pallet_meta_tx::Error::<Runtime>::BadProof);
		assert_eq!(Twins::twin(1).expect("registered").endpoints, Vec::<Endpoint>::new());
	});
}

#[test]
fn a_meta_transaction_of_another_chain_is_refused() {
	chain("development").execute_with(|| {
		sponsored_twin();
		let foreign = MetaCall::new(set_endpoints()).genesis(H256::repeat_byte(7)).sign(NEWCOMER);
		assert_noop!(foreign.submit(Bob), pallet_meta_tx::Error::<Runtime>::BadProof);
	});
}

#[test]
fn deactivating_a_sponsored_twin_pays_back_the_sponsor() {
	chain("development").execute_with(|| {
		let before = Balances::total_balance_on_hold(&account(Bob));
		sponsored_twin();
		let held = Balances::total_balance_on_hold(&account(Bob)) - before;
		let deactivate = Call::Twins(pallet_twins::Call::deactivate {});
		assert_ok!(MetaCall::new(deactivate).sign(NEWCOMER).submit(Bob));
		let kept = Balances::total_balance_on_hold(&account(Bob)) - before;
		assert!(0 < kept && kept < held / 2, "{kept} of {held}");
		// The number stays what it was: nobody else can have it, nor can the account have another.
		let again = Twins::register(
			signed(&account(NEWCOMER)),
			TwinKind::Person,
			profile("Again"),
			ControllerChoice::Caller,
		);
		assert!(again.is_err());
		check_state();
	});
}
