//! Local money moves through the currencies pallet alone, by whatever way and whoever calls.

pub(super) mod cases;
mod effects;
mod flows;
pub(super) mod market;
pub(super) mod town;
mod wrappers;

use super::{account, apply, chain, check_state, every_call, signed, Call, Origin};
use crate::{
	configs::governance::CouncilInstance, AccountId, Balances as Our, Runtime, RuntimeCall,
	Treasury,
};
use codec::Encode;
use effects::{Effect, EFFECTS};
use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
	traits::GetCallMetadata,
};
use ourledger_primitives::{currency::OUR, money::CurrencyId};
use pallet_currencies::Call as Money;
use sp_runtime::{
	traits::Dispatchable, transaction_validity::InvalidTransaction, BoundedVec, DispatchError,
};
use std::collections::{BTreeMap, BTreeSet};
use town::{
	act, issuer, join_pool, local, payee, pool, Balances, Changes, Role, Town, NATIVE, OPEN, PLACE,
	TOWN,
};
use wrappers::{NameOf, WRAPPERS};

/// Council of three, and a timelock.
const NETWORK: &str = "local_testnet";

/// Runs `attempt` and undoes it.
pub(super) fn undone(attempt: impl FnOnce()) {
	let outcome = with_transaction(|| {
		attempt();
		TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
	});
	assert_ok!(outcome);
}

/// Whether metadata describes the calls of a pallet that is in crate `name`: the path of their type
/// is in the registry of types.
fn describes_calls_of(metadata: &[u8], name: &str) -> bool {
	let path = [name, "pallet", "Call"].map(|segment| segment.encode()).concat();
	metadata.windows(path.len()).any(|bytes| bytes == path)
}

#[test]
fn what_keeps_the_balances_has_no_calls() {
	for pallet in ["Assets", "PoolAssets", "AssetConversion"] {
		assert!(!RuntimeCall::get_module_names().contains(&pallet), "{pallet} has calls");
	}
	sp_io::TestExternalities::default().execute_with(|| {
		for version in [14, 15, 16] {
			let metadata = Runtime::metadata_at_version(version).expect("it is served");
			for name in
				["pallet_assets", "pallet_asset_conversion", "pallet_asset_conversion_tx_payment"]
			{
				assert!(!describes_calls_of(&metadata, name), "V{version} has calls of {name}");
			}
			// It would have found them.
			for name in ["pallet_currencies", "pallet_balances", "pallet_treasury"] {
				assert!(describes_calls_of(&metadata, name), "V{version} has no calls of {name}");
			}
		}
	});
}

/// The effect of each call in the table.
fn decided() -> BTreeMap<(&'static str, &'static str), Effect> {
	let mut decided = BTreeMap::new();
	for (pallet, effect, names) in EFFECTS {
		for name in *names {
			let twice = decided.insert((*pallet, *name), *effect);
			assert_eq!(twice, None, "{pallet}.{name} is there twice");
		}
	}
	decided
}

/// The calls of this effect, in whatever form zeros give them.
fn calls_that(effect: Effect) -> Vec<((&'static str, &'static str), RuntimeCall)> {
	let decided = decided();
	every_call().into_iter().filter(|(name, _)| decided.get(name) == Some(&effect)).collect()
}

#[test]
fn every_call_has_a_decision() {
	let (calls, decided) = (every_call(), decided());
	let undecided: Vec<_> = calls.keys().filter(|name| !decided.contains_key(*name)).collect();
	assert!(undecided.is_empty(), "no decision for {undecided:?}");
	let gone: Vec<_> = decided.keys().filter(|name| !calls.contains_key(*name)).collect();
	assert!(gone.is_empty(), "no calls of the runtime: {gone:?}");
}

#[test]
fn every_call_that_runs_another_is_tried() {
	let inner: BTreeSet<_> = calls_that(Effect::Inner).into_iter().map(|(name, _)| name).collect();
	let tried: BTreeSet<_> = WRAPPERS.iter().map(|wrapper| wrapper.name).collect();
	assert_eq!(inner, tried);
}

/// Something that somebody tries.
struct Attempt {
	what: &'static str,
	by: Role,
	call: Call,
}

fn attempt(what: &'static str, by: Role, call: impl Into<Call>) -> Attempt {
	Attempt { what, by, call: call.into() }
}

fn pay(currency: CurrencyId, to: AccountId) -> Money<Runtime> {
	Money::transfer { currency, to, amount: 100, reference: [0; 32] }
}

fn swap(path: &[pallet_currencies::CurrencyKind], amount_in: u128) -> Money<Runtime> {
	let path = BoundedVec::truncate_from(path.to_vec());
	Money::swap { path, amount_in, min_out: 0 }
}

fn swap_for(path: &[pallet_currencies::CurrencyKind], amount_out: u128) -> Money<Runtime> {
	let path = BoundedVec::truncate_from(path.to_vec());
	Money::swap_for { path, amount_out, max_in: u128::MAX / 4 }
}

fn give(currency: CurrencyId) -> pallet_tax::Call<Runtime> {
	pallet_tax::Call::give { jurisdiction: PLACE, currency, amount: 100 }
}

fn payout(index: u32) -> pallet_treasury::Call<Runtime> {
	pallet_treasury::Call::payout { index }
}

/// Lets the treasury pay a member, the outsider, and the outsider in what it may hold.
fn approve_spends(town: &Town) {
	let to = [(TOWN, Role::Member), (TOWN, Role::Outsider), (OPEN, Role::Outsider)];
	for (currency, role) in to {
		let (kind, beneficiary) = (Box::new(local(currency)), Box::new(town.account(role)));
		assert_ok!(Treasury::spend(Origin::root(), kind, 100, beneficiary, None));
	}
}

/// What nobody may, and why.
fn forbidden(town: &Town) -> Vec<(Attempt, DispatchError)> {
	use pallet_currencies::Error as Rule;
	use Role::*;
	let our_for_town = [NATIVE, local(TOWN)];
	let town_for_our = [local(TOWN), NATIVE];
	let through_town = [NATIVE, local(TOWN), local(OPEN)];
	let (of_town, of_open) = (pool(NATIVE, local(TOWN)), pool(NATIVE, local(OPEN)));
	let issue = Money::issue { currency: TOWN, to: payee(), amount: 1 };
	let spend = Money::spend_pot { currency: TOWN, to: payee(), amount: 1, reference: [0; 32] };
	let redeem = Money::redeem { currency: TOWN, amount: 100, reference: [0; 32] };
	let rule = |rule: Rule<Runtime>| DispatchError::from(rule);
	let (not_admitted, to_pot) = (rule(Rule::NotAdmitted), rule(Rule::ToPot));
	let (not_issuer, frozen) = (rule(Rule::NotIssuer), rule(Rule::AccountFrozen));
	let unpaid = DispatchError::from(pallet_treasury::Error::<Runtime>::PayoutError);
	let mut attempts = vec![
		(attempt("pay an outsider", Member, pay(TOWN, town.account(Outsider))), not_admitted),
		(attempt("pay the expelled", Member, pay(TOWN, town.account(Expelled))), not_admitted),
		(attempt("pay a pot", Member, pay(TOWN, of_town)), to_pot),
		(attempt("pay a pot in open money", Outsider, pay(OPEN, of_open)), to_pot),
		(attempt("issue", Member, issue), not_issuer),
		(attempt("spend the pot", Member, spend), not_issuer),
		(attempt("payout to an outsider", Outsider, payout(1)), unpaid),
		(attempt("redeem what is frozen", Frozen, redeem), frozen),
		(attempt("discard what is frozen", Frozen, Money::discard { currency: TOWN }), frozen),
	];
	let not_member = rule(Rule::NotMember);
	for (by, why) in [(Expelled, not_member), (Frozen, frozen), (Outsider, not_member)] {
		attempts.extend([
			(attempt("pay a member", by, pay(TOWN, payee())), why),
			(attempt("sell it", by, swap(&town_for_our, 1_000)), why),
			(attempt("sell it exactly", by, swap_for(&town_for_our, OUR / 100)), why),
			(attempt("join the pool", by, join_pool(1_000)), why),
			(attempt("give it", by, give(TOWN)), why),
		]);
	}
	for by in [Expelled, Outsider] {
		attempts.extend([
			(attempt("buy it", by, swap(&our_for_town, OUR)), not_admitted),
			(attempt("buy it exactly", by, swap_for(&our_for_town, 100)), not_admitted),
			(attempt("pass through it", by, swap(&through_town, OUR)), not_member),
		]);
	}
	attempts
}

/// What somebody may, and what of local money changes.
fn allowed(town: &Town) -> Vec<(Attempt, Changes)> {
	use Role::*;
	let changes = |currency, changes: &[(AccountId, i128)]| {
		changes.iter().map(|(who, by)| ((currency, who.clone()), *by)).collect()
	};
	let (member, outsider) = (town.account(Member), town.account(Outsider));
	let (expelled, treasury) = (town.account(Expelled), Treasury::account_id());
	let rest = crate::Currencies::holding(TOWN, expelled.clone()).balance as i128;
	let of_town = pool(NATIVE, local(TOWN));
	let redeem = Money::redeem { currency: TOWN, amount: 100, reference: [0; 32] };
	vec![
		(
			attempt("pay a member", Member, pay(TOWN, payee())),
			changes(TOWN, &[(member.clone(), -100), (payee(), 100)]),
		),
		(
			attempt("sell it", Member, swap(&[local(TOWN), NATIVE], 1_000)),
			changes(TOWN, &[(member.clone(), -1_000), (of_town.clone(), 1_000)]),
		),
		(
			attempt("buy it", Member, swap_for(&[NATIVE, local(TOWN)], 1_000)),
			changes(TOWN, &[(member.clone(), 1_000), (of_town.clone(), -1_000)]),
		),
		(
			attempt("join the pool", Member, join_pool(1_000)),
			changes(TOWN, &[(member.clone(), -1_000), (of_town, 1_000)]),
		),
		(
			attempt("give it", Member, give(TOWN)),
			changes(TOWN, &[(member, -100), (treasury_of_place(), 100)]),
		),
		(attempt("redeem", Expelled, redeem), changes(TOWN, &[(expelled.clone(), -100)])),
		(
			attempt("discard", Expelled, Money::discard { currency: TOWN }),
			changes(TOWN, &[(expelled, -rest), (crate::Currencies::pot_of(TOWN), rest)]),
		),
		(
			attempt("payout to a member", Member, payout(0)),
			changes(TOWN, &[(treasury.clone(), -100), (town.account(Member), 100)]),
		),
		(
			attempt("pay in open money", Outsider, pay(OPEN, payee())),
			changes(OPEN, &[(outsider.clone(), -100), (payee(), 100)]),
		),
		(
			attempt("payout in open money", Outsider, payout(2)),
			changes(OPEN, &[(treasury, -100), (outsider, 100)]),
		),
	]
}

fn treasury_of_place() -> AccountId {
	crate::Tax::jurisdiction(PLACE).expect("the only one").treasury
}

#[test]
fn what_nobody_may_fails_by_the_rule_that_forbids_it() {
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		approve_spends(&town);
		let before = Balances::now();
		for (Attempt { what, by, call }, why) in forbidden(&town) {
			let refused = call.dispatch(signed(&town.account(by))).map_err(|it| it.error);
			assert_eq!(refused.map(|_| ()), Err(why), "{what}, by {by:?}");
		}
		assert_eq!(Balances::now(), before);
		check_state();
	});
}

#[test]
fn no_wrapper_gets_around_a_currencys_policy() {
	for wrapper in WRAPPERS {
		chain(NETWORK).execute_with(|| {
			let town = Town::build(wrapper.actor);
			approve_spends(&town);
			for role in Role::ALL {
				(wrapper.prepare)(role.key());
			}
			let before = Balances::now();
			let way = wrapper.name;
			for (Attempt { what, by, call }, _) in forbidden(&town) {
				undone(|| {
					(wrapper.run)(by.key(), call);
					assert_eq!(Balances::now(), before, "{what}, by {by:?}, through {way:?}");
				});
			}
			for (Attempt { what, by, call }, expected) in allowed(&town) {
				undone(|| {
					(wrapper.run)(by.key(), call);
					let expected =
						if wrapper.name_of == NameOf::Account { expected } else { BTreeMap::new() };
					let changes = before.changes();
					assert_eq!(changes, expected, "{what}, by {by:?}, through {way:?}");
				});
			}
			check_state();
		});
	}
}

#[test]
fn who_leaves_a_pool_takes_what_is_its_own_and_nobody_elses() {
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		let before = Balances::now();
		for role in Role::ALL {
			undone(|| {
				let (a, b) = (NATIVE, local(TOWN));
				let shares = 100_000_000;
				let leave = Money::remove_liquidity { a, b, shares, min_a: 1, min_b: 1 };
				act(&town.account(role), leave);
				let changes = before.changes();
				let out = changes[&(TOWN, town.account(role))];
				assert!(out > 0);
				let from = (TOWN, pool(NATIVE, local(TOWN)));
				assert_eq!(changes.get(&from), Some(&-out));
				assert_eq!(changes.len(), 2, "{changes:?}");
			});
		}
		check_state();
	});
}

#[test]
fn fees_are_paid_by_those_who_may_pay() {
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		let before = Balances::now();
		let fee_of = |role: Role, currency| {
			let remark = frame_system::Call::remark { remark: vec![0; 10_000] };
			apply(role.key(), remark.into(), Some(local(currency)))
		};
		for role in Role::ALL {
			for currency in [TOWN, OPEN] {
				undone(|| {
					let paid = fee_of(role, currency);
					if currency == TOWN && role != Role::Member {
						assert_eq!(paid, Err(InvalidTransaction::Payment.into()), "{role:?}");
						assert_eq!(Balances::now(), before);
						return;
					}
					assert_eq!(paid, Ok(Ok(())), "{role:?}");
					let changes = before.changes();
					let fee = changes[&(currency, pool(NATIVE, local(currency)))];
					assert!(fee > 0);
					assert_eq!(changes.get(&(currency, town.account(role))), Some(&-fee));
					assert_eq!(changes.len(), 2, "{changes:?}");
				});
			}
		}
		check_state();
	});
}

#[test]
fn no_part_of_the_chain_moves_local_money() {
	use pallet_collective::RawOrigin::{Member, Members};
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		approve_spends(&town);
		let before = Balances::now();
		let council =
			|origin: pallet_collective::RawOrigin<AccountId, CouncilInstance>| Origin::from(origin);
		let origins =
			[Origin::root(), Origin::none(), council(Members(3, 3)), council(Member(issuer()))];
		let attempts = allowed(&town).into_iter().map(|(attempt, _)| attempt);
		let refused = forbidden(&town).into_iter().map(|(attempt, _)| attempt);
		for Attempt { what, call, .. } in attempts.chain(refused) {
			for origin in origins.clone() {
				undone(|| {
					let refused = call.clone().dispatch(origin.clone()).map_err(|it| it.error);
					let why = DispatchError::BadOrigin;
					assert_eq!(refused.map(|_| ()), Err(why), "{what}, by {origin:?}");
					assert_eq!(Balances::now(), before, "{what}, by {origin:?}");
				});
			}
		}
		check_state();
	});
}

#[test]
fn only_root_rewrites_the_state() {
	chain(NETWORK).execute_with(|| {
		for (name, call) in calls_that(Effect::Rewrites) {
			// Anybody applies what Root authorised, and nothing was.
			if name == ("System", "apply_authorized_upgrade") {
				continue;
			}
			let council = pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(3, 3);
			for origin in [signed(&issuer()), Origin::none(), Origin::from(council)] {
				let refused = call.clone().dispatch(origin).map_err(|it| it.error);
				assert_eq!(refused, Err(DispatchError::BadOrigin), "{name:?}");
			}
		}
		check_state();
	});
}

#[test]
fn calls_without_effect_have_none_by_whoever() {
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		let before = Balances::now();
		let people = Role::ALL.map(|role| signed(&town.account(role)));
		let origins: Vec<_> =
			people.into_iter().chain([Origin::root(), signed(&issuer())]).collect();
		for (name, call) in calls_that(Effect::Nothing) {
			for origin in &origins {
				undone(|| {
					let _ = call.clone().dispatch(origin.clone());
					assert_eq!(Balances::now(), before, "{name:?}, by {origin:?}");
				});
			}
		}
		check_state();
	});
}

/// What the member does of what local money has nothing to do with. Calls of the pallets that do are
/// among [`cases`].
fn business() -> Vec<Call> {
	let dest = payee().into();
	vec![
		pallet_balances::Call::burn { value: OUR, keep_alive: true }.into(),
		pallet_balances::Call::transfer_keep_alive { dest, value: OUR }.into(),
		pallet_twins::Call::deactivate {}.into(),
	]
}

#[test]
fn calls_without_effect_have_none_when_they_succeed() {
	chain(NETWORK).execute_with(|| {
		let town = Town::build(account);
		let before = Balances::now();
		approve_spends(&town);
		assert_ok!(Treasury::void_spend(Origin::root(), 0));
		for call in business() {
			act(&town.account(Role::Member), call.clone());
			assert_eq!(before.changes(), BTreeMap::new(), "{call:?}");
		}
		// Whoever leaves for good keeps what it has in local money.
		let dest = payee().into();
		let (outsider, rest) = (town.account(Role::Outsider), Our::free_balance(payee()));
		act(&outsider, pallet_balances::Call::transfer_all { dest, keep_alive: false });
		assert!(Our::free_balance(payee()) > rest);
		assert_eq!(Balances::now(), before);
		check_state();
	});
}

/// Brakes stop calls and no hooks: the buyer can't dispute, and `on_idle` pays the seller.
#[test]
fn no_brake_pays_an_escrow_out_while_its_buyer_cannot_dispute() {
	use crate::{Brakes, Commerce, System};
	use frame_support::{traits::Hooks, weights::Weight};
	use market::{Market, Person, COIN};
	use ourledger_primitives::time::HOURS;
	use pallet_brakes::{Brake, CallName, Error};

	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		// Paid as a whole; its deadline comes now.
		let (seller, number) = (market.twin(Person::Seller), market.deals(COIN).due);
		let escrowed = || Commerce::invoice(seller, number).map_or(0, |it| it.escrowed);
		let before = escrowed();
		assert!(before > 0);

		let two_of_three = || -> Origin {
			pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 3).into()
		};
		let pause = Brake::Call(CallName::new("Commerce", "dispute").expect("short names"));
		let refused = Brakes::apply(two_of_three(), pause, HOURS);
		assert_eq!(refused, Err(Error::<Runtime>::Unstoppable.into()));
		assert_ok!(Brakes::apply(two_of_three(), Brake::SafeMode, HOURS));
		let reason = [7; 32];
		let dispute: Call = pallet_commerce::Call::dispute { seller, number, reason }.into();
		assert_ok!(dispute.dispatch(signed(&market.account(Person::Buyer))));
		Commerce::on_idle(System::block_number(), Weight::MAX);
		assert_eq!(escrowed(), before);
	});
}
