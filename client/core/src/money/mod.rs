//! Local money: currencies by their id or symbol, and amounts as people write them. Never a float.
//!
//! ```no_run
//! use ourledger_client::money::Currency;
//!
//! # async fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
//! let currency = Currency::find(&state, "TSH").await?;
//! let units = currency.parse("12.50")?;
//! assert_eq!(currency.show(units), "12.50 TSH");
//! # Ok(())
//! # }
//! ```

pub mod freezes;
pub mod holding;
pub mod members;
pub mod payments;
pub mod terms;
#[cfg(test)]
mod tests;

pub use crate::chain::Kind;
pub use terms::{Access, Supply, Terms};

use crate::{
	amount::{self, Amount},
	chain::State,
	error::{Error, Result},
	hash::{self, blake2_256},
	texts,
	twin::party::Party,
};
use chrono::{DateTime, NaiveDate};
use ourledger_primitives::money::{day_of, CurrencyId, Day, DAY_MILLIS};
use serde_json::{json, Value as Json};
use std::fmt;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// The symbol of the chain's own token, which is no local currency.
const OUR: &str = "OUR";

/// Currencies on one page, as many as the chain gives.
const PAGE: u32 = 100;

/// Parts of a whole in one percent, where the chain counts in millionths.
const PERCENT: u32 = 10_000;

/// Seconds of a day.
const DAY_SECONDS: i64 = (DAY_MILLIS / 1_000) as i64;

/// A currency, as the chain describes it today.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Currency {
	/// Its id.
	pub id: CurrencyId,
	/// Its name.
	pub name: String,
	/// Its symbol. Several currencies may have the same.
	pub symbol: String,
	/// Places after the decimal point.
	pub decimals: u8,
	/// The twin that issues it.
	pub issuer: u64,
	/// The jurisdiction that it belongs to.
	pub jurisdiction: Option<u32>,
	/// The rules of today.
	pub terms: Terms,
	/// Rules that were announced, and the day from which they hold.
	pub pending: Option<(Terms, Day)>,
	/// Days between announcing rules and their holding.
	pub notice_days: u16,
	/// How much there is, in minor units.
	pub supply: u128,
	/// What members owe, in minor units.
	pub debts: u128,
	/// The account that demurrage goes to.
	pub pot: AccountId32,
}

/// What the view says.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct CurrencyInfo {
	issuer: u64,
	jurisdiction: Option<u32>,
	name: Vec<u8>,
	symbol: Vec<u8>,
	decimals: u8,
	terms: Terms,
	pending: Option<(Terms, Day)>,
	notice_days: u16,
	supply: u128,
	debts: u128,
	pot: AccountId32,
}

impl CurrencyInfo {
	fn with_id(self, id: CurrencyId) -> Currency {
		Currency {
			id,
			name: texts::shown(&self.name),
			symbol: String::from_utf8_lossy(&self.symbol).into_owned(),
			decimals: self.decimals,
			issuer: self.issuer,
			jurisdiction: self.jurisdiction,
			terms: self.terms,
			pending: self.pending,
			notice_days: self.notice_days,
			supply: self.supply,
			debts: self.debts,
			pot: self.pot,
		}
	}
}

impl Currency {
	/// The currency of this id.
	pub async fn read(state: &State, id: CurrencyId) -> Result<Self> {
		let found: Option<CurrencyInfo> = state.view("Currencies", "currency", (id,)).await?;
		let found = found.ok_or_else(|| Error::not_found(format!("there is no currency {id}")))?;
		Ok(found.with_id(id))
	}

	/// Up to `limit` currencies, in order of their ids.
	pub async fn list(state: &State, from: CurrencyId, limit: usize) -> Result<Vec<Self>> {
		let mut found: Vec<Self> = Vec::new();
		let mut next = Some(from);
		while let Some(first) = next.filter(|_| found.len() < limit) {
			let wanted = u32::try_from(limit - found.len()).unwrap_or(PAGE).min(PAGE);
			let page: Vec<(CurrencyId, CurrencyInfo)> =
				state.view("Currencies", "currencies", (first, wanted)).await?;
			next = page.last().and_then(|(last, _)| last.checked_add(1));
			found.extend(page.into_iter().map(|(id, info)| info.with_id(id)));
		}
		Ok(found)
	}

	/// The id that the next currency gets.
	pub async fn next(state: &State) -> Result<CurrencyId> {
		state.view("Currencies", "next_currency", ()).await
	}

	/// The currency that `text` names: its id, or its symbol if no other one has that.
	pub async fn find(state: &State, text: &str) -> Result<Self> {
		match Named::of(text)? {
			Named::Id(id) => Self::read(state, id).await,
			Named::Symbol(symbol) => the_one(Self::list(state, 0, usize::MAX).await?, &symbol),
		}
	}

	/// The minor units that `text` stands for: "12.5", "12.50" or "12.50 TSH".
	pub fn parse(&self, text: &str) -> Result<u128> {
		let number = self.without_symbol(text.trim());
		if number.ends_with(|last: char| last.is_ascii_alphabetic()) {
			return Err(Error::input(format!("the amount {text:?} is not in {}", self.symbol)));
		}
		amount::decimal(text, number, self.decimals.into())
	}

	/// As [`Currency::parse`], of an amount that isn't zero.
	pub fn parse_positive(&self, text: &str) -> Result<u128> {
		positive(self.parse(text)?)
	}

	/// What is set aside of it for accounts that couldn't hold it, in minor units.
	pub async fn set_aside(&self, state: &State) -> Result<u128> {
		let total: Option<u128> = state.storage("Currencies", "SetAsideTotals", (self.id,)).await?;
		Ok(total.unwrap_or(0))
	}

	/// Refuses what only its issuer may do.
	pub fn ensure_issuer(&self, acting: &Party) -> Result<()> {
		let issuer = self.issuer;
		if acting.twin == Some(issuer) {
			return Ok(());
		}
		Err(Error::refused(format!(
			"only twin {issuer}, the issuer of {self}, may do this, not {acting}; --twin {issuer} \
			 acts for it"
		)))
	}

	/// Minor units as people read them: "12.50 TSH".
	pub fn show(&self, units: u128) -> String {
		format!("{} {}", amount::fixed(units, self.decimals.into()), self.symbol)
	}

	/// Minor units, for programs and for people.
	pub fn amount(&self, units: u128) -> Amount {
		Amount::new(units, self.show(units))
	}

	/// Whole units in minor units.
	pub fn units_of(&self, whole: u128) -> u128 {
		whole.saturating_mul(10u128.saturating_pow(self.decimals.into()))
	}

	/// As [`Currency::show`], of an amount that may be negative: "-12.50 TSH".
	pub fn show_signed(&self, units: i128) -> String {
		let sign = if units < 0 { "-" } else { "" };
		format!("{sign}{}", self.show(units.unsigned_abs()))
	}

	/// As it stands below a label: `3 (TSH)`.
	pub fn label(&self) -> String {
		format!("{} ({})", self.id, self.symbol)
	}

	/// The number of an amount, without the symbol after it. A symbol may begin with a digit; then
	/// only a space parts the two.
	fn without_symbol<'text>(&self, text: &'text str) -> &'text str {
		let Some(rest) = text.strip_suffix(self.symbol.as_str()) else {
			return text;
		};
		let is_apart = rest.ends_with(' ')
			|| self.symbol.starts_with(|first: char| first.is_ascii_alphabetic());
		if is_apart {
			rest.trim_end()
		} else {
			text
		}
	}

	/// Everything about it as JSON. Amounts are decimal strings of minor units.
	pub fn json(&self) -> Json {
		json!({
			"id": self.id,
			"name": self.name,
			"symbol": self.symbol,
			"decimals": self.decimals,
			"issuer": self.issuer,
			"jurisdiction": self.jurisdiction,
			"terms": self.terms_json(&self.terms),
			"pending": self.pending.map(|(terms, day)| json!({
				"terms": self.terms_json(&terms),
				"effective": date(day),
			})),
			"noticeDays": self.notice_days,
			"supply": self.supply.to_string(),
			"debts": self.debts.to_string(),
			"pot": self.pot,
		})
	}

	fn terms_json(&self, terms: &Terms) -> Json {
		json!({
			"supply": match terms.supply {
				Supply::Issued { .. } => "issued",
				Supply::MutualCredit => "mutual-credit",
			},
			"cap": match terms.supply {
				Supply::Issued { cap } => Some(cap.to_string()),
				Supply::MutualCredit => None,
			},
			"access": match terms.access {
				Access::Open => "open",
				Access::Members => "members",
			},
			"invoiceOnly": terms.invoice_only,
			"demurragePpm": terms.demurrage,
		})
	}

	/// Rules in words, one after the other.
	pub fn terms_text(&self, terms: &Terms) -> String {
		let supply = match terms.supply {
			Supply::Issued { cap } => format!("issued, up to {}", self.show(cap)),
			Supply::MutualCredit => "mutual credit".into(),
		};
		let access = match terms.access {
			Access::Open => "open to everybody",
			Access::Members => "for members only",
		};
		let mut words = vec![supply, access.into()];
		if terms.invoice_only {
			words.push("businesses are paid by invoice only".into());
		}
		if terms.demurrage > 0 {
			words.push(format!("loses {} a day", percent(terms.demurrage)));
		}
		words.join("; ")
	}
}

/// As it stands in sentences: `currency 3 (TSH)`.
impl fmt::Display for Currency {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "currency {}", self.label())
	}
}

/// How an argument names a currency.
#[derive(Debug, Eq, PartialEq)]
enum Named {
	Id(CurrencyId),
	Symbol(String),
}

impl Named {
	fn of(text: &str) -> Result<Self> {
		let text = text.trim();
		if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
			let id = text.parse();
			return id
				.map(Self::Id)
				.map_err(|_| Error::not_found(format!("there is no currency {text}")));
		}
		let symbol = text.to_ascii_uppercase();
		if symbol == OUR {
			return Err(Error::input(
				"OUR is no local currency; if one has that symbol, name it by its id",
			));
		}
		if symbol.is_empty() || !symbol.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
			return Err(Error::input(format!(
				"{text:?} is neither a currency's id nor a symbol that one could have"
			)));
		}
		Ok(Self::Symbol(symbol))
	}
}

/// The only currency with this symbol.
fn the_one(currencies: Vec<Currency>, symbol: &str) -> Result<Currency> {
	let mut found: Vec<_> =
		currencies.into_iter().filter(|currency| currency.symbol == symbol).collect();
	match found.len() {
		0 => Err(Error::not_found(format!("no currency has the symbol {symbol}"))),
		1 => Ok(found.remove(0)),
		_ => {
			let each = found.iter().map(|currency| {
				format!("{} ({}, of twin {})", currency.id, currency.name, currency.issuer)
			});
			let each = each.collect::<Vec<_>>().join(", ");
			Err(Error::input(format!(
				"several currencies have the symbol {symbol}: {each}; name one by its id"
			)))
		},
	}
}

/// OUR, or a local currency.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Money {
	/// OUR.
	Our,
	/// A local currency.
	Local(Box<Currency>),
}

impl Money {
	/// What `text` names: "OUR", or a currency's id or symbol.
	pub async fn find(state: &State, text: &str) -> Result<Self> {
		if text.trim().eq_ignore_ascii_case(OUR) {
			return Ok(Self::Our);
		}
		Ok(Self::Local(Box::new(Currency::find(state, text).await?)))
	}

	/// What the chain means by this kind.
	pub async fn read(state: &State, kind: Kind) -> Result<Self> {
		match kind {
			Kind::Native => Ok(Self::Our),
			Kind::WithId(id) => Ok(Self::Local(Box::new(Currency::read(state, id).await?))),
		}
	}

	/// What the chain calls it.
	pub fn kind(&self) -> Kind {
		match self {
			Self::Our => Kind::Native,
			Self::Local(currency) => Kind::WithId(currency.id),
		}
	}

	/// Its symbol.
	pub fn symbol(&self) -> &str {
		match self {
			Self::Our => OUR,
			Self::Local(currency) => &currency.symbol,
		}
	}

	/// The units of one of it.
	pub fn one(&self) -> u128 {
		match self {
			Self::Our => amount::UNIT,
			Self::Local(currency) => currency.units_of(1),
		}
	}

	/// The units that `text` stands for.
	pub fn parse(&self, text: &str) -> Result<u128> {
		match self {
			Self::Our => amount::parse(text),
			Self::Local(currency) => currency.parse(text),
		}
	}

	/// As [`Money::parse`], of an amount that isn't zero.
	pub fn parse_positive(&self, text: &str) -> Result<u128> {
		positive(self.parse(text)?)
	}

	/// Units as people read them.
	pub fn show(&self, units: u128) -> String {
		match self {
			Self::Our => amount::format(units),
			Self::Local(currency) => currency.show(units),
		}
	}

	/// As it stands in results: `null` for OUR, else the currency's id.
	pub fn json(&self) -> Json {
		match self {
			Self::Our => Json::Null,
			Self::Local(currency) => currency.id.into(),
		}
	}
}

fn positive(units: u128) -> Result<u128> {
	match units {
		0 => Err(Error::input("the amount is zero")),
		units => Ok(units),
	}
}

/// What is held today for what one makes, in base units of OUR.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Deposits {
	/// For a currency.
	pub currency: u128,
	/// For a member.
	pub member: u128,
	/// For a credit line.
	pub credit_line: u128,
	/// For a freeze.
	pub freeze: u128,
}

impl Deposits {
	/// Those of today.
	pub async fn read(state: &State) -> Result<Self> {
		state.view("Currencies", "deposits", ()).await
	}
}

/// What a payment is for, as the chain keeps it: 32 bytes in hexadecimal as they are, of any other
/// text the BLAKE2b-256 hash, and without any zeros.
pub fn reference(text: Option<&str>) -> [u8; 32] {
	let Some(text) = text else {
		return [0; 32];
	};
	let digits = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
	let bytes = digits.and_then(|bytes| bytes.try_into().ok());
	bytes.unwrap_or_else(|| blake2_256(text.as_bytes()))
}

/// What a payment is for, as it stands in results: nothing if nothing is said.
pub fn reference_text(reference: &[u8; 32]) -> Option<String> {
	(*reference != [0; 32]).then(|| hash::text(reference))
}

/// Millionths as a percentage: "0.25 %".
pub fn percent(ppm: u32) -> String {
	let (whole, rest) = (ppm / PERCENT, ppm % PERCENT);
	let rest = format!("{rest:04}");
	match rest.trim_end_matches('0') {
		"" => format!("{whole} %"),
		rest => format!("{whole}.{rest} %"),
	}
}

/// The millionths that a percentage stands for: "0.25" or "0.25 %".
pub fn parse_percent(text: &str) -> Result<u32> {
	let number = text.trim();
	let number = number.strip_suffix('%').unwrap_or(number).trim_end();
	// Percents have four places less than millionths.
	let ppm = amount::decimal(text, number, 4)?;
	u32::try_from(ppm)
		.ok()
		.filter(|ppm| *ppm <= 100 * PERCENT)
		.ok_or_else(|| Error::input(format!("the percentage {text:?} is more than 100")))
}

/// A day of the chain as a date: "2026-05-01".
pub fn date(day: Day) -> String {
	match DateTime::from_timestamp(i64::from(day) * DAY_SECONDS, 0) {
		Some(time) => time.date_naive().to_string(),
		None => format!("day {day}"),
	}
}

/// When a day of the chain begins, by UTC: "2026-05-01 00:00 UTC".
pub fn midnight(day: Day) -> String {
	format!("{} 00:00 UTC", date(day))
}

/// The day that begins when a wait of so many days is over. They are whole days, as many times 24
/// hours at least: that on which it begins doesn't count.
pub fn after_a_wait(today: Day, days: u16) -> Day {
	today.saturating_add(days.into()).saturating_add(1)
}

/// Today, by UTC, as the chain has it.
pub async fn today(state: &State) -> Result<Day> {
	let now: Option<u64> = state.storage("Timestamp", "Now", ()).await?;
	Ok(day_of(now.unwrap_or_default()))
}

/// The day of the chain that a date stands for.
pub fn parse_date(text: &str) -> Result<Day> {
	let not_valid = || Error::input(format!("{text:?} is not a date such as 2026-05-01"));
	let date: NaiveDate = text.trim().parse().map_err(|_| not_valid())?;
	let midnight = date.and_hms_opt(0, 0, 0).ok_or_else(not_valid)?;
	Day::try_from(midnight.and_utc().timestamp() / DAY_SECONDS).map_err(|_| not_valid())
}

/// A currency to test with: two decimals, issued by twin 1.
#[cfg(any(test, feature = "testing"))]
pub fn example(id: CurrencyId, symbol: &str) -> Currency {
	Currency {
		id,
		name: "Town shilling".into(),
		symbol: symbol.into(),
		decimals: 2,
		issuer: 1,
		jurisdiction: None,
		terms: Terms {
			supply: Supply::Issued { cap: 1_000_000 },
			access: Access::Open,
			invoice_only: false,
			demurrage: 0,
		},
		pending: None,
		notice_days: 30,
		supply: 0,
		debts: 0,
		pot: AccountId32([7; 32]),
	}
}
