//! `ourledger twin`: the phonebook.

mod keys;
mod name;
mod profile;
mod register;
mod show;

pub use show::lookup;

use super::Context;
use clap::Subcommand;
use ourledger_client::Result;

/// Commands on twins: register, look up, keep up to date. Those that change a twin act for that of
/// --twin, else for the one that the key itself controls.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Register a twin, and pay for it.
	///
	/// The twin's controller is a new account without a key of its own, for which the key may act
	/// with --twin: so the keys can be changed later, with "twin rotate". The key itself
	/// registers, whatever --twin says.
	Register(register::Arguments),
	/// Let a sponsor register the key as a twin: sign a permit for it, which costs nothing.
	///
	/// --sponsor names the sponsor's account; its key isn't needed here.
	Permit(register::PermitArguments),
	/// Register somebody else as a twin, and pay for it.
	///
	/// From the file of a permit; or, where the newcomer's key is on this machine, at once.
	RegisterFor(register::RegisterForArguments),
	/// Everything about a twin.
	Show {
		/// Its number, name, controller or DID; without it, the twin of --twin or of the key.
		what: Option<String>,
	},
	/// Find a twin's number by its name, controller or DID.
	///
	/// Only a controller's account finds a twin; the account of a proxy doesn't, since the chain
	/// keeps no list of those for whom an account is a proxy.
	Find {
		/// A number, a name, a controller or a DID.
		what: String,
	},
	/// Twins in order of their numbers.
	List {
		/// The number of the first twin to show.
		#[arg(long, value_name = "N", default_value_t = 1)]
		from: u64,
		/// How many to show at most.
		#[arg(long, value_name = "N", default_value_t = 20)]
		limit: u64,
	},
	/// Change how the twin presents itself. What isn't named stays.
	SetProfile(profile::Arguments),
	/// Say how the twin can be reached, in place of what was said before.
	SetEndpoints {
		/// Up to 8 URIs such as `https://example.org/inbox`, the preferred one first; none remove
		/// all.
		uris: Vec<String>,
	},
	/// Add a public key.
	AddKey(keys::AddArguments),
	/// Remove a public key.
	RemoveKey {
		/// Its id, as "twin show" has it.
		id: u16,
	},
	/// The twin's unique name.
	#[command(subcommand)]
	Name(name::Command),
	/// Replace a key that acts for the twin's keyless controller by another, in one transaction.
	Rotate(keys::RotateArguments),
	/// End the twin. There is no way back.
	Deactivate,
	/// The twin's DID document: docs/did-method.md.
	Did(show::DidArguments),
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Register(arguments) => register::register(ctx, arguments).await,
		Command::Permit(arguments) => register::permit(ctx, arguments).await,
		Command::RegisterFor(arguments) => register::register_for(ctx, arguments).await,
		Command::Show { what } => show::show(ctx, what.as_deref()).await,
		Command::Find { what } => show::find(ctx, &what).await,
		Command::List { from, limit } => show::list(ctx, from, limit).await,
		Command::SetProfile(arguments) => profile::set_profile(ctx, arguments).await,
		Command::SetEndpoints { uris } => profile::set_endpoints(ctx, &uris).await,
		Command::AddKey(arguments) => keys::add(ctx, arguments).await,
		Command::RemoveKey { id } => keys::remove(ctx, id).await,
		Command::Name(command) => name::run(ctx, command).await,
		Command::Rotate(arguments) => keys::rotate(ctx, arguments).await,
		Command::Deactivate => register::deactivate(ctx).await,
		Command::Did(arguments) => show::did(ctx, arguments).await,
	}
}
