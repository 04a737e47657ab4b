//! Keys of a twin: as people write them, added and removed; and those that act for it.

use super::{Deposits, PublicKey, Purpose, TwinInfo};
use crate::{
	account::Account,
	bounded,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	hash::blake2_256,
	proxies::{self, Proxies, Proxy, Scope},
};
use ourledger_primitives::twin::{self, MAX_KEYS};
use std::{path::Path, str::FromStr};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Length of an ML-KEM-768 encapsulation key, by FIPS 203.
const ML_KEM_768_BYTES: usize = 1184;

/// Longest file of a key that is read: what is longer is none.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// How keys are written, for messages.
const FORMS: &str =
	"sr25519:0x…, ed25519:0x…, p256:0x…, x25519:0x…, ml-kem-768-hash:0x… or ml-kem-768:FILE";

/// A key was added.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct KeyAdded {
	/// To this twin.
	pub twin: u64,
	/// Its number within the twin.
	pub id: u16,
}

/// The key that is written so: its kind, and its bytes in hexadecimal; of `ml-kem-768:FILE`, the
/// hash of the encapsulation key in a file.
impl FromStr for PublicKey {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self> {
		let not_valid = || Error::input(format!("the key {text:?} is not written as {FORMS}"));
		let (kind, value) = text.split_once(':').ok_or_else(not_valid)?;
		match kind {
			"sr25519" => bytes(kind, value).map(Self::Sr25519),
			"ed25519" => bytes(kind, value).map(Self::Ed25519),
			"p256" => bytes(kind, value).map(Self::P256),
			"x25519" => bytes(kind, value).map(Self::X25519),
			"ml-kem-768-hash" => bytes(kind, value).map(Self::MlKem768Hash),
			"ml-kem-768" => encapsulation_key(value).map(Self::MlKem768Hash),
			_ => Err(not_valid()),
		}
	}
}

fn bytes<const LENGTH: usize>(kind: &str, digits: &str) -> Result<[u8; LENGTH]> {
	let mut bytes = [0; LENGTH];
	let decoded = hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), &mut bytes);
	decoded.map(|()| bytes).map_err(|_| {
		Error::input(format!(
			"the {kind} key {digits:?} is not {LENGTH} bytes in hexadecimal, after 0x"
		))
	})
}

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

impl PublicKey {
	/// Refuses a key that the chain would refuse for this purpose.
	pub fn ensure_serves(&self, purpose: Purpose) -> Result<()> {
		let checked = twin::PublicKey::from(*self);
		if !checked.is_well_formed() {
			return Err(Error::input(match self {
				Self::P256(_) => {
					"the p256 key is not a compressed point, which begins with 02 or 03".to_owned()
				},
				_ => format!("the {} key is all zeros", self.kind()),
			}));
		}
		if !checked.serves(purpose.into()) {
			return Err(Error::input(format!(
				"a key of the kind {} doesn't serve {}: sr25519, ed25519 and p256 are for \
				 authentication and assertion, x25519 and ml-kem-768 for key-agreement",
				self.kind(),
				purpose.name()
			)));
		}
		Ok(())
	}
}

/// A twin has one more key.
pub async fn add(
	state: &State,
	twin: &TwinInfo,
	purpose: Purpose,
	key: PublicKey,
) -> Result<Draft> {
	let number = twin.number;
	if let Some(there) = twin.keys.iter().find(|at| at.key == key && at.purpose == purpose) {
		return Err(Error::refused(format!(
			"twin {number} has this key for {} already, with the id {}",
			purpose.name(),
			there.id
		)));
	}
	if twin.keys.len() >= MAX_KEYS as usize {
		return Err(Error::refused(format!(
			"twin {number} has {MAX_KEYS} keys, which is the most"
		)));
	}
	let deposits = Deposits::read(state).await?;
	let deposit = if twin.keys.is_empty() { deposits.key } else { deposits.further_key };
	Ok(Draft::new(state.call("Twins", "add_key", (purpose, key))?)
		.deposit(deposit)
		.effect(format!("twin {number} has one more key for {}", purpose.name())))
}

/// A twin has one key less.
pub fn remove(state: &State, twin: &TwinInfo, id: u16) -> Result<Draft> {
	let key = twin.keys.iter().find(|key| key.id == id).ok_or_else(|| {
		Error::not_found(format!("twin {} has no key with the id {id}", twin.number))
	})?;
	Ok(Draft::new(state.call("Twins", "remove_key", (id,))?)
		.effect(format!(
			"{} is no key of twin {} any more, and no key ever gets the id {id} again",
			key.key.text(),
			twin.number
		))
		.effect(format!("its deposit comes back to {}", twin.controller)))
}

/// The account `new` acts for a twin's keyless controller in place of `old`; `key` signs.
pub async fn rotate(
	state: &State,
	twin: &TwinInfo,
	key: AccountId32,
	(old, new): (AccountId32, AccountId32),
) -> Result<Draft> {
	let proxies = Proxies::of(state, twin.controller).await?;
	let leaving = leaving(twin, &proxies.list, key, old, new)?;
	// The new one comes first: without any proxy, nobody could act for the controller.
	let mut calls = vec![proxies::add(state, new, Scope::Any, 0)?];
	for proxy in leaving {
		calls.push(proxy.remove(state)?);
	}
	let draft = Draft::new(state.call("Utility", "batch_all", (calls,))?)
		.deposit(state.constant("Proxy", "ProxyDepositFactor")?)
		.effect(format!("{new} acts for twin {} and may do everything", twin.number))
		.effect(format!("{old} does nothing for twin {} any more", twin.number));
	Ok(match Account::read(state, new).await?.spendable() {
		0 => draft.effect(format!("{new} owns no OUR, and needs some before it can act")),
		_ => draft,
	})
}

/// Refuses a change of keys that makes no sense, or that the chain would refuse; else returns what
/// the old account loses.
fn leaving<'proxies>(
	twin: &TwinInfo,
	proxies: &'proxies [Proxy],
	key: AccountId32,
	old: AccountId32,
	new: AccountId32,
) -> Result<Vec<&'proxies Proxy>> {
	let (number, controller) = (twin.number, twin.controller);
	if controller == key {
		return Err(Error::input(format!(
			"the key itself is the controller of twin {number}, for ever: only the proxies of a \
			 keyless controller can be exchanged"
		)));
	}
	if new == controller {
		return Err(Error::input(format!("the new account is the controller of twin {number}")));
	}
	if !proxies.iter().any(|proxy| proxy.is(key, Scope::Any, 0)) {
		return Err(Error::input(format!(
			"the key {key} may not do everything for twin {number}: it is no proxy of its \
			 controller {controller} with the scope {} and without delay",
			Scope::Any.name()
		)));
	}
	if let Some(proxy) = proxies.iter().find(|proxy| proxy.delegate == new) {
		return Err(Error::input(format!(
			"the new account {new} acts for twin {number} already, with the scope {}",
			proxy.scope()
		)));
	}
	let leaving: Vec<_> = proxies.iter().filter(|proxy| proxy.delegate == old).collect();
	if leaving.is_empty() {
		return Err(Error::not_found(format!(
			"the old account {old} is no proxy of the controller of twin {number}"
		)));
	}
	Ok(leaving)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::twin::example;
	use std::fs;

	const KEY: AccountId32 = AccountId32([5; 32]);
	const OLD: AccountId32 = AccountId32([6; 32]);
	const NEW: AccountId32 = AccountId32([7; 32]);

	#[test]
	fn keys_are_read_as_they_are_written() {
		for key in [
			PublicKey::Sr25519([1; 32]),
			PublicKey::Ed25519([2; 32]),
			PublicKey::P256([3; 33]),
			PublicKey::X25519([4; 32]),
			PublicKey::MlKem768Hash([5; 32]),
		] {
			assert_eq!(key.text().parse(), Ok(key));
			assert_eq!(key.text().replace("0x", "").parse(), Ok(key));
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
			assert_eq!(text.parse::<PublicKey>().map_err(|error| error.code()), Err(4), "{text:?}");
		}
	}

	#[test]
	fn encapsulation_key_is_hashed_from_a_file_of_its_length() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("key");
		let text = format!("ml-kem-768:{}", path.display());
		assert!(text.parse::<PublicKey>().is_err());
		for (length, valid) in [(1183, false), (1184, true), (1185, false)] {
			fs::write(&path, vec![9; length]).expect("is written");
			assert_eq!(text.parse::<PublicKey>().is_ok(), valid, "{length}");
		}
		fs::write(&path, [9; 1184]).expect("is written");
		assert_eq!(text.parse(), Ok(PublicKey::MlKem768Hash(blake2_256(&[9; 1184]))));
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
			assert_eq!(key.ensure_serves(Authentication).is_ok(), signs, "{key:?}");
			assert_eq!(key.ensure_serves(Assertion).is_ok(), signs, "{key:?}");
			assert_eq!(key.ensure_serves(KeyAgreement).is_ok(), !signs, "{key:?}");
		}
	}

	#[test]
	fn malformed_keys_are_refused_by_rule() {
		for (key, purpose, word) in [
			(PublicKey::P256([4; 33]), Purpose::Assertion, "compressed"),
			(PublicKey::X25519([0; 32]), Purpose::KeyAgreement, "zeros"),
		] {
			let error = key.ensure_serves(purpose).expect_err("is malformed");
			assert!(error.to_string().contains(word), "{error}");
		}
	}

	fn proxies() -> Vec<Proxy> {
		vec![
			Proxy::example(KEY, "Any", 0),
			Proxy::example(OLD, "Any", 0),
			Proxy::example(OLD, "Records", 3),
		]
	}

	#[test]
	fn old_account_loses_every_scope() {
		let (twin, proxies) = (example(7), proxies());
		let lost = |old| {
			let leaving = leaving(&twin, &proxies, KEY, old, NEW).expect("is possible");
			leaving.iter().map(|proxy| (proxy.scope(), proxy.delay)).collect::<Vec<_>>()
		};
		assert_eq!(lost(OLD), [("Any", 0), ("Records", 3)]);
		assert_eq!(lost(KEY), [("Any", 0)]);
	}

	#[test]
	fn rotation_is_refused_when_it_makes_no_sense() {
		let twin = example(7);
		let code = |key, old, new| {
			leaving(&twin, &proxies(), key, old, new).err().map(|error| error.code())
		};
		assert_eq!(code(twin.controller, KEY, NEW), Some(4));
		assert_eq!(code(KEY, KEY, twin.controller), Some(4));
		assert_eq!(code(KEY, KEY, OLD), Some(4));
		assert_eq!(code(KEY, KEY, KEY), Some(4));
		assert_eq!(code(KEY, NEW, AccountId32([9; 32])), Some(5));
		assert_eq!(code(NEW, KEY, AccountId32([9; 32])), Some(4));
	}

	#[test]
	fn rotation_needs_the_widest_scope_at_once() {
		for weak in [Proxy::example(KEY, "Records", 0), Proxy::example(KEY, "Any", 1)] {
			let error = leaving(&example(7), &[weak], KEY, KEY, NEW).expect_err("is too weak");
			assert_eq!(error.code(), 4);
		}
	}
}
