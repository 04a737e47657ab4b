//! How a twin begins and ends: `twin register`, `permit`, `register-for` and `deactivate`.

use super::profile;
use crate::{ask, commands::Context, output, output::report::Report};
use clap::{Args, ValueEnum};
use ourledger_client::{
	amount::{self, Amount},
	bounded,
	did::Did,
	keys::KeyRef,
	new_file,
	ticks::{self, Clock},
	twin::{
		permit::{self, Permit, Terms},
		registration::{self, TwinRegistered},
		Kind,
	},
	Error, Result,
};
use std::{
	io,
	path::{Path, PathBuf},
};

/// Stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Arguments of `twin register`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// What the twin is.
	#[arg(value_enum)]
	kind: Kind,
	/// What people see. Not unique: the unique name is claimed with "twin name".
	name: String,
	/// Country, two letters as in ISO 3166.
	#[arg(long, value_name = "BE")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash.
	#[arg(long, value_name = "FILE")]
	logo: Option<PathBuf>,
	/// Make the key itself the controller, for ever: if it is lost, so is the twin.
	#[arg(long)]
	own_key: bool,
	/// Send the new controller so much OUR, in a second transaction.
	#[arg(long, value_name = "AMOUNT", conflicts_with = "own_key")]
	fund: Option<String>,
}

/// Arguments of `twin permit`.
#[derive(Args, Debug)]
pub struct PermitArguments {
	/// What the twin is.
	#[arg(value_enum)]
	kind: Kind,
	/// The name that people see.
	name: String,
	/// Country, two letters as in ISO 3166.
	#[arg(long, value_name = "BE")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash.
	#[arg(long, value_name = "FILE")]
	logo: Option<PathBuf>,
	/// How long the permit is valid, such as 2h; without it as long as the chain allows, a day.
	#[arg(long, value_name = ticks::SPAN, value_parser = ticks::parse_span)]
	valid: Option<u32>,
	/// Where to write the permit; without it, it is printed.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,
}

/// Arguments of `twin register-for`.
#[derive(Args, Debug)]
pub struct RegisterForArguments {
	/// The file of a permit, - for standard input; with --newcomer, what the twin is: person,
	/// company, community, device or service.
	#[arg(value_name = "FILE|KIND")]
	what: String,
	/// What people see; with --newcomer.
	#[arg(requires = "newcomer")]
	name: Option<String>,
	/// The newcomer's key, where it is on this machine.
	#[arg(long, value_name = "KEY", requires = "name")]
	newcomer: Option<String>,
	/// Country, two letters as in ISO 3166; with --newcomer.
	#[arg(long, value_name = "BE", requires = "newcomer")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash; with --newcomer.
	#[arg(long, value_name = "FILE", requires = "newcomer")]
	logo: Option<PathBuf>,
}

/// `twin register`.
pub async fn register(ctx: &Context, arguments: Arguments) -> Result<()> {
	let Arguments { kind, name, country, logo, own_key, fund } = arguments;
	let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
	let fund = fund.as_deref().map(amount::parse).transpose()?.filter(|units| *units > 0);
	if fund.is_some() && ctx.sign_only().is_some() {
		return Err(Error::usage("--fund is a second transaction, so --sign-only excludes it"));
	}
	let key = ctx.key_account()?;
	let state = ctx.state().await?;
	let mut draft = registration::register(&state, key, (kind, profile), own_key).await?;
	if let Some(units) = fund {
		let sum = amount::format(units);
		draft = draft.effect(format!("then {sum} go to that account, in a second transaction"));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let registered: TwinRegistered = done.expect("Twins", "TwinRegistered")?;
	let TwinRegistered { twin, controller } = registered;
	if let Some(units) = fund {
		send(ctx, &registered, units).await.map_err(|error| {
			error.explained(|why| {
				format!("twin {twin} is registered (its controller is {controller}), but was sent nothing: {why}")
			})
		})?;
	}
	let mut report = begun(ctx, &registered, kind).await?.json("keyless", !own_key).optional(
		"funded",
		"sent to it",
		fund.map(Amount::our),
	);
	if !own_key {
		report = report.line("act for it", format!("with --twin {twin}"));
	}
	ctx.out.told(&done, report);
	Ok(())
}

/// Sends OUR to a new controller.
async fn send(ctx: &Context, registered: &TwinRegistered, units: u128) -> Result<()> {
	let draft = registration::fund(&ctx.state().await?, registered, units)?;
	ctx.submit(draft).await.map(drop)
}

/// What a registration came to.
async fn begun(ctx: &Context, registered: &TwinRegistered, kind: Kind) -> Result<Report> {
	let TwinRegistered { twin, controller } = registered;
	let did = Did::of(ctx.chain().await?.genesis_hash(), *twin);
	Ok(Report::new()
		.json("twin", twin)
		.line("twin", ctx.out.bold(&twin.to_string()))
		.json("did", did.to_string())
		.json("kind", kind.name())
		.field("controller", "controller", controller))
}

/// `twin permit`.
pub async fn permit(ctx: &Context, arguments: PermitArguments) -> Result<()> {
	let PermitArguments { kind, name, country, logo, valid, out } = arguments;
	let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
	let sponsor = ctx
		.sponsor_account()
		.await?
		.ok_or_else(|| Error::usage("who is to pay? --sponsor names the sponsor's account"))?;
	let chain = ctx.chain().await?;
	let state = ctx.state().await?;
	let parties = (sponsor, ctx.key_account()?);
	let terms = Terms::new(chain, &state, parties, (kind, profile), valid).await?;
	let permit = Permit::from(&terms.sign(&state, ctx.signer()?).await?);
	let json = serde_json::to_value(&permit).expect("all its keys are strings; qed");
	let Some(path) = out else {
		ctx.out.print(&json, || {
			serde_json::to_string_pretty(&permit).expect("all its keys are strings; qed")
		});
		return Ok(());
	};
	new_file::write_json(&path, &permit)?;
	let until = Clock::at(&state).await?.when(permit.expires);
	ctx.out.print(&json, || {
		let path = path.display();
		output::fields([
			("permit", path.to_string()),
			("for", permit.sponsor.to_string()),
			("valid", format!("until {until}")),
			("", "until then, a transaction by this key makes it void".into()),
			("next", format!("the sponsor runs: ourledger twin register-for {path}")),
		])
	});
	Ok(())
}

/// Reads a permit's file, or standard input.
fn read_permit(path: &str) -> Result<Permit> {
	let read = || {
		if path != STANDARD_INPUT {
			return bounded::read_text(Path::new(path), permit::MAX_BYTES);
		}
		bounded::text_of(bounded::read_from(io::stdin().lock(), permit::MAX_BYTES)?)
	};
	let text = read()
		.map_err(|error| Error::input(format!("the permit {path} can't be read: {error}")))?;
	Permit::parse(&text)
}

/// `twin register-for`.
pub async fn register_for(ctx: &Context, arguments: RegisterForArguments) -> Result<()> {
	let RegisterForArguments { what, name, newcomer, country, logo } = arguments;
	let signed = match (name, newcomer) {
		(Some(name), Some(newcomer)) => {
			let kind = Kind::from_str(&what, true)
				.map_err(|_| Error::input(format!("{what:?} is no kind of twin")))?;
			let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
			let newcomer = KeyRef::find(&newcomer, &ctx.store)?;
			let (chain, state) = (ctx.chain().await?, ctx.state().await?);
			let parties = (ctx.acting_account().await?, newcomer.account());
			let terms = Terms::new(chain, &state, parties, (kind, profile), None).await?;
			terms.sign(&state, &newcomer.unlock(ask::password)?).await?
		},
		_ => read_permit(&what)?.signed()?,
	};
	let state = ctx.state().await?;
	let acting = ctx.acting_account().await?;
	let draft = signed.register_for(ctx.chain().await?, &state, acting).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let registered: TwinRegistered = done.expect("Twins", "TwinRegistered")?;
	let report = begun(ctx, &registered, signed.terms.kind).await?;
	ctx.out.told(&done, report.field("depositor", "paid by", acting));
	Ok(())
}

/// `twin deactivate`.
pub async fn deactivate(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let draft = registration::deactivate(&state, &twin).await?;
	ctx.submit_telling(draft, |done| {
		Ok(Report::new()
			.json("twin", twin.number)
			.json("deactivated", done.block)
			.line("deactivated", format!("twin {}", twin.number)))
	})
	.await
}
