//! No one alone has power: what it takes to reach Root, and to be stopped on the way.

use super::{chain, check_state, run_to, set_block, Call, Origin};
use crate::{
	configs::governance::CouncilInstance, AccountId, Council, Governance, Runtime, RuntimeOrigin,
	Validators,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{EnsureOrigin, InstanceFilter},
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::{traits::Hash, DispatchError};

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

fn queue(call: Call) -> Call {
	Call::Governance(pallet_governance::Call::queue { call: Box::new(call) })
}

/// A call that only Root may make, and that shows whether it ran.
fn mark() -> Call {
	Call::System(frame_system::Call::set_storage { items: vec![(b"mark".to_vec(), vec![1])] })
}

fn is_marked() -> bool {
	frame_support::storage::unhashed::get_raw(b"mark").is_some()
}

fn propose(who: Sr25519Keyring, threshold: u32, call: &Call) {
	let length_bound = codec::Encode::encoded_size(call) as u32;
	assert_ok!(Council::propose(signed(who), threshold, Box::new(call.clone()), length_bound));
}

fn vote(who: Sr25519Keyring, call: &Call, index: u32, aye: bool) {
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(call);
	assert_ok!(Council::vote(signed(who), hash, index, aye));
}

fn close(call: &Call, index: u32) -> Result<(), DispatchError> {
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(call);
	let weight = call.get_dispatch_info().call_weight;
	let length_bound = codec::Encode::encoded_size(call) as u32;
	Council::close(signed(Dave), hash, index, weight, length_bound)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Passes `call` as a motion of Alice and Bob, in a council of three.
fn pass(call: &Call, index: u32) {
	propose(Alice, 2, call);
	vote(Alice, call, index, true);
	vote(Bob, call, index, true);
	assert_ok!(close(call, index));
}

#[test]
fn two_of_three_reach_root_after_the_timelock() {
	chain("local_testnet").execute_with(|| {
		pass(&queue(mark()), 0);
		assert!(!is_marked());
		run_to(4);
		assert!(!is_marked(), "nothing runs before its time");
		run_to(5);
		assert!(is_marked());
		check_state();
	});
}

#[test]
fn council_of_one_enacts_with_one_motion_on_the_development_chain() {
	chain("development").execute_with(|| {
		propose(Alice, 1, &queue(mark()));
		run_to(2);
		assert!(is_marked());
		check_state();
	});
}

#[test]
fn one_of_three_cannot_pass_anything() {
	chain("local_testnet").execute_with(|| {
		let call = queue(mark());
		// A motion that needs one vote runs at once, but with the power of one in three.
		propose(Alice, 1, &call);
		// `execute` runs with the power of a member.
		let length_bound = codec::Encode::encoded_size(&call) as u32;
		assert_ok!(Council::execute(signed(Alice), Box::new(call.clone()), length_bound));
		assert!(pallet_governance::Proposals::<Runtime>::iter().next().is_none());
		// Silence is not consent: the motion fails when its time is over.
		propose(Alice, 2, &call);
		vote(Alice, &call, 0, true);
		set_block(1_000_000);
		assert_ok!(close(&call, 0));
		assert!(pallet_governance::Proposals::<Runtime>::iter().next().is_none());
		check_state();
	});
}

#[test]
fn nobody_can_be_made_prime() {
	chain("local_testnet").execute_with(|| {
		let alice = Alice.to_account_id();
		assert_noop!(
			crate::CouncilMembership::set_prime(Origin::root(), alice.into()),
			DispatchError::BadOrigin
		);
		assert_eq!(pallet_collective::Prime::<Runtime, CouncilInstance>::get(), None);
	});
}

#[test]
fn one_veto_of_three_stops_nothing_and_two_do() {
	chain("local_testnet").execute_with(|| {
		pass(&queue(mark()), 0);
		assert_ok!(Governance::veto(signed(Charlie), 0));
		run_to(5);
		assert!(is_marked());
	});
	chain("local_testnet").execute_with(|| {
		pass(&queue(mark()), 0);
		assert_ok!(Governance::veto(signed(Charlie), 0));
		assert_ok!(Governance::veto(signed(Bob), 0));
		run_to(6);
		assert!(!is_marked());
		check_state();
	});
}

#[test]
fn one_member_is_no_powerful_origin() {
	use pallet_collective::RawOrigin;
	let one: [RawOrigin<AccountId, CouncilInstance>; 2] =
		[RawOrigin::Member(Alice.to_account_id()), RawOrigin::Members(1, 3)];
	for origin in one {
		type Powerful = crate::configs::governance::RootOrSupermajority;
		let origin = RuntimeOrigin::from(origin);
		assert!(<Powerful as EnsureOrigin<_>>::try_origin(origin.clone()).is_err());
		assert!(crate::configs::brakes::BrakeOrigin::try_origin(origin).is_err());
	}
	let two = RuntimeOrigin::from(RawOrigin::<AccountId, CouncilInstance>::Members(2, 3));
	assert!(crate::configs::governance::RootOrSupermajority::try_origin(two).is_ok());
}

#[test]
fn membership_changes_through_the_queue() {
	chain("local_testnet").execute_with(|| {
		let dave = Dave.to_account_id();
		let add = Call::CouncilMembership(pallet_membership::Call::add_member {
			who: dave.clone().into(),
		});
		// Not even the whole council at once.
		let all = RuntimeOrigin::from(
			pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(3, 3),
		);
		assert_noop!(
			crate::CouncilMembership::add_member(all, dave.clone().into()),
			DispatchError::BadOrigin
		);
		pass(&queue(add), 0);
		run_to(5);
		assert!(pallet_collective::Members::<Runtime, CouncilInstance>::get().contains(&dave));
		check_state();
	});
}

#[test]
fn council_removes_a_validator_whose_bond_stays_held() {
	chain("local_testnet").execute_with(|| {
		let dave = Dave.to_account_id();
		let remove = Call::Validators(pallet_validators::Call::remove { candidate: dave.clone() });
		pass(&remove, 0);
		assert!(!pallet_validators::Approved::<Runtime>::get().contains(&dave));
		assert_noop!(
			Validators::withdraw_bond(signed(Dave)),
			pallet_validators::Error::<Runtime>::StillLeaving
		);
		check_state();
	});
}

#[test]
fn scopes_never_reach_an_origin_changing_call() {
	use crate::ProxyScope;
	let inner = Box::new(mark());
	let account = Alice.to_account_id();
	let changing = [
		Call::Proxy(pallet_proxy::Call::proxy {
			real: account.clone().into(),
			force_proxy_type: None,
			call: inner.clone(),
		}),
		Call::Utility(pallet_utility::Call::as_derivative { index: 0, call: inner.clone() }),
		Call::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: vec![account],
			call: inner,
		}),
	];
	for call in changing {
		assert!(!ProxyScope::Payments.filter(&call));
		assert!(!ProxyScope::Voting.filter(&call));
	}
}
