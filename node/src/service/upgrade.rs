//! Compiles the code of an upgrade before the chain runs it.
//!
//! A runtime is compiled when it is first called. The executor holds a lock meanwhile, so nothing
//! else in the node can call any runtime, and no validator makes or checks a block. At an upgrade all
//! of them would stop at once, for as long as their machines compile. So compiled code is kept in a
//! folder, from which the executor takes it; and code that is both authorised and published, as a
//! preimage, is compiled into that folder beside the node's work, by an executor of its own.

use super::{executor::Executors, Client};
use codec::Decode;
use futures::StreamExt;
use ourledger_primitives::Hash;
use sc_client_api::{BlockchainEvents, StorageKey, StorageProvider};
use sc_service::SpawnTaskHandle;
use sp_io::hashing::{blake2_256, twox_128};
use std::{sync::Arc, time::Instant};

const LOG_TARGET: &str = "upgrade";

/// Compile each upgrade that is authorised and published.
pub async fn watch(client: Arc<Client>, executors: Executors, tasks: SpawnTaskHandle) {
	let mut last = None;
	let mut blocks = client.import_notification_stream();
	while let Some(block) = blocks.next().await {
		if !block.is_new_best {
			continue;
		}
		let Some(hash) = authorised(&client, block.hash).filter(|hash| last != Some(*hash)) else {
			continue;
		};
		let Some(code) = published(&client, block.hash, hash) else { continue };
		last = Some(hash);
		let executors = executors.clone();
		tasks.spawn_blocking("compile-upgrade", None, async move {
			let begun = Instant::now();
			match executors.compile(&code) {
				Ok(version) => log::info!(
					target: LOG_TARGET,
					"Compiled the authorised runtime {} {} in {} ms",
					version.spec_name,
					version.spec_version,
					begun.elapsed().as_millis(),
				),
				Err(e) => log::warn!(target: LOG_TARGET, "Can't compile authorised code: {e}"),
			}
		});
	}
}

/// The hash of the code that may be applied, in the state after a block.
fn authorised(client: &Client, block: Hash) -> Option<Hash> {
	let key = item_key("System", "AuthorizedUpgrade");
	let value = client.storage(block, &StorageKey(key)).ok()??;
	// Whether its version is checked follows.
	Hash::decode(&mut &value.0[..]).ok()
}

/// The code with this hash, if somebody has published it.
fn published(client: &Client, block: Hash, hash: Hash) -> Option<Vec<u8>> {
	// Hash and length are the key, as they are.
	let begin = [item_key("Preimage", "PreimageFor"), hash.as_bytes().to_vec()].concat();
	let mut keys = client.storage_keys(block, Some(&StorageKey(begin)), None).ok()?;
	let value = client.storage(block, &keys.next()?).ok()??;
	let code = Vec::<u8>::decode(&mut &value.0[..]).ok()?;
	(blake2_256(&code) == hash.0).then_some(code)
}

/// Where a storage item begins.
fn item_key(pallet: &str, item: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat()
}
