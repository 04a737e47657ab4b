//! Who agrees to what is signed, and is told what becomes of it.

use crate::error::Result;
use subxt::utils::H256;

/// What a transaction will do, before anybody signs it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Summary {
	/// Labels and what they say, one of each effect among them.
	pub lines: Vec<(&'static str, String)>,
	/// Those of the effects that even somebody who agrees to everything has to be told.
	pub warnings: Vec<String>,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
	/// It is signed and about to be sent. By its hash it can be asked for from now on.
	Sent(H256),
	/// The node has it.
	Submitted,
	/// Other nodes have it.
	Broadcast,
	/// It is in a block of this height that isn't final.
	InBlock(u64),
	/// That block is no longer on the best chain.
	Reverted,
	/// There is nothing more to follow.
	Over,
	/// It is in a block of this height, final unless the best block is what counts, and did what it
	/// should.
	Done(H256, u64),
}

/// Somebody in whose name transactions are signed. The command line asks at the terminal; a service
/// decides by its own rules.
pub trait Person: Sync {
	/// Shows what a transaction will do, and says whether anybody saw it: the fate of earlier transactions
	/// is kept until somebody has. Fails if it can't be shown: then nothing is signed.
	fn show(&self, summary: &Summary) -> Result<bool>;

	/// Agrees to what was shown last, or fails as [`crate::Error::Declined`].
	fn agree(&self) -> Result<()>;

	/// Is told of something that didn't work, and doesn't matter to the transaction.
	fn warn(&self, text: &str);

	/// Is told how far the transaction is.
	fn follow(&self, step: Step);
}

/// Agrees to everything and looks at nothing: for programs that know what they submit.
#[derive(Clone, Copy, Debug)]
pub struct Unattended;

impl Person for Unattended {
	fn show(&self, _summary: &Summary) -> Result<bool> {
		Ok(false)
	}

	fn agree(&self) -> Result<()> {
		Ok(())
	}

	fn warn(&self, _text: &str) {}

	fn follow(&self, _step: Step) {}
}
