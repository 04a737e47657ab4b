//! Jurisdictions: `tax jurisdiction create`, `amend`, `show`, `list` and `example`.

use super::root;
use crate::{commands::Context, output, output::report::Report};
use clap::Subcommand;
use ourledger_client::{
	money::{self, Currency},
	tax::{
		clock, codes,
		jurisdictions::{self, Jurisdiction, JurisdictionCreated},
		notation::percent,
		settings, today, Settings,
	},
	Result,
};
use ourledger_primitives::tax::JurisdictionId;
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};

/// Commands on jurisdictions.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make a jurisdiction: a Root call, which the council decides about.
	///
	/// As a member of the council this proposes the motion; then it takes its way as any other. In
	/// a council of one that is all, and the command waits until the jurisdiction is there.
	Create {
		/// What people call it, up to 64 bytes.
		name: String,
		/// File of its settings; "tax jurisdiction example" prints one.
		#[arg(long, value_name = "FILE")]
		settings: PathBuf,
		/// Only print the call, for somebody else to propose.
		#[arg(long)]
		print: bool,
	},
	/// Replace a jurisdiction's settings: a Root call, too.
	Amend {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// File of all of its settings.
		#[arg(long, value_name = "FILE")]
		settings: PathBuf,
		/// Only print the call, for somebody else to propose.
		#[arg(long)]
		print: bool,
	},
	/// Everything about a jurisdiction.
	Show {
		/// The jurisdiction's number.
		jurisdiction: u32,
	},
	/// All jurisdictions.
	List,
	/// Print a file of settings to begin with. What its fields mean goes to standard error.
	Example,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Create { name, settings, print } => create(ctx, &name, &settings, print).await,
		Command::Amend { jurisdiction, settings, print } => {
			amend(ctx, jurisdiction, &settings, print).await
		},
		Command::Show { jurisdiction } => show(ctx, jurisdiction).await,
		Command::List => list(ctx).await,
		Command::Example => {
			ctx.out.notice(settings::EXPLANATION);
			let example: Json =
				serde_json::from_str(settings::EXAMPLE).expect("a test reads it; qed");
			ctx.out.print(&example, || settings::EXAMPLE.into());
			Ok(())
		},
	}
}

async fn create(ctx: &Context, name: &str, settings: &Path, print: bool) -> Result<()> {
	jurisdictions::ensure_name(name)?;
	let state = ctx.state().await?;
	let settings = settings::read(&state, settings).await?;
	let call = jurisdictions::create(&state, name, &settings)?;
	let Some(outcome) = root::propose(ctx, &state, &call, print).await? else {
		return Ok(());
	};
	let report = match &outcome.ran {
		Some(ran) => {
			let created: JurisdictionCreated = ran.expect("Tax", "JurisdictionCreated")?;
			Report::new()
				.field("jurisdiction", "jurisdiction", created.jurisdiction)
				.line("treasury", created.treasury)
		},
		None => Report::new().json("jurisdiction", Json::Null),
	};
	ctx.out.told(&outcome.done, outcome.report(report));
	Ok(())
}

async fn amend(ctx: &Context, id: JurisdictionId, settings: &Path, print: bool) -> Result<()> {
	let state = ctx.state().await?;
	Jurisdiction::read(&state, id).await?;
	let settings = settings::read(&state, settings).await?;
	let call = jurisdictions::amend(&state, id, &settings)?;
	if let Some(outcome) = root::propose(ctx, &state, &call, print).await? {
		let report = Report::new().field("jurisdiction", "jurisdiction", id);
		ctx.out.told(&outcome.done, outcome.report(report));
	}
	Ok(())
}

async fn show(ctx: &Context, id: JurisdictionId) -> Result<()> {
	let state = ctx.state().await?;
	let jurisdiction = Jurisdiction::read(&state, id).await?;
	let day = today(&state, id).await?;
	let settings = &jurisdiction.settings;
	let mut currencies = Vec::new();
	for currency in settings.currencies.iter().chain(settings.thresholds.iter().map(|(id, _)| id)) {
		currencies.push(Currency::read(&state, *currency).await?);
	}
	let dividends = codes::of_dividends(&state, id).await?;
	let withheld = match &dividends {
		Some((number, code)) => {
			let rate = code.rate_text(&state, day).await?;
			format!("{rate} withheld, by the code {number} ({})", code.name())
		},
		None => "nothing withheld".into(),
	};
	let report = Report::new()
		.json_of(jurisdiction.json(id))
		.line("jurisdiction", id)
		.line("name", jurisdiction.name())
		.line("treasury", jurisdiction.treasury)
		.field("today", "today", money::date(day))
		.lines(lines(settings, &currencies))
		.json("dividendCode", dividends.map(|(number, _)| number))
		.line("dividends", withheld)
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

/// Settings for people. `currencies` are those that they name.
fn lines(settings: &Settings, currencies: &[Currency]) -> Vec<(&'static str, String)> {
	let find = |id: u32| currencies.iter().find(|currency| currency.id == id);
	let amount = |id: u32, units: u128| match find(id) {
		Some(currency) => currency.show(units),
		None => format!("{units} minor units of currency {id}"),
	};
	let listed = |items: Vec<String>| match items.is_empty() {
		true => "none".to_owned(),
		false => items.join(", "),
	};
	let auditors = settings.auditors.iter().map(|twin| format!("twin {twin}")).collect();
	let accepted = settings.currencies.iter();
	let accepted = accepted.map(|id| find(*id).map_or(id.to_string(), Currency::label)).collect();
	let caps = settings.refund_caps.iter();
	let caps = caps.map(|cap| format!("{} whole units after {} days", cap.cap, cap.age_days));
	let thresholds = settings.thresholds.iter().map(|(id, units)| amount(*id, *units)).collect();
	vec![
		("authority", format!("twin {}", settings.authority)),
		("auditors", listed(auditors)),
		("currencies", listed(accepted)),
		("reports in", settings.reporting()),
		("clock", clock::text(&settings.clock)),
		("rounding", format!("per {}", settings.rounding.name())),
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

async fn list(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let all = Jurisdiction::all(&state).await?;
	let json = json!({
		"jurisdictions": all.iter().map(|(id, it)| it.json(*id)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		output::table(
			["jurisdiction", "name", "authority", "treasury"],
			all.iter().map(|(id, it)| {
				let authority = format!("twin {}", it.settings.authority);
				[id.to_string(), it.name(), authority, it.treasury.to_string()]
			}),
		)
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn settings_are_shown_with_symbols() {
		let lines = lines(&settings::example(), &[money::example(3, "TSH")]);
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
}
