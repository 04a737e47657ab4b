//! What swaps and fees moved through pools: the model is told, since it knows nothing of prices.

use super::{
	town::Town,
	trace::{number, row},
};
use crate::{AccountId, Runtime, RuntimeEvent};
use frame_support::traits::fungible::NativeOrWithId;
use ourledger_primitives::{money::CurrencyId, Balance};
use pallet_asset_conversion::Event;
use serde_json::{json, Value};

/// What a way through pools moved: currency, whence, where to, how much.
pub type Moves = Vec<(CurrencyId, String, String, Balance)>;

/// One station of a way: of what, how much.
type Station = (NativeOrWithId<CurrencyId>, Balance);

/// Rows of what was exchanged before an operation, as part of it or as its fee; and of what comes
/// back of the fee after it.
pub fn rows(
	town: &Town,
	events: &[RuntimeEvent],
	by: Option<&AccountId>,
) -> (Vec<Value>, Vec<Value>) {
	let (mut before, mut after) = (Vec::new(), Vec::new());
	for event in events {
		let Some((moves, returns)) = moves(town, event, by) else { continue };
		let moves = moves.into_iter().map(|(currency, source, target, amount)| {
			json!([currency, source, target, number(amount)])
		});
		let row = row("exchange", json!({ "moves": moves.collect::<Vec<_>>() }));
		let rows = if returns { &mut after } else { &mut before };
		rows.push(row);
	}
	(before, after)
}

/// What an event tells of local money that went through pools, and whether it is a fee that comes
/// back: that is paid in OUR by nobody.
pub fn moves(town: &Town, event: &RuntimeEvent, by: Option<&AccountId>) -> Option<(Moves, bool)> {
	let (path, credit): (Vec<Station>, bool) = match event {
		RuntimeEvent::AssetConversion(Event::<Runtime>::SwapExecuted { path, .. }) => {
			(path.to_vec(), false)
		},
		RuntimeEvent::AssetConversion(Event::<Runtime>::SwapCreditExecuted { path, .. }) => {
			(path.to_vec(), true)
		},
		_ => return None,
	};
	let who = town.name_of(by.expect("nothing is exchanged by itself"));
	let mut at = path.windows(2).map(|pair| pool(town, &pair[0].0, &pair[1].0)).collect::<Vec<_>>();
	at.insert(0, who.clone());
	at.push(who);
	let mut moves = Vec::new();
	for ((kind, amount), way) in path.iter().zip(at.windows(2)) {
		if let NativeOrWithId::WithId(currency) = kind {
			moves.push((*currency, way[0].clone(), way[1].clone(), *amount));
		}
	}
	Some((moves, credit && path[0].0 == NativeOrWithId::Native))
}

/// Name of the pool of two currencies, one of which is coins.
fn pool(town: &Town, a: &NativeOrWithId<CurrencyId>, b: &NativeOrWithId<CurrencyId>) -> String {
	let native = [a, b].contains(&&NativeOrWithId::Native);
	town.pools[usize::from(!native)].0.clone()
}
