//! Money and taxes of the mock: small, but kept in storage and split by the real arithmetic.

use super::*;
use frame::deps::sp_runtime::TokenError;
use ourledger_math::{
	credit_note::{self, Code, Movement, Outcome},
	netting::offset,
	payment,
	rounding::MILLION,
	tax::{totals, Document, Line, Rounding},
	MathError,
};
use ourledger_primitives::{
	invoice::{Bill, Change, Note, Prices, Remainder, Sale, Subtotal},
	money::{day_of, CurrencyId, Day, Kept, LocalMoney, Settled},
	tax::{
		JurisdictionId, NoteOutcome, PaymentSplit, Source, TaxCode, TaxRules, Trade, VatCategory,
	},
	twin::{TwinNumber, Twins},
};

/// The ledgers of money and taxes.
pub mod ledger {
	use super::*;

	#[storage_alias]
	pub type Money =
		StorageMap<Ledger, Blake2_128Concat, (CurrencyId, AccountId), Balance, ValueQuery>;
	#[storage_alias]
	pub type Pots = StorageMap<Ledger, Blake2_128Concat, AccountId, (), OptionQuery>;
	/// Who neither pays nor is paid, as if expelled or frozen.
	#[storage_alias]
	pub type Expelled = StorageMap<Ledger, Blake2_128Concat, AccountId, (), OptionQuery>;
	/// Whose account holds nothing, as if it didn't exist.
	#[storage_alias]
	pub type Gone = StorageMap<Ledger, Blake2_128Concat, AccountId, (), OptionQuery>;
	/// What is set aside.
	#[storage_alias]
	pub type SetAside =
		StorageMap<Ledger, Blake2_128Concat, (CurrencyId, AccountId), Kept, ValueQuery>;
	/// Reverse charge that buyers couldn't pay.
	#[storage_alias]
	pub type Arrears =
		StorageMap<Ledger, Blake2_128Concat, (CurrencyId, TwinNumber), Balance, ValueQuery>;
	/// VAT credit of businesses.
	#[storage_alias]
	pub type Credits =
		StorageMap<Ledger, Blake2_128Concat, (CurrencyId, TwinNumber), Balance, ValueQuery>;
}
pub use ledger::{Arrears, Credits, SetAside};

pub struct MockMoney;

impl MockMoney {
	fn shift(
		currency: CurrencyId,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		let left = Self::balance(currency, from).checked_sub(amount);
		ledger::Money::insert((currency, from), left.ok_or(TokenError::FundsUnavailable)?);
		ledger::Money::mutate((currency, to), |balance| *balance += amount);
		Ok(())
	}
}

/// Where demurrage goes.
pub fn currency_pot() -> AccountId {
	AccountId::new([0x55; 32])
}

/// Where what an account can't hold waits.
pub fn aside_pot() -> AccountId {
	AccountId::new([0x66; 32])
}

impl MockMoney {
	/// Pay what a rule owes, whoever it is; less `charged`.
	fn owe(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
		charged: Balance,
	) -> Result<Settled, DispatchError> {
		let left = amount.checked_sub(charged).ok_or(DispatchError::Corruption)?;
		Self::shift(currency, from, &currency_pot(), charged)?;
		if ledger::Gone::contains_key(owner) {
			Self::shift(currency, from, &aside_pot(), left)?;
			SetAside::mutate((currency, owner), |kept| kept.add(Self::units(left)));
			return Ok(Settled { paid: 0, charged, set_aside: left });
		}
		Self::shift(currency, from, owner, left)?;
		Ok(Settled { paid: left, charged, set_aside: 0 })
	}

	fn units(amount: Balance) -> Kept {
		Kept { nominal: amount, units: (amount * DemurrageIndex::get()).into() }
	}

	/// What of it has been lost by waiting.
	pub fn lost(kept: Kept) -> Balance {
		kept.nominal - (kept.units / DemurrageIndex::get()).as_u128()
	}
}

impl LocalMoney<AccountId> for MockMoney {
	fn exists(currency: CurrencyId) -> bool {
		[MONEY, FOREIGN].contains(&currency)
	}

	fn decimals(currency: CurrencyId) -> Option<u8> {
		Self::exists(currency).then_some(2)
	}

	fn balance(currency: CurrencyId, who: &AccountId) -> Balance {
		ledger::Money::get((currency, who))
	}

	fn pay(
		currency: CurrencyId,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		for party in [from, to] {
			ensure!(!ledger::Expelled::contains_key(party), TokenError::Blocked);
		}
		ensure!(!ledger::Gone::contains_key(to), TokenError::CannotCreate);
		Self::shift(currency, from, to, amount)
	}

	fn is_plain(currency: CurrencyId) -> bool {
		currency == MONEY
	}

	fn keep(_: CurrencyId, amount: Balance) -> Result<Kept, DispatchError> {
		Ok(Self::units(amount))
	}

	fn settle(
		currency: CurrencyId,
		pot: &AccountId,
		owner: &AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		ensure!(Self::is_pot(pot), DispatchError::Unavailable);
		Self::owe(currency, pot, owner, kept.nominal, Self::lost(kept))
	}

	fn repay(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError> {
		ensure!(!ledger::Expelled::contains_key(from), TokenError::Blocked);
		Self::owe(currency, from, owner, amount, 0)
	}

	fn give_back(
		_: CurrencyId,
		_: &AccountId,
		_: &AccountId,
		_: Balance,
		_: Day,
	) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn open_pot(account: &AccountId) -> DispatchResult {
		ledger::Pots::insert(account, ());
		Ok(())
	}

	fn is_pot(account: &AccountId) -> bool {
		ledger::Pots::contains_key(account)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create() -> CurrencyId {
		MONEY
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create_plain() -> CurrencyId {
		MONEY
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn mint(currency: CurrencyId, who: &AccountId, amount: Balance) {
		ledger::Money::mutate((currency, who), |balance| *balance += amount);
	}
}

/// One jurisdiction, two codes of VAT; the twins 1 and 2 are its businesses.
pub struct MockTax;

fn refuse(_: MathError) -> DispatchError {
	DispatchError::Other("mock: arithmetic")
}

impl MockTax {
	fn is_business(twin: TwinNumber) -> bool {
		[SELLER, BUYER].contains(&twin)
	}

	fn rate(code: TaxCode) -> Result<(VatCategory, u32), DispatchError> {
		match code {
			VAT => Ok((VatCategory::Standard, 150_000)),
			ZERO => Ok((VatCategory::Zero, 0)),
			REVERSE => Ok((VatCategory::ReverseCharge, 150_000)),
			_ => Err(DispatchError::Other("mock: no such code")),
		}
	}

	/// A bill of these amounts by code, in their order, of which nothing is paid.
	fn bill(
		prices: Prices,
		amounts: &[(TaxCode, i128)],
		tip: Balance,
	) -> Result<Bill, DispatchError> {
		let codes = amounts.iter().map(|(code, _)| Self::rate(*code));
		let codes = codes.collect::<Result<Vec<_>, _>>()?;
		let rates = codes.iter().map(|(_, rate)| *rate).collect::<Vec<_>>();
		let lines = amounts.iter().enumerate();
		let lines = lines.map(|(category, (_, amount))| Line { category, amount: *amount });
		let document = Document {
			prices: match prices {
				Prices::Net => ourledger_math::tax::Prices::Net,
				Prices::Gross => ourledger_math::tax::Prices::Gross,
			},
			rounding: Rounding::Category,
			rates: &rates,
			lines: &lines.collect::<Vec<_>>(),
			levies: &[],
			withholdings: &[],
			untaxed: tip,
		};
		let totals = totals(&document).map_err(refuse)?;
		let subtotals = amounts.iter().zip(codes).zip(totals.subtotals);
		let subtotals = subtotals.map(|(((code, amount), (category, rate)), it)| Subtotal {
			code: *code,
			category,
			rate,
			amount: *amount,
			net: it.net,
			vat: it.vat,
			taken: 0,
			credited: 0,
		});
		Ok(Bill {
			prices,
			per_line: false,
			subtotals: BoundedVec::truncate_from(subtotals.collect()),
			levies: BoundedVec::new(),
			withheld: BoundedVec::new(),
			tip,
			gross: totals.gross,
			paid: 0,
		})
	}

	fn seller_account(trade: &Trade) -> Result<AccountId, DispatchError> {
		MockTwins::controller_of(trade.seller).ok_or(DispatchError::CannotLookup)
	}

	/// Set VAT against the seller's credit; what was used, and what is to be remitted.
	fn net(trade: &Trade, vat: Balance) -> (Balance, Balance) {
		let key = (trade.currency, trade.seller);
		let offset = offset(vat, Credits::get(key));
		Credits::insert(key, offset.credit);
		(offset.used, offset.remitted)
	}

	fn buyer(trade: &Trade) -> Option<TwinNumber> {
		trade.buyer.filter(|buyer| Self::is_business(*buyer) && Self::is_business(trade.seller))
	}

	fn taxes(bill: &Bill) -> Vec<Balance> {
		bill.subtotals.iter().map(|it| it.vat).collect()
	}
}

impl TaxRules<AccountId> for MockTax {
	fn treasury(jurisdiction: JurisdictionId) -> Option<AccountId> {
		(jurisdiction == TOWN).then(treasury_account)
	}

	fn accepts(jurisdiction: JurisdictionId, currency: CurrencyId) -> bool {
		(jurisdiction, currency) == (TOWN, MONEY)
	}

	fn today(jurisdiction: JurisdictionId) -> Option<Day> {
		(jurisdiction == TOWN).then(|| day_of(Now::get() + OffsetMillis::get()))
	}

	fn correction_days(jurisdiction: JurisdictionId) -> Option<u32> {
		(jurisdiction == TOWN).then(CorrectionDays::get)
	}

	fn unpaid_days(jurisdiction: JurisdictionId) -> Option<u32> {
		(jurisdiction == TOWN).then_some(UNPAID)
	}

	fn reporting_rate(_: JurisdictionId, _: CurrencyId) -> Option<(u64, u64)> {
		ReportingRate::get()
	}

	fn assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
		ensure!(trade.buyer != Some(trade.seller), DispatchError::Other("mock: same party"));
		let today = Self::today(trade.jurisdiction).ok_or(DispatchError::CannotLookup)?;
		ensure!(trade.supply <= today, DispatchError::Other("mock: supply in future"));
		let amounts = sale.items.iter().map(|item| (item.code, item.amount)).collect::<Vec<_>>();
		Self::bill(sale.prices, &amounts, sale.tip)
	}

	fn collect(
		trade: &Trade,
		bill: &mut Bill,
		payer: &AccountId,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let taxes = Self::taxes(bill);
		let taken = bill.subtotals.iter().map(|it| it.taken).collect::<Vec<_>>();
		let before =
			payment::Bill { gross: bill.gross, taxes: &taxes, paid: bill.paid, taken: &taken };
		let split = payment::split(&before, amount).map_err(refuse)?;
		bill.paid += amount;
		let shares = payment::share(bill.gross, &taxes, bill.paid).map_err(refuse)?;
		let mut credited = 0;
		for (place, subtotal) in bill.subtotals.iter_mut().enumerate() {
			subtotal.taken += split.taxes[place];
			if let Some(buyer) = Self::buyer(trade) {
				// What was paid gave rise to so much, even if the tax was taken before.
				let due = shares[place].min(subtotal.taken).saturating_sub(subtotal.credited);
				subtotal.credited += due;
				credited += due;
				Credits::mutate((trade.currency, buyer), |credit| *credit += due);
			}
		}
		let (used, treasury) = Self::net(trade, split.tax);
		let seller = amount - treasury;
		MockMoney::pay(trade.currency, payer, &treasury_account(), treasury)?;
		MockMoney::pay(trade.currency, payer, &Self::seller_account(trade)?, seller)?;
		Ok(PaymentSplit { seller, treasury, used, credited })
	}

	fn collect_unpaid(trade: &Trade, bill: &mut Bill) -> Result<PaymentSplit, DispatchError> {
		let mut owed = 0;
		for subtotal in bill.subtotals.iter_mut() {
			owed += subtotal.vat - subtotal.taken;
			subtotal.taken = subtotal.vat;
		}
		let (used, treasury) = Self::net(trade, owed);
		let seller = Self::seller_account(trade)?;
		MockMoney::pay(trade.currency, &seller, &treasury_account(), treasury)?;
		Ok(PaymentSplit { seller: 0, treasury, used, credited: 0 })
	}

	fn credit(
		trade: &Trade,
		bill: &mut Bill,
		note: &Sale,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let mut amounts = bill.subtotals.iter().map(|it| (it.code, it.amount)).collect::<Vec<_>>();
		for item in &note.items {
			let place = amounts.iter().position(|(code, _)| *code == item.code);
			let place = place.ok_or(DispatchError::Other("mock: code not on the invoice"))?;
			ensure!(item.amount <= amounts[place].1, DispatchError::Other("mock: note too large"));
			amounts[place].1 -= item.amount;
		}
		let tip = bill.tip.checked_sub(note.tip).ok_or(DispatchError::Other("mock: tip"))?;
		let mut remaining = Self::bill(bill.prices, &amounts, tip)?;
		let buyer = Self::buyer(trade);
		let share = buyer.map_or(0, |_| MILLION);
		let codes = bill.subtotals.iter().map(|it| Code {
			tax: it.vat,
			taken: it.taken,
			credited: it.credited,
			share,
		});
		let invoice =
			credit_note::Invoice { gross: bill.gross, paid: bill.paid, codes: codes.collect() };
		let taxes = Self::taxes(&remaining);
		let note = credit_note::Note { gross: remaining.gross, taxes: &taxes };
		let credit = buyer.map_or(0, |buyer| Credits::get((trade.currency, buyer)));
		let party = credit_note::Buyer { credit, cover };
		let (movements, left) =
			match credit_note::settle(&invoice, &note, &party).map_err(refuse)? {
				Outcome::Waits { missing } => return Ok(NoteOutcome::Waits { missing }),
				Outcome::Settled { movements, invoice } => (movements, invoice),
			};
		remaining.paid = left.paid;
		for (subtotal, code) in remaining.subtotals.iter_mut().zip(left.codes) {
			(subtotal.taken, subtotal.credited) = (code.taken, code.credited);
		}
		*bill = remaining;
		let refund = Self::apply(trade, &movements)?;
		Ok(NoteOutcome::Settled { refund })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		currency: CurrencyId,
		_: TwinNumber,
		_: TwinNumber,
	) -> (JurisdictionId, ourledger_primitives::tax::BenchmarkCodes) {
		use ourledger_primitives::tax::BenchmarkCodes;
		MockMoney::mint(currency, &treasury_account(), 1);
		(TOWN, BenchmarkCodes { vat: vec![VAT], levies: vec![], withholdings: vec![] })
	}
}

impl MockTax {
	fn apply(trade: &Trade, movements: &[Movement]) -> Result<Balance, DispatchError> {
		let (seller, treasury) = (Self::seller_account(trade)?, treasury_account());
		let buyer = trade.buyer.unwrap_or_default();
		let buyer_account = MockTwins::controller_of(buyer);
		let key = (trade.currency, buyer);
		let mut refund = 0;
		for movement in movements {
			let amount = movement.amount();
			match movement {
				Movement::Refund(amount) => refund = *amount,
				Movement::MadeGood(_) => {
					MockMoney::pay(trade.currency, &seller, &treasury, amount)?
				},
				Movement::Covered(_) => {
					let from = buyer_account.as_ref().ok_or(DispatchError::CannotLookup)?;
					MockMoney::pay(trade.currency, from, &treasury, amount)?;
				},
				Movement::Excess { .. } => {
					Credits::mutate((trade.currency, trade.seller), |credit| *credit += amount);
				},
				Movement::Shortfall { .. } => {
					let (_, remitted) = Self::net(trade, amount);
					MockMoney::pay(trade.currency, &seller, &treasury, remitted)?;
				},
				Movement::Reversed(_) => Credits::mutate(key, |credit| *credit -= amount),
				Movement::Credited(_) => Credits::mutate(key, |credit| *credit += amount),
			}
		}
		Ok(refund)
	}
}
