//! `twin set-profile` and `twin set-endpoints`.

use crate::{commands::Context, output::report::Report};
use clap::Args;
use ourledger_client::{
	twin::{
		profile::{self, display_name, logo_hash},
		Profile,
	},
	Error, Result,
};
use ourledger_documents::codes;
use std::path::{Path, PathBuf};

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

/// The chain takes any two letters; documents need a country that there is.
fn letters(country: &str) -> Result<[u8; 2]> {
	let capitals = country.to_ascii_uppercase();
	codes::country(&capitals).map_err(|why| Error::input(format!("the country: {why}")))?;
	let letters = capitals.as_bytes().try_into();
	letters.map_err(|_| Error::input(format!("the country {country:?} is not two letters")))
}

/// The profile with what the arguments change.
fn changed(old: &Profile, arguments: &Arguments) -> Result<Profile> {
	let Arguments { name, country, no_country, logo, no_logo } = arguments;
	let mut profile = old.clone();
	if let Some(name) = name {
		profile.display_name = display_name(name)?;
	}
	if *no_country || country.is_some() {
		profile.country = country.as_deref().map(letters).transpose()?;
	}
	if *no_logo || logo.is_some() {
		profile.logo = logo.as_deref().map(logo_hash).transpose()?;
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
	let draft = profile::set(&state, &twin, &profile)?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.field("twin", "twin", twin.number)
			.field("displayName", "shown as", profile.display_name())
			.optional("country", "country", profile.country())
			.optional("logo", "logo", profile.logo()))
	})
	.await
}

/// `twin set-endpoints`.
pub async fn set_endpoints(ctx: &Context, uris: &[String]) -> Result<()> {
	profile::check_endpoints(uris)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let draft = profile::set_endpoints(&state, &twin, uris)?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.field("twin", "twin", twin.number)
			.json("endpoints", uris)
			.lines(uris.iter().map(|uri| ("endpoint", uri.clone()))))
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;

	fn nothing() -> Arguments {
		Arguments { name: None, country: None, no_country: false, logo: None, no_logo: false }
	}

	#[test]
	fn what_is_not_named_stays() {
		let old =
			|| Profile { display_name: b"Anna".into(), logo: Some([7; 32]), country: Some(*b"BE") };
		assert_eq!(changed(&old(), &nothing()), Ok(old()));
		let name = Arguments { name: Some("Bea".into()), ..nothing() };
		assert_eq!(changed(&old(), &name), Ok(Profile { display_name: b"Bea".into(), ..old() }));
		let country = Arguments { country: Some("nl".into()), ..nothing() };
		assert_eq!(changed(&old(), &country), Ok(Profile { country: Some(*b"NL"), ..old() }));
		let none = Arguments { no_country: true, no_logo: true, ..nothing() };
		assert_eq!(changed(&old(), &none), Ok(Profile { country: None, logo: None, ..old() }));
	}

	#[test]
	fn profile_is_refused_by_field_and_rule() {
		for (name, country, word) in [
			("", None, "shows nothing"),
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
		assert!(new("Anna", Some("be"), None).is_ok());
	}
}
