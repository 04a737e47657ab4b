//! How a twin presents itself, and how it can be reached.

use super::{Profile, TwinInfo};
use crate::{
	bounded,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	hash::blake2_256,
	texts,
};
use ourledger_primitives::twin::{
	self, is_endpoint, MAX_DISPLAY_NAME, MAX_ENDPOINT, MAX_ENDPOINTS,
};
use std::path::Path;

/// Longest logo that is read.
const MAX_LOGO_BYTES: u64 = 64 * 1024 * 1024;

impl Profile {
	/// As the chain's own type, if the chain would take it.
	pub fn checked(&self) -> Result<twin::Profile> {
		let display_name = display_name(&self.display_name())?;
		let checked = twin::Profile {
			display_name: display_name.try_into().unwrap_or_default(),
			logo: self.logo,
			country: self.country,
		};
		checked.check().map_err(|_| Error::input("the profile's name or country is not valid"))?;
		Ok(checked)
	}
}

/// A name that people see, if the chain would take it.
pub fn display_name(name: &str) -> Result<Vec<u8>> {
	let (length, most) = (name.len(), MAX_DISPLAY_NAME as usize);
	if length > most {
		return Err(Error::input(format!(
			"the name {name:?} has {length} bytes, and {most} is the most"
		)));
	}
	texts::ensure_name(name)?;
	Ok(name.into())
}

/// The hash of the image in a file.
pub fn logo_hash(path: &Path) -> Result<[u8; 32]> {
	let bytes = bounded::read(path, MAX_LOGO_BYTES).map_err(|error| {
		Error::input(format!("the logo {} can't be read: {error}", path.display()))
	})?;
	Ok(blake2_256(&bytes))
}

/// A twin presents itself by this profile.
pub fn set(state: &State, twin: &TwinInfo, profile: &Profile) -> Result<Draft> {
	let mut draft = Draft::new(state.call("Twins", "set_profile", (profile.clone(),))?);
	for (field, before, after) in [
		("name", Some(twin.profile.display_name()), Some(profile.display_name())),
		("country", twin.profile.country(), profile.country()),
		("logo", twin.profile.logo(), profile.logo()),
	] {
		if before != after {
			let text = |value: Option<String>| value.unwrap_or_else(|| "none".into());
			draft = draft.effect(format!("{field}: {} becomes {}", text(before), text(after)));
		}
	}
	Ok(draft)
}

/// A twin can be reached in these ways, and no others.
pub fn set_endpoints(state: &State, twin: &TwinInfo, uris: &[String]) -> Result<Draft> {
	check_endpoints(uris)?;
	let endpoints: Vec<Vec<u8>> = uris.iter().map(|uri| uri.clone().into()).collect();
	let gone = twin.endpoints().filter(|endpoint| !uris.contains(endpoint));
	Ok(Draft::new(state.call("Twins", "set_endpoints", (endpoints,))?)
		.effects(gone.map(|endpoint| format!("no longer: {endpoint}"))))
}

/// Refuses endpoints that the chain would refuse.
pub fn check_endpoints(uris: &[String]) -> Result<()> {
	if uris.len() > MAX_ENDPOINTS as usize {
		return Err(Error::input(format!(
			"{} endpoints are too many: {MAX_ENDPOINTS} is the most",
			uris.len()
		)));
	}
	for (index, uri) in uris.iter().enumerate() {
		if uri.len() > MAX_ENDPOINT as usize {
			return Err(Error::input(format!(
				"the endpoint {uri:?} has {} bytes, and {MAX_ENDPOINT} is the most",
				uri.len()
			)));
		}
		if !is_endpoint(uri.as_bytes()) {
			return Err(Error::input(format!(
				"the endpoint {uri:?} is not written as scheme:rest, in printable ASCII without \
				 spaces"
			)));
		}
		if uris[..index].contains(uri) {
			return Err(Error::input(format!("the endpoint {uri:?} is there twice")));
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn logo_is_the_hash_of_the_file() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("logo.png");
		fs::write(&path, b"abc").expect("is written");
		assert_eq!(logo_hash(&path), Ok(blake2_256(b"abc")));
		assert!(logo_hash(&folder.path().join("none")).is_err());
	}

	#[test]
	fn display_name_is_refused_by_rule() {
		for (name, word) in [("", "shows nothing"), (&"ä".repeat(33), "66 bytes")] {
			let error = display_name(name).expect_err("is not valid");
			assert_eq!(error.code(), 4);
			assert!(error.to_string().contains(word), "{name:?}: {error}");
		}
		assert!(display_name(&"ä".repeat(32)).is_ok());
	}

	#[test]
	fn profile_from_elsewhere_is_checked_whole() {
		let valid =
			Profile { display_name: b"Anna".into(), logo: Some([7; 32]), country: Some(*b"BE") };
		assert!(valid.checked().is_ok());
		for wrong in [
			Profile { country: Some(*b"be"), ..valid.clone() },
			Profile { display_name: Vec::new(), ..valid.clone() },
			Profile { display_name: vec![b'a'; 65], ..valid },
		] {
			assert!(wrong.checked().is_err(), "{wrong:?}");
		}
	}

	#[test]
	fn endpoints_are_refused_by_rule() {
		let list = |uris: &[&str]| uris.iter().map(|uri| uri.to_string()).collect::<Vec<_>>();
		let of_length = |length: usize| format!("a:{}", "b".repeat(length - 2));
		assert_eq!(check_endpoints(&[]), Ok(()));
		assert_eq!(check_endpoints(&[of_length(128)]), Ok(()));
		let nine: Vec<_> = (0..9).map(|number| format!("a:{number}")).collect();
		assert_eq!(check_endpoints(&nine[..8]), Ok(()));
		for (uris, word) in [
			(nine, "too many"),
			(vec![of_length(129)], "129 bytes"),
			(list(&["a:b", "a:c", "a:b"]), "twice"),
			(list(&["example.org"]), "scheme:rest"),
			(list(&["a:b c"]), "spaces"),
		] {
			let error = check_endpoints(&uris).expect_err("is not valid");
			assert_eq!(error.code(), 4);
			assert!(error.to_string().contains(word), "{uris:?}: {error}");
		}
	}
}
