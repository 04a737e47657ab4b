//! The one way by which the tool writes to a chain.
//!
//! A command says what call it wants made and what that changes ([`Draft`]); here the call is
//! wrapped for the twin that it acts for, its fee estimated, the person shown what will happen and
//! asked, the transaction signed, submitted and followed until it is final, and every way to fail
//! turned into an error. What comes back is a [`Submitted`] transaction with its events.

pub mod acting;
pub mod meta;
pub mod progress;
pub mod report;

pub use report::Submitted;

use crate::{
	amount, ask,
	call::Call,
	chain::{Chain, ChainConfig, Lag, State},
	commands::Context,
	error::{Error, Result},
	errors_of_chain,
	exchange::Pool,
	keys::Key,
	money::{Kind, Money},
	output,
};
use acting::Acting;
use std::path::Path;
use subxt::{
	config::{DefaultExtrinsicParams, DefaultExtrinsicParamsBuilder},
	transactions::SubmittableTransaction,
	utils::{AccountId32, MultiSignature},
};

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
	in_own_name: bool,
}

impl Draft {
	/// A draft of a call without a deposit.
	pub fn new(call: Call) -> Self {
		Self { call, effects: Vec::new(), deposit: None, twin: None, kept: 0, in_own_name: false }
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

/// A transaction that is signed and about to be submitted, or to be handed to a sponsor.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
	/// The last block that can still hold it.
	pub last_block: u64,
	/// Whose nonce it uses.
	pub account: AccountId32,
	/// The nonce.
	pub nonce: u64,
}

impl Sending {
	fn new(state: &State, account: AccountId32, nonce: u64, valid_blocks: u64) -> Self {
		Self { last_block: state.number() + valid_blocks - 1, account, nonce }
	}
}

/// Signs and submits, and waits until it is final. Nothing comes back when the call was only
/// signed to a file. `note` is told before anybody else gets to know the signed transaction, and
/// can still prevent it.
pub(crate) async fn submit(
	ctx: &Context,
	draft: Draft,
	note: impl FnOnce(Sending) -> Result<()>,
) -> Result<Option<Submitted>> {
	let chain = ctx.chain().await?;
	let state = chain.current().await?;
	let signer = ctx.signer()?;
	let acting =
		acting::find(&state, signer.account(), draft.twin(ctx.twin()), &draft.call).await?;
	let top_up = match draft.deposit {
		Some(deposit) => acting.top_up(&state, signer.account(), deposit).await?,
		None => 0,
	};
	let call = acting.wrap(&state, &draft.call, top_up)?;
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
	let draft = Prepared { draft, acting, signer: signer.account() };

	if let Some(path) = ctx.sign_only() {
		draft.show_and_ask(ctx, &state, None, None)?;
		sign_to_file(ctx, chain, &draft.draft.call, &call, signer, path, note).await?;
		return Ok(None);
	}
	match ctx.sponsor()? {
		Some(sponsor) => {
			let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
			let dummy = meta::MetaTx::unsigned(&state, &call, signer.account(), nonce)?;
			let outer = dummy.dispatch(&state)?;
			let fee = Fee::of(ctx, chain, &state, &outer, sponsor.account()).await?;
			draft.show_and_ask(ctx, &state, Some(sponsor.account()), Some(&fee))?;
			// The person may have thought for long: sign at the block of now.
			let state = chain.current().await?;
			let signed = meta::MetaTx::signed(&state, &call, signer, nonce, VALID_BLOCKS)?;
			let outer = signed.dispatch(&state)?;
			let in_block = send(ctx, chain, &outer, sponsor, fee.money.kind(), note).await?;
			draft.finish(in_block, &state, Some(sponsor.account()), fee.money).map(Some)
		},
		None => {
			let fee = Fee::of(ctx, chain, &state, &call, signer.account()).await?;
			draft.show_and_ask(ctx, &state, None, Some(&fee))?;
			let in_block = send(ctx, chain, &call, signer, fee.money.kind(), note).await?;
			draft.finish(in_block, &state, None, fee.money).map(Some)
		},
	}
}

/// Submits a meta-transaction that somebody else signed, and pays for it.
pub(crate) async fn sponsor(ctx: &Context, meta: meta::MetaTx) -> Result<Submitted> {
	let chain = ctx.chain().await?;
	let state = chain.current().await?;
	let sponsor = ctx.signer()?;
	let outer = meta.dispatch(&state)?;
	let fee = Fee::of(ctx, chain, &state, &outer, sponsor.account()).await?;
	let effect = format!("{} acts; the fee is paid by {}", meta.signer(), sponsor.account());
	let draft = Prepared {
		draft: Draft::new(meta.call().clone()).effect(effect).waiting(ctx, chain)?,
		acting: Acting::Directly(meta.signer()),
		signer: meta.signer(),
	};
	draft.show_and_ask(ctx, &state, Some(sponsor.account()), Some(&fee))?;
	let in_block = send(ctx, chain, &outer, sponsor, fee.money.kind(), |_| Ok(())).await?;
	draft.finish(in_block, &state, Some(sponsor.account()), fee.money)
}

/// A draft, and who acts in it.
struct Prepared {
	draft: Draft,
	acting: Acting,
	signer: AccountId32,
}

impl Prepared {
	/// Shows what will happen, and asks whether it should.
	fn show_and_ask(
		&self,
		ctx: &Context,
		state: &State,
		sponsor: Option<AccountId32>,
		fee: Option<&Fee>,
	) -> Result<()> {
		let mut lines = vec![("call", self.draft.call.to_text(&state.metadata()))];
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

/// What a transaction will cost, before any refund.
struct Fee {
	/// In base units of OUR.
	our: u128,
	/// What it is paid in.
	money: Money,
	/// In units of that money.
	paid: u128,
}

impl Fee {
	/// The fee of a call, in the money that the command line names.
	async fn of(
		ctx: &Context,
		chain: &Chain,
		state: &State,
		call: &Call,
		payer: AccountId32,
	) -> Result<Self> {
		let money = match ctx.fee_in() {
			Some(text) => Money::find(state, text).await?,
			None => Money::Our,
		};
		let our = estimate(chain, state, call, payer, money.kind()).await?;
		let paid = match &money {
			Money::Our => our,
			Money::Local(currency) => {
				let pool = Pool::find(state, Kind::Native, money.kind()).await?;
				let needed = pool.and_then(|pool| pool.needed(money.kind(), our));
				needed.ok_or_else(|| {
					Error::refused(format!(
						"no pool exchanges {currency} for a fee of {}",
						amount::format(our)
					))
				})?
			},
		};
		Ok(Self { our, money, paid })
	}

	fn text(&self) -> String {
		let paid = format!("about {}", self.money.show(self.paid));
		match self.money {
			Money::Our => paid,
			Money::Local(_) => format!("{paid}, exchanged for {}", amount::format(self.our)),
		}
	}
}

/// The fee of a call in base units of OUR, if it is paid in this money.
async fn estimate(
	chain: &Chain,
	state: &State,
	call: &Call,
	payer: AccountId32,
	paid_in: Kind,
) -> Result<u128> {
	// Fees don't depend on the signature, so the key isn't needed before the person agrees.
	let signature = MultiSignature::Sr25519([0; 64]);
	let params = params(chain.next_nonce(&payer).await?, paid_in);
	let transactions = state.inner().transactions();
	let transaction = transactions
		.create_signable(call, &payer, params)
		.await?
		.sign_with_account_and_signature(&payer, &signature)?;
	Ok(transaction.partial_fee_estimate().await?)
}

/// How a transaction is made.
fn params(nonce: u64, paid_in: Kind) -> DefaultExtrinsicParams<ChainConfig> {
	let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal(VALID_BLOCKS);
	match paid_in {
		Kind::Native => params.build(),
		currency => params.tip_of(0, currency).build(),
	}
}

/// Signs a call at the block of now, submits it and follows it until it is final.
async fn send(
	ctx: &Context,
	chain: &Chain,
	call: &Call,
	signer: &Key,
	paid_in: Kind,
	note: impl FnOnce(Sending) -> Result<()>,
) -> Result<progress::InBlock> {
	let state = chain.current().await?;
	let nonce = chain.next_nonce(&signer.account()).await?;
	let mut transactions = state.inner().transactions();
	let transaction =
		transactions.create_signed(call, &signer.pair, params(nonce, paid_in)).await?;
	ensure_valid(chain, &transaction, signer.account()).await?;
	note(Sending::new(&state, signer.account(), nonce, VALID_BLOCKS))?;
	progress::follow(&ctx.out, &transaction, chain.head()).await
}

/// Asks the node beforehand, since it explains itself better then.
async fn ensure_valid<Client>(
	chain: &Chain,
	transaction: &SubmittableTransaction<ChainConfig, Client>,
	payer: AccountId32,
) -> Result<()>
where
	Client: subxt::client::OfflineClientAtBlockT<ChainConfig>,
{
	// At the best block: the last transaction of the account may not be final yet.
	let best = chain.best().await?;
	let transactions = best.inner().transactions();
	let validity = transactions.from_bytes(transaction.encoded().to_vec()).validate().await?;
	match validity {
		subxt::transactions::ValidationResult::Invalid(
			subxt::transactions::TransactionInvalid::Future,
		) => Ok(()),
		validity => match errors_of_chain::why_invalid(&validity, &payer.to_string()) {
			Some(why) => Err(Error::refused(why)),
			None => Ok(()),
		},
	}
}

/// Signs `call` as a meta-transaction, for somebody else to submit. What the person wants done is
/// `wanted`, which `call` may wrap.
async fn sign_to_file(
	ctx: &Context,
	chain: &Chain,
	wanted: &Call,
	call: &Call,
	signer: &Key,
	path: &Path,
	note: impl FnOnce(Sending) -> Result<()>,
) -> Result<()> {
	let state = chain.current().await?;
	let nonce = meta::usable_nonce(chain, &state, signer.account()).await?;
	let valid = meta::valid_blocks_of_a_file(&state)?;
	let signed = meta::MetaTx::signed(&state, call, signer, nonce, valid)?;
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
	use crate::money;

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

	#[test]
	fn fee_in_a_currency_names_both_kinds_of_money() {
		let our = Fee { our: 2_500_000_000_000, money: Money::Our, paid: 2_500_000_000_000 };
		assert_eq!(our.text(), "about 2.5 OUR");
		let money = Money::Local(Box::new(money::example(1, "TSH")));
		let local = Fee { our: 2_500_000_000_000, money, paid: 125 };
		assert_eq!(local.text(), "about 1.25 TSH, exchanged for 2.5 OUR");
	}
}
