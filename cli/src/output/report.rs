//! What a command has to tell, said once: a JSON object for programs, labelled lines for people.
//!
//! ```ignore
//! let report = Report::new()
//!     .json("currency", currency.id)
//!     .field("amount", "issued", currency.amount(units))
//!     .field("to", "to", &to);
//! ctx.out.done(&done, report);
//! ```

use crate::output;
use serde::Serialize;
use serde_json::{json, Map, Value as Json};
use std::fmt::Display;

/// What a command has to tell.
#[derive(Clone, Debug, Default)]
pub struct Report {
	json: Map<String, Json>,
	lines: Vec<(&'static str, String)>,
}

impl Report {
	/// Nothing yet.
	pub fn new() -> Self {
		Self::default()
	}

	/// A value that programs know by `key` and people by `label`.
	pub fn field(self, key: &str, label: &'static str, value: impl Serialize + Display) -> Self {
		let text = value.to_string();
		self.json(key, value).line(label, text)
	}

	/// As [`Report::field`]; for programs `null`, for people no line if there is nothing.
	pub fn optional(
		self,
		key: &str,
		label: &'static str,
		value: Option<impl Serialize + Display>,
	) -> Self {
		match value {
			Some(value) => self.field(key, label, value),
			None => self.json(key, Json::Null),
		}
	}

	/// A value for programs alone.
	pub fn json(mut self, key: &str, value: impl Serialize) -> Self {
		self.json.insert(key.into(), json!(value));
		self
	}

	/// All fields of an object, for programs alone.
	pub fn json_of(mut self, object: Json) -> Self {
		match object {
			Json::Object(fields) => self.json.extend(fields),
			_ => debug_assert!(false, "only objects have fields"),
		}
		self
	}

	/// A line for people alone.
	pub fn line(mut self, label: &'static str, text: impl Display) -> Self {
		self.lines.push((label, text.to_string()));
		self
	}

	/// Lines for people alone.
	pub fn lines(mut self, lines: impl IntoIterator<Item = (&'static str, String)>) -> Self {
		self.lines.extend(lines);
		self
	}

	/// Everything that another one tells, after this.
	pub fn and(mut self, other: Self) -> Self {
		self.json.extend(other.json);
		self.lines(other.lines)
	}

	/// For programs.
	pub fn to_json(&self) -> Json {
		Json::Object(self.json.clone())
	}

	/// For people: labels and values below each other.
	pub fn to_text(&self) -> String {
		output::fields(self.lines.iter().map(|(label, text)| (*label, text.clone())))
	}

	/// What it says to people, by label.
	pub fn into_lines(self) -> Vec<(&'static str, String)> {
		self.lines
	}
}

/// Several of a kind, for people a row each: their labels are the heading.
pub fn table(rows: &[Report]) -> String {
	let heading = rows.first().map_or_else(Vec::new, |row| {
		row.lines.iter().map(|(label, _)| (*label).to_owned()).collect()
	});
	let rows = rows.iter().map(|row| row.lines.iter().map(|(_, text)| text.clone()).collect());
	output::columns(heading, rows)
}

/// Several of a kind, for programs.
pub fn list(rows: &[Report]) -> Json {
	rows.iter().map(Report::to_json).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn report(nothing: Option<u8>) -> Report {
		Report::new()
			.json("currency", 1)
			.field("twin", "paid by", 7u64)
			.optional("block", "in block", nothing)
			.line("and", "so on")
	}

	#[test]
	fn one_report_serves_programs_and_people() {
		assert_eq!(report(None).to_json(), json!({ "currency": 1, "twin": 7, "block": null }));
		assert_eq!(report(None).to_text(), "paid by  7\nand      so on");
		assert_eq!(report(Some(5)).to_json()["block"], 5);
		assert_eq!(report(Some(5)).to_text(), "paid by   7\nin block  5\nand       so on");
	}

	#[test]
	fn rows_have_their_labels_as_heading() {
		assert_eq!(
			table(&[report(None), report(None)]),
			"paid by  and\n7        so on\n7        so on"
		);
		assert_eq!(list(&[report(None)]), json!([{ "currency": 1, "twin": 7, "block": null }]));
		assert_eq!(table(&[]), "");
	}
}
