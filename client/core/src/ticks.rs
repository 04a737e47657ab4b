//! The chain's time. It counts spans in ticks of three seconds since its first block's slot, and
//! people think of hours and dates.

use crate::{
	chain::State,
	error::{Error, Result},
};
use chrono::DateTime;
use ourledger_primitives::{
	time::{tick_of, DAYS, HOURS, MINUTES, TICK_MILLIS},
	Moment,
};
use std::fmt;

/// What a person means by a span of time, for the help of commands.
pub const SPAN: &str = "TIME";

/// Reads a span of time, such as 90s, 10m, 8h or 7d; a bare number counts ticks. Rounds up.
pub fn parse_span(text: &str) -> std::result::Result<u32, String> {
	let not_valid = || format!("{text:?} is no time such as 90s, 10m, 8h or 7d");
	let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
	let (digits, unit) = text.split_at(end);
	let count: u32 = digits.parse().map_err(|_| not_valid())?;
	let ticks = match unit {
		"" => Some(count),
		// Fits: below 2^42.
		"s" => u32::try_from((u64::from(count) * 1_000).div_ceil(TICK_MILLIS)).ok(),
		"m" => count.checked_mul(MINUTES),
		"h" => count.checked_mul(HOURS),
		"d" => count.checked_mul(DAYS),
		_ => return Err(not_valid()),
	};
	ticks.ok_or_else(|| format!("{text:?} is longer than the chain counts"))
}

/// A span as people think of it.
pub fn span(ticks: u32) -> String {
	let seconds = u64::from(ticks) * TICK_MILLIS / 1_000;
	let (count, unit) = match seconds {
		0..120 => (seconds, "second"),
		120..7_200 => (seconds / 60, "minute"),
		7_200..172_800 => (seconds / 3_600, "hour"),
		_ => (seconds / 86_400, "day"),
	};
	let plural = if count == 1 { "" } else { "s" };
	format!("{count} {unit}{plural}")
}

/// The chain's clock at a block.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
	/// Slot of the first block; 0 as long as there is none.
	first: u64,
	/// Slot of the block.
	slot: u64,
	/// Length of a slot.
	slot_millis: Moment,
	/// Height of the block.
	number: u64,
}

impl Clock {
	/// The clock at the block of a state.
	pub async fn at(state: &State) -> Result<Self> {
		let first: Option<u64> = state.storage("Babe", "GenesisSlot", ()).await?;
		let slot: Option<u64> = state.storage("Babe", "CurrentSlot", ()).await?;
		let slot_millis = state.constant("Babe", "ExpectedBlockTime")?;
		Ok(Self {
			first: first.unwrap_or_default(),
			slot: slot.unwrap_or_default(),
			slot_millis,
			number: state.number(),
		})
	}

	/// The tick of the block.
	pub fn now(&self) -> u32 {
		tick_of(self.slot.saturating_sub(self.first), self.slot_millis)
	}

	/// The tick that comes so much later.
	pub fn after(&self, ticks: u32) -> Result<u32> {
		self.now()
			.checked_add(ticks)
			.ok_or_else(|| Error::input(format!("{ticks} ticks are more than the chain counts")))
	}

	/// When a tick begins.
	pub fn when(&self, tick: u32) -> When {
		let first = self.first.saturating_mul(self.slot_millis);
		When { tick, moment: first.saturating_add(Moment::from(tick) * TICK_MILLIS) }
	}

	/// How long it takes at least until the chain has a block of this height.
	pub fn blocks_away(&self, number: u64) -> String {
		match number.saturating_sub(self.number) {
			0 => "which is over".into(),
			blocks => {
				let ticks = blocks.saturating_mul(self.slot_millis).div_ceil(TICK_MILLIS);
				let span = span(u32::try_from(ticks).unwrap_or(u32::MAX));
				format!("in {span} if each slot has one, else later")
			},
		}
	}

	/// Length of a slot, in milliseconds.
	pub fn slot_millis(&self) -> Moment {
		self.slot_millis
	}
}

/// When a tick begins: what people see of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct When {
	/// Its number, counted from the slot of the chain's first block.
	pub tick: u32,
	/// In milliseconds since the Unix epoch.
	pub moment: Moment,
}

impl fmt::Display for When {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let time = i64::try_from(self.moment).ok().and_then(DateTime::from_timestamp_millis);
		match time {
			Some(time) => write!(f, "{} UTC", time.format("%Y-%m-%d %H:%M:%S")),
			None => write!(f, "tick {}", self.tick),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_are_read_as_people_write_them() {
		for (text, ticks) in [
			("0", 0),
			("7", 7),
			("0s", 0),
			("1s", 1),
			("3s", 1),
			("4s", 2),
			("10m", 200),
			("1h", 1_200),
			("7d", 201_600),
		] {
			assert_eq!(parse_span(text), Ok(ticks), "{text}");
		}
		for text in ["", "d", "-1", "1.5h", "1 h", "1w", "9999999999", "4294967295d", "1_000"] {
			assert!(parse_span(text).is_err(), "{text}");
		}
	}

	#[test]
	fn spans_are_shown_as_people_think_of_them() {
		for (ticks, text) in [
			(0, "0 seconds"),
			(1, "3 seconds"),
			(39, "117 seconds"),
			(40, "2 minutes"),
			(2_400, "2 hours"),
			(201_600, "7 days"),
		] {
			assert_eq!(span(ticks), text);
		}
	}

	#[test]
	fn a_tick_has_its_time_whatever_the_slots() {
		for slot_millis in [1_000, 3_000] {
			// 2026-05-01 00:00:00 UTC.
			let first = 1_777_593_600_000 / slot_millis;
			let later = first + 3_600_000 / slot_millis;
			let clock = Clock { first, slot: later, slot_millis, number: 7 };
			assert_eq!(clock.now(), 1_200);
			assert_eq!(clock.when(0).to_string(), "2026-05-01 00:00:00 UTC");
			assert_eq!(clock.when(clock.now()).to_string(), "2026-05-01 01:00:00 UTC");
			assert_eq!(clock.when(201_600).to_string(), "2026-05-08 00:00:00 UTC");
			assert_eq!(clock.after(8).expect("is counted"), 1_208);
			assert!(clock.after(u32::MAX).is_err());
		}
	}

	#[test]
	fn blocks_take_a_slot_each_at_least() {
		let clock = |slot_millis| Clock { first: 1, slot: 9, slot_millis, number: 8 };
		assert_eq!(clock(1_000).blocks_away(8), "which is over");
		let week = clock(3_000).blocks_away(8 + 201_600);
		assert_eq!(week, "in 7 days if each slot has one, else later");
		assert_eq!(clock(1_000).blocks_away(8 + 604_800), week);
	}

	#[test]
	fn a_chain_without_blocks_is_at_its_first_tick() {
		assert_eq!(Clock { first: 0, slot: 0, slot_millis: 3_000, number: 0 }.now(), 0);
	}
}
