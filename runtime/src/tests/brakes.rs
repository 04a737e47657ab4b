//! What the brakes stop, by whatever way it comes, who may apply them, and for how long.

mod ways;

use super::{
	account, by_proxy, chain, check_state, every_call, run_to, set_block, signed, Call, Origin,
};
use crate::{
	configs::{brakes::Unstoppable, governance::CouncilInstance, time::Ticks},
	AccountId, Balances, Brakes, Council, CouncilMembership, Governance, Runtime, RuntimeCall,
	RuntimeEvent, System,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, traits::Contains};
use ourledger_primitives::{
	currency::OUR,
	time::{DAYS, HOURS},
	BlockNumber,
};
use pallet_brakes::{Brake, CallName};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{
	traits::{BlockNumberProvider, Dispatchable, Hash},
	DispatchError,
};
use std::collections::BTreeSet;
use ways::{Way, WAYS};

type BrakeError = pallet_brakes::Error<Runtime>;

/// Origin of a motion with `ayes` of three seats.
fn motion(ayes: u32) -> Origin {
	pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(ayes, 3).into()
}

fn pause(pallet: &str, call: &str) -> Brake {
	Brake::Call(CallName::new(pallet, call).expect("short names"))
}

fn apply(brake: Brake, ticks: BlockNumber) -> Result<(), DispatchError> {
	Brakes::apply(motion(2), brake, ticks)
}

/// Lets so many ticks pass, each with its block.
fn wait(ticks: BlockNumber) {
	set_block(Ticks::current_block_number() + ticks);
}

/// An account that gets money from nobody else.
fn payee() -> AccountId {
	AccountId::new([7; 32])
}

fn transfer() -> Call {
	let dest = payee().into();
	Call::Balances(pallet_balances::Call::transfer_keep_alive { dest, value: OUR })
}

fn veto(id: u64) -> Call {
	Call::Governance(pallet_governance::Call::veto { id })
}

/// Opens a motion, and gives the vote on it.
fn vote() -> Call {
	let what = Call::System(frame_system::Call::remark { remark: b"a motion".to_vec() });
	let proposal = <Runtime as frame_system::Config>::Hashing::hash_of(&what);
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	let length = what.encoded_size() as u32;
	assert_ok!(Council::propose(signed(&account(Alice)), 2, Box::new(what), length));
	Call::Council(pallet_collective::Call::vote { proposal, index, approve: true })
}

/// Whether `who` has voted for the motion of [`vote`].
fn has_voted(who: &AccountId) -> bool {
	System::events().into_iter().any(|record| match record.event {
		RuntimeEvent::Council(pallet_collective::Event::Voted { account, .. }) => account == *who,
		_ => false,
	})
}

/// Queues a call, and gives the proposal's number.
fn queue() -> u64 {
	let id = pallet_governance::NextProposalId::<Runtime>::get();
	let call = Call::System(frame_system::Call::remark { remark: vec![] });
	assert_ok!(Governance::queue(motion(2), Box::new(call)));
	id
}

fn has_vetoed(who: &AccountId, id: u64) -> bool {
	let queued = pallet_governance::Proposals::<Runtime>::get(id).expect("one veto is not enough");
	queued.vetoes.contains(who)
}

/// Makes whoever acts by this way a member of the council of three, who can pay.
fn seat(way: &Way) -> AccountId {
	let who = (way.actor)();
	let (alice, value) = (signed(&account(Alice)), 1_000 * OUR);
	assert_ok!(Balances::transfer_keep_alive(alice, who.clone().into(), value));
	(way.prepare)();
	let mut members = vec![account(Alice), account(Bob), who.clone()];
	members.sort();
	assert_ok!(CouncilMembership::reset_members(Origin::root(), members));
	who
}

/// The brakes that may be in the way of a call that comes by `way`.
fn brakes_against(way: &Way) -> Vec<Brake> {
	let mut brakes = vec![Brake::SafeMode];
	brakes.extend(way.name.map(|(pallet, call)| pause(pallet, call)));
	brakes
}

#[test]
fn by_every_way_votes_and_vetoes_pass_and_payments_do_not() {
	for way in WAYS {
		let stopping =
			brakes_against(way).into_iter().chain([pause("Balances", "transfer_keep_alive")]);
		for brake in stopping {
			chain("local_testnet").execute_with(|| {
				let who = seat(way);
				let (vote, id) = (vote(), queue());
				assert_ok!(apply(brake.clone(), HOURS));

				(way.run)(transfer());
				assert_eq!(Balances::free_balance(payee()), 0, "paid by {way:?} against {brake:?}");
				(way.run)(vote);
				assert!(has_voted(&who), "no vote by {way:?} against {brake:?}");
				(way.run)(veto(id));
				assert!(has_vetoed(&who, id), "no veto by {way:?} against {brake:?}");

				// It was the brake, and nothing else, that stood in the way.
				wait(HOURS);
				(way.run)(transfer());
				assert_eq!(Balances::free_balance(payee()), OUR, "not paid by {way:?}");
				check_state();
			});
		}
	}
}

/// Balance, deposits and nonce of an account.
fn info(who: AccountId) -> impl PartialEq + std::fmt::Debug {
	frame_system::Account::<Runtime>::get(who)
}

#[test]
fn what_is_stopped_costs_no_deposit_and_no_nonce() {
	for way in WAYS {
		for brake in brakes_against(way) {
			chain("local_testnet").execute_with(|| {
				let who = seat(way);
				let accounts = || [Eve, Ferdie, Charlie].map(account).map(info);
				let (before, of_actor) = (accounts(), info(who.clone()));
				assert_ok!(apply(brake, HOURS));
				assert!(!(way.run)(transfer()), "{way:?}");
				assert_eq!(accounts(), before, "{way:?} left a trace");
				assert_eq!(info(who), of_actor, "{way:?} left a trace");
			});
		}
	}
}

#[test]
fn every_call_that_carries_another_is_looked_into_or_needs_no_look() {
	// Unstoppable themselves; what they carry is asked about when it runs.
	let council = [("Council", "execute"), ("Council", "propose"), ("Governance", "queue")];
	let for_root = [
		("Scheduler", "schedule"),
		("Scheduler", "schedule_after"),
		("Scheduler", "schedule_named"),
		("Scheduler", "schedule_named_after"),
		("Utility", "dispatch_as"),
		("Utility", "dispatch_as_fallible"),
		("Utility", "with_weight"),
	];
	let tried = WAYS.iter().filter_map(|way| way.name);
	let known: BTreeSet<_> = council.into_iter().chain(for_root).chain(tried).collect();
	assert_eq!(ways::carriers(), known);

	let calls = every_call();
	for name in council {
		assert!(<Unstoppable as Contains<RuntimeCall>>::contains(&calls[&name]));
	}
	for name in for_root {
		chain("local_testnet").execute_with(|| {
			for origin in [signed(&account(Alice)), motion(3), Origin::none()] {
				let refused = calls[&name].clone().dispatch(origin).map_err(|failed| failed.error);
				assert_eq!(
					refused,
					Err(DispatchError::BadOrigin),
					"{name:?} is not for Root alone"
				);
			}
		});
	}
}

#[test]
fn what_the_council_carries_is_stopped_when_it_runs() {
	// As a member, or as the council, of whoever may make it.
	let inner = Call::System(frame_system::Call::remark_with_event { remark: vec![1] });
	let remarked = || {
		System::events().into_iter().any(|record| {
			let event = record.event;
			matches!(event, RuntimeEvent::System(frame_system::Event::Remarked { .. }))
		})
	};
	chain("local_testnet").execute_with(|| {
		assert_ok!(apply(Brake::SafeMode, HOURS));
		let length = inner.encoded_size() as u32;
		for call in [
			pallet_collective::Call::execute {
				proposal: Box::new(inner.clone()),
				length_bound: length,
			},
			pallet_collective::Call::propose {
				threshold: 1,
				proposal: Box::new(inner.clone()),
				length_bound: length,
			},
		] {
			assert_ok!(Call::Council(call).dispatch(signed(&account(Alice))));
		}
		let filtered: DispatchError = frame_system::Error::<Runtime>::CallFiltered.into();
		let results: Vec<_> = System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::Council(
					pallet_collective::Event::MemberExecuted { result, .. }
					| pallet_collective::Event::Executed { result, .. },
				) => Some(result),
				_ => None,
			})
			.collect();
		assert_eq!(results, [Err(filtered), Err(filtered)]);
		assert!(!remarked());
	});
}

#[test]
fn a_batch_passes_if_nothing_in_it_can_be_stopped() {
	chain("local_testnet").execute_with(|| {
		let batch = |calls| Call::Utility(pallet_utility::Call::batch_all { calls });
		let allowed = <Runtime as frame_system::Config>::BaseCallFilter::contains;
		assert_ok!(apply(Brake::SafeMode, HOURS));
		assert!(allowed(&batch(vec![veto(0), veto(1)])));
		assert!(!allowed(&batch(vec![veto(0), transfer()])));
		assert!(!allowed(&batch(vec![transfer(), veto(0)])));
	});
}

#[test]
fn the_look_goes_four_calls_deep() {
	chain("local_testnet").execute_with(|| {
		let wrapped = |times| (0..times).fold(veto(0), |call, _| by_proxy(&account(Bob), call));
		let allowed = <Runtime as frame_system::Config>::BaseCallFilter::contains;
		assert!(allowed(&wrapped(5)));
		assert_ok!(apply(Brake::SafeMode, HOURS));
		assert!(allowed(&wrapped(4)));
		assert!(!allowed(&wrapped(5)));
	});
}

#[test]
fn what_root_runs_passes_every_brake() {
	chain("local_testnet").execute_with(|| {
		for brake in [Brake::SafeMode, pause("Balances", "force_transfer")] {
			assert_ok!(apply(brake, HOURS));
		}
		let call = Call::Balances(pallet_balances::Call::force_transfer {
			source: account(Alice).into(),
			dest: payee().into(),
			value: OUR,
		});
		assert_ok!(Governance::queue(motion(2), Box::new(call)));
		run_to(System::block_number() + 4);
		assert_eq!(Balances::free_balance(payee()), OUR);
	});
}

#[test]
fn unstoppable_calls_cannot_be_paused() {
	chain("local_testnet").execute_with(|| {
		for (pallet, call) in [
			("Council", "vote"),
			("Governance", "veto"),
			("Governance", "enact"),
			("Timestamp", "set"),
			("System", "apply_authorized_upgrade"),
			("Brakes", "release"),
			("Grandpa", "report_equivocation_unsigned"),
			("Validators", "remove"),
		] {
			assert_noop!(apply(pause(pallet, call), HOURS), BrakeError::Unstoppable);
		}
	});
}

#[test]
fn two_of_three_cannot_stop_everything_for_a_timelock() {
	let timelock = crate::configs::governance::DefaultTimelock::get();
	chain("local_testnet").execute_with(|| {
		let everything = || [Brake::SafeMode, pause("Balances", "transfer_keep_alive")];
		let (mut stopped, mut longest, mut at_a_stretch) = (0, 0, 0);
		// Every hour they stop whatever they may, for as long as they may.
		for _ in 0..timelock / HOURS {
			for (brake, hours) in everything()
				.into_iter()
				.flat_map(|brake| (1..=72).rev().map(move |hours| (brake.clone(), hours)))
			{
				let _ = apply(brake, hours * HOURS);
			}
			let on = everything().iter().any(Brakes::is_on);
			stopped += u32::from(on);
			at_a_stretch = if on { at_a_stretch + 1 } else { 0 };
			longest = longest.max(at_a_stretch);
			wait(HOURS);
		}
		assert_eq!((longest, stopped), (72, 96), "hours of {}", timelock / HOURS);
	});
}

#[test]
fn all_three_may_stop_everything_for_longer() {
	chain("local_testnet").execute_with(|| {
		assert_noop!(apply(Brake::SafeMode, 4 * DAYS), BrakeError::RoundTooLong);
		for origin in [motion(3), Origin::root()] {
			assert_ok!(Brakes::apply(origin, Brake::SafeMode, 30 * DAYS));
			assert_ok!(Brakes::release(motion(2), Brake::SafeMode));
		}
		assert_noop!(Brakes::apply(motion(1), Brake::SafeMode, 1), DispatchError::BadOrigin);
	});
}

#[test]
fn the_council_releases_what_it_applied() {
	chain("local_testnet").execute_with(|| {
		let allowed = <Runtime as frame_system::Config>::BaseCallFilter::contains;
		assert_ok!(apply(Brake::SafeMode, DAYS));
		assert!(!allowed(&transfer()));
		let release = Call::Brakes(pallet_brakes::Call::release { brake: Brake::SafeMode });
		assert_ok!(release.dispatch(motion(2)));
		assert!(allowed(&transfer()));
		check_state();
	});
}

#[test]
fn after_a_failed_migration_only_the_council_lets_go() {
	use crate::configs::brakes::StopEverything;
	use frame_support::migrations::{FailedMigrationHandler, FailedMigrationHandling};
	chain("local_testnet").execute_with(|| {
		// As the pallet of migrations does, which under `try-runtime` panics instead.
		pallet_migrations::Cursor::<Runtime>::put(pallet_migrations::MigrationCursor::Stuck);
		match StopEverything::failed(Some(0)) {
			FailedMigrationHandling::ForceUnstuck => pallet_migrations::Cursor::<Runtime>::kill(),
			other => panic!("{other:?} leaves the chain stuck"),
		}
		assert!(
			!<crate::MultiBlockMigrations as frame_support::migrations::MultiStepMigrator>::ongoing(
			)
		);

		wait(365 * DAYS);
		let allowed = <Runtime as frame_system::Config>::BaseCallFilter::contains;
		assert!(!allowed(&transfer()) && allowed(&veto(0)));
		assert_ok!(Brakes::release(motion(2), Brake::SafeMode));
		assert!(allowed(&transfer()));
		check_state();
	});
}

#[test]
fn a_seat_moves_by_no_way_but_the_queue() {
	let members = || pallet_collective::Members::<Runtime, CouncilInstance>::get();
	let change = || {
		let new = account(Dave).into();
		Call::CouncilMembership(pallet_membership::Call::change_key { new })
	};
	for way in WAYS {
		chain("local_testnet").execute_with(|| {
			let who = seat(way);
			(way.run)(change());
			assert!(members().contains(&who), "moved by {way:?}");
			assert!(!members().contains(&account(Dave)), "moved by {way:?}");
			check_state();
		});
	}
	// Within a motion of the whole council it has no member's origin either.
	chain("local_testnet").execute_with(|| {
		for origin in [motion(3), signed(&account(Charlie)), signed(&account(Eve))] {
			let refused = change().dispatch(origin).map_err(|failed| failed.error);
			assert_eq!(refused, Err(frame_system::Error::<Runtime>::CallFiltered.into()));
		}
	});
	// The queue's call does.
	chain("local_testnet").execute_with(|| {
		let (remove, add) = (account(Charlie), account(Dave));
		let swap = Call::CouncilMembership(pallet_membership::Call::swap_member {
			remove: remove.clone().into(),
			add: add.clone().into(),
		});
		assert_ok!(Governance::queue(motion(2), Box::new(swap)));
		assert!(members().contains(&remove));
		run_to(System::block_number() + 4);
		assert!(members().contains(&add) && !members().contains(&remove));
		check_state();
	});
}

/// What they object to goes on under any brake.
#[test]
fn objections_cannot_be_paused() {
	chain("local_testnet").execute_with(|| {
		for (pallet, call) in [
			("Recovery", "slash_attempt"),
			("Recovery", "cancel_attempt"),
			("Commerce", "dispute"),
			("Tax", "appeal"),
			("Proxy", "reject_announcement"),
		] {
			let unstoppable = pallet_brakes::Error::<Runtime>::Unstoppable;
			assert_noop!(apply(pause(pallet, call), HOURS), unstoppable);
		}
	});
}

/// The friend's delay passes in ticks under any brake. So safe mode, which may last after a failed
/// migration, lets the owner object to the last.
#[test]
fn no_brake_carries_a_recovery_past_its_owner() {
	use crate::Recovery;

	chain("local_testnet").execute_with(|| {
		let (owner, friend) = (account(Dave), account(Eve));
		let group = pallet_recovery::FriendGroup {
			friends: vec![friend.clone()].try_into().expect("one is few"),
			friends_needed: 1,
			inheritor: friend.clone(),
			inheritance_delay: 2 * DAYS,
			inheritance_priority: 0,
			cancel_delay: DAYS,
		};
		assert_ok!(Recovery::set_friend_groups(signed(&owner), vec![group]));
		assert_ok!(Recovery::initiate_attempt(signed(&friend), owner.clone().into(), 0));
		assert_ok!(apply(Brake::SafeMode, 3 * DAYS));
		wait(2 * DAYS - 1);
		type Attempt = pallet_recovery::Call<Runtime>;
		let objection: Call = Attempt::slash_attempt { friend_group_index: 0 }.into();
		assert_ok!(objection.dispatch(signed(&owner)));
		wait(1);
		let lost = owner.clone().into();
		let finish: Call = Attempt::finish_attempt { lost, friend_group_index: 0 }.into();
		assert!(finish.dispatch(signed(&friend)).is_err());
	});
}
