//! The one way to write to a chain.
//!
//! A program says what call it wants made and what that changes ([`Draft`]), and a [`Wallet`] does it:
//! the call is wrapped for the twin that it acts for, previewed by the chain, the [`Person`] shown what
//! will happen and asked, the transaction signed, submitted and followed until it is final, and every
//! way to fail turned into an error. What comes back is a [`Submitted`] transaction with its events.

pub mod acting;
mod fee;
pub mod inner;
pub mod meta;
mod person;
mod prepared;
mod preview;
pub mod progress;
mod sending;
pub mod sent;
mod shown;

pub use crate::{draft::Draft, outcome::Submitted};
pub use person::{Person, Step, Summary, Unattended};
pub use sending::Sending;

use crate::{
	amount,
	call::Call,
	chain::{Chain, State},
	error::Result,
	escape,
	keys::Key,
	outcome::InBlock,
};
use acting::Acting;
use fee::Fee;
use prepared::{after_earlier, waiting, Prepared};
use preview::Preview;
use sending::{send, Terms};
use shown::Shown;
use std::path::Path;

/// Blocks for which a signature is valid. When a transaction is not included by then, it never
/// will be, and can safely be made anew.
pub const VALID_BLOCKS: u64 = 64;

/// Whoever writes to a chain, with what it signs by and pays in.
#[derive(Clone, Copy)]
pub struct Wallet<'a> {
	/// The chain.
	pub chain: &'a Chain,
	/// Signs.
	pub signer: &'a Key,
	/// Pays the fee, if the signer doesn't.
	pub sponsor: Option<&'a Key>,
	/// The twin to act for, if it isn't for the signer's own account.
	pub twin: Option<u64>,
	/// Symbol or number of the currency that fees are paid in, if it isn't OUR.
	pub fee_in: Option<&'a str>,
	/// Whether a node's word is taken for what its metadata says of calls. If not, the signature is for
	/// a digest of the metadata, which the chain checks.
	pub trusts_metadata: bool,
	/// The folder in which what was sent is kept until its fate is known.
	pub folder: &'a Path,
	/// Agrees, and is told.
	pub person: &'a dyn Person,
}

impl Wallet<'_> {
	/// Signs and submits, and waits until it is final. `note` runs after signing and before sending, and
	/// can stop it with an error. It runs again if the transaction is signed anew; the earlier one can
	/// then no longer be included.
	pub async fn submit(
		&self,
		draft: Draft,
		note: impl FnMut(Sending) -> Result<()>,
	) -> Result<Submitted> {
		let Self { chain, signer, .. } = *self;
		let Ready { state, shown, call, draft } = self.ready(draft, true).await?;
		match self.other_payer() {
			Some(sponsor) => {
				let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
				let unsigned = meta::MetaTx::next(chain, &state, &call, signer.account()).await?;
				let outer = unsigned.dispatch(&state)?;
				let (draft, fee) = self.agreed(draft, (&state, shown), &outer, sponsor).await?;
				// The person may have thought for long: sign at the block of now.
				let state = chain.current().await?;
				shown.ensure_still(&state)?;
				let signed =
					meta::MetaTx::signed(&state, &call, signer, nonce, VALID_BLOCKS, shown.digest)?;
				let outer = signed.dispatch(&state)?;
				let terms = Terms::of(self, sponsor, fee.money.kind(), shown);
				let in_block = self.send(&outer, &terms.carrying(signed.inner()), note).await?;
				draft.finish(in_block, &state, fee.money)
			},
			None => {
				let (draft, fee) = self.agreed(draft, (&state, shown), &call, signer).await?;
				let terms = Terms::of(self, signer, fee.money.kind(), shown);
				let in_block = self.send(&call, &terms, note).await?;
				draft.finish(in_block, &state, fee.money)
			},
		}
	}

	/// Submits a meta-transaction that somebody else signed, and pays for it.
	pub async fn submit_signed(&self, meta: meta::MetaTx) -> Result<Submitted> {
		let (chain, payer) = (self.chain, self.signer);
		let state = chain.current().await?;
		let shown = Shown::by(chain, &state, self.trusts_metadata).await?;
		meta.call().ensure_of(&state.metadata())?;
		let effect = format!("{} acts; the fee is paid by {}", meta.signer(), payer.account());
		let draft = waiting(Draft::new(meta.call().clone()).effect(effect), chain)?;
		let (draft, settled) = after_earlier(draft, self, &[payer.account()]).await;
		let draft = Prepared {
			draft,
			settled,
			acting: Acting::Directly(meta.signer()),
			signer: meta.signer(),
			sponsor: Some(payer.account()),
			top_up: 0,
			on: on(chain).await,
			silent: true,
		};
		let outer = meta.dispatch(&state)?;
		let (draft, fee) = self.agreed(draft, (&state, shown), &outer, payer).await?;
		let terms = Terms::of(self, payer, fee.money.kind(), shown).carrying(meta.inner());
		let in_block = self.send(&outer, &terms, |_| Ok(())).await?;
		draft.finish(in_block, &state, fee.money)
	}

	/// Signs a meta-transaction to a file, for somebody else to submit and pay for. Comes back with the
	/// file and the height of the block by which it was signed.
	pub async fn sign_to_file(
		&self,
		draft: Draft,
		path: &Path,
		note: impl FnOnce(Sending) -> Result<()>,
	) -> Result<(meta::MetaFile, u64)> {
		let Self { chain, signer, .. } = *self;
		let Ready { state, shown, call, draft } = self.ready(draft, false).await?;
		let unsigned = meta::MetaTx::next(chain, &state, &call, signer.account()).await?;
		let preview = Preview::without_fee(chain, shown, &unsigned.dispatch(&state)?).await?;
		let draft = draft.accepted(preview.as_ref())?;
		draft.ask(self, &state, None)?;
		let state = chain.current().await?;
		shown.ensure_still(&state)?;
		let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
		let valid = meta::valid_blocks_of_a_file(&state)?;
		let signed = meta::MetaTx::signed(&state, &call, signer, nonce, valid, shown.digest)?;
		let file = signed.to_file(&state, chain.genesis_hash(), draft.call(), valid);
		note(Sending::new(&state, signer.account(), nonce, valid))?;
		file.write(path)?;
		Ok((file, state.number()))
	}

	/// Who pays, if it isn't the signer: whoever sponsors itself pays for itself.
	fn other_payer(&self) -> Option<&Key> {
		self.sponsor.filter(|sponsor| sponsor.account() != self.signer.account())
	}

	/// Wraps a call for whoever acts, and says what is to be known before it is `sent` or signed.
	async fn ready(&self, draft: Draft, is_sent: bool) -> Result<Ready> {
		let Self { chain, signer, .. } = *self;
		let state = chain.current().await?;
		let shown = Shown::by(chain, &state, self.trusts_metadata).await?;
		draft.call.ensure_of(&state.metadata())?;
		let (twin, account) = (draft.twin(self.twin), signer.account());
		let acting = acting::find(&state, account, twin, &draft.call).await?;
		let top_up = match draft.deposit {
			Some(deposit) => acting.top_up(&state, account, deposit).await?,
			None => 0,
		};
		let call = acting.wrap(&state, &draft.call, top_up)?;
		let silent = draft.effects.is_empty();
		let draft = match top_up {
			0 => draft,
			units => draft.effect(format!(
				"{account} sends {} to {}, which has too little for the deposit",
				amount::format(units),
				acting.account()
			)),
		};
		let draft = if is_sent { waiting(draft, chain)? } else { draft };
		let payer = self.other_payer().map(Key::account);
		let signers: Vec<_> = payer.into_iter().chain([account]).collect();
		let (draft, settled) = after_earlier(draft, self, &signers).await;
		let on = on(chain).await;
		let (signer, sponsor) = (account, payer);
		let draft = Prepared { draft, settled, acting, signer, sponsor, top_up, on, silent };
		Ok(Ready { state, shown, call, draft })
	}

	/// Has the person agree to a draft, with the fee of the transaction that `payer` signs.
	async fn agreed(
		&self,
		draft: Prepared,
		(state, shown): (&State, Shown),
		call: &Call,
		payer: &Key,
	) -> Result<(Prepared, Fee)> {
		let payer = payer.account();
		let fee = Fee::of(self.fee_in, self.chain, (state, shown), call, payer).await?;
		fee.ensure_left(state, &draft, payer).await?;
		let draft = draft.accepted(fee.preview.as_ref())?;
		draft.ask(self, state, Some(&fee))?;
		Ok((draft, fee))
	}

	async fn send(
		&self,
		call: &Call,
		terms: &Terms<'_>,
		note: impl FnMut(Sending) -> Result<()>,
	) -> Result<InBlock> {
		let in_block = send(self.chain, call, terms, note).await?;
		self.person.follow(Step::Done(in_block.transaction, in_block.number));
		Ok(in_block)
	}
}

/// A call that is ready to be agreed to.
struct Ready {
	state: State,
	/// By what runtime it is shown.
	shown: Shown,
	/// The call as it is signed.
	call: Call,
	draft: Prepared,
}

/// A chain as confirmations name it: what the node calls it, and its genesis, which is signed.
async fn on(chain: &Chain) -> String {
	let name = escape::escaped_line(&chain.name().await);
	format!("{name}, genesis {:?}", chain.genesis_hash())
}
