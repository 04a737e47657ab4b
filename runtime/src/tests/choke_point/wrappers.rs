//! Every way to run a call within another.

use crate::{
	configs::governance::CouncilInstance,
	tests::{account, phonebook, run_to, set_block, signed, Call, Origin},
	AccountId, Council, Governance, Multisig, OriginCaller, Proxy, ProxyScope, Recovery, Runtime,
	Scheduler, System, Utility,
};
use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use frame_system::RawOrigin;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Dave, Eve, Ferdie, One};
use sp_runtime::traits::{Dispatchable, Hash};

/// In whose name a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
	/// An account.
	Account,
	/// The council, or a member of it as such.
	Council,
	Root,
}

/// A way to run a call within another.
pub struct Wrapper {
	/// Pallet and call.
	pub name: (&'static str, &'static str),
	/// In whose name the inner call is.
	pub name_of: NameOf,
	/// In the name of which account the owner of a key runs it.
	pub actor: fn(Sr25519Keyring) -> AccountId,
	/// What has to be done once for each key.
	pub prepare: fn(Sr25519Keyring),
	/// Runs it, for the owner of the key. Whether it succeeds is for the caller to see.
	pub run: fn(Sr25519Keyring, Call),
}

/// Blocks that the council's decisions wait, on the network of these tests.
const TIMELOCK: u32 = 4;

/// For accounts that act by themselves.
const BY_ITSELF: Wrapper = Wrapper {
	name: ("", ""),
	name_of: NameOf::Account,
	actor: account,
	prepare: |_| {},
	run: |_, _| {},
};

const BY_COUNCIL: Wrapper = Wrapper { name_of: NameOf::Council, ..BY_ITSELF };

const BY_ROOT: Wrapper = Wrapper { name_of: NameOf::Root, ..BY_ITSELF };

/// For accounts that others act for.
const FOR_ANOTHER: Wrapper =
	Wrapper { actor: |key| pallet_utility::derivative_account_id(account(key), 9), ..BY_ITSELF };

/// All of them. Some stand here twice, since they have two ways.
pub const WRAPPERS: &[Wrapper] = &[
	Wrapper {
		name: ("Utility", "batch"),
		run: |key, call| {
			let _ = Utility::batch(signed(&account(key)), vec![call]);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "batch_all"),
		run: |key, call| {
			let _ = Utility::batch_all(signed(&account(key)), vec![call]);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "force_batch"),
		run: |key, call| {
			let _ = Utility::force_batch(signed(&account(key)), vec![call]);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "if_else"),
		run: |key, call| {
			let fallback = Box::new(Call::System(frame_system::Call::remark { remark: vec![] }));
			let _ = Utility::if_else(signed(&account(key)), Box::new(call), fallback);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "if_else"),
		run: |key, call| {
			// Only Root may.
			let main = Call::System(frame_system::Call::set_heap_pages { pages: 1 });
			let _ = Utility::if_else(signed(&account(key)), Box::new(main), Box::new(call));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "as_derivative"),
		actor: |key| pallet_utility::derivative_account_id(account(key), 7),
		run: |key, call| {
			let _ = Utility::as_derivative(signed(&account(key)), 7, Box::new(call));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "dispatch_as"),
		run: |key, call| {
			assert_ok!(in_the_name_of(key, call).dispatch(Origin::root()));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "dispatch_as_fallible"),
		run: |key, call| {
			let as_origin = Box::new(OriginCaller::system(RawOrigin::Signed(account(key))));
			let _ = Utility::dispatch_as_fallible(Origin::root(), as_origin, Box::new(call));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Utility", "with_weight"),
		run: |key, call| {
			let (call, weight) = (Box::new(in_the_name_of(key, call)), Default::default());
			assert_ok!(Utility::with_weight(Origin::root(), call, weight));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Proxy", "proxy"),
		prepare: |key| add_proxy(key, 0),
		run: |key, call| {
			let real = (FOR_ANOTHER.actor)(key).into();
			assert_ok!(Proxy::proxy(signed(&account(One)), real, None, Box::new(call)));
		},
		..FOR_ANOTHER
	},
	Wrapper {
		name: ("Proxy", "proxy_announced"),
		prepare: |key| add_proxy(key, 1),
		run: |key, call| {
			let (real, delegate) = ((FOR_ANOTHER.actor)(key), account(One));
			let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
			assert_ok!(Proxy::announce(signed(&delegate), real.clone().into(), hash));
			run_to(System::block_number() + 1);
			assert_ok!(Proxy::proxy_announced(
				signed(&account(Ferdie)),
				delegate.into(),
				real.into(),
				None,
				Box::new(call),
			));
		},
		..FOR_ANOTHER
	},
	Wrapper {
		name: ("Multisig", "as_multi_threshold_1"),
		actor: |key| joint(key, 1),
		run: |key, call| {
			let (by, others) = (signed(&account(key)), vec![account(Ferdie)]);
			let _ = Multisig::as_multi_threshold_1(by, others, Box::new(call));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Multisig", "as_multi"),
		actor: |key| joint(key, 2),
		run: |key, call| {
			let (one, other, call) = (account(key), account(Ferdie), Box::new(call));
			let (from, most) = (Multisig::timepoint(), call.get_dispatch_info().call_weight);
			let first = vec![other.clone()];
			assert_ok!(Multisig::as_multi(signed(&one), 2, first, None, call.clone(), most));
			let second = vec![one];
			assert_ok!(Multisig::as_multi(signed(&other), 2, second, Some(from), call, most));
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("MetaTx", "dispatch"),
		run: |key, call| {
			let _ = phonebook::MetaCall::new(call).sign(key).submit(Ferdie);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Recovery", "control_inherited_account"),
		prepare: |key| phonebook::recover(&(FOR_ANOTHER.actor)(key), &account(key)),
		run: |key, call| {
			let lost = (FOR_ANOTHER.actor)(key).into();
			let heir = signed(&account(key));
			let _ = Recovery::control_inherited_account(heir, lost, Box::new(call));
		},
		..FOR_ANOTHER
	},
	Wrapper {
		name: ("Scheduler", "schedule"),
		run: |key, call| {
			let next = System::block_number() + 1;
			let call = Box::new(in_the_name_of(key, call));
			assert_ok!(Scheduler::schedule(Origin::root(), next, None, 0, call));
			run_to(next);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Scheduler", "schedule_after"),
		run: |key, call| {
			let call = Box::new(in_the_name_of(key, call));
			assert_ok!(Scheduler::schedule_after(Origin::root(), 1, None, 0, call));
			run_to(System::block_number() + 2);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Scheduler", "schedule_named"),
		run: |key, call| {
			let next = System::block_number() + 1;
			let call = Box::new(in_the_name_of(key, call));
			assert_ok!(Scheduler::schedule_named(Origin::root(), [1; 32], next, None, 0, call));
			run_to(next);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Scheduler", "schedule_named_after"),
		run: |key, call| {
			let call = Box::new(in_the_name_of(key, call));
			assert_ok!(Scheduler::schedule_named_after(Origin::root(), [1; 32], 1, None, 0, call));
			run_to(System::block_number() + 2);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Governance", "queue"),
		run: |key, call| {
			pass(queue(in_the_name_of(key, call)));
			run_to(System::block_number() + TIMELOCK);
		},
		..BY_ITSELF
	},
	Wrapper {
		name: ("Governance", "enact"),
		run: |key, call| {
			let id = pallet_governance::NextProposalId::<Runtime>::get();
			let call = in_the_name_of(key, call);
			let weight = call.get_dispatch_info().call_weight;
			pass(queue(call));
			// The scheduler was too busy.
			set_block(System::block_number() + TIMELOCK);
			assert_ok!(Governance::enact(signed(&account(Eve)), id, weight));
		},
		..BY_ITSELF
	},
	Wrapper { name: ("Council", "close"), run: |_, call| pass(call), ..BY_COUNCIL },
	// A motion that needs one vote runs at once.
	Wrapper { name: ("Council", "propose"), run: |_, call| propose(1, &call), ..BY_COUNCIL },
	Wrapper {
		name: ("Council", "execute"),
		run: |_, call| {
			let length = call.encoded_size() as u32;
			assert_ok!(Council::execute(signed(&account(Alice)), Box::new(call), length));
		},
		..BY_COUNCIL
	},
	Wrapper {
		name: ("Utility", "with_weight"),
		run: |_, call| {
			let _ = Utility::with_weight(Origin::root(), Box::new(call), Default::default());
		},
		..BY_ROOT
	},
	Wrapper {
		name: ("Utility", "batch"),
		run: |_, call| {
			let _ = Utility::batch(Origin::root(), vec![call]);
		},
		..BY_ROOT
	},
	Wrapper {
		name: ("Scheduler", "schedule"),
		run: |_, call| {
			let next = System::block_number() + 1;
			assert_ok!(Scheduler::schedule(Origin::root(), next, None, 0, Box::new(call)));
			run_to(next);
		},
		..BY_ROOT
	},
	Wrapper {
		name: ("Governance", "queue"),
		run: |_, call| {
			pass(queue(call));
			run_to(System::block_number() + TIMELOCK);
		},
		..BY_ROOT
	},
];

/// The call by which Root runs `call` in somebody's name.
fn in_the_name_of(key: Sr25519Keyring, call: Call) -> Call {
	let as_origin = Box::new(OriginCaller::system(RawOrigin::Signed(account(key))));
	Call::Utility(pallet_utility::Call::dispatch_as { as_origin, call: Box::new(call) })
}

/// Makes an account that genesis does not know a proxy of the one that the owner of `key` acts in.
fn add_proxy(key: Sr25519Keyring, delay: u32) {
	let delegate = account(One);
	let value = 10 * ourledger_primitives::currency::OUR;
	let dest = delegate.clone().into();
	assert_ok!(crate::Balances::transfer_keep_alive(signed(&account(Alice)), dest, value));
	let real = (FOR_ANOTHER.actor)(key);
	assert_ok!(Proxy::add_proxy(signed(&real), delegate.into(), ProxyScope::Any, delay));
}

/// The account of the owner of a key together with Ferdie.
fn joint(key: Sr25519Keyring, threshold: u16) -> AccountId {
	let mut both = [account(key), account(Ferdie)];
	both.sort();
	Multisig::multi_account_id(&both, threshold)
}

fn queue(call: Call) -> Call {
	Call::Governance(pallet_governance::Call::queue { call: Box::new(call) })
}

fn propose(threshold: u32, call: &Call) {
	let length = call.encoded_size() as u32;
	assert_ok!(Council::propose(
		signed(&account(Alice)),
		threshold,
		Box::new(call.clone()),
		length
	));
}

/// Passes `call` as a motion of two, in a council of three.
fn pass(call: Call) {
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
	propose(2, &call);
	for voter in [Alice, Bob] {
		assert_ok!(Council::vote(signed(&account(voter)), hash, index, true));
	}
	let (weight, length) = (call.get_dispatch_info().call_weight, call.encoded_size() as u32);
	assert_ok!(Council::close(signed(&account(Dave)), hash, index, weight, length));
}
