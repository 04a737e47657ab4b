//! Books: statements of twins, credit of taxpayers, treasuries, and what goes into those or out of them
//! by no trade.

use super::{no_jurisdiction, notation, Jurisdiction};
use crate::{
	draft::Draft,
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind},
	twin::party::Party,
	State,
};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, Period, TaxCode},
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

pub use ourledger_trade::books::{OTHER_CODES, STATEMENT_CODES};

/// A figure of a statement, or of a treasury's book.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Figure {
	/// Its name in JSON.
	pub name: &'static str,
	/// Minor units.
	pub units: u128,
	/// What it is, for people.
	pub meaning: &'static str,
}

impl From<(&'static str, u128, &'static str)> for Figure {
	fn from((name, units, meaning): (&'static str, u128, &'static str)) -> Self {
		Self { name, units, meaning }
	}
}

/// Figures as a JSON object: decimal strings of minor units.
pub fn figures_json(figures: &[Figure]) -> Json {
	let fields = figures.iter().map(|it| (it.name.to_owned(), it.units.to_string().into()));
	Json::Object(fields.collect())
}

/// What was sold or bought under a code in a period.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct CodeTotal {
	/// The code, or [`OTHER_CODES`].
	pub code: TaxCode,
	/// Net, in minor units.
	pub net: i128,
	/// Its tax.
	pub tax: i128,
}

impl CodeTotal {
	/// Several as a JSON list. Amounts are decimal strings of minor units.
	pub fn list_json(totals: &[Self]) -> Json {
		let one = |it: &Self| {
			json!({
				"code": notation::code(it.code),
				"net": it.net.to_string(),
				"tax": it.tax.to_string(),
			})
		};
		totals.iter().map(one).collect()
	}
}

/// What a twin and its jurisdiction have to do with each other in a period, in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Statement {
	/// What it was paid for.
	pub sales: Vec<CodeTotal>,
	/// What it paid for, as a registered buyer.
	pub purchases: Vec<CodeTotal>,
	/// Tips that it was paid, less what notes took back.
	pub tips: i128,
	/// VAT on its sales, and what it booked under reverse charge.
	pub output: u128,
	/// VAT that it was credited.
	pub input: u128,
	/// VAT that went to the treasury, arrears included.
	pub remitted: u128,
	/// VAT that was set against its credit or its claims, arrears included.
	pub used: u128,
	/// VAT under reverse charge that became arrears.
	pub deferred: u128,
	/// What of its arrears was used or remitted.
	pub settled: u128,
	/// By how much returns within its invoices lowered the output.
	pub taken_off: u128,
	/// Tax on its sales that notes gave back to it as credit.
	pub returned: u128,
	/// Input that notes took off it.
	pub reversed: u128,
	/// Credit that was paid out to it, demurrage included.
	pub refunded: u128,
	/// Demurrage of that.
	pub charged: u128,
	/// Levies on its sales.
	pub levies: u128,
	/// What was withheld for its account, or by it of dividends.
	pub withheld: u128,
}

impl Statement {
	/// All amounts that are never negative.
	pub fn figures(&self) -> [Figure; 13] {
		[
			("output", self.output, "VAT on its sales, and booked under reverse charge"),
			("input", self.input, "VAT credited on its purchases"),
			("remitted", self.remitted, "VAT that went to the treasury, arrears included"),
			(
				"used",
				self.used,
				"VAT that was set against its credit or its claims, arrears included",
			),
			("deferred", self.deferred, "VAT under reverse charge that became arrears"),
			("settled", self.settled, "arrears that were used or remitted"),
			("takenOff", self.taken_off, "output that returns within its invoices took off"),
			("returned", self.returned, "tax that credit notes gave back to it as credit"),
			("reversed", self.reversed, "input that credit notes took off it"),
			("refunded", self.refunded, "credit that was paid out, demurrage included"),
			("charged", self.charged, "demurrage of that"),
			("levies", self.levies, "levies on its sales"),
			("withheld", self.withheld, "withheld for its account, or by it of dividends"),
		]
		.map(Figure::from)
	}
}

/// Which of a twin's books.
#[derive(Clone, Debug)]
pub struct StatementKey {
	/// The jurisdiction whose taxes they are.
	pub jurisdiction: JurisdictionId,
	/// The twin whose books they are.
	pub twin: TwinNumber,
	/// The currency that they are kept in.
	pub currency: Currency,
	/// The month that they tell of.
	pub period: Period,
}

impl StatementKey {
	/// What a person asks for: without a currency the only one that is accepted, without a month the
	/// present one.
	pub async fn find(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: Option<&str>,
		period: Option<&str>,
	) -> Result<Self> {
		let period = match period {
			Some(text) => notation::parse_period(text)?,
			None => super::this_month(state, jurisdiction).await?,
		};
		let currency = the_currency(state, jurisdiction, currency).await?;
		Ok(Self { jurisdiction, twin, currency, period })
	}

	/// What the chain keeps of it.
	pub async fn read(&self, state: &State) -> Result<Statement> {
		let key = (self.jurisdiction, self.twin, self.currency.id, self.period);
		state.view("Tax", "statement", key).await
	}

	/// As JSON, with the statement. Amounts are decimal strings of minor units.
	pub fn json(&self, statement: &Statement) -> Json {
		let mut json = figures_json(&statement.figures());
		json["jurisdiction"] = self.jurisdiction.into();
		json["twin"] = self.twin.into();
		json["currency"] = self.currency.id.into();
		json["period"] = notation::period(self.period).into();
		json["tips"] = statement.tips.to_string().into();
		json["sales"] = CodeTotal::list_json(&statement.sales);
		json["purchases"] = CodeTotal::list_json(&statement.purchases);
		json
	}
}

/// The currency that is named, else the only one that the jurisdiction accepts.
async fn the_currency(
	state: &State,
	jurisdiction: JurisdictionId,
	currency: Option<&str>,
) -> Result<Currency> {
	if let Some(text) = currency {
		return Currency::find(state, text).await;
	}
	match Jurisdiction::read(state, jurisdiction).await?.settings.currencies[..] {
		[id] => Currency::read(state, id).await,
		_ => Err(Error::usage(format!(
			"jurisdiction {jurisdiction} accepts several currencies: name one with --currency"
		))),
	}
}

/// Credit of a taxpayer in one currency, as it is stored; in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Account {
	/// What it has, by the period it is from, oldest first.
	pub credits: Vec<(Period, u128)>,
	/// What it has claimed.
	pub pending: u128,
	/// What it owes of reverse charge. As long as it does, it has no credit: that goes against it.
	pub arrears: u128,
}

impl Account {
	/// What a twin has; nothing, if it never had any.
	pub async fn read(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
	) -> Result<Self> {
		state.view("Tax", "account", (jurisdiction, twin, currency)).await
	}

	/// All of its credit.
	pub fn credit(&self) -> u128 {
		self.credits.iter().map(|(_, amount)| amount).sum()
	}

	/// As JSON. Amounts are decimal strings of minor units.
	pub fn json(&self, currency: CurrencyId) -> Json {
		json!({
			"currency": currency,
			"credit": self.credit().to_string(),
			"pending": self.pending.to_string(),
			"arrears": self.arrears.to_string(),
			"credits": self.credits.iter().map(|(period, amount)| json!({
				"period": notation::period(*period),
				"amount": amount.to_string(),
			})).collect::<Json>(),
		})
	}
}

/// What went through a treasury in one currency, in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TreasuryBook {
	/// VAT that became due.
	pub output: u128,
	/// Of it, what was set against credit.
	pub used: u128,
	/// Of it, what was paid in.
	pub remitted: u128,
	/// Of it, what buyers still owe of reverse charge.
	pub arrears: u128,
	/// Levies paid in.
	pub levies: u128,
	/// Withholding paid in.
	pub withheld: u128,
	/// Paid in for credit that was spent before a note took it back.
	pub made_good: u128,
	/// Given by anybody.
	pub gifts: u128,
	/// Paid out as refunds.
	pub refunds: u128,
	/// Taken out by the authority.
	pub sweeps: u128,
	/// Credited to buyers.
	pub credited: u128,
	/// Credited to sellers by notes.
	pub returned: u128,
	/// Taken off buyers by notes, of their credit or made good.
	pub reversed: u128,
	/// Claimed and lost by assessment.
	pub forfeited: u128,
	/// Credit of all taxpayers now.
	pub credits: u128,
	/// Claims of all taxpayers now.
	pub pending: u128,
}

impl TreasuryBook {
	/// All of it.
	pub fn figures(&self) -> [Figure; 16] {
		[
			("output", self.output, "VAT that became due"),
			("used", self.used, "of it set against credit"),
			("remitted", self.remitted, "of it paid in"),
			("arrears", self.arrears, "of it owed by buyers under reverse charge"),
			("levies", self.levies, "levies paid in"),
			("withheld", self.withheld, "withholding paid in"),
			("madeGood", self.made_good, "paid in for credit that was spent already"),
			("gifts", self.gifts, "given by anybody"),
			("refunds", self.refunds, "paid out as refunds"),
			("sweeps", self.sweeps, "taken out by the authority"),
			("credited", self.credited, "credited to buyers"),
			("returned", self.returned, "credited to sellers by credit notes"),
			("reversed", self.reversed, "taken off buyers by credit notes"),
			("forfeited", self.forfeited, "claimed and lost by assessment"),
			("credits", self.credits, "credit of all taxpayers now"),
			("pending", self.pending, "claims of all taxpayers now"),
		]
		.map(Figure::from)
	}
}

/// A treasury in one currency, in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TreasuryInfo {
	/// What went through it.
	pub book: TreasuryBook,
	/// What it has.
	pub balance: u128,
	/// What it needs for credits, claims and corrections.
	pub reserved: u128,
	/// What the authority may sweep.
	pub free: u128,
}

impl TreasuryInfo {
	/// A treasury in a currency.
	pub async fn read(
		state: &State,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
	) -> Result<Self> {
		let found: Option<Self> = state.view("Tax", "treasury", (jurisdiction, currency)).await?;
		found.ok_or_else(|| no_jurisdiction(jurisdiction))
	}

	/// A treasury in the currency that is named, else in each that is accepted.
	pub async fn all(
		state: &State,
		jurisdiction: JurisdictionId,
		currency: Option<&str>,
	) -> Result<Vec<(Currency, Self)>> {
		let currencies = match currency {
			Some(text) => vec![Currency::find(state, text).await?],
			None => {
				let mut all = Vec::new();
				for id in Jurisdiction::read(state, jurisdiction).await?.settings.currencies {
					all.push(Currency::read(state, id).await?);
				}
				all
			},
		};
		let mut found = Vec::new();
		for currency in currencies {
			let treasury = Self::read(state, jurisdiction, currency.id).await?;
			found.push((currency, treasury));
		}
		Ok(found)
	}

	/// As JSON. Amounts are decimal strings of minor units.
	pub fn json(&self, currency: CurrencyId) -> Json {
		json!({
			"currency": currency,
			"balance": self.balance.to_string(),
			"reserved": self.reserved.to_string(),
			"free": self.free.to_string(),
			"book": figures_json(&self.book.figures()),
		})
	}
}

/// A treasury was given something.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct GiftReceived {
	/// Minor units.
	pub amount: u128,
}

/// What a twin owed of reverse charge was paid, all of it or a part.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct ArrearsSettled {
	/// What was paid, in minor units.
	pub remitted: u128,
	/// What is still owed, in minor units.
	pub left: u128,
}

/// An authority takes money out of the treasury: no more than no credit, claim or correction can need.
pub async fn sweep(
	state: &State,
	jurisdiction: JurisdictionId,
	currency: &Currency,
	amount: u128,
	to: &Party,
) -> Result<Draft> {
	let treasury = TreasuryInfo::read(state, jurisdiction, currency.id).await?;
	if amount > treasury.free {
		return Err(Error::refused(format!(
			"of the {} in the treasury {} are reserved for credits, claims and corrections: up to {} \
			 can be swept",
			currency.show(treasury.balance),
			currency.show(treasury.reserved),
			currency.show(treasury.free)
		)));
	}
	let call = state.call("Tax", "sweep", (jurisdiction, currency.id, amount, to.account))?;
	Ok(Draft::new(call).effect(format!("the treasury sends {} to {to}", currency.show(amount))))
}

/// Anyone gives money to a treasury.
pub fn give(
	state: &State,
	(id, there): (JurisdictionId, &Jurisdiction),
	currency: &Currency,
	amount: u128,
) -> Result<Draft> {
	let call = state.call("Tax", "give", (id, currency.id, amount))?;
	let effect =
		format!("the treasury of {} gets {}, as a gift", there.name(), currency.show(amount));
	Ok(Draft::new(call).effect(effect).spends(Kind::WithId(currency.id), amount))
}

/// Anyone pays what a twin owes of reverse charge: so much of it, or all.
pub async fn pay_arrears(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	currency: &Currency,
	amount: Option<u128>,
	payer: &Party,
) -> Result<Draft> {
	let there = Jurisdiction::read(state, jurisdiction).await?.name();
	let arrears = Account::read(state, jurisdiction, twin, currency.id).await?.arrears;
	let amount = amount.unwrap_or(arrears);
	let (paid, owed) = (currency.show(amount), currency.show(arrears));
	if amount == 0 || amount > arrears {
		let but = match arrears {
			0 => String::new(),
			_ => format!(", so {paid} can't be paid"),
		};
		return Err(Error::refused(format!(
			"twin {twin} owes {owed} of reverse charge to the treasury of {there}{but}"
		)));
	}
	let holding = Holding::read(state, currency.id, payer.account).await?;
	holding.ensure_can_pay(currency, payer, amount)?;
	let call = state.call("Tax", "pay_arrears", (jurisdiction, twin, currency.id, amount))?;
	let after = match arrears - amount {
		0 => format!(
			"twin {twin} owes nothing then: it can buy under reverse charge, and pay into escrow"
		),
		left => format!(
			"{} stay owed: until then nothing is sold to twin {twin} under reverse charge, and it \
			 pays nothing into escrow",
			currency.show(left)
		),
	};
	Ok(Draft::new(call)
		.spends(Kind::WithId(currency.id), amount)
		.effect(format!(
			"{payer} pays {paid} to the treasury of {there}, of what twin {twin} owes of reverse charge"
		))
		.effect(after))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::money;

	#[test]
	fn figures_are_all_there_are() {
		let amounts = |count: usize| count * size_of::<u128>();
		let book = TreasuryBook::default();
		assert_eq!(size_of::<TreasuryBook>(), amounts(book.figures().len()));
		let statement = Statement::default();
		let lists = 2 * size_of::<Vec<CodeTotal>>();
		// Tips may be negative.
		assert_eq!(size_of::<Statement>(), amounts(statement.figures().len() + 1) + lists);
	}

	#[test]
	fn statement_as_json_has_minor_units() {
		let key = StatementKey {
			jurisdiction: 0,
			twin: 2,
			currency: money::example(3, "TSH"),
			period: 2026 * 12 + 10,
		};
		let statement = Statement {
			sales: vec![CodeTotal { code: 1, net: -10_000, tax: -1_500 }],
			output: 1_500,
			tips: -50,
			deferred: 760,
			..Statement::default()
		};
		let json = key.json(&statement);
		assert_eq!(json["output"], "1500");
		assert_eq!(json["sales"][0]["net"], "-10000");
		assert_eq!(json["period"], "2026-11");
		assert_eq!((&json["tips"], &json["deferred"]), (&"-50".into(), &"760".into()));
	}

	#[test]
	fn treasury_as_json_has_its_book() {
		let book = TreasuryBook { remitted: 700, ..TreasuryBook::default() };
		let treasury = TreasuryInfo { book, balance: 700, reserved: 200, free: 500 };
		let json = treasury.json(3);
		assert_eq!((&json["free"], &json["book"]["remitted"]), (&"500".into(), &"700".into()));
	}

	#[test]
	fn credit_is_that_of_all_months() {
		let account = Account { credits: vec![(24_322, 700), (24_323, 50)], ..Account::default() };
		let json = account.json(3);
		assert_eq!((&json["credit"], &json["arrears"]), (&"750".into(), &"0".into()));
		assert_eq!(json["credits"][0]["period"], "2026-11");
	}
}
