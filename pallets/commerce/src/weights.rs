//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_commerce.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `issue` with `n` codes and `l` lines.
	fn issue(n: u32, l: u32) -> Weight;
	/// What is added to the weight of `issue` or `self_bill` if nothing is to be paid: the sale is
	/// booked, and the invoice closed. Not a call.
	fn nothing() -> Weight;
	/// Weight of `accept`.
	fn accept() -> Weight;
	/// Weight of `reject`, with money in escrow that goes back to as many payers as there can be.
	fn reject() -> Weight;
	/// Weight of `pay`, directly, by the last payer there can be, and of all that is open.
	fn pay() -> Weight;
	/// Weight of `sell` with `n` codes and `l` lines in a plain currency, of which seller and treasury
	/// have some; the check of the signature included.
	fn sell(n: u32, l: u32) -> Weight;
	/// Weight of `sell` with `n` codes and `l` lines in any currency, of which seller and treasury
	/// have some.
	fn sell_dear(n: u32, l: u32) -> Weight;
	/// Weight of `deliver`.
	fn deliver() -> Weight;
	/// Weight of `confirm`, the release of the escrow included.
	fn confirm() -> Weight;
	/// Weight of `dispute`.
	fn dispute() -> Weight;
	/// Weight of `resolve`, with money that goes to as many payers as there can be and to the seller.
	fn resolve() -> Weight;
	/// Weight of `credit_note` with `l` lines, as they were and as they remain, and with refunds to as
	/// many payers as there can be.
	fn credit_note(l: u32) -> Weight;
	/// Weight of `cover_note`, with refunds to as many payers as there can be.
	fn cover_note() -> Weight;
	/// Weight of `withdraw_note`.
	fn withdraw_note() -> Weight;
	/// Weight of `self_bill` with `n` codes and `l` lines.
	fn self_bill(n: u32, l: u32) -> Weight;
	/// Weight of `allow_self_billing`, in place of another account's consent.
	fn allow_self_billing() -> Weight;
	/// Weight of `end_self_billing`.
	fn end_self_billing() -> Weight;
	/// Weight of `cancel`, with money in escrow that goes back to as many payers as there can be.
	fn cancel() -> Weight;
	/// Weight of `withdraw_cancel`.
	fn withdraw_cancel() -> Weight;
	/// Weight of `release`.
	fn release() -> Weight;
	/// Weight of `release`, of a dispute that nobody decided.
	fn lapse() -> Weight;
	/// Weight of charging a seller for the wait of old credit.
	fn charge() -> Weight;
	/// Weight of `collect_unpaid`.
	fn collect_unpaid() -> Weight;
	/// Weight of `set_till`.
	fn set_till() -> Weight;
	/// Weight of `remove_till`.
	fn remove_till() -> Weight;
	/// Weight of `add_room`.
	fn add_room() -> Weight;
	/// Weight of `remove_room`.
	fn remove_room() -> Weight;
	/// Weight of `prune`.
	fn prune() -> Weight;
	/// Weight of `prune_quotes` that removes `n`.
	fn prune_quotes(n: u32) -> Weight;
	/// Weight of finding that nothing is to do when idle: the clock and both cursors.
	fn idle() -> Weight;
	/// Weight of going on from one day or block of an agenda to the next.
	fn idle_step() -> Weight;
	/// Weight of one entry of the agenda: a release or a removal.
	fn idle_invoice() -> Weight;
	/// Weight of forgetting one quote, and of putting its invoice on the agenda.
	fn idle_quote() -> Weight;
	/// Weight of migrating a consent.
	fn migrate_consent() -> Weight;
	/// Weight of migrating an invoice.
	fn migrate_invoice() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn issue(n: u32, l: u32) -> Weight {
		millis(1 + 100 * u64::from(n) + 1_000 * u64::from(l))
	}
	fn nothing() -> Weight {
		millis(50)
	}
	fn accept() -> Weight {
		millis(2)
	}
	fn reject() -> Weight {
		millis(3)
	}
	fn pay() -> Weight {
		millis(4)
	}
	fn sell(n: u32, l: u32) -> Weight {
		millis(5 + 100 * u64::from(n) + 1_000 * u64::from(l))
	}
	fn sell_dear(n: u32, l: u32) -> Weight {
		millis(24 + 100 * u64::from(n) + 1_000 * u64::from(l))
	}
	fn deliver() -> Weight {
		millis(6)
	}
	fn confirm() -> Weight {
		millis(7)
	}
	fn dispute() -> Weight {
		millis(8)
	}
	fn resolve() -> Weight {
		millis(9)
	}
	fn credit_note(l: u32) -> Weight {
		millis(10 + 1_000 * u64::from(l))
	}
	fn cover_note() -> Weight {
		millis(11)
	}
	fn withdraw_note() -> Weight {
		millis(12)
	}
	fn self_bill(n: u32, l: u32) -> Weight {
		millis(13 + 100 * u64::from(n) + 1_000 * u64::from(l))
	}
	fn allow_self_billing() -> Weight {
		millis(14)
	}
	fn end_self_billing() -> Weight {
		millis(25)
	}
	fn cancel() -> Weight {
		millis(15)
	}
	fn withdraw_cancel() -> Weight {
		millis(26)
	}
	fn release() -> Weight {
		millis(16)
	}
	fn lapse() -> Weight {
		millis(27)
	}
	fn charge() -> Weight {
		millis(28)
	}
	fn collect_unpaid() -> Weight {
		millis(17)
	}
	fn set_till() -> Weight {
		millis(18)
	}
	fn remove_till() -> Weight {
		millis(19)
	}
	fn add_room() -> Weight {
		millis(20)
	}
	fn remove_room() -> Weight {
		millis(21)
	}
	fn prune() -> Weight {
		millis(22)
	}
	fn prune_quotes(n: u32) -> Weight {
		millis(23 * (1 + u64::from(n)))
	}
	fn idle() -> Weight {
		millis(1)
	}
	fn idle_step() -> Weight {
		millis(2)
	}
	fn idle_invoice() -> Weight {
		millis(50)
	}
	fn idle_quote() -> Weight {
		millis(10)
	}
	fn migrate_consent() -> Weight {
		millis(3)
	}
	fn migrate_invoice() -> Weight {
		millis(5)
	}
}

#[cfg(test)]
fn millis(count: u64) -> Weight {
	Weight::from_parts(count * 1_000_000_000, 0)
}
