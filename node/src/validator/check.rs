//! Whether a node is ready to validate: looks, judges, says what to do.

use super::{
	address,
	chain::{Health, Node, Progress, Standing},
	NodeArgs, Place,
};
use crate::{chain_spec, cli::Cli, output, service::genesis};
use clap::Args;
use ourledger_primitives::{AccountId, Hash, Moment, STANDING_BLOCKS};
use pallet_validators::CandidacyState;
use sc_cli::Result;
use sc_service::{ChainSpec, ChainType};
use sp_keystore::KeystorePtr;
use std::{
	fmt,
	fs::{self, File},
	io,
	os::unix::fs::MetadataExt,
	path::{Path, PathBuf},
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
		let place = self.node.place(cli)?;
		let keystore = place.look()?;
		let chain = Expected::of(&*self.node.chain_spec(cli)?);
		let findings = sc_cli::build_runtime()?.block_on(self.look(&place, &keystore, &chain));
		output::print(if self.json {
			let findings = serde_json::Value::from_iter(findings.iter().map(Finding::to_json));
			format!("{findings:#}\n")
		} else {
			findings.iter().map(|finding| format!("{finding}\n")).collect()
		})?;
		Ok(ExitCode::from(exit_code(&findings)))
	}

	/// Look at everything that can be looked at.
	async fn look(&self, place: &Place, keystore: &KeystorePtr, chain: &Expected) -> Vec<Finding> {
		let node = match Node::connect(&self.url).await {
			Ok(node) => node,
			Err(e) => {
				let silent = Finding::to_do(
					format!("No node answers at {}: {e}", self.url),
					"Start it, or give its address with --url.",
				);
				return [silent].into_iter().chain(judge_files(place)).collect();
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
		note(match (node.chain().await, node.genesis().await) {
			(Ok(name), Ok(first)) => Ok(vec![judge_chain(&name, first, chain)]),
			(Err(e), _) | (_, Err(e)) => Err(e),
		});
		note(node.is_authority().await.map(|is| vec![judge_role(is)]));
		let health = node.health().await;
		// While the chain is downloaded, what is final is learned last.
		let is_syncing = health.as_ref().is_ok_and(|health| health.is_syncing);
		note(health.map(|health| judge_health(health, &chain.kind)));
		note(match (node.progress().await, node.block_time().await, node.slot_millis().await) {
			(Ok(progress), Ok(time), Ok(slot)) => {
				Ok(judge_progress(progress, is_syncing, judge_clock(time, now(), slot)))
			},
			(Err(e), ..) | (_, Err(e), _) | (_, _, Err(e)) => Err(e),
		});
		let files = judge_files(place);
		note(node.standing(&self.account).await.map(|standing| {
			let has_keys = standing
				.keys
				.clone()
				.is_some_and(|keys| keystore.has_keys(&keys.into_raw_public_keys()));
			judge_standing(&self.account, &standing, files.map_or(Ok(has_keys), Err))
		}));
		findings
	}
}

/// The chain that the node is to run.
struct Expected {
	name: String,
	kind: ChainType,
	/// Hash of its first block, where that is known without running the chain's code, and says
	/// something.
	genesis: Option<Hash>,
}

impl Expected {
	fn of(spec: &dyn ChainSpec) -> Self {
		let kind = spec.chain_type();
		let tells = !chain_spec::starts_anew(&kind) && chain_spec::is_raw(spec);
		let storage = tells.then(|| genesis::storage_of(spec).ok()).flatten();
		Self { name: spec.name().into(), genesis: storage.and_then(genesis::hash_of), kind }
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

fn judge_chain(name: &str, genesis: Hash, expected: &Expected) -> Finding {
	let difference = match expected.genesis {
		_ if name != expected.name => format!("not {}", expected.name),
		Some(other) if other != genesis => {
			format!("but another of that name: its first block is {genesis:?}, not {other:?}")
		},
		_ => return Finding::good(format!("It runs the chain {name}")),
	};
	Finding::to_do(
		format!("It runs the chain {name}, {difference}"),
		"Give the --chain that the node runs, or the --url of the node you mean.",
	)
}

fn judge_role(is_authority: bool) -> Finding {
	if is_authority {
		Finding::good("It was started as a validator")
	} else {
		Finding::to_do("It was not started as a validator", "Start it with --validator.")
	}
}

fn judge_health(health: Health, kind: &ChainType) -> Vec<Finding> {
	// Only a development chain is made to be run by one node.
	if health.peers == 0 && *kind != ChainType::Development {
		return vec![Finding::to_do(
			"It has no peers",
			"Give it a boot node with --bootnodes, and let others reach its --port.",
		)];
	}
	let peers = Finding::good(format!("Its peers: {}", health.peers));
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

/// What there is to say about the best block, given what its time says about the clock.
fn judge_progress(progress: Progress, is_syncing: bool, clock: Finding) -> Vec<Finding> {
	let Progress { best, finalized } = progress;
	// The first block is made by nobody, and has no time.
	if best == 0 {
		return vec![Finding::to_do(
			"It has no block yet",
			"If the chain has begun elsewhere, look at its peers, and wait until it has caught up.",
		)];
	}
	let behind = best.saturating_sub(finalized);
	let finality = match behind {
		_ if is_syncing => None,
		0..STANDING_BLOCKS => {
			Some(Finding::good(format!("Finality goes on, {behind} blocks behind the best one",)))
		},
		_ => Some(Finding::to_do(
			format!("Finality stands: {behind} blocks aren't final"),
			"Keep the node running, and see whose votes are missing: ourledger chain finality. \
			 Then read finality-lost.md, in docs/runbooks or /usr/share/doc/ourledger.",
		)),
	};
	[Some(clock), finality].into_iter().flatten().collect()
}

/// What stands between the keystore's files and the node, or whoever asks.
fn judge_files(place: &Place) -> Option<Finding> {
	let owner = place.base_path.metadata().ok()?.uid();
	if let Some(foreign) = foreign_in(place, owner) {
		return Some(Finding::to_do(
			format!("The node can't read {}: it belongs to another user", foreign.display()),
			format!(
				"Give it to the node's user: chown -R --reference={} {}. Run this helper as that \
				 user.",
				place.base_path.display(),
				if foreign.is_dir() { &foreign } else { &place.keystore }.display(),
			),
		));
	}
	is_denied(&place.keystore).then(|| {
		Finding::to_do(
			format!("You may not read the keystore {}", place.keystore.display()),
			"Run this helper as the node's user.",
		)
	})
}

/// The first folder or file of the keystore that only another user than `owner` can read.
fn foreign_in(place: &Place, owner: u32) -> Option<PathBuf> {
	let folders = place.keystore.ancestors().take_while(|folder| *folder != place.base_path);
	let mut paths: Vec<_> = match place.keystore.starts_with(&place.base_path) {
		true => folders.map(Path::to_owned).collect(),
		false => vec![place.keystore.clone()],
	};
	paths.reverse();
	paths.extend(fs::read_dir(&place.keystore).into_iter().flatten().flatten().map(|e| e.path()));
	let is_foreign = |path: &PathBuf| {
		path.metadata().is_ok_and(|file| file.uid() != owner && file.mode() & 0o044 == 0)
	};
	paths.into_iter().find(is_foreign)
}

/// Whether the caller may not read all that is in a folder.
fn is_denied(folder: &Path) -> bool {
	let denied = |e: io::Error| e.kind() == io::ErrorKind::PermissionDenied;
	match fs::read_dir(folder) {
		Ok(files) => files.flatten().any(|file| File::open(file.path()).is_err_and(denied)),
		Err(e) => denied(e),
	}
}

/// Judge the account, and its keys: `has_keys` is whether the keystore has those that are
/// registered, or what is wrong with the keystore.
fn judge_standing(
	account: &AccountId,
	standing: &Standing,
	has_keys: std::result::Result<bool, Finding>,
) -> Vec<Finding> {
	let name = address(account);
	let keys = match (&standing.keys, &has_keys) {
		(None, _) => Finding::to_do(
			"The account has registered no session keys",
			format!("Make them with: validator keys --account {name}, then submit setKeys."),
		),
		// That keys seem to be there, or to be missing, would be less than the truth.
		(Some(_), Err(finding)) => finding.clone(),
		(Some(_), Ok(false)) => Finding::to_do(
			"The keystore lacks some of the registered session keys",
			format!(
				"Give the node's --base-path and --chain; or make new keys with: validator keys \
				 --account {name}, then submit setKeys."
			),
		),
		(Some(_), Ok(true)) => Finding::good("The registered session keys are in the keystore"),
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
	// Better known before keys are registered that the node couldn't use.
	let early = has_keys.err().filter(|_| standing.keys.is_none());
	early.into_iter().chain([keys, candidacy, active]).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::signing_journal::tests::TempDir;
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

	fn turns(findings: Vec<Finding>) -> Vec<Turn> {
		findings.into_iter().map(|finding| finding.turn).collect()
	}

	fn judged(standing: Standing, has_keys: bool) -> Vec<Turn> {
		turns(judge_standing(&Sr25519Keyring::Alice.to_account_id(), &standing, Ok(has_keys)))
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
		use Turn::*;
		let health = |peers, is_syncing| Health { peers, is_syncing };
		for kind in [ChainType::Local, ChainType::Live, ChainType::Custom("OurTown".into())] {
			// With nobody it isn't in sync either.
			assert_eq!(turns(judge_health(health(0, false), &kind)), [Yours]);
			assert_eq!(turns(judge_health(health(1, true), &kind)), [Done, Others]);
			assert_eq!(turns(judge_health(health(1, false), &kind)), [Done, Done]);
		}
		// A development node is alone and fine.
		assert_eq!(turns(judge_health(health(0, false), &ChainType::Development)), [Done, Done]);

		assert_eq!(judge_role(false).turn, Yours);
	}

	#[test]
	fn chain_is_judged_by_name_and_first_block() {
		let [one, other] = [1, 2].map(Hash::repeat_byte);
		let expected = |genesis| Expected { name: "A".into(), kind: ChainType::Live, genesis };
		assert_eq!(judge_chain("A", one, &expected(Some(one))).turn, Turn::Done);
		assert_eq!(judge_chain("A", one, &expected(None)).turn, Turn::Done);
		assert_eq!(judge_chain("B", one, &expected(Some(one))).turn, Turn::Yours);
		let finding = judge_chain("A", one, &expected(Some(other)));
		assert_eq!(finding.turn, Turn::Yours);
		assert!(finding.what.contains(&format!("{one:?}")), "{finding}");
	}

	#[test]
	fn finality_that_stands_is_a_finding() {
		use Turn::*;
		let clock = Finding::good("clock");
		let judged = |best, finalized, is_syncing| {
			judge_progress(Progress { best, finalized }, is_syncing, clock.clone())
		};
		assert_eq!(turns(judged(29, 20, false)), [Done, Done]);
		assert_eq!(turns(judged(30, 20, false)), [Done, Yours]);
		let told = judged(30, 0, false).pop().and_then(|finding| finding.next);
		assert!(told.is_some_and(|next| next.contains("finality-lost.md")));
		// What is downloaded is final only at its end.
		assert_eq!(turns(judged(600, 0, true)), [Done]);
	}

	#[test]
	fn chain_without_a_block_says_nothing_about_the_clock() {
		let clock = judge_clock(0, now(), 3_000);
		let found = judge_progress(Progress { best: 0, finalized: 0 }, false, clock);
		assert_eq!(turns(found.clone()), [Turn::Yours]);
		assert_eq!(found[0].what, "It has no block yet");
	}

	/// Gives a folder or file these rights.
	fn permit(path: &Path, mode: u32) {
		let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
		fs::set_permissions(path, permissions).expect("is ours");
	}

	#[test]
	fn keys_of_another_user_are_a_finding() {
		let dir = TempDir::new();
		let folder = dir.path().join("chains");
		let keystore = folder.join("keystore");
		let place = Place { base_path: dir.path().into(), keystore, password: None };
		// None is there, and looking makes none.
		assert!(place.look().is_ok() && !place.keystore.exists());
		assert_eq!(judge_files(&place), None);

		fs::create_dir_all(&place.keystore).expect("is made");
		let key = place.keystore.join("key");
		File::create(&key).expect("is made");
		[&folder, &place.keystore].into_iter().for_each(|folder| permit(folder, 0o755));
		permit(&key, 0o600);
		assert_eq!(judge_files(&place), None);
		// As it is where the base path is another user's.
		let owner = dir.path().metadata().expect("is there").uid() + 1;
		assert_eq!(foreign_in(&place, owner), Some(key.clone()));
		permit(&key, 0o644);
		assert_eq!(foreign_in(&place, owner), None);
		permit(&folder, 0o700);
		assert_eq!(foreign_in(&place, owner), Some(folder));
	}

	#[test]
	fn trouble_with_the_keystore_is_told_instead_of_what_seems_to_be_in_it() {
		let alice = Sr25519Keyring::Alice.to_account_id();
		let trouble = Finding::to_do("trouble", "");
		let registered = Standing { keys: Some(keys()), ..Default::default() };
		let judged = judge_standing(&alice, &registered, Err(trouble.clone()));
		assert_eq!((judged.len(), &judged[0]), (3, &trouble));
		let judged = judge_standing(&alice, &Standing::default(), Err(trouble.clone()));
		assert_eq!((judged.len(), &judged[0]), (4, &trouble));
	}
}
