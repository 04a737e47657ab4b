//! `ourledger chain queue` and `chain veto`: the calls that wait for their timelock, and what each
//! of them would do.

use super::Context;
use crate::output::report::Report;
use ourledger_client::{
	error::Result,
	governance::{
		queue::{self, vetoes_needed, Proposal, Tally},
		upgrades::Announced,
		Pending,
	},
	ticks::Clock,
};
use serde_json::{json, Value as Json};
use subxt::ArcMetadata;

/// What a call would do, and the upgrade in it, for people.
pub fn what_would_be(
	pending: &Pending,
	metadata: &ArcMetadata,
) -> impl Iterator<Item = (&'static str, String)> {
	let upgrade = pending.upgrade.as_ref().map(|upgrade| ("upgrade", upgrade_text(upgrade)));
	std::iter::once(("would", pending.told.text(metadata))).chain(upgrade)
}

fn upgrade_text(upgrade: &Announced) -> String {
	let source = match &upgrade.source {
		Some(source) => format!("source and code, so it says: {source}"),
		None => "where source and code are, the call does not say".into(),
	};
	let checked = match upgrade.checked {
		true => "it has to be of this chain and of a higher version",
		false => "it may be ANY code, of any chain and version",
	};
	let published = match (&upgrade.published, &upgrade.unread) {
		(Some((version, bytes)), _) => {
			format!("the code is on the chain: {version}, {bytes} bytes")
		},
		(None, Some(why)) => format!("whether the code is on the chain can't be told: {why}"),
		(None, None) => "the code is not on the chain".into(),
	};
	format!(
		"to the code with the hash {}; {checked}\n{source}\n{published}\ncompare a file with it: \
		 ourledger chain upgrade --check FILE",
		upgrade.code_hash
	)
}

/// Shows the queue.
pub async fn show(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let needed = vetoes_needed(&state).await?;
	let clock = Clock::at(&state).await?;
	let proposals = Proposal::all(&state).await?;
	let json = json!({
		"proposals": proposals.iter().map(|it| it.json(&metadata)).collect::<Json>(),
		"vetoThreshold": needed,
		"tick": clock.now(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let shown = proposals.iter().map(|it| {
			Report::new()
				.line("proposal", ctx.out.bold(&it.id.to_string()))
				.line("call", &it.call_text)
				.lines(what_would_be(&it.pending, &metadata))
				.line("runs", format!("at {}", clock.when(it.queued.enact_at)))
				.line("vetoes", format!("{} of the {needed} that stop it", it.queued.vetoes.len()))
				.to_text()
		});
		match proposals.is_empty() {
			true => "Nothing is queued.".into(),
			false => shown.collect::<Vec<_>>().join("\n\n"),
		}
	});
	Ok(())
}

/// Objects to a queued call, or takes that back.
pub async fn veto(ctx: &Context, id: u64, withdraw: bool) -> Result<()> {
	let state = ctx.state().await?;
	let draft = match withdraw {
		false => queue::veto(&state, id).await?,
		true => queue::withdraw_veto(&state, id).await?,
	};
	let told = ctx.submit_telling(draft, |done| {
		let Tally { vetoes, needed, removed } = Tally::of(done, id, withdraw)?;
		let outcome = match removed {
			true => format!("proposal {id} is removed"),
			false => format!("{vetoes} of the {needed} that stop it"),
		};
		Ok(Report::new()
			.json("id", id)
			.json("vetoes", vetoes)
			.line("vetoes", outcome)
			.json("needed", needed)
			.json("removed", removed))
	});
	told.await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn upgrade_says_what_it_does_not_check() {
		let upgrade = Announced {
			code_hash: "0x07".into(),
			checked: true,
			source: None,
			published: None,
			unread: None,
		};
		let text = upgrade_text(&upgrade);
		assert!(text.contains("0x07") && text.contains("does not say"), "{text}");
		assert!(text.contains("not on the chain") && !text.contains("ANY code"), "{text}");
		let source = Some(r#""v7\"""#.into());
		let text = upgrade_text(&Announced { checked: false, source, ..upgrade });
		assert!(text.contains("ANY code") && text.contains(r#""v7\"""#), "{text}");
	}
}
