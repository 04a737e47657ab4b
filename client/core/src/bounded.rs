//! Reading what others made: never more than a bound, and nothing that two readers read differently.

use crate::error::{Error, Result};
use serde::{
	de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
	Deserialize, Deserializer,
};
use serde_json::{Map, Value as Json};
use std::{
	fmt,
	fs::File,
	io::{self, BufRead, Read},
	path::Path,
};

/// The bytes of a file, of which more than `most` are refused. Reads no further than that, whatever
/// the file is: a device has no end.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
	read_from(File::open(path)?, most)
}

/// As [`read`], of whatever can be read.
pub fn read_from(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
	let mut bytes = Vec::new();
	reader.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
	if bytes.len() as u64 > most {
		return Err(too_long(most));
	}
	Ok(bytes)
}

/// As [`read`], as text.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
	text_of(read(path, most)?)
}

/// Bytes as text.
pub fn text_of(bytes: Vec<u8>) -> io::Result<String> {
	let no_text = || io::Error::new(io::ErrorKind::InvalidData, "it isn't UTF-8 text");
	String::from_utf8(bytes).map_err(|_| no_text())
}

/// Reads a value from a JSON file.
pub fn read_json<T: DeserializeOwned>(path: &Path, most: u64) -> Result<T> {
	let not_valid = |why: String| Error::input(format!("{}: {why}", path.display()));
	let text = read_text(path, most).map_err(|error| not_valid(error.to_string()))?;
	parse(&text).map_err(|error| not_valid(error.to_string()))
}

/// The next line with its end, of which more than `most` bytes are refused; empty at the end.
pub fn read_line(reader: &mut impl BufRead, most: u64) -> io::Result<Vec<u8>> {
	let mut line = Vec::new();
	reader.take(most.saturating_add(1)).read_until(b'\n', &mut line)?;
	if line.len() as u64 > most {
		return Err(too_long(most));
	}
	Ok(line)
}

fn too_long(most: u64) -> io::Error {
	io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {most} bytes"))
}

/// A value from JSON in which no object has a key twice.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
	parse_unique(text)?;
	// From the text itself: then an error says where it is.
	serde_json::from_str(text)
}

/// JSON in which no object has a key twice: of two values for one key, readers take either, and a
/// hash of one of them says nothing of the other. RFC 8785 asks for this.
pub fn parse_unique(text: &str) -> serde_json::Result<Json> {
	let mut reader = serde_json::Deserializer::from_str(text);
	let value = Unique.deserialize(&mut reader)?;
	reader.end()?;
	Ok(value)
}

/// As [`parse_unique`], of values that stand one after the other.
pub fn parse_all_unique(text: &str) -> impl Iterator<Item = serde_json::Result<Json>> + '_ {
	struct Value(Json);

	impl<'de> Deserialize<'de> for Value {
		fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
			Unique.deserialize(deserializer).map(Self)
		}
	}
	let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
	values.map(|value| value.map(|Value(json)| json))
}

/// Builds a value, and refuses a key that comes twice.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
	type Value = Json;

	fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
		deserializer.deserialize_any(self)
	}
}

impl<'de> Visitor<'de> for Unique {
	type Value = Json;

	fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("JSON")
	}

	fn visit_unit<E>(self) -> Result<Json, E> {
		Ok(Json::Null)
	}

	fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_str<E>(self, value: &str) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_string<E>(self, value: String) -> Result<Json, E> {
		Ok(value.into())
	}

	fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
		let mut values = Vec::new();
		while let Some(value) = list.next_element_seed(Unique)? {
			values.push(value);
		}
		Ok(values.into())
	}

	fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
		let mut values = Map::new();
		while let Some(key) = map.next_key::<String>()? {
			if values.contains_key(&key) {
				return Err(de::Error::custom(format_args!("the key {key:?} stands twice")));
			}
			values.insert(key, map.next_value_seed(Unique)?);
		}
		Ok(values.into())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn key_that_stands_twice_is_refused_wherever_it_is() {
		for text in [r#"{"a":1,"a":2}"#, r#"{"b":[{"a":1,"a":1}]}"#, r#"{"a":{"\u0062":1,"b":2}}"#]
		{
			let error = parse_unique(text).expect_err(text);
			assert!(error.to_string().contains("stands twice"), "{error}");
		}
	}

	#[test]
	fn other_json_is_read_as_ever() {
		let text = r#"{"z":[1,-2,1.5,"x",true,null,{"a":{}}],"a":18446744073709551615}"#;
		let plain: Json = serde_json::from_str(text).expect("is JSON");
		let unique = parse_unique(text).expect("has each key once");
		assert_eq!(unique.to_string(), plain.to_string());
		let all: Vec<_> = parse_all_unique(r#"{"a":1} [2] {"b":1,"b":2}"#).collect();
		assert_eq!(all.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
		for text in ["", "{", "1 2", "[1,]"] {
			assert!(parse_unique(text).is_err(), "{text:?}");
		}
		// As deep as JSON may be, and deeper.
		assert!(parse_unique(&("[".repeat(100) + &"]".repeat(100))).is_ok());
		assert!(parse_unique(&("[".repeat(100_000) + &"]".repeat(100_000))).is_err());
	}

	#[test]
	fn file_is_read_up_to_its_bound() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("file");
		std::fs::write(&path, "12345").expect("there is room");
		assert_eq!(read(&path, 5).expect("fits"), b"12345");
		assert!(read(&path, 4).expect_err("is longer").to_string().contains("4 bytes"));
	}

	#[cfg(unix)]
	#[test]
	fn what_has_no_end_is_refused() {
		assert!(read(Path::new("/dev/zero"), 1_000).is_err());
		let mut endless = io::BufReader::new(File::open("/dev/zero").expect("exists"));
		assert!(read_line(&mut endless, 1_000).is_err());
	}

	#[test]
	fn lines_come_with_their_ends() {
		let mut reader = io::BufReader::new(&b"ab\ncd"[..]);
		assert_eq!(read_line(&mut reader, 3).expect("fits"), b"ab\n");
		assert_eq!(read_line(&mut reader, 3).expect("fits"), b"cd");
		assert_eq!(read_line(&mut reader, 3).expect("is over"), b"");
	}
}
