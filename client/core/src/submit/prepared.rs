//! A draft, and what a person is shown of it.

use super::{
	acting::Acting,
	fee::Fee,
	person::Summary,
	preview::Preview,
	sent::{self, Sent},
	Wallet, VALID_BLOCKS,
};
use crate::{
	amount,
	call::Call,
	chain::{Chain, Lag, State},
	draft::Draft,
	error::{Error, Result},
	money::{Kind, Money},
	outcome::{InBlock, Request, Submitted},
};
use subxt::utils::AccountId32;

/// A draft with what to know of it where finality stands. Refuses what could only expire.
pub(super) fn waiting(draft: Draft, chain: &Chain) -> Result<Draft> {
	match chain.standing() {
		Some(lag) => Ok(draft.warnings([waits(lag)?])),
		None => Ok(draft),
	}
}

/// A draft with what became of earlier transactions of these accounts, where it was not known; and
/// those of which that is all there is to know.
pub(super) async fn after_earlier(
	draft: Draft,
	wallet: &Wallet<'_>,
	accounts: &[AccountId32],
) -> (Draft, Vec<Sent>) {
	let told = sent::earlier(wallet.chain, wallet.folder, accounts).await;
	// What can't be read is no reason not to sign, but to know of.
	let (told, settled) = told.unwrap_or_else(|error| (vec![error.to_string()], vec![]));
	(draft.warnings(told), settled)
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

/// A draft, and who acts in it.
pub(super) struct Prepared {
	pub(super) draft: Draft,
	/// Earlier transactions of which the effects tell all there is to know.
	pub(super) settled: Vec<Sent>,
	pub(super) acting: Acting,
	pub(super) signer: AccountId32,
	/// Who pays the fee, if not the signer.
	pub(super) sponsor: Option<AccountId32>,
	/// What the signer sends to the account that it acts for.
	pub(super) top_up: u128,
	/// The chain that the signature is for.
	pub(super) on: String,
	/// Whether nobody has said what the call does.
	pub(super) silent: bool,
}

impl Prepared {
	/// Refuses what the chain would refuse, and adds what it does where nobody has said it.
	pub(super) fn accepted(mut self, preview: Option<&Preview>) -> Result<Self> {
		if let Some(preview) = preview {
			preview.ensure_accepted()?;
			self.draft = self.draft.warnings(preview.warnings.iter().cloned());
			if self.silent {
				self.draft = self.draft.effects(preview.effects.iter().cloned());
			}
		}
		Ok(self)
	}

	/// What it takes of an account's money of a kind.
	pub(super) fn takes(&self, from: AccountId32, money: Kind) -> u128 {
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

	/// What the person wants done, which the signed call may wrap.
	pub(super) fn call(&self) -> &Call {
		&self.draft.call
	}

	/// Shows what will happen, and asks whether it should.
	pub(super) fn ask(&self, wallet: &Wallet<'_>, state: &State, fee: Option<&Fee>) -> Result<()> {
		let lines = self.lines(wallet.twin, state, fee);
		if wallet.person.show(&Summary { lines, warnings: self.draft.warnings.clone() })? {
			self.settled.iter().for_each(|sent| sent.forget(wallet.folder));
		}
		wallet.person.agree()
	}

	fn lines(
		&self,
		twin: Option<u64>,
		state: &State,
		fee: Option<&Fee>,
	) -> Vec<(&'static str, String)> {
		let mut lines = vec![("call", self.draft.call.to_text(&state.metadata()))];
		lines.push(("chain", self.on.clone()));
		lines.push(("signer", self.signer.to_string()));
		if let Acting::Through { real, scope } = &self.acting {
			let twin = self.draft.twin(twin).map_or(String::new(), |twin| format!("twin {twin}, "));
			lines.push(("acts for", format!("{twin}{real} (as its proxy, scope {scope})")));
		}
		lines.extend(self.sponsor.map(|sponsor| ("paid by", sponsor.to_string())));
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
		lines
	}

	pub(super) fn finish(
		self,
		in_block: InBlock,
		state: &State,
		fee_in: Money,
	) -> Result<Submitted> {
		Submitted::new(
			Request {
				call: self.draft.call.to_json(&state.metadata()),
				account: self.acting.account(),
				signer: self.signer,
				sponsor: self.sponsor,
				fee_in,
				effects: self.draft.effects,
				deposit: self.draft.deposit,
			},
			in_block,
		)
	}
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
			settled: Vec::new(),
			acting: Acting::Directly(own),
			signer: own,
			sponsor: None,
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

	#[tokio::test]
	async fn what_fails_in_a_batch_is_told_to_whoever_agrees_to_everything() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let call = state.call("System", "remark", (Vec::<u8>::new(),)).expect("is known");
		let own = AccountId32([1; 32]);
		let prepared = Prepared {
			draft: Draft::new(call),
			settled: Vec::new(),
			acting: Acting::Directly(own),
			signer: own,
			sponsor: None,
			top_up: 0,
			on: "a chain".into(),
			silent: false,
		};
		let preview = Preview { warnings: vec!["one FAILS".into()], ..Preview::default() };
		let told = prepared.accepted(Some(&preview)).expect("goes on");
		assert_eq!(told.draft.warnings, ["one FAILS"]);
		assert_eq!(told.draft.effects, ["one FAILS"]);
	}
}
