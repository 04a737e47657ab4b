//! Worst cases: members, demurrage that both sides still owe, a credit line that has to be drawn,
//! and an amendment whose day has come.

use crate::*;
use alloc::{vec, vec::Vec};
use frame::{
	benchmarking::prelude::*,
	deps::sp_core::U256,
	traits::{
		fungible::{Mutate as NativeMutate, NativeOrWithId},
		fungibles::{Inspect, Mutate},
		Consideration, ConstU32, Get,
	},
};
use ourledger_math::demurrage::Index;
use ourledger_primitives::{
	money::{CurrencyId, Kept, LocalMoney},
	tax::Jurisdictions,
	twin::{TwinNumber, Twins},
	Balance,
};
use pallet_asset_conversion::PoolLocator;

const AMOUNT: Balance = 1_000_000;
const REFERENCE: Hash32 = [7; 32];

fn bounded<I, const N: u32>(items: Vec<I>) -> BoundedVec<I, ConstU32<N>> {
	BoundedVec::truncate_from(items)
}

/// A twin with its controller, with OUR for every deposit and fee.
fn twin<T: Config>(name: &'static str) -> (T::AccountId, TwinNumber) {
	let controller: T::AccountId = account(name, 0, 0);
	// A benchmark that makes two currencies asks twice.
	let known = T::Twins::number_of(&controller);
	let number = known.unwrap_or_else(|| T::Twins::register(controller.clone()));
	T::CurrencyDeposit::ensure_successful(&controller, Pallet::<T>::currency_footprint());
	T::MemberDeposit::ensure_successful(&controller, Pallet::<T>::member_footprint());
	T::CreditLineDeposit::ensure_successful(&controller, Pallet::<T>::line_footprint());
	T::FreezeDeposit::ensure_successful(&controller, Pallet::<T>::freeze_footprint());
	let rich = Balance::from(u64::MAX);
	T::Native::mint_into(&controller, rich).expect("issuance is far from its bound");
	(controller, number)
}

fn terms(supply: Supply) -> Terms {
	Terms { supply, access: Access::Members, invoice_only: true, demurrage: 1 }
}

const ISSUED: Supply = Supply::Issued { cap: MAX_SUPPLY };

/// What the worst currency is made of.
struct Town<T: Config> {
	issuer: T::AccountId,
	authority: T::AccountId,
	id: CurrencyId,
}

/// A currency whose index moves, and whose amendment takes effect today.
fn town<T: Config>(supply: Supply) -> Town<T> {
	let (issuer, _) = twin::<T>("issuer");
	let (authority, number) = twin::<T>("authority");
	let place = T::Jurisdictions::create(number);
	let id = NextCurrency::<T>::get();
	Pallet::<T>::create(
		RawOrigin::Signed(issuer.clone()).into(),
		bounded(vec![b'a'; MAX_NAME as usize]),
		bounded(vec![b'A'; MAX_SYMBOL as usize]),
		3,
		Some(place),
		terms(supply),
		T::MinNoticeDays::get(),
	)
	.expect("nothing is in the way");
	let today = Pallet::<T>::today();
	Currencies::<T>::mutate(id, |entry| {
		let entry = entry.as_mut().expect("it was just made");
		entry.index = 2 * Index::ONE.to_bits();
		entry.pending = Some((Terms { demurrage: 2, ..terms(supply) }, today));
	});
	Town { issuer, authority, id }
}

/// A member that has `AMOUNT`, and owes demurrage besides.
fn holder<T: Config>(town: &Town<T>, name: &'static str) -> (T::AccountId, TwinNumber) {
	let (controller, number) = member::<T>(town, name);
	<Pallet<T> as LocalMoney<_>>::mint(town.id, &controller, AMOUNT);
	(controller, number)
}

fn member<T: Config>(town: &Town<T>, name: &'static str) -> (T::AccountId, TwinNumber) {
	let (controller, number) = twin::<T>(name);
	let issuer = RawOrigin::Signed(town.issuer.clone()).into();
	Pallet::<T>::admit(issuer, town.id, number).expect("it is no member yet");
	(controller, number)
}

/// A member with a credit line of `AMOUNT`.
fn debtor<T: Config>(town: &Town<T>, name: &'static str) -> (T::AccountId, TwinNumber) {
	let (controller, number) = member::<T>(town, name);
	let issuer = RawOrigin::Signed(town.issuer.clone()).into();
	Pallet::<T>::set_credit_line(issuer, town.id, number, AMOUNT).expect("it is a member");
	(controller, number)
}

/// Let `who` draw `amount`, and pay it to `to`.
fn pay<T: Config>(town: &Town<T>, who: &T::AccountId, to: &T::AccountId, amount: Balance) {
	<Pallet<T> as LocalMoney<_>>::pay(town.id, who, to, amount).expect("it has credit");
}

/// Let `who` owe demurrage: one unit more is stored than it has.
fn owe<T: Config>(town: &Town<T>, who: &T::AccountId) {
	T::Assets::mint_into(town.id, who, 1).expect("it holds some already");
}

/// A pool of OUR and a currency that `who` holds, and its member's shares in it.
fn pool<T: Config>(town: &Town<T>, who: &T::AccountId, other: CurrencyKind) {
	let origin = || RawOrigin::Signed(who.clone()).into();
	let kind = NativeOrWithId::WithId(town.id);
	Pallet::<T>::create_pool(origin(), other.clone(), kind.clone()).expect("there is none yet");
	let share = liquidity::<T>();
	Pallet::<T>::add_liquidity(origin(), other, kind, share, share, 1, 1).expect("it has both");
}

/// Enough for a pool's account to exist in OUR.
fn liquidity<T: Config>() -> Balance {
	use frame::traits::fungible::Inspect;
	T::Native::minimum_balance().saturating_mul(1_000).max(AMOUNT)
}

/// Currencies along which `n` are swapped, OUR first, and who can.
fn route<T: Config>(n: u32) -> (T::AccountId, SwapPath) {
	let mut path = vec![NativeOrWithId::Native];
	let mut who = None;
	for _ in 1..n {
		let town = town::<T>(ISSUED);
		let trader = holder::<T>(&town, "trader").0;
		let much = liquidity::<T>().saturating_mul(4);
		<Pallet<T> as LocalMoney<_>>::mint(town.id, &trader, much);
		let last = path.last().cloned().expect("OUR is the first");
		pool::<T>(&town, &trader, last);
		owe::<T>(&town, &trader);
		path.push(NativeOrWithId::WithId(town.id));
		who = Some(trader);
	}
	// From the currency to OUR: both ends of a swap that draws and charges are local.
	path.reverse();
	(who.expect("a path has two currencies"), bounded(path))
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn create() {
		let (issuer, _) = twin::<T>("issuer");
		let (_, authority) = twin::<T>("authority");
		let place = T::Jurisdictions::create(authority);
		let name = bounded(vec![b'a'; MAX_NAME as usize]);
		let symbol = bounded(vec![b'A'; MAX_SYMBOL as usize]);

		#[extrinsic_call]
		_(RawOrigin::Signed(issuer), name, symbol, 3, Some(place), terms(ISSUED), u16::MAX);

		assert_eq!(NextCurrency::<T>::get(), 1);
	}

	#[benchmark]
	fn amend() {
		let Town { issuer, id, .. } = town::<T>(ISSUED);

		#[extrinsic_call]
		_(RawOrigin::Signed(issuer), id, terms(ISSUED));

		let entry = Currencies::<T>::get(id).expect("it exists");
		assert_eq!((entry.terms.demurrage, entry.pending.is_some()), (2, true));
	}

	#[benchmark]
	fn admit() {
		let town = town::<T>(ISSUED);
		let (account, number) = twin::<T>("member");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, number);

		assert!(Members::<T>::contains_key(town.id, account));
	}

	/// Without money, so that the deposit comes back.
	#[benchmark]
	fn expel() {
		let town = town::<T>(ISSUED);
		let (account, number) = member::<T>(&town, "member");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, number);

		assert!(!Members::<T>::contains_key(town.id, account));
	}

	#[benchmark]
	fn issue() {
		let town = town::<T>(ISSUED);
		let (account, _) = holder::<T>(&town, "member");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, account.clone(), AMOUNT);

		assert_eq!(<Pallet<T> as LocalMoney<_>>::balance(town.id, &account), 2 * AMOUNT);
	}

	/// The last of an expelled member.
	#[benchmark]
	fn redeem() {
		let town = town::<T>(ISSUED);
		let (account, number) = holder::<T>(&town, "member");
		let issuer = RawOrigin::Signed(town.issuer.clone()).into();
		Pallet::<T>::expel(issuer, town.id, number).expect("it is a member");

		#[extrinsic_call]
		_(RawOrigin::Signed(account.clone()), town.id, AMOUNT, REFERENCE);

		assert!(!Members::<T>::contains_key(town.id, account));
	}

	/// On credit, between two who owe demurrage.
	#[benchmark]
	fn transfer() {
		let town = town::<T>(Supply::MutualCredit);
		let (payer, _) = debtor::<T>(&town, "payer");
		let (payee, _) = debtor::<T>(&town, "payee");
		pay::<T>(&town, &payee, &payer, AMOUNT / 2);
		pay::<T>(&town, &payer, &payee, AMOUNT / 4);
		owe::<T>(&town, &payer);
		owe::<T>(&town, &payee);

		#[extrinsic_call]
		_(RawOrigin::Signed(payer.clone()), town.id, payee, AMOUNT, REFERENCE);

		let line = CreditLines::<T>::get(town.id, payer).expect("it has one");
		assert_eq!(line.debt, AMOUNT - AMOUNT / 4);
	}

	#[benchmark]
	fn set_credit_line() {
		let town = town::<T>(Supply::MutualCredit);
		let (account, number) = member::<T>(&town, "member");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, number, AMOUNT);

		assert!(CreditLines::<T>::contains_key(town.id, account));
	}

	/// All that an expelled member whose line is closed owes and has.
	#[benchmark]
	fn repay() {
		let town = town::<T>(Supply::MutualCredit);
		let (account, number) = debtor::<T>(&town, "member");
		let (other, _) = debtor::<T>(&town, "other");
		pay::<T>(&town, &account, &other, AMOUNT);
		pay::<T>(&town, &other, &account, AMOUNT);
		owe::<T>(&town, &account);
		let issuer = || RawOrigin::Signed(town.issuer.clone()).into();
		Pallet::<T>::set_credit_line(issuer(), town.id, number, 0).expect("it has one");
		Pallet::<T>::expel(issuer(), town.id, number).expect("it is a member");

		#[extrinsic_call]
		_(RawOrigin::Signed(account.clone()), town.id, AMOUNT);

		assert!(!CreditLines::<T>::contains_key(town.id, &account));
		assert!(!Members::<T>::contains_key(town.id, account));
	}

	/// All that is owed on a closed line.
	#[benchmark]
	fn write_off() {
		let town = town::<T>(Supply::MutualCredit);
		let (account, number) = debtor::<T>(&town, "member");
		pay::<T>(&town, &account, &Pallet::<T>::pot_account(town.id), AMOUNT);
		let issuer = RawOrigin::Signed(town.issuer.clone()).into();
		Pallet::<T>::set_credit_line(issuer, town.id, number, 0).expect("it has one");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, number, AMOUNT);

		assert!(!CreditLines::<T>::contains_key(town.id, account));
	}

	/// In the place of one that has expired.
	#[benchmark]
	fn freeze() {
		let town = town::<T>(ISSUED);
		let (account, _) = twin::<T>("member");
		let now = T::BlockNumberProvider::current_block_number();
		let until = now.saturating_add(1u32.into());
		let authority = RawOrigin::Signed(town.authority.clone()).into();
		Pallet::<T>::freeze(authority, town.id, account.clone(), REFERENCE, until)
			.expect("nothing is in the way");
		T::BlockNumberProvider::set_block_number(until);
		let later = until.saturating_add(T::MaxFreezeTicks::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, account.clone(), REFERENCE, later);

		assert!(Pallet::<T>::frozen_until(town.id, &account).is_some());
	}

	/// By the authority, before its time.
	#[benchmark]
	fn unfreeze() {
		let town = town::<T>(ISSUED);
		let (account, _) = twin::<T>("member");
		let until = T::BlockNumberProvider::current_block_number().saturating_add(1u32.into());
		let authority = RawOrigin::Signed(town.authority.clone()).into();
		Pallet::<T>::freeze(authority, town.id, account.clone(), REFERENCE, until)
			.expect("nothing is in the way");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, account.clone());

		assert!(!Freezes::<T>::contains_key(town.id, account));
	}

	#[benchmark]
	fn swap(n: Linear<2, MAX_PATH>) {
		let (who, path) = route::<T>(n);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), path, AMOUNT / 10, 1);
	}

	#[benchmark]
	fn swap_for(n: Linear<2, MAX_PATH>) {
		let (who, path) = route::<T>(n);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), path, AMOUNT / 10, AMOUNT);
	}

	/// Of two local currencies, of both of which somebody has sent something there before.
	#[benchmark]
	fn create_pool() {
		let (first, second) = (town::<T>(ISSUED), town::<T>(ISSUED));
		let (a, b) = (NativeOrWithId::WithId(first.id), NativeOrWithId::WithId(second.id));
		let account = T::PoolLocator::pool_address(&a, &b).expect("they can have a pool");
		for id in [first.id, second.id] {
			<Pallet<T> as LocalMoney<_>>::mint(id, &account, AMOUNT);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(first.issuer), a, b);
	}

	#[benchmark]
	fn add_liquidity() {
		let (first, second) = (town::<T>(ISSUED), town::<T>(ISSUED));
		let (who, _) = holder::<T>(&first, "trader");
		holder::<T>(&second, "trader");
		let (a, b) = (NativeOrWithId::WithId(first.id), NativeOrWithId::WithId(second.id));
		let origin = RawOrigin::Signed(who.clone());
		Pallet::<T>::create_pool(origin.clone().into(), a.clone(), b.clone())
			.expect("there is none yet");

		#[extrinsic_call]
		_(origin, a, b, AMOUNT / 2, AMOUNT / 2, 1, 1);

		assert_eq!(<Pallet<T> as Inspect<_>>::balance(first.id, &who), AMOUNT / 2);
	}

	#[benchmark]
	fn remove_liquidity() {
		let (first, second) = (town::<T>(ISSUED), town::<T>(ISSUED));
		let (who, _) = holder::<T>(&first, "trader");
		holder::<T>(&second, "trader");
		let (a, b) = (NativeOrWithId::WithId(first.id), NativeOrWithId::WithId(second.id));
		let origin = RawOrigin::Signed(who.clone());
		Pallet::<T>::create_pool(origin.clone().into(), a.clone(), b.clone())
			.expect("there is none yet");
		let half = AMOUNT / 2;
		Pallet::<T>::add_liquidity(origin.clone().into(), a.clone(), b.clone(), half, half, 1, 1)
			.expect("it has both");
		owe::<T>(&first, &who);
		owe::<T>(&second, &who);

		#[extrinsic_call]
		_(origin, a, b, AMOUNT / 4, 1, 1);

		assert_eq!(<Pallet<T> as Inspect<_>>::balance(first.id, &who), half + AMOUNT / 4);
	}

	#[benchmark]
	fn charge() {
		let town = town::<T>(ISSUED);
		let (account, _) = holder::<T>(&town, "member");

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, account.clone());

		assert_eq!(T::Assets::balance(town.id, &account), AMOUNT);
	}

	#[benchmark]
	fn spend_pot() {
		let town = town::<T>(ISSUED);
		let (account, _) = holder::<T>(&town, "member");
		let pot = Pallet::<T>::pot_account(town.id);
		<Pallet<T> as LocalMoney<_>>::mint(town.id, &pot, AMOUNT);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.issuer), town.id, account.clone(), AMOUNT, REFERENCE);

		assert_eq!(<Pallet<T> as LocalMoney<_>>::balance(town.id, &account), 2 * AMOUNT);
	}

	/// To somebody who holds nothing yet, less demurrage.
	#[benchmark]
	fn take() {
		let town = town::<T>(ISSUED);
		let (owner, _) = member::<T>(&town, "member");
		Pallet::<T>::open_known_pots();
		let place = Pallet::<T>::set_aside_pot();
		<Pallet<T> as LocalMoney<_>>::mint(town.id, &place, AMOUNT);
		// From before the index rose.
		let units = U256::from(AMOUNT) * U256::from(Index::ONE.to_bits());
		SetAside::<T>::insert(town.id, &owner, Kept { nominal: AMOUNT, units });
		SetAsideTotals::<T>::insert(town.id, AMOUNT);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, owner.clone());

		let balance = <Pallet<T> as LocalMoney<_>>::balance(town.id, &owner);
		assert!((1..AMOUNT).contains(&balance));
		assert!(!SetAsideTotals::<T>::contains_key(town.id));
	}

	/// By an expelled member who owes demurrage.
	#[benchmark]
	fn discard() {
		let town = town::<T>(ISSUED);
		let (account, number) = holder::<T>(&town, "member");
		let issuer = RawOrigin::Signed(town.issuer.clone()).into();
		Pallet::<T>::expel(issuer, town.id, number).expect("it is a member");

		#[extrinsic_call]
		_(RawOrigin::Signed(account.clone()), town.id);

		assert!(!Members::<T>::contains_key(town.id, account));
	}

	impl_benchmark_test_suite!(Pallet, mock::state(), mock::Test);
}
