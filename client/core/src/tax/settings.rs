//! A jurisdiction's settings as a file that people write: JSON, in which a currency is named by its id
//! or symbol, and amounts are decimals.

use super::{notation::parse_letters, ClockChange, RefundCap, Rounding, Settings};
use crate::{
	bounded,
	error::{Error, Result},
	money::{self, Currency},
	State,
};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::RangeInclusive, path::Path};

/// A file to begin with.
pub const EXAMPLE: &str = r#"{
  "authority": 1,
  "auditors": [],
  "currencies": ["TSH"],
  "reporting": "EUR",
  "clock": [
    { "from": "2026-10-26", "utcOffsetMinutes": 60 },
    { "from": "2027-03-29", "utcOffsetMinutes": 120 },
    { "from": "2027-11-01", "utcOffsetMinutes": 60 }
  ],
  "rounding": "category",
  "supplyBoundDays": 0,
  "correctionDays": 90,
  "unpaidDays": 30,
  "tipLimit": "25%",
  "leastClaim": "5",
  "refundCaps": [
    { "ageDays": 0, "cap": "100" },
    { "ageDays": 365, "cap": "5000" }
  ],
  "holdDays": 30,
  "appealDays": 14,
  "returnsAlert": "20%",
  "thresholds": { "TSH": "25000" }
}"#;

/// What the fields of the file mean.
pub const EXPLANATION: &str = "\
authority         twin that registers taxpayers, sets rates and decides about refunds
auditors          up to 8 twins that may read the documents
currencies        up to 16, by id or symbol, that can be paid in
reporting         three letters of the currency that the authority reports in
clock             up to 32 changes of its clock, by ascending day: from which day on it has which
                  distance from UTC, -720 to 840 minutes. The first counts for all days before it,
                  too. A clock that is put forward in the night to a Sunday changes with the Monday.
                  Amended ahead: a day that has begun keeps its clock
rounding          category: VAT is rounded once per code of an invoice; line: per line
supplyBoundDays   for how many days before its issue an invoice may date the supply
correctionDays    for how many days after its supply an invoice can be corrected, up to 366
unpaidDays        after how many days past due the tax of an accepted, unpaid invoice is taken, up
                  to 366: at least so many times 24 hours, as all waits
tipLimit          which share of net and tax a tip can be, also in what a credit note leaves
leastClaim        the least that is claimed, in whole units of any currency
refundCaps        up to 4: refunds up to cap whole units of any currency, all claims together that
                  are open or were paid in this and the previous month, are automatic for whoever has
                  been registered for ageDays days; ascending
holdDays          for how many days after it was made a refund can be held, up to 366
appealDays        for how many days a taxpayer can appeal against an assessment or a denial, up to
                  366
returnsAlert      share of output tax given back, by credit notes or within invoices, above which no
                  refund is automatic
thresholds        by currency: turnover per year from which one has to register";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
	authority: u64,
	auditors: Vec<u64>,
	currencies: Vec<String>,
	reporting: String,
	clock: Vec<FileClock>,
	rounding: Rounding,
	supply_bound_days: u16,
	correction_days: u16,
	unpaid_days: u16,
	tip_limit: String,
	least_claim: String,
	refund_caps: Vec<FileCap>,
	hold_days: u16,
	appeal_days: u16,
	returns_alert: String,
	thresholds: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FileCap {
	age_days: u16,
	cap: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FileClock {
	from: String,
	utc_offset_minutes: i16,
}

/// Most changes of a clock.
const MAX_CLOCK_CHANGES: usize = 32;

/// How far a clock can be from UTC, in minutes.
const OFFSETS: RangeInclusive<i16> = -720..=840;

/// The clock that a file means.
fn clock(changes: &[FileClock]) -> Result<Vec<ClockChange>> {
	let mut clock: Vec<ClockChange> = Vec::new();
	for FileClock { from, utc_offset_minutes } in changes {
		let offset = *utc_offset_minutes;
		let change = ClockChange { from: money::parse_date(from)?, utc_offset_minutes: offset };
		if !OFFSETS.contains(&offset) {
			return Err(Error::input(format!(
				"clock: {offset} minutes from UTC are not between {} and {}",
				OFFSETS.start(),
				OFFSETS.end()
			)));
		}
		if !clock.last().is_none_or(|last| change.comes_after(last)) {
			return Err(Error::input(format!(
				"clock: the change of {from} doesn't come after the one before it"
			)));
		}
		clock.push(change);
	}
	match clock.len() {
		1..=MAX_CLOCK_CHANGES => Ok(clock),
		0 => Err(Error::input("clock: at least one change is needed, for its distance from UTC")),
		more => Err(Error::input(format!(
			"clock: {more} changes are more than the {MAX_CLOCK_CHANGES} that there is room for"
		))),
	}
}

/// A number of whole units of any currency.
fn whole(field: &str, text: &str) -> Result<u128> {
	text.parse().map_err(|_| Error::input(format!("{field} {text:?} is no number of whole units")))
}

/// Longest file of settings that is read.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Reads a file of settings. The chain knows its currencies.
pub async fn read(state: &State, path: &Path) -> Result<Settings> {
	let text = bounded::read_text(path, MAX_FILE_BYTES)
		.map_err(|error| Error::input(format!("{} can't be read: {error}", path.display())))?;
	let file = parse(&text)
		.map_err(|error| error.explained(|why| format!("{}: {why}", path.display())))?;
	let mut currencies = BTreeMap::new();
	for name in file.currencies.iter().chain(file.thresholds.keys()) {
		currencies.insert(name.clone(), Currency::find(state, name).await?);
	}
	resolve(file, &currencies)
}

fn parse(text: &str) -> Result<File> {
	bounded::parse(text).map_err(|error| Error::input(format!("these are no settings: {error}")))
}

/// The settings that a file means, its currencies being known.
fn resolve(file: File, currencies: &BTreeMap<String, Currency>) -> Result<Settings> {
	let currency = |name: &str| {
		currencies.get(name).ok_or_else(|| Error::not_found(format!("there is no currency {name}")))
	};
	let mut accepted = Vec::new();
	for name in &file.currencies {
		accepted.push(currency(name)?.id);
	}
	let mut thresholds = Vec::new();
	for (name, amount) in &file.thresholds {
		let currency = currency(name)?;
		thresholds.push((currency.id, currency.parse(amount)?));
	}
	let cap = |it: &FileCap| {
		Ok(RefundCap { age_days: it.age_days, cap: whole("refundCaps: cap", &it.cap)? })
	};
	let refund_caps: Vec<_> = file.refund_caps.iter().map(cap).collect::<Result<_>>()?;
	if !refund_caps.windows(2).all(|pair| pair[0].age_days < pair[1].age_days) {
		return Err(Error::input("refundCaps are not in the order of their ageDays"));
	}
	Ok(Settings {
		authority: file.authority,
		auditors: file.auditors,
		currencies: accepted,
		reporting: parse_letters(&file.reporting)?,
		clock: clock(&file.clock)?,
		rounding: file.rounding,
		supply_bound_days: file.supply_bound_days,
		correction_days: file.correction_days,
		unpaid_days: file.unpaid_days,
		tip_limit: money::parse_percent(&file.tip_limit)?,
		least_claim: whole("leastClaim", &file.least_claim)?,
		refund_caps,
		hold_days: file.hold_days,
		appeal_days: file.appeal_days,
		returns_alert: money::parse_percent(&file.returns_alert)?,
		thresholds,
	})
}

/// The settings of [`EXAMPLE`], to test with: its currency has the id 3.
#[cfg(any(test, feature = "testing"))]
pub fn example() -> Settings {
	let shilling = [("TSH".to_owned(), money::example(3, "TSH"))].into();
	resolve(parse(EXAMPLE).expect("is JSON"), &shilling).expect("is valid")
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::Value as Json;

	fn shilling() -> BTreeMap<String, Currency> {
		[("TSH".to_owned(), money::example(3, "TSH"))].into()
	}

	#[test]
	fn example_is_valid() {
		let settings = example();
		assert_eq!(settings.currencies, [3]);
		assert_eq!(settings.returns_alert, 200_000);
		assert_eq!(settings.thresholds, [(3, 2_500_000)]);
		assert_eq!(settings.refund_caps[1], RefundCap { age_days: 365, cap: 5_000 });
		assert_eq!((settings.tip_limit, settings.least_claim), (250_000, 5));
		let offsets = settings.clock.iter().map(|it| it.utc_offset_minutes);
		assert_eq!(offsets.collect::<Vec<_>>(), [60, 120, 60]);
		assert_eq!(settings.reporting, *b"EUR");
	}

	#[test]
	fn every_field_of_the_example_is_explained() {
		let example: Json = serde_json::from_str(EXAMPLE).expect("is JSON");
		for field in example.as_object().expect("is one").keys() {
			let explained = EXPLANATION.lines().any(|line| line.starts_with(&format!("{field} ")));
			assert!(explained, "{field}");
		}
	}

	#[test]
	fn mistakes_in_the_file_are_named() {
		for (from, to, part) in [
			("\"auditors\": [],", "", "auditors"),
			("\"holdDays\"", "\"hold_days\"", "hold_days"),
			("\"category\"", "\"none\"", "none"),
			("\"EUR\"", "\"euro\"", "euro"),
			("\"20%\"", "\"120%\"", "120%"),
			("\"25000\"", "\"25000.001\"", "25000.001"),
			("\"ageDays\": 365", "\"ageDays\": 0", "refundCaps"),
			("\"5000\"", "\"5 TSH\"", "cap"),
			("\"cap\"", "\"capUnits\"", "capUnits"),
			("\"25%\"", "\"101%\"", "101%"),
			("\"leastClaim\": \"5\"", "\"leastClaim\": \"0.5\"", "leastClaim"),
			("Minutes\": 120", "Minutes\": 841", "841 minutes"),
			("Minutes\": 120", "Minutes\": -721", "-721 minutes"),
			("2027-03-29", "2026-10-26", "2026-10-26 doesn't come after"),
			("2027-03-29", "2027-13-29", "2027-13-29"),
		] {
			let text = EXAMPLE.replace(from, to);
			let error =
				parse(&text).and_then(|file| resolve(file, &shilling())).expect_err("is not valid");
			assert_eq!(error.code(), 4, "{error}");
			assert!(error.to_string().contains(part), "{error}");
		}
	}

	#[test]
	fn clock_has_1_to_32_changes() {
		let change = |day: u32| FileClock { from: money::date(day), utc_offset_minutes: -90 };
		let changes = |count: u32| clock(&(20_000..20_000 + count).map(change).collect::<Vec<_>>());
		assert!(changes(1).is_ok() && changes(32).is_ok());
		assert!(changes(0).is_err() && changes(33).is_err());
	}

	#[test]
	fn json_has_the_fields_of_the_file() {
		let file: Json = serde_json::from_str(EXAMPLE).expect("is JSON");
		let keys =
			|json: &Json| json.as_object().expect("is one").keys().cloned().collect::<Vec<_>>();
		assert_eq!(keys(&example().json()), keys(&file));
	}
}
