//! What people write in place of parts of documents.

use crate::document::{read_bytes, CodeRef, Line, LineLevy};
use ourledger_client::{
	error::{Error, Result},
	hash, texts,
};
use std::path::Path;

/// A line of a document from its short form: what, quantity, price of one, VAT code and, if need be,
/// levies, as in "Cola;6;1.20;vat-standard;sugar,tourism". The price is with tax if `is_gross`.
pub fn line(text: &str, is_gross: bool) -> Result<Line> {
	let not_valid = |why: String| {
		Error::input(format!(
			"the line {text:?} is not valid: {why}. It is written as what;quantity;price;code, or \
			 what;quantity;price;code;levies"
		))
	};
	let parts: Vec<_> = text.split(';').map(str::trim).collect();
	let (name, quantity, price, code, levies) = match parts[..] {
		[name, quantity, price, code] => (name, quantity, price, code, ""),
		[name, quantity, price, code, levies] => (name, quantity, price, code, levies),
		_ => return Err(not_valid(format!("it has {} parts", parts.len()))),
	};
	if name.is_empty() || code.is_empty() {
		return Err(not_valid("it lacks a name or a code".into()));
	}
	texts::ensure_lines("itemName", name)?;
	let price = price.parse().map_err(not_valid)?;
	let quantity = quantity.parse().map_err(not_valid)?;
	let levies = levies.split(',').map(str::trim).filter(|levy| !levy.is_empty());
	let levies = levies.map(|levy| LineLevy { tax_code: CodeRef::from(levy), quantity: None });
	Ok(Line {
		levies: levies.collect(),
		..Line::new(name.into(), quantity, price, CodeRef::from(code), is_gross)
	})
}

/// The hash of what proves an export, as documents have it: from the hash, or from the file.
pub fn evidence(text: &str) -> Result<String> {
	let hash = match hash::parse(text) {
		Some(hash) => hash,
		None => hash::blake2_256(&read_bytes(Path::new(text))?),
	};
	Ok(hash::text(&hash))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn line_has_four_or_five_parts() {
		let plain = line("Bread; 2; 1.50; vat-standard", false).expect("is valid");
		assert_eq!(plain.item_name, "Bread");
		assert_eq!(plain.item_net_price.map(|price| price.to_string()), Some("1.50".into()));
		assert!(plain.levies.is_empty() && plain.price_with_tax.is_none());
		let full = line("Cola;6;1.20;1;sugar,9", true).expect("is valid");
		assert_eq!(full.tax_code, CodeRef::Number(1));
		assert_eq!(full.levies.len(), 2);
		assert_eq!(full.levies[1].tax_code, CodeRef::Number(9));
		assert!(full.item_net_price.is_none() && full.price_with_tax.is_some());
		for text in ["", "Bread", "Bread;2;1.50", ";2;1.50;1", "Bread;two;1.50;1", "a;1;1;1;;1"] {
			let error = line(text, false).expect_err(text).to_string();
			assert!(error.contains("what;quantity;price;code"), "{error}");
		}
	}

	#[test]
	fn line_is_of_something_that_shows() {
		for name in ["\u{3164}", "\u{2800}", "a\u{b}b", "a\u{fffe}"] {
			let error = line(&format!("{name};1;1.50;1"), false).expect_err(name).to_string();
			assert!(error.contains("itemName"), "{error}");
		}
	}

	#[test]
	fn evidence_is_a_hash_or_a_file() {
		let hash = format!("0x{}", "12".repeat(32));
		assert_eq!(evidence(&hash), Ok(hash));
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("declaration.pdf");
		std::fs::write(&path, "abc").expect("is written");
		let of_file = evidence(path.to_str().expect("is UTF-8"));
		assert_eq!(of_file, Ok(hash::text(&hash::blake2_256(b"abc"))));
		assert_eq!(evidence("0x1234").map_err(|error| error.code()), Err(5));
	}
}
