//! What a transaction will cost, and whether that is left beside what it spends.

use super::{prepared::Prepared, preview::Preview, sending::params, shown::Shown};
use crate::{
	account::Account,
	amount,
	call::Call,
	chain::{Chain, State},
	error::{Error, Result},
	exchange,
	money::{holding::Holding, Kind, Money},
};
use subxt::utils::{AccountId32, MultiSignature};

/// What a transaction will cost: after any refund, where the chain can say so.
pub struct Fee {
	/// In base units of OUR.
	our: u128,
	/// What it is paid in.
	pub money: Money,
	/// In units of that money.
	paid: u128,
	/// What the chain says of the transaction, if it can.
	pub preview: Option<Preview>,
}

impl Fee {
	/// The fee of a call, in the money of this symbol or number, else in OUR. The call is of the runtime that
	/// was shown.
	pub async fn of(
		fee_in: Option<&str>,
		chain: &Chain,
		(state, shown): (&State, Shown),
		call: &Call,
		payer: AccountId32,
	) -> Result<Self> {
		let money = match fee_in {
			Some(text) => Money::find(state, text).await?,
			None => Money::Our,
		};
		// The fee doesn't depend on the signature, nor on whether it is for a digest: so nothing is
		// signed before the person agrees.
		let signature = MultiSignature::Sr25519([0; 64]);
		let params = params(chain.next_nonce(&payer).await?, money.kind(), None);
		let transactions = state.inner().transactions();
		let transaction = transactions
			.create_signable(call, &payer, params)
			.await?
			.sign_with_account_and_signature(&payer, &signature)?;
		let length = transaction.encoded().len();
		let preview = Preview::of(chain, shown, payer, call, money.kind(), length).await?;
		let our = match &preview {
			Some(preview) => preview.fee,
			None => transaction.partial_fee_estimate().await?,
		};
		let paid = match (&money, preview.as_ref().and_then(|preview| preview.paid)) {
			(Money::Our, _) => our,
			(Money::Local(_), Some(paid)) => paid,
			// The chain refuses it unweighed, so there is no fee.
			(Money::Local(_), None) if our == 0 => 0,
			(Money::Local(currency), None) => {
				let needed = exchange::needed(state, money.kind(), Kind::Native, our).await?;
				needed.ok_or_else(|| {
					Error::refused(format!(
						"no pool exchanges {currency} for a fee of {}",
						amount::format(our)
					))
				})?
			},
		};
		Ok(Self { our, money, paid, preview })
	}

	/// Refuses what could only fail: whoever pays the fee doesn't have it, or pays with the same
	/// money for what the call does, and doesn't have enough for both.
	pub async fn ensure_left(
		&self,
		state: &State,
		draft: &Prepared,
		payer: AccountId32,
	) -> Result<()> {
		let taken = draft.takes(payer, self.money.kind());
		if taken > 0 {
			return self.ensure_enough(self.owned(state, payer).await?, taken, payer);
		}
		if self.preview.is_some() {
			// The chain itself says whether it can be paid, and at a newer block.
			return Ok(());
		}
		self.ensure_payable(self.owned(state, payer).await?, payer)
	}

	async fn owned(&self, state: &State, payer: AccountId32) -> Result<Owned> {
		Ok(match &self.money {
			Money::Our => {
				let spendable = Account::read(state, payer).await?.spendable();
				Owned { own: spendable, spendable }
			},
			Money::Local(currency) => {
				let holding = Holding::read(state, currency.id, payer).await?;
				Owned { own: holding.balance, spendable: holding.spendable }
			},
		})
	}

	/// Refuses a fee that can't be paid before anything is signed: what a node says of a signed
	/// transaction is no refusal, since it has the transaction then.
	fn ensure_payable(&self, owned: Owned, payer: AccountId32) -> Result<()> {
		if owned.own >= self.paid {
			return Ok(());
		}
		Err(Error::refused(format!(
			"the account {payer} can't pay the fee of about {}: it has {}. Nothing was sent",
			self.money.show(self.paid),
			self.money.show(owned.own)
		)))
	}

	fn ensure_enough(&self, owned: Owned, taken: u128, payer: AccountId32) -> Result<()> {
		// A credit line pays no fees.
		let is_left = owned.own >= self.paid && owned.spendable.saturating_sub(self.paid) >= taken;
		if is_left {
			return Ok(());
		}
		let other = match self.money {
			Money::Our => "in a local currency with --fee-in",
			Money::Local(_) => "in OUR without --fee-in",
		};
		Err(Error::refused(format!(
			"{payer} can't pay the fee out of the money that it spends: it has {} to spend, which \
			 is less than {} and the fee of about {}. Nothing was sent. Spend less, or pay the fee \
			 {other}, or let a --sponsor pay it",
			self.money.show(owned.spendable),
			self.money.show(taken),
			self.money.show(self.paid)
		)))
	}

	/// For people.
	pub fn text(&self) -> String {
		let paid = format!("about {}", self.money.show(self.paid));
		match self.money {
			Money::Our => paid,
			Money::Local(_) => format!("{paid}, exchanged for {}", amount::format(self.our)),
		}
	}
}

/// What an account has of a money.
#[derive(Clone, Copy, Debug)]
struct Owned {
	/// Its own.
	own: u128,
	/// What it can pay, with a credit line.
	spendable: u128,
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::money;

	fn in_shillings(paid: u128) -> Fee {
		let money = Money::Local(Box::new(money::example(1, "TSH")));
		Fee { our: 2_500_000_000_000, money, paid, preview: None }
	}

	#[test]
	fn fee_comes_out_of_what_is_spent() {
		let payer = AccountId32([1; 32]);
		let enough = |fee: &Fee, own, spendable, taken| {
			fee.ensure_enough(Owned { own, spendable }, taken, payer)
		};
		let fee = in_shillings(5);
		assert_eq!(enough(&fee, 500, 500, 495), Ok(()));
		let error = enough(&fee, 500, 500, 496).expect_err("is one too much");
		assert_eq!(error.code(), 1);
		for part in
			["has 5.00 TSH to spend", "less than 4.96 TSH and", "about 0.05 TSH", "--sponsor"]
		{
			assert!(error.to_string().contains(part), "{part} in {error}");
		}
		// A credit line adds to what can be spent, but not to what the fee is taken of.
		assert_eq!(enough(&fee, 5, 1_000, 995), Ok(()));
		assert!(enough(&fee, 4, 1_000, 1).is_err());
		let our = Fee { our: 7, money: Money::Our, paid: 7, preview: None };
		assert_eq!(enough(&our, 10, 10, 3), Ok(()));
		let error = enough(&our, 10, 10, 4).expect_err("is one too much");
		assert!(error.to_string().contains("with --fee-in"), "{error}");
	}

	#[test]
	fn who_spends_nothing_must_still_have_the_fee() {
		let payer = AccountId32([1; 32]);
		let fee = in_shillings(5);
		// A credit line pays no fees.
		let owns = |own| fee.ensure_payable(Owned { own, spendable: 1_000 }, payer);
		assert_eq!(owns(5), Ok(()));
		let error = owns(4).expect_err("is one too little");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("can't pay the fee"), "{error}");
	}

	#[test]
	fn fee_in_a_currency_names_both_kinds_of_money() {
		let (our, preview) = (2_500_000_000_000, None);
		let our = Fee { our, money: Money::Our, paid: our, preview };
		assert_eq!(our.text(), "about 2.5 OUR");
		let money = Money::Local(Box::new(money::example(1, "TSH")));
		let local = Fee { our: 2_500_000_000_000, money, paid: 125, preview: None };
		assert_eq!(local.text(), "about 1.25 TSH, exchanged for 2.5 OUR");
	}
}
