//! `ourledger account`: what an account owns, and payments.

use super::Context;
use crate::output;
use clap::Subcommand;
use ourledger_client::{
	account::Account,
	amount,
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind},
	submit::{
		acting::{self, Proxy},
		Draft,
	},
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::{
		scale_decode::DecodeAsType,
		scale_value::{Composite, ValueDef},
	},
	utils::MultiAddress,
};

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

/// An amount on hold, and what for.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Hold {
	id: Value,
	amount: u128,
}

async fn show(ctx: &Context, account: Option<&str>) -> Result<()> {
	let id = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let account = Account::read(&state, id).await?;
	let holds: Option<Vec<Hold>> = state.storage("Balances", "Holds", (id,)).await?;
	let holds: Vec<_> =
		holds.unwrap_or_default().into_iter().map(|hold| (reason(&hold.id), hold.amount)).collect();
	let proxies = acting::proxies_of(&state, id).await?;
	let holdings = Holding::all(ctx.chain().await?, &state, id).await?;
	let twin: Option<u64> = if state.has_view("Twins", "number_of") {
		state.view("Twins", "number_of", (id,)).await?
	} else {
		None
	};

	let json = json!({
		"account": id,
		"exists": account.exists(),
		"twin": twin,
		"free": account.data.free.to_string(),
		"reserved": account.data.reserved.to_string(),
		"frozen": account.data.frozen.to_string(),
		"holds": holds
			.iter()
			.map(|(reason, amount)| json!({ "reason": reason, "amount": amount.to_string() }))
			.collect::<Json>(),
		"currencies": holdings
			.iter()
			.map(|(currency, holding)| holding_json(currency, holding))
			.collect::<Json>(),
		"nonce": account.nonce,
		"providers": account.providers,
		"consumers": account.consumers,
		"sufficients": account.sufficients,
		"proxies": proxies
			.iter()
			.map(Proxy::json)
			.collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let mut lines = vec![("account", id.to_string())];
		if !account.exists() {
			lines.push(("", "does not exist on this chain".into()));
		}
		lines.extend(twin.map(|twin| ("twin", twin.to_string())));
		lines.push(("free", amount::format(account.data.free)));
		lines.push(("held", amount::format(account.data.reserved)));
		lines.extend(
			holds.iter().map(|(reason, held)| ("", format!("{reason}: {}", amount::format(*held)))),
		);
		lines.push(("frozen", amount::format(account.data.frozen)));
		lines.extend(holdings.iter().map(|(currency, it)| {
			("currency", format!("{}: {}", currency.label(), it.text(currency)))
		}));
		lines.push(("nonce", account.nonce.to_string()));
		lines.push(("providers", account.providers.to_string()));
		lines.push(("consumers", account.consumers.to_string()));
		lines.extend(proxies.iter().map(|proxy| {
			let delay = match proxy.delay {
				0 => String::new(),
				blocks => format!(", after {blocks} blocks"),
			};
			("proxy", format!("{} ({}{delay})", proxy.delegate, proxy.scope()))
		}));
		output::fields(lines)
	});
	Ok(())
}

/// What an account has of a currency. Amounts are decimal strings of minor units.
fn holding_json(currency: &Currency, holding: &Holding) -> Json {
	let mut json = json!({
		"currency": currency.id,
		"symbol": currency.symbol,
		"decimals": currency.decimals,
	});
	if let (Some(all), Json::Object(own)) = (json.as_object_mut(), holding.json()) {
		all.extend(own);
	}
	json
}

/// The name of a hold's reason: `Twins.Key`.
fn reason(id: &Value) -> String {
	let mut names = Vec::new();
	let mut next = Some(id);
	while let Some(Value { value: ValueDef::Variant(variant), .. }) = next {
		names.push(variant.name.as_str());
		next = match &variant.values {
			Composite::Unnamed(values) => values.first(),
			Composite::Named(_) => None,
		};
	}
	names.join(".")
}

async fn transfer(ctx: &Context, to: &str, amount: Option<&str>) -> Result<()> {
	let units = amount.map(amount::parse).transpose()?;
	if units == Some(0) {
		return Err(Error::input("the amount is zero"));
	}
	let to = ctx.account(to).await?;
	let from = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let destination = MultiAddress::<_, ()>::Id(to);
	let (call, effect) = match units {
		Some(units) => (
			state.call("Balances", "transfer_keep_alive", (destination, units))?,
			format!("{from} pays {} to {to}", amount::format(units)),
		),
		None => (
			state.call("Balances", "transfer_all", (destination, false))?,
			format!("{from} pays all it has to {to} and ceases to exist"),
		),
	};
	// Whoever pays all it has pays what the fee leaves.
	let mut draft = Draft::new(call).effect(effect).spends(Kind::Native, units.unwrap_or(0));
	if !Account::read(&state, to).await?.exists() {
		draft = draft.effect(format!("the account {to} begins to exist"));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Transfer {
		amount: u128,
	}
	let Transfer { amount: paid } = done.expect("Balances", "Transfer")?;
	ctx.out.done(
		&done,
		json!({ "from": from, "to": to, "amount": paid.to_string() }),
		[("paid", amount::format(paid)), ("to", to.to_string())],
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn holding_is_told_with_its_currency() {
		let holding = Holding {
			balance: 1_000,
			spendable: 400,
			frozen_until: Some(ourledger_client::ticks::When { tick: 9, moment: 27_000 }),
			credit_limit: 0,
			debt: 0,
			member: None,
			may_receive: true,
			set_aside: 0,
		};
		let json = holding_json(&ourledger_client::money::example(3, "TSH"), &holding);
		assert_eq!(
			(&json["currency"], &json["symbol"], &json["decimals"]),
			(&3.into(), &"TSH".into(), &2.into())
		);
		assert_eq!((&json["balance"], &json["spendable"]), (&"1000".into(), &"400".into()));
		assert_eq!(json["frozenUntil"], 9);
	}

	#[test]
	fn reason_is_pallet_and_name() {
		let id = Value::unnamed_variant("Twins", [Value::unnamed_variant("Key", [])]);
		assert_eq!(reason(&id), "Twins.Key");
	}
}
