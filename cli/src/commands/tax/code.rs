//! Codes and their rates: `tax code`, `tax rate` and `tax exchange-rate`.

use super::ensure_authority;
use crate::{commands::Context, output};
use clap::{Args, Subcommand, ValueEnum};
use ourledger_client::tax::{notation, today, Code, Jurisdiction, TaxKind, VatCategory};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
	submit::Draft,
	texts,
};
use ourledger_documents::iso;
use ourledger_primitives::{
	money::Day,
	tax::{JurisdictionId, TaxCode},
};
use serde_json::{json, Value as Json};

/// Whole units that a rate of exchange is shown for, besides one.
const EXAMPLE_UNITS: u32 = 1_000;

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
}

/// What a code charges, on the command line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum KindName {
	/// Value-added tax at the code's rate.
	VatS,
	/// Value-added tax, at zero.
	VatZ,
	/// Exempt from value-added tax.
	VatE,
	/// Reverse charge: the buyer books the tax.
	VatAe,
	/// Export.
	VatG,
	/// Out of scope of value-added tax.
	VatO,
	/// A levy on the net.
	Levy,
	/// A levy per unit.
	LevyPerUnit,
	/// Kept back by the payer for the seller's account.
	Withholding,
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

impl AddArguments {
	/// What the code charges; `currency` is the one that is named.
	fn kind(&self, currency: Option<&Currency>) -> Result<TaxKind> {
		let in_vat_base = self.in_vat_base;
		let is_levy = matches!(self.kind, KindName::Levy | KindName::LevyPerUnit);
		if in_vat_base && !is_levy {
			return Err(Error::usage("--in-vat-base is for levies only"));
		}
		if currency.is_some() && self.kind != KindName::LevyPerUnit {
			return Err(Error::usage("--currency is for levies per unit only"));
		}
		Ok(match (self.kind, currency) {
			(KindName::VatS, _) => TaxKind::Vat(VatCategory::Standard),
			(KindName::VatZ, _) => TaxKind::Vat(VatCategory::Zero),
			(KindName::VatE, _) => TaxKind::Vat(VatCategory::Exempt),
			(KindName::VatAe, _) => TaxKind::Vat(VatCategory::ReverseCharge),
			(KindName::VatG, _) => TaxKind::Vat(VatCategory::Export),
			(KindName::VatO, _) => TaxKind::Vat(VatCategory::OutOfScope),
			(KindName::Levy, _) => TaxKind::LevyOnNet { in_vat_base },
			(KindName::LevyPerUnit, Some(currency)) => {
				TaxKind::LevyPerUnit { in_vat_base, currency: currency.id }
			},
			(KindName::LevyPerUnit, None) => {
				return Err(Error::usage("a levy per unit needs its --currency"))
			},
			(KindName::Withholding, _) => TaxKind::Withholding,
		})
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Add(arguments) => add(ctx, arguments).await,
		Command::List { jurisdiction } => list(ctx, jurisdiction).await,
		Command::Show { jurisdiction, code } => show(ctx, jurisdiction, code).await,
	}
}

async fn add(ctx: &Context, arguments: AddArguments) -> Result<()> {
	texts::ensure_name(&arguments.name)?;
	let state = ctx.state().await?;
	let AddArguments { jurisdiction, code, name, rate, from, .. } = &arguments;
	ensure_authority(ctx, &state, *jurisdiction).await?;
	let currency = match &arguments.currency {
		Some(text) => Some(Currency::find(&state, text).await?),
		None => None,
	};
	let kind = arguments.kind(currency.as_ref())?;
	let rate = notation::parse_rate(&state, &kind, rate.as_deref().unwrap_or("0")).await?;
	let from = match from {
		Some(text) => money::parse_date(text)?,
		None => today(&state, *jurisdiction).await?,
	};
	let values = (*jurisdiction, *code, name.as_bytes().to_vec(), kind, from, rate);
	let call = state.call("Tax", "set_code", values)?;
	let text = notation::rate(&state, &kind, rate).await?;
	let draft = Draft::new(call).effect(format!(
		"jurisdiction {jurisdiction} has the code {code} ({name}), {}, at {text} from {} on",
		kind.name(),
		money::date(from)
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"code": code,
			"name": name,
			"kind": kind.name(),
			"rate": rate.to_string(),
			"from": money::date(from),
		}),
		[
			("code", format!("{code} ({name})")),
			("kind", kind.name()),
			("rate", format!("{text} from {} on", money::date(from))),
		],
	);
	Ok(())
}

fn code_json(code: TaxCode, it: &Code, today: Day) -> Json {
	json!({
		"code": code,
		"name": it.name(),
		"kind": it.kind.name(),
		"inVatBase": it.kind.is_in_vat_base(),
		"currency": match it.kind {
			TaxKind::LevyPerUnit { currency, .. } => Some(currency),
			_ => None,
		},
		"rateToday": it.rate_on(today).map(|rate| rate.to_string()),
		"rates": it.rates.iter().map(|(from, rate)| json!({
			"from": money::date(*from),
			"rate": rate.to_string(),
		})).collect::<Json>(),
	})
}

async fn rate_text(state: &State, code: &Code, day: Day) -> Result<String> {
	match code.rate_on(day) {
		Some(rate) => notation::rate(state, &code.kind, rate).await,
		None => Ok("none yet".into()),
	}
}

async fn list(ctx: &Context, jurisdiction: JurisdictionId) -> Result<()> {
	let state = ctx.state().await?;
	let today = today(&state, jurisdiction).await?;
	let codes: Vec<(TaxCode, Code)> = state.view("Tax", "codes", (jurisdiction,)).await?;
	let mut rows = Vec::new();
	for (number, code) in &codes {
		let rate = rate_text(&state, code, today).await?;
		rows.push([number.to_string(), code.name(), code.kind.name(), rate]);
	}
	let json = json!({
		"jurisdiction": jurisdiction,
		"today": money::date(today),
		"codes": codes.iter().map(|(number, it)| code_json(*number, it, today)).collect::<Json>(),
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
		let rate = notation::rate(&state, &code.kind, *rate).await?;
		rates.push(format!("{rate} from {} on", money::date(*from)));
	}
	let now = rate_text(&state, &code, today).await?;
	let mut json = code_json(number, &code, today);
	json["jurisdiction"] = jurisdiction.into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = vec![
			("code", format!("{number} ({})", code.name())),
			("kind", code.kind.name()),
			("rate today", now),
			("rates", rates.join("\n")),
		];
		if code.kind.is_in_vat_base() {
			lines.push(("", "VAT is charged on it".into()));
		}
		output::fields(lines)
	});
	Ok(())
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
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, jurisdiction).await?;
	let today = today(&state, jurisdiction).await?;
	if from <= today {
		return Err(Error::input(format!(
			"a rate holds from a day to come on, not from {}: there it is {} today",
			money::date(from),
			money::date(today)
		)));
	}
	let code = Code::read(&state, jurisdiction, number).await?;
	let rate = notation::parse_rate(&state, &code.kind, rate).await?;
	let text = notation::rate(&state, &code.kind, rate).await?;
	let call = state.call("Tax", "set_rate", (jurisdiction, number, from, rate))?;
	let draft = Draft::new(call).effect(format!(
		"the code {number} ({}) is {text} from {} on; until then, {}",
		code.name(),
		money::date(from),
		rate_text(&state, &code, from - 1).await?
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"code": number,
			"rate": rate.to_string(),
			"from": money::date(from),
		}),
		[
			("code", format!("{number} ({})", code.name())),
			("rate", format!("{text} from {} on", money::date(from))),
		],
	);
	Ok(())
}

/// `tax exchange-rate publish`.
pub async fn publish(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	rate: &str,
) -> Result<()> {
	let whole = fraction(rate)?;
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let settings = Jurisdiction::read(&state, jurisdiction).await?.settings;
	let reporting = String::from_utf8_lossy(&settings.reporting).into_owned();
	let (numerator, denominator) = iso::minor_rate(whole, currency.decimals, &reporting)?;
	let call =
		state.call("Tax", "publish_rate", (jurisdiction, currency.id, numerator, denominator))?;
	let text = example(&currency, &reporting, (numerator, denominator))?;
	let draft = Draft::new(call)
		.effect(format!("{text}, on invoices from now on; older ones keep their rate"));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"currency": currency.id,
			"numerator": numerator,
			"denominator": denominator,
			"example": text,
		}),
		[("rate", text.clone())],
	);
	Ok(())
}

/// What a rate of minor units comes to, in whole ones.
fn example(currency: &Currency, reporting: &str, rate: (u64, u64)) -> Result<String> {
	let parts: [Result<_>; 2] = [1, EXAMPLE_UNITS].map(|whole| {
		let units = currency.parse(&whole.to_string())?;
		let worth = iso::in_reporting(units, reporting, rate)?;
		Ok(format!("{} {} worth {worth} {reporting}", currency.show(units), verb(whole)))
	});
	let [one, many] = parts;
	Ok(format!("{}, and {}", one?, many?))
}

fn verb(whole: u32) -> &'static str {
	if whole == 1 {
		"is"
	} else {
		"are"
	}
}

/// A rate of exchange as a fraction: "3/4", or a decimal such as "0.75".
fn fraction(text: &str) -> Result<(u64, u64)> {
	let not_valid = || {
		Error::input(format!("{text:?} is not a rate of exchange such as 0.75 or 3/4, above zero"))
	};
	let whole = |text: &str| {
		let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
		if is_number {
			text.parse::<u64>().ok()
		} else {
			None
		}
	};
	let (numerator, denominator) = match text.trim().split_once('/') {
		Some((over, under)) => (whole(over), whole(under)),
		None => {
			let (units, places) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
			let digits = if units.is_empty() { None } else { whole(&format!("{units}{places}")) };
			(digits, u32::try_from(places.len()).ok().and_then(|it| 10u64.checked_pow(it)))
		},
	};
	match (numerator, denominator) {
		(Some(numerator), Some(denominator)) if numerator > 0 && denominator > 0 => {
			Ok((numerator, denominator))
		},
		_ => Err(not_valid()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn arguments(kind: KindName) -> AddArguments {
		AddArguments {
			jurisdiction: 0,
			code: 1,
			name: "VAT".into(),
			kind,
			rate: None,
			from: None,
			in_vat_base: false,
			currency: None,
		}
	}

	#[test]
	fn kinds_of_the_command_line_have_the_chains_names() {
		let shilling = money::example(3, "TSH");
		for kind in KindName::value_variants() {
			let currency = (*kind == KindName::LevyPerUnit).then_some(&shilling);
			let meant = arguments(*kind).kind(currency).expect("is valid");
			let name = kind.to_possible_value().expect("has a name").get_name().to_owned();
			assert_eq!(meant.name(), name);
		}
	}

	#[test]
	fn options_are_for_their_kinds_only() {
		let shilling = money::example(3, "TSH");
		assert!(arguments(KindName::LevyPerUnit).kind(None).is_err());
		assert!(arguments(KindName::VatS).kind(Some(&shilling)).is_err());
		let levied = |kind| AddArguments { in_vat_base: true, ..arguments(kind) };
		assert!(levied(KindName::VatS).kind(None).is_err());
		let levy = levied(KindName::Levy).kind(None).expect("is valid");
		assert_eq!(levy, TaxKind::LevyOnNet { in_vat_base: true });
	}

	#[test]
	fn published_rate_is_shown_in_whole_units() {
		let shilling = money::example(3, "TSH");
		let text = |rate: &str, code: &str| {
			let rate = fraction(rate).expect("is one");
			let rate = iso::minor_rate(rate, shilling.decimals, code).expect("fits");
			example(&shilling, code, rate).expect("fits")
		};
		let dinars = "1.00 TSH is worth 0.333 KWD, and 1000.00 TSH are worth 333.300 KWD";
		assert_eq!(text("0.3333", "KWD"), dinars);
		let yen = "1.00 TSH is worth 2 JPY, and 1000.00 TSH are worth 1500 JPY";
		assert_eq!(text("1.5", "JPY"), yen);
	}

	#[test]
	fn rates_of_exchange_are_fractions() {
		for (text, rate) in
			[("3/4", (3, 4)), ("0.75", (75, 100)), ("1", (1, 1)), (" 12.5 ", (125, 10))]
		{
			assert_eq!(fraction(text), Ok(rate), "{text}");
		}
		for text in ["", "0", "0.0", "1/0", "0/1", "-1", "1/2/3", ".5", "1e3", "a"] {
			assert!(fraction(text).is_err(), "{text}");
		}
	}
}
