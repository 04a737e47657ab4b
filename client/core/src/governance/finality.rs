//! Whether finality goes on, and what the council needs to know to restore it.

use super::{motions, rehearsal::Rehearsal};
use crate::{
	call::Call,
	chain::{Chain, Lag, State},
	error::{Error, Result},
};
use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{json, Value as Json};
use subxt::utils::AccountId32;

/// What a node says of the GRANDPA round that is on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rounds {
	set_id: u64,
	best: Round,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Round {
	threshold_weight: u32,
	prevotes: Votes,
	precommits: Votes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Votes {
	current_weight: u32,
	missing: Vec<String>,
}

impl Round {
	/// The keys that the round waits for. Nobody precommits before there are enough prevotes; who
	/// prevoted and was lost then is only seen by the second vote.
	fn awaited(&self) -> &[String] {
		match self.prevotes.current_weight < self.threshold_weight {
			true => &self.prevotes.missing,
			false => &self.precommits.missing,
		}
	}
}

/// A validator with the key that GRANDPA counts.
pub type Voter = (AccountId32, [u8; 32]);

/// How finality stands, as one node sees it.
pub struct Standing {
	/// At the last final block.
	pub finalised: State,
	/// At the best block.
	pub best: State,
	/// When the last final block was made, in milliseconds; genesis has no time.
	made_at: u64,
	/// Set that the node follows, if it takes part in GRANDPA.
	pub set: Option<u64>,
	/// Newest set that the chain has announced.
	pub announced_set: u64,
	/// Whom nodes count.
	pub voters: Vec<Voter>,
	/// Whom they will count when all that was announced is final.
	pub announced: Vec<Voter>,
	/// Those of whom the node has no vote in the present round.
	silent: Vec<AccountId32>,
}

impl Standing {
	/// Asks the node.
	pub async fn read(chain: &Chain) -> Result<Self> {
		let finalised = chain.finalised().await?;
		let best = chain.best().await?;
		let made_at = finalised.storage("Timestamp", "Now", ()).await?.unwrap_or_default();
		let voters = voters_of(&finalised).await?;
		let announced = voters_of(&best).await?;
		let announced_set: Option<u64> = best.storage("Grandpa", "CurrentSetId", ()).await?;
		// A light client, or a node that is still catching up, doesn't know.
		let rounds: Option<Rounds> = chain.ask("grandpa_roundState").await.ok();
		let missing = rounds.iter().flat_map(|rounds| rounds.best.awaited());
		let missing: Vec<_> = missing.filter_map(|key| key.parse::<AccountId32>().ok()).collect();
		let is_silent = |(_, key): &&Voter| missing.iter().any(|silent| silent.0 == *key);
		Ok(Self {
			silent: voters.iter().filter(is_silent).map(|(account, _)| *account).collect(),
			set: rounds.map(|rounds| rounds.set_id),
			announced_set: announced_set.unwrap_or_default(),
			finalised,
			best,
			made_at,
			voters,
			announced,
		})
	}

	fn lag(&self) -> Lag {
		Lag::between(self.finalised.number(), self.best.number())
	}

	/// Blocks that aren't final.
	pub fn unfinalised(&self) -> u64 {
		self.lag().blocks
	}

	/// Whether finality stands still.
	pub fn stands(&self) -> bool {
		self.lag().stands()
	}

	/// Those of whom the node has no vote, where that tells anything: while finality goes on, a
	/// round is new each time one asks, and the node doesn't have all votes yet. Nothing where it
	/// takes no part in GRANDPA.
	pub fn silent(&self) -> Option<&[AccountId32]> {
		silent_of(self.stands(), self.set, &self.silent)
	}

	/// When the last final block was made, where finality stands since.
	fn since(&self) -> Option<String> {
		time(self.made_at).filter(|_| self.stands())
	}

	/// For people, in a line.
	pub fn text(&self) -> String {
		let blocks = self.unfinalised();
		match (self.stands(), self.since()) {
			(false, _) => format!("goes on, {blocks} blocks behind the best one"),
			(true, Some(time)) => format!("STANDS since {time}; {blocks} blocks aren't final"),
			(true, None) => format!("STANDS since genesis; {blocks} blocks aren't final"),
		}
	}

	/// `stands`, `since` (a time, or `null`) and `unfinalised` (blocks).
	pub fn json(&self) -> Json {
		json!({
			"stands": self.stands(),
			"since": self.since(),
			"unfinalised": self.unfinalised(),
		})
	}

	/// What of a motion to restore finality isn't as this node sees it.
	fn differences(&self, asked: &Restoration) -> Vec<String> {
		compare(self.finalised.number(), self.set, asked.last_final.into(), asked.set)
	}
}

fn silent_of(stands: bool, set: Option<u64>, silent: &[AccountId32]) -> Option<&[AccountId32]> {
	set.filter(|_| stands).map(|_| silent)
}

/// What a node's last final block and authority set say of those in a motion.
fn compare(node_final: u64, node_set: Option<u64>, last_final: u64, set: u64) -> Vec<String> {
	let mut said = Vec::new();
	if last_final < node_final {
		said.push(format!("WRONG: this node knows a higher block to be final, {node_final}"));
	}
	if last_final > node_final {
		said.push(format!(
			"this node knows no higher block to be final than {node_final}: see that another \
			 validator does know {last_final} to be, or the chain may end"
		));
	}
	match node_set {
		Some(known) if known != set => {
			said.push(format!("WRONG: this node follows authority set {known}"));
		},
		Some(_) => {},
		None => said.push("this node doesn't say which authority set it follows".into()),
	}
	said
}

fn time(millis: u64) -> Option<String> {
	let time = DateTime::from_timestamp_millis(i64::try_from(millis).ok()?)?;
	(millis > 0).then(|| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Whom GRANDPA counts by this state.
async fn voters_of(state: &State) -> Result<Vec<Voter>> {
	match state.has_view("Validators", "voters") {
		true => state.view("Validators", "voters", ()).await,
		// A runtime from before it could be asked.
		false => Ok(Vec::new()),
	}
}

/// The accounts of voters.
pub fn accounts(voters: &[Voter]) -> Vec<AccountId32> {
	voters.iter().map(|(account, _)| *account).collect()
}

/// What a motion to restore finality asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Restoration {
	/// Validators that are lost for good.
	pub lost: Vec<AccountId32>,
	/// The highest block that any validator left knows to be final.
	pub last_final: u32,
	/// The authority set that their nodes follow.
	pub set: u64,
	/// Blocks until the change takes effect.
	pub delay: u32,
}

impl Restoration {
	/// The call that restores finality, for a motion of two thirds, and what it changes. Refuses what
	/// would do nothing.
	///
	/// What it would do is asked of the newest state: of an older one, the chain would say that the
	/// last final block is none yet.
	pub async fn call(&self, standing: &Standing) -> Result<(Call, Vec<String>)> {
		let state = &standing.best;
		ensure_made(self.last_final.into(), state.number())?;
		let announced = accounts(&standing.announced);
		if let Some(why) = self.obstacles(&announced).into_iter().next() {
			return Err(Error::refused(why));
		}
		let effects = self.effects(&announced, standing.differences(self));
		let Self { lost, last_final, set, delay } = self.clone();
		let values = (lost, last_final, set, delay);
		let call = state.call("Validators", "restore_finality", values)?;
		// If the chain can't be asked, the proposal says so.
		if let Ok(told) = Rehearsal::of(state, motions::two_thirds(state).await?, &call).await {
			ensure_works(&told)?;
		}
		Ok((call, effects))
	}

	/// Reads the arguments of a call, or says which of them can't be read.
	fn of_motion(arguments: &Json) -> Result<Self, String> {
		let unreadable = |name: &str| format!("the motion's {name} can't be read");
		let number = |name: &str| {
			let value = &arguments[name];
			let read = value.as_u64().or_else(|| value.as_str()?.parse().ok());
			read.ok_or_else(|| unreadable(name))
		};
		let short = |name: &str| u32::try_from(number(name)?).map_err(|_| unreadable(name));
		let lost: Option<Vec<AccountId32>> = arguments["lost"]
			.as_array()
			.and_then(|lost| lost.iter().map(|who| who.as_str()?.parse().ok()).collect());
		Ok(Self {
			lost: lost.ok_or_else(|| unreadable("lost"))?,
			last_final: short("last_finalized")?,
			set: number("set_id")?,
			delay: short("delay")?,
		})
	}

	/// Those who would vote alone.
	fn left<'a>(&self, announced: &'a [AccountId32]) -> Vec<&'a AccountId32> {
		announced.iter().filter(|account| !self.lost.contains(account)).collect()
	}

	/// What stands in its way, given those whom nodes will count.
	fn obstacles(&self, announced: &[AccountId32]) -> Vec<String> {
		let strangers = self.lost.iter().filter(|account| !announced.contains(account));
		let mut obstacles: Vec<_> = strangers
			.map(|stranger| {
				format!(
					"{stranger} is none of the validators that vote; \"ourledger chain finality\" \
					 names them"
				)
			})
			.collect();
		if self.left(announced).is_empty() {
			obstacles.push("nobody would be left to vote".into());
		}
		obstacles
	}

	/// What it changes, for people to agree to, and what is wrong with it.
	fn effects(&self, announced: &[AccountId32], differences: Vec<String>) -> Vec<String> {
		let left: Vec<_> = self.left(announced).iter().map(|it| it.to_string()).collect();
		let mut effects = vec![
			format!(
				"{} blocks after the motion passes, {} of {} validators vote alone: {}",
				self.delay,
				left.len(),
				announced.len(),
				left.join(", ")
			),
			format!(
				"nodes go on from block {}, in authority set {} instead of {}",
				self.last_final,
				u128::from(self.set) + 1,
				self.set
			),
		];
		if !self.lost.is_empty() {
			effects.push(
				"those lost leave the approved set; their bonds come back as when they leave"
					.into(),
			);
		}
		effects.extend(self.obstacles(announced).iter().map(|why| format!("WRONG: {why}")));
		effects.extend(differences);
		effects
	}
}

/// Refuses a last final block that nobody has made.
fn ensure_made(last_final: u64, best: u64) -> Result<()> {
	if last_final > best {
		return Err(Error::input(format!(
			"--last-final names block {last_final}, but the best block is {best}; nothing was sent"
		)));
	}
	Ok(())
}

/// Refuses to propose what would do nothing.
fn ensure_works(told: &Rehearsal) -> Result<()> {
	let outcome = match told {
		Rehearsal::Succeeds(_) | Rehearsal::Unknown | Rehearsal::Untold(_) => return Ok(()),
		Rehearsal::Fails(error) => format!("fail with {error}"),
		Rehearsal::Refused(why) => format!("be refused: {why}"),
		Rehearsal::Panics => "PANIC".into(),
	};
	Err(Error::refused(format!("the motion would {outcome}; nothing was sent")))
}

/// What a member who is to vote on a motion should know of it; nothing of other motions. Never an
/// error: the worse a motion is, the more members have to be able to vote on it.
pub(super) async fn effects_of_motion(chain: &Chain, state: &State, call: &Call) -> Vec<String> {
	if (call.pallet(), call.name()) != ("Validators", "restore_finality") {
		return Vec::new();
	}
	let arguments = &call.to_json(&state.metadata())["args"];
	if arguments.get("lost").is_none() {
		return vec!["the motion is too long to be compared with what this node knows".into()];
	}
	let asked = match Restoration::of_motion(arguments) {
		Ok(asked) => asked,
		Err(why) => return vec![format!("WRONG: {why}")],
	};
	match Standing::read(chain).await {
		Ok(standing) => asked.effects(&accounts(&standing.announced), standing.differences(&asked)),
		Err(error) => vec![format!("what this node knows of finality can't be read: {error}")],
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_motion_that_agrees_with_the_node_needs_no_words() {
		assert_eq!(compare(40, Some(2), 40, 2), [""; 0]);
	}

	#[test]
	fn a_motion_that_differs_from_the_node_is_told() {
		let lower = compare(40, Some(2), 39, 2);
		assert!(lower[0].starts_with("WRONG") && lower[0].contains("40"), "{lower:?}");
		let higher = compare(40, Some(2), 41, 2);
		assert!(higher[0].contains("the chain may end"), "{higher:?}");
		let other = compare(40, Some(2), 40, 3);
		assert!(other[0].starts_with("WRONG") && other[0].contains("set 2"), "{other:?}");
		assert_eq!(compare(40, None, 40, 3).len(), 1);
	}

	#[test]
	fn nobody_is_silent_while_finality_goes_on() {
		let [alice] = [AccountId32([1; 32])];
		assert_eq!(silent_of(false, Some(2), &[alice]), None);
		assert_eq!(silent_of(true, Some(2), &[alice]), Some(&[alice][..]));
		assert_eq!(silent_of(true, None, &[]), None);
	}

	/// Arguments as [`Call::to_json`] gives them.
	fn motion(lost: &[AccountId32]) -> Json {
		json!({ "lost": lost, "last_finalized": 60, "set_id": "0", "delay": 10 })
	}

	#[test]
	fn motion_that_deserves_a_nay_can_be_voted_on() {
		let [alice, bob, ferdie] = [1, 2, 9].map(|byte| AccountId32([byte; 32]));
		let announced = [alice, bob];
		let wrong = |lost: &[AccountId32]| {
			let asked = Restoration::of_motion(&motion(lost)).expect("is readable");
			let effects = asked.effects(&announced, Vec::new());
			let wrong = effects.into_iter().filter(|effect| effect.starts_with("WRONG: "));
			wrong.collect::<Vec<_>>()
		};
		assert_eq!(wrong(&[bob]), [""; 0]);
		let stranger = wrong(&[ferdie, bob]);
		assert_eq!(stranger.len(), 1);
		assert!(stranger[0].contains(&ferdie.to_string()), "{stranger:?}");
		let all = wrong(&[alice, bob]);
		assert!(all[0].contains("nobody would be left"), "{all:?}");
	}

	#[test]
	fn motion_that_is_not_understood_says_which_part() {
		let asked = Restoration::of_motion(&motion(&[])).expect("is readable");
		assert_eq!((asked.last_final, asked.set, asked.delay), (60, 0, 10));
		for name in ["lost", "last_finalized", "set_id", "delay"] {
			let mut arguments = motion(&[]);
			arguments[name] = json!({ "bytes": 3 });
			let why = Restoration::of_motion(&arguments).expect_err(name);
			assert!(why.contains(name), "{why}");
		}
		let mut long = motion(&[]);
		long["delay"] = json!(u64::MAX);
		assert!(Restoration::of_motion(&long).is_err());
	}

	#[test]
	fn what_would_fail_is_not_proposed() {
		let fails = Rehearsal::Fails("Validators.DelayOutOfRange".into());
		let error = ensure_works(&fails).expect_err("is refused");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("Validators.DelayOutOfRange"), "{error}");
		assert!(ensure_works(&Rehearsal::Panics).is_err());
		assert!(ensure_works(&Rehearsal::Refused("TooHeavy".into())).is_err());
		for told in [Rehearsal::Succeeds(Vec::new()), Rehearsal::Untold("silence".into())] {
			assert_eq!(ensure_works(&told), Ok(()));
		}
		assert_eq!(ensure_made(7, 7), Ok(()));
		let error = ensure_made(4_000_000_000, 7).expect_err("nobody made it");
		assert_eq!(error.code(), 4);
	}

	#[test]
	fn genesis_has_no_time() {
		assert_eq!(time(0), None);
		assert_eq!(time(1_800_000_000_000).as_deref(), Some("2027-01-15T08:00:00Z"));
	}

	#[test]
	fn a_round_awaits_who_did_not_cast_the_vote_that_is_due() {
		let answer = |prevotes: u32| {
			json!({
				"setId": 3,
				"best": {
					"round": 7,
					"totalWeight": 4,
					"thresholdWeight": 3,
					"prevotes": { "currentWeight": prevotes, "missing": ["D"] },
					"precommits": { "currentWeight": 2, "missing": ["C", "D"] },
				},
				"background": [],
			})
		};
		for (prevotes, awaited) in [(2, &["D"][..]), (3, &["C", "D"][..]), (4, &["C", "D"][..])] {
			let rounds: Rounds = serde_json::from_value(answer(prevotes)).expect("is one");
			assert_eq!(rounds.set_id, 3);
			assert_eq!(rounds.best.awaited(), awaited, "{prevotes} prevotes");
		}
	}
}
