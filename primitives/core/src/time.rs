//! Time: how long a slot is, and the tick, by which spans are counted.
//!
//! A block's number tells no time: a chain may make a block per second, and one whose finality is
//! lost makes one in eleven slots or fewer. So spans that are meant in time count ticks of
//! [`TICK_MILLIS`] since the first block's slot, whether there were blocks or not.

use crate::{BlockNumber, Moment};

/// Length of a tick, in milliseconds. Never change it: it is what stored spans are counted in.
pub const TICK_MILLIS: Moment = 3_000;

/// One minute, in ticks.
pub const MINUTES: BlockNumber = 60_000 / TICK_MILLIS as BlockNumber;

/// One hour, in ticks.
pub const HOURS: BlockNumber = 60 * MINUTES;

/// One day, in ticks.
pub const DAYS: BlockNumber = 24 * HOURS;

/// Length of a slot where genesis says nothing else, in milliseconds. BABE makes at most one block
/// per slot. A chain takes the length from genesis and keeps it for life: slots are numbered by wall
/// clock, so a change would stop it.
pub const SLOT_MILLIS: Moment = 3_000;

/// Shortest slot, in milliseconds, and what every slot is a multiple of: the inherent data and the
/// timestamp are told apart by whole seconds in logs and tools.
pub const MIN_SLOT_MILLIS: Moment = 1_000;

/// Longest slot, in milliseconds. Beyond it people would wait too long for a payment.
pub const MAX_SLOT_MILLIS: Moment = 60_000;

/// Length of a BABE epoch, and so of a session, where genesis says nothing else, in milliseconds: an
/// hour. A chain takes its length, in slots, from genesis and keeps it for life; there is no setter.
pub const EPOCH_MILLIS: Moment = 3_600_000;

/// Share of slots, as a fraction, in which a validator may win the right to author by lottery.
/// The other slots fall to a secondary author, so that every slot has a block.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

/// Whether slots may be so long: whole seconds, within bounds.
pub const fn is_slot_length(millis: Moment) -> bool {
	millis >= MIN_SLOT_MILLIS && millis <= MAX_SLOT_MILLIS && millis.is_multiple_of(1_000)
}

/// The tick in which a slot begins that comes `slots` slots of `slot_millis` after the first block's.
/// Ticks are numbered from 0.
pub fn tick_of(slots: u64, slot_millis: Moment) -> BlockNumber {
	// Saturating: 32 bits of ticks are 408 years.
	let ticks = slots.saturating_mul(slot_millis) / TICK_MILLIS;
	BlockNumber::try_from(ticks).unwrap_or(BlockNumber::MAX)
}

/// How many slots after the first block's the first one comes that begins in `tick` or later.
pub fn slots_until(tick: BlockNumber, slot_millis: Moment) -> u64 {
	// Fits: below 2^32 times 3,000. A length of zero is no slot's.
	(Moment::from(tick) * TICK_MILLIS).div_ceil(slot_millis.max(1))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_are_pinned() {
		assert_eq!(MINUTES, 20);
		assert_eq!(DAYS, 28_800);
		assert_eq!((TICK_MILLIS, SLOT_MILLIS, EPOCH_MILLIS), (3_000, 3_000, 3_600_000));
	}

	#[test]
	fn slots_are_whole_seconds_within_bounds() {
		for (millis, is_one) in [
			(0, false),
			(500, false),
			(1_000, true),
			(1_500, false),
			(3_000, true),
			(60_000, true),
			(61_000, false),
		] {
			assert_eq!(is_slot_length(millis), is_one, "{millis}");
		}
		assert!(is_slot_length(SLOT_MILLIS));
	}

	#[test]
	fn a_tick_is_three_seconds_whatever_the_slot() {
		for (slots, slot_millis, tick) in [
			(0, 3_000, 0),
			(7, 3_000, 7),
			(0, 1_000, 0),
			(2, 1_000, 0),
			(3, 1_000, 1),
			(86_400, 1_000, DAYS),
			(1, 2_000, 0),
			(2, 2_000, 1),
			(3, 2_000, 2),
			(5, 6_000, 10),
			(u64::MAX, 1_000, u32::MAX),
		] {
			assert_eq!(tick_of(slots, slot_millis), tick, "{slots} slots of {slot_millis} ms");
		}
	}

	#[test]
	fn slots_lead_to_their_tick() {
		for slot_millis in [1_000, 2_000, 3_000, 5_000] {
			for tick in 0..100 {
				let slots = slots_until(tick, slot_millis);
				assert!(tick_of(slots, slot_millis) >= tick);
				assert!(slots == 0 || tick_of(slots - 1, slot_millis) < tick);
			}
		}
		assert!(slots_until(u32::MAX, 1_000) > 0);
	}
}
