//! Whether a node is ready to validate: looks, judges, says what to do.

use super::{
	address,
	chain::{Health, Node, Standing},
	NodeArgs,
};
use crate::cli::Cli;
use clap::Args;
use ourledger_primitives::{AccountId, Moment};
use pallet_validators::CandidacyState;
use sc_cli::Result;
use sp_keystore::KeystorePtr;
use std::{
	fmt,
	process::ExitCode,
	time::{SystemTime, UNIX_EPOCH},
};

/// How far a block may lie ahead of this machine's clock, in milliseconds. Authors begin a block
/// at the start of its slot, so anything but jitter means that the clock is behind.
const MAX_AHEAD_MILLIS: Moment = 500;

/// How old the best block may be, in slots. More means that the chain stands, or that the clock is
/// ahead.
const MAX_AGE_SLOTS: u64 = 5;

/// `validator check`
#[derive(Args, Debug)]
pub struct CheckCmd {
	/// Account that validates, or wants to.
	#[arg(long, value_name = "ADDRESS")]
	account: AccountId,

	/// RPC address of the node. Run this on the node's machine: the clock and the keystore that
	/// are looked at are this machine's.
	#[arg(long, default_value = "ws://127.0.0.1:9944")]
	url: String,

	/// Print JSON.
	#[arg(long)]
	json: bool,

	#[command(flatten)]
	node: NodeArgs,
}

impl CheckCmd {
	/// Look and print.
	pub fn run(&self, cli: &Cli) -> Result<ExitCode> {
		let keystore = self.node.open_keystore(cli)?;
		let chain = self.node.chain_spec(cli)?.name().to_owned();
		let findings = sc_cli::build_runtime()?.block_on(self.look(&keystore, &chain));
		if self.json {
			println!("{:#}", serde_json::Value::from_iter(findings.iter().map(Finding::to_json)));
		} else {
			findings.iter().for_each(|finding| println!("{finding}"));
		}
		Ok(ExitCode::from(exit_code(&findings)))
	}

	/// Look at everything that can be looked at.
	async fn look(&self, keystore: &KeystorePtr, chain: &str) -> Vec<Finding> {
		let node = match Node::connect(&self.url).await {
			Ok(node) => node,
			Err(e) => {
				return vec![Finding::to_do(
					format!("No node answers at {}: {e}", self.url),
					"Start it, or give its address with --url.",
				)]
			},
		};
		let mut findings = Vec::new();
		let mut note = |found: std::result::Result<Vec<Finding>, String>| match found {
			Ok(found) => findings.extend(found),
			Err(e) => findings.push(Finding::to_do(e, "Is it an OurLedger node of this version?")),
		};
		note(
			node.version()
				.await
				.map(|v| vec![Finding::good(format!("A node answers, version {v}"))]),
		);
		note(node.chain().await.map(|found| vec![judge_chain(&found, chain)]));
		note(node.is_authority().await.map(|is| vec![judge_role(is)]));
		note(node.health().await.map(judge_health));
		note(match (node.block_time().await, node.slot_millis().await) {
			(Ok(time), Ok(slot)) => Ok(vec![judge_clock(time, now(), slot)]),
			(Err(e), _) | (_, Err(e)) => Err(e),
		});
		note(node.standing(&self.account).await.map(|standing| {
			let has_keys = standing
				.keys
				.clone()
				.is_some_and(|keys| keystore.has_keys(&keys.into_raw_public_keys()));
			judge_standing(&self.account, &standing, has_keys)
		}));
		findings
	}
}

fn now() -> Moment {
	SystemTime::now()
		.duration_since(UNIX_EPOCH)
		.map(|since| since.as_millis() as Moment)
		.unwrap_or_default()
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Turn {
	/// Nobody's: this is as it should be.
	Done,
	/// The operator's.
	Yours,
	/// The council's, or the next session's.
	Others,
}

/// One line of the result.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Finding {
	turn: Turn,
	what: String,
	next: Option<String>,
}

impl Finding {
	fn good(what: impl Into<String>) -> Self {
		Self { turn: Turn::Done, what: what.into(), next: None }
	}

	fn to_do(what: impl Into<String>, next: impl Into<String>) -> Self {
		Self { turn: Turn::Yours, what: what.into(), next: Some(next.into()) }
	}

	fn waiting(what: impl Into<String>, next: impl Into<String>) -> Self {
		Self { turn: Turn::Others, what: what.into(), next: Some(next.into()) }
	}

	fn to_json(&self) -> serde_json::Value {
		serde_json::json!({
			"state": match self.turn {
				Turn::Done => "good",
				Turn::Yours => "to do",
				Turn::Others => "waiting",
			},
			"what": self.what,
			"next": self.next,
		})
	}
}

impl fmt::Display for Finding {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let mark = match self.turn {
			Turn::Done => "✓",
			Turn::Yours => "✗",
			Turn::Others => "…",
		};
		write!(f, "{mark} {}", self.what)?;
		match &self.next {
			Some(next) => write!(f, "\n    {next}"),
			None => Ok(()),
		}
	}
}

fn exit_code(findings: &[Finding]) -> u8 {
	let any = |turn| findings.iter().any(|finding| finding.turn == turn);
	if any(Turn::Yours) {
		1
	} else if any(Turn::Others) {
		2
	} else {
		0
	}
}

fn judge_chain(found: &str, expected: &str) -> Finding {
	if found == expected {
		Finding::good(format!("It runs the chain {found}"))
	} else {
		Finding::to_do(
			format!("It runs the chain {found}, not {expected}"),
			"Give the --chain that the node runs, or the --url of the node you mean.",
		)
	}
}

fn judge_role(is_authority: bool) -> Finding {
	if is_authority {
		Finding::good("It was started as a validator")
	} else {
		Finding::to_do("It was not started as a validator", "Start it with --validator.")
	}
}

fn judge_health(health: Health) -> Vec<Finding> {
	let peers = if health.peers > 0 || !health.should_have_peers {
		Finding::good(format!("Its peers: {}", health.peers))
	} else {
		Finding::to_do(
			"It has no peers",
			"Give it a boot node with --bootnodes, and let others reach its --port.",
		)
	};
	let sync = if health.is_syncing {
		Finding::waiting("It is still downloading the chain", "Wait until it has caught up.")
	} else {
		Finding::good("It is in sync with its peers")
	};
	vec![peers, sync]
}

fn judge_clock(block_time: Moment, now: Moment, slot_millis: Moment) -> Finding {
	if block_time > now + MAX_AHEAD_MILLIS {
		Finding::to_do(
			format!("The clock is at least {} ms behind the chain's", block_time - now),
			"Set it by NTP: with a wrong clock the node misses its slots.",
		)
	} else if now > block_time + MAX_AGE_SLOTS * slot_millis {
		Finding::to_do(
			format!("The best block is {} s old", (now - block_time) / 1_000),
			"If the node isn't in sync, wait; if the chain goes on elsewhere, look at its peers; \
			 else see whether this machine's clock is ahead.",
		)
	} else {
		Finding::good("The clock agrees with the chain's")
	}
}

fn judge_standing(account: &AccountId, standing: &Standing, has_keys: bool) -> Vec<Finding> {
	let name = address(account);
	let keys = match (&standing.keys, has_keys) {
		(None, _) => Finding::to_do(
			"The account has registered no session keys",
			format!("Make them with: validator keys --account {name}, then submit setKeys."),
		),
		(Some(_), false) => Finding::to_do(
			"The keystore lacks some of the registered session keys",
			format!(
				"Give the node's --base-path and --chain; or make new keys with: validator keys \
				 --account {name}, then submit setKeys."
			),
		),
		(Some(_), true) => Finding::good("The registered session keys are in the keystore"),
	};
	let (candidacy, leaving) = match standing.candidacy.map(|candidacy| candidacy.state) {
		None => (Finding::to_do("The account has not applied", "Submit validators.apply."), false),
		Some(CandidacyState::Applied) => {
			(Finding::waiting("The account has applied", "The council has to approve it."), false)
		},
		Some(CandidacyState::Approved) => (Finding::good("The account is approved"), false),
		Some(CandidacyState::Leaving { until }) => (
			Finding::to_do(
				"The account is leaving",
				format!(
					"From session {until} on it can submit validators.withdrawBond, and apply anew."
				),
			),
			true,
		),
	};
	let active = match (standing.active, standing.disabled, standing.queued) {
		(true, true, _) => Finding::to_do(
			"It is disabled for an offence until the session ends",
			"Find out whether its keys are in use on a second node, and stop that one.",
		),
		(true, false, _) if leaving => {
			Finding::good("It still validates: keep the node running until it doesn't")
		},
		(true, false, _) => Finding::good("It validates in this session"),
		(false, _, true) => Finding::waiting(
			"It doesn't validate yet",
			"It will from the next session on. Keep the node running.",
		),
		(false, _, false) => Finding::waiting(
			"It doesn't validate yet",
			"It will from the second session after it is approved and its keys are registered.",
		),
	};
	vec![keys, candidacy, active]
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_runtime::SessionKeys;
	use pallet_validators::Candidacy;
	use sp_core::crypto::UncheckedFrom;
	use sp_keyring::Sr25519Keyring;

	fn keys() -> SessionKeys {
		SessionKeys {
			babe: UncheckedFrom::unchecked_from([1; 32]),
			grandpa: UncheckedFrom::unchecked_from([2; 32]),
			witness: UncheckedFrom::unchecked_from([3; 32]),
		}
	}

	fn candidacy(state: CandidacyState) -> Option<Candidacy<u128>> {
		Some(Candidacy { bond: 1, slashed: 0, state })
	}

	fn judged(standing: Standing, has_keys: bool) -> Vec<Turn> {
		judge_standing(&Sr25519Keyring::Alice.to_account_id(), &standing, has_keys)
			.into_iter()
			.map(|finding| finding.turn)
			.collect()
	}

	#[test]
	fn exit_code_tells_whose_turn_it_is() {
		let good = Finding::good("");
		let waiting = Finding::waiting("", "");
		let to_do = Finding::to_do("", "");
		assert_eq!(exit_code(std::slice::from_ref(&good)), 0);
		assert_eq!(exit_code(&[good.clone(), waiting.clone()]), 2);
		assert_eq!(exit_code(&[good, to_do, waiting]), 1);
	}

	#[test]
	fn standing_is_judged_step_by_step() {
		use Turn::*;
		assert_eq!(judged(Standing::default(), false), [Yours, Yours, Others]);

		let with_keys = Standing { keys: Some(keys()), ..Default::default() };
		assert_eq!(judged(with_keys.clone(), false), [Yours, Yours, Others]);
		assert_eq!(judged(with_keys.clone(), true), [Done, Yours, Others]);

		let applied =
			Standing { candidacy: candidacy(CandidacyState::Applied), ..with_keys.clone() };
		assert_eq!(judged(applied, true), [Done, Others, Others]);

		let approved =
			Standing { candidacy: candidacy(CandidacyState::Approved), ..with_keys.clone() };
		assert_eq!(judged(approved.clone(), true), [Done, Done, Others]);

		let active = Standing { active: true, ..approved.clone() };
		assert_eq!(judged(active.clone(), true), [Done, Done, Done]);
		assert_eq!(judged(Standing { disabled: true, ..active }, true), [Done, Done, Yours]);

		let leaving = Standing {
			candidacy: candidacy(CandidacyState::Leaving { until: 9 }),
			active: true,
			..with_keys
		};
		assert_eq!(judged(leaving, true), [Done, Yours, Done]);
	}

	#[test]
	fn clock_is_judged_both_ways() {
		let now = 1_000_000;
		for slot in [1_000, 3_000] {
			let oldest = now - 5 * slot;
			assert_eq!(judge_clock(now, now, slot).turn, Turn::Done);
			assert_eq!(judge_clock(now + MAX_AHEAD_MILLIS, now, slot).turn, Turn::Done);
			assert_eq!(judge_clock(now + MAX_AHEAD_MILLIS + 1, now, slot).turn, Turn::Yours);
			assert_eq!(judge_clock(oldest, now, slot).turn, Turn::Done);
			assert_eq!(judge_clock(oldest - 1, now, slot).turn, Turn::Yours);
		}
	}

	#[test]
	fn health_and_role_are_judged() {
		let health = Health { peers: 0, is_syncing: true, should_have_peers: true };
		let turns: Vec<_> = judge_health(health).iter().map(|finding| finding.turn).collect();
		assert_eq!(turns, [Turn::Yours, Turn::Others]);
		// A development node is alone and fine.
		let health = Health { peers: 0, is_syncing: false, should_have_peers: false };
		assert!(judge_health(health).iter().all(|finding| finding.turn == Turn::Done));

		assert_eq!(judge_role(false).turn, Turn::Yours);
		assert_eq!(judge_chain("A", "B").turn, Turn::Yours);
		assert_eq!(judge_chain("A", "A").turn, Turn::Done);
	}
}
