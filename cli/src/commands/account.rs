//! `ourledger account`: what an account owns, and payments.

use super::Context;
use crate::{
	account::Account,
	amount,
	error::{Error, Result},
	output,
	submit::{
		acting::{self, Proxy},
		Draft,
	},
};
use clap::Subcommand;
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
	/// What an account owns, and who may act for it.
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
	let mut draft = Draft::new(call).effect(effect);
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
	done.print(
		&ctx.out,
		json!({ "from": from, "to": to, "amount": paid.to_string() }),
		[("paid", amount::format(paid)), ("to", to.to_string())],
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reason_is_pallet_and_name() {
		let id = Value::unnamed_variant("Twins", [Value::unnamed_variant("Key", [])]);
		assert_eq!(reason(&id), "Twins.Key");
	}
}
