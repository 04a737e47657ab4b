//! What kind of error it is where records can't be described, kept, proved or verified.

use crate::{
	book::BookError, describe::DescribeError, journal::JournalError, light::LightError,
	proof::ProofError, verify::VerifyError,
};
use ourledger_client::Error;
use std::{io, path::Path};

/// A file that can't be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Error {
	let message = format!("{} can't be read: {error}", path.display());
	match error.kind() {
		io::ErrorKind::NotFound => Error::NotFound(message),
		_ => Error::Input(message),
	}
}

impl From<DescribeError> for Error {
	fn from(error: DescribeError) -> Self {
		match &error {
			DescribeError::Unreadable { path, source } => unreadable(path, source),
			_ => Self::Input(error.to_string()),
		}
	}
}

impl From<BookError> for Error {
	fn from(error: BookError) -> Self {
		let message = error.to_string();
		match error {
			BookError::NotInBook(_) | BookError::DescriptorUnknown(_) => Self::NotFound(message),
			BookError::NoDescriptor(_) => Self::Verification(message),
			_ => Self::Input(message),
		}
	}
}

impl From<JournalError> for Error {
	fn from(error: JournalError) -> Self {
		Self::Input(error.to_string())
	}
}

/// Something that isn't what it claims to be.
impl From<ProofError> for Error {
	fn from(error: ProofError) -> Self {
		Self::Verification(error.to_string())
	}
}

impl From<VerifyError> for Error {
	fn from(error: VerifyError) -> Self {
		match error {
			VerifyError::Light(error) => error.into(),
			VerifyError::Proof(error) => error.into(),
			VerifyError::Server(_) => Self::Connection(error.to_string()),
		}
	}
}

impl From<LightError> for Error {
	fn from(error: LightError) -> Self {
		let message = error.to_string();
		match error {
			LightError::BadSpec(_)
			| LightError::PlainSpec
			| LightError::NoBootnode
			| LightError::BadBootnode(_) => Self::Input(message),
			LightError::Stale { .. } | LightError::NotProved(_) => Self::Verification(message),
			LightError::Unreachable(_)
			| LightError::NothingFinalised { .. }
			| LightError::Failed(_) => Self::Connection(message),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn refusals_have_the_code_6_and_bad_inputs_4() {
		let stale = LightError::Stale { number: 1, age_seconds: 2 };
		assert_eq!(Error::from(stale).code(), 6);
		assert_eq!(Error::from(LightError::PlainSpec).code(), 4);
		assert_eq!(Error::from(LightError::NoBootnode).code(), 4);
		assert_eq!(Error::from(LightError::Unreachable(1)).code(), 3);
		let head = ProofError::NotFinal { number: 2, finalised: 1 };
		assert_eq!(Error::from(VerifyError::from(head)).code(), 6);
	}
}
