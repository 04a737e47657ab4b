//! The configuration directory: the profiles of networks, and where keys are kept.

use directories::ProjectDirs;
use ourledger_client::{
	bounded,
	error::{Error, Result},
	spec,
};
use serde::Deserialize;
use std::{
	collections::BTreeMap,
	env, io,
	path::{Path, PathBuf},
};
use subxt::utils::H256;

/// Longest file of profiles that is read.
const MAX_PROFILES_BYTES: u64 = 1024 * 1024;

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
/// genesis = "0x6d83…"
/// key = "anna"
/// twin = 12
/// trust_metadata = false
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Profile {
	/// A node's WebSocket URL.
	pub url: Option<String>,
	/// Chain specification, relative to the configuration directory. Without a URL the network is
	/// reached by a light client, which starts from this file and trusts no node.
	pub chain_spec: Option<PathBuf>,
	/// Hash of the first block. A chain of another one is refused, as it is if it isn't the
	/// specification's.
	pub genesis: Option<String>,
	/// The key to sign with, where the command line names none.
	pub key: Option<String>,
	/// The twin to act for, where the command line names none.
	pub twin: Option<u64>,
	/// Signs by what a node says of the chain's calls, without having the chain check it.
	#[serde(default)]
	pub trust_metadata: bool,
}

impl Profile {
	/// Refuses a chain that isn't the profile's.
	pub fn ensure_genesis(&self, is: H256) -> Result<()> {
		let named = self.genesis.as_ref().map(|text| {
			let mut bytes = [0; 32];
			let digits = text.strip_prefix("0x").unwrap_or(text);
			hex::decode_to_slice(digits, &mut bytes).map(|()| H256(bytes)).map_err(|_| {
				Error::input(format!(
					"the profile's genesis {text:?} is not 32 bytes in hexadecimal"
				))
			})
		});
		let specified = self.chain_spec.as_ref().map(|path| spec::genesis_hash(path));
		for (whose, wanted) in [("names", named), ("has, by its chain_spec,", specified)] {
			let Some(wanted) = wanted.transpose()? else {
				continue;
			};
			if wanted != is {
				return Err(Error::verification(format!(
					"the chain that answers is another one: its genesis is {is:?}, and the profile \
					 {whose} {wanted:?}; nothing was sent"
				)));
			}
		}
		Ok(())
	}
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
		let text = bounded::read_text(&path, MAX_PROFILES_BYTES);
		let text = text.map_err(|error| match error.kind() {
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
	use std::fs;

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
				genesis: None,
				key: Some("anna".into()),
				twin: Some(12),
				trust_metadata: false,
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
	fn chain_of_another_genesis_is_refused() {
		let genesis = format!("0x{}", "01".repeat(32));
		let profile = Profile { genesis: Some(genesis), ..Profile::default() };
		assert_eq!(profile.ensure_genesis(H256([1; 32])), Ok(()));
		let error = profile.ensure_genesis(H256([2; 32])).expect_err("is another chain");
		assert_eq!(error.code(), 6);
		assert_eq!(Profile::default().ensure_genesis(H256([2; 32])), Ok(()));
		let wrong = Profile { genesis: Some("ourtown".into()), ..Profile::default() };
		assert_eq!(wrong.ensure_genesis(H256([1; 32])).map_err(|it| it.code()), Err(4));
	}

	#[test]
	fn chain_that_is_not_the_specifications_is_refused() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("spec.json");
		fs::write(&path, r#"{"genesis":{"raw":{"top":{"0x01":"0x02"}}}}"#).expect("is written");
		let is = spec::genesis_hash(&path).expect("is raw");
		let profile = Profile { chain_spec: Some(path), ..Profile::default() };
		assert_eq!(profile.ensure_genesis(is), Ok(()));
		let error = profile.ensure_genesis(H256([2; 32])).expect_err("is another chain");
		assert_eq!(error.code(), 6);
	}

	#[test]
	fn unknown_field_is_refused() {
		let error = find("[a]\nuri = \"x\"", "a", Path::new("p")).expect_err("misspelt");
		assert_eq!(error.code(), 4);
		assert!(error.to_string().contains("uri"), "{error}");
	}
}
