//! Worst cases. Each benchmark founds its own jurisdiction.

use crate::*;
use alloc::{vec, vec::Vec};
use frame::{benchmarking::prelude::*, traits::Consideration};
use ourledger_primitives::{
	invoice::{MAX_LINES, MAX_SUBTOTALS},
	money::LocalMoney,
	tax::{NoteOutcome, Source, TaxKind},
	twin::Twins,
	Balance,
};
use ourledger_trade::charges::parts;

mod town;

use town::*;
pub(crate) use town::{create, fill_books, prepare};

#[benchmarks]
mod benches {
	use super::*;
	use crate::migrations::{
		aged::{old_jurisdiction, old_statement},
		v1::OldStatement,
	};
	use frame::deps::frame_support::storage::unhashed;
	use ourledger_primitives::migration::translate;

	#[benchmark]
	fn create_jurisdiction() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let settings = settings(town.authority_twin, vec![town.currency]);
		let name = bounded(vec![b'a'; MAX_JURISDICTION_NAME as usize]);

		#[extrinsic_call]
		_(town.governance as T::RuntimeOrigin, name, settings);

		assert!(Jurisdictions::<T>::contains_key(town.id + 1));
		Ok(())
	}

	#[benchmark]
	fn amend_jurisdiction() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let settings = settings(town.seller_twin, vec![town.currency]);

		#[extrinsic_call]
		_(town.governance as T::RuntimeOrigin, town.id, settings.clone());

		assert_eq!(Jurisdictions::<T>::get(town.id).map(|it| it.settings), Some(settings));
		Ok(())
	}

	/// A levy per unit, whose currency has to exist.
	#[benchmark]
	fn set_code() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let name = bounded(vec![b'a'; MAX_CODE_NAME as usize]);
		let kind = TaxKind::LevyPerUnit { in_vat_base: true, currency: town.currency };

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, 999, name, kind, 0, 25);

		assert!(Codes::<T>::contains_key(town.id, 999));
		Ok(())
	}

	/// A code that has had all rates but one.
	#[benchmark]
	fn set_rate() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let today = Pallet::<T>::today(town.id).expect("it was made");
		for day in 1..MAX_RATES - 1 {
			let day = today + 10 * day;
			Pallet::<T>::do_set_rate(&town.authority, town.id, STANDARD, day, 1)?;
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, STANDARD, today + 1, 2);

		let rates = Codes::<T>::get(town.id, STANDARD).map(|it| it.rates.len() as u32);
		assert_eq!(rates, Some(MAX_RATES));
		Ok(())
	}

	/// From another one to one that has had all rates.
	#[benchmark]
	fn set_dividend_code() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let today = Pallet::<T>::today(town.id).expect("it was made");
		for day in 1..MAX_RATES {
			Pallet::<T>::do_set_rate(&town.authority, town.id, WITHHOLDING, today + day, 1)?;
		}
		DividendCodes::<T>::insert(town.id, WITHHOLDING + 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, Some(WITHHOLDING));

		assert_eq!(DividendCodes::<T>::get(town.id), Some(WITHHOLDING));
		Ok(())
	}

	#[benchmark]
	fn apply() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let footprint = Pallet::<T>::taxpayer_footprint();
		T::TaxpayerDeposit::ensure_successful(&town.authority, footprint);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, terms().tax_number);

		assert!(Taxpayers::<T>::contains_key(town.id, town.authority_twin));
		Ok(())
	}

	/// Outright, with as many codes as there can be.
	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let terms = largest_terms::<T>(town.id);
		let footprint = Pallet::<T>::taxpayer_footprint();
		T::TaxpayerDeposit::ensure_successful(&town.authority, footprint);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, town.authority_twin, terms);

		assert!(Taxpayers::<T>::contains_key(town.id, town.authority_twin));
		Ok(())
	}

	/// To as many codes as there can be.
	#[benchmark]
	fn amend_taxpayer() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let terms = largest_terms::<T>(town.id);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, town.seller_twin, terms.clone());

		let stored = Taxpayers::<T>::get(town.id, town.seller_twin).map(|it| it.terms);
		assert_eq!(stored, Some(terms));
		Ok(())
	}

	#[benchmark]
	fn deregister() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, town.seller_twin);

		let ticket = Taxpayers::<T>::get(town.id, town.seller_twin).map(|it| it.ticket.is_none());
		assert_eq!(ticket, Some(true));
		Ok(())
	}

	#[benchmark]
	fn publish_rate() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, town.currency, 3, 2);

		assert_eq!(Rates::<T>::get(town.id, town.currency), Some((3, 2)));
		Ok(())
	}

	#[benchmark]
	fn declare_owner() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(town.seller), town.buyer_twin);

		assert_eq!(DeclaredOwners::<T>::get(town.seller_twin), Some(town.buyer_twin));
		Ok(())
	}

	/// With turnover in as many places as there can be, each of which crosses a threshold.
	#[benchmark]
	fn confirm_owner() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let year = Pallet::<T>::place(town.id).expect("it was made").period / 12;
		for _ in 0..MAX_TURNOVER_PLACES {
			let id = create::<T>(town.authority_twin, vec![town.currency]);
			Jurisdictions::<T>::mutate(id, |entry| {
				let settings = &mut entry.as_mut().expect("it was made").settings;
				settings.thresholds = bounded(vec![(town.currency, 1)]);
			});
			Turnovers::<T>::insert((town.seller_twin, year, id, town.currency), 1);
		}

		DeclaredOwners::<T>::insert(town.seller_twin, town.buyer_twin);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.buyer), town.seller_twin);

		assert_eq!(Owners::<T>::get(town.seller_twin), Some(town.buyer_twin));
		assert!(Turnovers::<T>::iter_prefix((town.seller_twin,)).next().is_none());
		Ok(())
	}

	/// Of as many periods as there can be, paid at once.
	#[benchmark]
	fn claim_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let amount = town.fund();
		Jurisdictions::<T>::mutate(town.id, |entry| {
			if let Some(entry) = entry {
				let cap = RefundCap { age_days: 0, cap: Balance::MAX };
				entry.settings.refund_caps = bounded(vec![cap]);
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(town.buyer), town.id, town.currency, amount);

		assert_eq!(NextClaim::<T>::get(town.id), 1);
		assert_eq!(Claims::<T>::iter().count(), 0);
		Ok(())
	}

	#[benchmark]
	fn hold_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, 0, 20, WHY);

		let state = Claims::<T>::get(town.id, 0).map(|it| it.state);
		assert!(matches!(state, Some(ClaimState::Held { .. })));
		Ok(())
	}

	/// Against arrears, in part.
	#[benchmark]
	fn deny_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);
		town.owe(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, 0, WHY);

		let state = Claims::<T>::get(town.id, 0).map(|it| it.state);
		assert!(matches!(state, Some(ClaimState::Denied { .. })));
		Ok(())
	}

	#[benchmark]
	fn assess_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, 0, 1, WHY);

		let state = Claims::<T>::get(town.id, 0).map(|it| it.state);
		assert!(matches!(state, Some(ClaimState::Assessed { .. })));
		Ok(())
	}

	/// Against a denial: it is claimed again.
	#[benchmark]
	fn appeal() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);
		Pallet::<T>::do_deny_refund(&town.authority, town.id, 0, WHY)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(town.buyer), town.id, 0, WHY);

		let state = Claims::<T>::get(town.id, 0).map(|it| it.state);
		assert_eq!(state, Some(ClaimState::DenialAppealed));
		Ok(())
	}

	/// It is paid, but for what is forfeited and what goes against arrears.
	#[benchmark]
	fn decide_appeal() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Appealed { forfeited: 1 });
		town.owe(1);
		let decision = Decision::Pay { forfeited: 1 };

		#[extrinsic_call]
		_(town.governance as T::RuntimeOrigin, town.id, 0, decision);

		assert!(!Claims::<T>::contains_key(town.id, 0));
		Ok(())
	}

	/// But for what goes against arrears.
	#[benchmark]
	fn pay_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);
		town.owe(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.seller), town.id, 0);

		assert!(!Claims::<T>::contains_key(town.id, 0));
		Ok(())
	}

	#[benchmark]
	fn sweep() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (id, currency) = (town.id, town.currency);
		Pallet::<T>::do_give(town.buyer.clone(), id, currency, 1_000)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), id, currency, 1_000, town.seller);

		assert_eq!(Treasuries::<T>::get(id, currency).sweeps, 1_000);
		Ok(())
	}

	#[benchmark]
	fn give() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (id, currency) = (town.id, town.currency);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.buyer), id, currency, 1_000);

		assert_eq!(Treasuries::<T>::get(id, currency).gifts, 1_000);
		Ok(())
	}

	#[benchmark]
	fn pay_arrears() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (id, currency, twin) = (town.id, town.currency, town.buyer_twin);
		town.owe(2);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.seller), id, twin, currency, 1);

		assert_eq!(Accounts::<T>::get((id, twin, currency)).arrears, 1);
		Ok(())
	}

	/// A day without claims.
	#[benchmark]
	fn idle_day() {
		let today = Pallet::<T>::utc_today();
		DueCursor::<T>::put(today);
		let mut meter = frame::deps::frame_support::weights::WeightMeter::new();

		#[block]
		{
			Pallet::<T>::pay_due(&mut meter);
		}

		assert_eq!(DueCursor::<T>::get(), Some(today));
	}

	/// A claim that is paid.
	#[benchmark]
	fn idle_claim() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);
		town.owe(1);
		Due::<T>::insert(Pallet::<T>::utc_today(), (town.id, 0), ());
		let today = Pallet::<T>::utc_today();

		#[block]
		{
			let key = Due::<T>::iter_key_prefix(today).next().expect("it was put there");
			Due::<T>::remove(today, key);
			Pallet::<T>::pay_in_time(key, today);
		}

		assert!(!Claims::<T>::contains_key(town.id, 0));
		Ok(())
	}

	/// What a sale of as many codes as there can be asks of this pallet, by line; not a call.
	#[benchmark(extra)]
	fn assess(l: Linear<MAX_SUBTOTALS, MAX_LINES>) -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (sale, trade) = (town.lined(l), town.trade());

		#[block]
		{
			Pallet::<T>::do_assess(&trade, &sale)?;
		}

		Ok(())
	}

	/// What its payment asks; not a call.
	#[benchmark(extra)]
	fn collect() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (trade, mut bill) = (town.trade(), town.bill());
		let gross = bill.gross;

		#[block]
		{
			Pallet::<T>::do_collect(&trade, &mut bill, Source::Account(&town.buyer), gross)?;
		}

		let taken = parts(&bill, town.currency).expect("it is a bill");
		let taken = taken.iter().filter(|it| matches!(it.kind, TaxKind::Vat(_)));
		assert_eq!(taken.map(|it| it.taken).sum::<i128>(), bill.vat() as i128);
		Ok(())
	}

	/// What a note on all of it asks, by line; not a call.
	#[benchmark(extra)]
	fn credit(l: Linear<MAX_SUBTOTALS, MAX_LINES>) -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let sale = town.lined(l);
		let (trade, mut bill) = (town.trade(), town.bill_of(&sale));
		let gross = bill.gross;
		Pallet::<T>::do_collect(&trade, &mut bill, Source::Account(&town.buyer), gross)?;
		let note = town.note(&sale);

		let outcome;
		#[block]
		{
			let left = Pallet::<T>::do_remainder(&bill, &note).map_err(DispatchError::from)?;
			outcome = Pallet::<T>::do_credit(&trade, &mut bill, &left, 0)?;
		}

		assert_eq!(outcome, NoteOutcome::Settled { refund: gross });
		Ok(())
	}

	#[benchmark]
	fn migrate_jurisdiction() {
		let currencies = (0..MAX_CURRENCIES).map(|_| T::Money::create()).collect::<Vec<_>>();
		let id = create::<T>(T::Twins::register(account("authority", 0, 0)), vec![]);
		let key = Jurisdictions::<T>::hashed_key_for(id);
		let mut entry = Jurisdictions::<T>::get(id).expect("it was made");
		// Not by a call, which refuses what is there twice: a mock makes the same one again.
		entry.settings.currencies = BoundedVec::truncate_from(currencies);
		unhashed::put(&key, &old_jurisdiction(entry));

		#[block]
		{
			migrations::migrate_jurisdiction::<T>(&key);
		}

		assert!(Jurisdictions::<T>::get(id).is_some());
	}

	/// The longest: a statement.
	#[benchmark]
	fn migrate_entry() {
		let twin = T::Twins::register(account("authority", 0, 0));
		let currency = T::Money::create();
		let id = create::<T>(twin, vec![currency]);
		fill_books::<T>(id, twin, currency);
		let period = Pallet::<T>::place(id).expect("it was made").period;
		let statement = Statements::<T>::get((id, twin, currency, period));
		let key = Statements::<T>::hashed_key_for((id, twin, currency, period));
		unhashed::put(&key, &old_statement(statement.clone()));

		#[block]
		{
			translate(&key, |old: OldStatement| Some(old.renew()));
		}

		assert_eq!(Statements::<T>::get((id, twin, currency, period)), statement);
	}

	#[benchmark]
	fn migrate_owner() {
		let [twin, owner] = ["twin", "owner"].map(|name| T::Twins::register(account(name, 0, 0)));
		let currency = T::Money::create();
		let places = (0..=MAX_TURNOVER_PLACES).map(|_| create::<T>(owner, vec![currency]));
		let places = places.collect::<Vec<_>>();
		let year = Pallet::<T>::place(places[0]).expect("it was made").period / 12;
		for place in &places {
			Turnovers::<T>::insert((twin, year, *place, currency), 1);
		}
		Owners::<T>::insert(twin, owner);
		let key = Owners::<T>::hashed_key_for(twin);

		#[block]
		{
			migrations::migrate_owner::<T>(&key);
		}

		assert_eq!(Turnovers::<T>::iter_key_prefix((owner, year)).count(), places.len());
	}

	impl_benchmark_test_suite!(Pallet, mock::state(), mock::Test);
}
