//! The one name of a twin: claimed, given up, cleared; and what stands in the way.

use super::{Deposits, TwinInfo};
use crate::{
	chain::State,
	draft::Draft,
	error::{Error, Result},
	texts,
};
use chrono::{DateTime, SecondsFormat};
use ourledger_primitives::name::{normalise, NameError, MAX_NAME, MIN_NAME};
use serde_json::{json, Value as Json};
use subxt::{dynamic::Value, ext::scale_decode::DecodeAsType};

/// Which names are one to the eye, and so on the chain.
pub const LOOK_ALIKES: &str = "hyphens don't count; 0 and o, 1, i and l, 2 and z, 5 and s, 6, 8 \
	and b, 9, g and q, u and v look alike; so do rn and m, vv and w, cl and d";

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
		/// Until this time, in milliseconds since the Unix epoch.
		until: u64,
	},
}

impl Status {
	/// What the chain says of a name.
	pub async fn read(state: &State, name: &str) -> Result<Self> {
		state.view("Twins", "name_status", (name.as_bytes().to_vec(),)).await
	}

	/// Why the name can't be claimed by anyone else, if so.
	pub fn obstacle(&self, name: &str) -> Option<String> {
		match self {
			Self::Free => None,
			Self::Taken(twin) => Some(format!("twin {twin} has the name {name}")),
			Self::LooksAlike { twin, name: like } => Some(format!(
				"the name {name} looks like {}, which twin {twin} has ({LOOK_ALIKES})",
				texts::shown(like)
			)),
			Self::Invalid(why) => Some(format!("this chain does not take {name} as a name: {why}")),
			Self::Reserved(word) if word == name.as_bytes() => {
				Some(format!("the name {name} is kept back for all"))
			},
			Self::Reserved(word) => Some(format!(
				"the name {name} looks like {}, which is kept back for all ({LOOK_ALIKES})",
				texts::shown(word)
			)),
			Self::Resting { twin, name: like, until } => {
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

	/// What is known of a name as JSON: `free`, `taken`, `looks-alike`, `invalid`, `reserved` or
	/// `resting`; the twin and the name in the way, until when (RFC 3339), and why in words.
	pub fn json(&self, name: &str) -> Json {
		let (word, twin, like) = match self {
			Self::Free => ("free", None, None),
			Self::Taken(twin) => ("taken", Some(*twin), None),
			Self::LooksAlike { twin, name } => ("looks-alike", Some(*twin), Some(name)),
			Self::Invalid(_) => ("invalid", None, None),
			Self::Reserved(like) => ("reserved", None, Some(like)),
			Self::Resting { twin, name, .. } => ("resting", Some(*twin), Some(name)),
		};
		let until = match self {
			Self::Resting { until, .. } => Some(time(*until)),
			_ => None,
		};
		json!({
			"name": name,
			"status": word,
			"twin": twin,
			"like": like.map(|name| texts::shown(name)),
			"until": until,
			"reason": self.obstacle(name),
		})
	}
}

/// What [`Status::json`] is of a name that no twin on any chain could have.
pub fn invalid_json(name: &str, why: &Error) -> Json {
	json!({
		"name": name,
		"status": "invalid",
		"twin": null,
		"like": null,
		"until": null,
		"reason": why.to_string(),
	})
}

/// `raw` as a name, its capitals made small.
pub fn valid(raw: &str) -> Result<String> {
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

/// A twin claims a [`valid`] name.
pub async fn claim(state: &State, twin: &TwinInfo, name: &str) -> Result<Draft> {
	let number = twin.number;
	if let Some(has) = twin.name() {
		return Err(Error::refused(format!(
			"twin {number} has the name {has}; \"ourledger twin name release\" gives it up"
		)));
	}
	let status = Status::read(state, name).await?;
	let own = matches!(&status, Status::Resting { twin: last, .. } if *last == number);
	if let Some(why) = status.obstacle(name).filter(|_| !own) {
		return Err(Error::refused(why));
	}
	let call = state.call("Twins", "claim_name", (name.as_bytes().to_vec(),))?;
	let draft = Draft::new(call).effect(format!("twin {number} gets the name {name}"));
	Ok(match own {
		// What it put down for a name that rests is still held.
		true => draft,
		false => draft.deposit(Deposits::read(state).await?.name),
	})
}

/// A twin gives its name up. With it that name.
pub fn release(state: &State, twin: &TwinInfo) -> Result<(Draft, String)> {
	let number = twin.number;
	let name = twin.name().ok_or_else(|| Error::not_found(format!("twin {number} has no name")))?;
	let draft = Draft::new(state.call("Twins", "release_name", ())?)
		.effect(format!(
			"the name {name} rests for {}: only twin {number} can claim it",
			rest(state)?
		))
		.effect(format!("the deposit for it {}", comes_back(twin, &name)));
	Ok((draft, name))
}

/// When the deposit for a name that was given up comes back, after "it".
pub(super) fn comes_back(twin: &TwinInfo, name: &str) -> String {
	format!(
		"comes back to {} when another twin claims it after that, or with \"ourledger twin name \
		 clear {name}\"",
		twin.controller
	)
}

/// Anyone takes a [`valid`] name out of the state whose rest is over.
pub async fn clear(state: &State, name: &str) -> Result<Draft> {
	// One whose rest is over is as free as one that nobody had: the chain tells them apart.
	match Status::read(state, name).await? {
		status @ (Status::Taken(_) | Status::Resting { .. } | Status::Invalid(_)) => {
			return Err(Error::refused(status.obstacle(name).unwrap_or_default()))
		},
		Status::Free | Status::Reserved(_) | Status::LooksAlike { .. } => (),
	}
	let call = state.call("Twins", "clear_name", (name.as_bytes().to_vec(),))?;
	Ok(Draft::new(call).effect(format!(
		"the name {name} leaves the state; its deposit goes back to whoever had it"
	)))
}

/// How long a name rests, as people say it.
pub(super) fn rest(state: &State) -> Result<String> {
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
		assert_eq!(Status::Free.obstacle("anna"), None);
		let taken = Status::Taken(7).obstacle("anna");
		assert_eq!(taken, Some("twin 7 has the name anna".into()));
		let alike = Status::LooksAlike { twin: 7, name: b"paypal".into() };
		let why = alike.obstacle("paypa1").expect("is in the way");
		assert!(why.contains("paypa1 looks like paypal, which twin 7 has"), "{why}");
		assert!(why.contains("1, i and l"), "{why}");

		let own = Status::Reserved(b"treasury".into());
		assert_eq!(own.obstacle("treasury"), Some("the name treasury is kept back for all".into()));
		let why = own.obstacle("treasvry").expect("is in the way");
		assert!(why.contains("treasvry looks like treasury, which is kept back"), "{why}");

		let resting = Status::Resting { twin: 7, name: b"bob".into(), until: 1_777_593_600_000 };
		assert_eq!(
			resting.obstacle("bob"),
			Some(
				"twin 7 gave up the name bob, and can claim it again; others can after \
				 2026-05-01T00:00:00Z"
					.into()
			)
		);
		let why = resting.obstacle("bo6").expect("is in the way");
		assert!(why.contains("bob, which looks like bo6"), "{why}");
	}

	#[test]
	fn json_has_its_stable_shape() {
		let resting = Status::Resting { twin: 7, name: b"bob".into(), until: 1_777_593_600_000 };
		assert_eq!(
			resting.json("bob").to_string(),
			r#"{"name":"bob","status":"resting","twin":7,"like":"bob","until":"2026-05-01T00:00:00Z","reason":"twin 7 gave up the name bob, and can claim it again; others can after 2026-05-01T00:00:00Z"}"#
		);
		assert_eq!(
			invalid_json("ab", &Error::input("short")).to_string(),
			r#"{"name":"ab","status":"invalid","twin":null,"like":null,"until":null,"reason":"short"}"#
		);
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
