//! The one way to write a document down, so that everybody gets the same hash of it.
//!
//! It is RFC 8785 (JSON Canonicalization Scheme) for JSON that has nothing but objects, arrays,
//! strings, whole numbers and truth values:
//!
//! - UTF-8, without any space between tokens;
//! - the fields of an object in the order of their names' UTF-16 code units;
//! - of the characters in strings only `"`, `\` and those below U+0020 escaped: as `\b`, `\t`, `\n`,
//!   `\f`, `\r` where there is one, else as `\u00xx` in lower case;
//! - whole numbers between −(2⁵³ − 1) and 2⁵³ − 1, in digits. Decimals are strings;
//! - no null: what is unknown is left out.
//!
//! The hash is BLAKE2b with 256 bits, the chain's own, of these bytes.

use ourledger_client::{
	error::{Error, Result},
	hash::blake2_256,
};
use serde_json::Value as Json;

/// Largest whole number that every reader of JSON keeps exactly.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The canonical bytes of a document.
pub fn bytes(json: &Json) -> Result<Vec<u8>> {
	let mut out = Vec::new();
	write(json, "the document", &mut out)?;
	Ok(out)
}

/// The hash of a document.
pub fn hash(json: &Json) -> Result<[u8; 32]> {
	Ok(blake2_256(&bytes(json)?))
}

fn write(json: &Json, name: &str, out: &mut Vec<u8>) -> Result<()> {
	match json {
		Json::Null => {
			return Err(Error::input(format!(
				"{name} is null, which has no place in a document: leave the field out"
			)))
		},
		Json::Bool(value) => out.extend(value.to_string().as_bytes()),
		Json::Number(number) => {
			let is_exact = number.as_i64().is_some_and(|it| it.unsigned_abs() <= MAX_NUMBER);
			if !is_exact {
				return Err(Error::input(format!(
					"{name} is the number {number}: a document has whole numbers up to {MAX_NUMBER} \
					 only, and decimals as strings"
				)));
			}
			out.extend(number.to_string().as_bytes());
		},
		// The library escapes exactly what the rule says.
		Json::String(_) => out.extend(json.to_string().as_bytes()),
		Json::Array(items) => {
			out.push(b'[');
			for (place, item) in items.iter().enumerate() {
				if place > 0 {
					out.push(b',');
				}
				write(item, &format!("{name}[{place}]"), out)?;
			}
			out.push(b']');
		},
		Json::Object(fields) => {
			let mut fields: Vec<_> = fields.iter().collect();
			fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
			out.push(b'{');
			for (place, (field, value)) in fields.into_iter().enumerate() {
				if place > 0 {
					out.push(b',');
				}
				out.extend(Json::from(field.as_str()).to_string().as_bytes());
				out.push(b':');
				write(value, field, out)?;
			}
			out.push(b'}');
		},
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn canonical(text: &str) -> String {
		let json = serde_json::from_str(text).expect("is JSON");
		String::from_utf8(bytes(&json).expect("is canonical")).expect("is UTF-8")
	}

	/// The sorting vector of RFC 8785, section 3.2.3.
	#[test]
	fn fields_are_sorted_by_utf16() {
		let text = "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\
			\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\
			\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\
			\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";
		assert_eq!(
			canonical(text),
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
			 \"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\
			 \"\u{1f600}\":\"Emoji: Grinning Face\",\
			 \"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
		);
	}

	/// The string and the literals of the vector of RFC 8785, section 3.2.2, without its numbers.
	#[test]
	fn strings_escape_as_little_as_they_can() {
		let text = "{ \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\
			\"literals\": [true, false] , \"whole\": [-9007199254740991, 0, 9007199254740991] }";
		assert_eq!(
			canonical(text),
			"{\"literals\":[true,false],\"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\
			 \"whole\":[-9007199254740991,0,9007199254740991]}"
		);
	}

	#[test]
	fn order_and_space_make_no_difference() {
		let one = serde_json::from_str("{\"a\":\"1.50\",\"b\":[1,2]}").expect("is JSON");
		let other = serde_json::from_str("{ \"b\" : [ 1, 2 ],\n \"a\" : \"1.50\" }").expect("is");
		assert_eq!(hash(&one), hash(&other));
		// Python: hashlib.blake2b(b'{"a":"1.50","b":[1,2]}', digest_size=32).hexdigest()
		assert_eq!(
			hex::encode(hash(&one).expect("is canonical")),
			"836e16945e51a295ad2484d0243a20c49572ee82e6e5def858c31eba7b8f0438"
		);
	}

	#[test]
	fn what_readers_would_read_differently_is_refused() {
		for (text, why) in [
			("{\"a\":1.5}", "decimals as strings"),
			("{\"a\":9007199254740992}", "whole numbers up to"),
			("{\"a\":null}", "leave the field out"),
			("{\"a\":[{\"b\":1e3}]}", "b is the number"),
		] {
			let json = serde_json::from_str(text).expect("is JSON");
			let error = bytes(&json).expect_err(text).to_string();
			assert!(error.contains(why), "{error}");
		}
	}
}
