//! The ledgers: everything that changes a statement, an account or a treasury's book.

use crate::{types::Account, *};
use alloc::vec::Vec;
use frame::{deps::sp_runtime::ArithmeticError, prelude::*};
use ourledger_math::MathError;
use ourledger_primitives::{
	money::{CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, Period},
	twin::TwinNumber,
	Balance,
};
use ourledger_trade::books::{against_arrears, Delta, STATEMENT_CODES};

/// What becomes of a claim that is done with, the rest of it being paid; in minor units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refund {
	pub forfeited: Balance,
	/// What goes against arrears.
	pub against: Balance,
	/// Demurrage of what is paid.
	pub charged: Balance,
}

/// What went against a twin's arrears as its credit arose, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settling {
	pub twin: TwinNumber,
	pub used: Balance,
	/// What is left of its arrears.
	pub left: Balance,
}

/// The books of one jurisdiction in one currency, opened to write in one period.
pub(crate) struct Books<T> {
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
	period: Period,
	book: TreasuryBook,
	/// What is still to be told.
	settlings: Vec<Settling>,
	_runtime: PhantomData<T>,
}

impl<T: Config> Books<T> {
	pub fn open(jurisdiction: JurisdictionId, currency: CurrencyId, period: Period) -> Self {
		let book = Treasuries::<T>::get(jurisdiction, currency);
		Self { jurisdiction, currency, period, book, settlings: Vec::new(), _runtime: PhantomData }
	}

	/// Write the treasury's book; twins' have been written. What went against arrears is to be told
	/// after what it arose from.
	pub fn close(self) -> Vec<Settling> {
		Treasuries::<T>::insert(self.jurisdiction, self.currency, self.book);
		self.settlings
	}

	/// Credit of `twin`.
	pub fn credit_of(&self, twin: TwinNumber) -> Balance {
		Accounts::<T>::get((self.jurisdiction, twin, self.currency)).credit()
	}

	/// Demurrage of credit that is set against tax: of `amount`, as [`Self::apply`] takes it. It has
	/// waited in the treasury since the ends of its months, while what is in purses was charged.
	pub fn charge_on(
		&self,
		twin: TwinNumber,
		amount: Balance,
		note: Option<Period>,
	) -> Result<Balance, DispatchError> {
		if amount == 0 || T::Money::is_plain(self.currency) {
			return Ok(0);
		}
		let from = self.account(twin).take(amount, note)?;
		T::Money::demurrage(self.currency, &Pallet::<T>::kept_of(self.currency, &from)?)
	}

	/// Write `delta` into the statement and account of `twin`, and into the treasury's book. Money is
	/// the caller's part.
	///
	/// Of a `note`, named by the period of its supply, credit is of that period: what it gives has been
	/// in the treasury since, and what it takes was given then. Otherwise a note made old credit new.
	pub fn apply(
		&mut self,
		twin: TwinNumber,
		delta: &Delta,
		note: Option<Period>,
	) -> DispatchResult {
		let mut account = self.account(twin);
		let before = account.credit();
		account.add(note.unwrap_or(self.period), delta.rise().map_err(overflow)?)?;
		account.take(delta.fall().map_err(overflow)?, note)?;
		raise(&mut account.arrears, delta.deferred)?;
		raise(&mut self.book.arrears, delta.deferred)?;
		let settled = self.set_against_arrears(twin, &mut account)?;
		self.change_credits(before, account.credit())?;
		if delta.touches_account() {
			self.put_account(twin, &account);
		}

		let (input, used) = (sum(delta.input, delta.cancelled)?, sum(delta.used, delta.cancelled)?);
		let used = sum(used, settled)?;
		let key = (self.jurisdiction, twin, self.currency, self.period);
		Statements::<T>::try_mutate(key, |statement| -> DispatchResult {
			raise(&mut statement.output, delta.output)?;
			raise(&mut statement.input, input)?;
			raise(&mut statement.remitted, delta.remitted)?;
			raise(&mut statement.used, used)?;
			raise(&mut statement.returned, delta.returned)?;
			raise(&mut statement.reversed, delta.reversed)?;
			raise(&mut statement.levies, delta.levies)?;
			raise(&mut statement.withheld, delta.withheld)?;
			raise(&mut statement.deferred, delta.deferred)?;
			raise(&mut statement.settled, settled)?;
			raise(&mut statement.taken_off, delta.taken_off)?;
			let tips = statement.tips.checked_add(delta.tips);
			statement.tips = tips.ok_or(ArithmeticError::Overflow)?;
			sum_up(&mut statement.sales, &delta.sales)?;
			sum_up(&mut statement.purchases, &delta.purchases)
		})?;

		raise(&mut self.book.output, delta.output)?;
		raise(&mut self.book.credited, input)?;
		raise(&mut self.book.remitted, delta.remitted)?;
		// What was settled has been booked already.
		raise(&mut self.book.used, sum(delta.used, delta.cancelled)?)?;
		raise(&mut self.book.returned, delta.returned)?;
		raise(&mut self.book.reversed, delta.reversed)?;
		raise(&mut self.book.made_good, delta.made_good)?;
		raise(&mut self.book.levies, delta.levies)?;
		raise(&mut self.book.withheld, delta.withheld)
	}

	/// Note that the tax of an invoice that gave nobody credit went from one amount to another.
	pub fn reserve(&mut self, supply: Period, before: Balance, after: Balance) -> DispatchResult {
		let list = &mut self.book.uncredited;
		let place = match list.binary_search_by_key(&supply, |entry| entry.0) {
			Ok(place) => place,
			Err(_) if after <= before => return Ok(()),
			Err(0) if list.is_full() => return Ok(()),
			Err(place) => {
				// Two of as many months as a window can touch are outside of it.
				let dropped = list.is_full();
				if dropped {
					list.remove(0);
				}
				let place = place - usize::from(dropped);
				list.try_insert(place, (supply, 0)).map_err(|_| DispatchError::Corruption)?;
				place
			},
		};
		let amount = &mut list[place].1;
		raise(amount, after.saturating_sub(before))?;
		// Saturates: what was dropped while the window was shorter isn't there to be taken off.
		*amount = amount.saturating_sub(before.saturating_sub(after));
		if *amount == 0 {
			list.remove(place);
		}
		Ok(())
	}

	/// Note that the VAT that was taken ahead of payment, of an invoice, went from one amount to
	/// another.
	pub fn take_ahead(&mut self, before: Balance, after: Balance) -> DispatchResult {
		raise(&mut self.book.ahead, after)?;
		lower(&mut self.book.ahead, before)
	}

	/// Move credit of `twin` to what it has claimed, oldest period first; returns which credit.
	pub fn claim(&mut self, twin: TwinNumber, amount: Balance) -> Result<Credits, DispatchError> {
		let mut account = self.account(twin);
		let from = account.take(amount, None)?;
		raise(&mut account.pending, amount)?;
		lower(&mut self.book.credits, amount)?;
		raise(&mut self.book.pending, amount)?;
		self.put_account(twin, &account);
		Ok(from)
	}

	/// Undo [`Self::claim`]: `amount` is credit again, of the periods that it was `from`.
	pub fn unclaim(&mut self, twin: TwinNumber, from: &Credits, amount: Balance) -> DispatchResult {
		let mut account = self.account(twin);
		let before = account.credit();
		for (period, part) in from {
			account.add(*period, *part)?;
		}
		lower(&mut account.pending, amount)?;
		let settled = self.set_against_arrears(twin, &mut account)?;
		self.change_credits(before, account.credit())?;
		lower(&mut self.book.pending, amount)?;
		self.put_account(twin, &account);
		self.book_settled(twin, settled, 0)
	}

	/// What of a claim goes against the arrears of whoever made it, rather than being paid.
	pub fn against_claim(&self, twin: TwinNumber, money: Balance) -> Balance {
		money.min(self.account(twin).arrears)
	}

	/// A claim of `amount` is done with.
	pub fn refund(&mut self, twin: TwinNumber, amount: Balance, of_it: Refund) -> DispatchResult {
		let Refund { forfeited, against, charged } = of_it;
		let paid = amount.checked_sub(forfeited).and_then(|money| money.checked_sub(against));
		let paid = paid.ok_or(DispatchError::Corruption)?;
		let mut account = self.account(twin);
		lower(&mut account.pending, amount)?;
		lower(&mut account.arrears, against)?;
		lower(&mut self.book.arrears, against)?;
		self.put_account(twin, &account);
		let key = (self.jurisdiction, twin, self.currency, self.period);
		Statements::<T>::try_mutate(key, |statement| {
			raise(&mut statement.refunded, paid)?;
			raise(&mut statement.charged, charged)
		})?;
		lower(&mut self.book.pending, amount)?;
		raise(&mut self.book.refunds, paid)?;
		raise(&mut self.book.forfeited, forfeited)?;
		raise(&mut self.book.used, against)?;
		self.reserve(self.period, 0, against)?;
		self.book_settled(twin, against, 0)
	}

	/// Somebody paid this much of the arrears of `twin`.
	pub fn pay_arrears(&mut self, twin: TwinNumber, amount: Balance) -> DispatchResult {
		let mut account = self.account(twin);
		lower(&mut account.arrears, amount)?;
		lower(&mut self.book.arrears, amount)?;
		self.put_account(twin, &account);
		raise(&mut self.book.remitted, amount)?;
		self.reserve(self.period, 0, amount)?;
		self.book_settled(twin, 0, amount)
	}

	/// Let the credit of an account go against its arrears. Returns how much did; it still has to be
	/// booked in its statement.
	///
	/// From now on a note on the invoice that they are from gives credit again, which the treasury has
	/// to have. Which invoice isn't known, so that is kept as if it were one of today.
	fn set_against_arrears(
		&mut self,
		twin: TwinNumber,
		account: &mut Account,
	) -> Result<Balance, DispatchError> {
		let settled = against_arrears(account.credit(), account.arrears);
		if settled == 0 {
			return Ok(0);
		}
		account.take(settled, None)?;
		lower(&mut account.arrears, settled)?;
		lower(&mut self.book.arrears, settled)?;
		raise(&mut self.book.used, settled)?;
		self.reserve(self.period, 0, settled)?;
		self.settlings.push(Settling { twin, used: settled, left: account.arrears });
		Ok(settled)
	}

	/// Write into a statement what of arrears was used and remitted.
	fn book_settled(&self, twin: TwinNumber, used: Balance, remitted: Balance) -> DispatchResult {
		if used == 0 && remitted == 0 {
			return Ok(());
		}
		let key = (self.jurisdiction, twin, self.currency, self.period);
		Statements::<T>::try_mutate(key, |statement| {
			raise(&mut statement.settled, sum(used, remitted)?)?;
			raise(&mut statement.used, used)?;
			raise(&mut statement.remitted, remitted)
		})
	}

	/// The authority took this much out.
	pub fn sweep(&mut self, amount: Balance) -> DispatchResult {
		raise(&mut self.book.sweeps, amount)
	}

	/// Somebody gave this much.
	pub fn gift(&mut self, amount: Balance) -> DispatchResult {
		raise(&mut self.book.gifts, amount)
	}

	fn account(&self, twin: TwinNumber) -> Account {
		Accounts::<T>::get((self.jurisdiction, twin, self.currency))
	}

	fn put_account(&self, twin: TwinNumber, account: &Account) {
		let key = (self.jurisdiction, twin, self.currency);
		if *account == Account::default() {
			Accounts::<T>::remove(key);
		} else {
			Accounts::<T>::insert(key, account);
		}
	}

	fn change_credits(&mut self, before: Balance, after: Balance) -> DispatchResult {
		raise(&mut self.book.credits, after)?;
		lower(&mut self.book.credits, before)
	}
}

impl TreasuryBook {
	/// What the treasury needs: for all credits and claims, for what payments of invoices whose tax
	/// was taken ahead will credit, and for what notes on supplies since `oldest` can turn into
	/// credit.
	pub(crate) fn reserved(&self, oldest: Day) -> Balance {
		let first = calendar::period_of(oldest);
		let correctable = self.uncredited.iter().filter(|(period, _)| *period >= first);
		// Saturates only where nothing could be swept anyway.
		correctable
			.map(|(_, amount)| *amount)
			.chain([self.pending, self.ahead])
			.fold(self.credits, Balance::saturating_add)
	}
}

impl Account {
	/// All of its credit.
	pub(crate) fn credit(&self) -> Balance {
		// Sums of it have been checked when it was added.
		self.credits.iter().fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
	}

	/// More credit, from `period`. Beyond twelve periods, the two oldest become one.
	fn add(&mut self, period: Period, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		self.credit().checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let mut credits = core::mem::take(&mut self.credits).into_inner();
		match credits.binary_search_by_key(&period, |entry| entry.0) {
			Ok(place) => raise(&mut credits[place].1, amount)?,
			Err(place) => credits.insert(place, (period, amount)),
		}
		if credits.len() > CREDIT_PERIODS as usize {
			let (_, second) = credits.remove(1);
			raise(&mut credits[0].1, second)?;
		}
		self.credits = credits.try_into().map_err(|_| DispatchError::Corruption)?;
		Ok(())
	}

	/// Less credit, oldest period first; returns which. If it is known since when there is this credit,
	/// what is from then on first.
	fn take(&mut self, amount: Balance, since: Option<Period>) -> Result<Credits, DispatchError> {
		let (mut left, mut taken) = (amount, Vec::new());
		let mut credits = core::mem::take(&mut self.credits).into_inner();
		let first = since.unwrap_or(0);
		let place = credits.partition_point(|(period, _)| *period < first);
		let (older, newer) = credits.split_at_mut(place);
		for (period, credit) in newer.iter_mut().chain(older) {
			let part = left.min(*credit);
			if part > 0 {
				taken.push((*period, part));
			}
			*credit -= part;
			left -= part;
		}
		// Callers never take more than there is: no credit is ever negative.
		ensure!(left == 0, DispatchError::Corruption);
		credits.retain(|(_, credit)| *credit > 0);
		self.credits = credits.try_into().map_err(|_| DispatchError::Corruption)?;
		taken.try_into().map_err(|_| DispatchError::Corruption)
	}
}

/// Add to totals by code; what has no room of its own counts under [`OTHER_CODES`].
fn sum_up(totals: &mut CodeTotals, more: &[CodeTotal]) -> DispatchResult {
	for CodeTotal { code, net, tax } in more.iter().copied() {
		// The last place is kept for the others.
		let has_room = totals.len() + 1 < STATEMENT_CODES as usize;
		let is_known = totals.iter().any(|it| it.code == code);
		let code = if has_room || is_known { code } else { OTHER_CODES };
		match totals.iter_mut().find(|it| it.code == code) {
			Some(it) => {
				it.net = it.net.checked_add(net).ok_or(ArithmeticError::Overflow)?;
				it.tax = it.tax.checked_add(tax).ok_or(ArithmeticError::Overflow)?;
			},
			None => totals
				.try_push(CodeTotal { code, net, tax })
				.map_err(|_| DispatchError::Corruption)?,
		}
	}
	Ok(())
}

fn overflow(_: MathError) -> ArithmeticError {
	ArithmeticError::Overflow
}

fn sum(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
	a.checked_add(b).ok_or(ArithmeticError::Overflow)
}

fn raise(amount: &mut Balance, by: Balance) -> DispatchResult {
	*amount = sum(*amount, by)?;
	Ok(())
}

fn lower(amount: &mut Balance, by: Balance) -> DispatchResult {
	*amount = amount.checked_sub(by).ok_or(ArithmeticError::Underflow)?;
	Ok(())
}
