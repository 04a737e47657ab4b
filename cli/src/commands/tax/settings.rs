//! A jurisdiction's settings as a file that people write, and as they are shown.

use ourledger_client::tax::{
	notation::{parse_letters, percent},
	ClockChange, Jurisdiction, RefundCap, Rounding, Settings,
};
use ourledger_client::{
	bounded,
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
};
use ourledger_primitives::money::Day;
use serde::Deserialize;
use serde_json::{json, Value as Json};
use std::{collections::BTreeMap, ops::RangeInclusive, path::Path};

/// A file to begin with. `tax jurisdiction example` prints it.
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
	rounding: FileRounding,
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

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileRounding {
	Category,
	Line,
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
		// In minutes since 1970, by UTC.
		let begins =
			|it: &ClockChange| i64::from(it.from) * 1_440 - i64::from(it.utc_offset_minutes);
		let ascends =
			|last: &ClockChange| last.from < change.from && begins(last) < begins(&change);
		if !clock.last().is_none_or(ascends) {
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

/// Reads a file of settings.
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
		rounding: match file.rounding {
			FileRounding::Category => Rounding::Category,
			FileRounding::Line => Rounding::Line,
		},
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

fn rounding(rounding: Rounding) -> &'static str {
	match rounding {
		Rounding::Category => "category",
		Rounding::Line => "line",
	}
}

/// Settings as JSON, in the form of the file; currencies by id, amounts in minor units.
pub fn json(settings: &Settings) -> Json {
	let caps = settings.refund_caps.iter();
	let thresholds = settings.thresholds.iter();
	json!({
		"authority": settings.authority,
		"auditors": settings.auditors,
		"currencies": settings.currencies,
		"reporting": String::from_utf8_lossy(&settings.reporting),
		"clock": settings.clock.iter().map(|change| json!({
			"from": money::date(change.from),
			"utcOffsetMinutes": change.utc_offset_minutes,
		})).collect::<Json>(),
		"rounding": rounding(settings.rounding),
		"supplyBoundDays": settings.supply_bound_days,
		"correctionDays": settings.correction_days,
		"unpaidDays": settings.unpaid_days,
		"tipLimit": percent(settings.tip_limit),
		"leastClaim": settings.least_claim.to_string(),
		"refundCaps": caps.map(|cap| json!({
			"ageDays": cap.age_days,
			"cap": cap.cap.to_string(),
		})).collect::<Json>(),
		"holdDays": settings.hold_days,
		"appealDays": settings.appeal_days,
		"returnsAlert": percent(settings.returns_alert),
		"thresholds": thresholds.map(|(currency, amount)| json!({
			"currency": currency,
			"amount": amount.to_string(),
		})).collect::<Json>(),
	})
}

/// A jurisdiction as JSON.
pub fn jurisdiction_json(id: u32, jurisdiction: &Jurisdiction) -> Json {
	json!({
		"jurisdiction": id,
		"name": jurisdiction.name(),
		"treasury": jurisdiction.treasury,
		"settings": json(&jurisdiction.settings),
	})
}

/// By which distance from UTC a day begins.
pub fn offset_on(clock: &[ClockChange], day: Day) -> i16 {
	let change = clock.iter().rev().find(|it| it.from <= day).or(clock.first());
	change.map_or(0, |it| it.utc_offset_minutes)
}

/// A distance from UTC for people: "UTC+02:00".
pub fn utc(offset: i16) -> String {
	let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
	format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A clock for people: by which distance from UTC its days begin.
fn clock_text(clock: &[ClockChange]) -> String {
	let changes = clock.iter().enumerate().map(|(place, change)| {
		let utc = utc(change.utc_offset_minutes);
		match place {
			0 => utc,
			_ => format!("from {} {utc}", money::date(change.from)),
		}
	});
	changes.collect::<Vec<_>>().join(", ")
}

/// Settings for people. `currencies` are those that they name.
pub fn lines(settings: &Settings, currencies: &[Currency]) -> Vec<(&'static str, String)> {
	let symbol = |id: u32| match currencies.iter().find(|currency| currency.id == id) {
		Some(currency) => format!("{id} ({})", currency.symbol),
		None => id.to_string(),
	};
	let amount = |id: u32, units: u128| match currencies.iter().find(|it| it.id == id) {
		Some(currency) => currency.show(units),
		None => format!("{units} minor units of currency {id}"),
	};
	let listed = |items: Vec<String>| match items.is_empty() {
		true => "none".to_owned(),
		false => items.join(", "),
	};
	let auditors = settings.auditors.iter().map(|twin| format!("twin {twin}")).collect();
	let accepted = settings.currencies.iter().map(|id| symbol(*id)).collect();
	let caps = settings.refund_caps.iter();
	let caps = caps.map(|cap| format!("{} whole units after {} days", cap.cap, cap.age_days));
	let thresholds = settings.thresholds.iter().map(|(id, units)| amount(*id, *units)).collect();
	vec![
		("authority", format!("twin {}", settings.authority)),
		("auditors", listed(auditors)),
		("currencies", listed(accepted)),
		("reports in", String::from_utf8_lossy(&settings.reporting).into_owned()),
		("clock", clock_text(&settings.clock)),
		("rounding", format!("per {}", rounding(settings.rounding))),
		("supply", format!("up to {} days before its invoice", settings.supply_bound_days)),
		("corrections", format!("for {} days", settings.correction_days)),
		("unpaid tax", format!("due after {} days", settings.unpaid_days)),
		("tips", format!("up to {} of net and tax", percent(settings.tip_limit))),
		("least claim", format!("{} whole units of any currency", settings.least_claim)),
		("refunds", format!("automatic up to {}", listed(caps.collect()))),
		("holds", format!("up to {} days", settings.hold_days)),
		("appeals", format!("within {} days", settings.appeal_days)),
		("alert", format!("returns above {} of output tax", percent(settings.returns_alert))),
		("register from", format!("{} a year", listed(thresholds))),
	]
}

#[cfg(test)]
mod tests {
	use super::*;

	fn shilling() -> BTreeMap<String, Currency> {
		[("TSH".to_owned(), money::example(3, "TSH"))].into()
	}

	fn example() -> Settings {
		resolve(parse(EXAMPLE).expect("is JSON"), &shilling()).expect("is valid")
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
		let text = clock_text(&changes(1).expect("is one"));
		assert_eq!(text, "UTC-01:30");
		let summer = example().clock;
		let first = summer[1].from;
		let offsets = [0, first - 1, first, summer[2].from].map(|day| offset_on(&summer, day));
		assert_eq!(offsets, [60, 60, 120, 60]);
	}

	#[test]
	fn settings_are_shown_with_symbols() {
		let shilling = money::example(3, "TSH");
		let lines = lines(&example(), &[shilling]);
		let value = |label| {
			lines.iter().find(|line| line.0 == label).map(|line| line.1.clone()).unwrap_or_default()
		};
		assert_eq!(value("currencies"), "3 (TSH)");
		assert_eq!(value("register from"), "25000.00 TSH a year");
		assert_eq!(
			value("clock"),
			"UTC+01:00, from 2027-03-29 UTC+02:00, from 2027-11-01 UTC+01:00"
		);
		assert_eq!(value("tips"), "up to 25% of net and tax");
		assert_eq!(value("alert"), "returns above 20% of output tax");
	}

	#[test]
	fn json_has_the_fields_of_the_file() {
		let file: Json = serde_json::from_str(EXAMPLE).expect("is JSON");
		let keys =
			|json: &Json| json.as_object().expect("is one").keys().cloned().collect::<Vec<_>>();
		assert_eq!(keys(&json(&example())), keys(&file));
	}
}
