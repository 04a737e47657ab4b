//! The rules of currencies: currencies made, and their rules changed.

use super::{after_a_wait, midnight, today, Currency, Deposits};
use crate::{
	draft::Draft,
	error::{Error, Result},
	texts, State,
};
use ourledger_primitives::money::{CurrencyId, Day};
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

/// How a currency comes into being.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Supply {
	/// The issuer issues it, up to a cap in minor units, and takes it back.
	Issued {
		/// The most there may be.
		cap: u128,
	},
	/// Members make it when they pay more than they have, and repay it.
	MutualCredit,
}

/// Who may have a currency.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Access {
	/// Everybody.
	Open,
	/// Those whom the issuer admits.
	Members,
}

/// The rules of a currency.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Terms {
	/// How it comes into being.
	pub supply: Supply,
	/// Who may have it.
	pub access: Access,
	/// Whether a business may be paid only by invoice.
	pub invoice_only: bool,
	/// What it loses each day, in millionths.
	pub demurrage: u32,
}

impl Terms {
	/// Whether members make it by paying.
	pub fn is_mutual_credit(&self) -> bool {
		self.supply == Supply::MutualCredit
	}
}

/// A currency that is to be made.
#[derive(Clone, Debug)]
pub struct NewCurrency {
	/// Its name, up to 50 bytes.
	pub name: String,
	/// Its symbol: 2 to 12 capitals and digits. Others may have the same.
	pub symbol: String,
	/// Places after the decimal point, up to 3, for ever.
	pub decimals: u8,
	/// The jurisdiction whose authority may freeze accounts in it.
	pub jurisdiction: Option<u32>,
	/// Its rules.
	pub terms: Terms,
	/// Days between announcing other rules and their holding, for ever.
	pub notice_days: u16,
}

/// A currency that was made: what the chain decided of it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct CurrencyCreated {
	/// Its id.
	pub currency: CurrencyId,
	/// The twin that issues it.
	pub issuer: u64,
	/// The account that demurrage goes to.
	pub pot: AccountId32,
}

impl NewCurrency {
	/// The currency that it became.
	pub fn made(self, created: CurrencyCreated) -> Currency {
		Currency {
			id: created.currency,
			name: self.name,
			symbol: self.symbol,
			decimals: self.decimals,
			issuer: created.issuer,
			jurisdiction: self.jurisdiction,
			terms: self.terms,
			pending: None,
			notice_days: self.notice_days,
			supply: 0,
			debts: 0,
			pot: created.pot,
		}
	}

	fn ensure_symbol(&self) -> Result<()> {
		let symbol = &self.symbol;
		let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
		match (2..=12).contains(&symbol.len()) && symbol.bytes().all(allowed) {
			true => Ok(()),
			false => Err(Error::input(format!(
				"the symbol {symbol:?} is not 2 to 12 capitals and digits"
			))),
		}
	}
}

/// Whoever submits it makes a currency, and becomes its issuer. The event is
/// `Currencies.CurrencyCreated`.
pub async fn create(state: &State, new: &NewCurrency) -> Result<Draft> {
	texts::ensure_name(&new.name)?;
	new.ensure_symbol()?;
	let (name, symbol, terms, notice) = (&new.name, &new.symbol, new.terms, new.notice_days);
	let least: u16 = state.constant("Currencies", "MinNoticeDays")?;
	if notice < least {
		return Err(Error::input(format!("the notice is at least {least} days, not {notice}")));
	}
	let bytes = |text: &str| text.as_bytes().to_vec();
	let values = (bytes(name), bytes(symbol), new.decimals, new.jurisdiction, terms, notice);
	let call = state.call("Currencies", "create", values)?;
	let unknown = CurrencyCreated { currency: 0, issuer: 0, pot: AccountId32([0; 32]) };
	let terms = new.clone().made(unknown).terms_text(&terms);
	let deposit = Deposits::read(state).await?.currency;
	let draft = Draft::new(call)
		.deposit(deposit)
		.kept(deposit)
		.effect(format!("the currency {name} ({symbol}) begins to exist, for ever"))
		.effect(format!("its terms: {terms}"))
		.effect(format!("other terms are announced {notice} whole days before they hold"));
	let others = Currency::list(state, 0, usize::MAX).await?;
	Ok(match others.iter().filter(|other| other.symbol == *symbol).count() {
		0 => draft,
		others => draft.effect(format!(
			"others have the symbol {symbol} too, so far {others}: it has to be named by its id"
		)),
	})
}

/// What of a currency's rules is to be others. The rest stays, or as it was announced.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amendment {
	/// The most that may be issued, in minor units.
	pub cap: Option<u128>,
	/// Who may have it.
	pub access: Option<Access>,
	/// Whether a business may be paid only by invoice.
	pub invoice_only: Option<bool>,
	/// What it loses each day, in millionths.
	pub demurrage: Option<u32>,
}

impl Amendment {
	/// The rules that it makes of a currency's.
	pub fn of(self, currency: &Currency) -> Terms {
		let terms = currency.pending.map_or(currency.terms, |(terms, _)| terms);
		Terms {
			supply: self.cap.map_or(terms.supply, |cap| Supply::Issued { cap }),
			access: self.access.unwrap_or(terms.access),
			invoice_only: self.invoice_only.unwrap_or(terms.invoice_only),
			demurrage: self.demurrage.unwrap_or(terms.demurrage),
		}
	}
}

/// Rules that were announced.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct TermsAnnounced {
	/// The day from which they hold.
	pub effective: Day,
}

/// The issuer announces other rules. The event is `Currencies.TermsAnnounced`.
pub async fn amend(state: &State, currency: &Currency, terms: Terms) -> Result<Draft> {
	if terms == currency.terms && currency.pending.is_none() {
		return Err(Error::input(format!("these are the terms of {currency} already")));
	}
	let call = state.call("Currencies", "amend", (currency.id, terms))?;
	let day = after_a_wait(today(state).await?, currency.notice_days);
	let draft = Draft::new(call).effect(format!(
		"from {} on, after a notice of {} whole days, the terms of {currency} are: {}",
		midnight(day),
		currency.notice_days,
		currency.terms_text(&terms)
	));
	Ok(match currency.pending {
		None => draft,
		Some((_, day)) => draft.effect(format!(
			"what was announced for {} is dropped, and the notice begins anew",
			midnight(day)
		)),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::money::example;

	#[test]
	fn symbol_has_capitals_and_digits_only() {
		let new = |symbol: &str| {
			let Currency { name, decimals, jurisdiction, terms, notice_days, .. } =
				example(1, symbol);
			NewCurrency { name, symbol: symbol.into(), decimals, jurisdiction, terms, notice_days }
		};
		assert_eq!(new("TSH").ensure_symbol(), Ok(()));
		for symbol in ["", "T", "tsh", "T-H", "ABCDEFGHIJKLM"] {
			assert_eq!(new(symbol).ensure_symbol().map_err(|error| error.code()), Err(4));
		}
		let created = CurrencyCreated { currency: 1, issuer: 1, pot: AccountId32([7; 32]) };
		assert_eq!(new("TSH").made(created), example(1, "TSH"));
	}

	#[test]
	fn amendment_keeps_what_it_does_not_name() {
		let members = Amendment { access: Some(Access::Members), ..Amendment::default() };
		let shilling = example(1, "TSH");
		let terms = members.of(&shilling);
		assert_eq!(terms, Terms { access: Access::Members, ..shilling.terms });

		let announced = Terms { demurrage: 100, ..shilling.terms };
		let pending = Currency { pending: Some((announced, 9)), ..shilling };
		let terms = Amendment { cap: Some(500), ..members }.of(&pending);
		assert_eq!((terms.demurrage, terms.supply), (100, Supply::Issued { cap: 500 }));
	}
}
