//! Where a record is.

use crate::proof::ProofError;
use ourledger_client::Error;
use ourledger_primitives::{record::RecordNumber, twin::TwinNumber};
use std::{fmt, str::FromStr};

/// Where a record is: `twin:number`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Address {
	/// Whose it is.
	pub twin: TwinNumber,
	/// Its place among the twin's records, from 0.
	pub number: RecordNumber,
}

impl FromStr for Address {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let parsed = || {
			let (twin, number) = text.split_once(':')?;
			Some(Self { twin: twin.parse().ok()?, number: number.parse().ok()? })
		};
		parsed().ok_or_else(|| "a record is written as twin:number, such as 12:5".into())
	}
}

impl fmt::Display for Address {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}:{}", self.twin, self.number)
	}
}

impl Address {
	/// Why there is no such record: the twin has `count` of them.
	pub fn missing(self, count: u64) -> ProofError {
		ProofError::RecordNotFound { twin: self.twin, number: self.number, count }
	}

	/// As [`Address::missing`], where nobody claims that there is one.
	pub fn not_found(self, count: u64) -> Error {
		Error::not_found(self.missing(count).to_string())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn address_is_two_numbers() {
		assert_eq!("12:5".parse(), Ok(Address { twin: 12, number: 5 }));
		assert_eq!(Address { twin: 12, number: 5 }.to_string(), "12:5");
		for text in ["", "12", "12:", ":5", "12:5:1", "a:5", "-1:5", "12:18446744073709551616"] {
			let error = text.parse::<Address>().expect_err(text);
			assert!(error.contains("twin:number"), "{error}");
		}
	}
}
