//! By which runtime a person was shown what is to be signed: nothing else is signed.

use crate::{
	chain::{Chain, State},
	error::{Error, Result},
};

/// The runtime by which something was shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shown {
	/// Its version.
	pub spec_version: u32,
	/// Version of its calls' encoding.
	pub transaction_version: u32,
	/// The digest of its metadata, which the signature is for: the chain takes it only if its
	/// runtime has the same.
	pub digest: Option<[u8; 32]>,
}

impl Shown {
	/// The runtime of a state, by which everything is shown from now on. Its metadata is taken at the
	/// node's word, or the signature is for its digest.
	pub async fn by(chain: &Chain, state: &State, trusts_metadata: bool) -> Result<Self> {
		let digest = match trusts_metadata {
			true => None,
			false => Some(chain.metadata_digest(state).await?),
		};
		Ok(Self::of(state, digest))
	}

	/// The runtime of a state, whose metadata has this digest.
	pub fn of(state: &State, digest: Option<[u8; 32]>) -> Self {
		let (spec_version, transaction_version) =
			(state.spec_version(), state.transaction_version());
		Self { spec_version, transaction_version, digest }
	}

	/// Refuses to go on by another runtime.
	pub fn ensure_still(&self, state: &State) -> Result<()> {
		let now = (state.spec_version(), state.transaction_version());
		if now == (self.spec_version, self.transaction_version) {
			return Ok(());
		}
		Err(Error::refused(format!(
			"the chain's runtime was version {} when this was shown, and is version {} now, in which \
			 it may mean something else: nothing was sent. Run the command again to see it anew; where \
			 finality stands, with --best",
			self.spec_version, now.0
		)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{hash, Node, SPEC_VERSION};

	#[tokio::test]
	async fn nothing_is_signed_by_another_runtime_than_it_was_shown_by() {
		let chain = Node::new().chain().await;
		let before = chain.at(hash(1)).await.expect("is there");
		let after = chain.at(hash(3)).await.expect("is there");
		let shown = Shown {
			spec_version: SPEC_VERSION,
			transaction_version: before.transaction_version(),
			digest: None,
		};
		assert_eq!(shown.ensure_still(&before), Ok(()));
		let error = shown.ensure_still(&after).expect_err("is another runtime");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("version 104") && error.to_string().contains("105"));
		assert!(error.to_string().contains("--best"), "{error}");
	}
}
