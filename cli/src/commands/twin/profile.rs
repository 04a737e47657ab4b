//! `twin set-profile` and `twin set-endpoints`.

use crate::commands::Context;
use clap::Args;
use ourledger_client::twin::{Profile, TwinInfo};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
	submit::Draft,
	texts,
};
use ourledger_documents::codes;
use ourledger_primitives::twin::{
	self, is_endpoint, MAX_DISPLAY_NAME, MAX_ENDPOINT, MAX_ENDPOINTS,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Longest logo that is read.
const MAX_LOGO_BYTES: u64 = 64 * 1024 * 1024;

/// Arguments of `twin set-profile`.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct Arguments {
	/// The name that people see.
	#[arg(long, value_name = "NAME")]
	name: Option<String>,
	/// Country, two letters as in ISO 3166.
	#[arg(long, value_name = "BE")]
	country: Option<String>,
	/// Take the country out of the profile.
	#[arg(long, conflicts_with = "country")]
	no_country: bool,
	/// An image, of which the chain keeps the hash.
	#[arg(long, value_name = "FILE")]
	logo: Option<PathBuf>,
	/// Take the logo out of the profile.
	#[arg(long, conflicts_with = "logo")]
	no_logo: bool,
}

/// The profile of these arguments.
pub fn new(name: &str, country: Option<&str>, logo: Option<&Path>) -> Result<Profile> {
	Ok(Profile {
		display_name: display_name(name)?,
		logo: logo.map(logo_hash).transpose()?,
		country: country.map(letters).transpose()?,
	})
}

/// Refuses a profile that the chain would not take, such as one from a file.
pub fn check(profile: &Profile) -> Result<twin::Profile> {
	let display_name = display_name(&profile.display_name())?;
	let checked = twin::Profile {
		display_name: display_name.try_into().unwrap_or_default(),
		logo: profile.logo,
		country: profile.country,
	};
	checked.check().map_err(|_| Error::input("the profile's name or country is not valid"))?;
	Ok(checked)
}

fn display_name(name: &str) -> Result<Vec<u8>> {
	let (length, most) = (name.len(), MAX_DISPLAY_NAME as usize);
	if length > most {
		return Err(Error::input(format!(
			"the name {name:?} has {length} bytes, and {most} is the most"
		)));
	}
	texts::ensure_name(name)?;
	Ok(name.into())
}

/// The chain takes any two letters; documents need a country that there is.
fn letters(country: &str) -> Result<[u8; 2]> {
	let capitals = country.to_ascii_uppercase();
	codes::country(&capitals).map_err(|why| Error::input(format!("the country: {why}")))?;
	let letters = capitals.as_bytes().try_into();
	letters.map_err(|_| Error::input(format!("the country {country:?} is not two letters")))
}

fn logo_hash(path: &Path) -> Result<[u8; 32]> {
	let bytes = bounded::read(path, MAX_LOGO_BYTES).map_err(|error| {
		Error::input(format!("the logo {} can't be read: {error}", path.display()))
	})?;
	Ok(blake2_256(&bytes))
}

/// The profile with what the arguments change.
fn changed(old: &Profile, arguments: &Arguments) -> Result<Profile> {
	let mut profile = old.clone();
	if let Some(name) = &arguments.name {
		profile.display_name = display_name(name)?;
	}
	if let Some(country) = &arguments.country {
		profile.country = Some(letters(country)?);
	}
	if let Some(logo) = &arguments.logo {
		profile.logo = Some(logo_hash(logo)?);
	}
	if arguments.no_country {
		profile.country = None;
	}
	if arguments.no_logo {
		profile.logo = None;
	}
	Ok(profile)
}

/// `twin set-profile`.
pub async fn set_profile(ctx: &Context, arguments: Arguments) -> Result<()> {
	// What is wrong with the arguments alone needs no chain.
	changed(&Profile::default(), &arguments)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let profile = changed(&twin.profile, &arguments)?;
	let call = state.call("Twins", "set_profile", (profile.clone(),))?;
	let mut draft = Draft::new(call);
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
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let json = json!({
		"twin": twin.number,
		"displayName": profile.display_name(),
		"country": profile.country(),
		"logo": profile.logo(),
	});
	let mut lines = vec![("twin", twin.number.to_string()), ("shown as", profile.display_name())];
	lines.extend(profile.country().map(|country| ("country", country)));
	lines.extend(profile.logo().map(|logo| ("logo", logo)));
	ctx.out.done(&done, json, lines);
	Ok(())
}

/// `twin set-endpoints`.
pub async fn set_endpoints(ctx: &Context, uris: &[String]) -> Result<()> {
	check_endpoints(uris)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let endpoints: Vec<Vec<u8>> = uris.iter().map(|uri| uri.clone().into()).collect();
	let mut draft = Draft::new(state.call("Twins", "set_endpoints", (endpoints,))?);
	for gone in twin.endpoints().filter(|endpoint| !uris.contains(endpoint)) {
		draft = draft.effect(format!("no longer: {gone}"));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let mut lines = vec![("twin", twin.number.to_string())];
	lines.extend(uris.iter().map(|uri| ("endpoint", uri.clone())));
	ctx.out.done(&done, json!({ "twin": twin.number, "endpoints": uris }), lines);
	Ok(())
}

fn check_endpoints(uris: &[String]) -> Result<()> {
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

	fn nothing() -> Arguments {
		Arguments { name: None, country: None, no_country: false, logo: None, no_logo: false }
	}

	fn old() -> Profile {
		Profile { display_name: b"Anna".into(), logo: Some([7; 32]), country: Some(*b"BE") }
	}

	#[test]
	fn what_is_not_named_stays() {
		assert_eq!(changed(&old(), &nothing()), Ok(old()));
		let name = Arguments { name: Some("Bea".into()), ..nothing() };
		assert_eq!(changed(&old(), &name), Ok(Profile { display_name: b"Bea".into(), ..old() }));
		let country = Arguments { country: Some("nl".into()), ..nothing() };
		assert_eq!(changed(&old(), &country), Ok(Profile { country: Some(*b"NL"), ..old() }));
		let none = Arguments { no_country: true, no_logo: true, ..nothing() };
		assert_eq!(changed(&old(), &none), Ok(Profile { country: None, logo: None, ..old() }));
	}

	#[test]
	fn logo_is_the_hash_of_the_file() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("logo.png");
		fs::write(&path, b"abc").expect("is written");
		let profile = new("Anna", None, Some(&path)).expect("is valid");
		assert_eq!(profile.logo, Some(blake2_256(b"abc")));
		assert!(new("Anna", None, Some(&folder.path().join("none"))).is_err());
	}

	#[test]
	fn profile_is_refused_by_field_and_rule() {
		let long = "ä".repeat(33);
		for (name, country, word) in [
			("", None, "shows nothing"),
			(" ", None, "shows nothing"),
			("a\nb", None, "U+000A"),
			("a\u{61c}b", None, "U+061C"),
			("\u{3164}", None, "U+3164"),
			(long.as_str(), None, "66 bytes"),
			("Anna", Some("B"), "country"),
			("Anna", Some("B1"), "country"),
			("Anna", Some("BEL"), "country"),
			("Anna", Some("ß"), "country"),
			("Anna", Some("UK"), "GB"),
			("Anna", Some("ZZ"), "ISO 3166"),
		] {
			let error = new(name, country, None).expect_err("is not valid");
			assert_eq!(error.code(), 4);
			assert!(error.to_string().contains(word), "{name:?} {country:?}: {error}");
		}
		assert!(new(&"ä".repeat(32), Some("be"), None).is_ok());
	}

	#[test]
	fn profile_from_elsewhere_is_checked_whole() {
		assert!(check(&old()).is_ok());
		assert!(check(&Profile { country: Some(*b"be"), ..old() }).is_err());
		assert!(check(&Profile { display_name: Vec::new(), ..old() }).is_err());
		assert!(check(&Profile { display_name: vec![b'a'; 65], ..old() }).is_err());
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
