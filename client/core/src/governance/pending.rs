//! A call that somebody has to decide on.

use super::{
	rehearsal::{Power, Rehearsal},
	upgrades::Announced,
};
use crate::{
	call::Call,
	error::{Error, Result},
	hash::blake2_256,
	State,
};
use serde_json::{json, Value as Json};
use subxt::{utils::H256, ArcMetadata};

/// A call that somebody has to decide on: what it says, what it would do, whether it upgrades.
#[derive(Clone, Debug)]
pub struct Pending {
	/// The call, if it can be read.
	pub call: Option<Call>,
	/// What it would do.
	pub told: Rehearsal,
	/// The upgrade that it authorises.
	pub upgrade: Option<Announced>,
}

impl Pending {
	/// Reads the bytes of a call, and rehearses it. What can't be told is said to be so: it must
	/// not keep anybody from deciding, nor from seeing what else is pending.
	pub async fn of(state: &State, power: Power, bytes: Option<&[u8]>) -> Self {
		let metadata = state.metadata();
		let call = bytes.and_then(|bytes| Call::decode(bytes, &metadata).ok());
		let told = match &call {
			Some(call) => {
				let told = Rehearsal::of(state, power, call).await;
				told.unwrap_or_else(|error| Rehearsal::Untold(error.to_string()))
			},
			None => Rehearsal::Refused("no call of this runtime".into()),
		};
		let mut upgrade = call.as_ref().and_then(|call| Announced::by(&call.to_json(&metadata)));
		if let Some(upgrade) = &mut upgrade {
			upgrade.look_for_code(state).await;
		}
		Self { call, told, upgrade }
	}

	/// `{"call", "rehearsal", "upgrade"}`, each `null` if there is none.
	pub fn json(&self, metadata: &ArcMetadata) -> Json {
		json!({
			"call": self.call.as_ref().map(|call| call.to_json(metadata)),
			"rehearsal": self.told.json(metadata),
			"upgrade": self.upgrade.as_ref().map(Announced::json),
		})
	}
}

/// Bytes, if they have this hash. Votes are for a hash: a node that shows another call for it lies.
pub(super) fn hashed_to(hash: H256, bytes: Vec<u8>) -> Result<Vec<u8>> {
	match H256(blake2_256(&bytes)) == hash {
		true => Ok(bytes),
		false => Err(Error::verification(format!(
			"the node shows a call for {hash:?} that has another hash: believe nothing that it says"
		))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn call_that_is_not_of_the_hash_is_refused() {
		let hash = H256(blake2_256(b"call"));
		assert_eq!(hashed_to(hash, b"call".to_vec()), Ok(b"call".to_vec()));
		assert_eq!(hashed_to(hash, b"cell".to_vec()).map_err(|error| error.code()), Err(6));
	}
}
