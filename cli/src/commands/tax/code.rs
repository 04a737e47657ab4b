//! Codes and their rates: `tax code`, `tax rate` and `tax exchange-rate`.

use super::authority_state;
use crate::{commands::Context, output, output::report::Report};
use clap::{Args, Subcommand};
use ourledger_client::{
	money::{self, Currency},
	tax::{
		codes::{self, Code, KindName, RateFrom},
		today,
	},
	Result,
};
use ourledger_documents::{exchange_rate, on_chain};
use ourledger_primitives::tax::{JurisdictionId, TaxCode};
use serde_json::{json, Value as Json};

/// Commands on tax codes.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Add a code, as the authority. What it charges stays for ever; its rate can change.
	Add(AddArguments),
	/// All codes of a jurisdiction, and their rates of today.
	List {
		/// The jurisdiction's number.
		jurisdiction: u32,
	},
	/// A code, and its rates over time.
	Show {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The tax code's number.
		code: u16,
	},
	/// Choose the code by which tax is withheld of dividends, as the authority. It counts from then on.
	Dividends {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The number of a tax code of withholding, which has a rate today.
		#[arg(required_unless_present = "none")]
		code: Option<u16>,
		/// Withhold nothing.
		#[arg(long, conflicts_with = "code")]
		none: bool,
	},
}

/// Arguments of `tax code add`.
#[derive(Args, Debug)]
pub struct AddArguments {
	/// The jurisdiction's number.
	jurisdiction: u32,
	/// The tax code's number.
	code: u16,
	/// What people call it, up to 32 bytes.
	name: String,
	/// What it charges. The letters of VAT are those of EN 16931.
	#[arg(long, value_enum)]
	kind: KindName,
	/// Its rate: 15%, or of a levy per unit an amount such as 0.25.
	#[arg(long, required_if_eq_any([
		("kind", "vat-s"), ("kind", "vat-ae"), ("kind", "levy"), ("kind", "levy-per-unit"),
		("kind", "withholding"),
	]))]
	rate: Option<String>,
	/// The first day of the rate, as 2026-11-21; without it, today.
	#[arg(long, value_name = "DATE")]
	from: Option<String>,
	/// VAT is charged on the levy, too.
	#[arg(long)]
	in_vat_base: bool,
	/// The currency of a levy per unit.
	#[arg(long, required_if_eq("kind", "levy-per-unit"))]
	currency: Option<String>,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Add(arguments) => add(ctx, arguments).await,
		Command::List { jurisdiction } => list(ctx, jurisdiction).await,
		Command::Show { jurisdiction, code } => show(ctx, jurisdiction, code).await,
		Command::Dividends { jurisdiction, code, none: _ } => {
			dividends(ctx, jurisdiction, code).await
		},
	}
}

async fn add(ctx: &Context, arguments: AddArguments) -> Result<()> {
	let AddArguments { jurisdiction, code, name, rate, from, .. } = &arguments;
	let state = authority_state(ctx, *jurisdiction).await?;
	let currency = match &arguments.currency {
		Some(text) => Some(Currency::find(&state, text).await?.id),
		None => None,
	};
	let kind = arguments.kind.kind(arguments.in_vat_base, currency)?;
	let from = match from {
		Some(text) => money::parse_date(text)?,
		None => today(&state, *jurisdiction).await?,
	};
	let rate = RateFrom::parse(&state, &kind, rate.as_deref().unwrap_or("0"), from).await?;
	let draft = codes::add(&state, *jurisdiction, (*code, name), kind, &rate)?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("code", code)
		.line("code", format!("{code} ({name})"))
		.json("name", name)
		.field("kind", "kind", kind.name())
		.and(set(&rate));
	ctx.submit_telling(draft, |_| Ok(report)).await
}

/// A rate that was set.
fn set(rate: &RateFrom) -> Report {
	Report::new()
		.json("rate", rate.rate.to_string())
		.json("from", money::date(rate.from))
		.line("rate", rate.from_then_on())
}

async fn list(ctx: &Context, jurisdiction: JurisdictionId) -> Result<()> {
	let state = ctx.state().await?;
	let today = today(&state, jurisdiction).await?;
	let codes = Code::all(&state, jurisdiction).await?;
	let mut rows = Vec::new();
	for (number, code) in &codes {
		let rate = code.rate_text(&state, today).await?;
		rows.push([number.to_string(), code.name(), code.kind.name(), rate]);
	}
	let json = json!({
		"jurisdiction": jurisdiction,
		"today": money::date(today),
		"codes": codes.iter().map(|(number, it)| it.json(*number, today)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || output::table(["code", "name", "kind", "rate today"], rows));
	Ok(())
}

async fn show(ctx: &Context, jurisdiction: JurisdictionId, number: TaxCode) -> Result<()> {
	let state = ctx.state().await?;
	let today = today(&state, jurisdiction).await?;
	let code = Code::read(&state, jurisdiction, number).await?;
	let mut rates = Vec::new();
	for (from, rate) in &code.rates {
		rates.push(RateFrom::of(&state, &code.kind, *rate, *from).await?.from_then_on());
	}
	let in_base = code.kind.is_in_vat_base().then(|| ("", "VAT is charged on it".into()));
	let report = Report::new()
		.json_of(code.json(number, today))
		.line("code", format!("{number} ({})", code.name()))
		.line("kind", code.kind.name())
		.line("rate today", code.rate_text(&state, today).await?)
		.line("rates", rates.join("\n"))
		.lines(in_base)
		.json("jurisdiction", jurisdiction)
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

async fn dividends(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	code: Option<TaxCode>,
) -> Result<()> {
	let state = authority_state(ctx, jurisdiction).await?;
	let draft = codes::set_dividend_code(&state, jurisdiction, code).await?;
	let report = Report::new().json("jurisdiction", jurisdiction).json("dividendCode", code).line(
		"withheld",
		match code {
			Some(code) => format!("of dividends, by the code {code}"),
			None => "nothing of dividends".into(),
		},
	);
	ctx.submit_telling(draft, |_| Ok(report)).await
}

/// `tax rate set`.
pub async fn set_rate(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	number: TaxCode,
	rate: &str,
	from: &str,
) -> Result<()> {
	let from = money::parse_date(from)?;
	let state = authority_state(ctx, jurisdiction).await?;
	let (draft, code, rate) = codes::set_rate(&state, jurisdiction, number, rate, from).await?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("code", number)
		.line("code", format!("{number} ({})", code.name()))
		.and(set(&rate));
	ctx.submit_telling(draft, |_| Ok(report)).await
}

/// `tax exchange-rate publish`.
pub async fn publish(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	rate: &str,
) -> Result<()> {
	let whole = exchange_rate::parse(rate)?;
	let state = authority_state(ctx, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let (draft, rate) =
		on_chain::exchange_rate::publish(&state, jurisdiction, &currency, whole).await?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("currency", currency.id)
		.json("numerator", rate.numerator)
		.json("denominator", rate.denominator)
		.field("example", "rate", rate.text);
	ctx.submit_telling(draft, |_| Ok(report)).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::ValueEnum;

	#[test]
	fn kinds_of_the_command_line_have_the_chains_names() {
		for kind in KindName::value_variants() {
			let currency = (*kind == KindName::LevyPerUnit).then_some(3);
			let meant = kind.kind(false, currency).expect("is valid");
			let name = kind.to_possible_value().expect("has a name").get_name().to_owned();
			assert_eq!(meant.name(), name);
		}
	}
}
