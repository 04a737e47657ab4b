//! `twin name`: the one name of a twin.

use crate::{commands::Context, output};
use chrono::{DateTime, SecondsFormat};
use clap::Subcommand;
use ourledger_client::twin::{Deposits, TwinInfo};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	submit::Draft,
	texts,
};
use ourledger_primitives::name::{normalise, NameError, MAX_NAME, MIN_NAME};
use serde_json::json;
use subxt::{dynamic::Value, ext::scale_decode::DecodeAsType};

/// Which names are one to the eye, and so on the chain.
pub const LOOK_ALIKES: &str = "hyphens don't count; 0 and o, 1, i and l, 2 and z, 5 and s, 6, 8 \
	and b, 9, g and q, u and v look alike; so do rn and m, vv and w, cl and d";

/// Commands on the twin's name.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Claim a name that nobody has, nor one that looks like it.
	Claim {
		/// 3 to 32 letters, digits and single hyphens, a letter first. Capitals become small.
		name: String,
	},
	/// Give the name up. It rests then: for a while only this twin can claim it again.
	Release,
	/// Take a name out of the state that has rested; its deposit goes back to whoever had it.
	Clear {
		/// The name of a twin.
		name: String,
	},
	/// Ask whether a name could be claimed.
	Check {
		/// The name of a twin.
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
	/// It is kept back, or looks like this word that is.
	Reserved(Vec<u8>),
	/// It, or one that looks like it, was given up and rests.
	Resting {
		/// By this twin, which alone may claim it.
		twin: u64,
		/// The name that was given up.
		name: Vec<u8>,
		/// Until this time.
		until: u64,
	},
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
		Command::Clear { name } => clear(ctx, &name).await,
		Command::Check { name } => check(ctx, &name).await,
	}
}

async fn claim(ctx: &Context, raw: &str) -> Result<()> {
	let name = valid(raw)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	if let Some(has) = twin.name() {
		return Err(Error::refused(format!(
			"twin {} has the name {has}; \"ourledger twin name release\" gives it up",
			twin.number
		)));
	}
	let status = Status::read(&state, &name).await?;
	let own = matches!(&status, Status::Resting { twin: last, .. } if *last == twin.number);
	if let Some(why) = obstacle(&status, &name).filter(|_| !own) {
		return Err(Error::refused(why));
	}
	let call = state.call("Twins", "claim_name", (name.as_bytes().to_vec(),))?;
	let mut draft = Draft::new(call).effect(format!("twin {} gets the name {name}", twin.number));
	// What it put down for a name that rests is still held.
	if !own {
		draft = draft.deposit(Deposits::read(&state).await?.name);
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "twin": twin.number, "name": name }),
		[("twin", twin.number.to_string()), ("name", name.clone())],
	);
	Ok(())
}

async fn release(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let name =
		twin.name().ok_or_else(|| Error::not_found(format!("twin {} has no name", twin.number)))?;
	let span = rest(&state)?;
	let draft = Draft::new(state.call("Twins", "release_name", ())?)
		.effect(format!("the name {name} rests for {span}: only twin {} can claim it", twin.number))
		.effect(format!(
			"the deposit for it comes back to {} when another twin claims it after that, or with \
			 \"ourledger twin name clear {name}\"",
			twin.controller
		));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "twin": twin.number, "released": name }),
		[("twin", twin.number.to_string()), ("released", name.clone())],
	);
	Ok(())
}

async fn clear(ctx: &Context, raw: &str) -> Result<()> {
	let name = valid(raw)?;
	let state = ctx.state().await?;
	// One whose rest is over is as free as one that nobody had: the chain tells them apart.
	match Status::read(&state, &name).await? {
		status @ (Status::Taken(_) | Status::Resting { .. } | Status::Invalid(_)) => {
			return Err(Error::refused(obstacle(&status, &name).unwrap_or_default()))
		},
		Status::Free | Status::Reserved(_) | Status::LooksAlike { .. } => (),
	}
	let draft = Draft::new(state.call("Twins", "clear_name", (name.as_bytes().to_vec(),))?).effect(
		format!("the name {name} leaves the state; its deposit goes back to whoever had it"),
	);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(&done, json!({ "cleared": name }), [("cleared", name.clone())]);
	Ok(())
}

/// How long a name rests, as people say it.
pub fn rest(state: &State) -> Result<String> {
	Ok(span(state.constant("Twins", "NameRestMillis")?))
}

/// A span of time as people say it: in whole days or, if it is shorter, in hours.
fn span(millis: u64) -> String {
	let hours = millis.div_ceil(3_600_000);
	if hours >= 48 {
		format!("{} days", hours.div_ceil(24))
	} else {
		format!("{hours} h")
	}
}

/// A time, as RFC 3339 writes it.
fn time(millis: u64) -> String {
	let time = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
	time.map_or_else(|| millis.to_string(), |it| it.to_rfc3339_opts(SecondsFormat::Secs, true))
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
				"until": null,
				"reason": error.to_string(),
			});
			ctx.out.print(&json, || format!("Can't be claimed: {error}."));
			return Ok(());
		},
	};
	let (word, twin, like) = match &status {
		Status::Free => ("free", None, None),
		Status::Taken(twin) => ("taken", Some(*twin), None),
		Status::LooksAlike { twin, name } => ("looks-alike", Some(*twin), Some(texts::shown(name))),
		Status::Invalid(_) => ("invalid", None, None),
		Status::Reserved(like) => ("reserved", None, Some(texts::shown(like))),
		Status::Resting { twin, name, .. } => ("resting", Some(*twin), Some(texts::shown(name))),
	};
	let until = match &status {
		Status::Resting { until, .. } => Some(time(*until)),
		_ => None,
	};
	let obstacle = obstacle(&status, &name);
	let json = json!({
		"name": name,
		"status": word,
		"twin": twin,
		"like": like,
		"until": until,
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
			("deposit", deposit.map(ourledger_client::amount::format).unwrap_or_default()),
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
	}
}

/// Why the name can't be claimed by anyone else, if so.
pub fn obstacle(status: &Status, name: &str) -> Option<String> {
	match status {
		Status::Free => None,
		Status::Taken(twin) => Some(format!("twin {twin} has the name {name}")),
		Status::LooksAlike { twin, name: like } => Some(format!(
			"the name {name} looks like {}, which twin {twin} has ({LOOK_ALIKES})",
			texts::shown(like)
		)),
		Status::Invalid(why) => Some(format!("this chain does not take {name} as a name: {why}")),
		Status::Reserved(word) if word == name.as_bytes() => {
			Some(format!("the name {name} is kept back for all"))
		},
		Status::Reserved(word) => Some(format!(
			"the name {name} looks like {}, which is kept back for all ({LOOK_ALIKES})",
			texts::shown(word)
		)),
		Status::Resting { twin, name: like, until } => {
			let looks = if like == name.as_bytes() {
				String::new()
			} else {
				format!(", which looks like {name} ({LOOK_ALIKES})")
			};
			Some(format!(
				"twin {twin} gave up the name {}{looks}, and can claim it again; others can after {}",
				texts::shown(like),
				time(*until)
			))
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_primitives::name::{OUR_LOOK_ALIKES, UNICODE_LOOK_ALIKES};

	#[test]
	fn names_are_checked_before_anything_is_asked() {
		assert_eq!(valid("Anna-7"), Ok("anna-7".into()));
		for (raw, word) in [
			("ab", "fewer"),
			("a".repeat(33).as_str(), "more than 32"),
			("anná", "other characters"),
			("7anna", "begin"),
			("anna-", "hyphen"),
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

		let own = Status::Reserved(b"treasury".into());
		assert_eq!(
			obstacle(&own, "treasury"),
			Some("the name treasury is kept back for all".into())
		);
		let why = obstacle(&own, "treasvry").expect("is in the way");
		assert!(why.contains("treasvry looks like treasury, which is kept back"), "{why}");

		let resting = Status::Resting { twin: 7, name: b"bob".into(), until: 1_777_593_600_000 };
		assert_eq!(
			obstacle(&resting, "bob"),
			Some(
				"twin 7 gave up the name bob, and can claim it again; others can after \
				 2026-05-01T00:00:00Z"
					.into()
			)
		);
		let why = obstacle(&resting, "bo6").expect("is in the way");
		assert!(why.contains("bob, which looks like bo6"), "{why}");
	}

	/// Every character of the chain's table is in the sentence, beside what it is taken for.
	#[test]
	fn look_alikes_are_those_of_the_chain() {
		let groups: Vec<Vec<&str>> = LOOK_ALIKES
			.split([';', ','])
			.flat_map(|part| part.split(" look"))
			.map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()).collect())
			.collect();
		let words: Vec<&str> = groups.concat();
		for (from, to) in UNICODE_LOOK_ALIKES.into_iter().chain(OUR_LOOK_ALIKES) {
			let from = char::from(from).to_string();
			let to = String::from_utf8_lossy(to).into_owned();
			let place = words.iter().position(|word| *word == from);
			assert!(place.is_some(), "{from} is not told");
			assert!(words.contains(&to.as_str()), "{to} is not told");
		}
	}

	#[test]
	fn spans_and_times_are_told_as_people_do() {
		assert_eq!(span(90 * 86_400_000), "90 days");
		assert_eq!(span(3_600_000), "1 h");
		assert_eq!(span(47 * 3_600_000), "47 h");
		assert_eq!(time(0), "1970-01-01T00:00:00Z");
		assert_eq!(time(u64::MAX), u64::MAX.to_string());
	}
}
