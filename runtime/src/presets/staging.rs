//! `staging`: a rehearsal of a public network, with the durations of a real one.
//!
//! Its keys derive from the development phrase, at `//Staging//1` to `//Staging//4` for the
//! validators (sr25519 for account, BABE and witness, ed25519 for GRANDPA) and at
//! `//Staging//Council//1` to `3` for the council, so that anyone can rehearse with it. A network
//! with people's money on it needs a preset with keys that only their owners know.

use super::{Genesis, Validator};
use crate::configs::governance::DefaultTimelock;
use alloc::vec::Vec;
use hex_literal::hex;
use ourledger_primitives::{currency::OUR, AccountId};

/// Sr25519 and ed25519 public keys of each validator.
const VALIDATORS: [([u8; 32], [u8; 32]); 4] = [
	(
		hex!("3a88750a05d8a215b3e9e4c35069e9b71634684f04064f0cb8ed311756698175"),
		hex!("6cdf83c0e0d33cfa2504271a4ba93d1a38eeeabe5c087950bc5ab687e9b950fb"),
	),
	(
		hex!("0af01bb5aa65991461e44e84067f3d5be33f87f6d4db0852b6462c1dc60c4c52"),
		hex!("3dd3a577e7616b0de2f2a8ce7583a09bd57b530452adbf00157d63f49831dfd3"),
	),
	(
		hex!("32232e1188dc81bd9c33c344a4153439f296f699c1d09dfe448b95141a6ba568"),
		hex!("15a7ca687599f7cc67959471cb7703a76ee28714e89151a48ca9c537565c9dd8"),
	),
	(
		hex!("baccdf686fd9feca85bc9727343380f0c640b61e77c68b09863d6ccf7a7eb97b"),
		hex!("542e53712d7b82998fdf65431e14f454eaf04447ce29144fbfe92f110cb234df"),
	),
];

/// Accounts of the council.
const COUNCIL: [[u8; 32]; 3] = [
	hex!("46ef5f7c2484c4b29af1fda1a04f89c96c3d413aa2f1681b2c43a827af37416f"),
	hex!("6cd266084944415d0ead37576acc62852cb27c0e79b7290513669f177599cf0c"),
	hex!("46ed0e56dec05c80bc5450861dac9e2b6638d94608a1a783d728cc8516e0a004"),
];

pub(super) fn genesis() -> Genesis {
	let validators: Vec<Validator> = VALIDATORS
		.iter()
		.map(|(sr25519, ed25519)| Validator::from_public(*sr25519, *ed25519))
		.collect();
	let council: Vec<AccountId> = COUNCIL.iter().map(|account| (*account).into()).collect();
	let accounts = validators.iter().map(|validator| validator.account.clone());
	Genesis {
		balances: accounts
			.chain(council.iter().cloned())
			.map(|who| (who, 1_000_000 * OUR))
			.collect(),
		validators,
		council,
		timelock: DefaultTimelock::get(),
		epoch_slots: None,
		leaving_sessions: None,
	}
}
