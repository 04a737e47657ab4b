//! The helper for those who want to become a validator, or to see why they aren't one yet.
//!
//! - `keys` makes session keys in the node's keystore and says what to submit;
//! - `show` says it again;
//! - `check` looks at a running node and the chain, and says what is still missing.
//!
//! It writes to the keystore's folder itself, so the node needs no unsafe RPC methods. A running
//! node finds new keys there without a restart.

mod calls;
mod chain;
mod check;
mod keys;

use crate::{cli::Cli, service::trouble};
use clap::Args;
use ourledger_primitives::{AccountId, SS58_PREFIX};
use sc_cli::{Error, KeystoreParams, Result, SharedParams, SubstrateCli};
use sc_keystore::LocalKeystore;
use sc_service::{config::KeystoreConfig, BasePath};
use sp_core::crypto::{SecretString, Ss58AddressFormat, Ss58Codec};
use sp_keystore::KeystorePtr;
use std::{path::PathBuf, process::ExitCode};

/// The helper's commands.
#[derive(Debug, clap::Subcommand)]
pub enum ValidatorCmd {
	/// Make new session keys in the node's keystore, and say what to submit. Run it again to
	/// rotate the keys; the old ones stay and serve until the new ones do.
	Keys(keys::KeysCmd),

	/// Say again what to submit for keys that are in the keystore.
	Show(keys::ShowCmd),

	/// Check that a running node is ready to validate. Ends with 0 if it validates, with 1 if
	/// something is for you to do, with 2 if it is for others (the council, the next session).
	Check(check::CheckCmd),
}

impl ValidatorCmd {
	/// Do it.
	pub fn run(&self, cli: &Cli) -> Result<ExitCode> {
		match self {
			Self::Keys(cmd) => cmd.run(cli).map(|()| ExitCode::SUCCESS),
			Self::Show(cmd) => cmd.run(cli).map(|()| ExitCode::SUCCESS),
			Self::Check(cmd) => cmd.run(cli),
		}
	}
}

/// Which node's keystore: give the flags that the node is started with.
#[derive(Args, Debug)]
struct NodeArgs {
	#[command(flatten)]
	shared: SharedParams,

	#[command(flatten)]
	keystore: KeystoreParams,
}

/// Where a node keeps its keys.
struct Place {
	/// What is the node's user's.
	base_path: PathBuf,
	/// The keystore's folder.
	keystore: PathBuf,
	password: Option<SecretString>,
}

impl Place {
	/// Open the keystore. Makes its folder.
	fn open(&self) -> Result<KeystorePtr> {
		LocalKeystore::open(&self.keystore, self.password.clone())
			.map(Into::into)
			.map_err(|e| Error::Input(trouble::of_keystore(&self.keystore, &e)))
	}

	/// Open the keystore to look into it: where none is, none is made.
	fn look(&self) -> Result<KeystorePtr> {
		match self.keystore.try_exists() {
			Ok(false) => Ok(LocalKeystore::in_memory().into()),
			_ => self.open(),
		}
	}
}

impl NodeArgs {
	/// The chain spec of the node's chain.
	fn chain_spec(&self, cli: &Cli) -> Result<Box<dyn sc_service::ChainSpec>> {
		Ok(cli.load_spec(&self.shared.chain_id(self.shared.is_dev()))?)
	}

	/// The node's keystore.
	fn open_keystore(&self, cli: &Cli) -> Result<KeystorePtr> {
		self.place(cli)?.open()
	}

	/// Where the node keeps its keys.
	fn place(&self, cli: &Cli) -> Result<Place> {
		if self.shared.is_dev() && self.shared.base_path.is_none() {
			return Err(Error::Input(
				"A --dev node without --base-path forgets its keys when it stops; give its \
				 --base-path"
					.into(),
			));
		}
		let base_path = self
			.shared
			.base_path()?
			.unwrap_or_else(|| BasePath::from_project("", "", &Cli::executable_name()));
		let chain_dir = base_path.config_dir(self.chain_spec(cli)?.id());
		match self.keystore.keystore_config(&chain_dir)? {
			KeystoreConfig::Path { path, password } => {
				Ok(Place { base_path: base_path.path().into(), keystore: path, password })
			},
			KeystoreConfig::InMemory => Err(Error::Input("The keystore has no folder".into())),
		}
	}
}

/// The account as people write it on this chain.
fn address(account: &AccountId) -> String {
	account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// Bytes as clients take them.
fn hex(bytes: impl AsRef<[u8]>) -> String {
	sp_core::bytes::to_hex(bytes.as_ref(), false)
}
