//! Days and months of a jurisdiction, by its clock.

use super::no_jurisdiction;
use crate::{
	error::{Error, Result},
	money, State,
};
use chrono::{DateTime, Datelike};
use ourledger_primitives::{
	money::{day_of, Day, DAY_MILLIS},
	tax::{JurisdictionId, Period},
	Moment,
};
use serde::Deserialize;
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

/// Milliseconds of a minute.
const MINUTE_MILLIS: i64 = 60_000;

/// Minutes of a day.
const DAY_MINUTES: i64 = DAY_MILLIS as i64 / MINUTE_MILLIS;

/// A change of a jurisdiction's clock.
#[derive(Clone, Copy, Debug, DecodeAsType, Deserialize, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct ClockChange {
	/// The first day that begins by it.
	pub from: Day,
	/// Its distance from UTC.
	pub utc_offset_minutes: i16,
}

impl ClockChange {
	/// When its first day begins, in minutes since 1970 by UTC.
	fn begins(&self) -> i64 {
		i64::from(self.from) * DAY_MINUTES - i64::from(self.utc_offset_minutes)
	}

	/// Whether a clock can have it after another change: its first day is a later one, and begins later.
	pub fn comes_after(&self, other: &Self) -> bool {
		other.from < self.from && other.begins() < self.begins()
	}
}

/// Today, by the jurisdiction's clock.
pub async fn today(state: &State, jurisdiction: JurisdictionId) -> Result<Day> {
	let today: Option<Day> = state.view("Tax", "today", (jurisdiction,)).await?;
	today.ok_or_else(|| no_jurisdiction(jurisdiction))
}

/// The present month, by the jurisdiction's clock.
pub async fn this_month(state: &State, jurisdiction: JurisdictionId) -> Result<Period> {
	let today = today(state, jurisdiction).await?;
	let period: Option<Period> = state.view("Tax", "period_of", (jurisdiction, today)).await?;
	period.ok_or_else(|| no_jurisdiction(jurisdiction))
}

/// The day of a moment, in milliseconds since 1970, by a clock whose changes ascend. The day before a
/// change lasts until it.
pub fn day_by(clock: &[ClockChange], time: i64) -> Day {
	let mut last = Day::MAX;
	for (place, change) in clock.iter().enumerate().rev() {
		let local = time.saturating_add(i64::from(change.utc_offset_minutes) * MINUTE_MILLIS);
		// Before 1970 it is its first day.
		let day = day_of(local.try_into().unwrap_or_default());
		// The first counts for all days before it.
		if place == 0 || day >= change.from {
			return day.min(last);
		}
		last = change.from.saturating_sub(1);
	}
	last
}

/// The month that a day is in, in months since January of year 0.
pub fn period_of(day: Day) -> Result<Period> {
	let date = i64::try_from(Moment::from(day) * DAY_MILLIS).ok();
	let date = date
		.and_then(DateTime::from_timestamp_millis)
		.ok_or_else(|| Error::connection(format!("day {day} is in no calendar")))?;
	let year = Period::try_from(date.year()).unwrap_or_default();
	Ok(year * 12 + date.month0())
}

/// The UTC offset, in minutes, at which a day begins.
fn offset_on(clock: &[ClockChange], day: Day) -> i16 {
	let change = clock.iter().rev().find(|it| it.from <= day).or(clock.first());
	change.map_or(0, |it| it.utc_offset_minutes)
}

/// A distance from UTC for people: "UTC+02:00".
fn utc(offset: i16) -> String {
	let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
	format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// When a day begins, for people: "2026-05-01 00:00 UTC+02:00".
pub fn midnight(clock: &[ClockChange], day: Day) -> String {
	format!("{} 00:00 {}", money::date(day), utc(offset_on(clock, day)))
}

/// A clock for people: by which distance from UTC its days begin.
pub fn text(clock: &[ClockChange]) -> String {
	let changes = clock.iter().enumerate().map(|(place, change)| {
		let utc = utc(change.utc_offset_minutes);
		match place {
			0 => utc,
			_ => format!("from {} {utc}", money::date(change.from)),
		}
	});
	changes.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
	use super::*;

	fn summer() -> Vec<ClockChange> {
		let change = |from, utc_offset_minutes| ClockChange { from, utc_offset_minutes };
		vec![change(20_500, 60), change(20_541, 120), change(20_700, 60)]
	}

	#[test]
	fn days_begin_by_the_change_before_them() {
		let offsets = [0, 20_540, 20_541, 20_700].map(|day| offset_on(&summer(), day));
		assert_eq!(offsets, [60, 60, 120, 60]);
		assert_eq!(midnight(&summer(), 20_574), "2026-05-01 00:00 UTC+02:00");
	}

	#[test]
	fn periods_are_months_of_the_calendar() {
		for (day, period) in [(0, 1970 * 12), (20_818, 2026 * 12 + 11), (20_819, 2027 * 12)] {
			assert_eq!(period_of(day), Ok(period));
		}
	}

	#[test]
	fn days_follow_the_clock_of_their_time() {
		let change = |from, utc_offset_minutes| ClockChange { from, utc_offset_minutes };
		let clock = [change(0, 60), change(100, 120)];
		let hour = 3_600_000;
		let midnight = |day: i64| day * 24 * hour;
		for (time, day) in [
			(midnight(50) - hour - 1, 49),
			(midnight(50) - hour, 50),
			// The day before the change ends an hour early.
			(midnight(100) - 2 * hour - 1, 99),
			(midnight(100) - 2 * hour, 100),
			(0, 0),
		] {
			assert_eq!(day_by(&clock, time), day);
		}
		// Put back by an hour: the day before lasts an hour longer.
		let clock = [change(0, 120), change(100, 60)];
		assert_eq!(day_by(&clock, midnight(100) - hour - 1), 99);
		assert_eq!(day_by(&clock, midnight(100) - hour), 100);
	}

	#[test]
	fn clock_is_told_by_its_changes() {
		let text_of = |utc_offset_minutes| text(&[ClockChange { from: 0, utc_offset_minutes }]);
		assert_eq!(text_of(-90), "UTC-01:30");
		assert_eq!(
			text(&summer()),
			"UTC+01:00, from 2026-03-29 UTC+02:00, from 2026-09-04 UTC+01:00"
		);
	}

	#[test]
	fn change_comes_after_one_whose_day_began_before() {
		let first = ClockChange { from: 20_500, utc_offset_minutes: -720 };
		let next = |from, utc_offset_minutes| ClockChange { from, utc_offset_minutes };
		assert!(next(20_501, 719).comes_after(&first));
		// A day later, by a clock that is a day ahead: both would begin at once.
		assert!(!next(20_501, 720).comes_after(&first));
		assert!(!next(20_500, -720).comes_after(&first));
	}
}
