//! Jurisdictions: `tax jurisdiction create`, `amend`, `show`, `list` and `example`.

use super::{
	root::{self, Outcome},
	settings,
};
use crate::{commands::Context, output};
use clap::Subcommand;
use ourledger_client::tax::{today, Jurisdiction, Settings};
use ourledger_client::{
	call::Call,
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
	texts,
};
use ourledger_primitives::tax::JurisdictionId;
use serde_json::{json, Value as Json};
use std::path::PathBuf;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Longest name of a jurisdiction, in bytes.
const MAX_NAME: usize = 64;

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
		Command::Create { name, settings, print } => {
			if name.is_empty() || name.len() > MAX_NAME {
				return Err(Error::input(format!(
					"the name {name:?} has {} bytes, not 1 to {MAX_NAME}",
					name.len()
				)));
			}
			texts::ensure_name(&name)?;
			let state = ctx.state().await?;
			let settings = settings::read(&state, &settings).await?;
			let call = state.call("Tax", "create_jurisdiction", (name.into_bytes(), settings))?;
			create(ctx, &state, &call, print).await
		},
		Command::Amend { jurisdiction, settings, print } => {
			let state = ctx.state().await?;
			Jurisdiction::read(&state, jurisdiction).await?;
			let settings = settings::read(&state, &settings).await?;
			amend(ctx, &state, jurisdiction, settings, print).await
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

async fn create(ctx: &Context, state: &State, call: &Call, print: bool) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct JurisdictionCreated {
		jurisdiction: JurisdictionId,
		treasury: AccountId32,
	}
	if print {
		root::print(ctx, state, call);
		return Ok(());
	}
	let Some(outcome) = root::propose(ctx, state, call).await? else {
		return Ok(());
	};
	let created: Option<JurisdictionCreated> = match &outcome.ran {
		Some(ran) => Some(ran.expect("Tax", "JurisdictionCreated")?),
		None => None,
	};
	let mut lines = Vec::new();
	if let Some(created) = &created {
		lines.push(("jurisdiction", created.jurisdiction.to_string()));
		lines.push(("treasury", created.treasury.to_string()));
	}
	report(ctx, outcome, created.map(|created| created.jurisdiction), lines);
	Ok(())
}

async fn amend(
	ctx: &Context,
	state: &State,
	jurisdiction: JurisdictionId,
	settings: Settings,
	print: bool,
) -> Result<()> {
	let call = state.call("Tax", "amend_jurisdiction", (jurisdiction, settings))?;
	if print {
		root::print(ctx, state, &call);
		return Ok(());
	}
	if let Some(outcome) = root::propose(ctx, state, &call).await? {
		let lines = vec![("jurisdiction", jurisdiction.to_string())];
		report(ctx, outcome, Some(jurisdiction), lines);
	}
	Ok(())
}

fn report(
	ctx: &Context,
	outcome: Outcome,
	jurisdiction: Option<JurisdictionId>,
	mut lines: Vec<(&'static str, String)>,
) {
	let Outcome { done, proposed, ran } = outcome;
	let mut json = proposed.json();
	json["jurisdiction"] = jurisdiction.into();
	json["ranAt"] = ran.as_ref().map(|ran| ran.block).into();
	lines.push(match &ran {
		Some(ran) => ("ran", format!("in block {}", ran.block)),
		None => ("motion", proposed.text()),
	});
	ctx.out.done(&done, json, lines);
}

async fn show(ctx: &Context, id: JurisdictionId) -> Result<()> {
	let state = ctx.state().await?;
	let jurisdiction = Jurisdiction::read(&state, id).await?;
	let today = today(&state, id).await?;
	let settings = &jurisdiction.settings;
	let mut currencies = Vec::new();
	for currency in settings.currencies.iter().chain(settings.thresholds.iter().map(|(id, _)| id)) {
		currencies.push(Currency::read(&state, *currency).await?);
	}
	let mut json = settings::jurisdiction_json(id, &jurisdiction);
	json["today"] = money::date(today).into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = vec![
			("jurisdiction", id.to_string()),
			("name", jurisdiction.name()),
			("treasury", jurisdiction.treasury.to_string()),
			("today", money::date(today)),
		];
		lines.extend(settings::lines(settings, &currencies));
		output::fields(lines)
	});
	Ok(())
}

async fn list(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let all = Jurisdiction::all(&state).await?;
	let jurisdictions = all.iter().map(|(id, it)| settings::jurisdiction_json(*id, it));
	let json = json!({
		"jurisdictions": jurisdictions.collect::<Json>(),
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
