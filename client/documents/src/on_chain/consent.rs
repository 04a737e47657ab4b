//! Whether a buyer bills itself in a seller's name.

use ourledger_client::{
	amount,
	error::{Error, Result},
	money,
	party::Party,
	submit::Draft,
	State,
};
use ourledger_primitives::{money::Day, twin::TwinNumber};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A seller's consent that a buyer bills itself in its name.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Consent {
	/// The last day, by UTC, on which the buyer may.
	pub until: Day,
	/// Within how many days the seller has to object to an invoice, if its silence is as good as its
	/// word.
	pub objection: Option<u16>,
	/// Who paid the deposit.
	pub payer: AccountId32,
}

impl Consent {
	/// Reads a consent, if there is one.
	pub async fn find(
		state: &State,
		seller: TwinNumber,
		buyer: TwinNumber,
	) -> Result<Option<Self>> {
		state.view("Commerce", "self_billing", (seller, buyer)).await
	}

	/// The consent that has to be there.
	pub async fn read(state: &State, seller: TwinNumber, buyer: TwinNumber) -> Result<Self> {
		Self::find(state, seller, buyer).await?.ok_or_else(|| {
			Error::not_found(format!(
				"there is no consent of twin {seller} that twin {buyer} bills itself in its name"
			))
		})
	}

	/// Who accepts what the buyer writes today.
	pub async fn effect(&self, state: &State, seller: TwinNumber) -> Result<String> {
		let today = money::today(state).await?;
		Ok(match self.objection {
			Some(days) => format!(
				"twin {seller} accepts it, or cancels it: from {} on, {days} whole days after today, \
				 anybody can accept it in its name",
				money::midnight(money::after_a_wait(today, days))
			),
			None => format!("twin {seller} has to accept it; until then it can cancel it alone"),
		})
	}

	/// What it says, for people.
	pub fn text(&self) -> String {
		let until = money::date(self.until);
		match self.objection {
			Some(days) => format!(
				"until {until}; what isn't cancelled within {days} whole days counts as accepted"
			),
			None => format!("until {until}; the seller accepts each invoice itself"),
		}
	}
}

/// A seller consents that a buyer bills itself in its name up to a day, by UTC. If `objection` is given,
/// what the seller doesn't cancel within so many whole days counts as accepted. `payer` pays the deposit.
pub async fn allow(
	state: &State,
	(seller, buyer): (TwinNumber, TwinNumber),
	until: Day,
	objection: Option<u16>,
	payer: AccountId32,
) -> Result<Draft> {
	if until < money::today(state).await? {
		return Err(Error::input(format!("{} is over", money::date(until))));
	}
	if buyer == seller {
		return Err(Error::input("a twin sells nothing to itself"));
	}
	let call = state.call("Commerce", "allow_self_billing", (buyer, until, objection))?;
	let draft = Draft::new(call).for_twin(seller).effect(allowed(seller, buyer, until));
	let draft = draft.effect(match objection {
		Some(days) => format!(
			"what twin {seller} hasn't cancelled within {days} whole days of its issue, anybody can \
			 accept in its name"
		),
		None => format!("twin {seller} accepts each of them itself"),
	});
	let deposit = deposit(state).await?;
	Ok(match Consent::find(state, seller, buyer).await? {
		Some(there) => {
			let draft = draft.effect(format!("it takes the place of one {}", there.text()));
			match there.payer == payer {
				true => draft,
				false => draft.deposit(deposit),
			}
		},
		None => draft.deposit(deposit),
	})
}

/// What a consent allows.
pub fn allowed(seller: TwinNumber, buyer: TwinNumber, until: Day) -> String {
	let until = money::date(until);
	format!("twin {buyer} may issue invoices in the name of twin {seller}, until {until}")
}

/// `own` ends a consent: the seller, or who paid its deposit, or anybody once it is over.
pub async fn end(
	state: &State,
	(seller, buyer): (TwinNumber, TwinNumber),
	own: &Party,
) -> Result<Draft> {
	let there = Consent::read(state, seller, buyer).await?;
	let is_over = there.until < money::today(state).await?;
	if !is_over && there.payer != own.account && own.twin != Some(seller) {
		return Err(Error::refused(format!(
			"only twin {seller}, or {} who paid the deposit, ends it before {} is over",
			there.payer,
			money::date(there.until)
		)));
	}
	let call = state.call("Commerce", "end_self_billing", (seller, buyer))?;
	Ok(Draft::new(call).effect(ended(seller, buyer)).effect(format!(
		"the deposit, {} today, comes back to {}",
		amount::format(deposit(state).await?),
		there.payer
	)))
}

/// What the end of a consent comes to.
pub fn ended(seller: TwinNumber, buyer: TwinNumber) -> String {
	format!("twin {buyer} may issue no more invoices in the name of twin {seller}")
}

/// What a consent holds today, in base units.
async fn deposit(state: &State) -> Result<u128> {
	state.view("Commerce", "self_billing_deposit", ()).await
}
