//! Days, months and years.

use ourledger_primitives::{
	money::{Day, DAY_MILLIS},
	tax::Period,
	Moment,
};

/// Length of a minute.
const MINUTE_MILLIS: i128 = 60_000;

/// Day of `moment` by a clock that is so many minutes ahead of UTC.
pub(crate) fn local_day(moment: Moment, utc_offset_minutes: i16) -> Day {
	let shifted = i128::from(moment) + i128::from(utc_offset_minutes) * MINUTE_MILLIS;
	// Saturates before 1970, and where no clock will ever be.
	(shifted.max(0) / i128::from(DAY_MILLIS)).try_into().unwrap_or(Day::MAX)
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

	#[test]
	fn days_begin_at_local_midnight() {
		let midnight = 20_000 * DAY_MILLIS;
		assert_eq!(local_day(midnight - 1, 0), 19_999);
		assert_eq!(local_day(midnight, 0), 20_000);
		assert_eq!(local_day(midnight - 7_200_000 - 1, 120), 19_999);
		assert_eq!(local_day(midnight - 7_200_000, 120), 20_000);
		assert_eq!(local_day(midnight + 43_200_000 - 1, -720), 19_999);
		assert_eq!(local_day(midnight + 43_200_000, -720), 20_000);
		assert_eq!(local_day(0, -720), 0);
	}
}
