//! Days, months and years.

use crate::types::ClockChange;
use ourledger_primitives::{
	money::{Day, DAY_MILLIS},
	tax::Period,
	Moment,
};

/// Length of a minute.
const MINUTE_MILLIS: i128 = 60_000;

/// Day of `moment` by a clock, whose changes ascend.
///
/// The day before a change is as long as it takes: an hour more, if the clock is put back.
pub(crate) fn local_day(moment: Moment, clock: &[ClockChange]) -> Day {
	let moment = i128::from(moment);
	let mut before = Day::MAX;
	for (place, change) in clock.iter().enumerate().rev() {
		// The first counts for all days before it.
		if place > 0 && moment < beginning(change) {
			before = change.from.saturating_sub(1);
			continue;
		}
		let shifted = moment + i128::from(change.utc_offset_minutes) * MINUTE_MILLIS;
		// Saturates before 1970, and where no clock will ever be.
		let day = (shifted.max(0) / i128::from(DAY_MILLIS)).try_into().unwrap_or(Day::MAX);
		return before.min(day);
	}
	before
}

/// By which distance from UTC `day` begins.
pub(crate) fn offset_on(clock: &[ClockChange], day: Day) -> i16 {
	let change = clock.iter().rev().find(|it| it.from <= day).or(clock.first());
	change.map_or(0, |it| it.utc_offset_minutes)
}

/// Whether each change comes after the one before it, and there is one.
pub(crate) fn is_clock(clock: &[ClockChange]) -> bool {
	let ascend = |pair: &[ClockChange]| {
		pair[0].from < pair[1].from && beginning(&pair[0]) < beginning(&pair[1])
	};
	!clock.is_empty() && clock.windows(2).all(ascend)
}

/// The moment at which the first day of a change begins.
fn beginning(change: &ClockChange) -> i128 {
	i128::from(change.from) * i128::from(DAY_MILLIS)
		- i128::from(change.utc_offset_minutes) * MINUTE_MILLIS
}

/// The month that `day` is in, in months since January of year 0, by the Gregorian calendar.
///
/// Counts years from 1 March, so that a leap day is the last of its year. Source: H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub(crate) fn period_of(day: Day) -> Period {
	/// Days of 400 years.
	const ERA: u64 = 146_097;
	/// Days from 1 March of year 0 to 1 January 1970.
	const EPOCH: u64 = 719_468;
	let days = u64::from(day) + EPOCH;
	let (era, of_era) = (days / ERA, days % ERA);
	let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
	let of_year = of_era - (365 * year + year / 4 - year / 100);
	// Months since 1 March of the year.
	let month = (5 * of_year + 2) / 153;
	let months = (era * 400 + year) * 12 + month + 2;
	// A Day lasts until year 11,761,191, so this fits.
	months.try_into().unwrap_or(Period::MAX)
}

/// The first day of a month.
pub(crate) fn first_day_of(period: Period) -> Day {
	// No month is longer than 31 days, and none shorter than 28: so close to it is the estimate below,
	// from 400 years of 146,097 days.
	let months = u64::from(period).saturating_sub(1970 * 12);
	let mut day = (months * 146_097 / 4_800).try_into().unwrap_or(Day::MAX);
	// Three days off at most, either way.
	while period_of(day) >= period && day > 0 {
		day -= 1;
	}
	while period_of(day) < period && day < Day::MAX {
		day += 1;
	}
	day
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn months_follow_each_other() {
		assert_eq!(period_of(0), 1970 * 12);
		assert_eq!(period_of(30), 1970 * 12);
		assert_eq!(period_of(31), 1970 * 12 + 1);
		// 29 February and 1 March 2024; 28 February and 1 March 2100.
		assert_eq!(period_of(19_782), 2024 * 12 + 1);
		assert_eq!(period_of(19_783), 2024 * 12 + 2);
		assert_eq!(period_of(47_540), 2100 * 12 + 1);
		assert_eq!(period_of(47_541), 2100 * 12 + 2);
		// 31 December 2026, 1 January 2027.
		assert_eq!(period_of(20_818), 2026 * 12 + 11);
		assert_eq!(period_of(20_819), 2027 * 12);
	}

	#[test]
	fn months_begin_on_their_first_day() {
		for period in (1970 * 12..2500 * 12).chain([9_000 * 12]) {
			let first = first_day_of(period);
			assert_eq!(period_of(first), period);
			assert!(first == 0 || period_of(first - 1) == period - 1, "{period}");
		}
		// What no clock ever comes to ends, too.
		first_day_of(Period::MAX);
		assert_eq!(first_day_of(0), 0);
	}

	#[test]
	fn months_have_their_lengths() {
		let (mut last, mut length, mut lengths) =
			(period_of(0), 0, std::collections::BTreeMap::new());
		for day in 0..=146_097 {
			let period = period_of(day);
			if period != last {
				assert_eq!(period, last + 1);
				lengths.insert(last, length);
				(last, length) = (period, 0);
			}
			length += 1;
		}
		for (period, length) in lengths {
			let (year, month) = (period / 12, period % 12 + 1);
			let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
			let expected = match month {
				2 => 28 + u32::from(leap),
				4 | 6 | 9 | 11 => 30,
				_ => 31,
			};
			assert_eq!(length, expected, "{year}-{month}");
		}
	}

	fn clock(changes: &[(Day, i16)]) -> Vec<ClockChange> {
		let change = |(from, utc_offset_minutes): &(Day, i16)| ClockChange {
			from: *from,
			utc_offset_minutes: *utc_offset_minutes,
		};
		changes.iter().map(change).collect()
	}

	#[test]
	fn days_begin_at_local_midnight() {
		let local_day = |moment, offset| local_day(moment, &clock(&[(0, offset)]));
		let midnight = 20_000 * DAY_MILLIS;
		assert_eq!(local_day(midnight - 1, 0), 19_999);
		assert_eq!(local_day(midnight, 0), 20_000);
		assert_eq!(local_day(midnight - 7_200_000 - 1, 120), 19_999);
		assert_eq!(local_day(midnight - 7_200_000, 120), 20_000);
		assert_eq!(local_day(midnight + 43_200_000 - 1, -720), 19_999);
		assert_eq!(local_day(midnight + 43_200_000, -720), 20_000);
		assert_eq!(local_day(0, -720), 0);
	}

	#[test]
	fn midnight_follows_summer_time() {
		const HOUR: Moment = 3_600_000;
		// Vienna: Monday, 31 March and 27 October 2025 are the first days to begin by another clock.
		let vienna = clock(&[(0, 60), (20_178, 120), (20_388, 60)]);
		// New York: Monday, 10 March and 3 November 2025.
		let new_york = clock(&[(0, -300), (20_157, -240), (20_395, -300)]);
		for (clock, day, offset) in [
			(&vienna, 20_177, 60),
			(&vienna, 20_178, 120),
			(&vienna, 20_387, 120),
			(&vienna, 20_388, 60),
			(&vienna, 20_389, 60),
			(&new_york, 20_156, -300),
			(&new_york, 20_157, -240),
			(&new_york, 20_394, -240),
			(&new_york, 20_395, -300),
		] {
			assert_eq!(offset_on(clock, day), offset);
			let begins = (i64::from(day) * 24 * 60 - i64::from(offset)) as Moment * 60_000;
			assert_eq!(local_day(begins, clock), day, "{day}");
			assert_eq!(local_day(begins - 1, clock), day - 1, "{day}");
		}
		let length = |day: Day, clock: &[ClockChange]| {
			let first = Moment::from(day - 2) * 24;
			(first..first + 96).filter(|hour| local_day(hour * HOUR, clock) == day).count()
		};
		assert_eq!([20_176, 20_177, 20_178].map(|day| length(day, &vienna)), [24, 23, 24]);
		assert_eq!([20_386, 20_387, 20_388].map(|day| length(day, &vienna)), [24, 25, 24]);
	}

	#[test]
	fn no_day_comes_twice() {
		// However far the clock is put: even where a day is skipped, or lasts two.
		for changes in [
			[(0, 840), (100, -720), (101, 840)],
			[(0, -720), (100, 720), (200, -720)],
			[(0, 30), (100, -30), (101, 30)],
		] {
			let clock = clock(&changes);
			let days = (98 * 48..202 * 48).map(|half: Moment| local_day(half * 1_800_000, &clock));
			assert!(days.collect::<Vec<_>>().is_sorted());
		}
	}

	#[test]
	fn a_clock_has_changes_that_ascend() {
		assert!(!is_clock(&[]));
		assert!(is_clock(&clock(&[(5, 0)])));
		assert!(is_clock(&clock(&[(5, 0), (6, 60)])));
		assert!(!is_clock(&clock(&[(5, 0), (5, 60)])));
		assert!(!is_clock(&clock(&[(6, 0), (5, 60)])));
		// The sixth would begin before the fifth.
		assert!(!is_clock(&clock(&[(5, -720), (6, 720)])));
		assert!(is_clock(&clock(&[(5, -720), (7, 720)])));
	}
}
