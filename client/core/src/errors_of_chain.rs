//! What the chain's own errors say to a person.
//!
//! A transaction can succeed while the call that it carries fails: a proxy's, a batch's, a
//! multisig's, a motion's, a meta-transaction's. Such calls leave an event that carries the error.
//! So **any** dispatch error in an event of a transaction is a failure, wherever it comes from.

use crate::{
	chain::{written::ExtrinsicEvents, ChainConfig},
	error::{Error, Result},
	nesting,
	value::{self, Typed},
};
use subxt::{
	error::{ArithmeticError, DispatchError, TokenError},
	events::Event,
	ext::scale_value::{Composite, ValueDef, Variant},
	transactions::ValidationResult,
	ArcMetadata,
};

/// Events that carry an error which is no failure of the transaction: the proposal is queued all
/// the same, and anyone can enact it by hand; and the other call was made instead.
const NO_FAILURES: [(&str, &str); 2] =
	[("Governance", "SchedulingFailed"), ("Utility", "IfElseFallbackCalled")];

/// The event of a transaction that failed as a whole.
const EXTRINSIC_FAILED: (&str, &str) = ("System", "ExtrinsicFailed");

/// An event's fields, with the type of each part.
pub fn fields_of(event: &Event<'_, ChainConfig>, metadata: &ArcMetadata) -> Result<Composite<u32>> {
	let (pallet, name) = (event.pallet_name(), event.event_name());
	let variant = metadata
		.pallet_by_event_index(event.pallet_index())
		.and_then(|pallet| pallet.event_variant_by_index(event.event_index()))
		.ok_or_else(|| Error::connection(format!("the event {pallet}.{name} is not known")))?;
	let mut bytes = event.field_bytes();
	let fields = variant.fields.iter().enumerate().map(|(position, field)| {
		let value = nesting::decode(&mut bytes, field.ty.id, metadata)
			.map_err(|error| Error::connection(format!("the event {pallet}.{name}: {error}")))?;
		Ok((field.name.clone().unwrap_or_else(|| position.to_string()), value))
	});
	Ok(Composite::Named(fields.collect::<Result<_>>()?))
}

/// The failure that a transaction's events tell of, if any; the innermost one.
pub fn failure(events: &ExtrinsicEvents, metadata: &ArcMetadata) -> Result<Option<String>> {
	let read = events.iter().map(|event| {
		let event = event?;
		Ok((
			event.pallet_name().to_owned(),
			event.event_name().to_owned(),
			fields_of(&event, metadata)?,
		))
	});
	let read: Vec<_> = read.collect::<Result<_>>()?;
	Ok(failure_in(
		read.iter().map(|(pallet, name, fields)| (&pallet[..], &name[..], fields)),
		metadata,
	))
}

/// As [`failure`], of events by pallet, name and fields.
pub fn failure_in<'events>(
	events: impl Iterator<Item = (&'events str, &'events str, &'events Composite<u32>)>,
	metadata: &ArcMetadata,
) -> Option<String> {
	let mut inner = None;
	for (pallet, name, fields) in events {
		if NO_FAILURES.contains(&(pallet, name)) {
			continue;
		}
		let Some(error) = error_in(fields, metadata) else {
			continue;
		};
		if (pallet, name) == EXTRINSIC_FAILED {
			return Some(sentence(&error));
		}
		// The call within tells first.
		inner.get_or_insert_with(|| format!("{} (in {pallet}.{name})", sentence(&error)));
	}
	inner
}

/// The first dispatch error among an event's fields.
pub fn error_in(fields: &Composite<u32>, metadata: &ArcMetadata) -> Option<DispatchError> {
	fields.values().find_map(|field| find_error(field, metadata))
}

/// The first dispatch error within `value`.
fn find_error(value: &Typed, metadata: &ArcMetadata) -> Option<DispatchError> {
	if metadata.dispatch_error_ty() == Some(value.context) {
		return value::dispatch_error(value, metadata);
	}
	match &value.value {
		ValueDef::Composite(parts) | ValueDef::Variant(Variant { values: parts, .. }) => {
			parts.values().find_map(|part| find_error(part, metadata))
		},
		_ => None,
	}
}

/// The name of a dispatch error and what it means, from the metadata where that says it.
pub fn sentence(error: &DispatchError) -> String {
	let meaning = match error {
		DispatchError::Module(error) => error
			.details()
			.map(|details| details.variant.docs.join(" ").trim().to_owned())
			.unwrap_or_default(),
		DispatchError::BadOrigin => "the account may not make this call".into(),
		DispatchError::Token(error) => token_meaning(error).into(),
		DispatchError::Arithmetic(ArithmeticError::Underflow) => {
			"there is less than would be taken away".into()
		},
		DispatchError::Arithmetic(ArithmeticError::Overflow) => "a number becomes too large".into(),
		DispatchError::ConsumerRemaining => "something still depends on the account".into(),
		DispatchError::NoProviders => "nothing makes the account exist".into(),
		DispatchError::TooManyConsumers => "too much depends on the account already".into(),
		other => other.to_string(),
	};
	let name = value::error_name(error);
	match meaning.trim_end_matches('.') {
		"" => name,
		meaning => format!("{name}: {meaning}"),
	}
}

fn token_meaning(error: &TokenError) -> &'static str {
	match error {
		TokenError::FundsUnavailable => "the account does not have that much to spend",
		TokenError::OnlyProvider => "the account would cease to exist, and something needs it",
		TokenError::BelowMinimum => "the account would hold less than the existential deposit",
		TokenError::CannotCreate | TokenError::CannotCreateHold => "the account can't be created",
		TokenError::UnknownAsset => "there is no such currency",
		TokenError::Frozen => "the money is frozen",
		TokenError::NotExpendable => "the account would cease to exist by this",
		TokenError::Blocked => "the account can't receive this",
		_ => "the currency does not support this",
	}
}

/// Why a node would not take a transaction, if it would not.
pub fn why_invalid(validity: &ValidationResult, payer: &str) -> Option<String> {
	match validity {
		ValidationResult::Valid(_) => None,
		ValidationResult::Invalid(why) => Some(why_not_valid(&format!("{why:?}"), payer)),
		ValidationResult::Unknown(why) => Some(why_not_valid(&format!("{why:?}"), payer)),
	}
}

/// Why a transaction is not valid, by the name that the chain gives the reason.
pub fn why_not_valid(reason: &str, payer: &str) -> String {
	let poor = format!("the account {payer} can't pay the fee");
	let why = match reason {
		"Payment" => &poor[..],
		"Stale" => "its nonce was used already",
		"Future" => "an earlier transaction of the account is missing",
		"BadProof" => {
			"its signature does not fit: what the node says of the chain's calls may not be what the \
			 chain does"
		},
		"AncientBirthBlock" => "it has expired",
		"ExhaustsResources" => "it does not fit into a block",
		"Call" => "the call is not allowed now",
		"MandatoryValidation" => "only the block's author may make this call",
		"CannotLookup" => {
			"an account in it is not known, or the chain's runtime was built without a digest of its \
			 metadata: then only --trust-metadata signs for it"
		},
		other => other,
	};
	format!("the transaction is not valid: {why}")
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::transactions::{TransactionInvalid, TransactionUnknown};

	#[test]
	fn sentence_names_the_error_and_says_what_it_means() {
		for (error, expected) in [
			(DispatchError::BadOrigin, "BadOrigin: the account may not make this call"),
			(DispatchError::Token(TokenError::Frozen), "Token.Frozen: the money is frozen"),
			(
				DispatchError::Exhausted,
				"Exhausted: Resources exhausted, e.g. attempt to read/write data which is too \
				 large to manipulate",
			),
		] {
			assert_eq!(sentence(&error), expected);
		}
	}

	#[test]
	fn invalid_transactions_are_explained() {
		let invalid = |why| why_invalid(&ValidationResult::Invalid(why), "5F").expect("is not");
		assert!(invalid(TransactionInvalid::Payment).contains("5F can't pay the fee"));
		assert!(invalid(TransactionInvalid::Stale).contains("used already"));
		let unknown = ValidationResult::Unknown(TransactionUnknown::CannotLookup);
		assert!(why_invalid(&unknown, "5F").is_some_and(|why| why.contains("--trust-metadata")));
		assert!(invalid(TransactionInvalid::BadProof).contains("what the node says"));
	}
}
