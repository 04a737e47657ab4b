//! `ourledger key`: keys on this machine.

use super::Context;
use crate::{ask, output};
use clap::Subcommand;
use ourledger_client::{
	error::Result,
	keys::{
		file::KeyFile,
		secret::{self, Words},
		store::{self, KeyStore},
	},
};
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};

/// Commands on keys. Key files open in wallets, and wallets' files here; OURLEDGER_PASSWORD
/// answers every question for a password.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make a new key, and show its secret phrase once.
	Generate {
		/// What to call it here.
		name: String,
		/// Words of the secret phrase.
		#[arg(long, value_enum, default_value = "12")]
		words: Words,
	},
	/// Store a key from its secret phrase or seed, asked for or read from standard input, or from
	/// a wallet's file.
	Import {
		/// What to call it here.
		name: String,
		/// The file that a wallet exported.
		#[arg(long, value_name = "FILE")]
		file: Option<PathBuf>,
	},
	/// The stored keys.
	List,
	/// A stored key's account and file.
	Show {
		/// The name under which the key is stored.
		name: String,
	},
	/// Remove a stored key. Without its secret phrase it is gone for ever.
	Remove {
		/// The name under which the key is stored.
		name: String,
	},
}

/// Runs a command.
pub fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Generate { name, words } => generate(ctx, &name, words),
		Command::Import { name, file } => import(ctx, &name, file.as_deref()),
		Command::List => list(ctx),
		Command::Show { name } => show(ctx, &name),
		Command::Remove { name } => remove(ctx, &name),
	}
}

fn generate(ctx: &Context, name: &str, words: Words) -> Result<()> {
	ctx.store.ensure_free(name)?;
	let password = ask::new_password(name)?;
	let phrase = secret::new_phrase(words);
	let key = KeyFile::encrypt(&secret::pair_of(&phrase)?, name, &password);
	keep(&ctx.store, name, &key, |path| {
		let mut json = describe(name, &key, path);
		json["phrase"] = phrase.as_str().into();
		ctx.out.print_once(&json, || {
			let fields = output::fields([
				("account", key.address.to_string()),
				("file", path.display().to_string()),
				("phrase", ctx.out.bold(&phrase)),
			]);
			format!("{fields}\nWrite the phrase down: it is not shown again, and restores the key.")
		})
	})
}

/// Stores a new key, unless `show` can't show its phrase: nothing could restore that key.
fn keep(
	store: &KeyStore,
	name: &str,
	key: &KeyFile,
	show: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
	let path = store.add(name, key)?;
	show(&path).map_err(|error| {
		let removed = store.remove(name);
		error.explained(|why| match removed {
			Ok(()) => format!("the key is not kept, since its phrase can't be shown: {why}"),
			Err(_) => format!(
				"nobody has seen the phrase of the key {name}, which is still stored: remove it \
				 (ourledger key remove {name}), and make another; {why}"
			),
		})
	})
}

fn import(ctx: &Context, name: &str, file: Option<&Path>) -> Result<()> {
	ctx.store.ensure_free(name)?;
	let key = match file {
		Some(path) => {
			let key = store::read_file(path)?;
			// Whoever can't open it would find out when it is too late.
			key.decrypt(&ask::password(&path.display().to_string())?)?;
			key.named(name)
		},
		None => {
			let pair = secret::pair_of(&ask::secret()?)?;
			KeyFile::encrypt(&pair, name, &ask::new_password(name)?)
		},
	};
	let path = ctx.store.add(name, &key)?;
	print(ctx, name, &key, &path);
	Ok(())
}

fn list(ctx: &Context) -> Result<()> {
	let keys = ctx.store.list()?;
	let json = keys.iter().map(|(name, account)| json!({ "name": name, "account": account }));
	ctx.out.print(&json!({ "keys": json.collect::<Json>() }), || {
		if keys.is_empty() {
			return "There are no keys here; \"ourledger key generate NAME\" makes one.".into();
		}
		let rows = keys.iter().map(|(name, account)| [name.clone(), account.to_string()]);
		output::table(["name", "account"], rows)
	});
	Ok(())
}

fn show(ctx: &Context, name: &str) -> Result<()> {
	print(ctx, name, &ctx.store.read(name)?, &ctx.store.path(name));
	Ok(())
}

fn remove(ctx: &Context, name: &str) -> Result<()> {
	let key = ctx.store.read(name)?;
	if !ctx.yes() {
		ask::confirm(&format!("Remove the key {name} of the account {}?", key.address))?;
	}
	ctx.store.remove(name)?;
	let json = json!({ "name": name, "account": key.address, "removed": true });
	ctx.out.print(&json, || format!("The key {name} is removed."));
	Ok(())
}

fn print(ctx: &Context, name: &str, key: &KeyFile, path: &Path) {
	ctx.out.print(&describe(name, key, path), || {
		output::fields([
			("name", name.to_owned()),
			("account", key.address.to_string()),
			("public key", format!("0x{}", hex::encode(key.address.0))),
			("file", path.display().to_string()),
		])
	});
}

fn describe(name: &str, key: &KeyFile, path: &Path) -> Json {
	json!({
		"name": name,
		"account": key.address,
		"publicKey": format!("0x{}", hex::encode(key.address.0)),
		"file": path.display().to_string(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::error::Error;

	fn store() -> (tempfile::TempDir, KeyStore) {
		let folder = tempfile::tempdir().expect("a folder");
		let store = KeyStore::new(folder.path().into());
		(folder, store)
	}

	fn alice() -> KeyFile {
		let text = r#"{ "encoded": "", "encoding": {}, "meta": {},
			"address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY" }"#;
		KeyFile::parse(text).expect("is one")
	}

	#[test]
	fn key_is_not_kept_when_its_phrase_can_not_be_shown() {
		let (_folder, store) = store();
		let error = keep(&store, "anna", &alice(), |_| Err(Error::output("it is full")));
		let error = error.expect_err("nobody saw it");
		assert_eq!(error.code(), 8);
		assert!(error.to_string().contains("not kept"), "{error}");
		assert_eq!(store.ensure_free("anna"), Ok(()));

		keep(&store, "anna", &alice(), |path| {
			assert!(path.is_file());
			Ok(())
		})
		.expect("is kept");
		assert!(store.contains("anna"));
	}

	#[test]
	fn description_has_its_stable_shape() {
		let (_folder, store) = store();
		let key = alice();
		let json = describe("anna", &key, &store.path("anna"));
		assert_eq!(json["name"], "anna");
		assert_eq!(json["account"], "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
		assert_eq!(
			json["publicKey"],
			"0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
		);
		assert!(json["file"].as_str().is_some_and(|file| file.ends_with("anna.json")));
	}

	#[test]
	fn unknown_file_is_not_found() {
		let error = store::read_file(Path::new("/nowhere/at/all")).expect_err("is missing");
		assert_eq!(error.code(), 5);
	}
}
