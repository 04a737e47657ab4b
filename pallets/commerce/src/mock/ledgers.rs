//! Money and taxes of the mock: small, but kept in storage and split by the real arithmetic.

use super::*;
use frame::deps::sp_runtime::TokenError;
use ourledger_math::{
	credit_note::{self, Code, Movement, Outcome},
	netting::offset,
	payment,
	rounding::MILLION,
	tax::{tax_on, totals, Document, Line, Rounding},
	MathError,
};
use ourledger_primitives::{
	invoice::{hash_of_lines, AsOne, Bill, Change, Note, Prices, Remainder, Sale, Subtotal},
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
	/// Pay what a rule owes, whoever it is, or set it aside. What is worth nothing needs no account.
	fn owe(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		let charged = Self::lost(kept);
		let paid = kept.nominal - charged;
		if ledger::Gone::contains_key(owner) && paid > 0 {
			Self::shift(currency, from, &aside_pot(), kept.nominal)?;
			SetAside::mutate((currency, owner), |aside| aside.add(kept));
			return Ok(Settled { set_aside: kept.nominal, ..Default::default() });
		}
		Self::shift(currency, from, &currency_pot(), charged)?;
		Self::shift(currency, from, owner, paid)?;
		Ok(Settled { paid, charged, set_aside: 0 })
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

	fn kept_since(_: CurrencyId, parts: &[(Balance, Day)]) -> Result<Kept, DispatchError> {
		Ok(Self::units(parts.iter().map(|(amount, _)| amount).sum()))
	}

	fn demurrage(_: CurrencyId, kept: &Kept) -> Result<Balance, DispatchError> {
		Ok(kept.nominal - kept.units.as_u128().div_ceil(DemurrageIndex::get()))
	}

	fn pay_demurrage(
		currency: CurrencyId,
		from: &AccountId,
		_: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(currency, from, &currency_pot(), amount)
	}

	fn settle(
		currency: CurrencyId,
		pot: &AccountId,
		owner: &AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		ensure!(Self::is_pot(pot), DispatchError::Unavailable);
		Self::owe(currency, pot, owner, kept)
	}

	fn repay(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError> {
		ensure!(!ledger::Expelled::contains_key(from), TokenError::Blocked);
		Self::owe(currency, from, owner, Self::units(amount))
	}

	fn collect(
		currency: CurrencyId,
		from: &AccountId,
		pot: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		ensure!(Self::exists(currency), TokenError::UnknownAsset);
		ensure!(Self::is_pot(pot) && !Self::is_pot(from), DispatchError::Unavailable);
		ensure!(!ledger::Expelled::contains_key(from), TokenError::Blocked);
		Self::shift(currency, from, pot, amount)
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

/// What tax says of another jurisdiction.
pub const NO_SUCH_PLACE: DispatchError = DispatchError::Other("mock: no such jurisdiction");
/// What it says of a currency that the jurisdiction doesn't accept.
pub const NOT_ACCEPTED: DispatchError = DispatchError::Other("mock: currency not accepted");
/// What it says of a buyer that owes reverse charge.
pub const IN_ARREARS: DispatchError = DispatchError::Other("mock: buyer in arrears");

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
			VAT | OTHER_VAT => Ok((VatCategory::Standard, 150_000)),
			DOUBLE => Ok((VatCategory::Standard, MILLION)),
			ZERO | OTHER_ZERO => Ok((VatCategory::Zero, 0)),
			REVERSE => Ok((VatCategory::ReverseCharge, 150_000)),
			_ => Err(DispatchError::Other("mock: no such code")),
		}
	}

	/// A bill of these amounts by code, line by line or all at once, of which nothing is paid.
	fn bill(
		prices: Prices,
		amounts: &[(TaxCode, Vec<i128>)],
		lines: Option<Hash32>,
		tip: Balance,
	) -> Result<Bill, DispatchError> {
		let codes = amounts.iter().map(|(code, _)| Self::rate(*code));
		let codes = codes.collect::<Result<Vec<_>, _>>()?;
		let is_reverse = |category| category == VatCategory::ReverseCharge;
		// Under reverse charge the seller charges nothing.
		let charged =
			codes.iter().map(|(category, rate)| if is_reverse(*category) { 0 } else { *rate });
		let rates = charged.collect::<Vec<_>>();
		let all = amounts.iter().enumerate().flat_map(|(category, (_, amounts))| {
			amounts.iter().map(move |amount| Line { category, amount: *amount })
		});
		let document = Document {
			prices: math_prices(prices),
			rounding: if lines.is_some() { Rounding::Line } else { Rounding::Category },
			rates: &rates,
			lines: &all.collect::<Vec<_>>(),
			levies: &[],
			withholdings: &[],
			untaxed: tip,
		};
		let totals = totals(&document).map_err(refuse)?;
		let mut subtotals = Vec::new();
		for (((code, amounts), (category, rate)), it) in
			amounts.iter().zip(codes).zip(totals.subtotals)
		{
			let vat =
				if is_reverse(category) { tax_on(it.net, rate).map_err(refuse)? } else { it.vat };
			subtotals.push(Subtotal {
				code: *code,
				category,
				rate,
				amount: amounts.iter().sum(),
				net: it.net,
				vat,
				taken: 0,
				credited: 0,
			});
		}
		Ok(Bill {
			prices,
			lines,
			as_one: subtotals.iter().any(|it| it.vat < 0).then_some(AsOne {
				share: MILLION,
				taken: 0,
				credited: 0,
			}),
			subtotals: BoundedVec::truncate_from(subtotals),
			levies: BoundedVec::new(),
			withheld: BoundedVec::new(),
			tip,
			tip_limit: MILLION,
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

	/// The buyer, if it is credited.
	fn buyer(trade: &Trade) -> Option<TwinNumber> {
		let may = |twin: &TwinNumber| trade.business && Self::is_business(*twin);
		trade.buyer.filter(may).filter(|_| Self::is_business(trade.seller))
	}

	/// What the seller charges by code, and what of it was taken.
	fn taxes(bill: &Bill) -> (Vec<Balance>, Vec<Balance>) {
		let charged = |it: &Subtotal, tax: i128| if it.is_reverse() { 0 } else { tax as Balance };
		let all = bill.subtotals.iter();
		all.map(|it| (charged(it, it.vat), charged(it, it.taken))).unzip()
	}

	/// Let the buyer, which is exempt, pay what it books; what it can't pay of money that has waited
	/// becomes arrears.
	fn book(trade: &Trade, bill: &mut Bill, can_wait: bool) -> DispatchResult {
		let (gross, paid) = (bill.gross, bill.paid);
		let mut booked = 0;
		for it in bill.subtotals.iter_mut().filter(|it| it.is_reverse()) {
			let due = payment::due(gross, it.vat as Balance, paid).map_err(refuse)?;
			booked += due - it.taken as Balance;
			it.taken = due as i128;
		}
		let Some(buyer) = trade.buyer else { return Ok(()) };
		let account = MockTwins::controller_of(buyer).ok_or(DispatchError::CannotLookup)?;
		let result = MockMoney::pay(trade.currency, &account, &treasury_account(), booked);
		if result.is_err() && can_wait {
			Arrears::mutate((trade.currency, buyer), |arrears| *arrears += booked);
			return Ok(());
		}
		result
	}
}

fn math_prices(prices: Prices) -> ourledger_math::tax::Prices {
	match prices {
		Prices::Net => ourledger_math::tax::Prices::Net,
		Prices::Gross => ourledger_math::tax::Prices::Gross,
	}
}

fn plain(lines: &Lines) -> Vec<i128> {
	lines.iter().map(|line| (*line).into()).collect()
}

impl TaxRules<AccountId> for MockTax {
	fn treasury(jurisdiction: JurisdictionId) -> Option<AccountId> {
		(jurisdiction == TOWN).then(treasury_account)
	}

	fn today(jurisdiction: JurisdictionId) -> Result<Day, DispatchError> {
		ensure!(jurisdiction == TOWN, NO_SUCH_PLACE);
		Ok(day_of(Now::get() + OffsetMillis::get()))
	}

	fn correction_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError> {
		ensure!(jurisdiction == TOWN, NO_SUCH_PLACE);
		Ok(CorrectionDays::get())
	}

	fn unpaid_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError> {
		ensure!(jurisdiction == TOWN, NO_SUCH_PLACE);
		Ok(UNPAID)
	}

	fn ensure_no_arrears(
		_: JurisdictionId,
		buyer: TwinNumber,
		currency: CurrencyId,
	) -> DispatchResult {
		ensure!(Arrears::get((currency, buyer)) == 0, IN_ARREARS);
		Ok(())
	}

	fn reporting_rate(_: JurisdictionId, _: CurrencyId) -> Option<(u64, u64)> {
		ReportingRate::get()
	}

	fn assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
		let today = Self::today(trade.jurisdiction)?;
		ensure!(trade.currency == MONEY, NOT_ACCEPTED);
		ensure!(trade.buyer != Some(trade.seller), DispatchError::Other("mock: same party"));
		ensure!(trade.supply <= today, DispatchError::Other("mock: supply in future"));
		let reverse = sale.items.iter().any(|item| item.code == REVERSE);
		ensure!(trade.business || !reverse, DispatchError::Other("mock: no business"));
		let lined = |item: &SaleItem| item.amounts.lines() > 0;
		let is_right = sale.items.iter().all(|item| lined(item) == PerLine::get());
		ensure!(is_right, DispatchError::Other("mock: lines"));
		let amounts = sale.items.iter().map(|item| match &item.amounts {
			Amounts::Sum(amount) => (item.code, vec![*amount]),
			Amounts::Lines(lines) => (item.code, plain(lines)),
		});
		let lines = PerLine::get().then(|| {
			hash_of_lines(sale.items.iter().filter_map(|item| match &item.amounts {
				Amounts::Sum(_) => None,
				Amounts::Lines(lines) => Some((item.code, lines)),
			}))
		});
		Self::bill(sale.prices, &amounts.collect::<Vec<_>>(), lines, sale.tip)
	}

	fn book_issue(_: &Trade, _: &mut Bill) -> Result<(), DispatchError> {
		Ok(())
	}

	fn collect(
		trade: &Trade,
		bill: &mut Bill,
		from: Source<'_, AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let (taxes, taken) = Self::taxes(bill);
		let before =
			payment::Bill { gross: bill.gross, taxes: &taxes, paid: bill.paid, taken: &taken };
		let split = payment::split(&before, amount).map_err(refuse)?;
		bill.paid += amount;
		let shares = payment::share(bill.gross, &taxes, bill.paid).map_err(refuse)?;
		let mut credited = 0;
		for (place, subtotal) in bill.subtotals.iter_mut().enumerate() {
			if subtotal.is_reverse() {
				continue;
			}
			subtotal.taken += split.taxes[place] as i128;
			if let Some(buyer) = Self::buyer(trade) {
				// What was paid gave rise to so much, even if the tax was taken before.
				let taken = subtotal.taken as Balance;
				let due = shares[place].min(taken).saturating_sub(subtotal.credited);
				subtotal.credited += due;
				credited += due;
				Credits::mutate((trade.currency, buyer), |credit| *credit += due);
			}
		}
		let (used, treasury) = Self::net(trade, split.tax);
		let seller_account = Self::seller_account(trade)?;
		let mut parts = PaymentSplit { treasury, used, credited, ..Default::default() };
		match from {
			Source::Account(payer) => {
				parts.seller = amount - treasury;
				MockMoney::pay(trade.currency, payer, &treasury_account(), treasury)?;
				MockMoney::pay(trade.currency, payer, &seller_account, parts.seller)?;
				Self::book(trade, bill, false)?;
			},
			Source::Pot { pot, kept } => {
				ensure!(kept.nominal == amount, DispatchError::Corruption);
				let remitted = MockMoney::keep(trade.currency, treasury)?;
				let rest = kept.without(remitted).ok_or(DispatchError::Corruption)?;
				MockMoney::settle(trade.currency, pot, &treasury_account(), remitted)?;
				let settled = MockMoney::settle(trade.currency, pot, &seller_account, rest)?;
				parts.seller = settled.paid + settled.set_aside;
				parts.set_aside = settled.set_aside;
				parts.charged = settled.charged;
				Self::book(trade, bill, true)?;
			},
		}
		Ok(parts)
	}

	fn collect_unpaid(trade: &Trade, bill: &mut Bill) -> Result<PaymentSplit, DispatchError> {
		let mut owed = 0;
		for subtotal in bill.subtotals.iter_mut().filter(|it| !it.is_reverse()) {
			owed += (subtotal.vat - subtotal.taken) as Balance;
			subtotal.taken = subtotal.vat;
		}
		let (used, treasury) = Self::net(trade, owed);
		let seller = Self::seller_account(trade)?;
		MockMoney::pay(trade.currency, &seller, &treasury_account(), treasury)?;
		Ok(PaymentSplit { treasury, used, ..Default::default() })
	}

	fn remainder(bill: &Bill, note: &Note) -> Result<Remainder, DispatchError> {
		let wrong = DispatchError::Other("mock: note too large");
		let mut amounts = bill.subtotals.iter().map(|it| (it.amount, it.vat)).collect::<Vec<_>>();
		let (mut before, mut after) = (Vec::new(), Vec::new());
		for part in &note.parts {
			let place = bill.subtotals.iter().position(|it| it.code == part.code);
			let place = place.ok_or(DispatchError::Other("mock: code not on the invoice"))?;
			let subtotal = &bill.subtotals[place];
			match &part.change {
				Change::Less(amount) => {
					let left = subtotal.amount - amount;
					let is_less =
						bill.lines.is_none() && credit_note::is_less(subtotal.amount, left);
					ensure!(is_less, wrong);
					amounts[place] = (left, 0);
				},
				Change::Lines { was, remain } => {
					let prices = math_prices(bill.prices);
					amounts[place] = credit_note::remaining_lines(
						prices,
						&plain(was),
						&plain(remain),
						subtotal.rate,
					)
					.map_err(refuse)?;
					before.push((part.code, was));
					after.push((part.code, remain));
				},
			}
		}
		let lines = match bill.lines {
			Some(hash) if !before.is_empty() => {
				ensure!(hash_of_lines(before) == hash, wrong);
				Some(hash_of_lines(after))
			},
			lines => lines,
		};
		let tip = bill.tip.checked_sub(note.tip).ok_or(wrong)?;
		Ok(Remainder {
			amounts: BoundedVec::truncate_from(amounts),
			thousandths: BoundedVec::new(),
			tip,
			lines,
		})
	}

	fn credit(
		trade: &Trade,
		bill: &mut Bill,
		left: &Remainder,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let reverse = bill.subtotals.iter().any(|it| it.is_reverse());
		ensure!(!reverse, DispatchError::Other("mock: no note under reverse charge"));
		let amounts = bill.subtotals.iter().zip(&left.amounts);
		let amounts = amounts.map(|(it, (amount, _))| (it.code, vec![*amount])).collect::<Vec<_>>();
		let mut remaining = Self::bill(bill.prices, &amounts, None, left.tip)?;
		remaining.lines = left.lines;
		if left.lines.is_some() {
			// What was rounded per line.
			for (subtotal, (amount, vat)) in remaining.subtotals.iter_mut().zip(&left.amounts) {
				(subtotal.amount, subtotal.vat) = (*amount, *vat);
				subtotal.net = if bill.prices == Prices::Net { *amount } else { amount - vat };
			}
			remaining.gross = remaining.net() + remaining.tax() + remaining.tip;
		}
		let buyer = Self::buyer(trade);
		let share = buyer.map_or(0, |_| MILLION);
		let codes = bill.subtotals.iter().map(|it| Code {
			tax: it.vat as Balance,
			taken: it.taken as Balance,
			credited: it.credited,
			share,
		});
		let invoice =
			credit_note::Invoice { gross: bill.gross, paid: bill.paid, codes: codes.collect() };
		let (taxes, _) = Self::taxes(&remaining);
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
			(subtotal.taken, subtotal.credited) = (code.taken as i128, code.credited);
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
		per_line: bool,
	) -> (JurisdictionId, ourledger_primitives::tax::BenchmarkCodes) {
		use ourledger_primitives::tax::BenchmarkCodes;
		PerLine::set(per_line);
		MockMoney::mint(currency, &treasury_account(), 1);
		(TOWN, BenchmarkCodes { vat: vec![VAT], levies: vec![], withholdings: vec![] })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill_books(_: JurisdictionId, _: CurrencyId, _: TwinNumber) {}
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
