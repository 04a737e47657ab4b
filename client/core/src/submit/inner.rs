//! A signed call within a transaction: a meta-transaction.
//!
//! Whoever sees the transaction has the call, and can submit it in another one. So what becomes of it
//! isn't decided by the transaction that carried it first.

use super::progress;
use crate::{
	account::Account,
	chain::{written::ExtrinsicEvents, Chain},
	error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use subxt::utils::{AccountId32, H256};

/// The event of a signed call that was submitted and ran, well or not.
const DISPATCHED: (&str, &str) = ("MetaTx", "Dispatched");

/// A signed call that anybody can submit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inner {
	/// Who signed it.
	pub signer: AccountId32,
	/// The signer's nonce that it uses.
	pub nonce: u64,
	/// The last block that can hold it.
	pub last_block: u64,
}

impl Inner {
	/// Whether it ran in the transaction that has these events: then it never will again.
	pub fn ran(events: &ExtrinsicEvents) -> Result<bool> {
		for event in events.iter() {
			let event = event?;
			if (event.pallet_name(), event.event_name()) == DISPATCHED {
				return Ok(true);
			}
		}
		Ok(false)
	}

	/// Why it may be done already, or still be, by another transaction; nothing if it can never be.
	async fn may_be(&self, chain: &Chain) -> Result<Option<String>> {
		let last_final = chain.finalised().await?;
		let used = u64::from(Account::read(&last_final, self.signer).await?.nonce);
		let Self { signer, nonce, last_block } = self;
		Ok(if used > *nonce {
			Some(format!("{signer} has used its nonce {nonce}, perhaps by it"))
		} else if last_final.number() < *last_block {
			Some(format!("until block {last_block}, anybody can submit it"))
		} else {
			None
		})
	}
}

/// What the refusal of a transaction means, which carried a signed call that did not run, if it
/// carried one: nothing is certain unless that call can never be, either.
pub async fn judged(
	inner: Option<Inner>,
	chain: &Chain,
	transaction: H256,
	refusal: Error,
) -> Error {
	let Some(inner) = inner else {
		return refusal;
	};
	let why = match inner.may_be(chain).await {
		Ok(None) => return refusal,
		Ok(Some(why)) => why,
		Err(error) => error.to_string(),
	};
	let why = format!(
		"{refusal}; but others know the call that {} signed within it: {why}",
		inner.signer
	);
	progress::unknown(transaction, &why, None)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{Node, LAST, NONCE, PAYER};

	#[tokio::test]
	async fn signed_call_is_dead_once_its_time_is_over_and_its_nonce_unused() {
		let chain = Node::new().chain().await;
		let code = |nonce, last_block| {
			let inner = Inner { signer: AccountId32(PAYER), nonce, last_block };
			let chain = &chain;
			async move {
				let refusal = Error::refused("no");
				judged(Some(inner), chain, H256([9; 32]), refusal).await.code()
			}
		};
		assert_eq!(code(NONCE, LAST).await, 1);
		// Still to come, or done by another transaction.
		assert_eq!(code(NONCE, LAST + 1).await, 9);
		assert_eq!(code(NONCE - 1, LAST).await, 9);
		let refusal = judged(None, &chain, H256([9; 32]), Error::refused("no")).await;
		assert_eq!(refusal, Error::refused("no"));
	}

	#[tokio::test]
	async fn what_remains_possible_is_said_beside_the_refusal() {
		let chain = Node::new().chain().await;
		let inner = Inner { signer: AccountId32(PAYER), nonce: NONCE, last_block: 64 };
		let refusal = Error::refused("MetaTx.Stale");
		let error = judged(Some(inner), &chain, H256([9; 32]), refusal).await.to_string();
		for part in ["MetaTx.Stale", "until block 64, anybody can submit it", "Don't send it again"]
		{
			assert!(error.contains(part), "{part} in {error}");
		}
	}
}
