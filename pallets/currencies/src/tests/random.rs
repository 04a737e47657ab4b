//! Random sequences of calls agree with a model that shares no code with the pallet: it keeps
//! what everybody has as a plain number, and what waits as one that shrinks day by day.

use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;
use ourledger_primitives::money::{Day, Kept, LocalMoney, Settled};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What can happen, in currency 0, issued, or 1, a mutual credit; both are for members.
#[derive(Clone, Debug)]
enum Step {
	Admit(u32, AccountId),
	Expel(u32, AccountId),
	Issue(AccountId, Balance),
	Redeem(AccountId, Balance),
	Transfer(u32, AccountId, AccountId, Balance),
	SetLine(AccountId, Balance),
	Repay(AccountId, Balance),
	/// Into the escrow, in the payer's name.
	Escrow(u32, AccountId, Balance),
	/// Of what is there in the first one's name, to the second, who may not be there.
	Settle(u32, AccountId, AccountId, Balance),
	RefundTo(u32, AccountId, AccountId, Balance),
	Take(u32, AccountId),
	Discard(u32, AccountId),
	/// [`NOBODY`] comes, or goes if it holds nothing.
	Come,
	Go,
	Charge(u32, AccountId),
	Freeze(u32, AccountId),
	Unfreeze(u32, AccountId),
	PassDays(Day),
}

/// A pot that isn't a currency's.
const ESCROW: AccountId = 777;
const CAP: Balance = 20_000;
const PEOPLE: [AccountId; 3] = [ALICE, BOB, CAROL];
/// Who may be owed something.
const OWNERS: [AccountId; 4] = [ALICE, BOB, CAROL, NOBODY];
/// What is left of money after a day.
const DAILY: f64 = 0.995;

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let who = || prop::sample::select(PEOPLE.to_vec());
	let owner = || prop::sample::select(OWNERS.to_vec());
	let id = || 0..2u32;
	let amount = || prop_oneof![0..50u128, 50..5_000u128];
	let step = prop_oneof![
		3 => (id(), who()).prop_map(|(id, who)| Step::Admit(id, who)),
		1 => (id(), who()).prop_map(|(id, who)| Step::Expel(id, who)),
		4 => (who(), amount()).prop_map(|(who, amount)| Step::Issue(who, amount)),
		2 => (who(), amount()).prop_map(|(who, amount)| Step::Redeem(who, amount)),
		9 => (id(), who(), who(), amount()).prop_map(|(id, a, b, x)| Step::Transfer(id, a, b, x)),
		3 => (who(), amount()).prop_map(|(who, limit)| Step::SetLine(who, limit)),
		3 => (who(), amount()).prop_map(|(who, amount)| Step::Repay(who, amount)),
		4 => (id(), who(), amount()).prop_map(|(id, who, amount)| Step::Escrow(id, who, amount)),
		4 => (id(), who(), owner(), amount()).prop_map(|(id, a, b, x)| Step::Settle(id, a, b, x)),
		2 => (id(), who(), owner(), amount()).prop_map(|(id, a, b, x)| Step::RefundTo(id, a, b, x)),
		3 => (id(), owner()).prop_map(|(id, who)| Step::Take(id, who)),
		1 => (id(), who()).prop_map(|(id, who)| Step::Discard(id, who)),
		1 => Just(Step::Come),
		1 => Just(Step::Go),
		2 => (id(), who()).prop_map(|(id, who)| Step::Charge(id, who)),
		1 => (id(), who()).prop_map(|(id, who)| Step::Freeze(id, who)),
		1 => (id(), who()).prop_map(|(id, who)| Step::Unfreeze(id, who)),
		2 => (0..40u32).prop_map(Step::PassDays),
	];
	prop::collection::vec(step, 1..120)
}

/// Money that waits for somebody.
#[derive(Clone, Copy, Debug, Default)]
struct Wait {
	nominal: Balance,
	/// What is left of it today.
	worth: f64,
}

impl Wait {
	fn new(amount: Balance) -> Self {
		Self { nominal: amount, worth: amount as f64 }
	}

	fn add(&mut self, more: Self) {
		self.nominal += more.nominal;
		self.worth += more.worth;
	}

	fn split(&mut self, nominal: Balance) -> Self {
		let worth = self.worth * nominal as f64 / self.nominal as f64;
		self.nominal -= nominal;
		self.worth -= worth;
		Self { nominal, worth }
	}

	/// Whether `paid` is what is left, rounded down.
	fn is_worth(&self, paid: Balance) -> bool {
		let fits = paid as f64 <= self.worth + 1e-6 && paid as f64 > self.worth - 1.0 - 1e-6;
		fits && paid <= self.nominal
	}
}

/// What the pallet should do, said the plain way, but for demurrage: balances are the pallet's own
/// at each step's start, and each step must change them by exactly what it says.
#[derive(Default)]
struct Model {
	members: BTreeMap<(u32, AccountId), bool>,
	frozen: BTreeSet<(u32, AccountId)>,
	lines: BTreeMap<AccountId, (Balance, Balance)>,
	supplies: [Balance; 2],
	/// What is in the escrow, in whose name, and what a pallet would keep of it.
	waits: BTreeMap<(u32, AccountId), (Wait, Kept)>,
	aside: BTreeMap<(u32, AccountId), Wait>,
	/// Whether [`NOBODY`] exists.
	somebody_is_there: bool,
}

impl Model {
	fn can_hold(&self, who: AccountId) -> bool {
		who != NOBODY || self.somebody_is_there
	}

	/// What becomes of something that is owed; a wait if it is set aside.
	fn owe(&mut self, id: u32, owner: AccountId, wait: Wait, told: Settled) -> bool {
		let Settled { paid, charged, set_aside } = told;
		if paid + charged + set_aside != wait.nominal {
			return false;
		}
		if set_aside > 0 {
			self.aside.entry((id, owner)).or_default().add(wait);
			return !self.can_hold(owner) && paid + charged == 0;
		}
		(self.can_hold(owner) || paid == 0) && wait.is_worth(paid)
	}

	fn pass_days(&mut self, days: Day) {
		let left = DAILY.powi(days as i32);
		self.waits.values_mut().for_each(|(wait, _)| wait.worth *= left);
		self.aside.values_mut().for_each(|wait| wait.worth *= left);
	}

	fn is_member(&self, id: u32, who: AccountId) -> bool {
		self.members.get(&(id, who)) == Some(&false)
	}

	fn may_pay(&self, id: u32, who: AccountId) -> Result<(), Error<Test>> {
		if self.frozen.contains(&(id, who)) {
			return Err(Error::AccountFrozen);
		}
		let spends_the_rest = id == 1 && balance(1, who) > 0;
		(self.is_member(id, who) || spends_the_rest).then_some(()).ok_or(Error::NotMember)
	}

	/// Pay, and say what `from` and `to` have then.
	fn pay(
		&mut self,
		id: u32,
		from: AccountId,
		to: AccountId,
		amount: Balance,
	) -> Result<(Balance, Balance), Error<Test>> {
		self.may_pay(id, from)?;
		if to != ESCROW && !self.is_member(id, to) {
			return Err(Error::NotAdmitted);
		}
		let (has, other) = (balance(id, from), balance(id, to));
		let may_draw = id == 1 && self.is_member(id, from);
		let (limit, debt) = self.lines.get(&from).copied().filter(|_| may_draw).unwrap_or((0, 0));
		if amount > has + limit.saturating_sub(debt) {
			return Err(Error::BalanceTooLow);
		}
		if from == to {
			return Ok((has, has));
		}
		let drawn = amount.saturating_sub(has);
		if drawn > 0 {
			self.lines.insert(from, (limit, debt + drawn));
			self.supplies[1] += drawn;
		}
		let rest = has + drawn - amount;
		self.forget(id, from, rest);
		Ok((rest, other + amount))
	}

	fn forget(&mut self, id: u32, who: AccountId, rest: Balance) {
		if rest == 0 && self.members.get(&(id, who)) == Some(&true) {
			self.members.remove(&(id, who));
		}
	}
}

fn run(step: Step, model: &mut Model) -> Result<(), TestCaseError> {
	let error = |error: Error<Test>| DispatchError::from(error);
	let check = |result: DispatchResult, expected: Result<(), Error<Test>>| {
		prop_assert_eq!(result, expected.map_err(error));
		Ok(())
	};
	match step {
		Step::Admit(id, who) => {
			let expected = match model.members.get(&(id, who)) {
				Some(false) => Err(Error::AlreadyMember),
				_ => Ok(model.members.insert((id, who), false)).map(|_| ()),
			};
			check(Currencies::admit(signed(ISSUER), id, twin(who)), expected)?;
		},
		Step::Expel(id, who) => {
			let has = balance(id, who);
			let expected = match model.members.get(&(id, who)) {
				Some(expelled) if !expelled || has == 0 => Ok(()),
				_ => Err(Error::NotMember),
			};
			if expected.is_ok() {
				model.members.insert((id, who), true);
				model.forget(id, who, has);
			}
			check(Currencies::expel(signed(ISSUER), id, twin(who)), expected)?;
		},
		Step::Issue(to, amount) => {
			let has = balance(0, to);
			let expected = match () {
				_ if amount == 0 => Err(Error::AmountZero),
				_ if !model.is_member(0, to) => Err(Error::NotAdmitted),
				_ if model.supplies[0] + amount > CAP => Err(Error::CapExceeded),
				_ => Ok(()),
			};
			let issued = if expected.is_ok() { amount } else { 0 };
			model.supplies[0] += issued;
			let after = has + issued;
			check(Currencies::issue(signed(ISSUER), 0, to, amount), expected)?;
			prop_assert_eq!(balance(0, to), after);
		},
		Step::Redeem(who, amount) => {
			let has = balance(0, who);
			let expected = match () {
				_ if amount == 0 => Err(Error::AmountZero),
				_ if model.frozen.contains(&(0, who)) => Err(Error::AccountFrozen),
				_ if amount > has => Err(Error::BalanceTooLow),
				_ => Ok(()),
			};
			let after = has - if expected.is_ok() { amount } else { 0 };
			if expected.is_ok() {
				model.supplies[0] -= amount;
				model.forget(0, who, after);
			}
			check(Currencies::redeem(signed(who), 0, amount, REFERENCE), expected)?;
			prop_assert_eq!(balance(0, who), after);
		},
		Step::Transfer(id, from, to, amount) => {
			let expected = match () {
				_ if amount == 0 => Err(Error::AmountZero),
				_ if !model.is_member(id, to) => Err(Error::NotAdmitted),
				_ => model.pay(id, from, to, amount),
			};
			let after = expected.as_ref().copied().unwrap_or((balance(id, from), balance(id, to)));
			check(transfer(id, from, to, amount), expected.map(|_| ()))?;
			prop_assert_eq!((balance(id, from), balance(id, to)), after);
		},
		Step::SetLine(who, limit) => {
			let line = model.lines.get(&who).copied();
			let expected = match (line, limit) {
				(_, 1..) if !model.is_member(1, who) => Err(Error::NotMember),
				(None, 0) => Err(Error::NoCreditLine),
				_ => Ok(()),
			};
			if expected.is_ok() {
				model.lines.insert(who, (limit, line.map_or(0, |(_, debt)| debt)));
				model.lines.retain(|_, line| *line != (0, 0));
			}
			check(Currencies::set_credit_line(signed(ISSUER), 1, twin(who), limit), expected)?;
		},
		Step::Repay(who, amount) => {
			let has = balance(1, who);
			let expected = match model.lines.get(&who).copied() {
				_ if amount == 0 => Err(Error::AmountZero),
				None => Err(Error::NoCreditLine),
				Some((_, debt)) if amount > debt => Err(Error::DebtTooLow),
				_ if amount > has => Err(Error::BalanceTooLow),
				Some((limit, debt)) => Ok((limit, debt - amount)),
			};
			let after = has - if expected.is_ok() { amount } else { 0 };
			if let Ok(line) = expected {
				model.lines.insert(who, line);
				model.lines.retain(|_, line| *line != (0, 0));
				model.supplies[1] -= amount;
				model.forget(1, who, after);
			}
			check(Currencies::repay(signed(who), 1, amount), expected.map(|_| ()))?;
			prop_assert_eq!(balance(1, who), after);
		},
		Step::Escrow(id, who, amount) => {
			let expected = if amount == 0 {
				Ok((balance(id, who), 0))
			} else {
				model.pay(id, who, ESCROW, amount)
			};
			let after = expected.as_ref().map_or(balance(id, who), |(rest, _)| *rest);
			if expected.is_ok() && amount > 0 {
				let kept = Currencies::keep(id, amount).expect("there is such a currency");
				let (wait, sum) = model.waits.entry((id, who)).or_default();
				wait.add(Wait::new(amount));
				sum.add(kept);
			}
			check(Currencies::pay(id, &who, &ESCROW, amount), expected.map(|_| ()))?;
			prop_assert_eq!(balance(id, who), after);
		},
		Step::Settle(id, payer, owner, amount) => {
			let Some((wait, kept)) = model.waits.get_mut(&(id, payer)) else { return Ok(()) };
			let amount = amount.min(wait.nominal);
			if amount == 0 {
				return Ok(());
			}
			let (part, share) = (kept.split(amount), wait.split(amount));
			model.waits.retain(|_, (wait, _)| wait.nominal > 0);
			let part = part.expect("there is as much");
			let (has, there) = (balance(id, owner), balance(id, ESCROW));
			let told = Currencies::settle(id, &ESCROW, &owner, part);
			let Ok(told) = told else { return Err(TestCaseError::fail(format!("{told:?}"))) };
			prop_assert!(model.owe(id, owner, share, told), "{:?} of {:?}", told, share);
			prop_assert_eq!(balance(id, ESCROW), there - amount);
			prop_assert_eq!(balance(id, owner), has + told.paid);
		},
		Step::RefundTo(_, from, owner, _) if from == owner => {},
		Step::RefundTo(id, from, owner, amount) => {
			let (has, other) = (balance(id, from), balance(id, owner));
			let pays = match amount {
				0 => Ok((has, 0)),
				// The rules of who pays, and none of who is paid.
				_ => model.pay(id, from, ESCROW, amount),
			};
			let told = <Currencies as LocalMoney<_>>::repay(id, &from, &owner, amount);
			match pays {
				Err(why) => prop_assert_eq!(told, Err(error(why))),
				Ok((rest, _)) => {
					let Ok(told) = told else {
						return Err(TestCaseError::fail(format!("{told:?}")));
					};
					prop_assert!(model.owe(id, owner, Wait::new(amount), told));
					prop_assert_eq!(told.charged, 0);
					prop_assert_eq!(balance(id, from), rest);
					prop_assert_eq!(balance(id, owner), other + told.paid);
				},
			}
		},
		Step::Take(id, owner) => {
			let (has, income) = (balance(id, owner), balance(id, pot(id)));
			let result = Currencies::take(signed(DAVE), id, owner);
			let Some(wait) = model.aside.get(&(id, owner)).copied() else {
				return check(result, Err(Error::NothingSetAside));
			};
			// A worth of just about one unit is one or nothing: as a plain number it isn't that exact.
			let is_unit = wait.worth >= 1.0 + 1e-6 || (wait.worth > 1.0 - 1e-6 && result.is_err());
			if is_unit && !model.can_hold(owner) {
				return check(result, Err(Error::NoSuchAccount));
			}
			prop_assert_eq!(result, Ok(()));
			model.aside.remove(&(id, owner));
			let came = balance(id, owner) - has;
			prop_assert!(wait.is_worth(came), "{} of {:?}", came, wait);
			prop_assert!(balance(id, pot(id)) >= income + wait.nominal - came);
		},
		Step::Discard(id, who) => {
			let has = balance(id, who);
			let owes = id == 1 && model.lines.get(&who).is_some_and(|(_, debt)| *debt > 0);
			let expected = match () {
				_ if model.frozen.contains(&(id, who)) => Err(Error::AccountFrozen),
				_ if owes => Err(Error::InDebt),
				_ if has == 0 => Err(Error::AmountZero),
				_ => Ok(()),
			};
			if expected.is_ok() {
				model.forget(id, who, 0);
			}
			let after = if expected.is_ok() { 0 } else { has };
			check(Currencies::discard(signed(who), id), expected)?;
			prop_assert_eq!(stored(id, who) == 0, after == 0);
		},
		Step::Come if !model.somebody_is_there => {
			appear(NOBODY);
			model.somebody_is_there = true;
		},
		Step::Go if model.somebody_is_there && System::consumers(&NOBODY) == 0 => {
			vanish(NOBODY);
			model.somebody_is_there = false;
		},
		Step::Come | Step::Go => {},
		Step::Charge(id, who) => {
			let has = balance(id, who);
			check(Currencies::charge(signed(DAVE), id, who), Ok(()))?;
			prop_assert_eq!((balance(id, who), stored(id, who)), (has, has));
		},
		Step::Freeze(id, who) => {
			let expected =
				if model.frozen.insert((id, who)) { Ok(()) } else { Err(Error::AlreadyFrozen) };
			let result = Currencies::freeze(signed(AUTHORITY), id, who, REFERENCE, 50);
			check(result, expected)?;
		},
		Step::Unfreeze(id, who) => {
			let expected =
				if model.frozen.remove(&(id, who)) { Ok(()) } else { Err(Error::NotFrozen) };
			check(Currencies::unfreeze(signed(AUTHORITY), id, who), expected)?;
		},
		Step::PassDays(days) => {
			let before: Vec<_> = PEOPLE.iter().map(|who| balance(0, *who)).collect();
			pass_days(days);
			model.pass_days(days);
			for (who, before) in PEOPLE.iter().zip(before) {
				let after = balance(0, *who);
				let exact = 1.0 + (before.saturating_sub(1)) as f64 * 0.995f64.powi(days as i32);
				prop_assert!(after <= before);
				prop_assert!(before == 0 || (after as f64 - exact).abs() <= 1.5);
			}
		},
	}
	Ok(())
}

fn compare(model: &Model) -> Result<(), TestCaseError> {
	for id in 0..2 {
		prop_assert_eq!(supply(id), model.supplies[id as usize]);
		for who in PEOPLE {
			let info = Currencies::holding(id, who);
			prop_assert_eq!(info.member, model.members.get(&(id, who)).copied());
			prop_assert_eq!(info.frozen_until.is_some(), model.frozen.contains(&(id, who)));
		}
	}
	for who in PEOPLE {
		let info = Currencies::holding(1, who);
		let line = model.lines.get(&who).copied().unwrap_or((0, 0));
		prop_assert_eq!((info.credit_limit, info.debt), line);
	}
	for id in 0..2 {
		let of_it =
			|(key, wait): (&(u32, AccountId), Wait)| if key.0 == id { wait.nominal } else { 0 };
		let waiting: Balance = model.waits.iter().map(|(key, (wait, _))| of_it((key, *wait))).sum();
		prop_assert_eq!(balance(id, ESCROW), waiting);
		let aside: Balance = model.aside.iter().map(|(key, wait)| of_it((key, *wait))).sum();
		prop_assert_eq!(SetAsideTotals::<Test>::get(id), aside);
		for who in OWNERS {
			let wait = model.aside.get(&(id, who)).copied().unwrap_or_default();
			prop_assert!(wait.is_worth(set_aside(id, who)), "{:?}", wait);
		}
	}
	prop_assert_eq!(Debts::<Test>::get(1), model.lines.values().map(|line| line.1).sum());
	check_invariants();
	Ok(())
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn random_sequences_follow_the_model(steps in steps()) {
		state().execute_with(|| {
			currency(closed(losing(5_000, Terms { supply: Supply::Issued { cap: CAP }, ..PLAIN })));
			currency(closed(losing(5_000, MUTUAL)));
			assert_ok!(Currencies::open_pot(&ESCROW));
			pass_days(10);
			let mut model = Model::default();
			for step in steps {
				run(step, &mut model)?;
				compare(&model)?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}
