//! `ourledger chain finality` and `chain council restore-finality`.

use super::{council, Context};
use crate::output::report::Report;
use clap::Args;
use ourledger_client::{
	chain::Head,
	error::{Error, Result},
	governance::finality::{accounts, Restoration, Standing},
	hash,
};
use serde_json::{json, Value as Json};
use subxt::utils::AccountId32;

/// What an operator, or a council, does when finality stands.
const RUNBOOK: &str = "read finality-lost.md, in docs/runbooks or /usr/share/doc/ourledger";

/// Arguments of `chain council restore-finality`.
#[derive(Args, Debug)]
pub struct Restore {
	/// A validator that is lost for good. May be given more than once, and be left out if those
	/// lost have left the validators before.
	#[arg(long, value_name = "ACCOUNT")]
	lost: Vec<String>,
	/// The highest block that any validator left knows to be final. Never a higher one: that can
	/// end the chain [default: what this node says].
	#[arg(long, value_name = "BLOCK")]
	last_final: Option<u32>,
	/// The authority set that their nodes follow [default: what this node says].
	#[arg(long, value_name = "NUMBER")]
	set: Option<u64>,
	/// Blocks until the change takes effect, which must be too many for two forks of that length.
	#[arg(long, value_name = "BLOCKS", default_value_t = 10)]
	delay: u32,
}

/// Runs `chain finality`.
pub async fn show(ctx: &Context) -> Result<()> {
	let standing = Standing::read(ctx.chain().await?).await?;
	let Standing { finalised, best, set, announced_set, voters, .. } = &standing;
	let silent = standing.silent();
	let voters_json = voters.iter().map(|(account, key)| {
		json!({
			"account": account,
			"key": hash::text(key),
			"silent": silent.map(|silent| silent.contains(account)),
		})
	});
	let known = set.map_or("unknown to this node".into(), |set| format!("{set} for this node"));
	let mut report = Report::new()
		.json_of(standing.json())
		.line("finality", standing.text())
		.json("best", best.block_json())
		.line("best block", format!("{} {:?}", best.number(), best.hash()))
		.json("finalised", finalised.block_json())
		.line("final block", format!("{} {:?}", finalised.number(), finalised.hash()))
		.json("set", set)
		.json("announcedSet", announced_set)
		.line("authority set", format!("{known}; {announced_set} is the newest announced"))
		.json("voters", voters_json.collect::<Json>())
		.line("validators", counted(&accounts(voters)))
		.json("announcedVoters", accounts(&standing.announced));
	if standing.stands() {
		report = report
			.line("silent", silent.map_or("unknown to this node".into(), counted))
			.line("next", RUNBOOK);
	}
	ctx.out.show(&report);
	Ok(())
}

/// Accounts below each other, after their number.
pub fn counted(accounts: &[AccountId32]) -> String {
	let lines = accounts.iter().map(|account| account.to_string());
	std::iter::once(accounts.len().to_string()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Runs `chain council restore-finality`.
pub async fn restore(ctx: &Context, arguments: Restore) -> Result<()> {
	let standing = Standing::read(ctx.chain().await?).await?;
	if standing.stands() && ctx.head() == Head::Final {
		return Err(Error::usage(
			"finality stands, so nothing that is written becomes final: add --best",
		));
	}
	let mut lost = Vec::new();
	for text in &arguments.lost {
		lost.push(ctx.account(text).await?);
	}
	let last_final = match arguments.last_final {
		Some(block) => block,
		None => u32::try_from(standing.finalised.number())
			.map_err(|_| Error::connection("the last final block has no possible number"))?,
	};
	let set = arguments.set.or(standing.set).ok_or_else(|| {
		Error::input("this node doesn't say which authority set it follows: name it by --set")
	})?;
	let asked = Restoration { lost, last_final, set, delay: arguments.delay };
	let (call, effects) = asked.call(&standing).await?;
	council::propose_and_tell(ctx, &standing.best, &call, None, effects).await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn list_begins_with_the_number() {
		let account = AccountId32([1; 32]);
		assert_eq!(counted(&[]), "0");
		assert_eq!(counted(&[account]), format!("1\n{account}"));
	}
}
