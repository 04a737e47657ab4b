//! What a scoped proxy may do: every call of the runtime has a decision, and nothing that wraps a
//! call gets around it.

use super::{account, by_proxy, chain, every_call, signed, Call};
use crate::{AccountId, Proxy, ProxyScope, Recovery, Runtime, RuntimeEvent, System, Utility};
use codec::Encode;
use frame_support::{assert_ok, traits::InstanceFilter};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult};
use std::collections::BTreeMap;
use ProxyScope::{Any, Commerce, Payments, Records, Voting};

/// Every scope but `Any`, which allows everything.
const LIMITED: [ProxyScope; 4] = [Payments, Commerce, Records, Voting];

/// The calls that limited scopes allow. All others of [`OF_ANY_ALONE`] they refuse.
const ALLOWED: &[(&str, &[&str], &[ProxyScope])] = &[
	("Balances", &["transfer_allow_death", "transfer_keep_alive"], &[Payments]),
	("Currencies", &["transfer"], &[Payments]),
	("Commerce", &["pay", "sell"], &[Payments, Commerce]),
	(
		"Commerce",
		&[
			"accept",
			"cancel",
			"confirm",
			"cover_note",
			"credit_note",
			"deliver",
			"dispute",
			"issue",
			"reject",
			"self_bill",
			"withdraw_cancel",
			"withdraw_note",
		],
		&[Commerce],
	),
	("Tax", &["claim_refund", "pay_arrears"], &[Commerce]),
	("Records", &["append", "pin", "unpin"], &[Records]),
	("Council", &["propose", "vote", "close"], &[Voting]),
	("Governance", &["veto", "withdraw_veto"], &[Voting]),
];

/// The calls that were decided to be for `Any` alone. A call that is in neither list has no
/// decision yet: think about it, then add it here or to a scope.
const OF_ANY_ALONE: &[(&str, &[&str])] = &[
	("Babe", &["plan_config_change", "report_equivocation", "report_equivocation_unsigned"]),
	(
		"Balances",
		&[
			"burn",
			"force_adjust_total_issuance",
			"force_set_balance",
			"force_transfer",
			"force_unreserve",
			"transfer_all",
			"upgrade_accounts",
		],
	),
	("Brakes", &["apply", "release"]),
	(
		"Council",
		&["disapprove_proposal", "execute", "kill", "release_proposal_cost", "set_members"],
	),
	(
		"CouncilMembership",
		&[
			"add_member",
			"change_key",
			"clear_prime",
			"remove_member",
			"reset_members",
			"set_prime",
			"swap_member",
		],
	),
	(
		"Commerce",
		&[
			"add_room",
			"allow_self_billing",
			"collect_unpaid",
			"end_self_billing",
			"prune",
			"prune_quotes",
			"release",
			"remove_room",
			"remove_till",
			"resolve",
			"set_till",
		],
	),
	(
		"Currencies",
		&[
			"add_liquidity",
			"admit",
			"amend",
			"charge",
			"create",
			"create_pool",
			"discard",
			"expel",
			"freeze",
			"issue",
			"redeem",
			"remove_liquidity",
			"repay",
			"set_credit_line",
			"spend_pot",
			"swap",
			"swap_for",
			"take",
			"unfreeze",
			"write_off",
		],
	),
	("Governance", &["enact", "queue", "set_timelock"]),
	("Grandpa", &["note_stalled", "report_equivocation", "report_equivocation_unsigned"]),
	("MetaTx", &["dispatch"]),
	(
		"MultiBlockMigrations",
		&["clear_historic", "force_onboard_mbms", "force_set_active_cursor", "force_set_cursor"],
	),
	(
		"Multisig",
		&[
			"approve_as_multi",
			"as_multi",
			"as_multi_threshold_1",
			"cancel_as_multi",
			"poke_deposit",
		],
	),
	("Parameters", &["set_parameter"]),
	(
		"Preimage",
		&[
			"ensure_updated",
			"note_preimage",
			"request_preimage",
			"unnote_preimage",
			"unrequest_preimage",
		],
	),
	(
		"Proxy",
		&[
			"add_proxy",
			"announce",
			"create_pure",
			"kill_pure",
			"poke_deposit",
			"proxy",
			"proxy_announced",
			"reject_announcement",
			"remove_announcement",
			"remove_proxies",
			"remove_proxy",
		],
	),
	(
		"Recovery",
		&[
			"approve_attempt",
			"cancel_attempt",
			"control_inherited_account",
			"finish_attempt",
			"initiate_attempt",
			"revoke_inheritor",
			"set_friend_groups",
			"slash_attempt",
		],
	),
	(
		"Scheduler",
		&[
			"cancel",
			"cancel_named",
			"cancel_retry",
			"cancel_retry_named",
			"schedule",
			"schedule_after",
			"schedule_named",
			"schedule_named_after",
			"set_retry",
			"set_retry_named",
		],
	),
	("Session", &["purge_keys", "set_keys"]),
	(
		"System",
		&[
			"apply_authorized_upgrade",
			"authorize_upgrade",
			"authorize_upgrade_without_checks",
			"kill_prefix",
			"kill_storage",
			"remark",
			"remark_with_event",
			"set_code",
			"set_code_without_checks",
			"set_heap_pages",
			"set_storage",
		],
	),
	("Timestamp", &["set"]),
	(
		"Treasury",
		&["check_status", "payout", "remove_approval", "spend", "spend_local", "void_spend"],
	),
	(
		"Twins",
		&[
			"add_key",
			"claim_name",
			"clear_name",
			"deactivate",
			"register",
			"register_for",
			"release_name",
			"remove_key",
			"set_endpoints",
			"set_profile",
		],
	),
	(
		"Tax",
		&[
			"amend_jurisdiction",
			"amend_taxpayer",
			"appeal",
			"apply",
			"assess_refund",
			"confirm_owner",
			"create_jurisdiction",
			"decide_appeal",
			"declare_owner",
			"deny_refund",
			"deregister",
			"give",
			"hold_refund",
			"pay_refund",
			"publish_rate",
			"register",
			"set_code",
			"set_dividend_code",
			"set_rate",
			"sweep",
		],
	),
	(
		"Utility",
		&[
			"as_derivative",
			"batch",
			"batch_all",
			"dispatch_as",
			"dispatch_as_fallible",
			"force_batch",
			"if_else",
			"with_weight",
		],
	),
	(
		"Validators",
		&[
			"apply",
			"approve",
			"leave",
			"remove",
			"restore_finality",
			"withdraw_application",
			"withdraw_bond",
		],
	),
];

#[test]
fn every_call_has_a_decision_and_scopes_obey_it() {
	let calls = every_call();
	let mut decided = BTreeMap::new();
	for (pallet, names, scopes) in ALLOWED {
		for name in *names {
			decided.insert((*pallet, *name), *scopes);
		}
	}
	for (pallet, names) in OF_ANY_ALONE {
		for name in *names {
			let twice = decided.insert((*pallet, *name), &[]);
			assert!(twice.is_none(), "{pallet}.{name} is in both lists");
		}
	}
	for name in decided.keys() {
		assert!(calls.contains_key(name), "{name:?} is no call of the runtime");
	}
	let undecided: Vec<_> = calls.keys().filter(|name| !decided.contains_key(*name)).collect();
	assert!(undecided.is_empty(), "no decision for {undecided:?}");

	for (name, call) in &calls {
		assert!(Any.filter(call), "Any refuses {name:?}");
		for scope in LIMITED {
			let allowed = decided[name].contains(&scope);
			assert_eq!(scope.filter(call), allowed, "{scope:?} on {name:?}");
		}
	}
}

#[test]
fn no_scope_but_any_allows_a_call_that_changes_the_origin() {
	const CHANGERS: [&str; 9] = [
		"Proxy",
		"Multisig",
		"Recovery",
		"MetaTx",
		"Utility",
		"Scheduler",
		"Sudo",
		"Session",
		"System",
	];
	for ((pallet, name), call) in every_call() {
		if CHANGERS.contains(&pallet) || name.contains("execute") {
			for scope in LIMITED {
				assert!(!scope.filter(&call), "{scope:?} allows {pallet}.{name}");
			}
		}
	}
}

/// What the chain records if it ran in the name of the account that the tests protect.
fn forbidden() -> Call {
	Call::System(frame_system::Call::remark_with_event { remark: b"forbidden".to_vec() })
}

/// What [`Payments`] allows.
fn payment() -> Call {
	Call::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: account(Dave).into(),
		value: 1_000_000_000,
	})
}

/// Makes `delegate` a proxy of Alice, who is protected, for payments alone.
fn protect_from(delegate: &AccountId) -> AccountId {
	let alice = account(Alice);
	assert_ok!(Proxy::add_proxy(signed(&alice), delegate.clone().into(), Payments, 0));
	alice
}

/// What came of the calls that proxies made, in their order.
fn proxied() -> Vec<DispatchResult> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
			_ => None,
		})
		.collect()
}

/// Checks that a proxy's only call was refused by its scope, and that nothing ran for Alice.
fn assert_filtered() {
	let filtered: DispatchError = frame_system::Error::<Runtime>::CallFiltered.into();
	assert_eq!(proxied(), [Err(filtered)]);
	let ran = System::events().into_iter().any(|record| {
		matches!(record.event, RuntimeEvent::System(frame_system::Event::Remarked { .. }))
	});
	assert!(!ran, "it ran for Alice");
}

#[test]
fn a_scoped_proxy_does_what_its_scope_allows() {
	chain("development").execute_with(|| {
		let bob = account(Bob);
		let alice = protect_from(&bob);
		assert_ok!(by_proxy(&alice, payment()).dispatch(signed(&bob)));
		assert_eq!(proxied(), [Ok(())]);
	});
}

#[test]
fn a_wrapper_inside_a_scope_is_refused() {
	let wrapped = |alice: &AccountId| -> Vec<Call> {
		let nested = || Box::new(payment());
		vec![
			forbidden(),
			Call::Utility(pallet_utility::Call::batch { calls: vec![payment()] }),
			Call::Utility(pallet_utility::Call::batch_all { calls: vec![payment()] }),
			Call::Utility(pallet_utility::Call::force_batch { calls: vec![payment()] }),
			Call::Utility(pallet_utility::Call::as_derivative { index: 0, call: nested() }),
			by_proxy(alice, payment()),
			Call::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
				other_signatories: vec![account(Bob)],
				call: nested(),
			}),
			Call::Recovery(pallet_recovery::Call::control_inherited_account {
				recovered: alice.clone().into(),
				call: nested(),
			}),
			Call::Proxy(pallet_proxy::Call::add_proxy {
				delegate: account(Bob).into(),
				proxy_type: Any,
				delay: 0,
			}),
		]
	};
	for index in 0..wrapped(&account(Alice)).len() {
		chain("development").execute_with(|| {
			let bob = account(Bob);
			let alice = protect_from(&bob);
			let call = wrapped(&alice).remove(index);
			assert_ok!(by_proxy(&alice, call).dispatch(signed(&bob)));
			assert_filtered();
		});
	}
}

#[test]
fn a_batch_around_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let bob = account(Bob);
		let alice = protect_from(&bob);
		let calls = vec![by_proxy(&alice, forbidden())];
		assert_ok!(Utility::batch(signed(&bob), calls));
		assert_filtered();
	});
}

#[test]
fn a_proxy_of_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let (bob, charlie) = (account(Bob), account(Charlie));
		let alice = protect_from(&bob);
		assert_ok!(Proxy::add_proxy(signed(&bob), charlie.clone().into(), Any, 0));
		let call = by_proxy(&bob, by_proxy(&alice, forbidden()));
		assert_ok!(call.dispatch(signed(&charlie)));
		let filtered: DispatchError = frame_system::Error::<Runtime>::CallFiltered.into();
		// The inner one, refused; then the outer one, which did run.
		assert_eq!(proxied(), [Err(filtered), Ok(())]);
	});
}

#[test]
fn a_multisig_that_is_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let (bob, charlie) = (account(Bob), account(Charlie));
		let mut both = [bob.clone(), charlie.clone()];
		both.sort();
		let joint = pallet_multisig::Pallet::<Runtime>::multi_account_id(&both, 1);
		let alice = protect_from(&joint);
		let call = Call::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: vec![charlie],
			call: Box::new(by_proxy(&alice, forbidden())),
		});
		assert_ok!(call.dispatch(signed(&bob)));
		assert_filtered();
	});
}

#[test]
fn a_derivative_account_that_is_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let bob = account(Bob);
		let derived = pallet_utility::derivative_account_id(bob.clone(), 7);
		let alice = protect_from(&derived);
		let call = Box::new(by_proxy(&alice, forbidden()));
		assert_ok!(Utility::as_derivative(signed(&bob), 7, call));
		assert_filtered();
	});
}

#[test]
fn a_recovered_account_that_is_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let (bob, charlie) = (account(Bob), account(Charlie));
		let alice = protect_from(&bob);
		super::phonebook::recover(&bob, &charlie);
		let call = Box::new(by_proxy(&alice, forbidden()));
		assert_ok!(Recovery::control_inherited_account(signed(&charlie), bob.into(), call));
		assert_filtered();
	});
}

#[test]
fn a_meta_transaction_of_a_proxy_keeps_the_scope() {
	chain("development").execute_with(|| {
		let alice = protect_from(&account(Bob));
		let call = by_proxy(&alice, forbidden());
		let signed_by_bob = super::phonebook::MetaCall::new(call).sign(Bob);
		assert_ok!(signed_by_bob.submit(Charlie));
		assert_filtered();
	});
}

#[test]
fn a_limited_scope_cannot_register_or_manage_twins() {
	for (name, call) in every_call() {
		if name.0 == "Twins" {
			for scope in LIMITED {
				assert!(!scope.filter(&call), "{scope:?} allows {name:?}");
			}
		}
	}
}

#[test]
fn zeros_decode_to_what_they_stand_for() {
	assert_eq!(every_call()[&("System", "remark")].encode(), [0, 0, 0]);
}
