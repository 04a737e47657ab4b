//! Comma-separated values that are safe in a spreadsheet, whatever text is in them and whatever
//! parts the cells there.
//!
//! Spreadsheets take a cell for a formula if it begins with one of four signs. Where they part
//! cells at semicolons or tabs, as in many countries, quotation marks within a line mean nothing to
//! them, and each part of a text is a cell. So every text is quoted, and wherever a cell could
//! begin in it, an apostrophe stands before a formula.

use serde_json::Value as Json;
use std::borrow::Cow;

/// What parts cells, in one spreadsheet or another.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\n', '\r'];

/// Begins a formula: `=`, `+`, `-`, `@`, and whatever Unicode takes for the same sign in another
/// width, size or height.
const FORMULA: [char; 17] =
	['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '⁼', '⁺', '₌', '₊', '﬩'];

/// Stands before what is no formula.
const MARK: char = '\'';

/// A cell of a table.
pub enum Cell {
	/// Nothing.
	Empty,
	/// A number, or a word of the format's own, as it is.
	Plain(String),
	/// Text, or a value that is written as text.
	Text(String),
}

impl Cell {
	/// A value's: nothing for null, texts as they are, lists and objects as JSON.
	pub fn of(value: Json) -> Self {
		match value {
			Json::Null => Self::Empty,
			Json::Bool(_) | Json::Number(_) => Self::Plain(value.to_string()),
			Json::String(text) => Self::Text(text),
			Json::Array(_) | Json::Object(_) => Self::Text(marked_within(value).to_string()),
		}
	}
}

/// A line of comma-separated values, without its end.
pub fn line(cells: impl IntoIterator<Item = Cell>) -> String {
	let cells = cells.into_iter().map(|cell| match cell {
		Cell::Empty => String::new(),
		Cell::Plain(text) => text,
		Cell::Text(text) => format!("\"{}\"", marked(&text, true).replace('"', "\"\"")),
	});
	cells.collect::<Vec<_>>().join(",")
}

/// A text with a mark wherever a formula would be the beginning of a cell.
fn marked(text: &str, begins_a_cell: bool) -> Cow<'_, str> {
	let mut marked = String::new();
	let mut done = 0;
	let mut begins = begins_a_cell;
	for (place, sign) in text.char_indices() {
		if begins && is_formula(&text[place..]) {
			marked.push_str(&text[done..place]);
			marked.push(MARK);
			done = place;
		}
		begins = SEPARATORS.contains(&sign);
	}
	match done {
		0 if marked.is_empty() => text.into(),
		done => (marked + &text[done..]).into(),
	}
}

/// Whether a spreadsheet takes a cell for a formula. Some look behind spaces and quotation marks.
fn is_formula(cell: &str) -> bool {
	let passed = |sign: char| {
		let separates = SEPARATORS.contains(&sign);
		!separates && (sign.is_whitespace() || sign.is_control() || sign == '"')
	};
	cell.trim_start_matches(passed).starts_with(FORMULA)
}

/// The texts within a value, marked; no cell begins where one of them does.
fn marked_within(value: Json) -> Json {
	match value {
		Json::String(text) => marked(&text, false).into(),
		Json::Array(parts) => parts.into_iter().map(marked_within).collect(),
		Json::Object(fields) => {
			fields.into_iter().map(|(name, part)| (name, marked_within(part))).collect()
		},
		other => other,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn text(text: &str) -> String {
		line([Cell::Text(text.into())])
	}

	#[test]
	fn every_text_is_quoted_and_numbers_are_not() {
		let cells = [json!("Town"), json!(""), json!("12"), json!(12), json!(true), Json::Null];
		assert_eq!(line(cells.map(Cell::of)), "\"Town\",\"\",\"12\",12,true,");
		assert_eq!(line([Cell::Plain("-7".into())]), "-7");
		assert_eq!(text("a, \"b\""), "\"a, \"\"b\"\"\"");
	}

	#[test]
	fn formula_is_marked_wherever_a_cell_could_begin() {
		for (name, cell) in [
			("=1+1", "\"'=1+1\""),
			("Town;=1+1;x", "\"Town;'=1+1;x\""),
			("＝1+1", "\"'＝1+1\""),
			("Town\t@x|+1", "\"Town\t'@x|'+1\""),
			("=;=", "\"'=;'=\""),
			(" =1", "\"' =1\""),
			("a;\"=1\";b", "\"a;'\"\"=1\"\";b\""),
			("a; －1", "\"a;' －1\""),
			("﹦1", "\"'﹦1\""),
			// Where none begins, nothing is changed.
			("Bakery - Town", "\"Bakery - Town\""),
			("1+1=2", "\"1+1=2\""),
			("a;b", "\"a;b\""),
			("", "\"\""),
		] {
			assert_eq!(text(name), cell, "{name}");
		}
	}

	#[test]
	fn no_separator_makes_a_cell_that_is_a_formula() {
		for name in ["Town;=1+1;x", "＝1+1", "=a\t=b|=c,=d", "x;\"=1\"", ";;=1", "; ;\u{a0}@"] {
			let written = line([json!(7), json!(name), json!([{ "name": name }])].map(Cell::of));
			for separator in SEPARATORS {
				for cell in written.split(separator) {
					assert!(!is_formula(cell), "{cell:?} of {written:?} at {separator:?}");
				}
			}
		}
	}

	#[test]
	fn values_within_stay_json() {
		let value = json!({ "net": "-5", "name": "Town;=1", "tax": -1, "codes": ["=1"] });
		let Cell::Text(cell) = Cell::of(value) else { panic!("is written as text") };
		assert_eq!(cell, "{\"net\":\"-5\",\"name\":\"Town;'=1\",\"tax\":-1,\"codes\":[\"=1\"]}");
	}
}
