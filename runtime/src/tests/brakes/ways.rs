//! Every way on which somebody but Root makes a call: directly, or carried by another.

use super::{account, by_proxy, run_to, signed};
use crate::{
	tests::{phonebook, Call},
	AccountId, Multisig, Proxy, ProxyScope, Runtime, RuntimeCall, System,
};
use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use scale_info::{form::PortableForm, MetaType, PortableRegistry, Registry, TypeDef};
use sp_keyring::Sr25519Keyring::{Charlie, Eve, Ferdie};
use sp_runtime::traits::{Dispatchable, Hash};
use std::collections::BTreeSet;

type UtilityCall = pallet_utility::Call<Runtime>;
type ProxyCall = pallet_proxy::Call<Runtime>;
type MultisigCall = pallet_multisig::Call<Runtime>;
type RecoveryCall = pallet_recovery::Call<Runtime>;

/// A way to make a call.
pub struct Way {
	/// Pallet and call that carry it; nothing for the call itself.
	pub name: Option<(&'static str, &'static str)>,
	/// In whose name it is made.
	pub actor: fn() -> AccountId,
	/// What has to be done once, before.
	pub prepare: fn(),
	/// Makes it, with transactions as people sign them. Whether the chain took all of them; what
	/// came of the call is for the caller to see.
	pub run: fn(Call) -> bool,
}

impl std::fmt::Debug for Way {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		self.name.fmt(f)
	}
}

fn eve() -> AccountId {
	account(Eve)
}

/// Makes `call` as a transaction of `signer` does: the runtime's filter is asked.
fn send(signer: &AccountId, call: Call) -> bool {
	call.dispatch(signed(signer)).is_ok()
}

/// Wrapped in one call, signed by Eve, in her name.
const BY_EVE: Way = Way { name: None, actor: eve, prepare: || {}, run: |call| send(&eve(), call) };

/// In Charlie's name, by somebody else.
const FOR_CHARLIE: Way = Way { actor: || account(Charlie), ..BY_EVE };

/// All of them.
pub const WAYS: &[Way] = &[
	BY_EVE,
	Way {
		name: Some(("Utility", "batch")),
		run: |call| send(&eve(), UtilityCall::batch { calls: vec![call] }.into()),
		..BY_EVE
	},
	Way {
		name: Some(("Utility", "batch_all")),
		run: |call| send(&eve(), UtilityCall::batch_all { calls: vec![call] }.into()),
		..BY_EVE
	},
	Way {
		name: Some(("Utility", "force_batch")),
		run: |call| send(&eve(), UtilityCall::force_batch { calls: vec![call] }.into()),
		..BY_EVE
	},
	Way {
		name: Some(("Utility", "if_else")),
		run: |call| {
			let (main, fallback) = (Box::new(call), Box::new(no_veto()));
			send(&eve(), UtilityCall::if_else { main, fallback }.into())
		},
		..BY_EVE
	},
	Way {
		name: Some(("Utility", "if_else")),
		run: |call| {
			let (main, fallback) = (Box::new(no_veto()), Box::new(call));
			send(&eve(), UtilityCall::if_else { main, fallback }.into())
		},
		..BY_EVE
	},
	Way {
		name: Some(("Utility", "as_derivative")),
		actor: || pallet_utility::derivative_account_id(eve(), 7),
		run: |call| {
			let call = Box::new(call);
			send(&eve(), UtilityCall::as_derivative { index: 7, call }.into())
		},
		..BY_EVE
	},
	Way {
		name: Some(("Proxy", "proxy")),
		prepare: || add_proxy(0),
		run: |call| send(&eve(), by_proxy(&account(Charlie), call)),
		..FOR_CHARLIE
	},
	Way {
		name: Some(("Proxy", "proxy_announced")),
		prepare: || add_proxy(1),
		run: |call| {
			let call_hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
			let real = account(Charlie);
			let announce = ProxyCall::announce { real: real.clone().into(), call_hash };
			assert!(send(&eve(), announce.into()), "announcing commits to nothing");
			run_to(System::block_number() + 1);
			let announced = ProxyCall::proxy_announced {
				delegate: eve().into(),
				real: real.clone().into(),
				force_proxy_type: None,
				call: Box::new(call),
			};
			let done = send(&account(Ferdie), announced.into());
			if !done {
				let taken_back = ProxyCall::remove_announcement { real: real.into(), call_hash };
				assert!(send(&eve(), taken_back.into()), "an announcement can be taken back");
			}
			done
		},
		..FOR_CHARLIE
	},
	Way {
		name: Some(("Multisig", "as_multi_threshold_1")),
		actor: || joint(1),
		run: |call| {
			let (other_signatories, call) = (vec![account(Ferdie)], Box::new(call));
			let call = MultisigCall::as_multi_threshold_1 { other_signatories, call };
			send(&eve(), call.into())
		},
		..BY_EVE
	},
	Way {
		name: Some(("Multisig", "as_multi")),
		actor: || joint(2),
		run: |call| {
			let ferdie = account(Ferdie);
			let (from, max_weight) = (Multisig::timepoint(), call.get_dispatch_info().call_weight);
			let part = |other, maybe_timepoint| -> Call {
				MultisigCall::as_multi {
					threshold: 2,
					other_signatories: vec![other],
					maybe_timepoint,
					call: Box::new(call.clone()),
					max_weight,
				}
				.into()
			};
			send(&eve(), part(ferdie.clone(), None)) && send(&ferdie, part(eve(), Some(from)))
		},
		..BY_EVE
	},
	Way {
		name: Some(("Multisig", "as_multi")),
		actor: || joint(2),
		run: |call| {
			// As wallets do: only the last signatory gives the call, the others its hash.
			let ferdie = account(Ferdie);
			let (from, max_weight) = (Multisig::timepoint(), call.get_dispatch_info().call_weight);
			let call_hash = sp_io::hashing::blake2_256(&codec::Encode::encode(&call));
			let first = MultisigCall::approve_as_multi {
				threshold: 2,
				other_signatories: vec![ferdie.clone()],
				maybe_timepoint: None,
				call_hash,
				max_weight,
			};
			assert!(send(&eve(), first.into()), "approving a hash commits to nothing");
			let last = MultisigCall::as_multi {
				threshold: 2,
				other_signatories: vec![eve()],
				maybe_timepoint: Some(from),
				call: Box::new(call),
				max_weight,
			};
			let done = send(&ferdie, last.into());
			if !done {
				let taken_back = MultisigCall::cancel_as_multi {
					threshold: 2,
					other_signatories: vec![ferdie],
					timepoint: from,
					call_hash,
				};
				assert!(send(&eve(), taken_back.into()), "an approval can be taken back");
			}
			done
		},
		..BY_EVE
	},
	Way {
		name: Some(("MetaTx", "dispatch")),
		run: |call| {
			let signed_by_eve = phonebook::MetaCall::new(call).sign(Eve).call();
			send(&account(Ferdie), signed_by_eve)
		},
		..BY_EVE
	},
	Way {
		name: Some(("Recovery", "control_inherited_account")),
		prepare: || phonebook::recover(&account(Charlie), &eve()),
		run: |call| {
			let (recovered, call) = (account(Charlie).into(), Box::new(call));
			let call = RecoveryCall::control_inherited_account { recovered, call };
			send(&eve(), call.into())
		},
		..FOR_CHARLIE
	},
];

/// An unstoppable call that fails: there is no such proposal.
fn no_veto() -> Call {
	super::veto(u64::MAX)
}

/// Makes Eve Charlie's proxy, for everything.
fn add_proxy(delay: u32) {
	let charlie = signed(&account(Charlie));
	assert_ok!(Proxy::add_proxy(charlie, eve().into(), ProxyScope::Any, delay));
}

/// The account of Eve and Ferdie.
fn joint(threshold: u16) -> AccountId {
	let mut both = [eve(), account(Ferdie)];
	both.sort();
	Multisig::multi_account_id(&both, threshold)
}

/// All calls of the runtime that carry another, by what their arguments are made of.
pub fn carriers() -> BTreeSet<(&'static str, &'static str)> {
	use frame_support::traits::GetCallMetadata;
	let mut registry = Registry::new();
	let call = registry.register_type(&MetaType::new::<RuntimeCall>()).id;
	let registry = PortableRegistry::from(registry);
	let mut found = BTreeSet::new();
	for pallet in variants(&registry, call) {
		let module = RuntimeCall::get_module_names().iter().find(|name| **name == pallet.name);
		let module = module.expect("each pallet is named as its variant");
		for function in variants(&registry, pallet.fields[0].ty.id) {
			let fields = function.fields.iter().map(|field| field.ty.id);
			if reaches(&registry, fields.collect(), call) {
				let names = RuntimeCall::get_call_names(module);
				let name = names.iter().find(|name| **name == function.name);
				found.insert((*module, *name.expect("each call is named as its variant")));
			}
		}
	}
	found
}

fn variants(registry: &PortableRegistry, id: u32) -> &[scale_info::Variant<PortableForm>] {
	match &registry.resolve(id).expect("it is registered").type_def {
		TypeDef::Variant(variant) => &variant.variants,
		other => panic!("{other:?} is no enum"),
	}
}

/// Whether a value of one of the types `from` can hold one of the type `to`.
fn reaches(registry: &PortableRegistry, mut from: Vec<u32>, to: u32) -> bool {
	let mut seen = BTreeSet::new();
	while let Some(id) = from.pop() {
		if id == to {
			return true;
		}
		if !seen.insert(id) {
			continue;
		}
		match &registry.resolve(id).expect("it is registered").type_def {
			TypeDef::Composite(it) => from.extend(it.fields.iter().map(|field| field.ty.id)),
			TypeDef::Variant(it) => from.extend(
				it.variants.iter().flat_map(|variant| &variant.fields).map(|field| field.ty.id),
			),
			TypeDef::Sequence(it) => from.push(it.type_param.id),
			TypeDef::Array(it) => from.push(it.type_param.id),
			TypeDef::Tuple(it) => from.extend(it.fields.iter().map(|field| field.id)),
			TypeDef::Compact(it) => from.push(it.type_param.id),
			TypeDef::Primitive(_) | TypeDef::BitSequence(_) => {},
		}
	}
	false
}
