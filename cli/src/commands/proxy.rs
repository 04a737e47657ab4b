//! `ourledger proxy`: who may act for an account, and within what scope.

use super::Context;
use crate::output;
use clap::{Subcommand, ValueEnum};
use ourledger_client::{
	account::Account,
	amount,
	chain::State,
	error::{Error, Result},
	submit::{
		acting::{self, Proxy},
		Draft,
	},
	ticks,
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	utils::{AccountId32, MultiAddress},
};

/// Commands on proxies: accounts that act for another one. With --twin they are those of the
/// twin's controller, else those of the key's own account.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Who may act for an account.
	List {
		/// The account; without it, the one that --twin and --key name.
		account: Option<String>,
	},
	/// Let an account act for this one.
	Add {
		/// The account that may act.
		who: String,
		/// What the proxy may do.
		#[arg(long)]
		scope: Scope,
		/// Time between its announcing a call and making it, such as 1h. Announcing needs another tool.
		#[arg(
			long,
			value_name = ticks::SPAN,
			default_value = "0",
			value_parser = ticks::parse_span
		)]
		delay: u32,
	},
	/// Let an account not act for this one any more.
	Remove {
		/// The account that may act so far.
		who: String,
		/// The scope that it has.
		#[arg(long)]
		scope: Scope,
		/// The delay that it has, if it has the scope with several.
		#[arg(long, value_name = ticks::SPAN, value_parser = ticks::parse_span)]
		delay: Option<u32>,
		/// Remove even the last proxy with the scope "any" of an account without a key.
		#[arg(long)]
		force: bool,
	},
}

/// What a proxy may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Scope {
	/// Everything, also adding and removing proxies.
	Any,
	/// Paying others, in OUR and in local money, also what they invoice.
	Payments,
	/// A business's daily trade: its invoices, as seller and as buyer, and refunds of tax.
	Commerce,
	/// Appending, pinning and unpinning a twin's records.
	Records,
	/// A council member's motions, votes and vetoes.
	Voting,
}

impl Scope {
	/// Its name on the chain.
	pub fn name(self) -> &'static str {
		match self {
			Self::Any => "Any",
			Self::Payments => "Payments",
			Self::Commerce => "Commerce",
			Self::Records => "Records",
			Self::Voting => "Voting",
		}
	}

	/// The argument of a call.
	pub fn value(self) -> Value {
		Value::unnamed_variant(self.name(), [])
	}

	/// What comes after "A may" when it acts for `account`.
	fn power(self, account: AccountId32) -> String {
		match self {
			Self::Any => {
				format!("do everything that {account} may, also pay out all it owns")
			},
			Self::Payments => format!("pay others what {account} owns"),
			Self::Commerce => {
				format!("issue, accept, pay and correct invoices, and claim refunds of tax, as {account}")
			},
			Self::Records => format!("append, pin and unpin records as {account}"),
			Self::Voting => format!("propose, vote and veto in the council as {account}"),
		}
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::List { account } => list(ctx, account.as_deref()).await,
		Command::Add { who, scope, delay } => add(ctx, &who, scope, delay).await,
		Command::Remove { who, scope, delay, force } => {
			remove(ctx, &who, scope, delay, force).await
		},
	}
}

/// The proxies of an account and the deposit for them.
struct Proxies {
	list: Vec<Proxy>,
	deposit: u128,
}

impl Proxies {
	async fn of(state: &State, account: AccountId32) -> Result<Self> {
		let (list, deposit) = acting::proxies_and_deposit(state, account).await?;
		Ok(Self { list, deposit })
	}
}

/// The deposit for `count` proxies.
fn price(state: &State, count: usize) -> Result<u128> {
	if count == 0 {
		return Ok(0);
	}
	let base: u128 = state.constant("Proxy", "ProxyDepositBase")?;
	let factor: u128 = state.constant("Proxy", "ProxyDepositFactor")?;
	Ok(base + factor * count as u128)
}

/// What the next proxy adds to the deposit of an account that has `count`.
pub fn price_of_next(state: &State, count: usize) -> Result<u128> {
	Ok(price(state, count + 1)? - price(state, count)?)
}

async fn list(ctx: &Context, account: Option<&str>) -> Result<()> {
	let account = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let proxies = Proxies::of(&state, account).await?;
	let json = json!({
		"account": account,
		"deposit": proxies.deposit.to_string(),
		"proxies": proxies
			.list
			.iter()
			.map(Proxy::json)
			.collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		if proxies.list.is_empty() {
			return format!("Nobody may act for {account} but itself.");
		}
		let rows = proxies.list.iter().map(|proxy| {
			[proxy.delegate.to_string(), proxy.scope().to_lowercase(), delay_text(proxy.delay)]
		});
		format!(
			"{}\n\n{}",
			output::fields([
				("account", account.to_string()),
				("deposit", amount::format(proxies.deposit))
			]),
			output::table(["proxy", "scope", "delay"], rows)
		)
	});
	Ok(())
}

fn proxy_json(delegate: AccountId32, scope: &str, delay: u32) -> Json {
	json!({ "delegate": delegate, "scope": scope, "delay": delay })
}

fn delay_text(delay: u32) -> String {
	match delay {
		0 => "none".into(),
		delay => ticks::span(delay),
	}
}

async fn add(ctx: &Context, who: &str, scope: Scope, delay: u32) -> Result<()> {
	let who = ctx.account(who).await?;
	let account = ctx.acting_account().await?;
	if who == account {
		return Err(Error::input(format!("the account {account} needs no proxy of itself")));
	}
	let state = ctx.state().await?;
	let proxies = Proxies::of(&state, account).await?;
	let is_same =
		|proxy: &Proxy| (proxy.delegate, proxy.scope(), proxy.delay) == (who, scope.name(), delay);
	if proxies.list.iter().any(is_same) {
		return Err(Error::input(format!("{who} is such a proxy of {account} already")));
	}

	let delegate = MultiAddress::<_, ()>::Id(who);
	let call = state.call("Proxy", "add_proxy", (delegate, scope.value(), delay))?;
	let deposit = price(&state, proxies.list.len() + 1)?.saturating_sub(proxies.deposit);
	let mut draft = Draft::new(call).deposit(deposit);
	draft = draft.effect(format!("{who} may {}", scope.power(account)));
	if delay > 0 {
		draft = draft.effect(format!(
			"it has to announce each call {} before it makes it, and can be stopped meanwhile",
			delay_text(delay)
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let mut result = proxy_json(who, scope.name(), delay);
	result["account"] = json!(account);
	ctx.out.done(
		&done,
		result,
		[
			("proxy", who.to_string()),
			("scope", scope.name().to_lowercase()),
			("acts for", account.to_string()),
		],
	);
	Ok(())
}

async fn remove(
	ctx: &Context,
	who: &str,
	scope: Scope,
	delay: Option<u32>,
	force: bool,
) -> Result<()> {
	let who = ctx.account(who).await?;
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let proxies = Proxies::of(&state, account).await?;
	let delays: Vec<_> = proxies
		.list
		.iter()
		.filter(|proxy| (proxy.delegate, proxy.scope()) == (who, scope.name()))
		.map(|proxy| proxy.delay)
		.collect();
	let delay = the_one(&delays, delay).map_err(|why| why.error(account, who, scope))?;
	let is_last =
		proxies.list.iter().filter(|proxy| proxy.scope() == Scope::Any.name()).count() == 1;
	let is_fatal = scope == Scope::Any && is_last && may_be_keyless(ctx, &state, account).await?;
	if is_fatal && !force {
		return Err(Error::input(format!(
			"{who} is the last proxy with the scope any of {account}, which seems to have no key \
			 of its own: nobody could act for it again; --force removes it all the same"
		)));
	}

	let delegate = MultiAddress::<_, ()>::Id(who);
	let call = state.call("Proxy", "remove_proxy", (delegate, scope.value(), delay))?;
	let mut draft =
		Draft::new(call).effect(format!("{who} may no longer {}", scope.power(account)));
	if is_fatal {
		draft = draft
			.effect(format!("NOBODY CAN ACT FOR {account} AGAIN, unless its friends recover it"));
	} else {
		let back = proxies.deposit.saturating_sub(price(&state, proxies.list.len() - 1)?);
		draft = draft.effect(format!("{} of deposit come back to it", amount::format(back)));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let mut result = proxy_json(who, scope.name(), delay);
	result["account"] = json!(account);
	ctx.out.done(
		&done,
		result,
		[
			("removed", who.to_string()),
			("scope", scope.name().to_lowercase()),
			("acted for", account.to_string()),
		],
	);
	Ok(())
}

/// Why it isn't clear which proxy is meant.
#[derive(Debug, Eq, PartialEq)]
enum Unclear {
	None,
	Several,
}

impl Unclear {
	fn error(self, account: AccountId32, who: AccountId32, scope: Scope) -> Error {
		let scope = scope.name().to_lowercase();
		match self {
			Self::None => {
				Error::not_found(format!("{who} is no such proxy (scope {scope}) of {account}"))
			},
			Self::Several => Error::usage(format!(
				"{who} is a proxy (scope {scope}) of {account} with several delays: name one by --delay"
			)),
		}
	}
}

/// The one delay that is meant.
fn the_one(delays: &[u32], wanted: Option<u32>) -> Result<u32, Unclear> {
	match (delays, wanted) {
		(delays, Some(wanted)) if delays.contains(&wanted) => Ok(wanted),
		([only], None) => Ok(*only),
		([], _) | (_, Some(_)) => Err(Unclear::None),
		(_, None) => Err(Unclear::Several),
	}
}

/// Whether nothing shows that somebody has the key of `account`.
async fn may_be_keyless(ctx: &Context, state: &State, account: AccountId32) -> Result<bool> {
	Ok(account != ctx.key_account()? && !Account::read(state, account).await?.has_signed())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn delay_is_that_of_the_only_proxy_that_is_meant() {
		assert_eq!(the_one(&[7], None), Ok(7));
		assert_eq!(the_one(&[0, 5], Some(5)), Ok(5));
	}

	#[test]
	fn delay_is_unclear_when_none_or_several_are_meant() {
		assert_eq!(the_one(&[0, 5], None), Err(Unclear::Several));
		assert_eq!(the_one(&[0, 5], Some(6)), Err(Unclear::None));
		assert_eq!(the_one(&[0], Some(6)), Err(Unclear::None));
		assert_eq!(the_one(&[], None), Err(Unclear::None));
	}

	#[test]
	fn scopes_have_the_chains_names() {
		for scope in Scope::value_variants() {
			let written = scope.to_possible_value().expect("none is hidden");
			assert_eq!(written.get_name(), scope.name().to_lowercase());
		}
	}
}
