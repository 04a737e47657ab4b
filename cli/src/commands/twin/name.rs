//! `twin name`: the one name of a twin.

use super::info::{Deposits, TwinInfo};
use crate::{
	chain::State,
	commands::Context,
	error::{Error, Result},
	output,
	submit::Draft,
};
use clap::Subcommand;
use ourledger_primitives::name::{normalise, NameError, MAX_NAME, MIN_NAME};
use serde_json::json;
use subxt::{dynamic::Value, ext::scale_decode::DecodeAsType};

/// Which names are one to the eye, and so on the chain.
pub const LOOK_ALIKES: &str = "hyphens don't count; 0 and o, 1, i and l, 2 and z, 5 and s, 8 and \
	b, 9, g and q look alike; so do rn and m, vv and w, cl and d";

/// Commands on the twin's name.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Claim a name that nobody has, nor one that looks like it.
	Claim {
		/// 3 to 32 letters, digits and single hyphens, a letter first. Capitals become small.
		name: String,
	},
	/// Give the name up, for anyone to claim.
	Release,
	/// Ask whether a name could be claimed.
	Check {
		/// The name.
		name: String,
	},
}

/// What claiming a name would meet with.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Status {
	/// It can be claimed.
	Free,
	/// This twin has it.
	Taken(u64),
	/// Another name that looks like it was claimed.
	LooksAlike {
		/// By this twin.
		twin: u64,
		/// The name that was claimed.
		name: Vec<u8>,
	},
	/// It can't be anybody's name.
	Invalid(Value),
}

impl Status {
	/// What the chain says of a name.
	pub async fn read(state: &State, name: &str) -> Result<Self> {
		state.view("Twins", "name_status", (name.as_bytes().to_vec(),)).await
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Claim { name } => claim(ctx, &name).await,
		Command::Release => release(ctx).await,
		Command::Check { name } => check(ctx, &name).await,
	}
}

async fn claim(ctx: &Context, raw: &str) -> Result<()> {
	let name = valid(raw)?;
	let state = ctx.state().await?;
	let twin = TwinInfo::own_active(ctx, &state).await?;
	if let Some(has) = twin.name() {
		return Err(Error::refused(format!(
			"twin {} has the name {has}; \"ourledger twin name release\" gives it up",
			twin.number
		)));
	}
	if let Some(why) = obstacle(&Status::read(&state, &name).await?, &name) {
		return Err(Error::refused(why));
	}
	let deposit = Deposits::read(&state).await?.name;
	let call = state.call("Twins", "claim_name", (name.as_bytes().to_vec(),))?;
	let draft = Draft::new(call)
		.deposit(deposit)
		.effect(format!("twin {} gets the name {name}", twin.number));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	done.print(
		&ctx.out,
		json!({ "twin": twin.number, "name": name }),
		[("twin", twin.number.to_string()), ("name", name.clone())],
	);
	Ok(())
}

async fn release(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let twin = TwinInfo::own_active(ctx, &state).await?;
	let name =
		twin.name().ok_or_else(|| Error::not_found(format!("twin {} has no name", twin.number)))?;
	let draft = Draft::new(state.call("Twins", "release_name", ())?)
		.effect(format!("anyone can claim the name {name} from then on"))
		.effect(format!("the deposit for it comes back to {}", twin.controller));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	done.print(
		&ctx.out,
		json!({ "twin": twin.number, "released": name }),
		[("twin", twin.number.to_string()), ("released", name.clone())],
	);
	Ok(())
}

async fn check(ctx: &Context, raw: &str) -> Result<()> {
	let (name, status) = match valid(raw) {
		Ok(name) => {
			let status = Status::read(&ctx.state().await?, &name).await?;
			(name, status)
		},
		Err(error) => {
			let json = json!({
				"name": raw,
				"status": "invalid",
				"twin": null,
				"like": null,
				"reason": error.to_string(),
			});
			ctx.out.print(&json, || format!("Can't be claimed: {error}."));
			return Ok(());
		},
	};
	let (word, twin, like) = match &status {
		Status::Free => ("free", None, None),
		Status::Taken(twin) => ("taken", Some(*twin), None),
		Status::LooksAlike { twin, name } => {
			("looks-alike", Some(*twin), Some(String::from_utf8_lossy(name).into_owned()))
		},
		Status::Invalid(_) => ("invalid", None, None),
	};
	let obstacle = obstacle(&status, &name);
	let json = json!({
		"name": name,
		"status": word,
		"twin": twin,
		"like": like,
		"reason": obstacle,
	});
	let deposit = match status {
		Status::Free => Some(Deposits::read(&ctx.state().await?).await?.name),
		_ => None,
	};
	ctx.out.print(&json, || match (obstacle, deposit) {
		(Some(why), _) => format!("Can't be claimed: {why}."),
		(None, deposit) => output::fields([
			("name", format!("{name} can be claimed")),
			("deposit", deposit.map(crate::amount::format).unwrap_or_default()),
		]),
	});
	Ok(())
}

/// `raw` as a name, its capitals made small.
fn valid(raw: &str) -> Result<String> {
	match normalise(raw.as_bytes()) {
		Ok(name) => Ok(String::from_utf8_lossy(&name).into_owned()),
		Err(error) => Err(Error::input(format!("the name {raw:?} {}", rule(error)))),
	}
}

/// What a name breaks.
fn rule(error: NameError) -> String {
	match error {
		NameError::TooShort => format!("has fewer than {MIN_NAME} characters"),
		NameError::TooLong => format!("has more than {MAX_NAME} characters"),
		NameError::BadCharacter => {
			"has other characters than letters from a to z, digits and hyphens".into()
		},
		NameError::Malformed => {
			"does not begin with a letter, or ends in a hyphen, or has two hyphens in a row".into()
		},
		NameError::Reserved => {
			format!("is kept back, or looks like one that is ({LOOK_ALIKES})")
		},
	}
}

/// Why nobody can claim the name, if so.
fn obstacle(status: &Status, name: &str) -> Option<String> {
	match status {
		Status::Free => None,
		Status::Taken(twin) => Some(format!("twin {twin} has the name {name}")),
		Status::LooksAlike { twin, name: like } => Some(format!(
			"the name {name} looks like {}, which twin {twin} has ({LOOK_ALIKES})",
			String::from_utf8_lossy(like)
		)),
		Status::Invalid(why) => Some(format!("this chain does not take {name} as a name: {why}")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_checked_before_anything_is_asked() {
		assert_eq!(valid("Anna-7"), Ok("anna-7".into()));
		for (raw, word) in [
			("ab", "fewer"),
			("a".repeat(33).as_str(), "more than 32"),
			("anná", "other characters"),
			("7anna", "begin"),
			("anna-", "hyphen"),
			("r00t", "kept back"),
		] {
			let error = valid(raw).expect_err("is no name");
			assert_eq!(error.code(), 4);
			assert!(error.to_string().contains(word), "{raw}: {error}");
		}
	}

	#[test]
	fn obstacles_name_who_is_in_the_way() {
		assert_eq!(obstacle(&Status::Free, "anna"), None);
		assert_eq!(obstacle(&Status::Taken(7), "anna"), Some("twin 7 has the name anna".into()));
		let alike = Status::LooksAlike { twin: 7, name: b"paypal".into() };
		let why = obstacle(&alike, "paypa1").expect("is in the way");
		assert!(why.contains("paypa1 looks like paypal, which twin 7 has"), "{why}");
		assert!(why.contains("1, i and l"), "{why}");
	}
}
