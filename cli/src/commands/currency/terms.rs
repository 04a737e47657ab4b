//! Currencies and their terms: `currency create`, `show`, `list` and `amend`.

use super::{issued, named};
use crate::{
	commands::Context,
	output::report::{self, Report},
};
use clap::Args;
use ourledger_client::{
	amount,
	money::{
		self,
		terms::{self, Amendment, NewCurrency, TermsAnnounced},
		Access, Currency, Supply, Terms,
	},
	Result,
};
use ourledger_primitives::money::CurrencyId;
use serde_json::json;

/// Arguments of `currency create`.
#[derive(Args, Debug)]
pub struct CreateArguments {
	/// What it is called, up to 50 bytes.
	name: String,
	/// A short name, 2 to 12 capitals and digits. Another currency may have the same.
	symbol: String,
	/// Places after the decimal point, up to 3. They stay for ever.
	#[arg(long, value_name = "PLACES", default_value_t = 2)]
	decimals: u8,
	/// The most that may be issued, as 10000.
	#[arg(long, value_name = "AMOUNT", required_unless_present = "mutual_credit")]
	cap: Option<String>,
	/// Members make it when they pay more than they have, instead of the issuer.
	#[arg(long, conflicts_with = "cap")]
	mutual_credit: bool,
	/// Who may hold the currency.
	#[arg(long, value_enum, default_value = "open")]
	access: Access,
	/// Let businesses of the jurisdiction be paid by invoice only.
	#[arg(long, requires = "jurisdiction")]
	invoice_only: bool,
	/// What it loses each day, in percent, as 0.02.
	#[arg(long, value_name = "PERCENT", default_value = "0")]
	demurrage: String,
	/// Days between announcing other terms and their holding. They stay for ever.
	#[arg(long, value_name = "DAYS", default_value_t = 30)]
	notice: u16,
	/// The jurisdiction whose authority may freeze accounts in it.
	#[arg(long, value_name = "ID")]
	jurisdiction: Option<u32>,
}

impl CreateArguments {
	/// The currency that these arguments mean.
	fn currency(self) -> Result<NewCurrency> {
		let supply = match &self.cap {
			Some(cap) => {
				Supply::Issued { cap: amount::decimal(cap, cap.trim(), self.decimals.into())? }
			},
			None => Supply::MutualCredit,
		};
		Ok(NewCurrency {
			terms: Terms {
				supply,
				access: self.access,
				invoice_only: self.invoice_only,
				demurrage: money::parse_percent(&self.demurrage)?,
			},
			name: self.name,
			symbol: self.symbol,
			decimals: self.decimals,
			jurisdiction: self.jurisdiction,
			notice_days: self.notice,
		})
	}
}

/// Arguments of `currency amend`.
#[derive(Args, Debug)]
pub struct AmendArguments {
	/// The currency, by id or symbol.
	currency: String,
	/// The most that may be issued from then on.
	#[arg(long, value_name = "AMOUNT")]
	cap: Option<String>,
	/// Who may hold the currency.
	#[arg(long, value_enum)]
	access: Option<Access>,
	/// Whether businesses are paid by invoice only.
	#[arg(long, value_name = "true|false")]
	invoice_only: Option<bool>,
	/// What it loses each day, in percent, as 0.02.
	#[arg(long, value_name = "PERCENT")]
	demurrage: Option<String>,
}

/// `currency create`.
pub async fn create(ctx: &Context, arguments: CreateArguments) -> Result<()> {
	let new = arguments.currency()?;
	let state = ctx.state().await?;
	ctx.submit_telling(terms::create(&state, &new).await?, |done| {
		let currency = new.made(done.expect("Currencies", "CurrencyCreated")?);
		Ok(Report::new()
			.json_of(currency.json())
			.line("currency", currency.label())
			.line("issuer", format!("twin {}", currency.issuer))
			.line("terms", currency.terms_text(&currency.terms))
			.line("pot", currency.pot))
	})
	.await
}

/// `currency show`.
pub async fn show(ctx: &Context, text: &str) -> Result<()> {
	let (state, currency) = named(ctx, text).await?;
	let set_aside = currency.amount(currency.set_aside(&state).await?);
	let mut report = report_of(&currency).json("setAside", &set_aside);
	if !set_aside.is_zero() {
		report =
			report.line("set aside", format!("{set_aside}, for accounts that couldn't hold them"));
	}
	ctx.out.show(&report.json("block", state.block_json()));
	Ok(())
}

fn report_of(currency: &Currency) -> Report {
	let mut report = Report::new()
		.json_of(currency.json())
		.line("currency", currency.label())
		.line("name", &currency.name)
		.line("issuer", format!("twin {}", currency.issuer))
		.line("decimals", currency.decimals)
		.line("terms", currency.terms_text(&currency.terms));
	if let Some((terms, day)) = &currency.pending {
		report = report
			.line("announced", currency.terms_text(terms))
			.line("holds from", money::midnight(*day));
	}
	report = report
		.line("notice", format!("{} days", currency.notice_days))
		.lines(currency.jurisdiction.map(|id| ("jurisdiction", id.to_string())))
		.line("supply", currency.show(currency.supply));
	if currency.terms.is_mutual_credit() {
		report = report.line("owed", currency.show(currency.debts));
	}
	report.line("pot", currency.pot)
}

/// `currency list`.
pub async fn list(ctx: &Context, from: CurrencyId, limit: usize) -> Result<()> {
	let state = ctx.state().await?;
	let count = Currency::next(&state).await?;
	let currencies = Currency::list(&state, from, limit).await?;
	let next = currencies.last().and_then(|last| last.id.checked_add(1));
	let next = next.filter(|next| *next < count);
	let rows = currencies.iter().map(|currency| {
		Report::new()
			.json_of(currency.json())
			.line("currency", currency.id)
			.line("symbol", &currency.symbol)
			.line("name", &currency.name)
			.line("issuer", format!("twin {}", currency.issuer))
			.line("supply", currency.show(currency.supply))
			.line("terms", currency.terms_text(&currency.terms))
	});
	let rows: Vec<_> = rows.collect();
	let block = state.block_json();
	let json = json!({ "currencies": report::list(&rows), "next": next, "block": block });
	ctx.out.print(&json, || match next {
		_ if rows.is_empty() => "There are no such currencies.".into(),
		Some(next) => format!("{}\n\n--from {next} goes on.", report::table(&rows)),
		None => report::table(&rows),
	});
	Ok(())
}

/// `currency amend`.
pub async fn amend(ctx: &Context, arguments: AmendArguments) -> Result<()> {
	let (state, currency) = issued(ctx, &arguments.currency).await?;
	let amendment = Amendment {
		cap: arguments.cap.map(|cap| currency.parse(&cap)).transpose()?,
		access: arguments.access,
		invoice_only: arguments.invoice_only,
		demurrage: arguments.demurrage.map(|text| money::parse_percent(&text)).transpose()?,
	};
	let terms = amendment.of(&currency);
	let draft = terms::amend(&state, &currency, terms).await?;
	ctx.submit_telling(draft, |done| {
		let TermsAnnounced { effective } = done.expect("Currencies", "TermsAnnounced")?;
		let currency = Currency { pending: Some((terms, effective)), ..currency };
		Ok(Report::new()
			.json_of(currency.json())
			.line("currency", currency.label())
			.line("announced", currency.terms_text(&terms))
			.line("holds from", money::midnight(effective)))
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn new_terms_are_those_of_the_arguments() {
		let terms = |cap: Option<&str>, access| {
			let arguments = CreateArguments {
				name: "Town shilling".into(),
				symbol: "TSH".into(),
				decimals: 2,
				cap: cap.map(str::to_owned),
				mutual_credit: cap.is_none(),
				access,
				invoice_only: false,
				demurrage: "0.02".into(),
				notice: 30,
				jurisdiction: None,
			};
			arguments.currency().map(|new| new.terms)
		};
		let issued = terms(Some("10000"), Access::Open).expect("is valid");
		assert_eq!(issued.supply, Supply::Issued { cap: 1_000_000 });
		assert_eq!((issued.access, issued.demurrage), (Access::Open, 200));
		let credit = terms(None, Access::Members).expect("is valid");
		assert_eq!((credit.supply, credit.access), (Supply::MutualCredit, Access::Members));
		assert!(terms(Some("0.001"), Access::Open).is_err());
	}

	#[test]
	fn what_is_owed_is_shown_of_mutual_credit_alone() {
		let mut currency = money::example(1, "TSH");
		let shows_debts = |currency: &Currency| report_of(currency).to_text().contains("\nowed ");
		assert!(!shows_debts(&currency));
		currency.terms.supply = Supply::MutualCredit;
		assert!(shows_debts(&currency));
	}
}
