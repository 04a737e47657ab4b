//! Random trade and taxes on the whole runtime, compared with an independent program.
//!
//! Honest parties and colluding ones do what the calls allow, and some things that they don't. Each
//! operation is written into a trace, which the model in tests/model replays: whatever differs is a
//! bug in one of the two. `scripts/trade-model` does it a million times.
//!
//! Around them terms, settings and clocks change, accounts are frozen, expelled, and come and go; and
//! now and then somebody attacks, as was tried before, and has to fail.
//!
//! Besides, whatever the model says, after every operation
//! - each party has, in balance less debt, what is set aside, credit less arrears, and claims, exactly
//!   what its invoices, transfers and exchanges gave it, less demurrage: so no coalition of them has
//!   more than trade gave it either;
//! - all money there is is somewhere, and OUR are neither made nor lost;
//! - credits and claims are what events, booked in their order, make of them, and nobody pays for
//!   credit that a note takes off it while it has any;
//! - each treasury has what its standing invoices, gifts and forfeits left in it beyond credits and
//!   claims, which it always covers.

mod actions;
mod attacks;
pub(super) mod dice;
mod exchange;
mod plans;
mod revenue;
mod sales;
mod snapshot;
mod stage;
mod told;
mod town;
mod trace;
mod wealth;
mod weather;
mod world;

use super::chain;
use dice::Dice;
use std::{
	env, fs,
	path::{Path, PathBuf},
	process::Command,
};
use trace::Trace;
use world::World;

/// Operations of the short length, which every run of the tests does.
const OPERATIONS: u64 = 3_000;
/// Most operations of one trace.
const TRACE_OPERATIONS: u64 = 1_000;

fn number(name: &str, default: u64) -> u64 {
	match env::var(name) {
		Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} isn't a number: {value}")),
		Err(_) => default,
	}
}

/// Trades so many times, by the dice of `seed`, and writes it down.
fn trade(seed: u64, operations: u64, path: &Path) -> PathBuf {
	chain("development").execute_with(|| {
		let mut world = World::new(Dice::new(seed), Trace::create(path));
		for done in 1..=operations {
			world.act();
			if done % 250 == 0 || done == operations {
				super::check_state();
			}
		}
		world.finish()
	})
}

/// Replays a trace in the model, and says where the two differ.
fn check(path: &Path) -> Result<(), String> {
	let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/model/check");
	let output = Command::new("python3").arg(model).arg(path).output();
	let output = output.map_err(|error| format!("python3 can't be run: {error}"))?;
	if output.status.success() {
		return Ok(());
	}
	let said = [output.stdout, output.stderr].concat();
	Err(String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn random_trade_agrees_with_the_model_and_enriches_nobody() {
	let operations = number("OURLEDGER_TRADE_OPERATIONS", OPERATIONS);
	let first = number("OURLEDGER_TRADE_SEED", 1);
	let each = number("OURLEDGER_TRADE_EACH", TRACE_OPERATIONS).max(1);
	let kept = env::var("OURLEDGER_TRACE_DIR").ok().map(PathBuf::from);
	let folder = kept.clone().unwrap_or_else(env::temp_dir);
	fs::create_dir_all(&folder).expect("the folder for traces can be made");

	let mut left = operations;
	for seed in first.. {
		if left == 0 {
			break;
		}
		let now = left.min(each);
		left -= now;
		let path = trade(seed, now, &folder.join(format!("ourledger-trade-{seed}.jsonl")));
		if let Err(difference) = check(&path) {
			panic!("seed {seed}, {}: {difference}", path.display());
		}
		if kept.is_none() {
			fs::remove_file(&path).expect("it was just written");
		}
		println!("seed {seed}: {now} operations agree with the model");
	}
}
