//! The commands, a module each, and the [`Context`] in which they run.

pub mod account;
pub mod args;
pub mod audit;
pub mod chain;
pub mod council;
pub mod currency;
pub mod finality;
pub mod invoice;
pub mod key;
pub mod pool;
pub mod proxy;
pub mod queue;
pub mod record;
pub mod recovery;
pub mod submit;
pub mod swap;
pub mod tax;
pub mod twin;
pub mod upgrade;

use crate::{
	ask,
	commands::args::{Cli, Command, Options},
	output::report::Report,
	output::{self, Output},
	profile::{ConfigDir, Profile},
	terminal::Terminal,
};
use clap::CommandFactory;
use ourledger_client::{
	chain::{Chain, Head, Lag, State},
	error::{Error, Result},
	keys::{self, store::KeyStore, Key, KeyRef},
	party::Party,
	submit::{acting, Draft, Sending, Submitted, Wallet},
	twin::{TwinInfo, TwinState},
};
use serde_json::json;
use std::{
	cell::{Cell, OnceCell},
	env,
	path::{Path, PathBuf},
};
use subxt::utils::{AccountId32, H256};

/// Names the node where neither the command line nor a profile does.
const URL_VARIABLE: &str = "OURLEDGER_URL";

/// The node of whoever runs one here.
const DEFAULT_URL: &str = "ws://127.0.0.1:9944";

/// Begins an account that is given by the twin that it controls.
const TWIN_PREFIX: &str = "twin:";

/// What each command is handed.
///
/// Whatever costs something (a connection, a password) is only done when it is first asked for.
pub struct Context {
	/// Where results go.
	pub out: Output,
	/// The keys on this machine.
	pub store: KeyStore,
	/// The network's profile; empty without one.
	pub profile: Profile,
	folder: PathBuf,
	options: Options,
	chain: tokio::sync::OnceCell<Chain>,
	told_of_age: Cell<bool>,
	signer: OnceCell<Key>,
	sponsor: OnceCell<Key>,
	/// Who is shown what is signed, and told how far it is.
	terminal: Terminal,
}

impl Context {
	fn new(options: Options, out: Output) -> Result<Self> {
		let config = ConfigDir::find()?;
		let profile = match &options.network {
			Some(network) => config.profile(network)?,
			None => Profile::default(),
		};
		Ok(Self {
			terminal: Terminal::new(out, options.yes),
			out,
			store: KeyStore::new(config.keys()),
			profile,
			folder: config.folder().into(),
			options,
			chain: tokio::sync::OnceCell::new(),
			told_of_age: Cell::new(false),
			signer: OnceCell::new(),
			sponsor: OnceCell::new(),
		})
	}

	/// The connection to the chain.
	pub async fn chain(&self) -> Result<&Chain> {
		self.chain.get_or_try_init(|| self.connect()).await
	}

	/// The chain's state at its last finalised block, or at the best one with `--best`: what most
	/// commands read.
	pub async fn state(&self) -> Result<State> {
		self.chain_to_read().await?.current().await
	}

	/// The connection, for what is final: where finality stands, says once that this is old.
	pub async fn chain_to_read(&self) -> Result<&Chain> {
		let chain = self.chain().await?;
		if let Some(lag) = chain.standing() {
			if !self.told_of_age.replace(true) {
				self.out.notice(old(lag));
			}
		}
		Ok(chain)
	}

	/// The configuration directory.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// The WebSocket of the node that is asked, unless a light client is.
	pub fn url(&self) -> String {
		let named = self.options.url.clone().or_else(|| self.profile.url.clone());
		let set = || env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
		named.or_else(set).unwrap_or_else(|| DEFAULT_URL.into())
	}

	async fn connect(&self) -> Result<Chain> {
		let chain = self.connect_anywhere().await?;
		self.profile.ensure_genesis(chain.genesis_hash())?;
		Ok(chain)
	}

	async fn connect_anywhere(&self) -> Result<Chain> {
		if self.options.url.is_none() && self.profile.url.is_none() {
			if let Some(chain_spec) = &self.profile.chain_spec {
				return Chain::light(chain_spec).await;
			}
		}
		Chain::connect(&self.url(), self.head()).await
	}

	/// The account that an argument names: an address, hexadecimal, a development seed, a stored
	/// key's name, or `twin:N`.
	pub async fn account(&self, text: &str) -> Result<AccountId32> {
		let Some(number) = text.strip_prefix(TWIN_PREFIX) else {
			return keys::account(text, &self.store);
		};
		let number = number
			.parse()
			.map_err(|_| Error::input(format!("the twin of {text:?} is not a number")))?;
		acting::controller_of(&self.state().await?, number).await
	}

	/// The account of the key to sign with. Needs no password.
	pub fn key_account(&self) -> Result<AccountId32> {
		Ok(KeyRef::find(self.key_name()?, &self.store)?.account())
	}

	/// The key to sign with, ready to sign.
	pub fn signer(&self) -> Result<&Key> {
		unlocked(&self.signer, || {
			KeyRef::find(self.key_name()?, &self.store)?.unlock(ask::password)
		})
	}

	/// The key that pays, if it isn't the signer's own account.
	pub fn sponsor(&self) -> Result<Option<&Key>> {
		self.options
			.sponsor
			.as_ref()
			.map(|name| {
				unlocked(&self.sponsor, || KeyRef::find(name, &self.store)?.unlock(ask::password))
			})
			.transpose()
	}

	/// The account that pays. Needs no password, nor the key.
	pub async fn sponsor_account(&self) -> Result<Option<AccountId32>> {
		match &self.options.sponsor {
			Some(sponsor) => self.account(sponsor).await.map(Some),
			None => Ok(None),
		}
	}

	/// The twin to act for.
	pub fn twin(&self) -> Option<u64> {
		self.options.twin.or(self.profile.twin)
	}

	/// The account in whose name calls are made: the twin's controller, else the key's own.
	pub async fn acting_account(&self) -> Result<AccountId32> {
		match self.twin() {
			Some(twin) => acting::controller_of(&self.state().await?, twin).await,
			None => self.key_account(),
		}
	}

	/// The twin that is acted for: that of --twin, else the one that the key controls itself.
	pub async fn own_twin(&self, state: &State) -> Result<TwinInfo> {
		if let Some(number) = self.twin() {
			return TwinInfo::read(state, number).await;
		}
		let account = self.key_account()?;
		TwinInfo::of(state, account).await?.ok_or_else(|| {
			Error::not_found(format!(
				"the account {account} controls no twin itself; --twin N says for which one it acts"
			))
		})
	}

	/// The twin that `text` names; without a text, the one that is acted for.
	pub async fn twin_or_own(&self, state: &State, text: Option<&str>) -> Result<TwinInfo> {
		match text {
			Some(text) => twin::lookup(self, state, text).await,
			None => self.own_twin(state).await,
		}
	}

	/// As [`Context::own_twin`], but refuses a twin that can't act any more.
	pub async fn own_active_twin(&self, state: &State) -> Result<TwinInfo> {
		let twin = self.own_twin(state).await?;
		match twin.state {
			TwinState::Active => Ok(twin),
			TwinState::Deactivated(block) => Err(Error::refused(format!(
				"twin {} was deactivated in block {block}, and that is for ever",
				twin.number
			))),
		}
	}

	/// Whom `text` names: a twin by its number or @name, else an account as everywhere.
	pub async fn party(&self, state: &State, text: &str) -> Result<Party> {
		match names_twin(text) {
			true => Party::of_twin(&twin::lookup(self, state, text).await?),
			false => Party::of(state, self.account(text).await?).await,
		}
	}

	/// As [`Context::party`]; without a text, whom the command line acts for.
	pub async fn party_or_own(&self, state: &State, text: Option<&str>) -> Result<Party> {
		match text {
			Some(text) => self.party(state, text).await,
			None => self.own_party(state).await,
		}
	}

	/// Whom the command line acts for.
	pub async fn own_party(&self, state: &State) -> Result<Party> {
		Party::of(state, self.acting_account().await?).await
	}

	/// Whether all questions are answered with yes.
	pub fn yes(&self) -> bool {
		self.options.yes
	}

	/// What is read, and what is waited for.
	pub fn head(&self) -> Head {
		match self.options.best {
			true => Head::Best,
			false => Head::Final,
		}
	}

	/// Shows, asks, signs, submits and waits until the call is final. Nothing comes back when it
	/// was only signed to a file: then all is said already.
	///
	/// ```ignore
	/// let Some(done) = ctx.submit(Draft::new(call).effect("twin 7 is no more")).await? else {
	///     return Ok(());
	/// };
	/// ```
	pub async fn submit(&self, draft: Draft) -> Result<Option<Submitted>> {
		self.submit_noting(draft, |_| Ok(())).await
	}

	/// As [`Context::submit`], and tells what `report` makes of the outcome.
	pub async fn submit_telling(
		&self,
		draft: Draft,
		report: impl FnOnce(&Submitted) -> Result<Report>,
	) -> Result<()> {
		if let Some(done) = self.submit(draft).await? {
			self.out.told(&done, report(&done)?);
		}
		Ok(())
	}

	/// As [`Context::submit`]; `note` is told before anybody gets to know the signed transaction,
	/// and can still prevent it. Where another program with the same key was first, it is told of
	/// another transaction in the place of the one before, which can never be.
	pub async fn submit_noting(
		&self,
		draft: Draft,
		note: impl FnMut(Sending) -> Result<()>,
	) -> Result<Option<Submitted>> {
		let wallet = Wallet { sponsor: self.sponsor()?, ..self.wallet().await? };
		let Some(path) = self.sign_only() else {
			let submitted = wallet.submit(draft, note).await;
			return submitted.map(Some).map_err(|error| self.naming_the_twin(error));
		};
		let (file, block) = wallet.sign_to_file(draft, path, note).await?;
		self.out.print(&file.summary(path), || {
			let path = path.display();
			output::fields([
				("signed to", path.to_string()),
				("valid", format!("until block {}; final now: {block}", file.valid_until)),
				("next", format!("a sponsor runs: ourledger submit {path}")),
			])
		});
		Ok(None)
	}

	/// Where to write the signed call instead of submitting it.
	pub fn sign_only(&self) -> Option<&Path> {
		self.options.sign_only.as_deref()
	}

	/// Says how to act for a twin, where none is named and the chain refuses for that.
	fn naming_the_twin(&self, error: Error) -> Error {
		match (&error, self.twin()) {
			(Error::Refused(why), None) if why.starts_with("Twins.NotController") => {
				error.explained(|why| format!("{why}; --twin N acts for a twin"))
			},
			_ => error,
		}
	}

	/// What the command line signs by. Whoever signs pays, too.
	pub async fn wallet(&self) -> Result<Wallet<'_>> {
		Ok(Wallet {
			chain: self.chain().await?,
			signer: self.signer()?,
			sponsor: None,
			twin: self.twin(),
			fee_in: self.options.fee_in.as_deref(),
			trusts_metadata: self.options.trust_metadata || self.profile.trust_metadata,
			folder: &self.folder,
			person: &self.terminal,
		})
	}

	fn key_name(&self) -> Result<&str> {
		let name = self.options.key.as_deref().or(self.profile.key.as_deref());
		name.filter(|name| !name.is_empty()).ok_or_else(|| {
			Error::usage("no key is given: use --key, OURLEDGER_KEY or the profile's \"key\"")
		})
	}
}

/// What an error means after a transaction is done: "no connection" would say that all can be tried
/// again, and "refused" that nothing was done. What isn't known of another transaction goes before.
fn after(done: Option<(H256, u64)>, error: Error) -> Error {
	let Some((done, block)) = done else {
		return error;
	};
	let message = format!(
		"the transaction {done:?} is done, in block {block}, and must not be sent again; but not all \
		 that comes after it is: {error}"
	);
	match error {
		Error::Unknown { transaction, .. } => Error::unknown(transaction, message),
		_ => Error::unknown(done, message),
	}
}

/// What whoever reads final blocks has to know where finality stands.
fn old(Lag { finalised, blocks }: Lag) -> String {
	format!(
		"Finality stands since block {finalised}: what is read is as of then, {blocks} blocks ago. \
		 --best reads the newest."
	)
}

fn unlocked(cell: &OnceCell<Key>, unlock: impl FnOnce() -> Result<Key>) -> Result<&Key> {
	if cell.get().is_none() {
		// It was empty a moment ago, and there is one thread that asks.
		let _ = cell.set(unlock()?);
	}
	cell.get().ok_or_else(|| Error::usage("the key is not unlocked"))
}

/// Whether a party is named as a twin, and not as an account.
fn names_twin(text: &str) -> bool {
	let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	is_number || text.starts_with('@')
}

/// Runs a command.
pub async fn run(cli: Cli, out: Output) -> Result<()> {
	if let Command::Completions { shell } = cli.command {
		// Into memory first: the generator panics when its reader goes away.
		let mut script = Vec::new();
		clap_complete::generate(shell, &mut Cli::command(), "ourledger", &mut script);
		let script = String::from_utf8_lossy(&script);
		out.print(&json!({ "script": script }), || script.trim_end().into());
		return Ok(());
	}
	if let Command::ManPages { folder } = &cli.command {
		return clap_mangen::generate_to(Cli::command(), folder).map_err(|error| {
			Error::input(format!("the manual can't be written to {}: {error}", folder.display()))
		});
	}
	let ctx = Context::new(cli.options, out)?;
	run_in(&ctx, cli.command).await.map_err(|error| after(ctx.terminal.done(), error))
}

async fn run_in(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Key(command) => key::run(ctx, command),
		Command::Account(command) => account::run(ctx, command).await,
		Command::Twin(command) => twin::run(ctx, command).await,
		Command::Chain(command) => chain::run(ctx, command).await,
		Command::Proxy(command) => proxy::run(ctx, command).await,
		Command::Recovery(command) => recovery::run(ctx, command).await,
		Command::Record(command) => record::run(ctx, command).await,
		Command::Currency(command) => currency::run(ctx, command).await,
		Command::Swap(command) => swap::run(ctx, command).await,
		Command::Pool(command) => pool::run(ctx, command).await,
		Command::Tax(command) => tax::run(ctx, command).await,
		Command::Audit(command) => audit::run(ctx, command).await,
		Command::Invoice(command) => invoice::run(ctx, command).await,
		Command::Submit(arguments) => submit::run(ctx, arguments).await,
		Command::Completions { .. } | Command::ManPages { .. } => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn error_after_what_is_done_says_nothing_of_trying_again() {
		let [one, other] = [H256([1; 32]), H256([2; 32])];
		let begins = format!("the transaction {one:?} is done, in block 7, and must not be sent");
		for (error, of) in [
			(Error::connection("cut"), one),
			(Error::refused("no"), one),
			(Error::declined("no"), one),
			(Error::input("odd"), one),
			// Of another transaction, it isn't known.
			(Error::unknown(other, "lost"), other),
		] {
			assert_eq!(after(None, error.clone()), error);
			let told = after(Some((one, 7)), error.clone());
			let message = told.to_string();
			assert!(message.starts_with(&begins), "{message}");
			assert!(message.ends_with(&error.to_string()), "{message}");
			assert_eq!(told, Error::unknown(of, message));
		}
	}
}
