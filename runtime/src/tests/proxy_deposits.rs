//! Deposits of proxies and announcements: who puts them down, who gets them back, and that nothing
//! else of an account's comes free with them.

use super::{account, by_proxy, chain, check_state, phonebook, run_to, signed, Call};
use crate::{
	configs::proxy_deposits::{ProxyCurrency, ProxyReserve},
	AccountId, Balance, Balances, Multisig, Proxy, ProxyScope, Recovery, Runtime, RuntimeEvent,
	RuntimeHoldReason, System, Twins,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::InspectHold, ReservableCurrency},
	weights::Weight,
};
use ourledger_primitives::{
	currency::OUR,
	twin::{KeyPurpose, PublicKey},
};
use pallet_balances::{AccountData, ReserveData};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::traits::{Dispatchable, Hash};
use ProxyScope::{Any, Payments, Records, Voting};

/// Deposit of a list with one proxy, in base units.
const FIRST: Balance = 14_500_000_000;
/// Deposit of each further proxy, in base units.
const FURTHER: Balance = 3_700_000_000;
/// Deposit of a first announcement, in base units.
const FIRST_ANNOUNCEMENT: Balance = 18_400_000_000;
/// Deposit of each further announcement, in base units.
const FURTHER_ANNOUNCEMENT: Balance = 6_800_000_000;
/// Deposit of a multisig call that waits for two, in base units.
const OF_TWO: Balance = 25_200_000_000;

/// What wallets read of an account.
fn data(who: &AccountId) -> AccountData<Balance> {
	System::account(who).data
}

/// What `before` becomes when `amount` of it is set aside.
fn less(before: AccountData<Balance>, amount: Balance) -> AccountData<Balance> {
	AccountData { free: before.free - amount, reserved: before.reserved + amount, ..before }
}

/// What is reserved of an account for proxies and announcements.
fn named(who: &AccountId) -> Balance {
	ProxyCurrency::reserved_balance(who)
}

/// The sum of an account's holds.
fn held(who: &AccountId) -> Balance {
	pallet_balances::Holds::<Runtime>::get(who).iter().map(|hold| hold.amount).sum()
}

/// The recorded deposits of an account's proxies and of its announcements.
fn recorded(who: &AccountId) -> (Balance, Balance) {
	(Proxy::proxies(who.clone()).1, Proxy::announcements(who.clone()).1)
}

fn add(who: &AccountId, delegate: &AccountId, scope: ProxyScope) {
	assert_ok!(Proxy::add_proxy(signed(who), delegate.clone().into(), scope, 0));
}

fn remove(who: &AccountId, delegate: &AccountId, scope: ProxyScope) {
	assert_ok!(Proxy::remove_proxy(signed(who), delegate.clone().into(), scope, 0));
}

/// Makes a pure account of `maker` in this block, and gives it 10 OUR.
fn pure(maker: &AccountId, index: u16) -> AccountId {
	assert_ok!(Proxy::create_pure(signed(maker), Any, 0, index));
	let pure = Proxy::pure_account(maker, &Any, index, None);
	assert_ok!(Balances::transfer_keep_alive(signed(maker), pure.clone().into(), 10 * OUR));
	pure
}

/// The call that kills the pure account that `maker` made as number `index` in block 1.
fn kill(maker: &AccountId, index: u16) -> Call {
	Call::Proxy(pallet_proxy::Call::kill_pure {
		spawner: maker.clone().into(),
		proxy_type: Any,
		index,
		height: 1,
		ext_index: 0,
	})
}

/// Opens a multisig call of `who` and Ferdie, which is not to be approved, and reserves its deposit.
fn open_multisig(who: &AccountId) {
	let hash = [7; 32];
	let others = vec![account(Ferdie)];
	assert_ok!(Multisig::approve_as_multi(signed(who), 2, others, None, hash, Weight::zero()));
}

/// Cancels the call that [`open_multisig`] opened in `block`.
fn cancel_multisig(who: &AccountId, block: u32) {
	let opened = pallet_multisig::Timepoint { height: block, index: 0 };
	assert_ok!(Multisig::cancel_as_multi(signed(who), 2, vec![account(Ferdie)], opened, [7; 32]));
}

/// What was freed in this block, and of whom.
fn unreserved() -> Vec<(AccountId, Balance)> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Balances(pallet_balances::Event::Unreserved { who, amount }) => {
				Some((who, amount))
			},
			_ => None,
		})
		.collect()
}

/// Makes Alice's twin with a keyless controller that has every other kind of deposit: those of a
/// key, a name, friends and a multisig call.
fn laden_controller() -> AccountId {
	let (_, controller) = phonebook::alices_twin();
	let by = signed(&controller);
	let key = PublicKey::Ed25519([7; 32]);
	assert_ok!(Twins::add_key(by.clone(), KeyPurpose::Assertion, key));
	let name = b"laden".to_vec().try_into().expect("a short name");
	assert_ok!(Twins::claim_name(by, name));
	open_multisig(&controller);
	phonebook::recover(&controller, &account(Charlie));
	let on_hold =
		|reason| Balances::balance_on_hold(&RuntimeHoldReason::Twins(reason), &controller);
	assert_eq!(on_hold(pallet_twins::HoldReason::Key), 16_200_000_000);
	assert_eq!(on_hold(pallet_twins::HoldReason::Name), 26_500_000_000);
	assert!(held(&controller) > 38_500_000_000, "{} with the friends", held(&controller));
	assert_eq!(data(&controller).reserved, held(&controller) + OF_TWO);
	controller
}

/// Runs `call` for `controller`, as its heir Charlie.
fn as_heir(controller: &AccountId, call: pallet_proxy::Call<Runtime>) {
	assert_ok!(Recovery::control_inherited_account(
		signed(&account(Charlie)),
		controller.clone().into(),
		Box::new(Call::Proxy(call)),
	));
}

#[test]
fn removing_the_last_proxy_of_a_keyless_controller_frees_none_of_its_other_deposits() {
	chain("development").execute_with(|| {
		let alice = account(Alice);
		let controller = laden_controller();
		let before = (data(&controller), data(&alice), held(&controller));
		let delegate = alice.clone().into();
		as_heir(
			&controller,
			pallet_proxy::Call::remove_proxy { delegate, proxy_type: Any, delay: 0 },
		);

		assert!(!pallet_proxy::Proxies::<Runtime>::contains_key(&controller));
		let after = (data(&controller), data(&alice), held(&controller));
		assert_eq!(after, before);
		assert!(unreserved().is_empty(), "{:?}", unreserved());
		// What the maker put down stays with it.
		assert_eq!((named(&controller), named(&alice)), (0, FIRST));
		// The multisig call gives back its own, to the last unit.
		cancel_multisig(&controller, 1);
		assert_eq!(data(&controller).reserved, after.2);
		check_state();
	});
}

#[test]
fn removing_all_proxies_of_a_keyless_controller_frees_only_what_it_paid_for_them() {
	chain("development").execute_with(|| {
		let (alice, heir) = (account(Alice), account(Charlie));
		let controller = laden_controller();
		let before = data(&controller);
		let delegate = heir.into();
		as_heir(&controller, pallet_proxy::Call::add_proxy { delegate, proxy_type: Any, delay: 0 });
		assert_eq!(data(&controller), less(before.clone(), FURTHER));
		assert_eq!(recorded(&controller), (FIRST + FURTHER, 0));

		as_heir(&controller, pallet_proxy::Call::remove_proxies {});
		assert_eq!(data(&controller), before);
		assert_eq!(unreserved(), [(controller.clone(), FURTHER)]);
		assert_eq!((named(&controller), named(&alice)), (0, FIRST));
		check_state();
	});
}

#[test]
fn an_account_gets_back_exactly_what_it_put_down_for_its_proxies() {
	chain("development").execute_with(|| {
		let (bob, charlie) = (account(Bob), account(Charlie));
		open_multisig(&bob);
		let before = data(&bob);
		for (scope, deposit) in [(Any, FIRST), (Payments, 18_200_000_000), (Voting, 21_900_000_000)]
		{
			add(&bob, &charlie, scope);
			assert_eq!(data(&bob), less(before.clone(), deposit), "{scope:?}");
			assert_eq!((named(&bob), recorded(&bob)), (deposit, (deposit, 0)));
		}
		for (scope, deposit) in [(Payments, 18_200_000_000), (Any, FIRST), (Voting, 0)] {
			remove(&bob, &charlie, scope);
			assert_eq!(data(&bob), less(before.clone(), deposit), "{scope:?}");
			assert_eq!((named(&bob), recorded(&bob)), (deposit, (deposit, 0)));
		}
		assert!(!pallet_balances::Reserves::<Runtime>::contains_key(&bob));

		add(&bob, &charlie, Any);
		add(&bob, &charlie, Records);
		assert_ok!(Proxy::remove_proxies(signed(&bob)));
		assert_eq!(data(&bob), before);
		check_state();
	});
}

#[test]
fn wallets_see_the_deposit_as_reserved() {
	chain("development").execute_with(|| {
		let bob = account(Bob);
		let before = data(&bob);
		add(&bob, &account(Charlie), Any);
		assert_eq!(data(&bob).reserved, before.reserved + FIRST);
		assert_eq!(data(&bob).free, before.free - FIRST);
		assert_eq!(data(&bob).frozen, before.frozen);
		assert_eq!(Balances::reserved_balance(&bob), before.reserved + FIRST);
		let named = ReserveData { id: ProxyReserve::get(), amount: FIRST };
		assert_eq!(Balances::reserves(&bob).into_inner(), [named]);
		System::assert_has_event(RuntimeEvent::Balances(pallet_balances::Event::Reserved {
			who: bob,
			amount: FIRST,
		}));
	});
}

#[test]
fn an_account_that_cannot_pay_the_deposit_reserves_nothing() {
	chain("development").execute_with(|| {
		let (bob, poor) = (account(Bob), account(sp_keyring::Sr25519Keyring::One));
		assert_ok!(Balances::transfer_keep_alive(signed(&bob), poor.clone().into(), FIRST - 1));
		let add = Proxy::add_proxy(signed(&poor), bob.into(), Any, 0);
		assert_noop!(add, pallet_balances::Error::<Runtime>::InsufficientBalance);
		assert_eq!(named(&poor), 0);
		let create = Proxy::create_pure(signed(&poor), Any, 0, 0);
		assert_noop!(create, pallet_balances::Error::<Runtime>::InsufficientBalance);
	});
}

#[test]
fn kill_pure_gives_the_maker_its_deposit_back() {
	chain("development").execute_with(|| {
		let alice = account(Alice);
		open_multisig(&alice);
		let before = data(&alice);
		let (twin, controller) = phonebook::alices_twin();
		let registered = data(&alice);
		assert_eq!((named(&alice), named(&controller)), (FIRST, 0));
		open_multisig(&controller);
		let of_controller = data(&controller);

		let index = twin.try_into().expect("the first twin");
		assert_ok!(by_proxy(&controller, kill(&alice, index)).dispatch(signed(&alice)));
		assert_eq!(data(&alice).free, registered.free + FIRST);
		assert_eq!(data(&alice).reserved, registered.reserved - FIRST);
		assert_eq!(unreserved(), [(alice.clone(), FIRST)]);
		assert_eq!(data(&controller), of_controller);
		assert_eq!((named(&alice), recorded(&controller)), (0, (0, 0)));
		// The deposit of the twin is a hold, and stays.
		let twins = data(&alice).reserved - before.reserved;
		assert_eq!(twins, 162_100_000_000);
		check_state();
	});
}

#[test]
fn kill_pure_frees_none_of_the_makers_other_reserves_and_holds() {
	chain("development").execute_with(|| {
		let alice = account(Alice);
		open_multisig(&alice);
		let before = data(&alice);
		let pure = pure(&alice, 0);
		for scope in [Payments, Records, Voting] {
			add(&pure, &alice, scope);
		}
		assert_eq!(recorded(&pure), (FIRST + 3 * FURTHER, 0));
		assert_ok!(kill(&alice, 0).dispatch(signed(&pure)));
		// Not what the three further ones took: the pure account paid for those, and keeps it.
		assert_eq!(data(&alice).reserved, before.reserved);
		assert_eq!(data(&alice).free, before.free - 10 * OUR);
		assert_eq!((named(&alice), named(&pure)), (0, 3 * FURTHER));
		cancel_multisig(&alice, 1);
		assert_eq!(data(&alice).reserved, before.reserved - OF_TWO);
		check_state();
	});
}

/// The name can't tell apart the deposits of one account; what is reserved still covers what is
/// recorded.
#[test]
fn kill_pure_with_two_proxies_lends_the_makers_other_proxy_deposits() {
	chain("development").execute_with(|| {
		let (alice, bob) = (account(Alice), account(Bob));
		add(&alice, &bob, Any);
		let pure = pure(&alice, 0);
		add(&pure, &bob, Any);
		assert_eq!((named(&alice), named(&pure)), (2 * FIRST, FURTHER));
		let before = data(&alice);

		assert_ok!(kill(&alice, 0).dispatch(signed(&pure)));
		assert_eq!(data(&alice).free, before.free + FIRST + FURTHER);
		assert_eq!((named(&alice), recorded(&alice)), (FIRST - FURTHER, (FIRST, 0)));
		assert_eq!(named(&pure), FURTHER);
		// Later less comes back: never more in all than was put down.
		remove(&alice, &bob, Any);
		assert_eq!(named(&alice), 0);
		assert_eq!(data(&alice).free, before.free + 2 * FIRST);
		check_state();
	});
}

#[test]
fn a_pure_account_without_proxies_pays_for_a_new_list() {
	chain("development").execute_with(|| {
		let (alice, bob) = (account(Alice), account(Bob));
		let pure = pure(&alice, 0);
		let before = data(&pure);
		remove(&pure, &alice, Any);
		assert_eq!(data(&pure), before);
		add(&pure, &bob, Any);
		assert_eq!(data(&pure), less(before, FIRST));
		assert_eq!((named(&alice), named(&pure)), (FIRST, FIRST));
		// A list as long as the first: what its maker put down for that one comes back.
		assert_ok!(kill(&alice, 0).dispatch(signed(&pure)));
		assert_eq!((named(&alice), named(&pure)), (0, FIRST));
		check_state();
	});
}

#[test]
fn a_pure_account_killed_without_proxies_leaves_its_makers_deposit_reserved() {
	chain("development").execute_with(|| {
		let alice = account(Alice);
		let pure = pure(&alice, 0);
		remove(&pure, &alice, Any);
		let before = data(&alice);
		assert_ok!(kill(&alice, 0).dispatch(signed(&pure)));
		assert_eq!((data(&alice), named(&alice)), (before, FIRST));
	});
}

#[test]
fn announcements_give_back_exactly_what_they_took() {
	chain("development").execute_with(|| {
		let (alice, bob) = (account(Alice), account(Bob));
		assert_ok!(Proxy::add_proxy(signed(&alice), bob.clone().into(), Any, 5));
		add(&bob, &account(Charlie), Any);
		open_multisig(&bob);
		let before = data(&bob);
		let call = Call::System(frame_system::Call::remark { remark: vec![] });
		let hash = crate::Hashing::hash_of(&call);
		let other = H256::repeat_byte(9);
		assert_ok!(Proxy::announce(signed(&bob), alice.clone().into(), hash));
		assert_eq!(data(&bob), less(before.clone(), FIRST_ANNOUNCEMENT));
		assert_ok!(Proxy::announce(signed(&bob), alice.clone().into(), other));
		let both = FIRST_ANNOUNCEMENT + FURTHER_ANNOUNCEMENT;
		assert_eq!(data(&bob), less(before.clone(), both));
		assert_eq!((named(&bob), recorded(&bob)), (FIRST + both, (FIRST, both)));

		assert_ok!(Proxy::reject_announcement(signed(&alice), bob.clone().into(), other));
		assert_eq!(data(&bob), less(before.clone(), FIRST_ANNOUNCEMENT));
		run_to(6);
		let (delegate, real) = (bob.clone().into(), alice.clone().into());
		assert_ok!(Proxy::proxy_announced(signed(&bob), delegate, real, None, Box::new(call)));
		assert_eq!(data(&bob), before);

		assert_ok!(Proxy::announce(signed(&bob), alice.clone().into(), other));
		assert_ok!(Proxy::remove_announcement(signed(&bob), alice.into(), other));
		assert_eq!(data(&bob), before);
		assert_eq!((named(&bob), recorded(&bob)), (FIRST, (FIRST, 0)));
		check_state();
	});
}

#[test]
fn poking_at_the_same_price_moves_nothing() {
	chain("development").execute_with(|| {
		let alice = account(Alice);
		let pure = pure(&alice, 0);
		add(&pure, &account(Bob), Any);
		open_multisig(&pure);
		let before = (data(&pure), data(&alice), named(&pure), named(&alice));
		for who in [&pure, &alice] {
			let info = Proxy::poke_deposit(signed(who)).expect("it finds nothing to do");
			assert_eq!(info.pays_fee, frame_support::dispatch::Pays::Yes);
		}
		assert_eq!((data(&pure), data(&alice), named(&pure), named(&alice)), before);
	});
}

/// A pure account that a sequence of calls made, and the call that kills it.
struct Made {
	account: AccountId,
	maker: AccountId,
	kill: Call,
}

/// Numbers that look random and are the same in each run.
struct Draws(u32);

impl Draws {
	/// A number below `bound`.
	fn below(&mut self, bound: usize) -> usize {
		self.0 += 1;
		let hash = blake2_256(&self.0.to_le_bytes());
		usize::from(u16::from_le_bytes([hash[0], hash[1]])) % bound
	}

	fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
		&all[self.below(all.len())]
	}
}

/// A proxy or an announcement, anywhere, put down or taken back.
fn random_call(draws: &mut Draws, who: &AccountId, all: &[AccountId]) -> Call {
	use pallet_proxy::Call::*;
	let other = draws.one_of(all).clone().into();
	let proxy_type = *draws.one_of(&[Any, Payments, Records, Voting]);
	let call_hash = H256::repeat_byte(draws.below(3) as u8);
	Call::Proxy(match draws.below(12) {
		0..=3 => add_proxy { delegate: other, proxy_type, delay: 0 },
		4..=5 => remove_proxy { delegate: other, proxy_type, delay: 0 },
		6..=8 => announce { real: other, call_hash },
		9 => remove_announcement { real: other, call_hash },
		10 => reject_announcement { delegate: other, call_hash },
		_ => match Proxy::proxies(who.clone()).0.len() {
			// Seldom enough that lists grow.
			0..=3 => poke_deposit {},
			_ => remove_proxies {},
		},
	})
}

/// Whether `call` would leave `who` without proxies.
fn empties(who: &AccountId, call: &Call) -> bool {
	let count = Proxy::proxies(who.clone()).0.len();
	match call {
		Call::Proxy(pallet_proxy::Call::remove_proxy { .. }) => count < 2,
		Call::Proxy(pallet_proxy::Call::remove_proxies {}) => true,
		_ => false,
	}
}

#[test]
fn what_is_reserved_is_what_is_recorded_whatever_happens() {
	chain("development").execute_with(|| {
		let people = [account(Alice), account(Bob), account(Dave), account(Eve)];
		people.iter().for_each(open_multisig);
		let other: Vec<_> = people.iter().map(|who| data(who).reserved).collect();
		let mut draws = Draws(0);
		let mut made: Vec<Made> = Vec::new();
		let mut orphaned = Vec::new();
		let mut done = [0; 3];

		for step in 0..1_000_u16 {
			match draws.below(20) {
				0 if made.len() < 5 => {
					let maker = draws.one_of(&people).clone();
					let account = pure(&maker, step);
					open_multisig(&account);
					made.push(Made { account, kill: kill(&maker, step), maker });
					done[0] += 1;
				},
				1 if !made.is_empty() => {
					let dead = made.swap_remove(draws.below(made.len()));
					for proxy in Proxy::proxies(dead.account.clone()).0.into_iter().skip(1) {
						remove(&dead.account, &proxy.delegate, proxy.proxy_type);
					}
					assert_ok!(dead.kill.dispatch(signed(&dead.account)));
					// It may have announced something, which nobody can withdraw now.
					orphaned.push(dead.account);
					done[1] += 1;
				},
				_ => {
					let pures = made.iter().map(|made| made.account.clone());
					let all: Vec<_> = people.iter().cloned().chain(pures).collect();
					let who = draws.one_of(&all).clone();
					let call = random_call(&mut draws, &who, &all);
					if people.contains(&who) || !empties(&who, &call) {
						done[2] += usize::from(call.dispatch(signed(&who)).is_ok());
					}
				},
			}

			for (who, other) in people.iter().zip(&other) {
				let pures = made.iter().filter(|made| made.maker == *who).count() as Balance;
				let (proxies, announcements) = recorded(who);
				assert_eq!(named(who), proxies + announcements + pures * FIRST, "step {step}");
				assert_eq!(data(who).reserved, other + named(who), "step {step}");
			}
			for Made { account, .. } in &made {
				let (proxies, announcements) = recorded(account);
				assert_eq!(named(account), proxies + announcements - FIRST, "step {step}");
				assert_eq!(data(account).reserved, OF_TWO + named(account), "step {step}");
			}
			for account in &orphaned {
				assert_eq!((0, named(account)), recorded(account), "step {step}");
			}
		}
		assert!(done[0] > 10 && done[1] > 5 && done[2] > 200, "{done:?}");
		check_state();
	});
}
