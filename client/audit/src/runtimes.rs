//! Whether each block of an export was read by the runtime that wrote it.
//!
//! Asks the node in another way than exports are made: by the heights of parents and the plain
//! methods for versions and metadata, so that an error there isn't made again here.

use crate::{manifest::Manifest, source::Wrote};
use ourledger_client::{
	chain::Chain,
	error::{Error, Result},
};
use std::collections::VecDeque;
use subxt::utils::H256;
use tokio::task::JoinHandle;

/// Blocks that are asked about at a time.
const AT_A_TIME: usize = 16;

/// Hash, version and metadata, as a node says of a block's parent.
type Answer = Result<(H256, u32, H256)>;

/// Sees to it that the runtimes of a manifest are those of the parents of its blocks.
pub async fn ensure_right(chain: &Chain, manifest: &Manifest) -> Result<()> {
	let (first, last) = (manifest.first.number, manifest.last.number);
	ensure_covering(&manifest.runtimes, first, last)?;
	let mut asking: VecDeque<(u64, JoinHandle<Answer>)> = VecDeque::new();
	let mut next = first;
	while next <= last || !asking.is_empty() {
		while next <= last && asking.len() < AT_A_TIME {
			asking.push_back((next, tokio::spawn(of_parent(chain.clone(), next))));
			next += 1;
		}
		let Some((number, answer)) = asking.pop_front() else { break };
		let answer = answer
			.await
			.map_err(|error| Error::connection(format!("reading a block broke off: {error}")))?;
		let (parent, spec_version, code) = answer?;
		let said = entry_of(&manifest.runtimes, number)?;
		let mut fields = vec![
			("specVersion", said.spec_version.to_string(), spec_version.to_string()),
			("code", said.code.clone(), format!("{code:?}")),
		];
		if said.from == number {
			let metadata = format!("{:?}", chain.metadata_hash(parent).await?);
			fields.push(("metadata", said.metadata.clone(), metadata));
		}
		for (field, said, right) in fields {
			if said != right {
				return Err(Error::verification(format!(
					"manifest.json, field runtimes: block {number} was read by the runtime with \
					 the {field} {said}, but written by that with {right}, which is in the state \
					 of its parent"
				)));
			}
		}
	}
	Ok(())
}

/// A block's parent, and version and code of the runtime in its state.
async fn of_parent(chain: Chain, number: u64) -> Result<(H256, u32, H256)> {
	// The first block is nobody's child.
	let height = number.saturating_sub(1);
	let missing = || Error::connection(format!("the node has no state of block {height}"));
	let parent = chain.block_hash(height).await?.ok_or_else(missing)?;
	let version = chain.node().state_get_runtime_version(Some(parent)).await?.spec_version;
	let code = chain.code_hash(parent).await?.ok_or_else(missing)?;
	Ok((parent, version, code))
}

/// Sees to it that each block of a range has one entry.
fn ensure_covering(runtimes: &[Wrote], first: u64, last: u64) -> Result<()> {
	let begins = runtimes.first().map(|it| it.from) == Some(first);
	let rises = runtimes.windows(2).all(|pair| pair[0].from < pair[1].from);
	let ends = runtimes.last().is_some_and(|it| it.from <= last);
	if begins && rises && ends {
		return Ok(());
	}
	Err(Error::verification(format!(
		"manifest.json, field runtimes: it doesn't say of each block from {first} to {last} by \
		 which runtime it was read"
	)))
}

fn entry_of(runtimes: &[Wrote], number: u64) -> Result<&Wrote> {
	runtimes.iter().rev().find(|it| it.from <= number).ok_or_else(|| {
		Error::verification(format!(
			"manifest.json, field runtimes: nothing is said of block {number}"
		))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{chain_source::ChainSource, manifest::Head, source::Source, tables::Format};
	use ourledger_client::chain::fake::{Node, LAST, UPGRADED};

	/// What an export of all blocks says of itself, after `change`.
	async fn manifest(chain: &Chain, change: impl Fn(&mut Vec<Wrote>)) -> Manifest {
		let mut source = ChainSource::open(chain, 0, None).await.expect("can be read");
		let mut runtimes = Vec::new();
		while let Some(block) = source.next().await.expect("can be read") {
			Wrote::note(&mut runtimes, &block);
		}
		change(&mut runtimes);
		let head = source.head(chain, None, None).await.expect("can be read");
		let head = Head { runtimes, ..head };
		Manifest::new(head, &[Format::Csv], Default::default()).expect("is canonical")
	}

	#[tokio::test]
	async fn runtimes_of_the_parents_are_right() {
		for node in [Node::new(), Node::new().of_one_version(), Node::new().unannounced()] {
			let chain = node.chain().await;
			let manifest = manifest(&chain, |_| ()).await;
			let from: Vec<_> = manifest.runtimes.iter().map(|it| it.from).collect();
			assert_eq!(from, [0, UPGRADED + 1]);
			assert_eq!(ensure_right(&chain, &manifest).await, Ok(()));
		}
	}

	#[tokio::test]
	async fn block_that_was_read_by_the_runtime_it_brought_is_named() {
		for (node, field) in [(Node::new(), "specVersion"), (Node::new().of_one_version(), "code")]
		{
			let chain = node.chain().await;
			let wrong = manifest(&chain, |all| all[1].from = UPGRADED).await;
			let error = ensure_right(&chain, &wrong).await.expect_err("is too early");
			assert_eq!(error.code(), 6);
			let named = format!("block {UPGRADED} was read by the runtime with the {field}");
			assert!(error.to_string().contains(&named), "{error}");
			let wrong = manifest(&chain, |all| all.truncate(1)).await;
			let error = ensure_right(&chain, &wrong).await.expect_err("is lacking");
			assert!(error.to_string().contains(&format!("block {LAST} was read by")), "{error}");
		}
	}

	#[tokio::test]
	async fn other_metadata_of_the_same_runtime_is_named() {
		let chain = Node::new().chain().await;
		let wrong = manifest(&chain, |all| all[1].metadata = all[0].metadata.clone()).await;
		let error = ensure_right(&chain, &wrong).await.expect_err("is another's");
		assert!(error.to_string().contains("the runtime with the metadata"), "{error}");
	}

	#[tokio::test]
	async fn every_block_has_an_entry() {
		let chain = Node::new().chain().await;
		let changes: [fn(&mut Vec<Wrote>); 4] = [
			|all| all.clear(),
			|all| _ = all.remove(0),
			|all| all.swap(0, 1),
			|all| all[1].from = LAST + 1,
		];
		for change in changes {
			let wrong = manifest(&chain, change).await;
			let error = ensure_right(&chain, &wrong).await.expect_err("is lacking");
			assert!(error.to_string().contains("it doesn't say of each block"), "{error}");
		}
	}
}
