//! What happens by itself: releases, removals, and the end of used quotes, in idle time.

use crate::*;
use alloc::vec::Vec;
use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};
use ourledger_primitives::money::Day;

/// Most entries that are worked off in one go, whatever the weight: they are listed in memory.
const MAX_BATCH: u64 = 1_000;

impl<T: Config> Pallet<T> {
	/// Release the escrow, or give up the dispute about it, when `days` days have passed: tomorrow at the
	/// earliest, since the agenda of today may have been worked off.
	pub(crate) fn schedule_release(id: InvoiceId, invoice: &mut InvoiceOf<T>, days: u16) {
		let day = Self::after_a_wait(days);
		invoice.release = Some(day);
		Agenda::<T>::insert(day, id, ());
	}

	/// No deadline runs.
	pub(crate) fn unschedule_release(id: InvoiceId, invoice: &mut InvoiceOf<T>) {
		if let Some(day) = invoice.release.take() {
			Agenda::<T>::remove(day, id);
		}
	}

	/// Let the invoice leave the state when it has been retained from this day on. It still has to be
	/// put on the agenda.
	pub(crate) fn retain(invoice: &mut InvoiceOf<T>, from: Day) {
		// Saturating: no clock comes that far.
		invoice.removal = Some(from.saturating_add(T::RetentionDays::get().into()));
	}

	/// Put the removal of the invoice on the agenda.
	pub(crate) fn put_on_agenda(id: InvoiceId, invoice: &InvoiceOf<T>) {
		if let Some(day) = invoice.removal {
			Agenda::<T>::insert(day, id, ());
		}
	}

	/// Do what is due, as far as there is weight.
	pub(crate) fn work_off(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::idle()).is_err() {
			return;
		}
		// Half-migrated invoices are left alone, also while a migration that failed is repaired.
		if migrations::is_due::<T>() {
			return;
		}
		Self::forget_quotes(meter);
		Self::work_off_agenda(meter);
	}

	pub(crate) fn work_off_agenda(meter: &mut WeightMeter) {
		let Some(first) = AgendaCursor::<T>::get() else { return };
		let today = Self::today();
		let mut day = first;
		// As many rounds as days have passed, or as there is weight for.
		while day <= today
			&& meter.try_consume(T::WeightInfo::idle_step()).is_ok()
			&& Self::work_off_day(day, meter)
		{
			// Saturating: no clock comes that far.
			day = day.saturating_add(1);
		}
		if day != first {
			AgendaCursor::<T>::put(day);
		}
	}

	/// Whether nothing is left of that day.
	fn work_off_day(day: Day, meter: &mut WeightMeter) -> bool {
		let each = T::WeightInfo::idle_invoice().max(T::WeightInfo::lapse());
		let each = each.saturating_add(Self::newcomers(BACK));
		let batch = Self::affordable(meter, each);
		// Listed first: entries vanish meanwhile.
		let due = Agenda::<T>::iter_key_prefix(day).take(batch).collect::<Vec<_>>();
		for id in &due {
			meter.consume(each);
			Self::take_up(day, *id);
		}
		due.len() < batch
	}

	/// Do what the agenda has `id` for.
	pub(crate) fn take_up(day: Day, id: InvoiceId) {
		Agenda::<T>::remove(day, id);
		let is_final = Self::invoice_of(id).is_ok_and(|invoice| invoice.removal.is_some());
		let result =
			with_storage_layer(|| if is_final { Self::do_prune(id) } else { Self::do_release(id) });
		// Nobody who is to be paid can make it fail. Were there an error all the same, the money would
		// wait for `release`, which anyone may call, and not hold up the others.
		if let Err(error) = result {
			log::error!(target: LOG_TARGET, "{id:?} stays as it is: {error:?}");
		}
	}

	/// Forget used quotes whose last tick is over: they are refused anyway.
	fn forget_quotes(meter: &mut WeightMeter) {
		let Some(first) = QuoteCursor::<T>::get() else { return };
		let now = T::BlockNumberProvider::current_block_number();
		let each = T::WeightInfo::idle_quote();
		let mut cursor = first;
		// As many rounds as ticks have passed, mostly one, or as there is weight for.
		while cursor.tick < now && meter.try_consume(T::WeightInfo::idle_step()).is_ok() {
			let batch = Self::affordable(meter, each);
			let forgotten = Self::forget_quotes_at(&mut cursor, batch);
			meter.consume(each.saturating_mul(forgotten as u64));
			if forgotten == batch {
				break;
			}
			cursor.step();
		}
		if cursor != first {
			QuoteCursor::<T>::put(cursor);
		}
	}

	/// How much of the limit was used.
	pub(crate) fn do_prune_quotes(limit: u32) -> Result<u32, DispatchError> {
		let mut cursor = QuoteCursor::<T>::get().ok_or(Error::<T>::NotDue)?;
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(cursor.tick < now, Error::<T>::NotDue);

		let mut left = limit as usize;
		// Each round takes at least one of the limit.
		while left > 0 && cursor.tick < now {
			// No more than the limit, both.
			left -= Self::forget_quotes_at(&mut cursor, left);
			if left > 0 {
				cursor.step();
				left -= 1;
			}
		}
		QuoteCursor::<T>::put(cursor);
		// Of a `u32` before.
		Ok(limit.saturating_sub(left as u32))
	}

	/// Forget up to `limit` quotes at the cursor; how many there were. What was sold by them comes
	/// onto the agenda only now: at the till there is a buyer who pays for each write.
	///
	/// What was forgotten before, even by an earlier call in this block, is never looked at again.
	pub(crate) fn forget_quotes_at(cursor: &mut CursorOf<T>, limit: usize) -> usize {
		let Cursor { tick, after } = *cursor;
		let all = match after {
			Some(last) => {
				Quotes::<T>::iter_prefix_from(tick, Quotes::<T>::hashed_key_for(tick, last))
			},
			None => Quotes::<T>::iter_prefix(tick),
		};
		// Listed first: entries vanish meanwhile.
		let quotes = all.take(limit).collect::<Vec<_>>();
		for (quote, number) in &quotes {
			Quotes::<T>::remove(tick, *quote);
			Self::put_sale_on_agenda(InvoiceId { seller: quote.0, number: *number });
			cursor.after = Some(*quote);
		}
		quotes.len()
	}

	/// Put the removal of what was sold at a till on the agenda, on a day that is still to be worked
	/// off. It may have been removed already, by whoever did not wait.
	fn put_sale_on_agenda(id: InvoiceId) {
		let Ok(mut invoice) = Self::invoice_of(id) else { return };
		let first = AgendaCursor::<T>::get();
		if first.is_some_and(|first| invoice.removal.is_some_and(|day| day < first)) {
			invoice.removal = first;
			Self::store(id, invoice.clone());
		}
		Self::put_on_agenda(id, &invoice);
	}

	/// How often there is weight for `each`.
	fn affordable(meter: &WeightMeter, each: Weight) -> usize {
		let count = meter.remaining().checked_div_per_component(&each);
		count.unwrap_or(MAX_BATCH).min(MAX_BATCH) as usize
	}
}
