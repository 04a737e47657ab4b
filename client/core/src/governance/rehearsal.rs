//! What a call would do: the chain tries it out in a state of its own, and keeps nothing.

use crate::{
	call::Call,
	chain::State,
	error::{Error, Result},
	value::{self, Typed},
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::scale_value::{Composite, ValueDef, Variant},
	ArcMetadata,
};

/// How a node begins to say that the runtime gave up.
pub(crate) const PANIC: &str = "Execution aborted due to";

/// With whose power a call runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Power {
	/// What the queue gives.
	Root,
	/// What a motion with these ayes gives by itself.
	Council {
		/// Ayes of the motion.
		ayes: u32,
		/// All seats.
		seats: u32,
	},
}

impl Power {
	/// The origin as the runtime names it.
	fn origin(self) -> Value {
		match self {
			Self::Root => {
				Value::unnamed_variant("system", [Value::unnamed_variant("Root", Vec::new())])
			},
			Self::Council { ayes, seats } => {
				let members = [ayes, seats].map(|number| Value::u128(number.into()));
				Value::unnamed_variant("Council", [Value::unnamed_variant("Members", members)])
			},
		}
	}
}

/// What a call would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Rehearsal {
	/// It succeeds, and causes these events.
	Succeeds(Vec<Event>),
	/// It fails with this error, and changes nothing.
	Fails(String),
	/// It is refused before it runs: too long, too heavy, no call of this runtime.
	Refused(String),
	/// The runtime gives up: the block that holds the call could not be made.
	Panics,
	/// The chain's runtime has no such question.
	Unknown,
	/// The question was not answered, for this reason.
	Untold(String),
}

/// Something that a call would cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
	pub(crate) pallet: String,
	pub(crate) name: String,
	pub(crate) fields: Composite<u32>,
}

impl Rehearsal {
	/// Asks what `call` would do in this state.
	pub async fn of(state: &State, power: Power, call: &Call) -> Result<Self> {
		if !state.has_view("Governance", "rehearse") {
			return Ok(Self::Unknown);
		}
		let arguments = (power.origin(), call.encode());
		match state.view_typed("Governance", "rehearse", arguments).await {
			Ok(answer) => Self::read(&answer, &state.metadata())
				.ok_or_else(|| Error::connection("what the chain rehearsed can't be understood")),
			Err(error) if error.to_string().contains(PANIC) => Ok(Self::Panics),
			Err(error) => Err(error),
		}
	}

	/// Reads the answer of the view function.
	fn read(answer: &Typed, metadata: &ArcMetadata) -> Option<Self> {
		let (name, told) = variant(answer)?;
		if name == "Err" {
			return Some(Self::Refused(variant(told.values().next()?)?.0.to_owned()));
		}
		let told = told.values().next()?;
		let (outcome, inner) = variant(part(told, "result")?)?;
		if outcome == "Err" {
			let error = value::dispatch_error(inner.values().next()?, metadata)?;
			return Some(Self::Fails(value::error_name(&error)));
		}
		Event::read_all(part(told, "events")?).map(Self::Succeeds)
	}

	/// For people.
	pub fn text(&self, metadata: &ArcMetadata) -> String {
		match self {
			Self::Succeeds(events) if events.is_empty() => {
				"succeed, without an event: what it changes stands in the call alone".into()
			},
			Self::Succeeds(events) => {
				let lines = events.iter().map(|event| event.text(metadata));
				std::iter::once("succeed".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
			},
			Self::Fails(error) => format!("fail with {error}, and change nothing"),
			Self::Refused(why) => format!("be refused: {why}"),
			Self::Panics => "PANIC: the block that runs it could not be made; veto it".into(),
			Self::Unknown => "… this runtime can't tell".into(),
			Self::Untold(why) => format!("… it can't be told: {why}"),
		}
	}

	/// What somebody who decides on it has to know beforehand, unless it succeeds.
	pub fn warning(&self) -> Option<String> {
		match self {
			Self::Succeeds(_) | Self::Unknown => None,
			Self::Fails(error) => Some(format!("would fail now: {error}")),
			Self::Refused(why) => Some(format!("would fail now: it is refused, {why}")),
			Self::Panics => {
				Some("WRONG: would PANIC now: the block that runs it could not be made".into())
			},
			Self::Untold(why) => Some(format!("what it would do now can't be told: {why}")),
		}
	}

	/// For programs.
	pub fn json(&self, metadata: &ArcMetadata) -> Json {
		match self {
			Self::Succeeds(events) => json!({
				"outcome": "succeeds",
				"events": events.iter().map(|event| event.json(metadata)).collect::<Json>(),
			}),
			Self::Fails(error) => json!({ "outcome": "fails", "error": error }),
			Self::Refused(why) => json!({ "outcome": "refused", "error": why }),
			Self::Panics => json!({ "outcome": "panics" }),
			Self::Unknown => Json::Null,
			Self::Untold(why) => json!({ "outcome": "untold", "error": why }),
		}
	}
}

impl Event {
	/// Reads a list of the runtime's events.
	pub(crate) fn read_all(value: &Typed) -> Option<Vec<Self>> {
		match &value.value {
			ValueDef::Composite(events) => events.values().map(Self::read).collect(),
			_ => None,
		}
	}

	/// Reads the runtime's event: a pallet's within it.
	fn read(value: &Typed) -> Option<Self> {
		let (pallet, inner) = variant(value)?;
		let (name, fields) = variant(inner.values().next()?)?;
		Some(Self { pallet: pallet.into(), name: name.into(), fields: fields.clone() })
	}

	/// As a person reads it.
	pub(crate) fn text(&self, metadata: &ArcMetadata) -> String {
		let fields = value::arguments_to_text(&self.pallet, &self.fields, metadata);
		format!("{}.{}({fields})", self.pallet, self.name)
	}

	fn json(&self, metadata: &ArcMetadata) -> Json {
		json!({
			"pallet": self.pallet,
			"name": self.name,
			"fields": value::composite_to_json(&self.fields, metadata),
		})
	}
}

/// The part of this name.
pub(crate) fn part<'value>(value: &'value Typed, name: &str) -> Option<&'value Typed> {
	match &value.value {
		ValueDef::Composite(Composite::Named(parts)) => {
			parts.iter().find(|(field, _)| field == name).map(|(_, part)| part)
		},
		_ => None,
	}
}

/// The name of a variant, and its parts.
pub(crate) fn variant(value: &Typed) -> Option<(&str, &Composite<u32>)> {
	match &value.value {
		ValueDef::Variant(Variant { name, values }) => Some((name, values)),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn named(parts: Vec<(&str, Typed)>) -> Typed {
		let parts = parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect();
		Typed { value: ValueDef::Composite(Composite::Named(parts)), context: 0 }
	}

	fn choice(name: &str, parts: Vec<Typed>) -> Typed {
		let values = Composite::Unnamed(parts);
		Typed { value: ValueDef::Variant(Variant { name: name.into(), values }), context: 0 }
	}

	fn list(parts: Vec<Typed>) -> Typed {
		Typed { value: ValueDef::Composite(Composite::Unnamed(parts)), context: 0 }
	}

	#[test]
	fn answer_is_read() {
		let metadata = crate::value::test_metadata();
		let event = choice("System", vec![choice("CodeUpdated", Vec::new())]);
		let told = |result: Typed, events: Vec<Typed>| {
			choice("Ok", vec![named(vec![("result", result), ("events", list(events))])])
		};
		let done = told(choice("Ok", vec![list(Vec::new())]), vec![event]);
		let Some(Rehearsal::Succeeds(events)) = Rehearsal::read(&done, &metadata) else {
			panic!("it succeeds");
		};
		assert_eq!(events.len(), 1);
		assert_eq!((events[0].pallet.as_str(), events[0].name.as_str()), ("System", "CodeUpdated"));
		let silent = told(choice("Ok", vec![list(Vec::new())]), Vec::new());
		let silent = Rehearsal::read(&silent, &metadata).expect("is an answer");
		assert!(silent.text(&metadata).contains("stands in the call alone"));

		let refused = choice("Err", vec![choice("TooHeavy", Vec::new())]);
		let refused = Rehearsal::read(&refused, &metadata);
		assert_eq!(refused, Some(Rehearsal::Refused("TooHeavy".into())));
		assert_eq!(Rehearsal::read(&list(Vec::new()), &metadata), None);
	}

	#[test]
	fn whoever_decides_is_warned_of_all_but_success() {
		let warning = |told: Rehearsal| told.warning().unwrap_or_default();
		assert_eq!(warning(Rehearsal::Succeeds(Vec::new())), "");
		assert_eq!(warning(Rehearsal::Unknown), "");
		let fails = warning(Rehearsal::Fails("Validators.NotYetMade".into()));
		assert_eq!(fails, "would fail now: Validators.NotYetMade");
		let refused = warning(Rehearsal::Refused("TooHeavy".into()));
		assert!(refused.starts_with("would fail now: ") && refused.contains("TooHeavy"));
		assert!(warning(Rehearsal::Panics).starts_with("WRONG: would PANIC"));
		assert!(warning(Rehearsal::Untold("no answer".into())).contains("no answer"));
	}

	#[test]
	fn panic_is_told_apart_from_success() {
		let metadata = crate::value::test_metadata();
		assert!(Rehearsal::Panics.text(&metadata).contains("PANIC"));
		assert_eq!(Rehearsal::Panics.json(&metadata)["outcome"], "panics");
	}
}
