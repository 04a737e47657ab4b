//! The configuration directory: the profiles of networks, and where keys are kept.

use crate::error::{Error, Result};
use directories::ProjectDirs;
use serde::Deserialize;
use std::{
	collections::BTreeMap,
	env, fs, io,
	path::{Path, PathBuf},
};

/// Names another configuration directory.
pub const CONFIG_VARIABLE: &str = "OURLEDGER_CONFIG";

/// The file of the profiles.
const PROFILES: &str = "profiles.toml";

/// What is known of a network: one table of `profiles.toml`, named after the network.
///
/// ```toml
/// [ourtown]
/// url = "wss://rpc.ourtown.example"
/// chain_spec = "ourtown.json"
/// key = "anna"
/// twin = 12
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Profile {
	/// A node's WebSocket URL.
	pub url: Option<String>,
	/// Chain specification, relative to the configuration directory. Without a URL the network is
	/// reached by a light client, which starts from this file and trusts no node.
	pub chain_spec: Option<PathBuf>,
	/// The key to sign with, where the command line names none.
	pub key: Option<String>,
	/// The twin to act for, where the command line names none.
	pub twin: Option<u64>,
}

/// The configuration directory.
#[derive(Clone, Debug)]
pub struct ConfigDir(PathBuf);

impl ConfigDir {
	/// The one that the environment names, else the operating system's place for it.
	pub fn find() -> Result<Self> {
		if let Some(folder) = env::var_os(CONFIG_VARIABLE).filter(|value| !value.is_empty()) {
			return Ok(Self(folder.into()));
		}
		let project = ProjectDirs::from("", "", "ourledger").ok_or_else(|| {
			Error::usage(format!("there is no home directory; set {CONFIG_VARIABLE}"))
		})?;
		Ok(Self(project.config_dir().into()))
	}

	/// A directory of the caller's choice.
	#[cfg(test)]
	pub fn at(folder: &Path) -> Self {
		Self(folder.into())
	}

	/// The directory itself, where the record books are kept too.
	pub fn folder(&self) -> &Path {
		&self.0
	}

	/// Where keys are kept.
	pub fn keys(&self) -> PathBuf {
		self.0.join("keys")
	}

	/// The profile of a network.
	pub fn profile(&self, network: &str) -> Result<Profile> {
		let path = self.0.join(PROFILES);
		let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
			io::ErrorKind::NotFound => Error::not_found(format!(
				"there is no profile of the network {network:?}, since {} does not exist",
				path.display()
			)),
			_ => Error::input(format!("{} can't be read: {error}", path.display())),
		})?;
		let mut profile = find(&text, network, &path)?;
		profile.chain_spec = profile.chain_spec.map(|spec| self.0.join(spec));
		Ok(profile)
	}
}

fn find(text: &str, network: &str, path: &Path) -> Result<Profile> {
	let mut profiles: BTreeMap<String, Profile> = toml::from_str(text)
		.map_err(|error| Error::input(format!("{} is not valid: {error}", path.display())))?;
	profiles.remove(network).ok_or_else(|| {
		let known: Vec<_> = profiles.keys().map(String::as_str).collect();
		let known = if known.is_empty() { "none".into() } else { known.join(", ") };
		Error::not_found(format!(
			"{} has no profile of the network {network:?}; it has: {known}",
			path.display()
		))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	const TEXT: &str = r#"
		[ourtown]
		url = "wss://rpc.ourtown.example"
		chain_spec = "ourtown.json"
		key = "anna"
		twin = 12

		[local]
		url = "ws://127.0.0.1:9944"
	"#;

	#[test]
	fn profile_is_found_by_network() {
		let folder = tempfile::tempdir().expect("a folder");
		fs::write(folder.path().join(PROFILES), TEXT).expect("is written");
		let profile = ConfigDir::at(folder.path()).profile("ourtown").expect("is there");
		assert_eq!(
			profile,
			Profile {
				url: Some("wss://rpc.ourtown.example".into()),
				chain_spec: Some(folder.path().join("ourtown.json")),
				key: Some("anna".into()),
				twin: Some(12),
			}
		);
	}

	#[test]
	fn unknown_network_is_not_found_and_the_known_are_named() {
		let error = find(TEXT, "mars", Path::new("p")).expect_err("unknown");
		assert_eq!(error.code(), 5);
		assert!(error.to_string().ends_with("it has: local, ourtown"), "{error}");
	}

	#[test]
	fn missing_file_is_not_found() {
		let folder = tempfile::tempdir().expect("a folder");
		assert_eq!(ConfigDir::at(folder.path()).profile("x").expect_err("missing").code(), 5);
	}

	#[test]
	fn unknown_field_is_refused() {
		let error = find("[a]\nuri = \"x\"", "a", Path::new("p")).expect_err("misspelt");
		assert_eq!(error.code(), 4);
		assert!(error.to_string().contains("uri"), "{error}");
	}
}
