//! Worst cases. Each benchmark founds its own jurisdiction.

use crate::{charges::charges, types::Rounding, *};
use alloc::{vec, vec::Vec};
use frame::{
	benchmarking::prelude::*,
	traits::{Consideration, EnsureOrigin},
};
use ourledger_primitives::{
	invoice::{
		Bill, Prices, Sale, SaleItem, SaleLevy, MAX_LEVIES, MAX_SUBTOTALS, MAX_WITHHOLDINGS,
	},
	money::{CurrencyId, LocalMoney},
	tax::{BenchmarkCodes, JurisdictionId, NoteOutcome, TaxCode, TaxKind, Trade, VatCategory},
	twin::{TwinNumber, Twins},
	Balance,
};

const STANDARD: TaxCode = 1;
const LEVY: TaxCode = 100;
const WITHHOLDING: TaxCode = 200;
const WHY: Reason = [7; 32];
/// Money of each account.
const PURSE: Balance = 1_000_000_000;

fn bounded<I, const N: u32>(items: Vec<I>) -> BoundedVec<I, ConstU32<N>> {
	BoundedVec::truncate_from(items)
}

fn settings(authority: TwinNumber, currencies: Vec<CurrencyId>) -> Settings {
	Settings {
		authority,
		auditors: bounded(vec![]),
		currencies: bounded(currencies),
		reporting: *b"EUR",
		utc_offset_minutes: 0,
		rounding: Rounding::Category,
		supply_bound_days: 0,
		correction_days: 90,
		unpaid_days: 30,
		refund_caps: bounded(vec![]),
		hold_days: 30,
		appeal_days: 14,
		returns_alert: 0,
		thresholds: bounded(vec![]),
	}
}

/// Make a jurisdiction.
pub(crate) fn create<T: Config>(
	authority: TwinNumber,
	currencies: Vec<CurrencyId>,
) -> JurisdictionId {
	let jurisdiction = NextJurisdiction::<T>::get();
	Pallet::<T>::do_create_jurisdiction(
		bounded(b"Our Town".to_vec()),
		settings(authority, currencies),
	)
	.expect("its settings are valid");
	jurisdiction
}

fn put_code<T: Config>(jurisdiction: JurisdictionId, code: TaxCode, kind: TaxKind, rate: Balance) {
	let name = bounded(b"code".to_vec());
	Codes::<T>::insert(jurisdiction, code, Code { name, kind, rates: bounded(vec![(0, rate)]) });
	CodeCounts::<T>::mutate(jurisdiction, |count| *count += 1);
}

fn terms() -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: bounded(vec![b'1'; MAX_TAX_NUMBER as usize]),
		effective: 0,
		zero_codes: bounded(vec![]),
		deductible: bounded(vec![]),
	}
}

fn put_taxpayer<T: Config>(jurisdiction: JurisdictionId, twin: TwinNumber, state: TaxpayerState) {
	let depositor = T::Twins::controller_of(twin).expect("it was registered");
	let footprint = Pallet::<T>::taxpayer_footprint();
	T::TaxpayerDeposit::ensure_successful(&depositor, footprint);
	let ticket = T::TaxpayerDeposit::new(&depositor, footprint).expect("it can pay");
	let ticket = Some(ticket);
	let taxpayer = Taxpayer { terms: terms(), state, registered: 0, depositor, ticket };
	Taxpayers::<T>::insert(jurisdiction, twin, taxpayer);
}

/// What other pallets' benchmarks need.
pub(crate) fn prepare<T: Config>(
	currency: CurrencyId,
	seller: TwinNumber,
	buyer: TwinNumber,
) -> (JurisdictionId, BenchmarkCodes) {
	let id = create::<T>(seller, vec![currency]);
	let vat = (STANDARD..).take(MAX_SUBTOTALS as usize).collect::<Vec<_>>();
	for code in &vat {
		let reverse = *code != STANDARD;
		let category = if reverse { VatCategory::ReverseCharge } else { VatCategory::Standard };
		put_code::<T>(id, *code, TaxKind::Vat(category), 150_000);
	}
	let levies = (LEVY..).take(MAX_LEVIES as usize).collect::<Vec<_>>();
	for code in &levies {
		put_code::<T>(id, *code, TaxKind::LevyOnNet { in_vat_base: true }, 10_000);
	}
	let withholdings = (WITHHOLDING..).take(MAX_WITHHOLDINGS as usize).collect::<Vec<_>>();
	for code in &withholdings {
		put_code::<T>(id, *code, TaxKind::Withholding, 10_000);
	}

	let treasury = Jurisdictions::<T>::get(id).expect("it was made").treasury;
	T::Money::mint(currency, &treasury, PURSE);
	for twin in [seller, buyer] {
		put_taxpayer::<T>(id, twin, TaxpayerState::Registered);
		Taxpayers::<T>::mutate(id, twin, |taxpayer| {
			let terms = &mut taxpayer.as_mut().expect("it was put").terms;
			terms.zero_codes = bounded(vat.clone());
			// So that a reverse charge leaves something to pay.
			terms.deductible = bounded(vat.iter().map(|code| (*code, 500_000)).collect());
		});
		fill_books::<T>(id, twin, currency);
	}
	(id, BenchmarkCodes { vat, levies, withholdings })
}

/// Long books: totals of other codes, and a little credit of as many periods as there can be.
fn fill_books<T: Config>(id: JurisdictionId, twin: TwinNumber, currency: CurrencyId) {
	let period = Pallet::<T>::place(id).expect("it was made").period;
	let other = |place| CodeTotal { code: 1_000 + place, net: 1, tax: 1 };
	// But for one place, which is kept for whatever has none.
	let totals = (1..STATEMENT_CODES as TaxCode).map(other).collect::<Vec<_>>();
	Statements::<T>::mutate((id, twin, currency, period), |statement| {
		statement.sales = bounded(totals.clone());
		statement.purchases = bounded(totals);
	});
	let first = period.saturating_sub(CREDIT_PERIODS - 1);
	let credits = (first..=period).map(|period| (period, 1)).collect::<Vec<_>>();
	let sum = credits.len() as Balance;
	Accounts::<T>::mutate((id, twin, currency), |account| account.credits = bounded(credits));
	Treasuries::<T>::mutate(id, currency, |book| {
		book.credits += sum;
		book.gifts += sum;
	});
}

/// A jurisdiction with its authority, a seller and a buyer with money, and as many codes as one
/// invoice can have.
struct Town<T: Config> {
	id: JurisdictionId,
	currency: CurrencyId,
	governance: T::RuntimeOrigin,
	authority: T::AccountId,
	authority_twin: TwinNumber,
	seller: T::AccountId,
	seller_twin: TwinNumber,
	buyer: T::AccountId,
	buyer_twin: TwinNumber,
}

fn town<T: Config>() -> Result<Town<T>, BenchmarkError> {
	let governance =
		T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
	let currency = T::Money::create();
	let [authority, seller, buyer] =
		["authority", "seller", "buyer"].map(|name| account::<T::AccountId>(name, 0, 0));
	let [authority_twin, seller_twin, buyer_twin] =
		[&authority, &seller, &buyer].map(|account| T::Twins::register(account.clone()));
	for account in [&authority, &seller, &buyer] {
		T::Money::mint(currency, account, PURSE);
	}
	let id = create::<T>(authority_twin, vec![currency]);
	for place in 0..MAX_SUBTOTALS as TaxCode {
		let kind = TaxKind::Vat(VatCategory::Standard);
		put_code::<T>(id, STANDARD + place, kind, 150_000);
	}
	for place in 0..MAX_LEVIES as TaxCode {
		let kind = TaxKind::LevyOnNet { in_vat_base: true };
		put_code::<T>(id, LEVY + place, kind, 10_000);
	}
	for place in 0..2 {
		put_code::<T>(id, WITHHOLDING + place, TaxKind::Withholding, 10_000);
	}
	put_taxpayer::<T>(id, seller_twin, TaxpayerState::Registered);
	put_taxpayer::<T>(id, buyer_twin, TaxpayerState::Registered);
	Ok(Town {
		id,
		currency,
		governance,
		authority,
		authority_twin,
		seller,
		seller_twin,
		buyer,
		buyer_twin,
	})
}

impl<T: Config> Town<T> {
	fn trade(&self) -> Trade {
		Trade {
			seller: self.seller_twin,
			number: 1,
			buyer: Some(self.buyer_twin),
			jurisdiction: self.id,
			currency: self.currency,
			supply: Pallet::<T>::today(self.id).expect("it was made"),
		}
	}

	/// As many codes as one invoice can have.
	fn sale(&self) -> Sale {
		let item =
			|place| SaleItem { code: STANDARD + place, amount: 10_000, line_tax: None, lines: 0 };
		let levy = |place| SaleLevy { code: LEVY + place, on: STANDARD + place, thousandths: 0 };
		Sale {
			prices: Prices::Net,
			items: bounded((0..MAX_SUBTOTALS as TaxCode).map(item).collect()),
			levies: bounded((0..MAX_LEVIES as TaxCode).map(levy).collect()),
			withholdings: bounded(vec![WITHHOLDING, WITHHOLDING + 1]),
			tip: 0,
			evidence: None,
		}
	}

	fn bill(&self) -> Bill {
		Pallet::<T>::do_assess(&self.trade(), &self.sale()).expect("it can be sold")
	}

	/// Give the buyer credit, as many periods as there can be, and the treasury the money.
	fn fund(&self) -> Balance {
		let mut bill = self.bill();
		let gross = bill.gross;
		let trade = self.trade();
		Pallet::<T>::do_collect(&trade, &mut bill, &self.buyer, gross).expect("the buyer has it");
		let key = (self.id, self.buyer_twin, self.currency);
		Accounts::<T>::mutate(key, |account| {
			let credit = account.credit();
			let (part, periods) = (credit / 12, 1..12);
			let mut credits = periods.map(|period| (period, part)).collect::<Vec<_>>();
			credits.push((12, credit - 11 * part));
			account.credits = bounded(credits);
			credit
		})
	}

	/// A claim for all of the buyer's credit.
	fn claim(&self, state: ClaimState) -> Balance {
		let amount = self.fund();
		Pallet::<T>::do_claim_refund(&self.buyer, self.id, self.currency, amount)
			.expect("it is its credit");
		Claims::<T>::mutate(self.id, 0, |claim| {
			if let Some(claim) = claim {
				claim.state = state;
			}
		});
		amount
	}
}

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

		assert_eq!(Owners::<T>::get(town.seller_twin), Some(town.buyer_twin));
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

	#[benchmark]
	fn deny_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);

		#[extrinsic_call]
		_(RawOrigin::Signed(town.authority), town.id, 0, WHY);

		assert!(!Claims::<T>::contains_key(town.id, 0));
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

	#[benchmark]
	fn appeal() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Assessed { forfeited: 1, final_on: u32::MAX });

		#[extrinsic_call]
		_(RawOrigin::Signed(town.buyer), town.id, 0, WHY);

		let state = Claims::<T>::get(town.id, 0).map(|it| it.state);
		assert_eq!(state, Some(ClaimState::Appealed { forfeited: 1 }));
		Ok(())
	}

	#[benchmark]
	fn decide_appeal() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Appealed { forfeited: 1 });

		#[extrinsic_call]
		_(town.governance as T::RuntimeOrigin, town.id, 0, 1);

		assert!(!Claims::<T>::contains_key(town.id, 0));
		Ok(())
	}

	#[benchmark]
	fn pay_refund() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		town.claim(ClaimState::Ready);

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

	/// What a sale of as many codes as there can be asks of this pallet; not a call.
	#[benchmark(extra)]
	fn assess() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (trade, sale) = (town.trade(), town.sale());

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
			Pallet::<T>::do_collect(&trade, &mut bill, &town.buyer, gross)?;
		}

		assert!(charges(&bill, town.currency).iter().all(|it| it.taken == it.tax));
		Ok(())
	}

	/// What a note on all of it asks; not a call.
	#[benchmark(extra)]
	fn credit() -> Result<(), BenchmarkError> {
		let town = town::<T>()?;
		let (trade, mut bill) = (town.trade(), town.bill());
		let gross = bill.gross;
		Pallet::<T>::do_collect(&trade, &mut bill, &town.buyer, gross)?;
		let note = town.sale();

		let outcome;
		#[block]
		{
			outcome = Pallet::<T>::do_credit(&trade, &mut bill, &note, 0)?;
		}

		assert_eq!(outcome, NoteOutcome::Settled { refund: gross });
		Ok(())
	}

	#[benchmark]
	fn migrate_jurisdiction() {
		let currencies = (0..MAX_CURRENCIES).map(|_| T::Money::create()).collect();
		let id = create::<T>(T::Twins::register(account("authority", 0, 0)), currencies);
		let key = Jurisdictions::<T>::hashed_key_for(id);
		let entry = Jurisdictions::<T>::get(id).expect("it was made");
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

/// Eight codes to use, and eight with a share to deduct.
fn largest_terms<T: Config>(jurisdiction: JurisdictionId) -> TaxpayerTerms {
	let zero = (500..508).collect::<Vec<TaxCode>>();
	for code in &zero {
		put_code::<T>(jurisdiction, *code, TaxKind::Vat(VatCategory::Zero), 0);
	}
	let deductible = (0..MAX_SUBTOTALS as TaxCode).map(|place| (STANDARD + place, 500_000));
	TaxpayerTerms {
		zero_codes: bounded(zero),
		deductible: bounded(deductible.collect()),
		..terms()
	}
}
