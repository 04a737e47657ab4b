//! Spans of time, in blocks and slots. All of them follow from the length of a slot.

use crate::{BlockNumber, Moment};

/// Length of a slot, in milliseconds. BABE makes one block per slot. Changing it on a live chain
/// stops the chain: slots are numbered by wall clock.
pub const SLOT_MILLIS: Moment = 3_000;

/// One minute, in blocks.
pub const MINUTES: BlockNumber = 60_000 / SLOT_MILLIS as BlockNumber;

/// One hour, in blocks.
pub const HOURS: BlockNumber = 60 * MINUTES;

/// One day, in blocks.
pub const DAYS: BlockNumber = 24 * HOURS;

/// Default length of a BABE epoch, and so of a session, in slots: one hour. A chain takes its
/// length from genesis and keeps it for life; there is no setter.
pub const EPOCH_SLOTS: u64 = HOURS as u64;

/// Share of slots, as a fraction, in which a validator may win the right to author by lottery.
/// The other slots fall to a secondary author, so that every slot has a block.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_are_pinned() {
		assert_eq!(MINUTES, 20);
		assert_eq!(DAYS, 28_800);
		assert_eq!(EPOCH_SLOTS, 1_200);
	}
}
