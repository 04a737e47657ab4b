//! Each call that moves local money moves what the table says, whoever calls it in whatever way.

use super::{
	cases::{cases, Case},
	decided,
	effects::{Effect, Flow, Supply, Whose},
	market::{Market, Person, CURRENCIES, HOURS},
	town::{payee, Balances, Changes},
	undone,
	wrappers::{NameOf, Wrapper, WRAPPERS},
	NETWORK,
};
use crate::{
	configs::governance::CouncilInstance,
	tests::{account, chain, check_state, every_call, signed, Origin},
	AccountId, Assets, Currencies, Runtime,
};
use frame_support::traits::{fungibles::Inspect, GetCallMetadata};
use ourledger_primitives::money::{CurrencyId, LocalMoney};
use pallet_collective::RawOrigin;
use sp_runtime::{traits::Dispatchable, DispatchError};
use std::collections::{BTreeMap, BTreeSet};

/// Pallet and name of a call.
type Name = (&'static str, &'static str);

/// All balances in local currencies, and what they owe.
struct Books {
	balances: Balances,
	/// Demurrage that wasn't collected yet.
	owed: Changes,
	/// What was drawn on credit lines.
	debts: Changes,
	supplies: BTreeMap<CurrencyId, i128>,
}

/// What has become of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Movements {
	/// By how much balances changed, besides demurrage. Those that paid nothing else are there, too.
	balances: Changes,
	/// By how much debts changed.
	debts: Changes,
	/// By how much supplies changed.
	supplies: BTreeMap<CurrencyId, i128>,
	/// What paid demurrage.
	charged: BTreeSet<(CurrencyId, AccountId)>,
}

fn debts() -> Changes {
	let lines = pallet_currencies::CreditLines::<Runtime>::iter();
	lines.map(|(currency, who, line)| ((currency, who), line.debt as i128)).collect()
}

fn supplies() -> BTreeMap<CurrencyId, i128> {
	CURRENCIES.map(|id| (id, Assets::total_issuance(id) as i128)).into()
}

/// What differs.
fn difference<K: Clone + Ord>(
	before: &BTreeMap<K, i128>,
	now: &BTreeMap<K, i128>,
) -> BTreeMap<K, i128> {
	let of = |them: &BTreeMap<K, i128>, key| them.get(key).copied().unwrap_or(0);
	let keys = before.keys().chain(now.keys());
	keys.map(|key| (key.clone(), of(now, key) - of(before, key)))
		.filter(|(_, change)| *change != 0)
		.collect()
}

impl Books {
	fn now() -> Self {
		let balances = Balances::now();
		let owed = balances.accounts().map(|(key, stored)| {
			let rest = <Currencies as LocalMoney<_>>::balance(key.0, &key.1);
			(key.clone(), *stored as i128 - rest as i128)
		});
		let owed = owed.filter(|(_, owed)| *owed != 0).collect();
		Self { owed, balances, debts: debts(), supplies: supplies() }
	}

	/// What has happened since.
	fn movements(&self) -> Movements {
		let mut balances = self.balances.changes();
		let mut charged = BTreeSet::new();
		let mut collected = BTreeMap::<CurrencyId, i128>::new();
		for (key, change) in &mut balances {
			if let Some(owed) = self.owed.get(key) {
				*change += owed;
				*collected.entry(key.0).or_default() += owed;
				charged.insert(key.clone());
			}
		}
		for (currency, sum) in collected {
			let pot = (currency, Currencies::pot_of(currency));
			*balances.entry(pot).or_default() -= sum;
		}
		balances.retain(|key, change| *change != 0 || charged.contains(key));
		let (debts, supplies) =
			(difference(&self.debts, &debts()), difference(&self.supplies, &supplies()));
		Movements { balances, debts, supplies, charged }
	}
}

/// What was seen to happen to the balances that a row of the table names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
	Falls(Whose),
	Rises(Whose),
	Supply(Supply),
}

/// What the table says of a call: nothing, where it has no effect.
fn flow_of(effect: Effect) -> Flow {
	match effect {
		Effect::Nothing => Flow { falls: &[], rises: &[], supply: Supply::Same },
		Effect::Moves(flow) => flow,
		Effect::Inner | Effect::Rewrites => panic!("no such calls are among the cases"),
	}
}

/// All that has to be seen of a row.
fn to_be_seen(flow: Flow) -> BTreeSet<Seen> {
	let falls = flow.falls.iter().map(|whose| Seen::Falls(*whose));
	let rises = flow.rises.iter().map(|whose| Seen::Rises(*whose));
	let supply = (flow.supply != Supply::Same).then_some(Seen::Supply(flow.supply));
	falls.chain(rises).chain(supply).collect()
}

/// A row of the table, in a market in which somebody calls.
struct Row<'a> {
	flow: Flow,
	market: &'a Market,
	caller: Option<AccountId>,
	/// For messages.
	what: String,
}

impl Row<'_> {
	/// Which of those that may do something `who` is.
	fn roles(&self, may: &[Whose], who: &AccountId) -> Vec<Whose> {
		let is =
			|whose: &Whose| self.market.accounts_of(*whose, self.caller.as_ref()).contains(who);
		may.iter().copied().filter(is).collect()
	}

	/// Checks that nothing has happened but what the row says. Returns what was seen of it, by those
	/// who are only one of those it names.
	fn check(&self, moved: &Movements) -> BTreeSet<Seen> {
		let mut seen = BTreeSet::new();
		let Flow { falls, rises, supply } = self.flow;
		let mut see = |may: &[Whose], key: &(CurrencyId, AccountId), as_seen: fn(Whose) -> Seen| {
			let roles = self.roles(may, &key.1);
			assert!(!roles.is_empty(), "{}: {key:?} moved: {moved:?}", self.what);
			if let [only] = roles[..] {
				seen.insert(as_seen(only));
			}
		};
		for (key, change) in moved.balances.iter().filter(|(_, change)| **change != 0) {
			if *change < 0 {
				see(falls, key, Seen::Falls);
			} else {
				see(rises, key, Seen::Rises);
			}
		}
		for (currency, who) in &moved.charged {
			let nobody_else = moved.balances.values().all(|change| *change == 0);
			if nobody_else {
				see(falls, &(*currency, who.clone()), Seen::Falls);
				see(rises, &(*currency, Currencies::pot_of(*currency)), Seen::Rises);
			} else {
				// Demurrage comes with whatever else the call does to somebody.
				let roles = self.roles(&[falls, rises].concat(), who);
				assert!(!roles.is_empty(), "{}: {who:?} was charged: {moved:?}", self.what);
			}
		}
		for (key, change) in &moved.debts {
			match supply {
				Supply::Drawn if *change > 0 => see(falls, key, Seen::Falls),
				Supply::Settled(whose) if *change < 0 => {
					assert!(!self.roles(&[whose], &key.1).is_empty(), "{}: {moved:?}", self.what);
				},
				_ => panic!("{}: {moved:?}", self.what),
			}
		}
		for currency in CURRENCIES {
			let sum = |changes: &Changes| -> i128 {
				let of_it = changes.iter().filter(|((id, _), _)| *id == currency);
				of_it.map(|(_, change)| change).sum()
			};
			let (change, drawn) = (sum(&moved.balances), sum(&moved.debts));
			let issued = moved.supplies.get(&currency).copied().unwrap_or(0);
			assert_eq!(change, issued, "{}: {moved:?}", self.what);
			let is_right = match supply {
				Supply::Same => change == 0 && drawn == 0,
				Supply::Issued => change >= 0 && drawn == 0,
				Supply::Redeemed => change <= 0 && drawn == 0,
				Supply::Drawn | Supply::Settled(_) => change == drawn,
			};
			assert!(is_right, "{}: {moved:?}", self.what);
			if change != 0 {
				seen.insert(Seen::Supply(supply));
			}
		}
		seen
	}
}

impl Case {
	fn name(&self) -> Name {
		let name = self.call.get_call_metadata();
		(name.pallet_name, name.function_name)
	}

	/// What the case does, if this origin calls.
	fn run(&self, by: Origin) -> Result<(), DispatchError> {
		self.call.clone().dispatch(by).map(|_| ()).map_err(|error| error.error)
	}

	/// Whether there is anything to see in it.
	fn moves(&self) -> bool {
		matches!(decided()[&self.name()], Effect::Moves(_))
	}
}

fn row<'a>(market: &'a Market, case: &Case, caller: Option<AccountId>, way: &str) -> Row<'a> {
	let (flow, what) = (flow_of(decided()[&case.name()]), format!("{:?} {way}", case.call));
	Row { flow, market, caller, what }
}

#[test]
fn every_call_that_is_about_local_money_is_tried() {
	chain(NETWORK).execute_with(|| {
		let tried: BTreeSet<_> =
			cases(&Market::build(account), &CURRENCIES).iter().map(|case| case.name()).collect();
		let decided = decided();
		let all = every_call();
		let missing: Vec<_> = all
			.keys()
			.filter(|name| {
				let moves = matches!(decided[*name], Effect::Moves(_));
				moves || ["Commerce", "Currencies", "Tax"].contains(&name.0)
			})
			.filter(|name| !tried.contains(*name))
			.collect();
		assert!(missing.is_empty(), "no case of {missing:?}");
	});
}

#[test]
fn each_call_moves_what_the_table_says_and_all_of_it() {
	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		let mut seen = BTreeMap::<Name, BTreeSet<Seen>>::new();
		let before = Books::now();
		for case in cases(&market, &CURRENCIES) {
			undone(|| {
				let caller = case.by.map(|by| market.account(by));
				let origin = caller.as_ref().map_or_else(Origin::root, signed);
				assert_eq!(case.run(origin), Ok(()), "{:?}, by {:?}", case.call, case.by);
				let seen_now = row(&market, &case, caller, "").check(&before.movements());
				seen.entry(case.name()).or_default().extend(seen_now);
			});
		}
		for (name, effect) in decided().iter().filter(|(_, it)| matches!(it, Effect::Moves(_))) {
			let unseen: Vec<_> = to_be_seen(flow_of(*effect))
				.into_iter()
				.filter(|it| !seen[name].contains(it))
				.collect();
			assert!(unseen.is_empty(), "{name:?} was never seen to do {unseen:?}");
		}
		check_state();
	});
}

#[test]
fn each_call_moves_no_more_whoever_calls() {
	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		let before = Books::now();
		let people = Person::ALL.map(|person| market.account(person));
		for case in cases(&market, &CURRENCIES) {
			for caller in people.iter().chain([&payee()]) {
				undone(|| {
					let done = case.run(signed(caller));
					let moved = before.movements();
					let way = format!("by {caller:?}: {done:?}");
					row(&market, &case, Some(caller.clone()), &way).check(&moved);
					assert!(done.is_ok() || moved == Movements::default(), "{way}: {moved:?}");
				});
			}
		}
		check_state();
	});
}

#[test]
fn no_part_of_the_chain_calls_but_root_where_it_must() {
	type Council = RawOrigin<AccountId, CouncilInstance>;
	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		let before = Books::now();
		let member = Council::Member(market.account(Person::Issuer));
		let origins =
			[Origin::none(), Council::Members(3, 3).into(), member.into(), Origin::root()];
		for case in cases(&market, &CURRENCIES) {
			// Root makes its own calls, and is seen to do so elsewhere.
			let count = if case.by.is_some() { 4 } else { 3 };
			for origin in &origins[..count] {
				undone(|| {
					let refused = Err(DispatchError::BadOrigin);
					assert_eq!(case.run(origin.clone()), refused, "{:?}", case.call);
					assert_eq!(before.movements(), Movements::default(), "{:?}", case.call);
				});
			}
		}
		check_state();
	});
}

/// The cases that are run in wrappers: in the currency in which everything can happen.
fn wrapped(market: &Market) -> Vec<Case> {
	cases(market, &[HOURS]).into_iter().filter(Case::moves).collect()
}

/// What happened, to people in the market whatever their accounts are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Story {
	balances: BTreeMap<(CurrencyId, Result<Person, AccountId>), i128>,
	debts: BTreeMap<(CurrencyId, Result<Person, AccountId>), i128>,
	supplies: BTreeMap<CurrencyId, i128>,
}

impl Story {
	fn of(market: &Market, moved: Movements) -> Self {
		let tell = |((id, who), change): ((CurrencyId, AccountId), i128)| {
			((id, market.person(&who).ok_or(who)), change)
		};
		Self {
			balances: moved.balances.into_iter().map(tell).collect(),
			debts: moved.debts.into_iter().map(tell).collect(),
			supplies: moved.supplies,
		}
	}
}

/// What each of the wrapped cases does by itself.
fn unwrapped() -> Vec<Story> {
	chain(NETWORK).execute_with(|| {
		let market = Market::build(account);
		let before = Books::now();
		let run = |case: Case| {
			let mut story = Story::default();
			undone(|| {
				let origin = case.by.map_or_else(Origin::root, |by| signed(&market.account(by)));
				assert_eq!(case.run(origin), Ok(()), "{:?}", case.call);
				story = Story::of(&market, before.movements());
			});
			story
		};
		wrapped(&market).into_iter().map(run).collect()
	})
}

/// Checks that a wrapper moves what the calls in it move by themselves, if they are in the right
/// name, and else nothing.
fn check_wrapper(wrapper: &Wrapper, stories: &[Story]) {
	chain(NETWORK).execute_with(|| {
		let market = Market::build(wrapper.actor);
		for person in Person::ALL {
			(wrapper.prepare)(person.key());
		}
		let before = Books::now();
		for (case, story) in wrapped(&market).into_iter().zip(stories) {
			let name_of = case.by.map_or(NameOf::Root, |_| NameOf::Account);
			let nothing = Story::default();
			let expected = if wrapper.name_of == name_of { story } else { &nothing };
			undone(|| {
				let key = case.by.unwrap_or(Person::Friend).key();
				(wrapper.run)(key, case.call.clone());
				let (way, of) = (wrapper.name, wrapper.name_of);
				let story = Story::of(&market, before.movements());
				assert_eq!(story, *expected, "{:?}, through {way:?} of {of:?}", case.call);
			});
		}
		check_state();
	});
}

#[test]
fn a_wrapper_moves_what_the_call_in_it_moves() {
	let stories = unwrapped();
	WRAPPERS.iter().step_by(2).for_each(|wrapper| check_wrapper(wrapper, &stories));
}

/// The other half, so that both can run at the same time.
#[test]
fn another_wrapper_moves_what_the_call_in_it_moves() {
	let stories = unwrapped();
	WRAPPERS.iter().skip(1).step_by(2).for_each(|wrapper| check_wrapper(wrapper, &stories));
}
