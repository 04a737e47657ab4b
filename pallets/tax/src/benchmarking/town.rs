//! The town that benchmarks are in.

use crate::{types::Rounding, *};
use alloc::{vec, vec::Vec};
use frame::{
	benchmarking::prelude::*,
	traits::{Consideration, EnsureOrigin},
};
use ourledger_primitives::{
	invoice::{
		Amounts, Bill, Change, Lines, Note, NotePart, Prices, Sale, SaleItem, SaleLevy, Zigzag,
		MAX_LEVIES, MAX_SUBTOTALS, MAX_WITHHOLDINGS,
	},
	money::{CurrencyId, LocalMoney},
	tax::{BenchmarkCodes, JurisdictionId, Source, TaxCode, TaxKind, Trade, VatCategory},
	twin::{TwinNumber, Twins},
	Balance,
};

pub(super) const STANDARD: TaxCode = 1;
pub(super) const LEVY: TaxCode = 100;
pub(super) const WITHHOLDING: TaxCode = 200;
pub(super) const WHY: Reason = [7; 32];
/// Money of each account.
pub(super) const PURSE: Balance = 1_000_000_000;

pub(super) fn bounded<I, const N: u32>(items: Vec<I>) -> BoundedVec<I, ConstU32<N>> {
	BoundedVec::truncate_from(items)
}

/// As many changes of the clock as there can be.
pub(super) fn clock() -> BoundedVec<ClockChange, ConstU32<MAX_CLOCK_CHANGES>> {
	let change = |place: u32| ClockChange { from: 180 * place, utc_offset_minutes: 0 };
	bounded((0..MAX_CLOCK_CHANGES).map(change).collect())
}

pub(super) fn settings(authority: TwinNumber, currencies: Vec<CurrencyId>) -> Settings {
	Settings {
		authority,
		auditors: bounded(vec![]),
		currencies: bounded(currencies),
		reporting: *b"EUR",
		clock: clock(),
		rounding: Rounding::Category,
		supply_bound_days: 0,
		correction_days: 90,
		unpaid_days: 30,
		tip_limit: 200_000,
		least_claim: 0,
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

pub(super) fn put_code<T: Config>(
	jurisdiction: JurisdictionId,
	code: TaxCode,
	kind: TaxKind,
	rate: Balance,
) {
	let name = bounded(b"code".to_vec());
	Codes::<T>::insert(jurisdiction, code, Code { name, kind, rates: bounded(vec![(0, rate)]) });
	CodeCounts::<T>::mutate(jurisdiction, |count| *count += 1);
}

pub(super) fn terms() -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: bounded(vec![b'1'; MAX_TAX_NUMBER as usize]),
		effective: 0,
		zero_codes: bounded(vec![]),
		deductible: bounded(vec![]),
	}
}

pub(super) fn put_taxpayer<T: Config>(
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	state: TaxpayerState,
) {
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
	per_line: bool,
) -> (JurisdictionId, BenchmarkCodes) {
	let id = create::<T>(seller, vec![currency]);
	if per_line {
		round_per_line::<T>(id);
	}
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
	DividendCodes::<T>::insert(id, WITHHOLDING);

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

pub(super) fn round_per_line<T: Config>(id: JurisdictionId) {
	Jurisdictions::<T>::mutate(id, |entry| {
		entry.as_mut().expect("it was made").settings.rounding = Rounding::Line;
	});
}

/// Long books: totals of other codes, and a little credit of as many periods as there can be.
pub(crate) fn fill_books<T: Config>(id: JurisdictionId, twin: TwinNumber, currency: CurrencyId) {
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
	Accounts::<T>::mutate((id, twin, currency), |account| {
		let had = account.credit();
		account.credits = bounded(credits);
		Treasuries::<T>::mutate(id, currency, |book| {
			book.credits = book.credits + sum - had;
			book.gifts += sum;
		});
	});
}

/// A jurisdiction with its authority, a seller and a buyer with money, and as many codes as one
/// invoice can have.
pub(super) struct Town<T: Config> {
	pub id: JurisdictionId,
	pub currency: CurrencyId,
	pub governance: T::RuntimeOrigin,
	pub authority: T::AccountId,
	pub authority_twin: TwinNumber,
	pub seller: T::AccountId,
	pub seller_twin: TwinNumber,
	pub buyer: T::AccountId,
	pub buyer_twin: TwinNumber,
}

pub(super) fn town<T: Config>() -> Result<Town<T>, BenchmarkError> {
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
	pub fn trade(&self) -> Trade {
		Trade {
			seller: self.seller_twin,
			number: 1,
			buyer: Some(self.buyer_twin),
			jurisdiction: self.id,
			currency: self.currency,
			supply: Pallet::<T>::today(self.id).expect("it was made"),
			business: true,
		}
	}

	/// As many codes as one invoice can have.
	pub fn sale(&self) -> Sale {
		let item = |place| SaleItem { code: STANDARD + place, amounts: Amounts::Sum(10_000) };
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

	/// The same with so many lines, where VAT is rounded per line.
	pub fn lined(&self, count: u32) -> Sale {
		round_per_line::<T>(self.id);
		let mut sale = self.sale();
		for (place, item) in sale.items.iter_mut().enumerate() {
			// Each code needs one; the first has the others.
			let count = if place == 0 { count - MAX_SUBTOTALS + 1 } else { 1 };
			item.amounts = Amounts::Lines(lines(10_000, count));
		}
		sale
	}

	/// A note on all of a sale.
	pub fn note(&self, sale: &Sale) -> Note {
		let part = |item: &SaleItem| NotePart {
			code: item.code,
			change: match &item.amounts {
				Amounts::Sum(amount) => Change::Less(*amount),
				Amounts::Lines(was) => {
					Change::Lines { was: was.clone(), remain: lines(0, was.len() as u32) }
				},
			},
		};
		Note {
			parts: bounded(sale.items.iter().map(part).collect()),
			levies: bounded(vec![]),
			tip: 0,
		}
	}

	pub fn bill(&self) -> Bill {
		self.bill_of(&self.sale())
	}

	pub fn bill_of(&self, sale: &Sale) -> Bill {
		Pallet::<T>::do_assess(&self.trade(), sale).expect("it can be sold")
	}

	/// What the buyer couldn't pay of a reverse charge.
	pub fn owe(&self, amount: Balance) {
		let key = (self.id, self.buyer_twin, self.currency);
		Accounts::<T>::mutate(key, |account| account.arrears = amount);
		let period = Pallet::<T>::place(self.id).expect("it was made").period;
		let key = (self.id, self.buyer_twin, self.currency, period);
		Statements::<T>::mutate(key, |statement| {
			statement.output += amount;
			statement.deferred += amount;
		});
		Treasuries::<T>::mutate(self.id, self.currency, |book| {
			book.output += amount;
			book.arrears += amount;
		});
	}

	/// Give the buyer credit, as many periods as there can be, and the treasury the money.
	pub fn fund(&self) -> Balance {
		let mut bill = self.bill();
		let gross = bill.gross;
		let trade = self.trade();
		let from = Source::Account(&self.buyer);
		Pallet::<T>::do_collect(&trade, &mut bill, from, gross).expect("the buyer has it");
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
	pub fn claim(&self, state: ClaimState) -> Balance {
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

/// So many lines of an amount.
pub(super) fn lines(amount: i128, count: u32) -> Lines {
	bounded(vec![Zigzag::from(amount); count as usize])
}

/// Eight codes to use, and eight with a share to deduct.
pub(super) fn largest_terms<T: Config>(jurisdiction: JurisdictionId) -> TaxpayerTerms {
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
