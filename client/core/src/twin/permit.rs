//! Permits: a newcomer signs, and a sponsor pays for its registration.

use super::{registration::ensure_no_twin, Deposits, Kind, Profile};
use crate::{
	amount, bounded,
	call::Encoded,
	chain::{Chain, State},
	draft::Draft,
	error::{Error, Result},
	hash,
	keys::Key,
	ticks::{self, Clock},
};
use codec::Encode;
use ourledger_primitives::twin::{TwinKind, SPONSORSHIP_TAG};
use serde::{Deserialize, Serialize};
use subxt::{
	dynamic::Value,
	utils::{AccountId32, MultiSignature, H256},
};
use subxt_signer::sr25519;

/// Longest permit that is to be read, in bytes of its JSON.
pub const MAX_BYTES: u64 = 64 * 1024;

/// Marks the layout of [`Permit`].
const FORMAT: &str = "ourledger-permit/1";

/// What a newcomer agrees to.
#[derive(Clone, Debug)]
pub struct Terms {
	/// The hash of the chain's first block.
	pub genesis: H256,
	/// Who pays.
	pub sponsor: AccountId32,
	/// Who will control the twin.
	pub newcomer: AccountId32,
	/// What the twin is.
	pub kind: Kind,
	/// How it presents itself.
	pub profile: Profile,
	/// How many transactions the newcomer has signed.
	pub nonce: u32,
	/// The last tick in which the permit can be used.
	pub expires: u32,
}

impl Terms {
	/// The terms of a permit from now on: for so many ticks, else for as long as the chain allows.
	pub async fn new(
		chain: &Chain,
		state: &State,
		(sponsor, newcomer): (AccountId32, AccountId32),
		(kind, profile): (Kind, Profile),
		valid: Option<u32>,
	) -> Result<Self> {
		if sponsor == newcomer {
			return Err(Error::input(
				"sponsor and newcomer are one; \"ourledger twin register\" needs no permit",
			));
		}
		ensure_no_twin(state, newcomer).await?;
		let most: u32 = state.constant("Twins", "MaxSponsorshipTicks")?;
		let valid = valid.unwrap_or(most);
		if !(1..=most).contains(&valid) {
			return Err(Error::input(format!(
				"a permit is valid for {} to {}, not for {}",
				ticks::span(1),
				ticks::span(most),
				ticks::span(valid)
			)));
		}
		let too_high = |_| Error::connection("the chain counts higher than this program");
		Ok(Self {
			genesis: chain.genesis_hash(),
			sponsor,
			newcomer,
			kind,
			profile,
			nonce: chain.next_nonce(&newcomer).await?.try_into().map_err(too_high)?,
			expires: Clock::at(state).await?.after(valid)?,
		})
	}

	/// What is signed.
	fn payload(&self) -> Result<Vec<u8>> {
		let kind = TwinKind::from(self.kind);
		let profile = self.profile.checked()?;
		let (nonce, expires) = (self.nonce, self.expires);
		Ok((SPONSORSHIP_TAG, self.genesis, self.sponsor, kind, profile, nonce, expires).encode())
	}

	/// What the chain calls the permit.
	fn argument(&self) -> Value {
		Value::named_composite([
			("nonce", Value::u128(self.nonce.into())),
			("expires", Value::u128(self.expires.into())),
		])
	}

	/// Signs, if the chain means the same by these terms.
	pub async fn sign(self, state: &State, key: &Key) -> Result<Signed> {
		let payload = self.payload()?;
		let arguments = (self.sponsor, self.kind, self.profile.clone(), self.argument());
		let asked: Vec<u8> = state.view("Twins", "sponsorship_payload", arguments).await?;
		if asked != payload {
			return Err(Error::verification(
				"the node asks for a signature under something else than this permit",
			));
		}
		Ok(Signed { signature: key.pair.sign(&payload).0, terms: self })
	}
}

/// Terms with the newcomer's signature.
#[derive(Clone, Debug)]
pub struct Signed {
	/// What was signed.
	pub terms: Terms,
	signature: [u8; 64],
}

impl Signed {
	/// Refuses what the chain would refuse.
	async fn ensure_usable(&self, chain: &Chain, state: &State) -> Result<()> {
		let Terms { genesis, sponsor, newcomer, nonce, expires, .. } = &self.terms;
		if *genesis != chain.genesis_hash() {
			return Err(Error::input("the permit was signed for another chain"));
		}
		let signature = sr25519::Signature(self.signature);
		let payload = self.terms.payload()?;
		if !sr25519::verify(&signature, payload, &sr25519::PublicKey(newcomer.0)) {
			return Err(Error::verification(format!(
				"the permit does not bear the signature of {newcomer}"
			)));
		}
		if sponsor == newcomer {
			return Err(Error::input("the permit's sponsor and newcomer are one"));
		}
		let clock = Clock::at(state).await?;
		if clock.now() > *expires {
			return Err(Error::refused(format!(
				"the permit expired at {}; the newcomer has to sign another",
				clock.when(*expires)
			)));
		}
		ensure_no_twin(state, *newcomer).await?;
		let next = chain.next_nonce(newcomer).await?;
		if u64::from(*nonce) != next {
			return Err(Error::refused(format!(
				"the permit is for the newcomer's nonce {nonce}, which is {next} now: it sent a \
				 transaction since, and has to sign another permit"
			)));
		}
		Ok(())
	}

	/// The sponsor, whom `acting` has to be, registers the newcomer, and pays.
	pub async fn register_for(
		&self,
		chain: &Chain,
		state: &State,
		acting: AccountId32,
	) -> Result<Draft> {
		self.ensure_usable(chain, state).await?;
		let Terms { sponsor, newcomer, kind, profile, .. } = &self.terms;
		if acting != *sponsor {
			return Err(Error::input(format!(
				"the permit is for the sponsor {sponsor}, and not for {acting}"
			)));
		}
		let deposits = Deposits::read(state).await?;
		let signature = Encoded(MultiSignature::Sr25519(self.signature).encode());
		let permit = self.terms.argument();
		let arguments = (*kind, profile.clone(), *newcomer, permit, signature);
		Ok(Draft::new(state.call("Twins", "register_for", arguments)?)
			.deposit(deposits.twin)
			.kept(deposits.tombstone)
			.effect(format!(
				"{newcomer} controls the new twin, a {} shown as {:?}",
				kind.name(),
				profile.display_name()
			))
			.effect(format!(
				"if that twin is deactivated, {} come back to {acting}",
				amount::format(deposits.twin.saturating_sub(deposits.tombstone))
			)))
	}
}

/// A permit, as it goes from the newcomer to the sponsor.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Permit {
	format: String,
	genesis: String,
	/// Who pays.
	pub sponsor: AccountId32,
	newcomer: AccountId32,
	kind: String,
	display_name: String,
	country: Option<String>,
	logo: Option<String>,
	nonce: u32,
	/// The last tick in which it can be used.
	pub expires: u32,
	/// The newcomer's, sr25519.
	signature: String,
}

impl From<&Signed> for Permit {
	fn from(Signed { terms, signature }: &Signed) -> Self {
		Self {
			format: FORMAT.into(),
			genesis: format!("{:?}", terms.genesis),
			sponsor: terms.sponsor,
			newcomer: terms.newcomer,
			kind: terms.kind.name().into(),
			display_name: terms.profile.display_name(),
			country: terms.profile.country(),
			logo: terms.profile.logo(),
			nonce: terms.nonce,
			expires: terms.expires,
			signature: hash::text(signature),
		}
	}
}

impl Permit {
	/// Reads a permit's JSON.
	pub fn parse(text: &str) -> Result<Self> {
		let permit: Self = bounded::parse(text)
			.map_err(|error| Error::input(format!("the permit can't be read: {error}")))?;
		if permit.format != FORMAT {
			return Err(Error::input(format!("the permit's field \"format\" is not {FORMAT:?}")));
		}
		Ok(permit)
	}

	/// What it says, if each field is what it has to be. The signature is looked at when the permit
	/// is used.
	pub fn signed(&self) -> Result<Signed> {
		let fail = |field: &str| Error::input(format!("the permit's field {field:?} is not valid"));
		let digest = |text: &str, field| hash::parse(text).ok_or_else(|| fail(field));
		let letters = |text: &str| text.as_bytes().try_into().map_err(|_| fail("country"));
		let signature = self.signature.strip_prefix("0x").and_then(|it| hex::decode(it).ok());
		let terms = Terms {
			genesis: H256(digest(&self.genesis, "genesis")?),
			sponsor: self.sponsor,
			newcomer: self.newcomer,
			kind: Kind::named(&self.kind).ok_or_else(|| fail("kind"))?,
			profile: Profile {
				display_name: self.display_name.clone().into(),
				logo: self.logo.as_deref().map(|logo| digest(logo, "logo")).transpose()?,
				country: self.country.as_deref().map(letters).transpose()?,
			},
			nonce: self.nonce,
			expires: self.expires,
		};
		let signature = signature.and_then(|bytes| bytes.try_into().ok());
		Ok(Signed { terms, signature: signature.ok_or_else(|| fail("signature"))? })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn signed() -> Signed {
		let terms = Terms {
			genesis: H256([9; 32]),
			sponsor: AccountId32([1; 32]),
			newcomer: AccountId32([2; 32]),
			kind: Kind::Company,
			profile: Profile {
				display_name: "Bäckerei".into(),
				logo: Some([7; 32]),
				country: Some(*b"AT"),
			},
			nonce: 3,
			expires: 1000,
		};
		Signed { terms, signature: [5; 64] }
	}

	#[test]
	fn payload_is_what_the_pallet_checks() {
		let expected = [
			&b"ourledger/register-for/v1"[..],
			&[9; 32],
			&[1; 32],
			&[1],
			&[9 << 2],
			"Bäckerei".as_bytes(),
			&[1],
			&[7; 32],
			&[1],
			b"AT",
			&[3, 0, 0, 0],
			&[0xe8, 3, 0, 0],
		];
		assert_eq!(signed().terms.payload(), Ok(expected.concat()));
	}

	#[test]
	fn permit_survives_its_text() {
		let permit = Permit::from(&signed());
		let text = serde_json::to_string_pretty(&permit).expect("is JSON");
		assert_eq!(Permit::parse(&text), Ok(permit.clone()));
		let read = permit.signed().expect("is valid");
		assert_eq!(read.signature, [5; 64]);
		assert_eq!(read.terms.payload(), signed().terms.payload());
	}

	#[test]
	fn permit_has_its_stable_shape() {
		assert_eq!(
			serde_json::to_value(Permit::from(&signed())).expect("is JSON"),
			json!({
				"format": "ourledger-permit/1",
				"genesis": format!("0x{}", "09".repeat(32)),
				"sponsor": AccountId32([1; 32]).to_string(),
				"newcomer": AccountId32([2; 32]).to_string(),
				"kind": "company",
				"displayName": "Bäckerei",
				"country": "AT",
				"logo": format!("0x{}", "07".repeat(32)),
				"nonce": 3,
				"expires": 1000,
				"signature": format!("0x{}", "05".repeat(64)),
			})
		);
	}

	#[test]
	fn permit_is_refused_when_it_is_damaged() {
		let permit = Permit::from(&signed());
		let text = serde_json::to_string_pretty(&permit).expect("is JSON");
		for damaged in
			["", "{}", &text.replace("permit/1", "permit/2"), &text.replace("\"kind\"", "\"sort\"")]
		{
			assert_eq!(Permit::parse(damaged).map_err(|error| error.code()), Err(4), "{damaged}");
		}
		for damaged in [
			Permit { signature: "0x00".into(), ..permit.clone() },
			Permit { genesis: "00".into(), ..permit.clone() },
			Permit { kind: "cat".into(), ..permit.clone() },
			Permit { country: Some("AUT".into()), ..permit.clone() },
			Permit { logo: Some("0x".into()), ..permit },
		] {
			assert_eq!(damaged.signed().err().map(|error| error.code()), Some(4), "{damaged:?}");
		}
	}
}
