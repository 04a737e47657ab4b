//! Credit notes: what remains of a bill, and what moves.

use crate::{
	books::{Books, Delta},
	charges::{at_once, heads, is_ahead, line_taxes, of, prices, put_back, reckon, total, Head},
	collect::{items, reserve, tip_between, totals_of, Taken},
	reverse::{defer, reverse_delta, ReverseNote},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::{
	credit_note::{self, is_less, remaining_lines, settle, Movement, Outcome},
	netting,
	rounding::Ppm,
	MathError,
};
use ourledger_primitives::{
	invoice::{
		hash_of_lines, Bill, Change, LevyAmount, LevyItem, Lines, Note, Remainder, SaleLevy,
		Subtotal, MAX_AMOUNT,
	},
	money::LocalMoney,
	tax::{NoteOutcome, TaxCode, Trade, VatCategory},
	Balance,
};

/// What a note asks of the buyer, and what it gives back, in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Buyers {
	/// What comes off its credit.
	from_credit: Balance,
	/// What the seller pays instead, out of the money going back.
	made_good: Balance,
	/// What the buyer pays instead.
	covered: Balance,
	/// What it is credited.
	credited: Balance,
	/// What still goes back to whoever paid.
	refund: Balance,
}

/// What a note does to the seller, in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Sellers {
	/// What it owes now.
	taken: Taken,
	/// What it is credited.
	returned: Balance,
	/// Tips that it no longer has.
	tips: i128,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_credit(
		trade: &Trade,
		bill: &mut Bill,
		left: &Remainder,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let mut rest = Self::reduce(bill, left)?;
		let before = heads(bill).map_err(Error::<T>::from)?;
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let registration = Self::registered_buyer(trade, &place);
		let shares = |code| registration.as_ref().map_or(0, |it| it.share_of(code));

		let mut reverse = ReverseNote::of(&mut rest, shares).map_err(Error::<T>::from)?;
		// All that the note gives the buyer counts before anything that it asks of it.
		let had = trade.buyer.map_or(0, |buyer| books.credit_of(buyer));
		let returned = reverse.returned().map_err(Error::<T>::from)?;
		let credit = total([had, returned]).map_err(Error::<T>::from)?;
		let registered = registration.is_some();
		let share_of = |head: &Head| {
			if registered {
				head.share(bill.as_one.as_ref(), shares)
			} else {
				0
			}
		};
		let having = credit_note::Buyer { credit, cover };
		let outcome = weigh(bill, &rest, &before, share_of, having).map_err(Error::<T>::from)?;
		let (movements, invoice) = match outcome {
			Outcome::Waits { missing } => return Ok(NoteOutcome::Waits { missing }),
			Outcome::Settled { movements, invoice } => (movements, invoice),
		};
		let buyers = Buyers::of(&movements);
		let left = buyers.left_of(credit).map_err(Error::<T>::from)?;
		let own = reverse.set_against(left).map_err(Error::<T>::from)?;
		// Never underflows: settling refuses to take more than the cover.
		if own > cover.saturating_sub(buyers.covered) {
			defer(&mut reverse.booked);
		}
		let mut after = heads(&rest).map_err(Error::<T>::from)?;
		for (head, code) in after.iter_mut().zip(&invoice.codes) {
			(head.taken, head.credited) = (code.taken, code.credited);
		}
		put_back(&mut rest, &after).map_err(Error::<T>::from)?;
		let items = items(Some(bill), &rest, trade.currency).map_err(Error::<T>::from)?;
		let mut sellers = Sellers::of(&before, &after).map_err(Error::<T>::from)?;
		sellers.tips = tip_between(Some(bill), &rest).map_err(Error::<T>::from)?;

		reserve(&mut books, trade, Some(bill), &rest, &reverse.booked)?;
		Self::book_note_seller(trade, &mut books, &items, &mut sellers)?;
		Self::book_note_buyer(trade, &mut books, &items, registered, &buyers, &reverse)?;
		let settlings = books.close();
		Self::pay_note(trade, &place, &sellers, &buyers, &reverse)?;

		let net = items.iter().map(|it| it.net).fold(0, i128::saturating_add);
		Self::announce_note(trade, &place, items, &sellers, &buyers, &reverse);
		Self::announce_settlings(trade.jurisdiction, trade.currency, place.period, settlings);
		Self::count_turnover(trade, &place, &rest, net)?;
		*bill = rest;
		Ok(NoteOutcome::Settled { refund: buyers.refund })
	}

	/// What `note` leaves of `bill`.
	pub(crate) fn do_remainder(bill: &Bill, note: &Note) -> Result<Remainder, Error<T>> {
		let says_something = !note.parts.is_empty() || !note.levies.is_empty() || note.tip > 0;
		ensure!(says_something, Error::<T>::NothingSold);
		let line_taxes = line_taxes(bill)?;
		let amounts = bill.subtotals.iter().zip(line_taxes).map(|(it, tax)| (it.amount, tax));
		let mut amounts = amounts.collect::<Vec<_>>();
		let (mut was, mut remain) = (Vec::new(), Vec::new());
		for (at, part) in note.parts.iter().enumerate() {
			let again = note.parts[..at].iter().any(|other| other.code == part.code);
			ensure!(!again, Error::<T>::DuplicateCode);
			let place = bill.subtotals.iter().position(|it| it.code == part.code);
			let place = place.ok_or(Error::<T>::CodeNotFound)?;
			let subtotal = &bill.subtotals[place];
			amounts[place] = Self::reduced(bill, subtotal, &part.change)?;
			if let Change::Lines { was: before, remain: after } = &part.change {
				was.push((place, part.code, before));
				remain.push((place, part.code, after));
			}
		}
		let mut lines = bill.lines;
		if !was.is_empty() {
			ensure!(lines == Some(in_order(was)), Error::<T>::LinesDiffer);
			lines = Some(in_order(remain));
		}
		Ok(Remainder {
			// As many as the bill has, which has the same bounds.
			amounts: BoundedVec::truncate_from(amounts),
			thousandths: BoundedVec::truncate_from(Self::thousandths(bill, &note.levies)?),
			tip: bill.tip.checked_sub(note.tip).ok_or(Error::<T>::NoteTooLarge)?,
			lines,
		})
	}

	/// Amount, and tax of lines, that `change` leaves of a subtotal.
	fn reduced(
		bill: &Bill,
		subtotal: &Subtotal,
		change: &Change,
	) -> Result<(i128, i128), Error<T>> {
		let by_line = bill.lines.is_some() && subtotal.category == VatCategory::Standard;
		match change {
			Change::Less(amount) => {
				ensure!(!by_line, Error::<T>::LinesMissing);
				ensure!(amount.unsigned_abs() <= MAX_AMOUNT, Error::<T>::TooLarge);
				let left = subtotal.amount.checked_sub(*amount).ok_or(Error::<T>::TooLarge)?;
				Ok((left, 0))
			},
			Change::Lines { was, remain } => {
				ensure!(by_line, Error::<T>::LinesUnexpected);
				let signed =
					|lines: &Lines| lines.iter().map(|line| i128::from(*line)).collect::<Vec<_>>();
				let of = prices(bill.prices);
				Ok(remaining_lines(of, &signed(was), &signed(remain), subtotal.rate)?)
			},
		}
	}

	/// The quantities that remain of levies per unit.
	fn thousandths(bill: &Bill, taken: &[SaleLevy]) -> Result<Vec<u64>, Error<T>> {
		let quantity = |amount: LevyAmount| match amount {
			LevyAmount::PerUnit(_, thousandths) => thousandths,
			LevyAmount::OnNet(_) => 0,
		};
		let mut left = bill.levies.iter().map(|it| quantity(it.amount)).collect::<Vec<_>>();
		for levy in taken {
			let on = bill.subtotals.iter().position(|it| it.code == levy.on);
			let on = on.ok_or(Error::<T>::LevyOnUnknownItem)?;
			let is_it = |it: &LevyItem| it.code == levy.code && usize::from(it.on) == on;
			let place = bill.levies.iter().position(is_it).ok_or(Error::<T>::CodeNotFound)?;
			if let LevyAmount::PerUnit(..) = bill.levies[place].amount {
				let less = left[place].checked_sub(levy.thousandths);
				left[place] = less.ok_or(Error::<T>::NoteTooLarge)?;
			}
		}
		Ok(left)
	}

	/// `bill` with what is left: the same codes at the same rates, on less. As much of it stays paid as
	/// it charges.
	fn reduce(bill: &Bill, left: &Remainder) -> Result<Bill, Error<T>> {
		let fits = left.amounts.len() == bill.subtotals.len()
			&& left.thousandths.len() == bill.levies.len()
			&& left.lines.is_some() == bill.lines.is_some();
		ensure!(fits, Error::<T>::BillMalformed);
		ensure!(left.tip <= bill.tip, Error::<T>::NoteTooLarge);
		let mut rest = bill.clone();
		for (it, (amount, _)) in rest.subtotals.iter_mut().zip(&left.amounts) {
			ensure!(is_less(it.amount, *amount), Error::<T>::NoteTooLarge);
			it.amount = *amount;
		}
		for (it, thousandths) in rest.levies.iter_mut().zip(&left.thousandths) {
			if let LevyAmount::PerUnit(_, quantity) = &mut it.amount {
				ensure!(thousandths <= quantity, Error::<T>::NoteTooLarge);
				*quantity = *thousandths;
			}
		}
		(rest.tip, rest.lines) = (left.tip, left.lines);
		let line_taxes = left.amounts.iter().map(|(_, tax)| *tax).collect::<Vec<_>>();
		reckon(&mut rest, &line_taxes)?;
		let mut taxes = bill.subtotals.iter().zip(&rest.subtotals);
		ensure!(taxes.all(|(old, new)| is_less(old.vat, new.vat)), Error::<T>::NoteTooLarge);
		let falls = [
			(bill.net(), rest.net()),
			(bill.vat(), rest.vat()),
			(bill.tax(), rest.tax()),
			(bill.gross, rest.gross),
		];
		ensure!(falls.iter().all(|(old, new)| new <= old), Error::<T>::NoteTooLarge);
		Self::ensure_bill(&rest)?;
		rest.paid = bill.paid.min(rest.gross);
		Ok(rest)
	}

	/// What the note does to the seller's books: too much tax becomes its credit, too little it
	/// owes now.
	fn book_note_seller(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[Item],
		sellers: &mut Sellers,
	) -> DispatchResult {
		let Sellers { taken, returned, tips } = sellers;
		let credit = total([books.credit_of(trade.seller), *returned]).map_err(Error::<T>::from)?;
		taken.used = netting::offset(taken.vat, credit).used;
		let mut delta = Delta { returned: *returned, tips: *tips, ..taken.delta() };
		delta.sales = totals_of(items, Item::of_seller);
		books.apply(trade.seller, &delta)
	}

	fn book_note_buyer(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[Item],
		registered: bool,
		buyers: &Buyers,
		reverse: &ReverseNote,
	) -> DispatchResult {
		let reversed = buyers.reversed().map_err(Error::<T>::from)?;
		let touched = reversed > 0 || !reverse.booked.is_empty() || !reverse.undone.is_empty();
		let Some(buyer) = trade.buyer.filter(|_| registered || touched) else { return Ok(()) };
		let delta = Delta {
			input: buyers.credited,
			reversed,
			made_good: buyers.paid_in(),
			returned: reverse.returned().map_err(Error::<T>::from)?,
			purchases: totals_of(items, Item::of_buyer),
			..reverse_delta(&reverse.booked).map_err(Error::<T>::from)?
		};
		books.apply(buyer, &delta)
	}

	fn pay_note(
		trade: &Trade,
		place: &Place<T>,
		sellers: &Sellers,
		buyers: &Buyers,
		reverse: &ReverseNote,
	) -> DispatchResult {
		let due = [sellers.taken.to_treasury(), buyers.made_good];
		let due = total(due).map_err(Error::<T>::from)?;
		if due > 0 {
			let seller = Self::controller_of(trade.seller)?;
			T::Money::pay(trade.currency, &seller, &place.treasury, due)?;
		}
		if let Some(buyer) = trade.buyer.filter(|_| buyers.covered > 0) {
			let buyer = Self::controller_of(buyer)?;
			T::Money::pay(trade.currency, &buyer, &place.treasury, buyers.covered)?;
		}
		Self::pay_reverse(trade, place, &reverse.booked)
	}

	fn announce_note(
		trade: &Trade,
		place: &Place<T>,
		items: Vec<Item>,
		sellers: &Sellers,
		buyers: &Buyers,
		reverse: &ReverseNote,
	) {
		let (jurisdiction, currency, period) = (trade.jurisdiction, trade.currency, place.period);
		let (seller, number) = (trade.seller, trade.number);
		// In the order of the books: what is given, what is taken, what is set against the rest.
		for (code, output, input) in reverse.undone.iter().copied() {
			let Some(buyer) = trade.buyer else { break };
			Self::deposit_event(Event::ReverseUndone {
				jurisdiction,
				currency,
				period,
				seller,
				number,
				buyer,
				code,
				output,
				input,
				returned: output.saturating_sub(input),
			});
		}
		Self::deposit_event(Event::TaxReversed {
			jurisdiction,
			currency,
			period,
			seller,
			number,
			buyer: trade.buyer,
			business: trade.business,
			// A bill has no more.
			items: BoundedVec::truncate_from(items.into_iter().map(NoteItem::from).collect()),
			tip: sellers.tips,
			returned: sellers.returned,
			used: sellers.taken.used,
			remitted: sellers.taken.remitted(),
			// Checked when it was booked.
			reversed: buyers.from_credit.saturating_add(buyers.paid_in()),
			credited: buyers.credited,
			made_good: buyers.made_good,
			covered: buyers.covered,
		});
		Self::announce_reverse(trade, place, &reverse.booked);
	}
}

/// Hash of lines by code, given with their places on the bill.
fn in_order(mut lines: Vec<(usize, TaxCode, &Lines)>) -> [u8; 32] {
	lines.sort_by_key(|(place, ..)| *place);
	hash_of_lines(lines.into_iter().map(|(_, code, lines)| (code, lines)))
}

/// What the note moves, of all that is kept from the seller.
///
/// Tax that was taken ahead of payment is given back first: it isn't part of what was paid, nor of
/// the buyer's credit, which must not fall with it.
fn weigh(
	bill: &Bill,
	rest: &Bill,
	before: &[Head],
	share_of: impl Fn(&Head) -> Ppm,
	buyer: credit_note::Buyer,
) -> Result<Outcome, MathError> {
	let mut taken = of(before, |it| it.taken);
	if is_ahead(bill, before)? {
		let due = at_once(bill, before, bill.paid)?;
		let credited = of(before, |it| it.credited);
		taken = due.into_iter().zip(credited).map(|(due, credited)| due.max(credited)).collect();
	}
	let codes = before.iter().zip(taken).map(|(it, taken)| credit_note::Code {
		tax: it.tax,
		taken,
		credited: it.credited,
		share: share_of(it),
	});
	let invoice =
		credit_note::Invoice { gross: bill.gross, paid: bill.paid, codes: codes.collect() };
	let taxes = of(&heads(rest)?, |it| it.tax);
	settle(&invoice, &credit_note::Note { gross: rest.gross, taxes: &taxes }, &buyer)
}

impl Sellers {
	/// What was taken under each head before and after: less becomes credit, more is owed.
	fn of(before: &[Head], after: &[Head]) -> Result<Self, MathError> {
		let more = |old: &[Head], new: &[Head]| {
			let taken = old.iter().zip(new).map(|(old, new)| new.taken.saturating_sub(old.taken));
			taken.collect::<Vec<_>>()
		};
		let taken = Taken::of(after, &more(before, after))?;
		Ok(Self { taken, returned: total(more(after, before))?, tips: 0 })
	}
}

impl Buyers {
	fn of(movements: &[Movement]) -> Self {
		let mut sums = Self::default();
		for movement in movements {
			match *movement {
				Movement::Refund(amount) => sums.refund = amount,
				Movement::MadeGood(amount) => sums.made_good = amount,
				Movement::Covered(amount) => sums.covered = amount,
				Movement::Reversed(amount) => sums.from_credit = amount,
				Movement::Credited(amount) => sums.credited = amount,
				// The seller's: seen from what was taken before and after, advances included.
				Movement::Excess { .. } | Movement::Shortfall { .. } => (),
			}
		}
		sums
	}

	/// What the treasury gets instead of credit.
	fn paid_in(&self) -> Balance {
		// Parts of one fall of credit.
		self.made_good.saturating_add(self.covered)
	}

	/// What is left of the buyer's credit.
	fn left_of(&self, credit: Balance) -> Result<Balance, MathError> {
		// Settling takes no more than there is.
		total([credit.saturating_sub(self.from_credit), self.credited])
	}

	/// All that the buyer's input falls by.
	fn reversed(&self) -> Result<Balance, MathError> {
		total([self.from_credit, self.made_good, self.covered])
	}
}

impl From<Item> for NoteItem {
	fn from(Item { code, kind, net, tax, .. }: Item) -> Self {
		Self { code, kind, net, tax }
	}
}
