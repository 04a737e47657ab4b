//! How work can fail, and the code of each kind.

use ourledger_math::MathError;
use serde_json::{json, Value as Json};
use subxt::utils::H256;

/// Result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something wasn't done: one sentence that names the field and the rule.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
	/// Nothing was done, and nothing will be: it failed in a final block, or was refused before
	/// anything was sent.
	#[error("{0}")]
	Refused(String),
	/// A program was started with arguments that make no sense, or lack something.
	#[error("{0}")]
	Usage(String),
	/// No node answers, or it answers what this crate does not understand.
	#[error("{0}")]
	Connection(String),
	/// An argument or a file is not valid.
	#[error("{0}")]
	Input(String),
	/// What was asked for does not exist.
	#[error("{0}")]
	NotFound(String),
	/// Something is not what it claims to be: a signature, a proof, a hash.
	#[error("{0}")]
	Verification(String),
	/// The person said no, or nobody was there to say yes.
	#[error("{0}")]
	Declined(String),
	/// The command line's standard output can't be written. Nothing in these crates fails so.
	#[error("{0}")]
	Output(String),
	/// A transaction was sent, and nobody knows yet what became of it.
	#[error("{message}")]
	Unknown {
		/// What is known, and what to do.
		message: String,
		/// Its hash, by which it can be asked for.
		transaction: H256,
	},
}

impl Error {
	/// See [`Error::Refused`].
	pub fn refused(message: impl Into<String>) -> Self {
		Self::Refused(message.into())
	}

	/// See [`Error::Usage`].
	pub fn usage(message: impl Into<String>) -> Self {
		Self::Usage(message.into())
	}

	/// See [`Error::Connection`].
	pub fn connection(message: impl Into<String>) -> Self {
		Self::Connection(message.into())
	}

	/// See [`Error::Input`].
	pub fn input(message: impl Into<String>) -> Self {
		Self::Input(message.into())
	}

	/// See [`Error::NotFound`].
	pub fn not_found(message: impl Into<String>) -> Self {
		Self::NotFound(message.into())
	}

	/// See [`Error::Verification`].
	pub fn verification(message: impl Into<String>) -> Self {
		Self::Verification(message.into())
	}

	/// See [`Error::Declined`].
	pub fn declined(message: impl Into<String>) -> Self {
		Self::Declined(message.into())
	}

	/// See [`Error::Output`].
	pub fn output(message: impl Into<String>) -> Self {
		Self::Output(message.into())
	}

	/// See [`Error::Unknown`].
	pub fn unknown(transaction: H256, message: impl Into<String>) -> Self {
		Self::Unknown { message: message.into(), transaction }
	}

	/// The same error, with more said about it.
	pub fn explained(self, explain: impl FnOnce(String) -> String) -> Self {
		match self {
			Self::Refused(why) => Self::Refused(explain(why)),
			Self::Usage(why) => Self::Usage(explain(why)),
			Self::Connection(why) => Self::Connection(explain(why)),
			Self::Input(why) => Self::Input(explain(why)),
			Self::NotFound(why) => Self::NotFound(explain(why)),
			Self::Verification(why) => Self::Verification(explain(why)),
			Self::Declined(why) => Self::Declined(explain(why)),
			Self::Output(why) => Self::Output(explain(why)),
			Self::Unknown { message, transaction } => {
				Self::Unknown { message: explain(message), transaction }
			},
		}
	}

	/// The code of its kind, from 1 on: what a program can exit with, as the command line does.
	pub fn code(&self) -> u8 {
		match self {
			Self::Refused(_) => 1,
			Self::Usage(_) => 2,
			Self::Connection(_) => 3,
			Self::Input(_) => 4,
			Self::NotFound(_) => 5,
			Self::Verification(_) => 6,
			Self::Declined(_) => 7,
			Self::Output(_) => 8,
			Self::Unknown { .. } => 9,
		}
	}

	/// The code's name in JSON.
	pub fn kind(&self) -> &'static str {
		match self {
			Self::Refused(_) => "refused",
			Self::Usage(_) => "usage",
			Self::Connection(_) => "connection",
			Self::Input(_) => "input",
			Self::NotFound(_) => "not_found",
			Self::Verification(_) => "verification",
			Self::Declined(_) => "declined",
			Self::Output(_) => "output",
			Self::Unknown { .. } => "unknown",
		}
	}

	/// Code, kind and message at `error`, and the hash of a transaction whose fate isn't known.
	pub fn json(&self) -> Json {
		let mut error = json!({
			"code": self.code(),
			"kind": self.kind(),
			"message": self.to_string(),
		});
		if let Self::Unknown { transaction, .. } = self {
			error["transaction"] = format!("{transaction:?}").into();
		}
		json!({ "error": error })
	}
}

/// Whatever `subxt` says: either the node can't be reached, or it speaks of things
/// that its own metadata does not describe.
macro_rules! from_subxt {
	($($name:ident),* $(,)?) => {
		$(
			impl From<subxt::error::$name> for Error {
				fn from(error: subxt::error::$name) -> Self {
					Self::Connection(format!("the node does not answer as expected: {error}"))
				}
			}
		)*
	};
}

from_subxt!(
	AccountNonceError,
	BackendError,
	BlockError,
	BlocksError,
	ConstantError,
	DispatchErrorDecodeError,
	EventsError,
	ExtrinsicError,
	OnlineClientAtBlockError,
	OnlineClientError,
	RuntimeApiError,
	StorageError,
	StorageKeyError,
	StorageValueError,
	TransactionEventsError,
	TransactionProgressError,
	ViewFunctionError,
);

impl From<subxt::rpcs::Error> for Error {
	fn from(error: subxt::rpcs::Error) -> Self {
		Self::Connection(format!("the node does not answer as expected: {error}"))
	}
}

/// What the arithmetic of amounts refuses, in words for whoever gave them.
impl From<MathError> for Error {
	fn from(error: MathError) -> Self {
		Self::input(match error {
			MathError::NegativeNet => {
				"returns outweigh all that is sold: take them back by a credit note on their own \
				 invoice"
					.into()
			},
			MathError::NegativeTax => {
				"more VAT would be given back than is charged: take the returns back by a credit note \
				 on their own invoice"
					.into()
			},
			MathError::LevyOnReturns => {
				"a levy is on a tax code under which returns outweigh: leave the levy out, or take the \
				 returns back by a credit note on their own invoice"
					.into()
			},
			MathError::LevyWithinLinePrices => {
				"the jurisdiction rounds VAT per line, so prices with tax can't have levies in them: \
				 give prices without tax"
					.into()
			},
			MathError::WithheldBeyondGross | MathError::TaxBeyondGross => {
				"more tax would be kept back than is to be paid".into()
			},
			MathError::NoteRaisesInvoice => {
				"the credit note takes back more than the invoice has left, or raises something: each \
				 of its parts moves its tax code, and each of its lines, towards zero and not past it"
					.into()
			},
			error => format!("the amounts can't be: {error}"),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn every_error() -> [Error; 9] {
		[
			Error::refused("a"),
			Error::usage("b"),
			Error::connection("c"),
			Error::input("d"),
			Error::not_found("e"),
			Error::verification("f"),
			Error::declined("g"),
			Error::output("h"),
			Error::unknown(H256([1; 32]), "i"),
		]
	}

	#[test]
	fn codes_count_from_one() {
		for (error, code) in every_error().iter().zip(1..) {
			assert_eq!(error.code(), code);
		}
	}

	#[test]
	fn json_has_code_kind_and_message() {
		assert_eq!(
			Error::not_found("no key named \"x\"").json().to_string(),
			r#"{"error":{"code":5,"kind":"not_found","message":"no key named \"x\""}}"#
		);
	}

	#[test]
	fn json_of_an_unknown_fate_has_the_transaction() {
		let json = Error::unknown(H256([0xab; 32]), "lost").json();
		assert_eq!(json["error"]["transaction"], format!("0x{}", "ab".repeat(32)));
		assert_eq!(
			(&json["error"]["code"], &json["error"]["kind"]),
			(&9.into(), &"unknown".into())
		);
	}

	#[test]
	fn explained_error_keeps_its_kind() {
		for error in every_error() {
			let explained = error.clone().explained(|why| format!("before: {why}"));
			assert_eq!(explained.code(), error.code());
			assert_eq!(explained.to_string(), format!("before: {error}"));
		}
	}

	#[test]
	fn kinds_differ() {
		let kinds: std::collections::BTreeSet<_> = every_error().iter().map(Error::kind).collect();
		assert_eq!(kinds.len(), 9);
	}
}
