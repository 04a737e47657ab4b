//! `ourledger account`: what an account owns, and payments.

use super::Context;
use crate::output::report::Report;
use clap::Subcommand;
use ourledger_client::{
	account::{self, Account, Hold, Transfer},
	amount::{self, Amount},
	money::{holding::Holding, Currency},
	party::Party,
	proxies::Proxies,
	Error, Result,
};
use serde_json::Value as Json;

/// Commands on accounts.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// What an account owns, OUR and local money, and who may act for it.
	///
	/// Currencies are those in which it has something or a credit line, or in which something is set
	/// aside for it, after demurrage, as
	/// "currency balance" tells of one. The chain keeps no list of them by account, so all
	/// currencies are looked through, in few questions.
	Show {
		/// The account; without it, the one that --twin and --key name.
		account: Option<String>,
	},
	/// Pay OUR to another account.
	Transfer {
		/// The account that receives.
		to: String,
		/// How much, as 2.5 or "2.5 OUR".
		#[arg(required_unless_present = "all")]
		amount: Option<String>,
		/// Pay all there is, and close the account.
		#[arg(long, conflicts_with = "amount")]
		all: bool,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Show { account } => show(ctx, account.as_deref()).await,
		Command::Transfer { to, amount, all: _ } => transfer(ctx, &to, amount.as_deref()).await,
	}
}

async fn show(ctx: &Context, account: Option<&str>) -> Result<()> {
	let id = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let account = Account::read(&state, id).await?;
	let holds = Hold::all(&state, id).await?;
	let proxies = Proxies::of(&state, id).await?;
	let holdings = Holding::all(ctx.chain().await?, &state, id).await?;
	let twin = match state.has_view("Twins", "number_of") {
		true => Party::of(&state, id).await?.twin,
		false => None,
	};

	let mut report = Report::new().field("account", "account", id).json("exists", account.exists());
	if !account.exists() {
		report = report.line("", "does not exist on this chain");
	}
	let held = holds.iter().map(|it| format!("{}: {}", it.reason(), amount::format(it.amount)));
	let has = holdings.iter().map(|(of, it)| format!("{}: {}", of.label(), it.text(of)));
	let acting = proxies.list.iter().map(|proxy| {
		let delay = match proxy.delay {
			0 => String::new(),
			blocks => format!(", after {blocks} blocks"),
		};
		format!("{} ({}{delay})", proxy.delegate, proxy.scope())
	});
	let report = report
		.optional("twin", "twin", twin)
		.field("free", "free", Amount::our(account.data.free))
		.field("reserved", "held", Amount::our(account.data.reserved))
		.lines(held.map(|text| ("", text)))
		.field("frozen", "frozen", Amount::our(account.data.frozen))
		.json("holds", holds.iter().map(Hold::json).collect::<Json>())
		.json("currencies", holdings.iter().map(|(of, it)| owned(of, it)).collect::<Json>())
		.lines(has.map(|text| ("currency", text)))
		.field("nonce", "nonce", account.nonce)
		.field("providers", "providers", account.providers)
		.field("consumers", "consumers", account.consumers)
		.json("sufficients", account.sufficients)
		.json("proxies", proxies.json())
		.lines(acting.map(|text| ("proxy", text)))
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

/// What an account has of a currency. Amounts are decimal strings of minor units.
fn owned(currency: &Currency, holding: &Holding) -> Json {
	Report::new()
		.json("currency", currency.id)
		.json("symbol", &currency.symbol)
		.json("decimals", currency.decimals)
		.json_of(holding.json())
		.to_json()
}

async fn transfer(ctx: &Context, to: &str, amount: Option<&str>) -> Result<()> {
	let units = amount.map(amount::parse).transpose()?;
	if units == Some(0) {
		return Err(Error::input("the amount is zero"));
	}
	let to = ctx.account(to).await?;
	let from = ctx.acting_account().await?;
	let draft = account::pay(&ctx.state().await?, from, to, units).await?;
	ctx.submit_telling(draft, |done| {
		let Transfer { amount } = done.expect("Balances", "Transfer")?;
		let report = Report::new()
			.json("from", from)
			.json("to", to)
			.field("amount", "paid", Amount::our(amount))
			.line("to", to);
		Ok(report)
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::{money, ticks::When};

	#[test]
	fn holding_is_told_with_its_currency() {
		let holding = Holding {
			balance: 1_000,
			spendable: 400,
			frozen_until: Some(When { tick: 9, moment: 27_000 }),
			credit_limit: 0,
			debt: 0,
			member: None,
			may_receive: true,
			set_aside: 0,
		};
		let json = owned(&money::example(3, "TSH"), &holding);
		assert_eq!(
			(&json["currency"], &json["symbol"], &json["decimals"]),
			(&3.into(), &"TSH".into(), &2.into())
		);
		assert_eq!((&json["balance"], &json["spendable"]), (&"1000".into(), &"400".into()));
		assert_eq!(json["frozenUntil"], 9);
	}
}
