//! Credit notes: what remains of a bill, and what moves.

use crate::{
	books::{Books, Delta},
	charges::{
		at_once, charges, is_ahead, kept, line_taxes, put_back, reckon, sold, total, Charge,
	},
	collect::{reserve, reverse_delta, reverse_due, totals_of, Reverse, Taken},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::{
	credit_note::{self, settle, Movement, Outcome},
	netting,
	rounding::mul_div_down,
	MathError,
};
use ourledger_primitives::{
	invoice::{Bill, LevyAmount, Sale, MAX_AMOUNT},
	money::LocalMoney,
	tax::{NoteOutcome, TaxCode, TaxKind, Trade, VatCategory},
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

/// What a note changes of reverse charges: the buyer's own tax.
#[derive(Default)]
struct ReverseNote {
	/// What it has to book in addition.
	booked: Vec<Reverse>,
	/// Code, output and input that were booked too much.
	undone: Vec<(TaxCode, Balance, Balance)>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_credit(
		trade: &Trade,
		bill: &mut Bill,
		note: &Sale,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let mut rest = Self::take_off(bill, note)?;
		rest.paid = bill.paid.min(rest.gross);
		let before = charges(bill, trade.currency);
		let mut after = charges(&rest, trade.currency);
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let registration = Self::registered_buyer(trade, &place);
		let shares = |code| registration.as_ref().map_or(0, |it| it.share_of(code));

		let mut reverse = undo_reverse(&rest, &mut after, shares).map_err(Error::<T>::from)?;
		// All that the note gives the buyer counts before anything that it asks of it.
		let had = trade.buyer.map_or(0, |buyer| books.credit_of(buyer));
		let returned = reverse.returned().map_err(Error::<T>::from)?;
		let credit = total([had, returned]).map_err(Error::<T>::from)?;
		let outcome = weigh(bill, &rest, &before, shares, credit_note::Buyer { credit, cover })
			.map_err(Error::<T>::from)?;
		let (movements, invoice) = match outcome {
			Outcome::Waits { missing } => {
				// It waits only once all credit is taken.
				let own = reverse.set_against(0).map_err(Error::<T>::from)?;
				return Ok(NoteOutcome::Waits { missing: missing.saturating_add(own) });
			},
			Outcome::Settled { movements, invoice } => (movements, invoice),
		};
		let buyers = Buyers::of(&movements);
		let left = buyers.left_of(credit).map_err(Error::<T>::from)?;
		let own = reverse.set_against(left).map_err(Error::<T>::from)?;
		// Never underflows: settling refuses to take more than the cover.
		if own > cover.saturating_sub(buyers.covered) {
			let missing = own.saturating_add(buyers.covered).saturating_sub(cover);
			return Ok(NoteOutcome::Waits { missing });
		}
		for (charge, code) in after.iter_mut().filter(|it| it.is_kept()).zip(&invoice.codes) {
			(charge.taken, charge.credited) = (code.taken, code.credited);
		}
		let items = note_items(bill, &rest, &before, &after).map_err(Error::<T>::from)?;
		put_back(&mut rest, &after);

		let taken = Self::book_seller(trade, &mut books, &items)?;
		Self::book_note_buyer(
			trade,
			&mut books,
			&items,
			registration.is_some(),
			&buyers,
			&reverse,
		)?;
		reserve(&mut books, trade, (bill, &before), (&rest, &after))?;
		books.close();
		Self::pay_note(trade, &place, &taken, &buyers, &reverse)?;

		let net = items.iter().map(|it| it.net).fold(0, i128::saturating_add);
		Self::announce_note(trade, &place, items, &taken, &buyers, &reverse);
		Self::count_turnover(trade, &place, &rest, net)?;
		*bill = rest;
		Ok(NoteOutcome::Settled { refund: buyers.refund })
	}

	/// What `note` leaves of `bill`: the same codes at the same rates, on less.
	fn take_off(bill: &Bill, note: &Sale) -> Result<Bill, Error<T>> {
		let says_something = !note.items.is_empty() || !note.levies.is_empty() || note.tip > 0;
		ensure!(says_something, Error::<T>::NothingSold);
		ensure!(note.prices == bill.prices, Error::<T>::PricesDiffer);
		let mut rest = bill.clone();
		let mut lines = line_taxes(bill)?;
		for (place, item) in note.items.iter().enumerate() {
			let again = note.items[..place].iter().any(|other| other.code == item.code);
			ensure!(!again, Error::<T>::DuplicateCode);
			ensure!(item.amount.unsigned_abs() <= MAX_AMOUNT, Error::<T>::TooLarge);
			let place = bill.subtotals.iter().position(|it| it.code == item.code);
			let place = place.ok_or(Error::<T>::CodeNotFound)?;
			let subtotal = &mut rest.subtotals[place];
			let by_line = bill.per_line && subtotal.category == VatCategory::Standard;
			let line_tax = Self::line_tax(item, bill.prices, subtotal.rate, by_line)?;
			lines[place] = lines[place].checked_sub(line_tax).ok_or(Error::<T>::NoteTooLarge)?;
			let amount = subtotal.amount.checked_sub(item.amount).ok_or(Error::<T>::TooLarge)?;
			ensure!(amount.unsigned_abs() <= MAX_AMOUNT, Error::<T>::TooLarge);
			subtotal.amount = amount;
		}
		for levy in &note.levies {
			let on = bill.subtotals.iter().position(|it| it.code == levy.on);
			let on = on.ok_or(Error::<T>::LevyOnUnknownItem)?;
			let own = rest
				.levies
				.iter_mut()
				.find(|it| it.code == levy.code && usize::from(it.on) == on)
				.ok_or(Error::<T>::CodeNotFound)?;
			if let LevyAmount::PerUnit(_, thousandths) = &mut own.amount {
				let left = thousandths.checked_sub(levy.thousandths);
				*thousandths = left.ok_or(Error::<T>::NoteTooLarge)?;
			}
		}
		rest.tip = bill.tip.checked_sub(note.tip).ok_or(Error::<T>::NoteTooLarge)?;
		reckon(&mut rest, &lines)?;
		let rises = |(old, new): (Balance, Balance)| new > old;
		let booked = |bill: &Bill| bill.subtotals.iter().map(|it| it.vat).collect::<Vec<_>>();
		let rises = booked(bill).into_iter().zip(booked(&rest)).any(rises);
		ensure!(!rises && rest.gross <= bill.gross, Error::<T>::NoteTooLarge);
		Ok(rest)
	}

	/// What the note does to the seller's books: too much tax becomes its credit, too little it
	/// owes now.
	fn book_seller(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[NoteItem],
	) -> Result<(Taken, Balance), DispatchError> {
		let mut taken = Taken::default();
		let mut returned = 0;
		for item in items.iter().filter(|it| !it.is_reverse()) {
			let sum = match item.kind {
				_ if item.tax < 0 => &mut returned,
				TaxKind::Vat(_) => &mut taken.vat,
				TaxKind::LevyOnNet { .. } | TaxKind::LevyPerUnit { .. } => &mut taken.levies,
				TaxKind::Withholding => &mut taken.withheld,
			};
			*sum = total([*sum, item.tax.unsigned_abs()]).map_err(Error::<T>::from)?;
		}
		let credit = total([books.credit_of(trade.seller), returned]).map_err(Error::<T>::from)?;
		taken.used = netting::offset(taken.vat, credit).used;
		let mut delta = Delta { returned, ..taken.delta() };
		delta.sales = totals_of(items, NoteItem::of_seller);
		books.apply(trade.seller, &delta)?;
		Ok((taken, returned))
	}

	fn book_note_buyer(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[NoteItem],
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
			purchases: totals_of(items, NoteItem::of_buyer),
			..reverse_delta(&reverse.booked).map_err(Error::<T>::from)?
		};
		books.apply(buyer, &delta)
	}

	fn pay_note(
		trade: &Trade,
		place: &Place<T>,
		taken: &(Taken, Balance),
		buyers: &Buyers,
		reverse: &ReverseNote,
	) -> DispatchResult {
		let due = total([taken.0.to_treasury(), buyers.made_good]).map_err(Error::<T>::from)?;
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
		items: Vec<NoteItem>,
		(taken, returned): &(Taken, Balance),
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
			// A bill has no more.
			items: BoundedVec::truncate_from(items),
			returned: *returned,
			used: taken.used,
			remitted: taken.remitted(),
			// Checked when it was booked.
			reversed: buyers.from_credit.saturating_add(buyers.paid_in()),
			credited: buyers.credited,
			made_good: buyers.made_good,
			covered: buyers.covered,
		});
		Self::announce_reverse(trade, place, &reverse.booked);
	}
}

/// What the note moves, of all that is kept from the seller.
///
/// Tax that was taken ahead of payment is given back first: it isn't part of what was paid, nor of
/// the buyer's credit, which must not fall with it.
fn weigh(
	bill: &Bill,
	rest: &Bill,
	before: &[Charge],
	share_of: impl Fn(TaxCode) -> u32,
	buyer: credit_note::Buyer,
) -> Result<Outcome, MathError> {
	let mut taken = kept(before, |it| it.taken);
	if is_ahead(bill, before)? {
		let due = at_once(bill, before, bill.paid)?;
		let credited = kept(before, |it| it.credited);
		taken = due.into_iter().zip(credited).map(|(due, credited)| due.max(credited)).collect();
	}
	let kept_charges = before.iter().filter(|it| it.is_kept());
	let codes = kept_charges.zip(taken).map(|(it, taken)| credit_note::Code {
		tax: it.tax,
		taken,
		credited: it.credited,
		share: if it.is_vat() { share_of(it.code) } else { 0 },
	});
	let invoice =
		credit_note::Invoice { gross: bill.gross, paid: bill.paid, codes: codes.collect() };
	let taxes = kept(&charges(rest, 0), |it| it.tax);
	settle(&invoice, &credit_note::Note { gross: rest.gross, taxes: &taxes }, &buyer)
}

/// Bring the reverse charges of what remains to what stays paid. Nothing of what the buyer has to
/// book in addition is set against its credit yet.
fn undo_reverse(
	rest: &Bill,
	after: &mut [Charge],
	share_of: impl Fn(TaxCode) -> u32,
) -> Result<ReverseNote, MathError> {
	let mut note = ReverseNote::default();
	for charge in after.iter_mut().filter(|it| it.is_reverse()) {
		let due = reverse_due(rest, charge)?;
		if due < charge.taken {
			let credited = mul_div_down(charge.credited, due, charge.taken)?;
			note.undone.push((charge.code, charge.taken - due, charge.credited - credited));
			(charge.taken, charge.credited) = (due, credited);
		} else if due > charge.taken {
			let more = netting::reverse_charge(charge.taken, due, share_of(charge.code))?;
			note.booked.push(Reverse {
				code: charge.code,
				output: more.output,
				input: more.input,
				used: 0,
				remitted: more.due,
			});
			(charge.taken, charge.credited) = (due, total([charge.credited, more.input])?);
		}
	}
	Ok(note)
}

/// What each code has of a note: the difference between two states of a bill.
fn note_items(
	bill: &Bill,
	rest: &Bill,
	before: &[Charge],
	after: &[Charge],
) -> Result<Vec<NoteItem>, MathError> {
	let item = |(old, new): (&Charge, &Charge)| {
		let net = sold(rest, new)?.checked_sub(sold(bill, old)?).ok_or(MathError::Overflow)?;
		let signed = |amount: Balance| i128::try_from(amount).map_err(|_| MathError::Overflow);
		let tax = signed(new.taken)?.checked_sub(signed(old.taken)?).ok_or(MathError::Overflow)?;
		Ok(NoteItem { code: new.code, kind: new.kind, net, tax })
	};
	before.iter().zip(after).map(item).collect()
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

impl ReverseNote {
	/// Set what the buyer has to book in addition against `credit`, code by code. Returns what is
	/// left for it to pay, which doesn't depend on their order.
	fn set_against(&mut self, mut credit: Balance) -> Result<Balance, MathError> {
		for it in &mut self.booked {
			let offset = netting::offset(it.remitted, credit);
			(it.used, it.remitted, credit) = (offset.used, offset.remitted, offset.credit);
		}
		total(self.booked.iter().map(|it| it.remitted))
	}

	/// What the buyer had paid, or set against its credit, and now gets back as credit.
	fn returned(&self) -> Result<Balance, MathError> {
		total(self.undone.iter().map(|(_, output, input)| output.saturating_sub(*input)))
	}
}

impl NoteItem {
	fn is_reverse(&self) -> bool {
		self.kind == TaxKind::Vat(VatCategory::ReverseCharge)
	}

	/// What the seller's statement has of it: a reverse charge's tax is the buyer's.
	fn of_seller(&self) -> Option<CodeTotal> {
		let tax = if self.is_reverse() { 0 } else { self.tax };
		Some(CodeTotal { code: self.code, net: self.net, tax })
	}

	/// What the buyer's statement has of it: VAT alone.
	fn of_buyer(&self) -> Option<CodeTotal> {
		let vat = matches!(self.kind, TaxKind::Vat(_));
		vat.then_some(CodeTotal { code: self.code, net: self.net, tax: self.tax })
	}
}
