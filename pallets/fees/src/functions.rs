//! Gathering while the block is made, and sharing at its end.

use crate::*;
use frame::traits::{fungible::Balanced, Imbalance, SuppressedDrop, Zero};

impl<T: Config> Pallet<T> {
	/// Adds what a transaction has paid.
	fn gather(fee: CreditOf<T>, tip: CreditOf<T>) {
		if fee.peek().is_zero() && tip.peek().is_zero() {
			return;
		}
		// One read and one write. `take` and `put` would remove the value in between.
		Gathered::<T>::mutate(|gathered| {
			let FeesAndTips { fees, tips } = gathered.get_or_insert_default();
			fees.as_mut().subsume(fee);
			tips.as_mut().subsume(tip);
		});
	}

	/// Shares what was gathered.
	pub(crate) fn share() {
		let Some(FeesAndTips { fees, tips }) = Gathered::<T>::take() else { return };
		let fees = fees.into_inner();
		// Rounds down: the odd unit is the author's.
		let half = fees.peek() / 2u32.into();
		let (public, own) = fees.split(half);
		let own = own.merge(tips.into_inner());
		let author = T::Author::get();
		let (to_author, left) = match &author {
			Some(author) => Self::pay(author, own),
			None => (Zero::zero(), own),
		};
		let (to_treasury, burned) = Self::pay(&T::Treasury::get(), public.merge(left));
		// The total issuance falls with it, so that it stays the sum of all balances.
		drop(burned);
		Self::deposit_event(Event::Shared { author, to_author, to_treasury });
	}

	/// Pays into an account: how much it got, and what it can't receive.
	fn pay(who: &T::AccountId, credit: CreditOf<T>) -> (BalanceOf<T>, CreditOf<T>) {
		let amount = credit.peek();
		// It would be told as a deposit of nothing.
		if amount.is_zero() {
			return (amount, credit);
		}
		match T::Currency::resolve(who, credit) {
			Ok(()) => (amount, Imbalance::zero()),
			Err(credit) => (Zero::zero(), credit),
		}
	}

	/// Checks the invariant of the README.
	#[cfg(any(feature = "try-runtime", test))]
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(!Gathered::<T>::exists(), "fees were gathered and not shared");
		Ok(())
	}
}

/// The fee first, then the tip, as transactions are charged.
impl<T: Config> OnUnbalanced<CreditOf<T>> for Pallet<T> {
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = CreditOf<T>>) {
		let fee = fee_then_tip.next().unwrap_or_default();
		let tip = fee_then_tip.fold(CreditOf::<T>::zero(), |tips, tip| tips.merge(tip));
		Self::gather(fee, tip);
	}

	fn on_nonzero_unbalanced(fee: CreditOf<T>) {
		Self::gather(fee, Imbalance::zero());
	}
}
