//! Statements, totals and treasuries: `tax statement`, `totals`, `sweep` and `give`.

use super::ensure_authority;
use crate::{
	commands::{twin, Context},
	output,
};
use ourledger_client::tax::{
	notation, today, Account, CodeTotal, Jurisdiction, Statement, TreasuryBook, TreasuryInfo,
};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind},
	submit::Draft,
};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, Period},
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// What of a twin's books is asked for.
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
	/// What arguments ask for: without a currency the only one that is accepted, without a month
	/// the present one.
	pub async fn find(
		ctx: &Context,
		state: &State,
		jurisdiction: JurisdictionId,
		twin: Option<&str>,
		currency: Option<&str>,
		period: Option<&str>,
	) -> Result<Self> {
		let period = match period {
			Some(text) => notation::parse_period(text)?,
			None => {
				let today = today(state, jurisdiction).await?;
				let period: Option<Period> =
					state.view("Tax", "period_of", (jurisdiction, today)).await?;
				period.ok_or_else(|| no_jurisdiction(jurisdiction))?
			},
		};
		let twin = super::twin_or_own(ctx, state, twin).await?;
		let currency = the_currency(state, jurisdiction, currency).await?;
		Ok(Self { jurisdiction, twin, currency, period })
	}

	/// What the chain keeps of it.
	pub async fn read(&self, state: &State) -> Result<Statement> {
		let key = (self.jurisdiction, self.twin, self.currency.id, self.period);
		state.view("Tax", "statement", key).await
	}
}

/// The currency that is named, else the only one that the jurisdiction accepts.
pub async fn the_currency(
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

/// Credit of a taxpayer.
pub async fn account(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	currency: CurrencyId,
) -> Result<Account> {
	state.view("Tax", "account", (jurisdiction, twin, currency)).await
}

/// Credit of a taxpayer as JSON.
pub fn account_json(currency: CurrencyId, account: &Account) -> Json {
	json!({
		"currency": currency,
		"credit": account.credit().to_string(),
		"pending": account.pending.to_string(),
		"arrears": account.arrears.to_string(),
		"credits": account.credits.iter().map(|(period, amount)| json!({
			"period": notation::period(*period),
			"amount": amount.to_string(),
		})).collect::<Json>(),
	})
}

/// The figures of a statement, by name.
pub fn statement_figures(statement: &Statement) -> [(&'static str, u128); 13] {
	let Statement {
		output,
		input,
		remitted,
		used,
		deferred,
		settled,
		taken_off,
		returned,
		reversed,
		refunded,
		charged,
		levies,
		withheld,
		..
	} = statement;
	[
		("output", *output),
		("input", *input),
		("remitted", *remitted),
		("used", *used),
		("deferred", *deferred),
		("settled", *settled),
		("takenOff", *taken_off),
		("returned", *returned),
		("reversed", *reversed),
		("refunded", *refunded),
		("charged", *charged),
		("levies", *levies),
		("withheld", *withheld),
	]
}

/// The figures of a treasury's book, by name.
pub fn book_figures(book: &TreasuryBook) -> [(&'static str, u128); 16] {
	let TreasuryBook {
		output,
		used,
		remitted,
		arrears,
		levies,
		withheld,
		made_good,
		gifts,
		refunds,
		sweeps,
		credited,
		returned,
		reversed,
		forfeited,
		credits,
		pending,
	} = book;
	[
		("output", *output),
		("used", *used),
		("remitted", *remitted),
		("arrears", *arrears),
		("levies", *levies),
		("withheld", *withheld),
		("madeGood", *made_good),
		("gifts", *gifts),
		("refunds", *refunds),
		("sweeps", *sweeps),
		("credited", *credited),
		("returned", *returned),
		("reversed", *reversed),
		("forfeited", *forfeited),
		("credits", *credits),
		("pending", *pending),
	]
}

/// Figures as JSON: decimal strings of minor units.
pub fn figures_json(figures: &[(&'static str, u128)]) -> Json {
	let fields = figures.iter().map(|(name, amount)| ((*name).into(), amount.to_string().into()));
	Json::Object(fields.collect())
}

/// Totals by code as JSON.
pub fn codes_json(totals: &[CodeTotal]) -> Json {
	let one = |it: &CodeTotal| {
		json!({
			"code": notation::code(it.code),
			"net": it.net.to_string(),
			"tax": it.tax.to_string(),
		})
	};
	totals.iter().map(one).collect()
}

/// A statement as JSON.
pub fn statement_json(key: &StatementKey, statement: &Statement) -> Json {
	let mut json = figures_json(&statement_figures(statement));
	json["jurisdiction"] = key.jurisdiction.into();
	json["twin"] = key.twin.into();
	json["currency"] = key.currency.id.into();
	json["period"] = notation::period(key.period).into();
	json["tips"] = statement.tips.to_string().into();
	json["sales"] = codes_json(&statement.sales);
	json["purchases"] = codes_json(&statement.purchases);
	json
}

/// A statement for people.
pub fn statement_text(key: &StatementKey, statement: &Statement) -> String {
	let head = output::fields([
		("statement", format!("of twin {} for {}", key.twin, notation::period(key.period))),
		("currency", key.currency.to_string()),
	]);
	let mut parts = vec![head];
	let totals = [("sales by code", &statement.sales), ("purchases by code", &statement.purchases)];
	for (title, totals) in totals.into_iter().filter(|(_, totals)| !totals.is_empty()) {
		let rows = totals.iter().map(|it| {
			let show = |amount| key.currency.show_signed(amount);
			[notation::code(it.code), show(it.net), show(it.tax)]
		});
		parts.push(output::table([title, "net", "tax"], rows));
	}
	let figures = statement_figures(statement);
	let explained = figures.iter().zip(STATEMENT_WORDS);
	let tips = key.currency.show_signed(statement.tips);
	let tips = ("tips", format!("{tips:>16}  untaxed, and no turnover"));
	let explained =
		explained.map(|((name, units), word)| (*name, padded(&key.currency, *units, word)));
	parts.push(output::fields([tips].into_iter().chain(explained)));
	parts.join("\n\n")
}

/// What the figures of a statement are.
const STATEMENT_WORDS: [&str; 13] = [
	"VAT on its sales, and booked under reverse charge",
	"VAT credited on its purchases",
	"VAT that went to the treasury, arrears included",
	"VAT that was set against its credit or its claims, arrears included",
	"VAT under reverse charge that became arrears",
	"arrears that were used or remitted",
	"output that returns within its invoices took off",
	"tax that credit notes gave back to it as credit",
	"input that credit notes took off it",
	"credit that was paid out, demurrage included",
	"demurrage of that",
	"levies on its sales",
	"withheld for its account",
];

/// What the figures of a treasury's book are.
const BOOK_WORDS: [&str; 16] = [
	"VAT that became due",
	"of it set against credit",
	"of it paid in",
	"of it owed by buyers under reverse charge",
	"levies paid in",
	"withholding paid in",
	"paid in for credit that was spent already",
	"given by anybody",
	"paid out as refunds",
	"taken out by the authority",
	"credited to buyers",
	"credited to sellers by credit notes",
	"taken off buyers by credit notes",
	"claimed and lost by assessment",
	"credit of all taxpayers now",
	"claims of all taxpayers now",
];

fn padded(currency: &Currency, units: u128, word: &str) -> String {
	format!("{:>16}  {word}", currency.show(units))
}

/// A treasury's book for people.
pub fn book_text(currency: &Currency, book: &TreasuryBook) -> String {
	let figures = book_figures(book);
	let explained = figures.iter().zip(BOOK_WORDS);
	output::fields(explained.map(|((name, units), word)| (*name, padded(currency, *units, word))))
}

/// `tax statement`.
pub async fn statement(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	twin: Option<&str>,
	currency: Option<&str>,
	period: Option<&str>,
) -> Result<()> {
	let state = ctx.state().await?;
	let key = StatementKey::find(ctx, &state, jurisdiction, twin, currency, period).await?;
	let statement = key.read(&state).await?;
	let mut json = statement_json(&key, &statement);
	json["block"] = state.block_json();
	ctx.out.print(&json, || statement_text(&key, &statement));
	Ok(())
}

/// A treasury in one currency.
pub async fn treasury(
	state: &State,
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
) -> Result<TreasuryInfo> {
	let found: Option<TreasuryInfo> =
		state.view("Tax", "treasury", (jurisdiction, currency)).await?;
	found.ok_or_else(|| no_jurisdiction(jurisdiction))
}

fn no_jurisdiction(id: JurisdictionId) -> Error {
	Error::not_found(format!("there is no jurisdiction {id}"))
}

/// A treasury in each of some currencies.
pub async fn treasuries(
	state: &State,
	jurisdiction: JurisdictionId,
	currency: Option<&str>,
) -> Result<Vec<(Currency, TreasuryInfo)>> {
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
		let treasury = treasury(state, jurisdiction, currency.id).await?;
		found.push((currency, treasury));
	}
	Ok(found)
}

/// A treasury as JSON.
pub fn treasury_json(currency: &Currency, treasury: &TreasuryInfo) -> Json {
	json!({
		"currency": currency.id,
		"balance": treasury.balance.to_string(),
		"reserved": treasury.reserved.to_string(),
		"free": treasury.free.to_string(),
		"book": figures_json(&book_figures(&treasury.book)),
	})
}

/// A treasury for people.
pub fn treasury_text(currency: &Currency, treasury: &TreasuryInfo) -> String {
	let show = |units| currency.show(units);
	let head = output::fields([
		("currency", currency.to_string()),
		("treasury", show(treasury.balance)),
		("reserved", format!("{} for credits, claims and corrections", show(treasury.reserved))),
		("free", format!("{} to sweep", show(treasury.free))),
	]);
	format!("{head}\n\n{}", book_text(currency, &treasury.book))
}

/// Treasuries for people. Those of which all is zero are only named, unless one was asked for.
fn treasuries_text(treasuries: &[(Currency, TreasuryInfo)], is_named: bool) -> String {
	let is_empty = |it: &TreasuryInfo| it.balance == 0 && it.book == TreasuryBook::default();
	let (empty, others): (Vec<_>, Vec<_>) =
		treasuries.iter().partition(|(_, it)| !is_named && is_empty(it));
	let texts = others.into_iter().map(|(currency, it)| treasury_text(currency, it));
	let mut texts: Vec<_> = texts.collect();
	if !empty.is_empty() {
		let names: Vec<_> = empty.iter().map(|(currency, _)| currency.to_string()).collect();
		texts.push(format!("Nothing yet in {}.", names.join(", ")));
	}
	texts.join("\n\n")
}

/// `tax totals`.
pub async fn totals(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: Option<&str>,
) -> Result<()> {
	let state = ctx.state().await?;
	let treasuries = treasuries(&state, jurisdiction, currency).await?;
	let json = json!({
		"jurisdiction": jurisdiction,
		"treasuries": treasuries.iter().map(|(it, info)| treasury_json(it, info)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || treasuries_text(&treasuries, currency.is_some()));
	Ok(())
}

/// `tax sweep`.
pub async fn sweep(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
	to: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	let treasury = treasury(&state, jurisdiction, currency.id).await?;
	if amount > treasury.free {
		return Err(Error::refused(format!(
			"of the {} in the treasury {} are reserved for credits, claims and corrections: up to {} \
			 can be swept",
			currency.show(treasury.balance),
			currency.show(treasury.reserved),
			currency.show(treasury.free)
		)));
	}
	let to = ctx.party(&state, to).await?;
	let is_pot: Option<()> = state.storage("Currencies", "Pots", (to.account,)).await?;
	if is_pot.is_some() {
		return Err(Error::input(format!(
			"{to} is a pot, such as a treasury or an escrow, whose books would know nothing of it"
		)));
	}
	let call = state.call("Tax", "sweep", (jurisdiction, currency.id, amount, to.account))?;
	let draft =
		Draft::new(call).effect(format!("the treasury sends {} to {to}", currency.show(amount)));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"currency": currency.id,
			"amount": amount.to_string(),
			"to": to.json(),
		}),
		[("swept", currency.show(amount)), ("to", to.to_string())],
	);
	Ok(())
}

/// `tax give`.
pub async fn give(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct GiftReceived {
		amount: u128,
	}
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	if !there.settings.currencies.contains(&currency.id) {
		return Err(Error::refused(format!(
			"{} doesn't accept {currency}, so nothing of it can be given",
			there.name()
		)));
	}
	let call = state.call("Tax", "give", (jurisdiction, currency.id, amount))?;
	let draft = Draft::new(call)
		.effect(format!(
			"the treasury of {} gets {}, as a gift",
			there.name(),
			currency.show(amount)
		))
		.spends(Kind::WithId(currency.id), amount);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let given: GiftReceived = done.expect("Tax", "GiftReceived")?;
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"currency": currency.id,
			"amount": given.amount.to_string(),
		}),
		[
			("given", currency.show(given.amount)),
			("to", format!("the treasury of {}", there.name())),
		],
	);
	Ok(())
}

/// `tax pay-arrears`.
pub async fn pay_arrears(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	twin: &str,
	currency: &str,
	amount: &str,
) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct ArrearsSettled {
		remitted: u128,
		left: u128,
	}
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let twin = twin::lookup(ctx, &state, twin).await?.number;
	let currency = Currency::find(&state, currency).await?;
	let arrears = account(&state, jurisdiction, twin, currency.id).await?.arrears;
	let amount = match amount {
		"all" => arrears,
		text => positive(&currency, text)?,
	};
	if amount == 0 || amount > arrears {
		return Err(Error::refused(format!(
			"twin {twin} owes {} of reverse charge to the treasury of {}{}",
			currency.show(arrears),
			there.name(),
			if arrears > 0 {
				format!(", so {} can't be paid", currency.show(amount))
			} else {
				"".into()
			}
		)));
	}
	let payer = ctx.own_party(&state).await?;
	Holding::read(&state, currency.id, payer.account)
		.await?
		.ensure_can_pay(&currency, &payer, amount)?;
	let call = state.call("Tax", "pay_arrears", (jurisdiction, twin, currency.id, amount))?;
	let left = arrears - amount;
	let draft = Draft::new(call)
		.spends(Kind::WithId(currency.id), amount)
		.effect(format!(
			"{payer} pays {} to the treasury of {}, of what twin {twin} owes of reverse charge",
			currency.show(amount),
			there.name()
		))
		.effect(match left {
			0 => format!(
				"twin {twin} owes nothing then: it can buy under reverse charge, and pay into escrow"
			),
			left => format!(
				"{} stay owed: until then nothing is sold to twin {twin} under reverse charge, and it \
				 pays nothing into escrow",
				currency.show(left)
			),
		});
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let settled: ArrearsSettled = done.expect("Tax", "ArrearsSettled")?;
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"twin": twin,
			"currency": currency.id,
			"paid": settled.remitted.to_string(),
			"arrears": settled.left.to_string(),
		}),
		[("paid", currency.show(settled.remitted)), ("still owed", currency.show(settled.left))],
	);
	Ok(())
}

/// An amount that isn't zero.
pub fn positive(currency: &Currency, text: &str) -> Result<u128> {
	match currency.parse(text)? {
		0 => Err(Error::input("the amount is zero")),
		units => Ok(units),
	}
}

#[cfg(test)]
#[path = "books_tests.rs"]
mod tests;
