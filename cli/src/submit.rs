//! The one way by which the tool writes to a chain.
//!
//! A command says what call it wants made and what that changes ([`Draft`]); here the call is
//! wrapped for the twin that it acts for, previewed by the chain, the person shown what will happen
//! and asked, the transaction signed, submitted and followed until it is final, and every way to fail
//! turned into an error. What comes back is a [`Submitted`] transaction with its events.

pub mod acting;
mod fee;
pub mod inner;
pub mod meta;
mod preview;
pub mod progress;
pub mod report;
mod sending;
pub mod sent;
mod shown;

pub use report::Submitted;
pub use sending::Sending;

use crate::{
	amount, ask,
	call::Call,
	chain::{Chain, Lag, State},
	commands::Context,
	error::{Error, Result},
	keys::Key,
	money::{Kind, Money},
	output,
};
use acting::Acting;
use fee::Fee;
use preview::Preview;
use sending::{send, Terms};
use sent::Sent;
use shown::Shown;
use std::path::Path;
use subxt::utils::AccountId32;

/// Blocks for which a signature is valid. When a transaction is not included by then, it never
/// will be, and can safely be made anew.
pub const VALID_BLOCKS: u64 = 64;

/// What a command wants done.
#[derive(Clone, Debug)]
pub struct Draft {
	call: Call,
	effects: Vec<String>,
	deposit: Option<u128>,
	twin: Option<u64>,
	kept: u128,
	spends: Vec<(Kind, u128)>,
	in_own_name: bool,
	/// Earlier transactions of which the effects tell all there is to know.
	settled: Vec<Sent>,
}

impl Draft {
	/// A draft of a call without a deposit.
	pub fn new(call: Call) -> Self {
		let (effects, spends, settled) = Default::default();
		let (deposit, twin, kept, in_own_name) = Default::default();
		Self { call, effects, deposit, twin, kept, spends, in_own_name, settled }
	}

	/// Adds a sentence on what the call changes, for the person to agree to.
	pub fn effect(mut self, effect: impl Into<String>) -> Self {
		self.effects.push(effect.into());
		self
	}

	/// Adds several, in their order.
	pub fn effects(mut self, effects: impl IntoIterator<Item = String>) -> Self {
		self.effects.extend(effects);
		self
	}

	/// Adds what to know where finality stands. Refuses what could only expire.
	fn waiting(self, ctx: &Context, chain: &Chain) -> Result<Self> {
		let Some(lag) = chain.standing() else {
			return Ok(self);
		};
		let effect = waits(lag)?;
		if ctx.out.is_json() && ctx.yes() {
			// Then nobody is shown the effects before they have come about.
			ctx.out.notice(&effect);
		}
		Ok(self.effect(effect))
	}

	/// Adds what became of earlier transactions of these accounts, where it was not known.
	async fn after_earlier(self, ctx: &Context, chain: &Chain, accounts: &[AccountId32]) -> Self {
		let told = sent::earlier(chain, ctx.folder(), accounts).await;
		// What can't be read is no reason not to sign, but to know of.
		let (told, settled) = told.unwrap_or_else(|error| (vec![error.to_string()], vec![]));
		if ctx.out.is_json() && ctx.yes() {
			told.iter().for_each(|effect| ctx.out.notice(effect));
		}
		Self { settled, ..self.effects(told) }
	}

	/// Names the refundable deposit that the call takes, in base units.
	pub fn deposit(mut self, units: u128) -> Self {
		self.deposit = Some(units);
		self
	}

	/// Names the part of the deposit that never comes back.
	pub fn kept(mut self, units: u128) -> Self {
		self.kept = units;
		self
	}

	/// Names what the call takes of the money of the account that it is made for, besides a
	/// deposit. A fee that is paid in the same money has to be there, too.
	pub fn spends(mut self, money: Kind, units: u128) -> Self {
		self.spends.push((money, units));
		self
	}

	/// Makes the call in the key's own name, whatever twin the command line says.
	pub fn in_own_name(mut self) -> Self {
		self.in_own_name = true;
		self
	}

	/// The twin to act for, where the command line says `twin`.
	fn twin(&self, twin: Option<u64>) -> Option<u64> {
		if self.in_own_name {
			None
		} else {
			self.twin.or(twin)
		}
	}

	/// Names the twin to act for, whatever the command line says.
	pub fn for_twin(mut self, twin: u64) -> Self {
		self.twin = Some(twin);
		self
	}
}

/// What a transaction comes to where finality stands.
fn waits(Lag { finalised, blocks }: Lag) -> Result<String> {
	// Signatures begin at the last final block.
	if blocks + 1 >= VALID_BLOCKS {
		return Err(Error::refused(format!(
			"finality stands since block {finalised}, for longer than a signature is valid, so nothing \
			 was sent: --best works on the best block"
		)));
	}
	Ok(format!(
		"finality stands since block {finalised}: this will wait until it goes on; don't send it again"
	))
}

/// Signs and submits, and waits until it is final. Nothing comes back when the call was only
/// signed to a file. `note` is told before anybody else gets to know the signed transaction, and
/// can still prevent it; once more for each that is signed anew, since the one before can never be.
pub(crate) async fn submit(
	ctx: &Context,
	draft: Draft,
	note: impl FnMut(Sending) -> Result<()>,
) -> Result<Option<Submitted>> {
	let chain = ctx.chain().await?;
	let state = chain.current().await?;
	let shown = Shown::by(ctx, chain, &state).await?;
	draft.call.ensure_of(&state.metadata())?;
	let signer = ctx.signer()?;
	let acting =
		acting::find(&state, signer.account(), draft.twin(ctx.twin()), &draft.call).await?;
	let top_up = match draft.deposit {
		Some(deposit) => acting.top_up(&state, signer.account(), deposit).await?,
		None => 0,
	};
	let call = acting.wrap(&state, &draft.call, top_up)?;
	let silent = draft.effects.is_empty();
	let draft = match top_up {
		0 => draft,
		units => draft.effect(format!(
			"{} sends {} to {}, which has too little for the deposit",
			signer.account(),
			amount::format(units),
			acting.account()
		)),
	};
	let draft = match ctx.sign_only() {
		// Nothing is sent now.
		Some(_) => draft,
		None => draft.waiting(ctx, chain)?,
	};
	let payer = ctx.sponsor()?.map(Key::account);
	let signers: Vec<_> = payer.into_iter().chain([signer.account()]).collect();
	let draft = draft.after_earlier(ctx, chain, &signers).await;
	let on = on(chain).await;
	let draft = Prepared { draft, acting, signer: signer.account(), top_up, on, silent };

	if let Some(path) = ctx.sign_only() {
		let unsigned = meta::MetaTx::next(chain, &state, &call, signer.account()).await?;
		let preview = Preview::without_fee(chain, shown, &unsigned.dispatch(&state)?).await?;
		let draft = draft.accepted(preview.as_ref())?;
		draft.show_and_ask(ctx, &state, None, None)?;
		sign_to_file(ctx, chain, &draft.draft.call, &call, (signer, shown), path, note).await?;
		return Ok(None);
	}
	match ctx.sponsor()? {
		Some(sponsor) => {
			let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
			let unsigned = meta::MetaTx::next(chain, &state, &call, signer.account()).await?;
			let outer = unsigned.dispatch(&state)?;
			let fee = Fee::of(ctx, chain, (&state, shown), &outer, sponsor.account()).await?;
			fee.ensure_left(&state, &draft, sponsor.account()).await?;
			let draft = draft.accepted(fee.preview.as_ref())?;
			draft.show_and_ask(ctx, &state, Some(sponsor.account()), Some(&fee))?;
			// The person may have thought for long: sign at the block of now.
			let state = chain.current().await?;
			shown.ensure_still(&state)?;
			let signed =
				meta::MetaTx::signed(&state, &call, signer, nonce, VALID_BLOCKS, shown.digest)?;
			let outer = signed.dispatch(&state)?;
			let terms = Terms::of(ctx, sponsor, fee.money.kind(), shown).carrying(signed.inner());
			let in_block = send(chain, &outer, &terms, note).await?;
			ctx.note_done(&in_block);
			draft.finish(in_block, &state, Some(sponsor.account()), fee.money).map(Some)
		},
		None => {
			let fee = Fee::of(ctx, chain, (&state, shown), &call, signer.account()).await?;
			fee.ensure_left(&state, &draft, signer.account()).await?;
			let draft = draft.accepted(fee.preview.as_ref())?;
			draft.show_and_ask(ctx, &state, None, Some(&fee))?;
			let terms = Terms::of(ctx, signer, fee.money.kind(), shown);
			let in_block = send(chain, &call, &terms, note).await?;
			ctx.note_done(&in_block);
			draft.finish(in_block, &state, None, fee.money).map(Some)
		},
	}
}

/// Submits a meta-transaction that somebody else signed, and pays for it.
pub(crate) async fn sponsor(ctx: &Context, meta: meta::MetaTx) -> Result<Submitted> {
	let chain = ctx.chain().await?;
	let state = chain.current().await?;
	let shown = Shown::by(ctx, chain, &state).await?;
	meta.call().ensure_of(&state.metadata())?;
	let sponsor = ctx.signer()?;
	let outer = meta.dispatch(&state)?;
	let fee = Fee::of(ctx, chain, (&state, shown), &outer, sponsor.account()).await?;
	let effect = format!("{} acts; the fee is paid by {}", meta.signer(), sponsor.account());
	let draft = Draft::new(meta.call().clone()).effect(effect).waiting(ctx, chain)?;
	let draft = Prepared {
		draft: draft.after_earlier(ctx, chain, &[sponsor.account()]).await,
		acting: Acting::Directly(meta.signer()),
		signer: meta.signer(),
		top_up: 0,
		on: on(chain).await,
		silent: true,
	};
	fee.ensure_left(&state, &draft, sponsor.account()).await?;
	let draft = draft.accepted(fee.preview.as_ref())?;
	draft.show_and_ask(ctx, &state, Some(sponsor.account()), Some(&fee))?;
	let terms = Terms::of(ctx, sponsor, fee.money.kind(), shown).carrying(meta.inner());
	let in_block = send(chain, &outer, &terms, |_| Ok(())).await?;
	ctx.note_done(&in_block);
	draft.finish(in_block, &state, Some(sponsor.account()), fee.money)
}

/// A draft, and who acts in it.
struct Prepared {
	draft: Draft,
	acting: Acting,
	signer: AccountId32,
	/// What the signer sends to the account that it acts for.
	top_up: u128,
	/// The chain that the signature is for.
	on: String,
	/// Whether nobody has said what the call does.
	silent: bool,
}

/// A chain as confirmations name it: what the node calls it, and its genesis, which is signed.
async fn on(chain: &Chain) -> String {
	let name = output::escaped_line(&chain.name().await);
	format!("{name}, genesis {:?}", chain.genesis_hash())
}

impl Prepared {
	/// Refuses what the chain would refuse, and adds what it does where nobody has said it.
	fn accepted(mut self, preview: Option<&Preview>) -> Result<Self> {
		if let Some(preview) = preview {
			preview.ensure_accepted()?;
			self.draft = self.draft.effects(preview.warnings.iter().cloned());
			if self.silent {
				self.draft = self.draft.effects(preview.effects.iter().cloned());
			}
		}
		Ok(self)
	}

	/// What it takes of an account's money of a kind.
	fn takes(&self, from: AccountId32, money: Kind) -> u128 {
		let spends = self.draft.spends.iter().filter(|(kind, _)| *kind == money);
		let spent = spends.map(|(_, units)| units).fold(0, |sum: u128, it| sum.saturating_add(*it));
		let deposit = self.draft.deposit.filter(|_| money == Kind::Native).unwrap_or(0);
		let own = match self.acting.account() == from {
			true => spent.saturating_add(deposit),
			false => 0,
		};
		let sent = if money == Kind::Native && self.signer == from { self.top_up } else { 0 };
		own.saturating_add(sent)
	}

	/// Shows what will happen, and asks whether it should.
	fn show_and_ask(
		&self,
		ctx: &Context,
		state: &State,
		sponsor: Option<AccountId32>,
		fee: Option<&Fee>,
	) -> Result<()> {
		let mut lines = vec![("call", self.draft.call.to_text(&state.metadata()))];
		lines.push(("chain", self.on.clone()));
		lines.push(("signer", self.signer.to_string()));
		if let Acting::Through { real, scope } = &self.acting {
			let twin = self.draft.twin(ctx.twin());
			let twin = twin.map_or(String::new(), |twin| format!("twin {twin}, "));
			lines.push(("acts for", format!("{twin}{real} (as its proxy, scope {scope})")));
		}
		lines.extend(sponsor.map(|sponsor| ("paid by", sponsor.to_string())));
		lines.extend(fee.map(|fee| ("fee", fee.text())));
		if let Some(deposit) = self.draft.deposit {
			let kept = match self.draft.kept {
				0 => "refundable".into(),
				kept if kept >= deposit => "which never come back".into(),
				kept => format!("of which {} never come back", amount::format(kept)),
			};
			lines.push(("deposit", format!("{}, {kept}", amount::format(deposit))));
		}
		lines.extend(self.draft.effects.iter().map(|effect| ("effect", effect.clone())));
		let summary = output::fields(lines);
		if ctx.out.is_json() {
			// Nobody reads it unless somebody is asked.
			if !ctx.yes() {
				ctx.out.notice(summary);
			}
		} else {
			ctx.out.line(summary);
			// Nobody agrees to what they were not shown.
			output::ensure_printed().map_err(|error| {
				error.explained(|why| format!("the transaction was not sent: {why}"))
			})?;
		}
		self.draft.settled.iter().for_each(|sent| sent.forget(ctx.folder()));
		if ctx.yes() {
			return Ok(());
		}
		ask::confirm("Go ahead?")
	}

	fn finish(
		self,
		in_block: progress::InBlock,
		state: &State,
		sponsor: Option<AccountId32>,
		fee_in: Money,
	) -> Result<Submitted> {
		Submitted::new(
			report::Request {
				call: self.draft.call.to_json(&state.metadata()),
				account: self.acting.account(),
				signer: self.signer,
				sponsor,
				fee_in,
				effects: self.draft.effects,
				deposit: self.draft.deposit,
			},
			in_block,
		)
	}
}

/// Signs `call` as a meta-transaction, for somebody else to submit. What the person wants done is
/// `wanted`, which `call` may wrap.
async fn sign_to_file(
	ctx: &Context,
	chain: &Chain,
	wanted: &Call,
	call: &Call,
	(signer, shown): (&Key, Shown),
	path: &Path,
	note: impl FnOnce(Sending) -> Result<()>,
) -> Result<()> {
	let state = chain.current().await?;
	shown.ensure_still(&state)?;
	let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
	let valid = meta::valid_blocks_of_a_file(&state)?;
	let signed = meta::MetaTx::signed(&state, call, signer, nonce, valid, shown.digest)?;
	let file = signed.to_file(&state, chain.genesis_hash(), wanted, valid);
	note(Sending::new(&state, signer.account(), nonce, valid))?;
	file.write(path)?;
	ctx.out.print(&file.summary(path), || {
		let path = path.display();
		output::fields([
			("signed to", path.to_string()),
			("valid", format!("until block {}; final now: {}", file.valid_until, state.number())),
			("next", format!("a sponsor runs: ourledger submit {path}")),
		])
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::Node;

	#[test]
	fn whoever_pays_while_finality_stands_is_told_not_to_pay_again() {
		let effect = waits(Lag { finalised: 40, blocks: 12 }).expect("can become final");
		assert!(effect.contains("block 40") && effect.contains("don't send it again"), "{effect}");
		// Valid from block 40 to 103.
		assert!(waits(Lag { finalised: 40, blocks: 62 }).is_ok());
		let error = waits(Lag { finalised: 40, blocks: 63 }).expect_err("no block can hold it");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("--best"), "{error}");
	}

	#[tokio::test]
	async fn payer_pays_what_is_spent_by_its_own_account_alone() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let call = state.call("System", "remark", (Vec::<u8>::new(),)).expect("is known");
		let [own, other] = [AccountId32([1; 32]), AccountId32([2; 32])];
		let tsh = Kind::WithId(1);
		let draft = Draft::new(call).spends(tsh, 500).spends(Kind::Native, 3).deposit(10);
		let directly = |top_up| Prepared {
			draft: draft.clone(),
			acting: Acting::Directly(own),
			signer: own,
			top_up,
			on: "a chain".into(),
			silent: false,
		};
		assert_eq!(directly(0).takes(own, tsh), 500);
		assert_eq!(directly(0).takes(own, Kind::Native), 13);
		assert_eq!(directly(0).takes(own, Kind::WithId(2)), 0);
		assert_eq!(directly(0).takes(other, tsh), 0);
		let acting = Acting::Through { real: other, scope: "Any".into() };
		let through = Prepared { acting, ..directly(4) };
		assert_eq!((through.takes(own, tsh), through.takes(other, tsh)), (0, 500));
		assert_eq!(through.takes(own, Kind::Native), 4);
	}
}
