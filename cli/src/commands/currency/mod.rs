//! `ourledger currency`: money that communities issue.

mod authority;
mod holders;
mod members;
mod terms;

use super::Context;
use clap::{Args, Subcommand};
use ourledger_client::{
	money::{self, Currency},
	ticks, Result, State,
};

/// Commands on currencies. A currency is named by its id, or by its symbol if no other one has
/// that; who pays or is paid by a twin's number, its @name, or as any account.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make a currency. The twin that is acted for becomes its issuer, for ever.
	Create(terms::CreateArguments),
	/// Everything about a currency.
	Show {
		/// The currency, by id or symbol.
		currency: String,
	},
	/// Currencies in order of their ids.
	List {
		/// The first id to show.
		#[arg(long, value_name = "ID", default_value_t = 0)]
		from: u32,
		/// How many to show at most.
		#[arg(long, value_name = "N", default_value_t = 20)]
		limit: usize,
	},
	/// Announce other terms, as the issuer. They hold after the currency's notice. What isn't named
	/// stays as it is, or as it was announced.
	Amend(terms::AmendArguments),
	/// Admit a twin as a member, as the issuer.
	Admit {
		/// The currency, by id or symbol.
		currency: String,
		/// The twin: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		member: String,
	},
	/// Expel a member, as the issuer. What it has, it can still redeem.
	Expel {
		/// The currency, by id or symbol.
		currency: String,
		/// The twin: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		member: String,
	},
	/// Issue money to somebody, as the issuer.
	Issue {
		/// The currency, by id or symbol.
		currency: String,
		/// The account that receives it.
		to: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
	},
	/// Give money back to the issuer: it is burnt.
	Redeem {
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
		/// What for.
		#[command(flatten)]
		reference: Reference,
	},
	/// Pay somebody.
	#[command(visible_alias = "pay")]
	Transfer {
		/// The currency, by id or symbol.
		currency: String,
		/// The account that is paid.
		to: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
		/// What for.
		#[command(flatten)]
		reference: Reference,
	},
	/// What an account has of a currency, and may do with it.
	Balance {
		/// The currency, by id or symbol.
		currency: String,
		/// Whose; without it, that of --twin and --key.
		account: Option<String>,
	},
	/// Set how much a twin may owe in a currency of mutual credit, as the issuer. Zero ends it.
	CreditLine {
		/// The currency, by id or symbol.
		currency: String,
		/// The twin: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		member: String,
		/// How much, as 500 or "500 TSH".
		limit: String,
	},
	/// Repay what was drawn from a credit line: it is burnt.
	Repay {
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
	},
	/// Write off what a twin owes and won't repay, as the issuer. The currency's pot bears it.
	WriteOff {
		/// The currency, by id or symbol.
		currency: String,
		/// The twin: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		member: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
	},
	/// Let nothing leave an account, as the authority of the currency's jurisdiction.
	Freeze {
		/// The currency, by id or symbol.
		currency: String,
		/// The account whose money it is.
		account: String,
		/// How long at most, such as 8h or 30d.
		#[arg(long = "for", value_name = ticks::SPAN, value_parser = ticks::parse_span)]
		span: u32,
		/// Why: the hash of a decision, or a text of which the chain keeps the hash.
		#[arg(long)]
		reason: String,
	},
	/// End a freeze, as the authority; anyone, when it is over.
	Unfreeze {
		/// The currency, by id or symbol.
		currency: String,
		/// The account whose money it is.
		account: String,
	},
	/// Take the demurrage of an account now, so that wallets show what it really has. Anyone may.
	Charge {
		/// The currency, by id or symbol.
		currency: String,
		/// Whose; without it, that of --twin and --key.
		account: Option<String>,
	},
	/// Pay an account what is set aside for it. Anyone may; it reaches nobody else.
	///
	/// What a rule owes, such as money that leaves an escrow or a refund, is set aside if the account
	/// can't hold it, since it was gone or was never there. Demurrage is taken for the time that it
	/// waited.
	Take {
		/// The currency, by id or symbol.
		currency: String,
		/// For whom it is set aside; without it, that of --twin and --key.
		owner: Option<String>,
	},
	/// Give all that one has of a currency to its pot, such as dust that one never wanted. Who isn't a
	/// member may, too.
	Discard {
		/// The currency, by id or symbol.
		currency: String,
	},
	/// Spend the currency's demurrage income, as the issuer.
	SpendPot {
		/// The currency, by id or symbol.
		currency: String,
		/// The account that is paid.
		to: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
		/// What for.
		#[command(flatten)]
		reference: Reference,
	},
}

/// What a payment is for.
#[derive(Args, Debug)]
pub struct Reference {
	/// What for: 32 bytes in hexadecimal, or a text of which the chain keeps the hash.
	#[arg(long, value_name = "TEXT")]
	reference: Option<String>,
}

impl Reference {
	/// As the chain keeps it.
	fn hash(&self) -> [u8; 32] {
		money::reference(self.reference.as_deref())
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Create(arguments) => terms::create(ctx, arguments).await,
		Command::Show { currency } => terms::show(ctx, &currency).await,
		Command::List { from, limit } => terms::list(ctx, from, limit).await,
		Command::Amend(arguments) => terms::amend(ctx, arguments).await,
		Command::Admit { currency, member } => members::admit(ctx, &currency, &member).await,
		Command::Expel { currency, member } => members::expel(ctx, &currency, &member).await,
		Command::Issue { currency, to, amount } => {
			holders::issue(ctx, &currency, &to, &amount).await
		},
		Command::Redeem { currency, amount, reference } => {
			holders::redeem(ctx, &currency, &amount, reference.hash()).await
		},
		Command::Transfer { currency, to, amount, reference } => {
			holders::transfer(ctx, &currency, &to, &amount, reference.hash()).await
		},
		Command::Balance { currency, account } => {
			holders::balance(ctx, &currency, account.as_deref()).await
		},
		Command::CreditLine { currency, member, limit } => {
			members::credit_line(ctx, &currency, &member, &limit).await
		},
		Command::Repay { currency, amount } => holders::repay(ctx, &currency, &amount).await,
		Command::WriteOff { currency, member, amount } => {
			members::write_off(ctx, &currency, &member, &amount).await
		},
		Command::Freeze { currency, account, span, reason } => {
			authority::freeze(ctx, &currency, &account, span, &reason).await
		},
		Command::Unfreeze { currency, account } => {
			authority::unfreeze(ctx, &currency, &account).await
		},
		Command::Charge { currency, account } => {
			holders::charge(ctx, &currency, account.as_deref()).await
		},
		Command::Take { currency, owner } => holders::take(ctx, &currency, owner.as_deref()).await,
		Command::Discard { currency } => holders::discard(ctx, &currency).await,
		Command::SpendPot { currency, to, amount, reference } => {
			holders::spend_pot(ctx, &currency, &to, &amount, reference.hash()).await
		},
	}
}

/// The currency that an argument names, by the state.
async fn named(ctx: &Context, text: &str) -> Result<(State, Currency)> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, text).await?;
	Ok((state, currency))
}

/// As [`named`], for what only its issuer may do.
async fn issued(ctx: &Context, text: &str) -> Result<(State, Currency)> {
	let (state, currency) = named(ctx, text).await?;
	currency.ensure_issuer(&ctx.own_party(&state).await?)?;
	Ok((state, currency))
}
