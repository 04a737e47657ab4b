//! `twin add-key` and `twin remove-key`.

use crate::commands::Context;
use clap::Args;
use ourledger_client::twin::{Deposits, PublicKey, Purpose, TwinInfo};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
	submit::Draft,
};
use ourledger_primitives::twin::{self, MAX_KEYS};
use serde_json::json;
use std::path::Path;
use subxt::ext::scale_decode::DecodeAsType;

/// Length of an ML-KEM-768 encapsulation key, by FIPS 203.
const ML_KEM_768_BYTES: usize = 1184;

/// How keys are written, for messages.
const FORMS: &str =
	"sr25519:0x…, ed25519:0x…, p256:0x…, x25519:0x…, ml-kem-768-hash:0x… or ml-kem-768:FILE";

/// Arguments of `twin add-key`.
#[derive(Args, Debug)]
pub struct AddArguments {
	/// What the key is for.
	#[arg(value_enum)]
	purpose: Purpose,
	/// sr25519:0x…, ed25519:0x…, p256:0x… (compressed), x25519:0x…, ml-kem-768-hash:0x…
	/// (BLAKE2b-256) or ml-kem-768:FILE, which is hashed. To sign: the first three; to encrypt:
	/// the others.
	#[arg(value_name = "KEY")]
	public_key: String,
}

/// `twin add-key`.
pub async fn add(ctx: &Context, arguments: AddArguments) -> Result<()> {
	let AddArguments { purpose, public_key } = arguments;
	let key = parse(&public_key)?;
	check(key, purpose)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	if let Some(there) = twin.keys.iter().find(|at| at.key == key && at.purpose == purpose) {
		return Err(Error::refused(format!(
			"twin {} has this key for {} already, with the id {}",
			twin.number,
			purpose.name(),
			there.id
		)));
	}
	if twin.keys.len() >= MAX_KEYS as usize {
		return Err(Error::refused(format!(
			"twin {} has {MAX_KEYS} keys, which is the most",
			twin.number
		)));
	}
	let deposits = Deposits::read(&state).await?;
	let deposit = if twin.keys.is_empty() { deposits.key } else { deposits.further_key };
	let draft = Draft::new(state.call("Twins", "add_key", (purpose, key))?)
		.deposit(deposit)
		.effect(format!("twin {} has one more key for {}", twin.number, purpose.name()));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct KeyAdded {
		twin: u64,
		id: u16,
	}
	let added: KeyAdded = done.expect("Twins", "KeyAdded")?;
	ctx.out.done(
		&done,
		json!({
			"twin": added.twin,
			"id": added.id,
			"purpose": purpose.name(),
			"key": key.text(),
		}),
		[
			("twin", added.twin.to_string()),
			("id", added.id.to_string()),
			("purpose", purpose.name().into()),
			("key", key.text()),
		],
	);
	Ok(())
}

/// `twin remove-key`.
pub async fn remove(ctx: &Context, id: u16) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let key = twin.keys.iter().find(|key| key.id == id).ok_or_else(|| {
		Error::not_found(format!("twin {} has no key with the id {id}", twin.number))
	})?;
	let draft = Draft::new(state.call("Twins", "remove_key", (id,))?)
		.effect(format!(
			"{} is no key of twin {} any more, and no key ever gets the id {id} again",
			key.key.text(),
			twin.number
		))
		.effect(format!("its deposit comes back to {}", twin.controller));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "twin": twin.number, "removed": id }),
		[("twin", twin.number.to_string()), ("removed", format!("key {id}"))],
	);
	Ok(())
}

/// The key that `text` writes out.
fn parse(text: &str) -> Result<PublicKey> {
	let not_valid = || Error::input(format!("the key {text:?} is not written as {FORMS}"));
	let (kind, value) = text.split_once(':').ok_or_else(not_valid)?;
	match kind {
		"sr25519" => bytes(kind, value).map(PublicKey::Sr25519),
		"ed25519" => bytes(kind, value).map(PublicKey::Ed25519),
		"p256" => bytes(kind, value).map(PublicKey::P256),
		"x25519" => bytes(kind, value).map(PublicKey::X25519),
		"ml-kem-768-hash" => bytes(kind, value).map(PublicKey::MlKem768Hash),
		"ml-kem-768" => encapsulation_key(value).map(PublicKey::MlKem768Hash),
		_ => Err(not_valid()),
	}
}

fn bytes<const LENGTH: usize>(kind: &str, digits: &str) -> Result<[u8; LENGTH]> {
	let mut bytes = [0; LENGTH];
	hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), &mut bytes).map_err(
		|_| {
			Error::input(format!(
				"the {kind} key {digits:?} is not {LENGTH} bytes in hexadecimal, after 0x"
			))
		},
	)?;
	Ok(bytes)
}

/// Longest file of a key that is read: what is longer is none.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// The hash of the encapsulation key in a file.
fn encapsulation_key(path: &str) -> Result<[u8; 32]> {
	let bytes = bounded::read(Path::new(path), MAX_KEY_BYTES)
		.map_err(|error| Error::input(format!("the key file {path} can't be read: {error}")))?;
	if bytes.len() != ML_KEM_768_BYTES {
		return Err(Error::input(format!(
			"the key file {path} has {} bytes, and an ML-KEM-768 encapsulation key has \
			 {ML_KEM_768_BYTES}",
			bytes.len()
		)));
	}
	Ok(blake2_256(&bytes))
}

/// Refuses a key that the chain would refuse for this purpose.
fn check(key: PublicKey, purpose: Purpose) -> Result<()> {
	let checked = twin::PublicKey::from(key);
	if !checked.is_well_formed() {
		return Err(Error::input(match key {
			PublicKey::P256(_) => {
				"the p256 key is not a compressed point, which begins with 02 or 03".to_owned()
			},
			_ => format!("the {} key is all zeros", key.kind()),
		}));
	}
	if !checked.serves(purpose.into()) {
		return Err(Error::input(format!(
			"a key of the kind {} doesn't serve {}: sr25519, ed25519 and p256 are for authentication and \
			 assertion, x25519 and ml-kem-768 for key-agreement",
			key.kind(),
			purpose.name()
		)));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn keys_are_read_as_they_are_written() {
		for key in [
			PublicKey::Sr25519([1; 32]),
			PublicKey::Ed25519([2; 32]),
			PublicKey::P256([3; 33]),
			PublicKey::X25519([4; 32]),
			PublicKey::MlKem768Hash([5; 32]),
		] {
			assert_eq!(parse(&key.text()), Ok(key));
			assert_eq!(parse(&key.text().replace("0x", "")), Ok(key));
		}
	}

	#[test]
	fn keys_are_refused_when_they_are_written_otherwise() {
		for text in [
			"",
			"ed25519",
			"ed25519:",
			&format!("ed25519:0x{}", "01".repeat(31)),
			&format!("ed25519:0x{}", "01".repeat(33)),
			&format!("p256:0x{}", "02".repeat(32)),
			&format!("rsa:0x{}", "01".repeat(32)),
			"x25519:0xzz",
		] {
			assert_eq!(parse(text).map_err(|error| error.code()), Err(4), "{text:?}");
		}
	}

	#[test]
	fn encapsulation_key_is_hashed_from_a_file_of_its_length() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("key");
		let text = format!("ml-kem-768:{}", path.display());
		assert!(parse(&text).is_err());
		for (length, valid) in [(1183, false), (1184, true), (1185, false)] {
			fs::write(&path, vec![9; length]).expect("is written");
			assert_eq!(parse(&text).is_ok(), valid, "{length}");
		}
		fs::write(&path, [9; 1184]).expect("is written");
		assert_eq!(parse(&text), Ok(PublicKey::MlKem768Hash(blake2_256(&[9; 1184]))));
	}

	#[test]
	fn keys_serve_signing_or_encryption_alone() {
		use Purpose::*;
		for (key, signs) in [
			(PublicKey::Sr25519([1; 32]), true),
			(PublicKey::Ed25519([1; 32]), true),
			(PublicKey::P256([2; 33]), true),
			(PublicKey::X25519([1; 32]), false),
			(PublicKey::MlKem768Hash([1; 32]), false),
		] {
			assert_eq!(check(key, Authentication).is_ok(), signs, "{key:?}");
			assert_eq!(check(key, Assertion).is_ok(), signs, "{key:?}");
			assert_eq!(check(key, KeyAgreement).is_ok(), !signs, "{key:?}");
		}
	}

	#[test]
	fn malformed_keys_are_refused_by_rule() {
		let error = check(PublicKey::P256([4; 33]), Purpose::Assertion).expect_err("is no point");
		assert!(error.to_string().contains("compressed"), "{error}");
		let error = check(PublicKey::X25519([0; 32]), Purpose::KeyAgreement).expect_err("is zero");
		assert!(error.to_string().contains("zeros"), "{error}");
	}
}
