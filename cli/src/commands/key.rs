//! `ourledger key`: keys on this machine.

use super::Context;
use crate::{
	ask, output,
	output::report::{self, Report},
};
use clap::Subcommand;
use ourledger_client::{
	hash,
	keys::{
		file::KeyFile,
		secret::{self, Words},
		store,
	},
	Result,
};
use serde_json::json;
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
		Command::Show { name } => {
			ctx.out.show(&about(&name, &ctx.store.read(&name)?, &ctx.store.path(&name)));
			Ok(())
		},
		Command::Remove { name } => remove(ctx, &name),
	}
}

fn generate(ctx: &Context, name: &str, words: Words) -> Result<()> {
	ctx.store.ensure_free(name)?;
	let password = ask::new_password(name)?;
	let phrase = secret::new_phrase(words);
	let key = KeyFile::encrypt(&secret::pair_of(&phrase)?, name, &password);
	ctx.store.add_shown(name, &key, |path| {
		let json = about(name, &key, path).json("phrase", &phrase).to_json();
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
	ctx.out.show(&about(name, &key, &path));
	Ok(())
}

fn list(ctx: &Context) -> Result<()> {
	let keys = ctx.store.list()?.into_iter();
	let rows: Vec<_> = keys
		.map(|(name, account)| {
			Report::new().field("name", "name", name).field("account", "account", account)
		})
		.collect();
	ctx.out.print(&json!({ "keys": report::list(&rows) }), || match &rows[..] {
		[] => "There are no keys here; \"ourledger key generate NAME\" makes one.".into(),
		rows => report::table(rows),
	});
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

/// What is known of a key without its password.
fn about(name: &str, key: &KeyFile, path: &Path) -> Report {
	Report::new()
		.field("name", "name", name)
		.field("account", "account", key.address)
		.field("publicKey", "public key", hash::text(&key.address.0))
		.field("file", "file", path.display().to_string())
}
